"""What every registered model keeps, present and future."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit import Boxes, Candidates, Points, Reference, Text, models, registry
from fastseg_edit.errors import ModelError
from fastseg_edit.ops import plan
from fastseg_edit.prompt import Rough, Scribble
from fastseg_edit.protocols import Hole

ABOUT, INSIDE = np.zeros((2, 120, 160), bool)
ABOUT[38:84, 57:102], INSIDE[55:65, 70:90] = True, True
"""A mask of about the square, and the middle of the square."""


def build(kind, name):
    try:
        return models.get(kind, name)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", registry.names("segmenter"))
@pytest.mark.parametrize(
    "prompt",
    [
        Points.at(80, 60), Boxes.around(50, 30, 110, 90), Boxes(((50, 30, 110, 90),) * 2),
        Rough(ABOUT), Scribble(ABOUT & INSIDE, ~ABOUT),
    ],
)  # fmt: skip
def test_a_segmenter_finds_the_same_square_twice(name, prompt, photo, square):
    segmenter, before = build("segmenter", name), photo.copy()
    try:
        encoding = segmenter.encode(photo)
    except ModelError as error:  # large weights do not come with the package
        pytest.skip(str(error))
    found, again = (segmenter.predict(encoding, prompt) for _ in range(2))
    assert found.size == photo.shape[:2]
    assert len(set(found.groups.tolist())) == len(getattr(prompt, "xyxy", [None]))
    best = found[int(np.argmax(found.scores))]
    overlap = (best & square).sum() / (best | square).sum()
    assert overlap > 0.9, f"IoU {overlap:.3f}"
    assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True))
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("name", registry.names("ranker"))
@pytest.mark.parametrize("kind", ["words", "reference"])
def test_a_ranker_scores_the_same_masks_twice(name, kind, photo, square):
    ranker, before = build("ranker", name), photo.copy()
    like = Text("a red square") if kind == "words" else Reference(photo, square)
    found = Candidates.of([~square, square, square & False], square.shape, groups=[2, 5, 7])
    ranked, again = (ranker.rank(photo, found, like) for _ in range(2))
    assert ranked.cutouts == found.cutouts
    assert ranked.groups.tolist() == [2, 5, 7]
    assert np.array_equal(ranked.scores, again.scores)
    assert ranked.scores.argmax() == 1
    assert ranked.scores[1] >= ranker.threshold > ranked.scores[2]
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("name", registry.names("inpainter"))
def test_an_inpainter_says_what_it_wants_to_see(name, square):
    inpainter = build("inpainter", name)
    (window,) = plan.windows(
        square, plan.Geometry(inpainter.context, inpainter.native, inpainter.multiple)
    )
    assert window.outer[0] >= 40


@pytest.mark.parametrize("name", registry.names("inpainter"))
@given(seed=st.integers(0, 2**32), height=st.integers(8, 40), width=st.integers(8, 40))
@settings(max_examples=10)
def test_an_inpainter_returns_the_same_picture_twice(name, seed, height, width):
    inpainter, random = build("inpainter", name), np.random.default_rng(seed)
    height, width = (
        -(-side // inpainter.multiple) * inpainter.multiple for side in (height, width)
    )
    image = random.integers(0, 256, (height, width, 3), np.uint8)
    mask = random.random((height, width)) < random.random()
    mask[random.integers(height), random.integers(width)] = True
    hole = Hole(image, mask, "white" if name == "colour" else "", seed)
    first, again, before = inpainter.inpaint(hole), inpainter.inpaint(hole), image.copy()
    assert first.shape == image.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert np.array_equal(image, before)
