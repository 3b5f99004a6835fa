"""Photos as small pictures."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from fastseg_edit import photos
from fastseg_edit.errors import InputError


def stored(image, format_, mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(image, mode if image.ndim > 2 else None).save(file, format_, **options)
    return file.getvalue()


def halves(height=480, width=640):
    """Red above, blue below."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2] = (200, 30, 30)
    image[height // 2 :] = (30, 30, 200)
    return image


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_small_picture_keeps_proportions_and_colours(format_):
    found = photos.open_small(stored(halves(), format_), (90, 60))
    assert found.shape == (60, 80, 3)
    assert np.abs(found[5, 40].astype(int) - (200, 30, 30)).max() < 8
    assert np.abs(found[-5, 40].astype(int) - (30, 30, 200)).max() < 8


def test_a_photo_that_fits_in_stays_as_it_is():
    image = halves(40, 30)
    assert np.array_equal(photos.open_small(stored(image, "PNG"), (90, 60)), image)


def test_a_turned_photo_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # its upper edge is on the right
    found = photos.open_small(stored(halves(), "JPEG", exif=exif), (90, 60))
    assert found.shape == (60, 45, 3)
    assert found[30, -4, 0] > 150
    assert found[30, 4, 2] > 150


def test_what_is_transparent_shows_light_gray():
    image = np.zeros((20, 20, 4), np.uint8)
    image[..., :3], image[:, :10, 3] = 10, 255
    found = photos.open_small(stored(image, "PNG", "RGBA"), (20, 20))
    assert (found[5, 5] == 10).all()
    assert (found[5, 15] == 238).all()


def test_a_profile_that_fits_is_applied_and_a_broken_one_passed_over():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"no profile"):
        found = photos.open_small(stored(halves(), "PNG", icc_profile=icc), (90, 60))
        assert np.abs(found[5, 40].astype(int) - (200, 30, 30)).max() < 3


def test_a_photo_that_is_cut_off_is_refused():
    blob = stored(np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8), "JPEG")
    with pytest.raises(InputError, match="cut off or damaged"):
        photos.open_small(blob[: len(blob) // 2], (90, 60))
