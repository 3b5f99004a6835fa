"""The entries of a prompt in a document: one reader for each kind."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import registry
from fastseg_edit.annotate import runlengths
from fastseg_edit.errors import SpecError
from fastseg_edit.prompt import Everything, Text
from fastseg_edit.requests import coordinates
from fastseg_edit.requests.parts import (
    Clicks,
    Likeness,
    MaskFile,
    Rectangles,
    Runs,
    is_numbers,
    mask_file,
    reference_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.requests.coordinates import Click, Corners
    from fastseg_edit.requests.parts import Where
    from fastseg_edit.requests.paths import Folders

NO_PROMPT = Everything()
"""Stands for a prompt where only the rest of an edit is looked at."""

ONLY = {"within": "points", "scores": "boxes", "fit": "mask"}
"""Keys that say more of an entry of one kind."""

DEEPEST = 100
"""How many prompts may stand in one another."""

BESIDES = ("combine", *ONLY)
"""What an entry may say besides its kind."""


def refuse_foreign(kind: str, entry: Mapping[str, Any]) -> None:
    """Refuse a key that says more of another kind."""
    for key, owner in ONLY.items():
        if key in entry and kind not in (owner, {"mask": "rough"}.get(owner)):
            raise SpecError("E_SPEC", f"{key} is for {owner}, and not for {kind}")


def where(entry: Any, folders: Folders, fit: bool = False) -> Where:
    """Return a box or a mask: numbers, the name of a file, or run lengths.

    Raises:
        SpecError: With E_SPEC, if it is something else.
        InputError: With E_PATH_ESCAPES.
    """
    if isinstance(entry, Mapping):
        runlengths.check(entry)
        return Runs(entry)
    if isinstance(entry, list) or (isinstance(entry, str) and is_numbers(entry)):
        return coordinates.read(entry, f"[{coordinates.BOX}]")
    given = mask_file(_text(entry, "the name of a mask's file"), fit)
    return MaskFile(folders.path(given.path), given.channel, given.fit)


def named(setting: Any, folders: Folders) -> Any:
    """Return a setting that may name a file, with its path as it is from here.

    What is no file beside the document is left as it is: the name of a recipe, or of a model.
    """
    if isinstance(setting, Mapping):
        return {
            key: named(value, folders) if key in ("name", "weights") else value
            for key, value in setting.items()
        }
    if not isinstance(setting, str | Path) or "\0" in str(setting):
        return setting
    looks_like_one = Path(setting).suffix in (".yaml", ".yml", ".safetensors", ".pt")
    if looks_like_one or (folders.home / setting).exists():
        return str(folders.path(setting))
    return setting


def _text(value: Any, wanted: str) -> str:
    if not isinstance(value, str) or not value:
        raise SpecError("E_SPEC", f"{wanted} was wanted, got {value!r}")
    return value


def _point(entry: Mapping[str, Any], _: Folders) -> Click:
    return coordinates.click(entry["point"], f"[{coordinates.POINT}]")


def _points(entry: Mapping[str, Any], _: Folders) -> Clicks:
    form = f"[[{coordinates.POINT}]]"
    given = entry["points"]
    if not isinstance(given, list) or not given or not all(isinstance(one, list) for one in given):
        raise SpecError("E_SPEC", f"{form}, ... was wanted, got {given!r}")
    clicks = tuple(coordinates.click(one, form) for one in given)
    return Clicks(clicks, _corners(entry["within"]) if "within" in entry else None)


def _corners(value: Any) -> Corners:
    return coordinates.read(value, f"[{coordinates.BOX}]")


def _box(entry: Mapping[str, Any], _: Folders) -> Corners:
    return _corners(entry["box"])


def _boxes(entry: Mapping[str, Any], _: Folders) -> Rectangles:
    given, scores = entry["boxes"], entry.get("scores", [])
    if not isinstance(given, list) or not given:
        raise SpecError("E_SPEC", f"a list of boxes was wanted, got {given!r}")
    if not isinstance(scores, list) or not all(type(one) in (int, float) for one in scores):
        raise SpecError("E_SPEC", f"scores are a list of numbers, got {scores!r}")
    return Rectangles(tuple(_corners(box) for box in given), tuple(scores))


def _words(entry: Mapping[str, Any], _: Folders) -> str:
    return Text(entry["text"]).words


def _mask(entry: Mapping[str, Any], folders: Folders) -> Any:
    kind = "mask" if "mask" in entry else "rough"
    fit = entry.get("fit", False)
    if not isinstance(fit, bool):
        raise SpecError("E_SPEC", f"fit is true or false, got {fit!r}")
    found = where(entry[kind], folders, fit)
    if isinstance(found, tuple):
        raise SpecError("E_SPEC", f"the name of a mask's file was wanted, got {entry[kind]!r}")
    return found


def _scribble(entry: Mapping[str, Any], folders: Folders) -> Any:
    given = entry["scribble"]
    if not isinstance(given, Mapping):
        return folders.path(_text(given, "the name of a file with strokes"))
    if set(given) != {"on", "off"}:
        raise SpecError("E_SPEC", "strokes are a file, or {on: mask, off: mask}")
    for strokes in given.values():
        runlengths.check(strokes)
    return Runs(given["on"]), Runs(given["off"])


def _references(entry: Mapping[str, Any], folders: Folders) -> tuple[Likeness, ...]:
    given = entry["ref"]
    listed = given if isinstance(given, list) else [given]
    if not listed:
        raise SpecError("E_SPEC", "a reference was wanted, got an empty list")
    return tuple(_likeness(one, folders) for one in listed)


def _likeness(given: Any, folders: Folders) -> Likeness:
    """Return FILE[@BOX|@MASK], or {photo: FILE, at: BOX|MASK}, or the same with a PNG's bytes."""
    if not isinstance(given, Mapping):
        file, at = reference_file(_text(given, "FILE[@BOX|@MASK]"))
        given = {"photo": file, **({"at": at} if at else {})}
    for key in given:
        if key not in ("photo", "png", "at"):
            hint = registry.suggest(str(key), ("photo", "png", "at"))
            raise SpecError("E_SPEC", f"a reference has no key {key!r}", hint)
    place = where(given["at"], folders) if "at" in given else None
    if "png" in given:
        return Likeness(_bytes(given["png"]), place)
    return Likeness(folders.path(_text(given.get("photo"), "a photo")), place)


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(_text(text, "a PNG in base64"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SpecError("E_SPEC", "a PNG in base64 was wanted, got something else") from error


def _everything(entry: Mapping[str, Any], _: Folders) -> None:
    if entry["everything"] is not True:
        raise SpecError("E_SPEC", f"everything is true, got {entry['everything']!r}")


READERS: dict[str, Callable[[Mapping[str, Any], Folders], Any]] = {
    "point": _point,
    "points": _points,
    "box": _box,
    "boxes": _boxes,
    "text": _words,
    "ref": _references,
    "mask": _mask,
    "rough": _mask,
    "scribble": _scribble,
    "everything": _everything,
    "prompt": lambda entry, _: entry["prompt"],
}
"""How the entry of each kind is read. A `prompt` in a prompt stands for what is in it."""
