"""The head of a file says what opening it would: the size, and why it is refused."""

import io
import os
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos import samples
from PIL import Image

from fastseg_edit import photos
from fastseg_edit.errors import InputError

kinds = st.sampled_from(samples.STORED)


def code_of(action, *arguments):
    try:
        action(*arguments)
    except InputError as error:
        return error.code, error.message
    return None


@given(kinds, samples.sizes, samples.orientations, samples.seeds)
def test_the_head_says_the_size_of_the_upright_photo(kind, size, orientation, seed):
    exif = samples.exif(orientation, size=size)
    blob = samples.file_of(*kind, size, seed, exif=exif, xmp=samples.XMP)
    head = photos.look(blob)
    assert head == (photos.open_photo(blob).size, kind[0], len(blob))


@given(kinds, samples.orientations, st.floats(0, 1), samples.seeds)
def test_what_the_head_of_a_cut_file_refuses_opening_refuses_too(kind, orientation, share, seed):
    blob = samples.file_of(*kind, seed=seed, exif=samples.exif(orientation))
    cut = blob[: int(len(blob) * share)]
    refused = code_of(photos.look, cut)
    assert refused is None or refused == code_of(photos.open_photo, cut)


@given(kinds, st.data(), samples.seeds)
def test_whatever_bytes_are_wrong_what_opens_has_the_size_of_its_head(kind, data, seed):
    blob = bytearray(samples.file_of(*kind, seed=seed, exif=samples.exif(6)))
    for place in data.draw(st.lists(st.integers(0, min(len(blob), 400) - 1), max_size=3)):
        blob[place] = data.draw(st.integers(0, 255))
    try:
        opened = photos.open_photo(bytes(blob))
    except InputError:
        code_of(photos.look, bytes(blob))  # whatever it says, it says it as an error of ours
        return
    assert photos.look(bytes(blob)).size == opened.size


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_a_file_of_several_pictures_wants_one_to_be_chosen(form):
    pictures = [Image.fromarray(samples.pixels("RGB", seed=seed)) for seed in range(3)]
    file = io.BytesIO()
    pictures[0].save(file, form, save_all=True, append_images=pictures[1:])
    blob = file.getvalue()
    assert code_of(photos.look, blob) == code_of(photos.open_photo, blob) != None  # noqa: E711
    assert photos.look(blob, frame=2).size == (16, 20)


def test_files_that_are_no_photos_are_refused_as_opening_does(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.jpg").write_text("hello")
    names = ["folder.png", "empty.png", "text.jpg", "missing.png", "nul\0.png"]
    for name in names:
        path = tmp_path / name
        assert code_of(photos.look, path) == code_of(photos.open_photo, path)
        assert code_of(photos.look, path) is not None


def test_limits_are_those_of_opening(tmp_path):
    path = tmp_path / "large.png"
    Image.fromarray(np.zeros((100, 100), np.uint8)).save(path)
    for limits in (photos.Limits(max_pixels=9_999), photos.Limits(max_bytes=50)):
        refused = code_of(photos.look, path, limits)
        assert refused == code_of(photos.open_photo, path, limits)
        assert refused is not None
    assert photos.look(path, photos.Limits(max_pixels=10_000)).size == (100, 100)


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 1, 1, 8, 2, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "most"),
    [
        (b"\xff\xd8" + b"\xff" * 3_000_000, 200),
        (b"\xff\xd8" + b"\xff\xd0" * 1_500_000, 200_000),
        (PNG + b"\0\0\0\0aaaa\0\0\0\0" * 250_000, 200_000),
        (b"RIFF\0\0\0\0WEBP" + b"aaaa\0\0\0\0" * 375_000, 400_000),
    ],
)
def test_of_a_file_with_millions_of_parts_not_all_are_looked_at(
    tmp_path, monkeypatch, content, most
):
    (tmp_path / "long").write_bytes(content)
    reads = []

    def read(number, length, read=os.read):
        reads.append(length)
        return read(number, length)

    monkeypatch.setattr(os, "read", read)
    with pytest.raises(InputError):
        photos.look(tmp_path / "long")
    assert len(reads) <= most
