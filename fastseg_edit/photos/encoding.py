"""A photo out, as the bytes of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastseg_edit.errors import OutputError, SpecError
from fastseg_edit.photos import bmp, decode, jpeg, png, tiff, webp
from fastseg_edit.photos.chunks import COLOUR_CHUNKS
from fastseg_edit.photos.convert import convert
from fastseg_edit.photos.photo import ENDINGS, FORMATS, Metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastseg_edit.photos.photo import Photo

LOSSLESS: dict[str, Callable[[Photo], bytes]] = {
    "PNG": png.encode,
    "TIFF": tiff.encode,
    "BMP": bmp.encode,
}
LOSSY: dict[str, Callable[[Photo, int], bytes]] = {"JPEG": jpeg.encode, "WEBP": webp.encode}

NAMES = {"JPG": "JPEG", "TIF": "TIFF"}

POLICIES = ("keep", "icc-only", "strip")


def encode(
    photo: Photo,
    format: str = "keep",  # noqa: A002 - the word of every library, and of the command line
    metadata: str = "keep",
    quality: int | None = None,
) -> bytes:
    """Write a photo as the bytes of a file.

    A JPEG is written with the tables and the sampling that it came with, and turned as it came if
    its EXIF is kept; one that was none before with quality 95 and full colour. A lossless WebP
    stays lossless. Everything else is written upright.

    Args:
        photo: What to write. `convert` it yourself first to see the warnings.
        format: "keep", or one of `FORMATS` in any case, "jpg" and "tif" too. Photos that came from
            memory are kept as PNG.
        metadata: "keep"; "icc-only" keeps what says how to show the colours; "strip" nothing.
        quality: 1 to 100 for a lossy file, instead of the above.

    Raises:
        SpecError: E_SPEC if an option is unknown, or the format cannot hold the photo.
        OutputError: E_ENCODE if the encoder gives up.
    """
    name = format_named(photo.format or "PNG" if format == "keep" else format)
    photo = with_metadata(convert(photo, name), metadata)
    if quality is not None:
        if not 1 <= quality <= 100:
            raise SpecError("E_SPEC", f"quality must be from 1 to 100, got {quality}")
        photo = replace(photo, coding=replace(photo.coding, tables=()))
    try:
        if name in LOSSLESS:
            return LOSSLESS[name](photo)
        return LOSSY[name](photo, jpeg.QUALITY if quality is None else quality)
    except decode.DAMAGE as error:
        message = f"{photo!r} cannot be written as {name}: {error}"
        raise OutputError(
            "E_ENCODE", message, "Choose another format, or strip metadata."
        ) from error


def format_named(name: str) -> str:
    """Return the name of a format as `FORMATS` has it.

    Raises:
        SpecError: E_SPEC if it is unknown.
    """
    found = NAMES.get(name.upper(), name.upper())
    if found not in FORMATS:
        raise SpecError(
            "E_SPEC", f"format must be keep or one of {', '.join(FORMATS)}, got {name!r}"
        )
    return found


def agreed(path: Path, wanted: str, own: str) -> str:
    """Return the format to write a file in: what its ending says, if nothing else is wanted.

    Args:
        path: The file.
        wanted: "keep", or a format as for `encode`.
        own: Ending of the photo, which may stand for any format that the photo is kept in.

    Raises:
        SpecError: E_SPEC if the ending stands for no format, or for another one than wanted.
    """
    ending = path.suffix.lower()
    says = ENDINGS.get(ending)
    if ending and not says and ending != own.lower():
        known = ", ".join(ENDINGS)
        raise SpecError("E_SPEC", f"no format is written to {ending} files", f"Known: {known}.")
    if wanted == "keep":
        return says or "keep"
    name = format_named(wanted)
    if says and says != name:
        raise SpecError("E_SPEC", f"{path} would hold {name}, which its ending does not say")
    return name


def with_metadata(photo: Photo, policy: str) -> Photo:
    """Keep what a policy says of a photo's metadata.

    Raises:
        SpecError: E_SPEC if the policy is unknown.
    """
    if policy not in POLICIES:
        raise SpecError("E_SPEC", f"metadata must be one of {', '.join(POLICIES)}, got {policy!r}")
    if policy == "keep":
        return photo
    kept = Metadata()
    if policy == "icc-only":
        blocks = tuple(each for each in photo.metadata.blocks if each.name in COLOUR_CHUNKS)
        kept = Metadata(icc=photo.metadata.icc, blocks=blocks)
    return replace(photo, metadata=kept, coding=replace(photo.coding, density=b""))
