from dataclasses import replace

import numpy as np
import pytest
from drawn import filled_masks
from hypothesis import given

from fastseg_edit import Candidates, Edit, objects
from fastseg_edit.errors import SpecError
from fastseg_edit.stages import (
    Dilate,
    DropSpecks,
    Erode,
    FillHoles,
    Invert,
    Smooth,
    SnapToEdges,
    Widen,
)

STAGES = (
    Dilate(2), Erode(1), FillHoles(), DropSpecks(), Smooth(1), SnapToEdges(2),
    SnapToEdges(2, "colour"), Widen(), Widen("box"), Invert(),
)  # fmt: skip


@given(filled_masks)
def test_every_stage_returns_a_mask_and_leaves_the_edit_alone(mask):
    image = np.random.default_rng(0).integers(0, 255, (*mask.shape, 3), np.uint8)
    edit, before = Edit(image, mask=mask), mask.copy()
    for stage in STAGES:
        after = stage(edit)
        assert after.mask.shape == mask.shape
        assert after.mask.dtype == bool
        assert np.array_equal(edit.mask, before)


@given(filled_masks)
def test_the_growing_stages_only_grow(mask):
    edit = Edit(np.zeros((*mask.shape, 3), np.uint8), mask=mask)
    for stage in (Dilate(2), Dilate("5%"), FillHoles("50%"), Widen("hull", 0), Widen("box", "2%")):
        assert not (mask & ~stage(edit).mask).any()


@given(filled_masks)
def test_inverting_twice_changes_nothing(mask):
    edit = Edit(np.zeros((*mask.shape, 3), np.uint8), mask=mask)
    assert np.array_equal(Invert()(Invert()(edit)).mask, mask)


def test_a_relative_radius_follows_the_object(photo, square):
    grown = Dilate("10%")(Edit(photo, mask=square)).mask
    assert np.flatnonzero(grown.any(axis=1)).tolist() == list(range(36, 84))


def test_snapping_finds_the_edge_that_a_sloppy_mask_missed(photo, square):
    sloppy = np.zeros_like(square)
    sloppy[43:83, 57:97] = True
    snapped = SnapToEdges(8, "colour")(Edit(photo, mask=sloppy)).mask
    wrong_before, wrong_after = (sloppy ^ square).sum(), (snapped ^ square).sum()
    assert wrong_after < wrong_before / 4, f"{wrong_before} -> {wrong_after} wrong pixels"


@pytest.mark.parametrize("wrong", ["wide", -1, "-2%", None, True])
def test_a_stage_with_a_wrong_length_is_never_made(wrong):
    with pytest.raises(SpecError, match="radius"):
        Dilate(wrong)


GRID = 8.0
"""Pixels of a photo per cell of the masks below."""


def coarse(mask, cell=GRID):
    """Return a mask as it comes from a coarse grid, with stairs; its candidates know it."""
    step = int(cell)
    cells = mask.reshape(mask.shape[0] // step, step, -1, step).mean(axis=(1, 3)) > 0.5
    stairs = cells.repeat(step, axis=0).repeat(step, axis=1)
    return replace(Candidates.of([stairs], mask.shape), cell=cell)


def disk(size=(240, 240), radius=70):
    rows, columns = np.indices(size)
    return np.hypot(rows - size[0] / 2, columns - size[1] / 2) < radius


def seen(mask, colour):
    """A photo in which an object of a colour lies on grey."""
    image = np.random.default_rng(0).integers(118, 123, (*mask.shape, 3), np.uint8)
    image[mask] = colour
    return image


def snapped(image, found, **options):
    edit = Edit(image, chosen=found, mask=objects.joined(found))
    return SnapToEdges(**options)(edit)


def test_stairs_of_a_coarse_grid_go_without_being_asked():
    true, found = disk(), coarse(disk())
    wrong = np.count_nonzero(found[0] ^ true)
    after = snapped(seen(true, (200, 30, 30)), found)
    assert np.count_nonzero(after.mask ^ true) < wrong / 4
    assert np.array_equal(objects.joined(after.chosen), after.mask)


def test_a_mask_that_was_found_in_pixels_stays_as_it_is():
    true = disk()
    found = Candidates.of([coarse(true)[0]], true.shape)
    image = seen(true, (200, 30, 30))
    assert np.array_equal(snapped(image, found).mask, found[0])
    ready = Edit(image, mask=found[0])
    assert np.array_equal(SnapToEdges()(ready).mask, found[0])


def test_an_object_that_does_not_stand_out_keeps_its_outline():
    found = coarse(disk())
    hidden = np.random.default_rng(1).integers(60, 190, (240, 240, 3), np.uint8)
    for how in ("guided", "colour"):
        assert np.array_equal(snapped(hidden, found, how=how).mask, found[0])


def test_an_edge_beside_the_object_does_not_draw_a_right_outline_away():
    true = disk()
    found = replace(Candidates.of([true], true.shape), cell=GRID)
    image = seen(true, (200, 30, 30))
    image[:, 194:] = (125, 125, 140)
    assert np.array_equal(snapped(image, found).mask, true)


def test_each_object_is_snapped_by_itself():
    one, other = np.zeros((2, 240, 240), bool)
    one[20:100, 20:100], other[130:220, 130:220] = True, True
    found = coarse(one).beside(coarse(other))
    image = seen(one | other, (200, 30, 30))
    both = snapped(image, found)
    for number, alone in enumerate((coarse(one), coarse(other))):
        assert np.array_equal(both.chosen[number], snapped(image, alone).mask)


def test_a_small_object_never_moves_far():
    true = np.zeros((240, 240), bool)
    true[100:110, 100:112] = True
    found = replace(Candidates.of([true], true.shape), cell=40.0)
    after = snapped(seen(true, (200, 30, 30)), found).mask
    assert np.count_nonzero(after ^ true) < 0.2 * np.count_nonzero(true)
