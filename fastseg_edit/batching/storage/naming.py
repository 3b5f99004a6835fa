"""What results are called: a pattern filled in for each photo."""

from __future__ import annotations

import posixpath
import re
import unicodedata

from fastseg_edit import photos
from fastseg_edit.errors import InputError, SpecError

FIELDS = ("reldir", "stem", "ext", "name", "id")
"""What a pattern may take from a photo: its folder, its name without ending, its ending, both of
them, and what the item is called."""

PATTERN = "{reldir}/{stem}{ext}"
"""Where results go if nothing else is said: where the photo lies, and called alike."""

NO_NAMES = frozenset({"", ".", ".."})
"""Parts of a name that are not in its shortest form, or lead out."""

LONGEST = 255
"""Bytes that the name of a file may have."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

_FIELD = re.compile(r"\{(\w+)\}")


def check(pattern: object) -> str:
    """Return a pattern, or refuse one with other fields. Raises a SpecError with E_SPEC."""
    if not isinstance(pattern, str) or not pattern.strip() or "\0" in pattern:
        raise SpecError("E_SPEC", f"a name such as {PATTERN!r} was wanted, got {pattern!r}")
    if pattern.endswith("/"):
        hint = f"Write for example {pattern + '{stem}{ext}'!r}."
        raise SpecError("E_SPEC", f"{pattern!r} names a folder, and not the files in it", hint)
    for found in re.findall(r"\{([^}]*)\}", pattern):
        if found not in FIELDS:
            known = ", ".join(f"{{{field}}}" for field in FIELDS)
            raise SpecError("E_SPEC", f"a name takes {known}, not {{{found}}}")
    return pattern


def has_fields(text: str) -> bool:
    """Tell whether a text takes something from a photo."""
    return bool(_FIELD.search(text))


def is_url(text: str) -> bool:
    """Tell whether a text is a URL."""
    return bool(_URL.match(text))


def fill(pattern: str, photo: str, item_id: str, ending: str = "") -> str:
    """Return a pattern with what it takes from a photo.

    Args:
        pattern: With any of `FIELDS` in braces.
        photo: The name of the photo in its store.
        item_id: What the item is called.
        ending: Stands for {ext} instead of the photo's own.
    """
    folder, name = posixpath.split(photo)
    stem, own = posixpath.splitext(name)
    fields = {
        "reldir": folder or ".",
        "stem": stem,
        "ext": ending or own,
        "name": name,
        "id": item_id,
    }
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), pattern)


def filled(pattern: str, photo: str, item_id: str, ending: str = "") -> str:
    """Return the name of a result, in its shortest form. Arguments as for `fill`.

    Raises:
        InputError: With E_PATH_ESCAPES, if it leads out of its folder.
    """
    if pattern == PATTERN and not ending:
        return inside(photo)
    return inside(fill(pattern, photo, item_id, ending))


def inside(name: str) -> str:
    """Return a name in its shortest form, or refuse one that leads out of its folder."""
    parts = name.split("/")
    if NO_NAMES.isdisjoint(parts) and "\0" not in name:
        return name
    if is_url(name):
        message = f"{name!r} is a URL, and a name within a folder was wanted"
        raise InputError("E_PATH_ESCAPES", message, "Say root: URL for where all photos lie.")
    parts = [part for part in parts if part not in ("", ".")]
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
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
