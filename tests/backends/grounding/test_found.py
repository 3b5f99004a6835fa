"""Boxes in the photo."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import box_iou

from fastseg_edit.backends.grounding.found import Found, overlaps

coordinates = st.floats(-50, 150, width=32)
rows = st.lists(st.tuples(coordinates, coordinates, coordinates, coordinates), max_size=12)


def _found(rows):
    corners = np.array(rows, np.float64).reshape(-1, 4)
    near, far = (
        np.minimum(corners[:, :2], corners[:, 2:]),
        np.maximum(corners[:, :2], corners[:, 2:]),
    )
    scores = np.linspace(0, 1, len(corners), dtype=np.float32)
    return Found(np.hstack([near, far]), scores)


@given(rows, st.integers(8, 100), st.integers(8, 100))
def test_boxes_end_at_the_border_and_keep_a_pixel(rows, height, width):
    found = _found(rows).within((height, width))
    assert (found.boxes[:, :2] >= 0).all()
    assert (found.boxes[:, 2:] <= (width, height)).all()
    assert (found.boxes[:, 2:] - found.boxes[:, :2] >= 1).all()


@given(rows)
def test_only_boxes_beside_the_photo_are_left_out(rows):
    before = _found(rows)
    after = before.within((60, 80))
    beside = [
        left >= 80 or top >= 60 or right <= 0 or bottom <= 0
        for left, top, right, bottom in before.boxes
    ]
    assert after.scores.tolist() == before.scores[~np.array(beside, bool)].tolist()


def test_a_box_inside_stays_as_it_is():
    found = Found(np.array([[1.5, 2.5, 30.25, 40]]), np.ones(1, np.float32))
    assert np.array_equal(found.within((40, 31)).boxes, found.boxes)


@given(rows, st.floats(0, 1))
def test_distinct_boxes_come_best_first_and_stand_for_all(rows, overlap):
    before = _found(rows).within((100, 100))
    kept = before.distinct(overlap, 100)
    assert (np.diff(kept.scores) <= 0).all()
    if not len(before.scores):
        return
    overlaps = box_iou(*(torch.from_numpy(each.boxes).float() for each in (kept, before))).numpy()
    among = overlaps[:, [before.scores.tolist().index(score) for score in kept.scores]]
    assert (among[~np.eye(len(among), dtype=bool)] <= overlap + 1e-6).all()
    assert (overlaps.max(axis=0) >= overlap - 1e-6).all()


def test_a_share_of_the_canvas_is_that_share_of_its_pixels():
    centred = torch.tensor([[0.5, 0.25, 1.0, 0.5], [0.1, 0.1, 0.0, 0.2]])
    logits = torch.tensor([[-np.inf, 0.0], [-1.0, -2.0]])
    found = Found.of(logits, centred, (200, 40))
    assert np.allclose(found.boxes, [[0, 0, 200, 20], [20, 0, 20, 8]], atol=1e-5)
    assert np.allclose(found.scores, [0.5, 1 / (1 + np.e)])


def test_what_is_no_number_is_seen():
    assert Found(np.zeros((1, 4)), np.zeros(1, np.float32)).whole
    assert not Found(np.full((1, 4), np.nan), np.zeros(1, np.float32)).whole
    assert not Found(np.zeros((1, 4)), np.array([np.nan], np.float32)).whole


@given(rows)
def test_overlaps_are_those_of_torchvision(rows):
    boxes = _found(rows).within((100, 100)).boxes
    wanted = box_iou(torch.from_numpy(boxes), torch.from_numpy(boxes)).numpy()
    for number, box in enumerate(boxes):
        assert overlaps(box, boxes) == pytest.approx(wanted[number], abs=1e-9)


def test_boxes_without_area_overlap_with_nothing():
    boxes = np.array([[1.0, 1, 1, 5], [1, 1, 1, 5], [0, 0, 9, 9]])
    assert [overlaps(box, boxes).max() for box in boxes[:2]] == [0, 0]


def test_no_more_boxes_are_kept_than_asked_for():
    boxes = np.array([[number, 0, number + 1, 1] for number in range(5)], np.float64)
    found = Found(boxes, np.array([0.1, 0.5, 0.3, 0.5, 0.2], np.float32))
    assert found.distinct(0.5, 3).boxes[:, 0].tolist() == [1, 3, 2]
