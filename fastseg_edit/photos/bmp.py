"""BMP: pixels by Pillow, but for alpha, which it reads and does not write.

References:
    Microsoft. Windows GDI, Bitmap Storage and BITMAPV4HEADER.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np
from PIL import BmpImagePlugin

from fastseg_edit.photos import decode
from fastseg_edit.photos.checks import check_frame, check_size, unreadable
from fastseg_edit.photos.photo import Coding, Metadata, Photo
from fastseg_edit.photos.pictures import image_of, native, palette_of, reaching

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import Limits, NativeArray

MAX_RUN_PIXELS = 4_000_000
"""Pillow unpacks runs one pixel at a time, so that a file of 40 KB could keep it busy for long."""

RUNS = frozenset({1, 2})
"""Compressions by runs."""

PER_METRE = 0.0254
"""Metres per inch."""

FILE_HEADER = 14
V4_HEADER = 108
BITFIELDS = 3
CHANNEL_MASKS = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
WINDOWS_COLOURS = 0x57696E20


def read(blob: bytes, limits: Limits, frame: int | None, name: str) -> Photo:
    """Open a BMP file.

    Raises:
        InputError: If it is too large or damaged.
    """
    size, width, height = header_of(blob, name)
    check_size(width, height, limits, name)
    check_frame(1, frame, name)
    runs = size >= 40 and len(blob) >= 34 and struct.unpack_from("<I", blob, 30)[0] in RUNS
    if runs and width * height > MAX_RUN_PIXELS:
        raise unreadable(name, f"runs (BMP RLE) of more than {MAX_RUN_PIXELS // 10**6} MP")
    image = decode.open_image(BmpImagePlugin.BmpImageFile, blob, name)
    pixels, mode = native(decode.load(image, name), name)
    palette = reaching(palette_of(image), pixels) if mode == "P" else None
    metadata = Metadata(dpi=_dpi(blob) if size >= 40 else None)
    return Photo(pixels, mode, "BMP", metadata, Coding(), palette)


def header_of(blob: bytes, name: str) -> tuple[int, int, int]:
    """Read from the first 26 bytes the size of the header, the width and the height.

    Raises:
        InputError: If there are not so many.
    """
    if len(blob) < 26:
        raise decode.damaged(name, "no header")
    (size,) = struct.unpack_from("<I", blob, FILE_HEADER)
    width, height = struct.unpack_from("<HH" if size == 12 else "<ii", blob, 18)
    return size, abs(width), abs(height)


def encode(photo: Photo) -> bytes:
    """Write a BMP file of mode "1", "L", "P", "RGB" or "RGBA"."""
    dpi = photo.metadata.dpi
    if photo.mode == "RGBA":
        return _encode_alpha(photo.pixels, dpi)
    file = io.BytesIO()
    options = {"dpi": dpi} if dpi else {}
    image_of(photo.pixels, photo.mode, photo.palette).save(file, "BMP", **options)
    return file.getvalue()


def _dpi(blob: bytes) -> tuple[float, float] | None:
    if len(blob) < 46:
        return None
    across, down = struct.unpack_from("<ii", blob, 38)
    return (across * PER_METRE, down * PER_METRE) if across > 0 and down > 0 else None


def _encode_alpha(pixels: NativeArray, dpi: tuple[float, float] | None) -> bytes:
    height, width = pixels.shape[:2]
    across, down = (round(each / PER_METRE) for each in dpi or (0.0, 0.0))
    start = FILE_HEADER + V4_HEADER
    length = width * height * 4
    file_header = struct.pack("<2sIHHI", b"BM", start + length, 0, 0, start)
    sizes = (V4_HEADER, width, height, 1, 32, BITFIELDS, length, across, down, 0, 0)
    info = struct.pack("<IiiHHIIiiII", *sizes)
    colours = struct.pack("<4II", *CHANNEL_MASKS, WINDOWS_COLOURS).ljust(
        V4_HEADER - len(info), b"\0"
    )
    rows = np.ascontiguousarray(pixels[::-1, :, [2, 1, 0, 3]])
    return file_header + info + colours + rows.tobytes()
