"""What one item needs, looked at without decoding a photo: its files, its prompt, its stages."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import assembly, margins, photos, placing, profiles
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import FastsegError, PromptError
from fastseg_edit.requests.asker import Asker
from fastseg_edit.requests.parts import MaskFile, Runs
from fastseg_edit.requests.problems import placed_at
from fastseg_edit.stages import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.photos import Head
    from fastseg_edit.requests import Folders, Request
    from fastseg_edit.requests.parts import Part, Where

PLACED = frozenset({"point", "points", "box", "boxes"})
"""Kinds of prompts that are coordinates."""

USUAL = photos.Limits()

LIMITS = ("max_pixels", "max_bytes")
"""Settings that say what is refused."""

MOST_KNOWN = 10_000
"""Files and settings that are remembered, so that memory does not grow with the job."""


@dataclass
class Inspector:
    """Looks at items. What several have in common is looked at once.

    Attributes:
        photos: The store of photos.
        folders: Where they may lie.
        fills: True if names of files in prompts take something from the photo: another file with
            nearly that name belongs to another photo.
    """

    photos: Store
    folders: Folders
    fills: bool = False
    _heads: dict[Path, Head | FastsegError] = field(default_factory=dict)
    _real: set[str] = field(default_factory=set)
    _built: dict[str, FastsegError | None] = field(default_factory=dict)
    _last: tuple[object, ...] = (None, None, None, False)

    def __post_init__(self) -> None:
        self._root = str(self.photos.path) if isinstance(self.photos, Folder) else ""

    def head(self, item: Item) -> Head | None:
        """Look at the head of an item's photo. None for one that is not on this machine.

        Raises:
            InputError: If it is not a photo that can be read, or lies outside.
        """
        if not isinstance(self.photos, Folder):
            return None
        path = f"{self._root}/{item.photo}"
        if not self.folders.free:
            self._confine(path)
        settings = item.requests[0].settings
        frame = settings.get("frame")
        return photos.look(path, _limits(settings), frame)

    def check(self, item: Item, size: tuple[int, int] | None) -> None:
        """Refuse a prompt that makes no sense on a photo, or whose files cannot be read.

        Args:
            item: The item.
            size: (height, width) of its upright photo. None if nobody knows.

        Raises:
            FastsegError: The first reason.
        """
        for request in item.requests:
            for path in request.files():
                self._head(path)
            if size is None:
                continue
            if request.operation == "outpaint":
                margins.settled(size, request.settings)
                return  # the photo has another size from here on
            if request.parts or request.avoid:
                self._check_prompt(request, size)

    def build(self, request: Request) -> None:
        """Build the stages of an edit, with no model loaded. Raises a FastsegError."""
        words = any(part.kind == "text" for part in request.parts)
        operation, caption, settings, worded = self._last
        if (
            request.settings is settings
            and request.operation == operation
            and request.caption == caption
            and words == worded
        ):
            return
        settings = {k: v for k, v in request.settings.items() if k != "seed"}
        captioned = bool(request.caption.strip())
        key = repr((request.operation, captioned, settings, words))
        if key not in self._built:
            _bound(self._built)
            self._built[key] = _error_of(lambda: _build(request, settings, words))
        if (error := self._built[key]) is not None:
            raise error
        self._last = (request.operation, request.caption, request.settings, words)

    def _check_prompt(self, request: Request, size: tuple[int, int]) -> None:
        self._check_parts(request.parts, request.separate, request.combine, size)
        if request.avoid:
            with placed_at(f"{request.place}/avoid" if request.place else ""):
                for place in request.avoid:
                    self._check_mask(place, size)

    def _check_parts(
        self, parts: Iterable[Part], separate: bool, combine: str, size: tuple[int, int]
    ) -> None:
        """Refuse coordinates outside a photo, and masks of another size."""
        placed = []
        for part in parts:
            if part.kind in PLACED:
                placed.append(part)
            elif part.kind == "prompt":
                self._check_parts(part.value, False, "union", size)
            elif part.kind in ("mask", "rough"):
                with placed_at(part.place):
                    self._check_mask(part.value, size)
        if not _plainly_inside(placed, size):
            how = combine if combine == "within" else "union"
            placing.check(Asker(size, whole=True).prompt(placed, how, separate), size)

    def _check_mask(self, mask: Where, size: tuple[int, int]) -> None:
        if isinstance(mask, MaskFile) and not mask.fit:
            photos.check_mask_size(self._head(mask.path).size, size, str(mask.path))
        elif isinstance(mask, Runs) and tuple(mask.document["size"]) != size:
            height, width = mask.document["size"]
            sizes = f"{width}x{height}, the photo is {size[1]}x{size[0]}"
            raise PromptError("E_MASK_SIZE", f"the mask is {sizes}")

    def _head(self, path: Path) -> Head:
        """Look at the head of a file that several items may read."""
        if path not in self._heads:
            _bound(self._heads)
            try:
                self._heads[path] = photos.look(path)
            except FastsegError as error:
                if self.fills and error.code == "E_INPUT_MISSING":
                    error.hint = ""
                self._heads[path] = error
        found = self._heads[path]
        if isinstance(found, FastsegError):
            raise found
        return found

    def _confine(self, path: str) -> None:
        """Refuse a photo that links lead to from outside. Links are rare, so folders are known."""
        folder = path.rpartition("/")[0]
        if folder not in self._real:
            _bound(self._real)
            self.folders.path(Path(folder).absolute())
            self._real.add(folder)
        if _is_link(path):
            self.folders.path(Path(path).absolute())


def _build(request: Request, settings: Mapping[str, Any], words: bool) -> None:
    """Build the stages of an edit, and look whether there is a model for words."""
    selecting, _ = assembly.build(request.operation, settings, False, request.caption)
    first = next(iter(selecting), None)
    if words and isinstance(first, Segment) and first.grounder is first.ranker is None:
        known = profiles.load()
        if known.grounder is None:
            known.model("ranker")


def _limits(settings: Mapping[str, Any]) -> photos.Limits:
    named = {key: settings[key] for key in LIMITS if key in settings}
    return photos.Limits(**named) if named else USUAL


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _plainly_inside(parts: Iterable[Part], size: tuple[int, int]) -> bool:
    """Tell at once of the commonest prompts that they make sense: clicks on an object."""
    height, width = size
    for part in parts:
        if part.kind != "point" or part.combine or part.value.on != 1:
            return False
        x, y, _ = part.value
        if not (type(x) is type(y) is float and 0 <= x < width and 0 <= y < height):
            return False
    return True


def _error_of(action: Callable[[], object]) -> FastsegError | None:
    try:
        action()
    except FastsegError as error:
        return error
    return None


def _bound(known: dict[Any, Any] | set[Any]) -> None:
    if len(known) >= MOST_KNOWN:
        known.clear()
