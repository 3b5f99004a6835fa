"""A photo on a larger canvas: all that was there stays, and what is new is true of the whole."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import (
    ICC,
    LOSSLESS,
    STORED,
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
from PIL import Image

from fastseg_edit.errors import SpecError
from fastseg_edit.photos import (
    Margins,
    Metadata,
    aligned,
    encode,
    extended,
    merge,
    open_photo,
    orient,
    verify,
)
from fastseg_edit.photos.exif import sized, xmp_sized
from fastseg_edit.photos.photo import ALPHA_MODES

XMP = b'<rdf tiff:ImageWidth="20" exif:PixelYDimension="16"><tiff:ImageLength>16</tiff:ImageLength>'

sides = st.builds(Margins, *[st.integers(0, 30)] * 4)


def painted(canvas, new, seed=0):
    """Return a canvas with something else wherever it is new."""
    return merge(canvas, pixels("RGB", canvas.size, seed), new)


def seen(of):
    """Return samples as they are shown: colours and alpha where there is a palette."""
    return of.pixels if of.mode != "P" else of.palette[of.pixels]


@given(st.sampled_from(LOSSLESS), sizes, sides, seeds)
def test_every_sample_of_the_photo_survives_painting_and_saving(kind, size, margins, seed):
    before = photo(*kind, size, seed)
    new = margins.added(size)
    canvas = extended(before, margins)
    after = open_photo(encode(painted(canvas, new, seed)))
    assert after.size == margins.grown(size)
    assert np.array_equal(seen(canvas)[margins.inside(size)], seen(before))
    assert np.array_equal(seen(after)[margins.inside(size)], seen(before))
    assert verify(canvas, encode(painted(canvas, new, seed)), new).unmasked_changed_pixels == 0


@given(st.sampled_from(STORED), sides)
def test_mode_depth_format_and_profile_stay(kind, margins):
    before = open_photo(file_of(*kind, icc=b"" if kind[1] in ("CMYK", "1") else ICC))
    after = open_photo(encode(extended(before, margins)))
    assert (after.mode, after.format) == (before.mode, before.format)
    assert after.pixels.dtype == before.pixels.dtype
    assert after.metadata.icc == before.metadata.icc
    assert after.coding.bits == before.coding.bits


@pytest.mark.parametrize("mode", sorted(ALPHA_MODES - {"PA"}))
def test_what_is_new_is_opaque_and_alpha_stays_where_it_was(mode):
    before = photo("TIFF" if mode == "LA;16" else "PNG", mode)
    margins = Margins(3, 0, 5, 40)
    after = painted(extended(before, margins), margins.added(before.size))
    alpha = after.pixels[..., -1]
    assert (alpha[margins.added(before.size)] == np.iinfo(alpha.dtype).max).all()
    assert np.array_equal(alpha[margins.inside(before.size)], before.pixels[..., -1])


@pytest.mark.parametrize("solid", [0, 1, 100])
def test_what_is_new_takes_opaque_entries_of_a_palette(solid):
    before = photo("PNG", "P")
    palette = before.palette[:200].copy()
    palette[solid:, 3] = 7
    before = replace(before, pixels=before.pixels % 200, palette=palette)
    margins = Margins(0, 9, 2, 0)
    new = margins.added(before.size)
    for after in (extended(before, margins), painted(extended(before, margins), new)):
        assert (after.palette[after.pixels][new][:, 3] == 255).all()
        assert np.array_equal(
            after.palette[after.pixels][~new], before.palette[before.pixels].reshape(-1, 4)
        )


def test_a_palette_without_room_for_an_opaque_entry_is_told():
    before = photo("PNG", "P")
    palette = before.palette.copy()
    palette[:, 3] = 7
    full = np.arange(256, dtype=np.uint8).reshape(16, 16)
    after = extended(replace(before, pixels=full, palette=palette), Margins(1, 1, 1, 1))
    assert [notice.code for notice in after.warnings] == ["W_CONVERTED"]


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "RGB;16"])
def test_nothing_new_has_the_one_colour_that_is_transparent(mode):
    before = photo("PNG", mode)
    key = before.pixels[0, 0]
    before = replace(before, transparent=tuple(np.atleast_1d(key).tolist()))
    margins = Margins(4, 4, 0, 0)
    canvas = extended(before, margins)
    same = canvas.pixels.reshape(*canvas.size, -1) == key
    assert not same.all(axis=2)[margins.added(before.size)].any()
    assert same[4, 4].all()


@given(orientations, sides, sizes)
def test_margins_turn_as_the_photo_does(orientation, margins, size):
    upright = margins.added(size)
    stored = margins.as_stored(orientation)
    turned = size[::-1] if orientation in orient.SWAPPED else size
    assert np.array_equal(stored.added(turned), orient.stored(upright, orientation))


def turned_jpeg(orientation, sampling, size=(48, 64)):
    said = b"Exif\0\0" + exif(orientation, size=size)
    return jpeg(scene(size), quality=85, subsampling=sampling, exif=said)


def changes(before, margins, rim=0):
    """Return by how much saving changes the photo on its canvas, but for its outermost pixels."""
    new = margins.added(before.size)
    canvas = painted(extended(before, margins), new)
    rows, columns = margins.inside(before.size)
    core = np.ones_like(new)
    core[rows.start + rim : rows.stop - rim, columns.start + rim : columns.stop - rim] = False
    return verify(canvas, encode(canvas), core)


@given(orientations, st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]))
def test_a_jpeg_stays_within_rounding_if_its_margins_are_whole_blocks(orientation, sampling):
    fidelity = changes(open_photo(turned_jpeg(orientation, sampling)), Margins(16, 32, 48, 16), 2)
    assert fidelity.mean_change < 0.01
    assert fidelity.max_change <= 2


def test_a_jpeg_on_other_margins_changes_more_but_less_than_without_its_stored_chroma():
    before = open_photo(turned_jpeg(1, "4:2:0"))
    whole, even, odd = (
        changes(before, Margins(*[side] * 4), 2).mean_change for side in (16, 10, 11)
    )
    assert whole < even / 10
    assert even < odd


@given(orientations, st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]), sides)
def test_a_jpeg_that_is_moved_to_whole_blocks_stays_within_rounding(orientation, sampling, margins):
    before = open_photo(turned_jpeg(orientation, sampling))
    moved = aligned(before, margins)
    assert changes(before, moved, 2).max_change <= 2
    for one, other in zip(margins.grown(before.size), moved.grown(before.size), strict=True):
        assert one <= other < one + 16
    assert all(abs(one - other) < 16 for one, other in zip(margins, moved, strict=True))
    assert aligned(before, moved) == moved


def test_a_photo_without_blocks_is_not_moved():
    assert aligned(photo("PNG", "RGB"), Margins(1, 2, 3, 4)) == Margins(1, 2, 3, 4)


def test_a_jpeg_extended_twice_is_as_if_extended_once():
    before = open_photo(turned_jpeg(6, "4:2:0"))
    twice = extended(extended(before, Margins(16, 0, 0, 32)), Margins(0, 16, 16, 0))
    once = extended(before, Margins(16, 16, 16, 32))
    assert twice.coding == once.coding
    assert np.array_equal(merge(twice, once.rgb, np.ones(once.size, bool)).pixels, once.pixels)


@pytest.mark.parametrize("orientation", [1, 6])
def test_exif_and_xmp_say_the_size_of_the_canvas(orientation):
    said = Metadata(exif=exif(orientation, size=(16, 20)), xmp=XMP)
    before = open_photo(encode(photo("JPEG", "RGB", metadata=said)))
    blob = encode(extended(before, Margins(1, 2, 3, 4)))
    image = Image.open(io.BytesIO(blob))
    details = image.getexif().get_ifd(34665)
    assert (details[40962], details[40963]) == image.size
    found = [int(each) for each in re.findall(rb"\d+", image.info["xmp"])]
    assert found == [image.width, image.height, image.height]


def test_a_size_beyond_16_bits_is_said_in_32():
    written = sized(exif(), (70_000, 80_000))
    tags = Image.Exif()
    tags.load(written)
    details = tags.get_ifd(34665)
    assert (details[40962], details[40963]) == (80_000, 70_000)
    assert len(written) == len(exif())
    assert sized(written, (16, 20)) == sized(exif(), (16, 20))


def test_a_photo_that_says_no_size_is_not_given_one():
    assert sized(b"", (3, 4)) == b""
    assert xmp_sized(b"<about/>", (3, 4)) == b"<about/>"


def test_a_canvas_larger_than_the_format_holds_is_refused():
    with pytest.raises(SpecError, match="WEBP holds 16383 a side"):
        extended(photo("WEBP", "RGB"), Margins(0, 0, 16_383, 0))


def test_what_is_new_mirrors_what_is_there():
    before = photo("PNG", "RGB")
    canvas = extended(before, Margins(5, 0, 0, 0))
    assert np.array_equal(canvas.pixels[:, :5], before.pixels[:, :5][:, ::-1])
