"""What the result of an item depends on, as one hash.

Two items with equal keys have equal results: the bytes of the photo, of the masks and of the
references, every option of every stage, the hashes of the weights, how results are written, and
the version of this package. Where files lie, and where in a document an edit stands, plays no
part: what has no bearing on the result must not have it made again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastseg_edit
from fastseg_edit import assembly, records, requests
from fastseg_edit.batching.manifests.lately import Lately
from fastseg_edit.errors import FastsegError
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.requests.reading import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.requests import Request

NO_MATTER = frozenset({"seed", "device", "offload", "allow_download", "max_pixels", "max_bytes"})
"""Settings that say how, and not what; and the seed, which says nothing of the stages."""

OF_THE_PLACE = frozenset({"place", "if_exists"})
"""Fields that say where something stands, or what may be in its way."""


class Keys:
    """Makes keys. What many items have in common is looked at once.

    Args:
        hash_of: Returns the SHA-256 of a file that an item reads besides the photo.
    """

    def __init__(self, hash_of: Callable[[Path], str]) -> None:
        self._hash_of = hash_of
        self._stages = Lately[str]()

    def of(self, item: Item, photo: str) -> str:
        """Return the key of an item.

        Args:
            item: The item.
            photo: The SHA-256 of its photo.

        Raises:
            FastsegError: If a file that it reads cannot be read, or a model is not known.
        """
        paths = list(item.files())
        files = [self._hash_of(path) for path in paths]
        about = [fastseg_edit.__version__, photo, files]
        how = _plain([item.writing, item.gates], paths)
        return _hash(json.dumps([about, how, [self._edit(each, paths) for each in item.requests]]))

    def _edit(self, request: Request, paths: list[Path]) -> list[Any]:
        """Return what one edit depends on besides what is in files."""
        asked = [request.parts, request.avoid, request.caption, request.afterwards]
        settled = self._settled(request, paths)
        how = [request.combine, request.separate, request.settings.get("seed"), settled]
        return [_plain(asked, paths), how]

    def _settled(self, request: Request, paths: list[Path]) -> str:
        """Return a hash of the stages with all options, and of the weights that they name."""
        settings = {k: v for k, v in request.settings.items() if k not in NO_MATTER}
        captioned = bool(request.caption.strip())
        named = [request.operation, captioned, requests.plain(settings)]
        asked = json.dumps(named, default=repr)

        def settled() -> str:
            # A recipe or a profile counts as what it says, not as the name of a file.
            said = {k: v for k, v in settings.items() if k not in FILES}
            about = [request.operation, captioned, _plain(said, paths), self._stages_of(request)]
            return _hash(json.dumps(about))

        return self._stages.get(asked, settled)

    def _stages_of(self, request: Request) -> Any:
        built = assembly.build(request.operation, request.settings, False, request.caption)
        stages = Pipeline(*built)
        try:
            known = records.ingredients(stages)
        except FastsegError:  # a stage of the user's that cannot be written down
            return re.sub(r" at 0x[0-9a-f]+", "", repr(stages))
        said = json.dumps(known, default=repr)
        names = [each["name"] for each in known["weights"] if "files" not in each]
        for number, name in enumerate(names):
            said = said.replace(json.dumps(name), f"weights {number}")
        return [said, [self._hash_of(file) for name in names for file in _files(Path(name))]]


def _plain(value: Any, paths: list[Path]) -> Any:
    """Return a value for JSON that is the same in every process, wherever the files lie.

    Args:
        value: What to write down.
        paths: Files whose bytes are looked at elsewhere: of those only the number counts.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case Path():
            return f"file {paths.index(value)}" if value in paths else str(value)
        case Mapping():
            return [[str(name), _plain(each, paths)] for name, each in sorted(value.items())]
        case list() | tuple():
            return [_plain(each, paths) for each in value]
    if is_dataclass(value):
        named = (each.name for each in fields(value) if each.name not in OF_THE_PLACE)
        return [type(value).__name__, *(_plain(getattr(value, name), paths) for name in named)]
    return repr(value)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, however large it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(weights: Path) -> list[Path]:
    """Return the files of weights that the user gave by their path."""
    if weights.is_dir():
        return sorted(path for path in weights.rglob("*") if path.is_file())
    return [weights] if weights.is_file() else []


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
