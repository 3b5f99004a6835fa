"""Photos opened and saved so that nothing is lost."""

from __future__ import annotations

from fastseg_edit.photos.canvas import Margins, aligned, extended
from fastseg_edit.photos.convert import convert
from fastseg_edit.photos.encoding import agreed, encode, format_named
from fastseg_edit.photos.exchange import from_array, from_pil, to_array, to_pil, to_png
from fastseg_edit.photos.fidelity import Fidelity, compare, verify
from fastseg_edit.photos.heads import Head, look
from fastseg_edit.photos.masks import check_mask_size, open_mask, open_scribble
from fastseg_edit.photos.merge import merge
from fastseg_edit.photos.opening import open_photo
from fastseg_edit.photos.photo import ENDINGS, FORMATS, Coding, Limits, Metadata, Photo
from fastseg_edit.photos.small import open_small
from fastseg_edit.photos.writing import must_have_a_folder, write_atomically

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Coding",
    "Fidelity",
    "Head",
    "Limits",
    "Margins",
    "Metadata",
    "Photo",
    "agreed",
    "aligned",
    "check_mask_size",
    "compare",
    "convert",
    "encode",
    "extended",
    "format_named",
    "from_array",
    "from_pil",
    "look",
    "merge",
    "must_have_a_folder",
    "open_mask",
    "open_photo",
    "open_scribble",
    "open_small",
    "to_array",
    "to_pil",
    "to_png",
    "verify",
    "write_atomically",
]
