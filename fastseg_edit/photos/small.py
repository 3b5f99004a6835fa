"""Photos as small pictures for people to look at."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import Image, ImageCms

from fastseg_edit.photos import jpeg, source
from fastseg_edit.photos.opening import DEFAULTS, open_photo
from fastseg_edit.photos.turning import upright

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.photos.photo import Limits, Photo
    from fastseg_edit.photos.source import Source

JPEG = b"\xff\xd8\xff"

BEHIND = 238
"""The gray that shows through what is transparent."""


def open_small(given: Source, most: tuple[int, int], limits: Limits = DEFAULTS) -> ImageArray:
    """Open a photo as a small picture: upright, in sRGB, and without transparency.

    A JPEG is decoded at a fraction of its size, which takes about a tenth of the time. Sizes are
    reduced by averaging.

    Args:
        given: A path, or the bytes of a file.
        most: (width, height) in pixels. The picture keeps its proportions, and fits in.
        limits: What is refused.

    Returns:
        (H, W, 3) uint8. A photo that fits in already is not enlarged.

    Raises:
        InputError: As for `open_photo`.
        ResourceError: E_MEMORY.
    """
    name = source.name_of(given)
    blob = source.read(given, limits.max_bytes)
    if blob.startswith(JPEG):
        photo = upright(jpeg.read(blob, limits, None, name, most))
    else:
        photo = open_photo(given, limits)
    return _in_srgb(_reduced(_opaque(photo), most), photo)


def _opaque(photo: Photo) -> ImageArray:
    """Lay what is partly transparent over gray."""
    if photo.mode.partition(";")[0] not in ("LA", "RGBA"):
        return photo.rgb
    alpha: NDArray[np.float32] = photo.pixels[..., -1:].astype(np.float32)
    alpha /= np.iinfo(photo.pixels.dtype).max
    over: ImageArray = np.rint(photo.rgb * alpha + BEHIND * (1 - alpha)).astype(np.uint8)
    return over


def _reduced(image: ImageArray, most: tuple[int, int]) -> ImageArray:
    height, width = image.shape[:2]
    scale = min(most[0] / width, most[1] / height)
    if scale >= 1:
        return image
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    reduced: Any = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return reduced  # type: ignore[no-any-return]


def _in_srgb(image: ImageArray, photo: Photo) -> ImageArray:
    """Convert colours that a profile describes. A profile that does not fit is passed over."""
    if not photo.metadata.icc or photo.mode == "CMYK" or photo.mode[:1] in ("1", "L", "I"):
        return image
    with suppress(ImageCms.PyCMSError, OSError):
        own = ImageCms.ImageCmsProfile(io.BytesIO(photo.metadata.icc))
        shown = ImageCms.profileToProfile(
            Image.fromarray(image), own, ImageCms.createProfile("sRGB")
        )
        return np.array(shown, np.uint8)
    return image
