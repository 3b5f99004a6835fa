import numpy as np
import pytest
from drawn import filled_masks
from hypothesis import given

from fastseg_edit import Edit
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
