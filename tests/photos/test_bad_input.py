import errno
import io
import os
import struct
import zlib

import numpy as np
import pytest
from photos.samples import ICC, exif, file_of, photo
from PIL import Image, PngImagePlugin

from fastseg_edit.codes import CODES
from fastseg_edit.errors import InputError
from fastseg_edit.photos import Limits, encode, open_photo
from fastseg_edit.photos.chunks import SIGNATURE, chunk


def header_only_png(width, height, bits=1, colour=0):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    packed = zlib.compress(bytes(100))
    return SIGNATURE + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def header_only_jpeg(width, height):
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda\0\x0c" + bytes(40)


def header_only_webp(width, height):
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\1\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + sides + bytes(40)


def header_only_bmp(width, height):
    return b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, width, height, 1, 24, 0) + bytes(40)


def header_only_tiff(width, height):
    entries = [struct.pack("<HHII", tag, 4, 1, side) for tag, side in ((256, width), (257, height))]
    return b"II*\0" + struct.pack("<IH", 8, 2) + b"".join(entries) + bytes(40)


def frames(form):
    file = io.BytesIO()
    pictures = [Image.new("RGB", (20, 16), (level, 0, 0)) for level in (10, 20, 30)]
    pictures[0].save(file, form, save_all=True, append_images=pictures[1:])
    return file.getvalue()


def tiff_of(samples):
    file = io.BytesIO()
    Image.fromarray(samples).save(file, "TIFF")
    return file.getvalue()


BIG = (20_000, 20_000)
FORMS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
BYTES = {
    "text": (b"hello, this is not a photo", "E_INPUT_FORMAT", "starts with b'hello, t'"),
    "gif": (b"GIF89a" + bytes(60), "E_INPUT_FORMAT", "a GIF"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(60), "E_INPUT_FORMAT", "HEIC"),
    "no bytes": (b"", "E_INPUT_EMPTY", "no bytes"),
    "floating point": (tiff_of(np.ones((9, 9), np.float32)), "E_INPUT_FORMAT", "bits"),
    "32 bits": (tiff_of(np.ones((9, 9), np.int32)), "E_INPUT_FORMAT", "32 bits"),
    "big tiff": (b"II+\0" + bytes(60), "E_INPUT_FORMAT", "BigTIFF"),
    "1-bit bomb": (header_only_png(*BIG), "E_TOO_MANY_PIXELS", "400 MP"),
    "under pillow's limit": (header_only_png(13_000, 13_000), "E_TOO_MANY_PIXELS", "169 MP"),
    "jpeg bomb": (header_only_jpeg(*BIG), "E_TOO_MANY_PIXELS", "--max-pixels"),
    "webp bomb": (header_only_webp(16_000, 16_000), "E_TOO_MANY_PIXELS", "256 MP"),
    "bmp bomb": (header_only_bmp(*BIG), "E_TOO_MANY_PIXELS", "400 MP"),
    "upside down bmp bomb": (header_only_bmp(20_000, -20_000), "E_TOO_MANY_PIXELS", "400 MP"),
    "tiff bomb": (header_only_tiff(*BIG), "E_TOO_MANY_PIXELS", "400 MP"),
    "one pixel": (file_of("PNG", "RGB", (1, 1)), "E_TOO_SMALL", "1x1"),
    "a line": (file_of("PNG", "RGB", (3, 5000)), "E_TOO_SMALL", "5000x3"),
    "animated png": (frames("PNG"), "E_MULTI_FRAME", "3 pictures"),
    "animated webp": (frames("WEBP"), "E_MULTI_FRAME", "--frame"),
    "pages": (frames("TIFF"), "E_MULTI_FRAME", "3 pictures"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bad_bytes_get_their_code_and_a_reason(case):
    blob, code, reason = BYTES[case]
    with pytest.raises(InputError) as caught:
        open_photo(blob)
    assert caught.value.code == code
    assert reason in str(caught.value)
    assert CODES[code].status == 5
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_file_is_refused_in_every_format(form, share):
    blob = file_of(form, "RGB", (64, 64))
    with pytest.raises(InputError) as caught:
        open_photo(blob[: int(len(blob) * share)])
    assert caught.value.code == "E_INPUT_TRUNCATED"


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_cut_file_says_how_many_rows_could_be_decoded(form):
    image = Image.fromarray(photo("PNG", "RGB", (534, 400)).pixels)
    file = io.BytesIO()
    image.save(file, form)
    blob = file.getvalue()
    with pytest.raises(InputError, match=r"decoded (\d+) of 534 rows") as caught:
        open_photo(blob[: len(blob) // 2])
    rows = int(str(caught.value).split("decoded ")[1].split()[0])
    assert 220 < rows < 290


def test_a_missing_file_is_met_with_the_nearest_name(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match=r"Did you mean 'holiday.jpg'\?") as caught:
        open_photo(tmp_path / "holidy.jpg")
    assert caught.value.code == "E_INPUT_MISSING"
    with pytest.raises(InputError, match="is not there"):
        open_photo(tmp_path / "nowhere" / "a.jpg")


def test_files_that_would_keep_the_decoder_busy_are_refused():
    info = struct.pack("<IiiHHIIiiII", 40, 3000, 3000, 1, 8, 1, 0, 0, 0, 0, 0)
    with pytest.raises(InputError, match="BMP RLE"):
        open_photo(b"BM" + bytes(12) + info + bytes(2000))
    blob = file_of("JPEG", "RGB")
    scan = blob[blob.index(b"\xff\xda") : -2]
    with pytest.raises(InputError, match="scans"):
        open_photo(blob[:-2] + scan * 200 + blob[-2:])


def test_the_name_of_a_file_plays_no_part(tmp_path):
    (tmp_path / "a.jpg").write_bytes(file_of("PNG", "RGB"))
    assert open_photo(tmp_path / "a.jpg").format == "PNG"


def test_a_folder_is_no_photo(tmp_path):
    folder = tmp_path / "a.png"
    folder.mkdir()
    with pytest.raises(InputError, match=r"is a folder\. Give one photo") as caught:
        open_photo(folder)
    assert caught.value.code == "E_INPUT_IS_DIR"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_or_a_device_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "pipe.jpg", "/dev/zero"):
        with pytest.raises(InputError, match="pipe or a device") as caught:
            open_photo(path)
        assert caught.value.code == "E_INPUT_FORMAT"


@pytest.mark.parametrize("name", ["a" * 300 + ".jpg", "a\0b.jpg"])
def test_an_impossible_name_cannot_be_read(tmp_path, name):
    with pytest.raises(InputError) as caught:
        open_photo(f"{tmp_path}/{name}")
    assert caught.value.code == "E_INPUT_ACCESS"


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # the tests may run as root, who may read anything
    with pytest.raises(InputError, match="Permission denied") as caught:
        open_photo(tmp_path / "a.jpg")
    assert caught.value.code == "E_INPUT_ACCESS"


def test_a_large_file_is_not_read(tmp_path):
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(300_000_000)
    with pytest.raises(InputError, match="--max-bytes") as caught:
        open_photo(tmp_path / "a.png")
    assert caught.value.code == "E_TOO_MANY_BYTES"


def test_limits_can_be_raised_and_lowered():
    blob = file_of("PNG", "RGB", (16, 20))
    assert open_photo(blob, Limits(max_pixels=320)).size == (16, 20)
    with pytest.raises(InputError, match="more than"):
        open_photo(blob, Limits(max_pixels=319))
    with pytest.raises(InputError, match="more than"):
        open_photo(blob, Limits(max_bytes=len(blob) - 1))


def test_a_frame_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="no picture 3"):
        open_photo(frames("TIFF"), frame=3)


def broken_exif(form):
    return file_of(form, "RGB", exif=exif()[:40] + b"\xff" * 60)


def huge_text():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Bomb", "0" * 50_000_000, zip=True)
    file = io.BytesIO()
    Image.fromarray(photo("PNG", "RGB").pixels).save(file, "PNG", pnginfo=texts)
    return file.getvalue()


def broken_chunk():
    blob = file_of("PNG", "RGB", icc=ICC)
    at = blob.index(b"iCCP") + 30
    return blob[:at] + bytes([blob[at] ^ 255]) + blob[at + 1 :]


BROKEN = {
    "exif in png": broken_exif("PNG"),
    "exif in jpeg": broken_exif("JPEG"),
    "exif in webp": broken_exif("WEBP"),
    "huge text": huge_text(),
    "icc in png": broken_chunk(),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_metadata_is_left_out_with_a_warning(case):
    opened = open_photo(BROKEN[case])
    assert {each.code for each in opened.warnings} == {"W_METADATA_DROPPED"}
    again = open_photo(encode(opened))
    assert again.warnings == ()
    if "jpeg" not in case:
        assert np.array_equal(again.pixels, photo("PNG", "RGB").pixels)


def test_a_broken_ink_profile_leaves_ideal_inks():
    opened = open_photo(file_of("TIFF", "CMYK", icc=b"no profile at all"))
    assert opened.rgb.shape == (16, 20, 3)


def test_further_pictures_of_a_phone_are_left_out():
    blob = file_of("JPEG", "RGB")
    further = b"\xff\xe2" + struct.pack(">H", 10) + b"MPF\0abcd"
    opened = open_photo(blob[:2] + further + blob[2:] + blob)
    assert "further pictures" in opened.warnings[0].text
    assert b"MPF" not in encode(opened)


def test_a_damaged_tiff_writes_nothing_to_the_terminal(capfd):
    file = io.BytesIO()
    Image.fromarray(photo("TIFF", "RGB").pixels).save(file, "TIFF", compression="tiff_lzw")
    blob = bytearray(file.getvalue())
    blob[8:200] = bytes(192)
    with pytest.raises(InputError):
        open_photo(bytes(blob))
    assert capfd.readouterr() == ("", "")
