"""Outlines hold the mask that they were taken from."""

import cv2
import numpy as np
import pytest
from drawn import filled_masks
from hypothesis import given

from fastseg_edit.annotate import outlines, threaded
from fastseg_edit.cutouts import Cutout


def filled(rings, size):
    """Fill by the even-odd rule, and draw the lines, as OpenCV does it."""
    canvas = np.zeros(size, np.uint8)
    cv2.fillPoly(canvas, [ring.astype(np.int32) for ring in rings], 1)
    return canvas.astype(bool)


def rings_of(parts):
    return [ring for part in parts for ring in (part.ring, *part.holes)]


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def disk(radius, size=200):
    rows, columns = np.ogrid[:size, :size]
    return (rows - size / 2) ** 2 + (columns - size / 2) ** 2 < radius**2


@given(filled_masks)
def test_exact_outlines_hold_exactly_the_mask(mask):
    parts = outlines(Cutout.of(mask), tolerance=0)
    assert np.array_equal(filled(rings_of(parts), mask.shape), mask)


@given(filled_masks)
def test_each_connected_part_has_one_ring(mask):
    parts = outlines(Cutout.of(mask), tolerance=0)
    areas = [filled([part.ring, *part.holes], mask.shape).sum() for part in parts]
    assert sum(areas) == mask.sum()
    assert all(areas)


@given(filled_masks)
def test_one_threaded_ring_is_worth_all_rings(mask):
    rings = rings_of(outlines(Cutout.of(mask), tolerance=0))
    ring = threaded(rings)
    assert {tuple(point) for point in ring} == {tuple(point) for each in rings for point in each}
    apart = filled([ring], mask.shape) ^ mask
    lines = np.zeros(mask.shape, np.uint8)
    cv2.polylines(lines, [ring.astype(np.int32)], isClosed=True, color=1)
    assert not apart[lines == 0].any()


@pytest.mark.parametrize("radius", [3, 8, 20, 60, 95])
def test_simple_outlines_stay_true(radius):
    mask = disk(radius)
    exact = rings_of(outlines(Cutout.of(mask), tolerance=0))
    simple = rings_of(outlines(Cutout.of(mask)))
    assert overlap(filled(simple, mask.shape), mask) >= 0.98
    assert len(simple[0]) < len(exact[0]) or radius < 10


def test_a_ring_keeps_its_hole():
    mask = disk(80) & ~disk(40)
    (part,) = outlines(Cutout.of(mask))
    assert len(part.holes) == 1
    assert overlap(filled([part.ring, *part.holes], mask.shape), mask) >= 0.98


def test_outlines_lie_where_the_mask_lies():
    ring = outlines(Cutout.of(np.ones((2, 3), bool), at=(10, 20)))[0].ring
    assert sorted(map(tuple, ring)) == [(10.5, 20.5), (10.5, 21.5), (12.5, 20.5), (12.5, 21.5)]


def test_a_mask_without_pixels_has_no_outline():
    assert outlines(Cutout.of(np.zeros((3, 3), bool))) == []
