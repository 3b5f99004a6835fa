"""A file in, an upright photo out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.errors import InputError
from fastseg_edit.photos import bmp, jpeg, png, source, tiff, webp
from fastseg_edit.photos.photo import Limits, Photo
from fastseg_edit.photos.turning import upright

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.photos.source import Source

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"BM": "BMP",
}
"""First bytes of a file, and its format. WebP's stand in two places."""

READERS: dict[str, Callable[[bytes, Limits, int | None, str], Photo]] = {
    "PNG": png.read,
    "JPEG": jpeg.read,
    "WEBP": webp.read,
    "TIFF": tiff.read,
    "BMP": bmp.read,
}

OTHERS = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"8BPS": "a Photoshop document",
    b"<svg": "an SVG drawing",
    b"PK\3\4": "a ZIP archive",
    b"\0\0\1\0": "an icon",
}
HEIF_BRANDS = {b"heic": "a HEIC photo", b"mif1": "a HEIF photo", b"avif": "an AVIF photo"}

ACCEPTED = "accepted: PNG, JPEG, WebP, TIFF, BMP"

DEFAULTS = Limits()


def open_photo(given: Source, limits: Limits = DEFAULTS, frame: int | None = None) -> Photo:
    """Open a photo.

    The size is read from the header and checked before anything is decoded. EXIF's orientation is
    applied, so that pixels, prompts and masks mean the picture that people see. Metadata that is
    broken is left out with a warning; a broken picture is an error.

    Args:
        given: A path, or the bytes of a file.
        limits: What is refused.
        frame: Which picture of a file of several, from 0. None wants a file of one.

    Returns:
        The photo, in its own mode and depth.

    Raises:
        InputError: E_INPUT_MISSING, E_INPUT_ACCESS, E_INPUT_IS_DIR, E_INPUT_EMPTY,
            E_TOO_MANY_BYTES, E_INPUT_FORMAT, E_TOO_MANY_PIXELS, E_TOO_SMALL, E_MULTI_FRAME or
            E_INPUT_TRUNCATED.
        ResourceError: E_MEMORY.
    """
    name = source.name_of(given)
    blob = source.read(given, limits.max_bytes)
    photo = upright(READERS[format_of(blob, name)](blob, limits, frame, name))
    return replace(photo, sha256=hashlib.sha256(blob).hexdigest(), stored=len(blob))


def format_of(blob: bytes, name: str) -> str:
    """Return the format of a file, by its first 12 bytes.

    Raises:
        InputError: E_INPUT_FORMAT.
    """
    for signature, format_ in SIGNATURES.items():
        if blob.startswith(signature):
            return format_
    if blob[:4] == b"RIFF" and blob[8:12] == b"WEBP":
        return "WEBP"
    known = [what for start, what in OTHERS.items() if blob.startswith(start)]
    known += [HEIF_BRANDS[blob[8:12]]] if blob[8:12] in HEIF_BRANDS else []
    found = known[0] if known else f"not an image (starts with {blob[:8]!r})"
    raise InputError("E_INPUT_FORMAT", f"{name} is {found}; {ACCEPTED}")
