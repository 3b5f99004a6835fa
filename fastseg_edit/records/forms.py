"""What stands where in a record, looked at before any of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, settings
from fastseg_edit.errors import FastsegError, RecipeError
from fastseg_edit.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 250
"""How many lists and mappings may stand in one another."""

MOST_SEEDS = 100
"""As many as the setting `variants` allows."""

_LAST_SEED = 2**63 - 1 + MOST_SEEDS
_HOLDERS = (Mapping, list, tuple)


@contextmanager
def at(place: str) -> Iterator[None]:
    """Turn an error of ours into E_RECIPE that says where in the record it is."""
    try:
        yield
    except FastsegError as error:
        code = error.code if error.code == "E_MASK_SIZE" else "E_RECIPE"
        raise RecipeError(code, f"{place}: {error.message}", error.hint) from error


def refuse_deep(document: Any, origin: str) -> None:
    """Refuse what no reader could follow to its end, with E_RECIPE."""
    level = [document]
    for _ in range(DEEPEST):
        level = [each for one in level for each in _inner(one) if isinstance(each, _HOLDERS)]
        if not level:
            return
    raise RecipeError("E_RECIPE", f"{origin} is a damaged record: nested too deep")


def check(document: Mapping[str, Any], origin: str) -> None:
    """Refuse a record in which something is of another kind than `writing` writes, with E_RECIPE.

    Args:
        document: The record. That it has a photo and edits is known.
        origin: What it is called.
    """
    _check(document, _RECORD, origin)
    _photo(document["photo"], f"{origin}, /photo")
    for number, entry in enumerate(document["edits"]):
        place = f"{origin}, /edits/{number}"
        _check(entry, _EDIT, place)
        if (entry.get("seed") or 0) not in entry.get("seeds", [entry.get("seed") or 0]):
            raise _wrong(f"{place}/seeds", f"{entry.get('seed')!r} among them", entry["seeds"])
        if "pasted" in entry:
            _check(entry["pasted"], _PASTED, f"{place}/pasted", whole=True)
            _photo(entry["pasted"]["source"], f"{place}/pasted/source")
    _check_kind(document, origin)


def _check_kind(document: Mapping[str, Any], origin: str) -> None:
    """Refuse edits that are not of the operation."""
    operation, edits = document.get("operation"), document["edits"]
    several = operation == "steps"
    pasted = [("pasted" in each) for each in edits]
    if len(edits) > 1 and not several:
        raise _wrong(f"{origin}, /edits", f"one edit of {operation}", f"{len(edits)} edits")
    if any(pasted) != (operation == "paste"):
        raise _wrong(f"{origin}, /operation", "paste for what is pasted", operation)
    specs = [each["spec"] for each in edits if isinstance(each.get("spec"), Mapping)]
    if several and any(spec.get("operation") == "outpaint" for spec in specs):
        raise _wrong(f"{origin}, /edits", "steps that keep the photo's size", "outpaint")


def _photo(document: Mapping[str, Any], place: str) -> None:
    _check(document, _PHOTO, place)
    if not (document.get("sha256") or document.get("pixels_sha256")):
        raise _wrong(place, "the hash of the photo", "none")


def _check(
    document: Mapping[str, Any], form: Mapping[str, Any], place: str, whole: bool = False
) -> None:
    for key, (wanted, fits) in form.items():
        if whole or key in document or key in _ALWAYS:
            value = document.get(key)
            if not fits(value):
                raise _wrong(f"{place}/{key}", wanted, value)


def _wrong(place: str, wanted: str, came: Any) -> RecipeError:
    shown = repr(came) if not isinstance(came, str | Mapping | list) else f"{came!r:.60}"
    return RecipeError("E_RECIPE", f"{place}: {wanted} was wanted, got {shown[:60]}")


def _inner(holder: Any) -> Iterator[Any]:
    if isinstance(holder, Mapping):
        yield from holder.values()
    elif isinstance(holder, list | tuple):
        yield from holder


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


def _is_seed(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LAST_SEED


def _are_seeds(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_SEEDS and all(map(_is_seed, value))


def _are_weights(value: Any) -> bool:
    return isinstance(value, list) and all(
        _is_mapping(w) and _is_text(w.get("name")) for w in value
    )


def _is_spot(value: Any) -> bool:
    return _is_mapping(value) and set(value) <= {field.name for field in fields(Spot)}


def _is_output(value: Any) -> bool:
    if value is None:
        return True
    known = _is_mapping(value) and value.get("format") in photos.FORMATS
    return bool(
        known
        and value.get("metadata") in ("keep", "icc-only", "strip")
        and _is_text(value.get("sha256"))
        and _is_text_or_none(value.get("name"))
    )


_Form = dict[str, tuple[str, "Callable[[Any], bool]"]]

_ALWAYS = ("operation", "mask", "seed")

_OPERATIONS = (*settings.OPERATIONS, "steps", "paste")

_RECORD: _Form = {
    "operation": ("an operation", lambda value: value in _OPERATIONS),
    "output": ("name, format, metadata and sha256 of the output", _is_output),
    "weights": ("a list of weights, each with a name", _are_weights),
    "versions": ("a version for each library", lambda value: _is_mapping(value)
                 and all(map(_is_text, value.values()))),
}  # fmt: skip

_EDIT: _Form = {
    "seed": ("a whole number from 0, or null", lambda value: value is None or _is_seed(value)),
    "seeds": (f"a list of at most {MOST_SEEDS} seeds", _are_seeds),
    "mask": ("a mask", _is_mapping),
    "pasted": ("what was pasted", _is_mapping),
}

_PHOTO: _Form = {
    "path": ("a path, or null", _is_text_or_none),
    "sha256": ("a hash", _is_text_or_none),
    "pixels_sha256": ("a hash", _is_text_or_none),
}

_PASTED: _Form = {
    "source": ("a photo", _is_mapping),
    "spot": ("where it was put", _is_spot),
    "settings": ("settings", _is_mapping),
}
