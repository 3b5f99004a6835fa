import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import CHANNELS, ICC, exif, photo, pixels, seeds, sizes
from PIL import Image

from fastseg_edit.errors import InputError
from fastseg_edit.photos import Limits, from_array, from_pil, to_array, to_pil

IN_ARRAYS = sorted(set(CHANNELS) - {"P", "PA", "CMYK"})
IN_IMAGES = sorted(set(CHANNELS) - {"LA;16", "RGB;16", "RGBA;16"})


@given(st.sampled_from(IN_ARRAYS), sizes, seeds)
def test_an_array_comes_back_as_it_was(mode, size, seed):
    array = pixels(mode, size, seed)
    taken = from_array(array)
    assert taken.mode == mode
    back = to_array(taken)
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)


@given(st.sampled_from(IN_IMAGES), sizes, seeds)
def test_an_image_comes_back_as_it_was(mode, size, seed):
    image = to_pil(photo("PNG", mode, size, seed))
    back = to_pil(from_pil(image))
    assert back.mode == image.mode
    assert back.tobytes() == image.tobytes()
    assert back.getpalette() == image.getpalette()


def test_an_array_is_copied():
    array = pixels("RGB")
    taken = from_array(array)
    array[:] = 0
    assert taken.pixels.any()


def test_the_metadata_of_an_image_comes_along_upright():
    image = Image.fromarray(pixels("RGB"))
    image.info = {"exif": b"Exif\0\0" + exif(6), "icc_profile": ICC, "dpi": (72, 300)}
    taken = from_pil(image)
    assert taken.size == (20, 16)
    assert to_pil(taken).info["icc_profile"] == ICC
    assert to_pil(taken).info["dpi"] == (300, 72)
    assert to_pil(taken).getexif()[274] == 1


def test_transparency_of_a_palette_comes_along():
    image = to_pil(photo("PNG", "P"))
    image.info["transparency"] = 3
    taken = from_pil(image)
    assert taken.palette[3, 3] == 0
    assert (np.delete(taken.palette[:, 3], 3) == 255).all()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((9, 9, 3)),
        np.zeros((9, 9, 5), np.uint8),
        np.zeros((9, 9, 1), np.uint8),
        np.zeros((2, 9, 9, 3), np.uint8),
        np.zeros((9, 9), np.int32),
    ],
)
def test_other_arrays_are_refused(array):
    with pytest.raises(InputError, match="a photo is") as caught:
        from_array(array)
    assert caught.value.code == "E_INPUT_FORMAT"


def test_sizes_are_checked():
    with pytest.raises(InputError, match="needs 8"):
        from_array(np.zeros((7, 9), np.uint8))
    with pytest.raises(InputError, match="MP"):
        from_array(np.zeros((9, 9), np.uint8), Limits(max_pixels=80))
    with pytest.raises(InputError, match="needs 8"):
        from_pil(Image.new("L", (7, 9)))


def test_images_without_an_agreed_range_are_refused():
    for mode in ("F", "I", "LAB"):
        with pytest.raises(InputError, match=f"mode '{mode}'"):
            from_pil(Image.new(mode, (9, 9)))


def test_sixteen_bit_colour_is_no_image_of_pillow():
    with pytest.raises(InputError, match="array"):
        to_pil(photo("PNG", "RGB;16"))
