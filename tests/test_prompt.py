import numpy as np
import pytest

from fastseg_edit import Boxes, Mask, Points, Scribble, Text
from fastseg_edit.errors import PromptError
from fastseg_edit.prompt import Combined


def test_operators_build_a_tree():
    one, other, third = Points.at(1, 2), Boxes.around(0, 0, 5, 5), Text("dog")
    assert (one | other) - third == Combined("subtract", Combined("union", one, other), third)
    assert one & other == Combined("intersect", one, other)


def test_left_out_labels_mean_on_the_object():
    assert Points(((1, 2), (3, 4))).labels == (1, 1)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Points(((1, 2),), (0,)), "E_NO_POSITIVE"),
        (lambda: Points(()), "E_SPEC"),
        (lambda: Points((100, 60)), "E_SPEC"),
        (lambda: Points(((1, 2, 3),)), "E_SPEC"),
        (lambda: Boxes((1, 2, 3, 4)), "E_SPEC"),
        (lambda: Text(5), "E_TEXT_EMPTY"),
        (lambda: Points(((float("nan"), 2),)), "E_POINT_RANGE"),
        (lambda: Points(((1, 2),), (1, 0)), "E_SPEC"),
        (lambda: Boxes.around(5, 5, 5, 9), "E_BOX_EMPTY"),
        (lambda: Boxes.around(9, 5, 5, 9), "E_BOX_EMPTY"),
        (lambda: Boxes.around(0, 0, float("inf"), 9), "E_BOX_EMPTY"),
        (lambda: Text("  "), "E_TEXT_EMPTY"),
        (lambda: Text("dog\0"), "E_TEXT_EMPTY"),
        (lambda: Points.at(1, 2) | "dog", "E_SPEC"),
        (lambda: Scribble(np.zeros((3, 3), bool), np.ones((3, 3), bool)), "E_NO_POSITIVE"),
        (lambda: Scribble(np.ones((3, 3), bool), np.ones((3, 4), bool)), "E_MASK_SIZE"),
    ],
)
def test_a_prompt_without_sense_is_refused(make, code):
    with pytest.raises(PromptError) as caught:
        make()
    assert caught.value.code == code


def test_a_negative_click_in_a_box_is_enough():
    assert Points(((1, 2),), (0,), (0, 0, 9, 9)).box == (0, 0, 9, 9)


def test_a_mask_combines_too():
    mask = Mask(np.eye(3, dtype=bool))
    assert (mask - Points.at(0, 0)).left is mask


def test_lists_and_arrays_do_as_well():
    assert Points([[1, 2]]) == Points(np.array([[1.0, 2.0]])) == Points.at(1, 2)
    assert Boxes([[1, 2, 3, 4]]) == Boxes.around(1, 2, 3, 4)


def test_a_prompt_shows_itself_in_a_line():
    mask = Mask(np.zeros((20, 30), bool))
    assert repr(mask - Points.at(1, 2)) == (
        "(Mask(30x20) - Points(xy=((1.0, 2.0),), labels=(1,), box=None))"
    )
