"""What results are called: a pattern filled in for each photo."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from fastseg_edit import photos
from fastseg_edit.errors import InputError, SpecError

FIELDS = ("reldir", "stem", "ext", "name", "id")
"""What a pattern may take from a photo: its folder, its name without ending, its ending, both of
them, and what the item is called."""

PATTERN = "{reldir}/{stem}{ext}"
"""Where results go if nothing else is said: where the photo lies, and called alike."""


def check(pattern: str) -> None:
    """Refuse a pattern with other fields. Raises a SpecError with E_SPEC."""
    for found in re.findall(r"\{([^}]*)\}", pattern):
        if found not in FIELDS:
            known = ", ".join(f"{{{field}}}" for field in FIELDS)
            raise SpecError("E_SPEC", f"a name takes {known}, not {{{found}}}")


def filled(pattern: str, photo: str, item_id: str, ending: str = "") -> str:
    """Return a pattern with what it takes from a photo.

    Args:
        pattern: With any of `FIELDS` in braces.
        photo: The name of the photo in its store.
        item_id: What the item is called.
        ending: Stands for {ext} instead of the photo's own.

    Raises:
        InputError: With E_PATH_ESCAPES, if the name leads out of its folder.
    """
    path = PurePosixPath(photo)
    fields = {
        "reldir": str(path.parent),
        "stem": path.stem,
        "ext": ending or path.suffix,
        "name": path.name,
        "id": item_id,
    }
    name = re.sub(r"\{(\w+)\}", lambda found: fields[found[1]], pattern)
    return inside(name)


def inside(name: str) -> str:
    """Return a name in its shortest form, or refuse one that leads out of its folder."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or not parts or "\0" in name:
        message = f"{name!r} is no name within the folder"
        raise InputError("E_PATH_ESCAPES", message, "Leave out / at its beginning, and ..")
    return "/".join(parts)


def ending(format_: str) -> str:
    """Return the ending of a format, or "" for the photo's own."""
    if format_ == "keep":
        return ""
    return next(end for end, known in photos.ENDINGS.items() if known == format_)


def folded(name: str) -> str:
    """Return what two names have in common that some file systems take for one [1].

    References:
        [1] Davis et al. Unicode normalization forms. Unicode Standard Annex 15, 2023.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
