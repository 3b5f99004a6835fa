"""A photo from whatever it was given as."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from PIL import Image

from fastseg_edit import photos
from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.photos import Photo

Source: TypeAlias = Any
"""A path, the bytes of a file, an array, or a PIL image."""

Kind: TypeAlias = Literal["path", "bytes", "array", "pil"]


class Opened(NamedTuple):
    """A photo, and how it was given.

    Attributes:
        photo: The photo.
        kind: What it was given as.
        path: Its file, if it has one.
    """

    photo: Photo
    kind: Kind
    path: Path | None = None


def open_source(photo: Source, options: Mapping[str, Any]) -> Opened:
    """Open a photo from whatever it was given as.

    Args:
        photo: As in `EditSpec`. A photo that is open already is returned as it is.
        options: `max_pixels`, `max_bytes` and `frame` count.

    Raises:
        InputError: If it is not a photo that can be read, or a larger one than allowed.
    """
    limits = limits_of(options)
    frame = options.get("frame")
    match photo:
        case Opened():
            return photo
        case str() | Path():
            return Opened(photos.open_photo(photo, limits, frame), "path", Path(photo))
        case bytes() | bytearray() | memoryview():
            return Opened(photos.open_photo(bytes(photo), limits, frame), "bytes")
        case np.ndarray():
            return Opened(photos.from_array(photo, limits), "array")
    if not isinstance(photo, Image.Image):
        named = type(photo).__name__
        raise InputError(
            "E_INPUT_FORMAT", f"a path, bytes, an array or a Pillow image was wanted, got {named}"
        )
    return Opened(photos.from_pil(photo, limits), "pil")


def limits_of(options: Mapping[str, Any]) -> photos.Limits:
    """Return what is refused, by `max_pixels` and `max_bytes`."""
    return photos.Limits(
        **{key: options[key] for key in ("max_pixels", "max_bytes") if key in options}
    )
