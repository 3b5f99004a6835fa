import numpy as np
import pytest

from fastseg_edit import Boxes, Candidates, Edit, Everything, Mask, Points, Reference, Text
from fastseg_edit.errors import FastsegError, NoObjectError, PromptError
from fastseg_edit.stages import Segment, Select


def located(photo, prompt, **options):
    return Select(**options)(Segment("grabcut")(Edit(photo, prompt))).mask


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.mark.parametrize(
    "prompt", [Boxes.around(50, 30, 110, 90), Points.at(80, 60), Points(((70, 50), (90, 70)))]
)
def test_a_prompt_finds_the_object(photo, square, prompt):
    assert overlap(located(photo, prompt), square) > 0.95


def test_a_ready_mask_is_its_own_only_candidate(photo, square):
    edit = Segment()(Edit(photo, Mask(square)))
    assert len(edit.candidates) == 1
    assert np.array_equal(edit.candidates[0], square)


def test_prompts_combine_as_sets(photo, square):
    half = np.zeros_like(square)
    half[:, 80:] = True
    corner = np.zeros_like(square)
    corner[:5, :5] = True
    box, right, corner = Boxes.around(50, 30, 110, 90), Mask(half), Mask(corner)
    whole = located(photo, box)
    assert np.array_equal(located(photo, box & right), whole & half)
    assert np.array_equal(located(photo, box - right), whole & ~half)
    assert np.array_equal(located(photo, box - right | corner), whole & ~half | corner.pixels)


def test_several_boxes_are_one_selection_of_several_objects(photo):
    photo = photo.copy()
    photo[90:110, 10:30] = (240, 240, 40)
    mask = located(photo, Boxes(((50, 30, 110, 90), (2, 82, 38, 118))))
    assert mask[60, 80]
    assert mask[100, 20]
    assert not mask[60, 20]


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        (Points.at(160, 5), "E_POINT_RANGE"),
        (Points.at(-1, 5), "E_POINT_RANGE"),
        (Boxes.around(160, 0, 170, 9), "E_BOX_EMPTY"),
        (Mask(np.ones((3, 3), bool)), "E_MASK_SIZE"),
        (Mask(np.zeros((120, 160), bool)), "E_MASK_EMPTY"),
        (Points.at(1, 1) | Points.at(1, 500), "E_POINT_RANGE"),
        (Text("the square"), "E_MODEL_MISSING"),
        (Reference(np.zeros((9, 9, 3), np.uint8)), "E_MODEL_MISSING"),
        (Everything(), "E_MODEL_MISSING"),
    ],
)
def test_a_prompt_that_cannot_be_placed_is_refused(photo, prompt, code):
    with pytest.raises(FastsegError) as caught:
        Segment()(Edit(photo, prompt))
    assert caught.value.code == code


def candidates():
    masks = np.zeros((4, 6, 6), bool)
    for number, mask in enumerate(masks):
        mask[number, : number + 1] = True
    return Candidates.of(masks, (6, 6), [0.1, 0.9, 0.5, 0.2], [0, 0, 1, 1])


def selected(**options):
    edit = Edit(np.zeros((6, 6, 3), np.uint8), candidates=candidates())
    return Select(**options)(edit).mask.any(axis=1).tolist()[:4]


def test_select_takes_the_best_of_each_group():
    assert selected() == [False, True, True, False]
    assert selected(by="area") == [False, True, False, True]
    assert selected(candidate=2) == [True, False, False, True]
    assert selected(top=2) == [True] * 4


def test_select_refuses_a_candidate_that_is_not_there():
    with pytest.raises(PromptError, match="candidate 3 was asked for, and there are 2"):
        selected(candidate=3)


@pytest.mark.parametrize("masks", [[], [np.zeros((6, 6), bool)]])
def test_nothing_found_is_an_answer_of_its_own(masks):
    edit = Edit(np.zeros((6, 6, 3), np.uint8), candidates=Candidates.of(masks, (6, 6)))
    with pytest.raises(NoObjectError) as caught:
        Select()(edit)
    assert caught.value.status == 7
