import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import LOSSLESS, box_mask, file_of, jpeg, photo, scene

from fastseg_edit.errors import FastsegError
from fastseg_edit.photos import Photo, convert, encode, open_photo, verify

SIZE = (16, 20)
MASK = box_mask(SIZE, 4, 4, 6, 6)


@given(st.sampled_from(LOSSLESS), st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1))
def test_one_changed_pixel_is_noticed_outside_the_mask_and_only_there(kind, row, column):
    before = photo(*kind, SIZE)
    pixels = before.pixels.copy()
    sample = (row, column) if pixels.ndim == 2 else (row, column, 0)
    pixels[sample] = not pixels[sample] if pixels.dtype == bool else pixels[sample] ^ 1
    after = Photo(pixels, before.mode, before.format, palette=before.palette)
    fidelity = verify(before, encode(after), MASK)
    assert fidelity.unmasked_changed_pixels == (not MASK[row, column])
    assert fidelity.lossless
    if MASK[row, column]:
        fidelity.check()
    else:
        with pytest.raises(FastsegError, match="1 pixels outside") as caught:
            fidelity.check()
        assert caught.value.code == "E_GUARANTEE"


def test_a_changed_palette_is_noticed():
    before = photo("PNG", "P", SIZE)
    palette = before.palette.copy()
    palette[before.pixels[0, 0]] ^= 1
    palette[:, 3] = 255
    after = Photo(before.pixels, "P", "PNG", palette=palette)
    assert verify(before, encode(after), MASK).unmasked_changed_pixels >= 1


def test_a_file_of_another_size_or_mode_breaks_the_guarantee():
    before = photo("PNG", "RGB", SIZE)
    for other in (file_of("PNG", "RGB", (20, 16)), file_of("PNG", "L", SIZE)):
        with pytest.raises(FastsegError, match="would have become") as caught:
            verify(before, other, MASK)
        assert caught.value.code == "E_GUARANTEE"


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_another_lossless_format_is_held_to_the_same(mode):
    before = photo("PNG", mode, SIZE)
    for form in ("WEBP", "TIFF", "BMP"):
        fidelity = verify(before, encode(convert(before, form)), MASK)
        assert fidelity.lossless
        assert fidelity.unmasked_changed_pixels == 0


def test_a_jpeg_reports_how_much_it_changed():
    before = open_photo(jpeg(scene(), quality=50))
    mask = np.zeros(before.size, bool)
    fidelity = verify(before, encode(before, quality=30), mask)
    assert not fidelity.lossless
    fidelity.check()
    change = np.abs(before.pixels.astype(int) - open_photo(encode(before, quality=30)).pixels)
    assert fidelity.max_change == change.max()
    assert fidelity.mean_change == pytest.approx(change.mean())
    assert fidelity.unmasked_changed_pixels == np.count_nonzero(change.any(axis=2))


def test_nothing_outside_the_mask_means_nothing_changed():
    before = open_photo(jpeg(scene()))
    fidelity = verify(before, encode(before), np.ones(before.size, bool))
    assert (fidelity.unmasked_pixels, fidelity.mean_change, fidelity.max_change) == (0, 0, 0)
