"""Calls into Pillow's decoders, with everything that they may raise turned into one error.

The format is known before, so that its decoder is called directly: no other format is tried, and
Pillow's own limit on pixels, which is global and warns, plays no part. What decoders are given
holds pixels only; broken metadata cannot reach them.
"""

from __future__ import annotations

import io
import os
import struct
import threading
import zlib
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageFile

from fastseg_edit.errors import InputError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.photos.photo import NativeArray

DAMAGE = (
    OSError,  # cut off, or the decoder gave up; also Pillow's UnidentifiedImageError
    SyntaxError,  # a plugin's word for a broken header
    struct.error,  # a number was cut off
    zlib.error,  # a broken stream outside of the decoder proper
    ValueError,  # a field that makes no sense
    TypeError,  # a tag of an unexpected type
    LookupError,  # a tag or a mode that is not there
    AttributeError,  # a directory that was never read
    ArithmeticError,  # a division by a zero field, a number too large for C
    EOFError,  # a page that is not there
    AssertionError,  # Pillow's own checks
    RuntimeError,  # the decoder's state
    Image.DecompressionBombError,  # WebP and TIFF tiles have Pillow's check inside
)
"""What damaged files have made Pillow raise; nothing else is caught."""


STDERR = 2
_ALONE = threading.Lock()


class Cut(io.BytesIO):
    """Bytes whose end is an error, even if another library told Pillow to accept cut files."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most `size` bytes, at least one."""
        found = super().read(size)
        if size and not found:
            raise EOFError("the file ends here")
        return found


def open_image(
    plugin: Callable[[io.BytesIO], ImageFile.ImageFile], stream: bytes, name: str
) -> ImageFile.ImageFile:
    """Read a header by the decoder of its format.

    Raises:
        InputError: E_INPUT_TRUNCATED if the decoder gives up.
    """
    try:
        return plugin(Cut(stream))
    except DAMAGE as error:
        raise damaged(name, str(error)) from error


def load(image: ImageFile.ImageFile, name: str) -> Image.Image:
    """Decode the pixels.

    Raises:
        InputError: E_INPUT_TRUNCATED, with the number of rows that could be decoded.
        ResourceError: E_MEMORY.
    """
    try:
        image.im = Image.new(image.mode, image.size).im  # or Pillow checks its own limit here
        with quiet() if image.format == "TIFF" else nullcontext():
            image.load()
    except MemoryError as error:
        raise ResourceError("E_MEMORY", f"{name} does not fit into memory") from error
    except DAMAGE as error:
        raise damaged(name, f"decoded {_rows(image)} of {image.height} rows") from error
    return image


def seek(image: ImageFile.ImageFile, frame: int, name: str) -> None:
    """Go to a picture of several.

    Raises:
        InputError: E_INPUT_TRUNCATED if the way there is damaged.
    """
    try:
        image.seek(frame)
    except DAMAGE as error:
        raise damaged(name, f"picture {frame}: {error}") from error


def deep(
    plugin: Callable[[io.BytesIO], ImageFile.ImageFile],
    stream: bytes,
    raw_modes: tuple[str, str],
    name: str,
) -> NativeArray:
    """Decode colour of 16 bits per sample, which Pillow's images cannot hold.

    Pillow keeps the first or the second byte of each sample, by the raw mode. Asked for both, one
    after the other, it gives the whole.

    Args:
        plugin: The format's decoder.
        stream: The file.
        raw_modes: The ones that yield the high and the low byte.
        name: For messages.

    Returns:
        (H, W, C) uint16.
    """
    halves = []
    for raw_mode in raw_modes:
        image = open_image(plugin, stream, name)
        image.tile = [tile._replace(args=_with_mode(tile.args, raw_mode)) for tile in image.tile]
        halves.append(np.asarray(load(image, name)))
    high, low = halves
    samples: NativeArray = (high.astype(np.uint16) << 8) | low
    return samples


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what libtiff writes to stderr from the terminal; Pillow offers no other way."""
    with _ALONE, Path(os.devnull).open("wb") as nowhere:
        try:
            kept = os.dup(STDERR)
        except OSError:  # the process has no stderr
            yield
            return
        try:
            os.dup2(nowhere.fileno(), STDERR)
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)


def damaged(name: str, detail: str) -> InputError:
    """Say that a file is cut off or broken."""
    message = f"{name} is cut off or damaged ({detail})"
    return InputError("E_INPUT_TRUNCATED", message, "Copy the photo again from where it came.")


def _with_mode(args: Any, raw_mode: str) -> Any:
    return (raw_mode, *args[1:]) if isinstance(args, tuple) else raw_mode


def _rows(image: ImageFile.ImageFile) -> int:
    """Count rows down to the last one that is not blank, which undecoded ones are."""
    image.tile = []
    try:
        box = image.getbbox(alpha_only=False)
    except DAMAGE:  # no pixels at all, or a palette that is broken too
        return 0
    return box[3] if box else 0
