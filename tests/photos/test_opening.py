import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos.samples import ICC, LOSSLESS, XMP, exif, file_of, orientations, photo, seeds, sizes
from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from fastseg_edit.errors import InputError
from fastseg_edit.photos import encode, open_photo

HOLDS_ALL = ("PNG", "JPEG", "WEBP", "TIFF")


@given(st.sampled_from(LOSSLESS), sizes, seeds)
def test_a_lossless_file_gives_back_the_pixels_that_were_written(kind, size, seed):
    before = photo(*kind, size, seed)
    after = open_photo(encode(before))
    assert (after.format, after.mode) == kind
    assert after.pixels.dtype == before.pixels.dtype
    assert np.array_equal(after.pixels, before.pixels)


@given(st.sampled_from(LOSSLESS), sizes, seeds)
def test_saving_again_what_was_opened_gives_the_same_file(kind, size, seed):
    once = encode(open_photo(file_of(*kind, size, seed)))
    assert encode(open_photo(once)) == once


@given(st.sampled_from([pair for pair in LOSSLESS if pair[0] != "BMP"]), orientations, seeds)
def test_every_mode_is_turned_upright_as_exif_says(kind, orientation, seed):
    stored = photo(*kind, (16, 20), seed)
    turned = open_photo(file_of(*kind, (16, 20), seed, exif=exif(orientation)))
    flat = Image.fromarray(stored.pixels.reshape(16, -1).view(np.uint8)[:, :20].copy())
    flat.getexif()[274] = orientation
    assert turned.size == ImageOps.exif_transpose(flat).size[::-1]
    back = [slice(None, None, -1)] * 2
    undone = {1: lambda a: a, 2: lambda a: a[:, ::-1], 3: lambda a: a[tuple(back)]}
    undone |= {4: lambda a: a[::-1], 5: lambda a: a.swapaxes(0, 1)}
    undone |= {6: lambda a: np.rot90(a), 7: lambda a: a[tuple(back)].swapaxes(0, 1)}
    undone |= {8: lambda a: np.rot90(a, -1)}
    assert np.array_equal(undone[orientation](turned.pixels), stored.pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF"])
def test_orientation_agrees_with_pillow(form, orientation):
    blob = file_of(form, "RGB", exif=exif(orientation))
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(blob))))
    assert np.array_equal(open_photo(blob).pixels, wanted)


def test_orientation_in_xmp_counts_if_exif_says_nothing():
    packet = b'<rdf:Description tiff:Orientation="6"/>'
    opened = open_photo(file_of("PNG", "RGB", xmp=packet))
    assert opened.size == (20, 16)
    assert opened.metadata.xmp == b'<rdf:Description tiff:Orientation="1"/>'


@given(st.sampled_from(HOLDS_ALL), orientations)
def test_metadata_survives_and_is_true_of_the_file(form, orientation):
    dpi = None if form == "WEBP" else (300.0, 200.0)
    blob = file_of(form, "RGB", exif=exif(orientation), icc=ICC, xmp=XMP, dpi=dpi)
    saved = encode(open_photo(blob))
    image = Image.open(io.BytesIO(saved))
    tags = image.getexif()
    says = orientation if form == "JPEG" else 1
    turned = orientation > 4 and says == 1
    assert (tags[274], tags[271], tags[306]) == (says, "A maker", "2020:01:02 03:04:05")
    assert tags.get_ifd(34853) == {1: "N", 2: (52.0, 30.0, 1.5)}
    assert tags.get_ifd(34665)[40962 if not turned else 40963] == 20
    assert (image.info["icc_profile"], image.info["xmp"]) == (ICC, XMP)
    if dpi:
        assert image.info["dpi"] == pytest.approx(dpi[::-1] if turned else dpi, abs=0.02)


def test_png_texts_and_colour_chunks_survive():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "me")
    texts.add_text("Notes", "long " * 500, zip=True)
    texts.add_itxt("Title", "Möwe", lang="de")
    texts.add(b"gAMA", (45455).to_bytes(4, "big"))
    file = io.BytesIO()
    Image.fromarray(photo("PNG", "RGB").pixels).save(file, "PNG", pnginfo=texts)
    saved = Image.open(io.BytesIO(encode(open_photo(file.getvalue()))))
    assert saved.text == {"Author": "me", "Notes": "long " * 500, "Title": "Möwe"}
    assert saved.info["gamma"] == pytest.approx(0.45455)


def test_exif_in_a_text_of_png_is_found():
    digits = (b"Exif\0\0" + exif(6)).hex()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Raw profile type exif", f"\nexif\n    {len(digits) // 2}\n{digits}\n", zip=True)
    file = io.BytesIO()
    Image.fromarray(photo("PNG", "RGB").pixels).save(file, "PNG", pnginfo=texts)
    opened = open_photo(file.getvalue())
    assert opened.size == (20, 16)
    saved = Image.open(io.BytesIO(encode(opened)))
    assert (saved.getexif()[274], saved.getexif()[271], saved.text) == (1, "A maker", {})


def test_a_jpeg_comment_survives():
    file = io.BytesIO()
    Image.fromarray(photo("PNG", "RGB").pixels).save(file, "JPEG", comment=b"by the sea")
    assert (
        Image.open(io.BytesIO(encode(open_photo(file.getvalue())))).info["comment"] == b"by the sea"
    )


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_png_grays_of_few_bits_stay_of_few_bits(bits):
    levels = (
        np.arange(160, dtype=np.uint8).reshape(10, 16) % (1 << bits) * (255 // ((1 << bits) - 1))
    )
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG", bits=bits)
    opened = open_photo(file.getvalue())
    saved = encode(opened)
    assert saved[24] == bits
    assert np.array_equal(open_photo(saved).rgb[..., 0], levels)


def test_pixels_cannot_be_painted_over():
    opened = open_photo(file_of("PNG", "RGB"))
    with pytest.raises(ValueError, match="read-only"):
        opened.pixels[0, 0] = 0
    with pytest.raises(ValueError, match="read-only"):
        opened.rgb[0, 0] = 0


def test_a_chosen_frame_is_opened():
    frames = [Image.new("RGB", (20, 16), (level, 0, 0)) for level in (10, 20, 30)]
    for form in ("PNG", "WEBP", "TIFF"):
        file = io.BytesIO()
        frames[0].save(file, form, save_all=True, append_images=frames[1:], **_lossless(form))
        opened = open_photo(file.getvalue(), frame=1)
        assert opened.rgb[5, 5].tolist() == [20, 0, 0], form
        assert open_photo(encode(opened)).rgb[5, 5].tolist() == [20, 0, 0]


def test_a_cut_file_is_refused_even_if_a_library_told_pillow_to_accept_it(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for form in ("PNG", "JPEG"):
        blob = file_of(form, "RGB", (64, 64))
        with pytest.raises(InputError, match="cut off"):
            open_photo(blob[: len(blob) // 2])


def _lossless(form):
    return {"lossless": True} if form == "WEBP" else {}
