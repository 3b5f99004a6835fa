import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from photos.samples import box_mask

from fastseg_edit.errors import PromptError
from fastseg_edit.photos import encode, from_array, open_mask, open_scribble

SIZE = (16, 20)
MASK = box_mask(SIZE, 3, 4, 5, 6)
LEVEL = np.where(MASK, np.uint8(255), np.uint8(0))


def written(samples, form="png"):
    return encode(from_array(samples), form)


def refused(code, *arguments, **options):
    with pytest.raises(PromptError) as caught:
        open_mask(*arguments, **options)
    assert caught.value.code == code
    return str(caught.value)


@given(arrays(np.uint8, SIZE))
def test_from_128_on_a_pixel_is_selected(level):
    level[0, 0] = 255
    assert np.array_equal(open_mask(written(level), SIZE), level >= 128)


@pytest.mark.parametrize(
    "samples",
    [MASK, LEVEL, np.dstack([LEVEL] * 3), LEVEL.astype(np.uint16) * 257, np.dstack([LEVEL] * 4)],
    ids=["1", "L", "RGB", "I;16", "RGBA"],
)
def test_masks_of_every_mode_are_read(samples):
    assert np.array_equal(open_mask(written(samples), SIZE), MASK)


def test_channels_can_be_chosen():
    gray_with_alpha = np.dstack([255 - LEVEL, LEVEL])
    assert np.array_equal(open_mask(written(gray_with_alpha), SIZE, "alpha"), MASK)
    assert np.array_equal(open_mask(written(gray_with_alpha), SIZE, "inverted"), MASK)
    assert np.array_equal(open_mask(written(gray_with_alpha), SIZE, "luma"), ~MASK)
    refused("E_SPEC", written(LEVEL), SIZE, "red")


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_mask_with_alpha_says_where_to_look(level):
    blank = np.dstack([np.full(SIZE, level, np.uint8), LEVEL])
    assert ":alpha" in refused("E_MASK_ALPHA", written(blank), SIZE)


def test_a_black_mask_is_empty():
    assert ":inverted" in refused("E_MASK_EMPTY", written(np.zeros(SIZE, np.uint8)), SIZE)


def test_a_mask_of_another_size_names_both_and_the_flag():
    message = refused("E_MASK_SIZE", written(LEVEL), (32, 40))
    assert "20x16" in message
    assert "40x32" in message
    assert "--mask-resize fit" in message


def test_a_mask_of_the_stored_photo_says_so():
    assert "un-rotated" in refused("E_MASK_SIZE", written(LEVEL), SIZE[::-1])


@pytest.mark.parametrize("size", [(32, 40), (8, 10)])
def test_a_mask_can_be_stretched(size):
    fitted = open_mask(written(LEVEL), size, fit=True)
    assert fitted.shape == size
    assert fitted.mean() == pytest.approx(MASK.mean(), rel=0.3)


def test_strokes_mark_the_object_what_it_is_not_and_the_unknown():
    level = np.full(SIZE, 127, np.uint8)
    level[2:4], level[8:10] = 255, 0
    alpha = np.full(SIZE, 255, np.uint8)
    alpha[:, :5] = 0
    on, off = open_scribble(written(np.dstack([level, alpha])), SIZE)
    assert on.sum() == off.sum() == 2 * 15
    assert on[2, 5]
    assert off[8, 5]
    assert not (on | off)[:, :5].any()


def test_strokes_without_white_mark_nothing():
    with pytest.raises(PromptError) as caught:
        open_scribble(written(np.zeros(SIZE, np.uint8)), SIZE)
    assert caught.value.code == "E_MASK_EMPTY"
