import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import (
    XMP,
    box_mask,
    exif,
    file_of,
    jpeg,
    orientations,
    photo,
    pixels,
    scene,
    seeds,
    sizes,
)
from PIL import Image, ImageOps, JpegImagePlugin

from fastseg_edit.photos import Metadata, encode, merge, open_photo, orient, turning, verify

SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"]
TAG = b'<rdf:Description tiff:Orientation="%d"/>'

samplings = st.sampled_from(SAMPLINGS)
odd_sizes = st.tuples(st.integers(17, 40), st.integers(17, 40))


def turned_jpeg(orientation, size=(48, 64), sampling="4:4:4", thumbnail=b"", **options):
    said = b"Exif\0\0" + exif(orientation, thumbnail, size)
    return jpeg(scene(size), quality=85, subsampling=sampling, exif=said, **options)


def image_in(blob):
    return Image.open(io.BytesIO(blob))


def shown(blob):
    return np.asarray(ImageOps.exif_transpose(image_in(blob)))


@given(st.sampled_from(["L", "RGB", "I;16"]), sizes, seeds)
def test_pixels_turned_upright_and_back_are_the_same(mode, size, seed):
    before = pixels(mode, size, seed)
    for orientation in range(1, 9):
        there = orient.upright(before, orientation)
        assert np.array_equal(orient.stored(there, orientation), before), orientation
        assert np.array_equal(
            orient.upright(orient.stored(before, orientation), orientation), before
        )


@given(orientations, odd_sizes, st.booleans())
def test_a_photo_turned_upright_and_back_is_the_same(orientation, size, in_xmp):
    said = {"xmp": TAG % orientation} if in_xmp else {"exif": exif(orientation, size=size)}
    before = photo("JPEG", "RGB", size, metadata=Metadata(dpi=(300.0, 200.0), **said))
    upright = turning.upright(before)
    after = turning.stored(upright)
    assert upright.coding.orientation == orientation
    assert np.array_equal(after.pixels, before.pixels)
    assert (after.metadata, after.coding) == (before.metadata, before.coding)


@given(orientations, samplings, odd_sizes, st.booleans())
def test_a_turned_jpeg_is_saved_as_if_it_were_not_turned(orientation, sampling, size, edited):
    saved = {}
    for turn in (1, orientation):
        before = open_photo(turned_jpeg(turn, size, sampling))
        mask = orient.upright(box_mask(size, 5, 3, 8, 7) & edited, turn)
        saved[turn] = encode(merge(before, np.zeros((*before.size, 3), np.uint8), mask))
    assert exif(orientation, size=size) in saved[orientation]
    unturned = saved[orientation].replace(exif(orientation, size=size), exif(1, size=size))
    assert unturned == saved[1]


@given(orientations, samplings, odd_sizes)
def test_a_turned_jpeg_saved_again_looks_the_same(orientation, sampling, size):
    blob = turned_jpeg(orientation, size, sampling)
    before = open_photo(blob)
    saved = encode(before)
    assert image_in(saved).getexif()[274] == orientation
    assert np.array_equal(shown(blob), before.pixels)
    assert np.array_equal(shown(saved), open_photo(saved).pixels)
    assert verify(before, saved, np.zeros(before.size, bool)).mean_change < 1


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_edit_of_a_turned_jpeg_changes_little_outside_the_mask(orientation, sampling):
    before = open_photo(turned_jpeg(orientation, (95, 127), sampling))
    mask = box_mask(before.size, 40, 40, 16, 16)
    edited = merge(before, np.zeros((*before.size, 3), np.uint8), mask)
    fidelity = verify(before, encode(edited), mask)
    assert fidelity.unmasked_changed_pixels < 0.13 * fidelity.unmasked_pixels, fidelity
    assert fidelity.mean_change < 0.4, fidelity


@given(orientations, samplings)
def test_a_turned_jpeg_keeps_tables_sampling_density_and_sides(orientation, sampling):
    blob = turned_jpeg(orientation, (33, 48), sampling, dpi=(300, 200))
    before, after = image_in(blob), image_in(encode(open_photo(blob)))
    assert after.size == before.size
    assert after.quantization == before.quantization
    assert JpegImagePlugin.get_sampling(after) == JpegImagePlugin.get_sampling(before)
    assert after.info["dpi"] == (300, 200)
    assert after.getexif().get_ifd(34665)[40962] == 48


@given(orientations, st.sampled_from(["L", "CMYK"]))
def test_gray_and_ink_are_kept_as_they_were_turned(orientation, mode):
    blob = file_of("JPEG", mode, exif=exif(orientation))
    saved = image_in(encode(open_photo(blob)))
    assert (saved.mode, saved.size) == (mode, (20, 16))
    assert saved.getexif()[274] == orientation


def test_no_thumbnail_of_a_turned_jpeg_stays():
    thumbnail = jpeg(scene((24, 32)), quality=60)
    saved = encode(open_photo(turned_jpeg(6, thumbnail=thumbnail)))
    assert thumbnail[30:90] not in saved
    assert image_in(saved).getexif().get_ifd(1) == {}
    assert image_in(saved).getexif()[274] == 6


def test_an_orientation_that_only_xmp_states_stays_there():
    blob = file_of("JPEG", "RGB", xmp=TAG % 6)
    saved = encode(open_photo(blob))
    assert open_photo(blob).size == (20, 16)
    assert image_in(saved).size == (20, 16)
    assert TAG % 6 in saved


@given(orientations, samplings, odd_sizes, st.sampled_from(["strip", "icc-only", "by hand"]))
def test_without_a_tag_a_jpeg_is_written_upright(orientation, sampling, size, policy):
    before = open_photo(turned_jpeg(orientation, size, sampling))
    if policy == "by hand":
        saved = encode(replace(before, metadata=Metadata(xmp=XMP)))
    else:
        saved = encode(before, metadata=policy)
    assert image_in(saved).getexif().get(274) is None
    assert image_in(saved).size == before.size[::-1]
    assert verify(before, saved, np.zeros(before.size, bool)).mean_change < 3


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_jpeg_written_upright_has_its_tables_turned_with_it(orientation):
    blob = turned_jpeg(orientation, sampling="4:2:0")
    before, after = image_in(blob), image_in(encode(open_photo(blob), metadata="strip"))
    for number, table in before.quantization.items():
        square = np.reshape(table, (8, 8))
        wanted = square.T if orientation == 6 else square
        assert np.array_equal(np.reshape(after.quantization[number], (8, 8)), wanted)


@given(orientations)
def test_another_format_is_written_upright(orientation):
    opened = open_photo(turned_jpeg(orientation))
    saved = image_in(encode(opened, "png"))
    assert saved.getexif()[274] == 1
    assert np.array_equal(np.asarray(saved), opened.pixels)


def test_a_jpeg_whose_exif_is_broken_is_not_turned():
    broken = b"Exif\0\0" + exif(6)[:4] + b"\xff\xff\xff\x7f"
    opened = open_photo(jpeg(scene((16, 24)), exif=broken))
    assert [each.code for each in opened.warnings] == ["W_METADATA_DROPPED"]
    assert image_in(encode(opened)).size == (24, 16)
