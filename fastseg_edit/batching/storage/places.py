"""Which store a name means: a folder of this machine, or a place that a URL names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastseg_edit.batching.storage import naming
from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from fastseg_edit.batching.storage.stores import Store


def is_url(where: str | Path) -> bool:
    """Tell whether a name is a URL. A folder that is called like one is reached as ./name."""
    return isinstance(where, str) and naming.is_url(where)


def store(where: str | Path) -> Store:
    """Return the store that a name means, which the user gave.

    Args:
        where: A folder, or a URL such as s3://bucket/folder. That of a file means the folder.

    Raises:
        SpecError: With E_SPEC, if the URL holds what none may.
    """
    if not isinstance(where, str) or not is_url(where):
        return Folder(Path(where))
    scheme, _, path = where.partition("://")
    if scheme.lower() in ("file", "local"):
        return Folder(Path(unquote(path.removeprefix("localhost"))))
    return Remote(f"{scheme.lower()}://{path}")


def named(where: str, allow_url: bool = False) -> Remote | None:
    """Return the store that a manifest names by a URL. None if it names a path.

    A manifest may come from somebody else, so it reaches other machines only if the user lets it.

    Args:
        where: What stands in the manifest.
        allow_url: Whether the user lets it.

    Raises:
        InputError: With E_PATH_ESCAPES, if the user does not; or if the URL is one of this machine.
        SpecError: With E_SPEC, if the URL holds what none may.
    """
    if not is_url(where):
        return None
    found = store(where) if allow_url else None
    if isinstance(found, Remote):
        return found
    message = f"the manifest names {where!r}, a place outside its folder"
    hint = "Name the folder itself." if found else "Add --allow-url to let it."
    raise InputError("E_PATH_ESCAPES", message, hint)


def lying(photo: str, photos: Store, results: Store) -> dict[str, str | None]:
    """Return where a photo lies, for a record, if a path from the results does not say it.

    Args:
        photo: Its name.
        photos: The store of photos.
        results: The store of results, where the record will lie.
    """
    if isinstance(photos, Remote):
        return {"path": None, "url": f"{photos.where.rstrip('/')}/{photo}"}
    if isinstance(results, Remote):
        return {"path": (Path(photos.where) / photo).absolute().as_posix()}
    return {}
