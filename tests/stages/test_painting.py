"""Many photos painted side by side: the same pictures as one by one, and no failure spreads."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit import Edit, Pipeline, running
from fastseg_edit.errors import Cancelled, FastsegError, ModelError
from fastseg_edit.ops import plan
from fastseg_edit.stages import Composite, Inpaint

scenes = shapes.flatmap(lambda s: st.tuples(arrays(np.uint8, (*s, 3)), arrays(bool, s)))
native = st.sampled_from([None, 16, 64])


@dataclass
class Negative:
    """Paints the negative of what it sees; given a draft, half of it. Bright holes it refuses."""

    native: int | None = None
    multiple: int = 8
    context: str = "50%"
    detail: float | None = None
    seen: list = field(default_factory=list)

    def inpaint(self, hole, /):
        self.seen.append(hole)
        if not hole.strength and hole.image[hole.mask].mean() > 250:
            raise ModelError("E_MODEL_OUTPUT", "too bright")
        return hole.image // 2 if hole.strength else 255 - hole.image


class Together(Negative):
    """The same, several at once."""

    def inpaint_many(self, holes, /):
        assert len({hole.mask.shape for hole in holes}) == 1
        return [self.tried(hole) for hole in holes]

    def tried(self, hole):
        try:
            return self.inpaint(hole)
        except FastsegError as error:
            return error


def painted(edit, stage):
    try:
        return stage(edit).result
    except FastsegError as error:
        return error.code


@given(st.lists(scenes, min_size=1, max_size=4), native, st.sampled_from([None, 0.5]))
def test_many_are_painted_as_one_by_one(photos, native, detail):
    edits = [Edit(image, mask=mask) for image, mask in photos]
    stage = Inpaint(Together(native, detail=detail), max_coverage=1)
    for one, each in zip(stage.many(edits), edits, strict=True):
        got = one.code if isinstance(one, FastsegError) else one.result
        assert np.array_equal(got, painted(each, stage))


@given(scenes.filter(lambda scene: scene[1].any()), st.sampled_from([16, 64]))
def test_detail_changes_nothing_outside_the_mask(scene, native):
    image, mask = scene
    edit = Edit(np.minimum(image, 200), mask=mask)
    after = Composite(0)(Inpaint(Negative(native, detail=0.5), max_coverage=1)(edit))
    assert np.array_equal(after.result[~mask], edit.image[~mask])


@given(
    shapes.flatmap(lambda s: arrays(bool, (8 * s[0], 8 * s[1]))).filter(lambda mask: mask.any()),
    st.sampled_from([16, 32]),
)
def test_each_level_owns_every_masked_pixel_once_and_the_last_has_the_scale_of_the_photo(
    mask, native
):
    geometry = plan.Geometry("30%", native, 8)
    for coarse in plan.windows(mask, geometry):
        levels = plan.details(mask, coarse, geometry)
        assert bool(levels) == (coarse.inner != coarse.size)
        left, top, right, bottom = coarse.owned
        for level in levels:
            owners = np.zeros(mask.shape, int)
            for window in level:
                x, y, end, below = window.owned
                owners[y:below, x:end] += 1
                assert window.left <= x < end <= window.right
                assert window.top <= y < below <= window.bottom
                assert max(window.outer) <= native
            inside = mask[top:bottom, left:right]
            assert (owners[top:bottom, left:right][inside] == 1).all()
        if levels:
            assert all(window.inner == window.size for window in levels[-1])


def test_what_was_detailed_is_known_to_the_next_window():
    mask = np.zeros((200, 200), bool)
    mask[50:150, 50:150] = True
    model = Negative(64, detail=0.5)
    Inpaint(model)(Edit(np.zeros((200, 200, 3), np.uint8), mask=mask))
    drafts = [hole for hole in model.seen if hole.strength]
    assert model.seen[0].strength is None
    assert {hole.strength for hole in drafts} == {0.5}
    (coarse,) = plan.windows(mask, plan.Geometry("50%", 64, 8))
    last = plan.details(mask, coarse, plan.Geometry("50%", 64, 8))[-1]
    for window, hole in zip(last, drafts[-len(last) :], strict=True):
        assert np.array_equal(hole.mask, window.cut_mask(mask))
        left, top, right, bottom = window.owned
        mask[top:bottom, left:right] = False


def test_a_failure_spoils_no_other_edit():
    dark, bright = np.zeros((40, 40, 3), np.uint8), np.full((40, 40, 3), 255, np.uint8)
    mask = np.zeros((40, 40), bool)
    mask[10:20, 10:20] = True
    edits = [
        Edit(dark, mask=mask),
        Edit(bright, mask=mask),
        Edit(dark, mask=~(mask & ~mask)),
        Edit(dark, mask=mask),
    ]
    outcomes = list(Pipeline(Inpaint(Together()), Composite()).many(edits, size=3))
    codes = [one.code if isinstance(one, FastsegError) else "done" for one in outcomes]
    assert codes == ["done", "E_MODEL_OUTPUT", "E_MASK_COVERAGE", "done"]
    assert [step.stage[:7] for step in outcomes[0].history] == ["Inpaint", "Composi"]


def test_the_seed_of_an_edit_wins_and_the_layout_is_cut_like_the_photo(photo, square):
    layout = np.arange(square.size, dtype=np.uint16).reshape(square.shape)
    model = Negative()
    model.follows = True
    edit = Edit(photo // 2, mask=square, seed=7, layout=layout)
    Inpaint(model, seed=3)(edit)
    (hole,) = model.seen
    assert hole.seed == 7
    left, top = np.argwhere(square).min(0)[::-1]
    rows, columns = np.nonzero(hole.mask)
    assert hole.layout[rows[0], columns[0]] == layout[top, left]


def test_a_model_that_follows_no_layout_refuses_one(photo, square):
    edit = Edit(photo, mask=square, layout=np.ones(square.shape, np.uint16))
    with pytest.raises(ModelError, match="does not keep to a layout"):
        Inpaint("blur")(edit)


class Patient(Negative):
    """The same, for somebody who watches."""

    def inpaint(self, hole, /):
        running.step(1, 1)
        return super().inpaint(hole)


def test_who_cancels_one_edit_cancels_all_of_them(photo, square):
    def stop(_, __):
        raise Cancelled

    painter = Patient()
    edits = [Edit(photo, mask=square)] * 3
    with running.watched(stop), pytest.raises(Cancelled):
        list(Pipeline(Inpaint(painter), Composite()).many(edits))
    assert not painter.seen


@dataclass
class Onlooker(Negative):
    """Paints gray, and remembers how much of each window was to be painted."""

    def inpaint(self, hole, /):
        self.seen.append(hole)
        return np.full_like(hole.image, 128)


@pytest.mark.parametrize("caption", ["", "a red star"])
def test_a_frame_is_painted_side_by_side_unless_words_ask_for_something(caption):
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    mask = np.ones((60, 80), bool)
    mask[15:45, 20:60] = False
    avoid = np.zeros_like(mask)
    model = Onlooker(multiple=1)
    stage = Inpaint(model, tone="none", outward=True, max_coverage=1)
    result = stage(Edit(image, caption=caption, mask=mask, avoid=avoid)).result
    assert (result[mask] == 128).all()
    assert np.array_equal(result[~mask], image[~mask])
    assert len(model.seen) == (1 if caption else 4)
    assert all(hole.avoid.shape == hole.mask.shape for hole in model.seen)
    assert all(hole.mask.any(axis=1).all() or hole.mask.any(axis=0).all() for hole in model.seen)


def test_what_is_no_frame_is_painted_as_ever():
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    mask = np.zeros((60, 80), bool)
    mask[20:30, 20:40] = True
    plainly, outward = (
        Inpaint(Negative(), outward=on)(Edit(image, mask=mask)).result for on in (False, True)
    )
    assert np.array_equal(plainly, outward)


def test_a_blank_caption_is_none(photo, square):
    painter = Negative()
    Inpaint(painter)(Edit(photo, mask=square, caption="  "))
    assert painter.seen[0].caption == ""


def test_windows_of_a_draft_have_noise_of_their_own():
    painter = Negative(native=16, detail=0.5)
    mask = np.ones((60, 60), bool)
    mask[:2] = False
    Inpaint(painter, max_coverage=1.0)(Edit(np.zeros((60, 60, 3), np.uint8), mask=mask, seed=3))
    coarse, *details = [hole.seed for hole in painter.seen]
    assert coarse == 3
    assert len(set(details)) > len(details) / 2  # two levels may have a window at one place


@dataclass
class Talker(Negative):
    """Says of each hole that is dark in the middle that it is, and of all that they are many."""

    def inpaint_many(self, holes, /):
        running.remark("W_MODEL", "many")
        for hole in holes:
            if hole.image[hole.mask].mean() < 20:
                running.remark("W_DOUBTFUL", "dark", about=hole)
        return [self.inpaint(hole) for hole in holes]


def test_what_is_said_of_one_hole_is_heard_by_its_edit_alone(square):
    edits = [Edit(np.full((*square.shape, 3), level, np.uint8), mask=square) for level in (9, 99)]
    dark, light = Inpaint(Talker()).many(edits)
    assert [notice.text for notice in dark.notices] == ["many", "dark"]
    assert [notice.text for notice in light.notices] == ["many"]
