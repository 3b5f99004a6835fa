import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit import Edit
from fastseg_edit.errors import FastsegError, ModelError
from fastseg_edit.protocols import Hole
from fastseg_edit.stages import Composite, Inpaint

scenes = shapes.flatmap(lambda s: st.tuples(arrays(np.uint8, (*s, 3)), arrays(bool, s))).filter(
    lambda scene: scene[1].any()
)


@given(scenes, st.sampled_from(["colour", "blur"]), st.sampled_from([0, "5%", 2.5]))
def test_outside_the_mask_nothing_changes(scene, model, feather):
    image, mask = scene
    edit = Edit(image, mask=mask, caption="white")
    painted = Composite(feather)(Inpaint(model, max_coverage=1)(edit))
    assert np.array_equal(painted.result[~mask], image[~mask])


@given(scenes)
def test_inside_the_mask_everything_is_painted(scene):
    image, mask = scene
    painted = Inpaint("colour", max_coverage=1)(Edit(image, mask=mask, caption="#123456"))
    assert (painted.result[mask] == (0x12, 0x34, 0x56)).all()


def test_the_embedded_fill_continues_the_grass(photo, square):
    edit = Composite(0)(Inpaint("exemplar")(Edit(photo, mask=square)))
    inside, outside = edit.result[square], photo[~square]
    assert np.abs(inside.mean(0) - outside.mean(0)).max() < 6
    assert np.abs(inside.std(0) - outside.std(0)).max() < 3


def test_avoided_pixels_are_not_copied(photo, square):
    photo = photo.copy()
    photo[:, :50] = (30, 30, 220)
    avoid = np.zeros_like(square)
    avoid[:, :50] = True
    edit = Inpaint("exemplar")(Edit(photo, mask=square, avoid=avoid))
    blue = (edit.result[square][:, 2] > 150).mean()
    assert blue == 0, f"{blue:.1%} of the hole is blue"


@pytest.mark.parametrize(
    ("mask", "code"),
    [(np.zeros((120, 160), bool), "E_NO_OBJECT"), (np.ones((120, 160), bool), "E_MASK_COVERAGE")],
)
def test_too_little_or_too_much_is_refused(photo, mask, code):
    with pytest.raises(FastsegError) as caught:
        Inpaint("blur")(Edit(photo, mask=mask))
    assert caught.value.code == code


def test_words_that_the_model_cannot_paint_are_refused(photo, square):
    with pytest.raises(FastsegError) as caught:
        Inpaint("exemplar")(Edit(photo, mask=square, caption="a red mug"))
    assert caught.value.code == "E_MODEL_MISSING"
    with pytest.raises(FastsegError, match="paints one colour"):
        Inpaint("colour")(Edit(photo, mask=square, caption="a red mug"))


class Shrinker:
    """An inpainter with a defect: it returns half of the picture."""

    native, multiple, context = None, 1, "100%"

    def inpaint(self, hole: Hole, /):
        return hole.image[::2]


def test_a_model_that_returns_another_size_is_found_out(photo, square):
    with pytest.raises(ModelError) as caught:
        Inpaint(Shrinker())(Edit(photo, mask=square))
    assert caught.value.code == "E_MODEL_OUTPUT"


class Onlooker:
    """An inpainter that notes how large a window it is given."""

    native, multiple, context = None, 1, 7

    def inpaint(self, hole: Hole, /):
        self.seen = hole.mask.shape
        return hole.image


@pytest.mark.parametrize(("context", "side"), [(None, 54), (12, 64), ("50%", 104)])
def test_a_model_gets_the_context_that_it_asks_for_unless_told_otherwise(
    photo, square, context, side
):
    onlooker = Onlooker()
    Inpaint(onlooker, context=context)(Edit(photo, mask=square))
    assert onlooker.seen == (side, side)


def test_what_a_model_has_to_say_of_itself_becomes_a_notice(photo, square):
    class Modest:
        native, multiple, context = None, 1, 4
        remarks = ("it has learnt from whole pictures",)

        def inpaint(self, hole, /):
            return hole.image

    edit = Inpaint(Modest())(Edit(photo, mask=square))
    assert [tuple(notice) for notice in edit.notices] == [("W_MODEL", Modest.remarks[0])]
