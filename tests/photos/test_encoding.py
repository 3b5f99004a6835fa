import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import (
    ICC,
    STORED,
    XMP,
    box_mask,
    exif,
    file_of,
    jpeg,
    photo,
    scene,
)
from PIL import Image, JpegImagePlugin

from fastseg_edit.batching.manifests.policy import NO_ROOM
from fastseg_edit.errors import OutputError, SpecError
from fastseg_edit.photos import (
    FORMATS,
    Metadata,
    convert,
    encode,
    merge,
    open_photo,
    to_array,
    verify,
)

QUALITIES = st.integers(40, 98)
odd_sizes = st.tuples(st.integers(17, 40), st.integers(17, 40))


def edited_in_a_corner(before):
    """A photo of which one pixel has another colour, and the mask of that."""
    mask = box_mask(before.size, 0, 0, 1, 1)
    return merge(before, 255 - before.rgb, mask), mask


@given(QUALITIES, st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]), st.booleans())
def test_a_jpeg_keeps_its_tables_sampling_and_passes(quality, sampling, progressive):
    blob = jpeg(scene(), quality=quality, subsampling=sampling, progressive=progressive)
    edited, _ = edited_in_a_corner(open_photo(blob))
    before, after = (Image.open(io.BytesIO(each)) for each in (blob, encode(edited)))
    assert after.quantization == before.quantization
    assert JpegImagePlugin.get_sampling(after) == JpegImagePlugin.get_sampling(before)
    assert ("progressive" in after.info) == progressive


@given(QUALITIES, st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]), odd_sizes, st.integers(1, 8))
def test_a_jpeg_that_is_not_edited_is_saved_as_it_was(quality, sampling, size, turned):
    blob = jpeg(scene(size), quality=quality, subsampling=sampling, exif=exif(turned))
    before = open_photo(blob)
    after = open_photo(encode(before))
    assert np.array_equal(after.pixels, before.pixels)
    assert after.coding.stream == before.coding.stream


@given(QUALITIES, st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]), odd_sizes)
def test_a_jpeg_saved_again_is_nearer_than_by_way_of_rgb(quality, sampling, size):
    before = open_photo(jpeg(scene(size), quality=quality, subsampling=sampling))
    edited, mask = edited_in_a_corner(before)
    tables = [list(table) for table in before.coding.tables]
    through_rgb = verify(before, jpeg(edited.pixels, qtables=tables, subsampling=sampling), mask)
    own = verify(before, encode(edited), mask)
    assert own.mean_change <= through_rgb.mean_change + 0.05


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [75, 90])
def test_a_small_edit_changes_few_pixels_of_a_jpeg(quality, sampling):
    before = open_photo(jpeg(scene((96, 128)), quality=quality, subsampling=sampling))
    mask = box_mask(before.size, 40, 40, 16, 16)
    edited = merge(before, np.zeros((*before.size, 3), np.uint8), mask)
    own = verify(before, encode(edited), mask)
    again = verify(before, jpeg(edited.pixels, quality=95), mask)
    assert own.unmasked_changed_pixels < 0.08 * own.unmasked_pixels
    assert own.unmasked_changed_pixels < again.unmasked_changed_pixels / 4
    assert own.mean_change < again.mean_change / 2


def test_a_jpeg_that_was_none_before_is_of_high_quality():
    saved = Image.open(io.BytesIO(encode(photo("PNG", "RGB"), "jpg")))
    assert JpegImagePlugin.get_sampling(saved) == 0
    assert max(saved.quantization[0]) <= 12


def test_a_jpeg_of_red_green_and_blue_stays_one():
    blob = jpeg(scene(), quality=90, keep_rgb=True)
    assert Image.open(io.BytesIO(encode(open_photo(blob)))).info["adobe_transform"] == 0


def test_the_resolution_of_a_jpeg_stays_to_the_byte():
    blob = bytearray(jpeg(scene()))
    blob[13:18] = b"\2\0\x48\0\x30"  # dots per centimetre
    assert encode(open_photo(bytes(blob)))[13:18] == blob[13:18]


def test_a_lossless_webp_stays_lossless_and_a_lossy_one_lossy():
    for lossless in (True, False):
        file = io.BytesIO()
        Image.fromarray(scene()).save(file, "WEBP", lossless=lossless)
        opened = open_photo(file.getvalue())
        assert opened.coding.lossless is lossless
        assert (b"VP8L" in encode(opened)[:32]) is lossless


def test_colours_under_transparent_pixels_survive():
    for form in ("PNG", "WEBP", "TIFF", "BMP"):
        before = photo(form, "RGBA")
        before.pixels.base[..., 3] = 0
        assert np.array_equal(open_photo(encode(before)).pixels, before.pixels)


@pytest.mark.parametrize(
    ("compression", "mode"),
    [(each, "RGB") for each in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate")]
    + [("group4", "1"), ("group3", "1")],
)
def test_a_tiff_keeps_its_compression(compression, mode):
    file = io.BytesIO()
    Image.fromarray(photo("TIFF", mode).pixels).save(file, "TIFF", compression=compression)
    saved = encode(open_photo(file.getvalue()))
    assert Image.open(io.BytesIO(saved)).info["compression"] == compression


def test_a_lossy_tiff_becomes_lossless_with_a_warning():
    file = io.BytesIO()
    Image.fromarray(scene()).save(file, "TIFF", compression="jpeg")
    opened = open_photo(file.getvalue())
    assert [each.code for each in opened.warnings] == ["W_COMPRESSION"]
    assert np.array_equal(open_photo(encode(opened)).pixels, opened.pixels)


@given(st.sampled_from(STORED), st.sampled_from(FORMATS))
def test_converting_loses_no_sample_or_says_so(kind, to):
    before = photo(*kind)
    try:
        converted = convert(before, to)
    except SpecError:
        assert "A" in before.mode or "16" in before.mode
        return
    after = open_photo(encode(converted))
    assert after.format == to
    said = {each.code for each in converted.warnings}
    if before.mode == "CMYK" and to not in {before.format, "TIFF", "JPEG"}:
        assert "W_CONVERTED" in said
    elif to != "JPEG":
        assert np.array_equal(after.rgb, before.rgb)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_transparency_is_not_dropped(mode):
    before = photo("PNG", mode)
    if mode == "P":
        before.palette[before.pixels[0, 0], 3] = 0
    with pytest.raises(SpecError, match="transparency"):
        convert(before, "JPEG")
    after = to_array(open_photo(encode(before, "webp")))
    assert np.array_equal(after[..., 3], to_array(before)[..., -1])


def test_alpha_that_says_nothing_may_go():
    before = photo("PNG", "RGBA")
    before.pixels.base[..., 3] = 255
    assert convert(before, "JPEG").mode == "RGB"


def test_sixteen_bits_are_not_cut_to_eight():
    with pytest.raises(SpecError, match="16 bits"):
        convert(photo("PNG", "RGB;16"), "JPEG")


def test_what_a_format_cannot_hold_is_named():
    opened = open_photo(file_of("PNG", "RGB", exif=exif(), icc=ICC, xmp=XMP))
    (warning,) = convert(opened, "BMP").warnings
    assert warning.code == "W_METADATA_DROPPED"
    assert all(word in warning.text for word in ("exif", "icc", "xmp"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_metadata_can_be_left_out(form):
    opened = open_photo(file_of(form, "RGB", exif=exif(), icc=ICC, xmp=XMP))
    bare = open_photo(encode(opened, metadata="strip")).metadata
    assert (bare.exif, bare.icc, bare.xmp) == (b"", b"", b"")
    only = open_photo(encode(opened, metadata="icc-only")).metadata
    assert (only.exif, only.icc, only.xmp) == (b"", ICC, b"")


@pytest.mark.parametrize(
    "options", [{"format": "gif"}, {"metadata": "some"}, {"quality": 0}, {"quality": 101}]
)
def test_unknown_options_are_refused(options):
    with pytest.raises(SpecError):
        encode(photo("PNG", "RGB"), **options)


def test_what_an_encoder_cannot_write_is_a_fault_of_the_photo_and_of_no_disk():
    before = open_photo(jpeg(scene()))
    large = replace(before, metadata=Metadata(icc=bytes(17_900_000)), format="TIFF")
    with pytest.raises(OutputError) as raised:
        encode(large, "jpg")
    assert (raised.value.code, raised.value.status) == ("E_ENCODE", 5)
    assert raised.value.code not in NO_ROOM
