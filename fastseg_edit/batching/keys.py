"""What the result of an item depends on, as one hash.

Two items with equal keys have equal results: the bytes of the photo, of the masks and of the
references, every option of every stage, the hashes of the weights, how results are written, and
the version of this package.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastseg_edit
from fastseg_edit import assembly, records, requests
from fastseg_edit.errors import FastsegError
from fastseg_edit.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.batching.items import Item
    from fastseg_edit.requests import Request

NO_MATTER = frozenset({"seed", "device", "offload", "allow_download", "max_pixels", "max_bytes"})
"""Settings that say how, and not what; and the seed, which says nothing of the stages."""


class Keys:
    """Makes keys. What many items have in common is looked at once.

    Args:
        hash_of: Returns the SHA-256 of a file that an item reads besides the photo.
    """

    def __init__(self, hash_of: Callable[[Path], str]) -> None:
        self._hash_of = hash_of
        self._stages = dict[str, str]()

    def of(self, item: Item, photo: str) -> str:
        """Return the key of an item.

        Args:
            item: The item.
            photo: The SHA-256 of its photo.

        Raises:
            FastsegError: If a file that it reads cannot be read, or a model is not known.
        """
        files = [self._hash_of(path) for path in item.files()]
        about = [fastseg_edit.__version__, photo, files, repr((item.writing, item.gates))]
        edits = [self._edit(request) for request in item.requests]
        return _hash(json.dumps([about, edits]))

    def _edit(self, request: Request) -> list[Any]:
        """Return what one edit depends on besides files, whose places do not matter."""
        asked = repr((request.parts, request.caption, request.afterwards, request.avoid))
        for number, path in enumerate(request.files()):
            asked = asked.replace(repr(path), f"file {number}")
        seed = request.settings.get("seed")
        return [asked, request.combine, request.separate, seed, self._settled(request)]

    def _settled(self, request: Request) -> str:
        """Return a hash of the stages with all options, and of the weights that they name."""
        settings = {k: v for k, v in request.settings.items() if k not in NO_MATTER}
        captioned = bool(request.caption.strip())
        asked = json.dumps([request.operation, captioned, requests.plain(settings)])
        if asked not in self._stages:
            self._stages[asked] = _hash(json.dumps([asked, self._stages_of(request)]))
        return self._stages[asked]

    def _stages_of(self, request: Request) -> Any:
        built = assembly.build(request.operation, request.settings, False, request.caption)
        stages = Pipeline(*built)
        try:
            known = records.ingredients(stages)
        except FastsegError:  # a stage of the user's that cannot be written down
            return repr(stages)
        named = (Path(each["name"]) for each in known["weights"] if "files" not in each)
        return [known, [self._hash_of(file) for path in named for file in _files(path)]]


def _files(weights: Path) -> list[Path]:
    """Return the files of weights that the user gave by their path."""
    if weights.is_dir():
        return sorted(path for path in weights.rglob("*") if path.is_file())
    return [weights] if weights.is_file() else []


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
