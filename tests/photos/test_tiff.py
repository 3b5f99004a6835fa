"""TIFF files that Pillow does not write: both byte orders, tiles, planes, premultiplied alpha."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import pixels, seeds, sizes

from fastseg_edit.errors import InputError
from fastseg_edit.photos import encode, open_photo
from fastseg_edit.photos.ifd import dump, header, load, longs, shorts

SIZE = (32, 48)
LETTERS = {"<": b"II*\0", ">": b"MM\0*"}


def tiff(samples, order, photometric=2, extra=None, tile=0, separate=False):
    """Write an uncompressed TIFF from (H, W, C) samples."""
    height, width, channels = samples.shape
    depth = samples.dtype.newbyteorder(order)
    planes = np.moveaxis(samples, 2, 0)[..., None] if separate else samples[None]
    step = tile or height
    side = tile or width
    parts = [
        plane[row : row + step, column : column + side].astype(depth).tobytes()
        for plane in planes
        for row in range(0, height, step)
        for column in range(0, width, side)
    ]
    starts = np.cumsum([8, *map(len, parts)]).tolist()
    places, lengths = longs(*starts[:-1]), longs(*map(len, parts))
    tags = {256: longs(width), 257: longs(height), 259: shorts(1), 262: shorts(photometric)}
    tags |= {258: shorts(*[samples.itemsize * 8] * channels), 277: shorts(channels)}
    tags |= {284: shorts(2 if separate else 1)}
    if extra:
        tags[338] = shorts(extra)
    if tile:
        tags |= {322: longs(tile), 323: longs(tile), 324: places, 325: lengths}
    else:
        tags |= {273: places, 278: longs(height), 279: lengths}
    number = starts[-1].to_bytes(4, "little" if order == "<" else "big")
    return LETTERS[order] + number + b"".join(parts) + dump(tags, order, starts[-1])


@given(st.sampled_from("<>"), st.sampled_from(["RGB", "RGBA", "RGB;16", "RGBA;16"]), sizes, seeds)
def test_both_byte_orders_are_read(order, mode, size, seed):
    samples = pixels(mode, size, seed)
    opened = open_photo(tiff(samples, order, extra=2 if "A" in mode else None))
    assert opened.mode == mode
    assert np.array_equal(opened.pixels, samples)
    assert np.array_equal(open_photo(encode(opened)).pixels, samples)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("mode", ["RGB", "RGB;16", "L", "I;16"])
def test_tiles_are_read(order, mode):
    samples = pixels(mode, SIZE).reshape(*SIZE, -1)
    gray = samples.shape[2] == 1
    opened = open_photo(tiff(samples, order, photometric=1 if gray else 2, tile=16))
    assert np.array_equal(opened.pixels.reshape(samples.shape), samples)


def test_planes_of_eight_bits_are_read_and_deeper_ones_refused():
    samples = pixels("RGB", SIZE)
    assert np.array_equal(open_photo(tiff(samples, "<", separate=True)).pixels, samples)
    with pytest.raises(InputError, match="separate planes"):
        open_photo(tiff(pixels("RGB;16", SIZE), "<", separate=True))


@pytest.mark.parametrize("mode", ["L", "I;16"])
@pytest.mark.parametrize("order", "<")
def test_white_may_be_zero(mode, order):
    samples = pixels(mode, SIZE)
    opened = open_photo(tiff(samples[..., None], order, photometric=0))
    assert np.array_equal(opened.pixels, np.iinfo(samples.dtype).max - samples)


@pytest.mark.parametrize("mode", ["RGBA", "RGBA;16", "LA"])
def test_premultiplied_alpha_stays_premultiplied(mode):
    samples = pixels(mode, SIZE)
    opened = open_photo(tiff(samples, "<", photometric=1 if mode == "LA" else 2, extra=1))
    assert np.array_equal(opened.pixels, samples)
    saved = encode(opened)
    assert load(saved, *header(saved))[338].numbers == (1,)
    assert np.array_equal(open_photo(saved).pixels, samples)


def test_a_channel_of_unknown_meaning_is_left_out_with_a_warning():
    samples = np.concatenate([pixels("RGB", SIZE), pixels("L", SIZE)[..., None]], axis=2)
    blob = tiff(samples, "<", extra=9)
    place = blob.rindex((338).to_bytes(2, "little"))
    opened = open_photo(blob[: place + 8] + b"\0\0" + blob[place + 10 :])
    assert np.array_equal(opened.pixels, samples[..., :3])
    assert "extra channel" in opened.warnings[0].text


@pytest.mark.parametrize(
    ("mode", "photometric", "reason"),
    [("CMYK", 8, "LAB"), ("LA;16", 1, "16-bit gray with alpha"), ("RGBA;16", 5, "inks")],
)
def test_kinds_that_would_lose_something_are_refused(mode, photometric, reason):
    with pytest.raises(InputError, match=reason) as caught:
        open_photo(tiff(pixels(mode, SIZE), "<", photometric=photometric))
    assert caught.value.code == "E_INPUT_FORMAT"


@given(st.sampled_from("<>"), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=9))
def test_a_directory_survives_being_written_and_read(order, numbers):
    directory = {270: longs(*numbers), 34665: {33434: shorts(7), 40965: {1: longs(5)}}}
    blob = LETTERS[order] + (8).to_bytes(4, "little" if order == "<" else "big")
    assert load(blob + dump(directory, order, 8), order, 8) == directory


@given(st.binary(max_size=200), st.integers(0, 220), st.sampled_from("<>"))
def test_reading_random_bytes_ends_in_a_directory_or_a_value_error(blob, at, order):
    with suppress(ValueError):
        assert isinstance(load(blob, order, at), dict)
