"""Photos from arrays and Pillow's images, and back as the kind that came in."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from fastseg_edit.errors import InputError
from fastseg_edit.photos.checks import check_size
from fastseg_edit.photos.decode import DAMAGE, damaged
from fastseg_edit.photos.photo import Limits, Metadata, Photo
from fastseg_edit.photos.pictures import NATIVE, image_of, native, palette_of, reaching
from fastseg_edit.photos.turning import upright

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.photos.photo import NativeArray

ARRAY_MODES = {
    ("bool", 1): "1",
    ("uint8", 1): "L",
    ("uint8", 2): "LA",
    ("uint8", 3): "RGB",
    ("uint8", 4): "RGBA",
    ("uint16", 1): "I;16",
    ("uint16", 2): "LA;16",
    ("uint16", 3): "RGB;16",
    ("uint16", 4): "RGBA;16",
}
"""Mode by dtype and number of channels."""

DEFAULTS = Limits()


def from_array(array: NDArray[Any], limits: Limits = DEFAULTS) -> Photo:
    """Take an array as a photo.

    Args:
        array: (H, W), or (H, W, C) with 2 to 4 channels: gray and alpha, RGB, RGBA; uint8 or
            uint16. Or (H, W) bool.
        limits: What is refused.

    Raises:
        InputError: E_INPUT_FORMAT for any other array, E_TOO_MANY_PIXELS, E_TOO_SMALL.
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    mode = ARRAY_MODES.get((array.dtype.name, channels))
    if mode is None or array.ndim not in {2, 3} or (array.ndim == 3 and channels == 1):
        found = f"got {array.shape} {array.dtype}"
        hint = "Scale floats to 0 to 255 and use .astype('uint8')."
        message = f"a photo is (H, W) or (H, W, 2 to 4) of uint8 or uint16, {found}"
        raise InputError("E_INPUT_FORMAT", message, hint)
    check_size(array.shape[1], array.shape[0], limits, "the array")
    return Photo(np.array(array, order="C"), mode)


def to_array(photo: Photo) -> NativeArray:
    """Return the native samples, (H, W) or (H, W, C). Palette indices become RGB or RGBA."""
    if photo.palette is None:
        return photo.pixels.copy()
    plane = photo.pixels if photo.mode == "P" else photo.pixels[..., 0]
    shown: NativeArray = photo.palette[plane]
    if photo.mode == "PA":
        shown[..., 3] = photo.pixels[..., 1]
    return shown if (shown[..., 3] < 255).any() else np.ascontiguousarray(shown[..., :3])


def from_pil(image: Image.Image, limits: Limits = DEFAULTS) -> Photo:
    """Take one of Pillow's images as a photo, turned upright, with its metadata.

    Raises:
        InputError: E_INPUT_FORMAT for modes without an agreed range, such as "F"; sizes as in
            `open_photo`.
    """
    check_size(image.width, image.height, limits, "the image")
    try:
        image.load()
    except DAMAGE as error:
        raise damaged("the image", str(error)) from error
    if image.mode not in NATIVE:
        image = image.convert("RGB") if image.mode in {"RGBX", "YCbCr"} else image
    alpha = image.info.get("transparency", b"")
    pixels, mode = native(image, "the image")
    palette = None
    if mode in {"P", "PA"}:
        if isinstance(alpha, int):
            alpha = b"\xff" * alpha + b"\0"
        palette = reaching(palette_of(image, alpha), pixels if mode == "P" else pixels[..., 0])
    transparent = () if mode not in {"1", "L", "I;16", "RGB"} or alpha == b"" else alpha
    if isinstance(transparent, int):
        transparent = (transparent,)
    photo = Photo(pixels.copy(), mode, palette=palette, transparent=tuple(transparent))
    return upright(replace(photo, metadata=_metadata(image)))


def to_pil(photo: Photo) -> Image.Image:
    """Make one of Pillow's images of a photo, of the same mode, with its metadata in `info`.

    16-bit colour, which Pillow's images cannot hold, is refused.

    Raises:
        InputError: E_INPUT_FORMAT.
    """
    if photo.mode in {"LA;16", "RGB;16", "RGBA;16"}:
        message = f"no image of Pillow's holds pixels of mode {photo.mode}"
        raise InputError("E_INPUT_FORMAT", message, "Ask for an array.")
    image = image_of(photo.pixels, photo.mode, photo.palette)
    metadata = photo.metadata
    found = {
        "icc_profile": metadata.icc,
        "exif": metadata.exif and b"Exif\0\0" + metadata.exif,
        "xmp": metadata.xmp,
        "comment": metadata.comment,
        "dpi": metadata.dpi,
    }
    image.info.update({key: value for key, value in found.items() if value})
    image.info.update(dict(metadata.text))
    if photo.palette is not None and (photo.palette[:, 3] < 255).any():
        image.info["transparency"] = photo.palette[:, 3].tobytes()
    elif photo.transparent:
        one = len(photo.transparent) == 1
        image.info["transparency"] = photo.transparent[0] if one else photo.transparent
    return image


def to_png(rgb: NDArray[np.uint8]) -> bytes:
    """Write (H, W, 3) RGB or (H, W) gray, uint8, as a small PNG for showing, without metadata."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG", compress_level=2)
    return file.getvalue()


def _metadata(image: Image.Image) -> Metadata:
    info = image.info
    exif = info.get("exif") or b""
    if not exif and (tags := image.getexif()):
        exif = tags.tobytes()
    icc, xmp, comment = (info.get(key) or b"" for key in ("icc_profile", "xmp", "comment"))
    dpi = info.get("dpi")
    return Metadata(
        exif=exif.removeprefix(b"Exif\0\0"),
        icc=icc,
        xmp=xmp.encode() if isinstance(xmp, str) else xmp,
        dpi=(float(dpi[0]), float(dpi[1])) if dpi else None,
        comment=comment.encode() if isinstance(comment, str) else comment,
        text=tuple((key, value) for key, value in getattr(image, "text", {}).items()),
    )
