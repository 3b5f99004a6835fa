"""A map of regions: a partition that only the masks decide, and an inpainter that keeps to it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Candidates, Edit
from fastseg_edit.errors import ModelError, NoObjectError
from fastseg_edit.stages import Inpaint, LayOut
from fastseg_edit.stages.layout import numbered

SIZE = (9, 12)


@st.composite
def several_masks(draw):
    """Draw up to six rectangles, some of them alike, some of them empty."""
    masks = np.zeros((draw(st.integers(0, 6)), *SIZE), bool)
    for mask in masks:
        top, left = draw(st.integers(0, 8)), draw(st.integers(0, 11))
        mask[top : top + draw(st.integers(0, 6)), left : left + draw(st.integers(0, 6))] = True
    return masks


def layout_of(masks):
    return numbered(Candidates.of(masks, SIZE))


@given(several_masks())
def test_a_mask_has_every_pixel_that_no_smaller_one_covers(masks):
    layout = layout_of(masks)
    areas = masks.sum(axis=(1, 2))
    for mask, area in zip(masks, areas, strict=True):
        smaller = masks[areas < area].any(axis=0)
        same = masks[areas == area].sum(axis=0) > 1
        own = layout[mask & ~smaller & ~same]
        assert len(np.unique(own)) <= 1
        assert (own > 0).all()


@given(several_masks())
def test_no_region_reaches_beyond_a_mask(masks):
    layout = layout_of(masks)
    assert layout.dtype == np.uint16
    assert np.array_equal(layout > 0, masks.any(axis=0))
    for number in np.unique(layout[layout > 0]):
        assert any(not (layout == number)[~mask].any() for mask in masks)


@given(several_masks(), st.randoms(use_true_random=False))
def test_the_order_in_which_masks_are_found_changes_nothing(masks, random):
    order = list(range(len(masks)))
    random.shuffle(order)
    assert np.array_equal(layout_of(masks), layout_of(masks[order]))


@given(several_masks())
def test_larger_regions_have_lower_numbers(masks):
    layout, areas = layout_of(masks), masks.sum(axis=(1, 2))
    seen = [
        areas[[bool(mask[layout == n].all()) for mask in masks]].min()
        for n in np.unique(layout[layout > 0])
    ]
    assert seen == sorted(seen, reverse=True)


class Quarters:
    """A segmenter that finds the four quarters of any photo, and all of it; it counts its looks."""

    looks = 0

    def encode(self, image, /):
        return image.shape[:2]

    def predict(self, encoding, _, /):
        type(self).looks += 1
        rows, columns = np.indices(encoding)
        quarter = 2 * (rows >= encoding[0] // 2) + (columns >= encoding[1] // 2)
        masks = [quarter == number for number in (2, 0, 3, 1)]
        return Candidates.of([*masks, np.ones(encoding, bool)], encoding)


class Nothing(Quarters):
    """A segmenter that finds nothing."""

    def predict(self, encoding, _, /):
        return Candidates.of([], encoding)


@dataclass
class Mosaic:
    """An inpainter that gives each region of the layout a gray of its own."""

    native: ClassVar = None
    multiple: ClassVar = 1
    context: ClassVar = "10%"
    follows: ClassVar = True

    def inpaint(self, hole, /):
        return np.repeat((hole.layout * 40).astype(np.uint8)[..., None], 3, axis=2)


def photo_of(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)


def test_everything_in_the_photo_gets_a_number():
    layout = LayOut(Quarters(), ())(Edit(photo_of())).layout
    assert len(np.unique(layout)) == 4
    assert layout[0, 0] != layout[0, -1] != layout[-1, -1] != layout[-1, 0]


def test_a_photo_is_looked_at_once():
    segmenter = Quarters()
    looks = Quarters.looks
    stage = LayOut(segmenter, ())
    first, again = (stage(Edit(photo_of(), caption=words)).layout for words in ("one", "two"))
    assert Quarters.looks == looks + 1
    assert np.array_equal(first, again)


def test_what_was_selected_stays_selected(square):
    image = np.zeros((*square.shape, 3), np.uint8)
    chosen = Candidates.of([square], square.shape)
    edit = LayOut(Quarters(), ())(Edit(image, candidates=chosen, chosen=chosen, mask=square))
    assert edit.candidates is chosen
    assert np.array_equal(edit.mask, square)


def test_others_are_asked_where_nothing_is_found_and_that_is_told():
    edit = LayOut(Nothing(), [Quarters()])(Edit(photo_of()))
    assert len(np.unique(edit.layout)) == 4
    assert [notice.code for notice in edit.notices] == ["W_FALLBACK"]
    again = LayOut(Nothing(), [Quarters()])(edit)
    assert len(again.notices) == 1


def test_a_photo_in_which_nothing_is_found_has_no_layout():
    with pytest.raises(NoObjectError, match="Nothing found nothing whose outline"):
        LayOut(Nothing(), ())(Edit(photo_of()))


def test_what_is_painted_keeps_to_the_layout_inside_the_mask():
    mask = np.zeros((40, 60), bool)
    mask[5:35, 10:50] = True
    edit = LayOut(Quarters(), ())(Edit(photo_of(), mask=mask))
    result = Inpaint(Mosaic())(edit).result
    assert np.array_equal(result[mask][:, 0], (edit.layout * 40).astype(np.uint8)[mask])
    assert np.array_equal(result[~mask], edit.image[~mask])


def test_a_layout_wants_the_model_that_keeps_to_it(square):
    image = np.zeros((*square.shape, 3), np.uint8)
    edit = LayOut(Quarters(), ())(Edit(image, mask=square))
    assert Inpaint("blur", "blur", Mosaic())(edit).result is not None
    with pytest.raises(ModelError, match="blur does not keep to a layout"):
        Inpaint("blur")(edit)
