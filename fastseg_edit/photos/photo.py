"""The value that stands for an opened photo: its own pixels, and all that came with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from numpy.typing import NDArray

from fastseg_edit.errors import Notice
from fastseg_edit.photos.colour import to_rgb

if TYPE_CHECKING:
    import numpy as np

    from fastseg_edit.arrays import ImageArray

NativeArray: TypeAlias = NDArray[Any]
"""(H, W) or (H, W, C) in the source's own depth: uint8, uint16, or bool for mode "1"."""

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""The formats that are read and written."""

ENDINGS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
"""What the ending of a file's name, in small letters, says about its format."""

DEEP_MODES = frozenset({"I;16", "LA;16", "RGB;16", "RGBA;16"})
"""Modes with 16 bits per sample."""

ALPHA_MODES = frozenset({"LA", "PA", "RGBA", "LA;16", "RGBA;16"})
"""Modes whose last channel is alpha."""


class Block(NamedTuple):
    """A piece of a file that only its own format can hold, carried over as it is.

    Attributes:
        name: PNG chunk type, or the JPEG marker's second byte.
        payload: The bytes within.
    """

    name: bytes
    payload: bytes


@dataclass(frozen=True)
class Limits:
    """What is refused before it costs memory.

    Attributes:
        max_pixels: Width times height of one picture, by its header.
        max_bytes: Size of the file.
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 256_000_000


@dataclass(frozen=True)
class Metadata:
    """What a photo says about itself, already true of the upright picture.

    Attributes:
        exif: A TIFF structure without the "Exif" prefix: orientation 1, no thumbnail.
        icc: Colour profile of the native pixels.
        xmp: XMP packet.
        dpi: Pixels per inch, across and down.
        text: Keywords and their values, from PNG.
        comment: From JPEG.
        blocks: The rest, for the same format only.
    """

    exif: bytes = b""
    icc: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    text: tuple[tuple[str, str], ...] = ()
    comment: bytes = b""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Coding:
    """How the file stored its pixels, before they were turned, to store them the same way again.

    Attributes:
        bits: Bits per sample in the file; 1, 2 or 4 if PNG packed gray pixels.
        lossless: Whether the file holds exactly these pixels.
        tables: JPEG quantization tables, one per component, the last one repeating; each 64 steps
            in rows.
        sampling: JPEG chroma sampling: "4:4:4", "4:2:2" or "4:2:0".
        progressive: Whether a JPEG was stored in passes.
        direct_rgb: Whether a JPEG stored red, green and blue instead of luma and chroma.
        stream: The JPEG file without its metadata, if its pixels can be taken from there again.
        origin: (x, y) in the picture, turned as the file has it, at which that of `stream` begins:
            not 0 once it was put on a larger canvas.
        orientation: How the stored pixels had to be turned: 1 to 8, as EXIF numbers it.
        density: The unit and density fields of the JFIF header, as they were.
        compression: TIFF compression, by Pillow's name.
        extra: What the fourth channel of a TIFF is: 1 premultiplied alpha, 2 plain alpha.
    """

    bits: int = 8
    lossless: bool = True
    tables: tuple[tuple[int, ...], ...] = ()
    sampling: str = "4:4:4"
    progressive: bool = False
    direct_rgb: bool = False
    stream: bytes = field(default=b"", repr=False)
    origin: tuple[int, int] = (0, 0)
    orientation: int = 1
    density: bytes = b""
    compression: str = ""
    extra: int = 2


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo, upright, in its own mode and depth.

    Attributes:
        pixels: (H, W) or (H, W, C), read-only. Palette indices for modes "P" and "PA".
        mode: "1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I;16", "LA;16", "RGB;16" or
            "RGBA;16".
        format: One of `FORMATS`; "" if it came from memory.
        metadata: What the photo says about itself.
        coding: How the file stored the pixels.
        palette: (N, 4) uint8 RGBA, if the mode has one.
        transparent: The one pixel value that is transparent (PNG), as large as a pixel; or empty.
        warnings: What could not be carried along.
        sha256: Of the file that it was opened from, in hexadecimal digits; "" if it came from
            memory.
        stored: Bytes of that file.
    """

    pixels: NativeArray
    mode: str
    format: str = ""
    metadata: Metadata = field(default_factory=Metadata)
    coding: Coding = field(default_factory=Coding)
    palette: NDArray[np.uint8] | None = None
    transparent: tuple[int, ...] = ()
    warnings: tuple[Notice, ...] = ()
    sha256: str = ""
    stored: int = 0

    def __post_init__(self) -> None:
        view = self.pixels.view()
        view.flags.writeable = False  # a model that paints in place fails at once
        object.__setattr__(self, "pixels", view)

    def __repr__(self) -> str:
        height, width = self.size
        return f"Photo({width}x{height} {self.mode}, {self.format or 'from memory'})"

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @cached_property
    def rgb(self) -> ImageArray:
        """(H, W, 3) uint8, read-only, for the models. Alpha is left out, not blended in."""
        rgb = to_rgb(self.pixels, self.mode, self.palette, self.metadata.icc)
        rgb.flags.writeable = False
        return rgb

    def noting(self, code: str, text: str) -> Photo:
        """Return the same photo with one more warning."""
        return replace(self, warnings=(*self.warnings, Notice(code, text)))
