"""Several edits of one photo, and several photos at once."""

from dataclasses import replace

import numpy as np
import pytest

from fastseg_edit import Boxes, Mask, Points, fill, many, remove, steps
from fastseg_edit.errors import FastsegError, SpecError
from fastseg_edit.specs import EditSpec

QUICK = {"profile": "classical", "model": "blur"}


def spec(operation, prompt, caption="", photo=None, **options):
    return EditSpec(operation, photo, prompt, caption, {**QUICK, **options})


def half(photo, left):
    mask = np.zeros(photo.shape[:2], bool)
    mask[20:60, : 40 if left else None] = True
    return mask if left else mask & ~half(photo, True)


def test_steps_change_what_their_masks_cover_and_nothing_else(photo):
    left, right = half(photo, True), half(photo, False)
    plan = [
        spec("fill", Mask(left), "#ff0000", model="colour"),
        spec("fill", Mask(right), "#0000ff", model="colour"),
    ]
    edited = steps(photo, plan)
    assert np.array_equal(edited.mask, left | right)
    assert np.array_equal(edited.image[~edited.mask], photo[~edited.mask])
    assert (edited.image[left] == (255, 0, 0)).all()
    assert (edited.image[right] == (0, 0, 255)).all()
    assert edited.unmasked_changed_pixels == 0


def test_the_later_step_has_the_last_word(photo, square):
    plan = [spec("fill", Mask(square), colour, model="colour") for colour in ("#00ff00", "#123456")]
    assert (steps(photo, plan).image[square] == (0x12, 0x34, 0x56)).all()


def test_prompts_mean_the_photo_as_it_was_unless_told(photo, square):
    ys, xs = np.nonzero(square)
    click = Points.at(float(xs.mean()), float(ys.mean()))
    plain = {"model": "colour", "feather": 0, "on_empty": "copy"}
    hide = spec("fill", Mask(np.ones_like(square)), "#808080", max_coverage=1, **plain)
    red = spec("fill", click, "#ff0000", **plain)
    expected = fill(photo, click, "#ff0000", **{**QUICK, **plain}).mask
    before, after = (
        (steps(photo, [hide, replace(red, afterwards=late)]).image == (255, 0, 0)).all(2)
        for late in (False, True)
    )
    assert np.array_equal(before, expected)
    assert not np.array_equal(after, expected)


def test_an_error_says_which_step_it_was(photo, square):
    plan = [spec("remove", Mask(square)), spec("remove", Points.at(999, 999))]
    with pytest.raises(FastsegError, match=r"^step 2: ") as caught:
        steps(photo, plan)
    assert caught.value.code == "E_POINT_RANGE"
    with pytest.raises(SpecError, match="at least one"):
        steps(photo, [])
    with pytest.raises(SpecError, match=r"^step 1: segment paints nothing"):
        steps(photo, [EditSpec("segment", None, Mask(square))])


def test_a_step_that_finds_nothing_may_be_left_out(photo, square):
    nothing = spec("remove", Mask(square).__sub__(Mask(square)), on_empty="copy")
    edited = steps(photo, [nothing, spec("remove", Mask(square))])
    assert np.array_equal(edited.image, remove(photo, Mask(square), **QUICK).image)
    assert steps(photo, [nothing]).state == "unchanged"


def test_many_edits_are_those_of_one_by_one_and_failures_stay_alone(photo, square):
    other = photo[:, ::-1].copy()
    specs = [
        spec("remove", Mask(square), photo=photo),
        spec("remove", Points.at(-5, 3), photo=photo),
        spec("remove", Mask(square), photo=other),
        spec("fill", Mask(square), "#102030", photo=photo, model="colour"),
        spec("remove", Boxes(((1, 1, 5, 5),)), photo="no-such-file.png"),
    ]
    outcomes = list(many(specs, size=4))
    codes = [one.code if isinstance(one, FastsegError) else one.state for one in outcomes]
    assert codes == ["done", "E_POINT_RANGE", "done", "done", "E_INPUT_MISSING"]
    assert np.array_equal(outcomes[2].image, remove(other, Mask(square), **QUICK).image)
    assert (outcomes[3].image[square] == (0x10, 0x20, 0x30)).all()


def test_variants_are_the_edits_of_the_next_seeds(photo, square):
    edited = remove(photo, Mask(square), profile="classical", seed=5, variants=3)
    alone = [remove(photo, Mask(square), profile="classical", seed=seed) for seed in (5, 6, 7)]
    for one, other in zip((edited, *edited.variants), alone, strict=True):
        assert np.array_equal(one.image, other.image)
    assert not np.array_equal(edited.image, edited.variants[0].image)


def test_a_selection_has_no_variants(square):
    with pytest.raises(SpecError, match="no variants"):
        spec("segment", Mask(square), variants=2)


class Broken:
    """An inpainter with a defect of its own on bright photos."""

    native, multiple, context = None, 1, "20%"

    def inpaint(self, hole, /):
        if hole.image.mean() > 200:
            raise RuntimeError("index out of range")
        return hole.image

    def inpaint_many(self, holes, /):
        return [self.inpaint(hole) for hole in holes]


def test_a_defect_of_a_model_stays_alone_too(photo, square):
    photos = [photo, np.full_like(photo, 250), photo]
    model = Broken()
    specs = [spec("remove", Mask(square), photo=each, model=model) for each in photos]
    outcomes = list(many(specs))
    codes = [one.code if isinstance(one, FastsegError) else one.state for one in outcomes]
    assert codes == ["done", "E_INTERNAL", "done"]
    assert isinstance(outcomes[1].__cause__, RuntimeError)


def test_many_edits_have_their_variants(photo, square):
    specs = [spec("remove", Mask(square), photo=photo, model="exemplar", variants=2)] * 2
    for edited in many(specs):
        alone = remove(photo, Mask(square), **{**QUICK, "model": "exemplar"}, variants=2)
        assert np.array_equal(edited.image, alone.image)
        assert np.array_equal(edited.variants[0].image, alone.variants[0].image)
    with pytest.raises(SpecError, match=r"^step 1: several steps have one result"):
        steps(photo, specs)


def test_the_seed_of_the_recipe_is_the_first_of_the_variants_and_of_the_tries(photo, square):
    options = {"profile": "classical", "overrides": {"inpaint.seed": 7}}
    expected = remove(photo, Mask(square), profile="classical", seed=7).image
    for more in ({}, {"variants": 2}, {"verify": 1}):
        assert np.array_equal(remove(photo, Mask(square), **options, **more).image, expected)


def test_what_is_kept_shows_as_the_steps_before_left_it(photo, square):
    plain = {"model": "colour", "feather": 0, "max_coverage": 1}
    red = photo.copy()
    red[square] = (220, 30, 30)
    green = spec("fill", Mask(square), "#00ff00", **plain)
    behind = EditSpec(
        "replace-background", None, Mask(square), "#0000ff", {**QUICK, **plain, "matte": 6}
    )
    after = steps(red, [green, behind]).image
    assert not ((after[..., 0] > 60) & (after[..., 1] < 200) & (after[..., 2] < 200)).any()


def test_no_edits_at_a_time_are_refused(photo, square):
    with pytest.raises(SpecError, match="at least 1"):
        list(many([spec("remove", Mask(square), photo=photo)], size=0))
