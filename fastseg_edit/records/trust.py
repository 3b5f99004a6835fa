"""What a record of anybody may have read: no program, and no file out of its folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import catalogue, photos, registry
from fastseg_edit.errors import InputError, RecipeError
from fastseg_edit.hub.cache import Repository

if TYPE_CHECKING:
    from fastseg_edit.requests import Folders, Request

SAFE = ".safetensors"
"""How files of weights end that are nothing but numbers, and that every model reads so."""

PICTURES = ("reference",)
"""Options that name a photo's file, and no weights."""

TRUST = "If you trust the record, say so: --anywhere."


def located(document: Any, folders: Folders, key: str = "") -> Any:
    """Return a recipe in which each file is named as it is from here.

    Args:
        document: The recipe, or a part of it.
        folders: Where files may lie. Only where they are `free` may weights be programs.
        key: What option it is.

    Raises:
        InputError: With E_PATH_ESCAPES, if a file is out of the folders.
        RecipeError: With E_RECIPE, if a file may run a program when it is read.
    """
    match document:
        case str():
            return _text(document, folders, key)
        case Mapping():
            if document.get("allow_pickle") and not folders.free:
                raise _program("a pickle")
            return {name: located(each, folders, str(name)) for name, each in document.items()}
        case list():
            return [located(each, folders, key) for each in document]
    return document


def refuse_files(request: Request, folders: Folders) -> None:
    """Refuse a prompt that reads files: what was written here holds its pixels itself.

    Raises:
        InputError: With E_PATH_ESCAPES.
    """
    found = next(request.files(), None)
    if found is not None and not folders.free:
        message = f"the record reads {str(found)!r}, and none that was written here reads a file"
        raise InputError("E_PATH_ESCAPES", message, TRUST)


def _text(text: str, folders: Folders, key: str) -> str:
    if _is_name(text) and key not in PICTURES:
        return text
    # A LoRA may be followed by its strength.
    for named in dict.fromkeys((text, text.rpartition("@")[0])):
        for base in (folders.home, Path.cwd()):
            if named and _exists(base / named):
                return str(_file(base / named, folders, key)) + text[len(named) :]
    repository, _, file = text.partition(":")
    is_ours = file and Repository.parse(repository) is not None
    if is_ours and not folders.free and (not file.endswith(SAFE) or ".." in file):
        raise _program(text)
    return text


def _file(path: Path, folders: Folders, key: str) -> Path:
    """Return a file or a folder that is there. Errors as of `located`."""
    if folders.free:
        return path
    try:
        folders.path(Path.cwd() / path)
    except InputError as error:
        error.hint = TRUST
        raise
    is_picture = key in PICTURES and path.suffix.lower() in photos.ENDINGS
    if not (path.is_dir() or path.suffix == SAFE or is_picture):
        raise _program(str(path))
    return path


def _is_name(text: str) -> bool:
    """Tell whether a text stands for itself, whatever files there are."""
    return text in catalogue.known() or any(text in registry.names(k) for k in registry.KINDS)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no path at all
        return False


def _program(what: str) -> RecipeError:
    return RecipeError("E_RECIPE", f"the record loads {what}, which can run a program", TRUST)
