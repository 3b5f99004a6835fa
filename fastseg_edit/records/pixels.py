"""What belongs to single pixels of an edit, in a line of JSON, exact to the bit."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit.annotate import runlengths
from fastseg_edit.candidates import Candidates
from fastseg_edit.edit import Matte
from fastseg_edit.errors import RecipeError, SpecError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import MaskArray

_MOST = 2**32


def matte(given: Matte) -> dict[str, Any]:
    """Write down a matte: where it shows anything, and there its alphas and colours."""
    shown = given.alpha > 0
    return {
        "shown": runlengths.written(shown),
        "alpha": _packed(given.alpha[shown].astype("<f4")),
        "colours": _packed(given.colours[shown]),
    }


def read_matte(document: Any, size: tuple[int, ...]) -> Matte:
    """Return the matte again; where it shows nothing its colours are black.

    Raises:
        SpecError: If it is none, or of a photo of another size.
    """
    document = _mapping(document, ("shown", "alpha", "colours"))
    shown = _mask(document["shown"], size)
    alpha = np.zeros(shown.shape, np.float32)
    colours = np.zeros((*shown.shape, 3), np.uint8)
    count = int(np.count_nonzero(shown))
    alpha[shown] = _unpacked(document["alpha"], "<f4", (count,))
    colours[shown] = _unpacked(document["colours"], "u1", (count, 3))
    try:
        return Matte(alpha, colours)
    except ValueError as error:
        raise _wrong() from error


def layout(given: NDArray[np.uint16]) -> dict[str, Any]:
    """Write down the numbers of regions."""
    return {"size": list(given.shape), "numbers": _packed(given.astype("<u2"))}


def read_layout(document: Any, size: tuple[int, ...]) -> NDArray[np.uint16]:
    """Return the numbers again, (H, W) uint16.

    Raises:
        SpecError: If it is no layout, or of a photo of another size.
    """
    document = _mapping(document, ("size", "numbers"))
    runlengths.check({"size": document["size"], "counts": ""})
    if tuple(document["size"]) != size:
        raise _wrong()
    return _unpacked(document["numbers"], "<u2", size).astype(np.uint16)


def objects(given: Candidates) -> list[dict[str, Any]]:
    """Write down the objects that were chosen."""
    labels = given.labels or ("",) * len(given)
    return [
        {
            "mask": runlengths.of_cutout(cutout.settled(), given.size),
            "score": float(score),
            **({"label": label} if label else {}),
        }
        for cutout, score, label in zip(given.cutouts, given.scores, labels, strict=True)
    ]


def read_objects(document: Any, size: tuple[int, int]) -> Candidates:
    """Return the objects again.

    Raises:
        SpecError: If they are none, or of a photo of another size.
    """
    if not isinstance(document, list):
        raise _wrong()
    entries = [_mapping(entry, ("mask", "score"), ("label",)) for entry in document]
    if not all(_is_score(entry["score"]) for entry in entries):
        raise _wrong()
    masks = (_mask(entry["mask"], size) for entry in entries)
    scores = [float(entry["score"]) for entry in entries]
    found = Candidates.of(masks, size, scores, list(range(len(entries))))
    labels = tuple(str(entry.get("label", "")) for entry in entries)
    return found.labelled(labels) if any(labels) else found


def _mask(document: Any, size: tuple[int, ...]) -> MaskArray:
    try:
        return runlengths.read(document, size)
    except SpecError as error:
        raise _wrong() from error


def _is_score(score: Any) -> bool:
    return type(score) in (int, float) and abs(score) <= _MOST  # nor is NaN


def _packed(values: NDArray[Any]) -> str:
    packed = zlib.compress(np.ascontiguousarray(values).tobytes(), 1)
    return base64.b64encode(packed).decode("ascii")


def _unpacked(text: Any, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    try:
        packed = base64.b64decode(str(text), validate=True)
        content = zlib.decompressobj().decompress(packed, min(size, _MOST) + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise _wrong() from error
    if len(content) != size:
        raise _wrong()
    return np.frombuffer(content, dtype).reshape(shape)


def _mapping(document: Any, keys: tuple[str, ...], more: tuple[str, ...] = ()) -> Mapping[str, Any]:
    good = isinstance(document, Mapping) and set(keys) <= set(document) <= {*keys, *more}
    if not good:
        raise _wrong()
    found: Mapping[str, Any] = document
    return found


def _wrong() -> RecipeError:
    return RecipeError("E_RECIPE", "the pixels of the record are damaged")
