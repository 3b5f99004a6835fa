"""JPEG: pixels by Pillow with the source's own tables, everything else segment by segment."""

from __future__ import annotations

import io
import math
import struct
from typing import TYPE_CHECKING, Any

from PIL import JpegImagePlugin

from fastseg_edit.photos import decode, jpeg_text
from fastseg_edit.photos.checks import check_frame, check_size
from fastseg_edit.photos.jpeg_planes import as_stored
from fastseg_edit.photos.photo import Coding, Photo
from fastseg_edit.photos.pictures import image_of, native
from fastseg_edit.photos.segments import (
    ADOBE,
    APPLICATIONS,
    COMMENT,
    FRAMES,
    JFIF,
    PROGRESSIVE,
    segments,
    spliced,
    without,
)
from fastseg_edit.photos.turning import stored

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import Limits

QUALITY = 95
"""Of a JPEG that was none before."""

SAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}
"""By Pillow's number. What it cannot write, such as 4:4:0, is written as 4:4:4: no colour is lost.
"""

SCAN_START = b"\xff\xda"
MAX_SCANS = 100
"""Each scan visits every pixel, so that a small file with thousands would take hours; cameras and
programs write up to about 12."""

IGNORED = (frozenset(APPLICATIONS) | {COMMENT}) - {JFIF, ADOBE}
"""Segments that pixels do not depend on."""


def read(
    blob: bytes,
    limits: Limits,
    frame: int | None,
    name: str,
    most: tuple[int, int] | None = None,
) -> Photo:
    """Open a JPEG file; the pixels stay as stored, not yet upright.

    Phones put further pictures behind the first one (depth, gain map). They are left out, with a
    warning.

    Args:
        blob: The file.
        limits: What is refused.
        frame: As for `opening.open_photo`.
        name: For messages.
        most: (width, height) into which it is to fit, turned or not; it comes in a half, a quarter
            or an eighth of its size if that is no less, which takes a fraction of the time. None
            for its own size.

    Raises:
        InputError: If it is too large or damaged.
    """
    found = list(segments(blob))
    frames = [each for each in found if each.marker in FRAMES and len(each.payload) >= 6]
    if not frames:
        raise decode.damaged(name, "no header")
    height, width = struct.unpack_from(">HH", frames[0].payload, 1)
    check_size(width, height, limits, name)
    check_frame(1, frame, name)
    stream = without(blob, IGNORED)
    if stream.count(SCAN_START) > MAX_SCANS:
        raise decode.damaged(name, f"more than {MAX_SCANS} scans")
    image = decode.open_image(JpegImagePlugin.JpegImageFile, stream, name)
    coding = _coding(image, stream, progressive=frames[0].marker == PROGRESSIVE)
    if most:
        image.draft(image.mode, _enough(image.size, most))
    pixels, mode = native(decode.load(image, name), name)
    return jpeg_text.with_metadata(Photo(pixels, mode, "JPEG", coding=coding), found)


def _enough(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Return the (width, height) of a picture that fits into `most`, turned or not."""
    (width, height), (across, down) = size, most
    scale = max(min(across / width, down / height), min(down / width, across / height))
    return math.ceil(width * scale), math.ceil(height * scale)


def encode(photo: Photo, quality: int = QUALITY) -> bytes:
    """Write a JPEG file, turned as the source was if the metadata says so.

    Args:
        photo: Upright, of mode "L", "RGB" or "CMYK".
        quality: 1 to 100, if `photo` brings no tables.
    """
    photo = stored(photo)
    coding = photo.coding
    options: dict[str, Any] = {"subsampling": coding.sampling, "progressive": coding.progressive}
    if coding.tables:
        options["qtables"] = [list(table) for table in coding.tables]
    else:
        options["quality"] = quality
    options["keep_rgb"] = coding.direct_rgb and photo.mode == "RGB"
    blob = jpeg_text.with_density(_picture(photo, options), photo)
    return spliced(blob, jpeg_text.written(photo))


def _picture(photo: Photo, options: dict[str, Any]) -> bytes:
    """Return a JPEG file without metadata: the one that was opened, if no pixel has changed."""
    image = None
    if photo.coding.tables and photo.coding.stream and photo.mode == "RGB":
        planes = as_stored(photo.pixels, photo.coding)
        if planes is None:
            return photo.coding.stream
        image = image_of(planes, "YCbCr")
    file = io.BytesIO()
    (image or image_of(photo.pixels, photo.mode)).save(file, "JPEG", **options)
    return file.getvalue()


def _coding(image: Any, stream: bytes, *, progressive: bool) -> Coding:
    chosen = [image.quantization.get(component[3]) for component in image.layer]
    tables = [tuple(table) for table in chosen if table]
    while len(tables) > 1 and tables[-1] == tables[-2]:
        tables.pop()
    number = JpegImagePlugin.get_sampling(image) if image.mode == "RGB" else -1
    direct_rgb = image.mode == "RGB" and image.info.get("adobe_transform") == 0
    return Coding(
        lossless=False,
        tables=tuple(tables),
        sampling=SAMPLINGS.get(number, "4:4:4"),
        progressive=progressive,
        direct_rgb=direct_rgb,
        stream=stream if number in SAMPLINGS and not direct_rgb else b"",
    )
