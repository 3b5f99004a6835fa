"""The files that one edit writes: settled before anything is computed, written at its end."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, pictures, registry, settings
from fastseg_edit.apps import naming, texts
from fastseg_edit.errors import OutputError, SpecError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fastseg_edit.edited import Edited


@dataclass(frozen=True)
class Target:
    """Where the result and the pictures besides go.

    Attributes:
        path: The result. None for standard output.
        sources: Files that are read, and must not be overwritten.
        extras: What to save besides, such as "mask".
        given: The output flags, by name.
        count: How many results there are: those of further seeds are called name-2, name-3...
        skip: True if the results are there already and are to be left alone.
        saved: What has been written.
    """

    path: Path | None
    sources: tuple[Path, ...]
    extras: tuple[str, ...]
    given: Mapping[str, Any]
    count: int = 1
    skip: bool = False
    saved: list[Path] = field(default_factory=list)

    @classmethod
    def of(
        cls, operation: str, photo: str, given: Mapping[str, Any], read: Iterable[Path] = ()
    ) -> Target:
        """Settle the files of an edit.

        Args:
            operation: One of `settings.OPERATIONS`.
            photo: Path of the photo, or "-" for standard input.
            given: The flags, by name.
            read: Files that are read besides the photo.

        Raises:
            OutputError: If one is there already, or would overwrite a file that is read.
            SpecError: If the flags contradict each other.
        """
        path = naming.result(operation, photo, given)
        sources = (*([] if photo == "-" else [Path(photo)]), *read)
        target = cls(path, sources, extras(given["save"]), given, given.get("variants") or 1)
        if target.count > 1 and given["in_place"]:
            raise SpecError("E_SPEC", "--in-place leaves room for one result, not for --variants")
        if path is None:
            if target.extras or target.count > 1 or given["sidecar"]:
                message = "--save, --sidecar and --variants need a file name to go by, not -o -"
                raise SpecError("E_SPEC", message)
            return target
        return target._free_to_write(path)

    def write(self, edited: Edited) -> None:
        """Save the results, and what else was asked for.

        What is beside them is made before the first is written. Each file is complete or not
        there.

        Raises:
            OutputError: If a file cannot be written.
        """
        if self.path is None:
            sys.stdout.buffer.write(edited.encode(naming.form(self.given), self.given["metadata"]))
            return
        results = list(zip(self._names(self.path), (edited, *edited.variants), strict=False))
        besides = [self._beside(path, one) for path, one in results]
        if self.given["if_exists"] != "overwrite":
            _refuse_taken(path for files in besides for path in files)
        for (path, one), files in zip(results, besides, strict=True):
            self._save(path, one, files)

    def _save(self, path: Path, edited: Edited, besides: Mapping[Path, bytes]) -> None:
        """Write one result, what is beside it, and at last the record of it all."""
        overwrite, in_place = self.given["if_exists"] == "overwrite", self.given["in_place"]
        edited.save(
            path,
            format=naming.form(self.given),
            metadata=self.given["metadata"],
            overwrite=overwrite,
            in_place=in_place,
        )
        self.saved.append(path)
        files = dict(besides)
        if self.given["sidecar"]:
            record = json.dumps(edited.record(path.parent), indent=1, ensure_ascii=False)
            files[naming.sidecar(path)] = record.encode("utf-8", "surrogateescape")
        for beside, stored in files.items():
            photos.write_atomically(beside, stored, overwrite, self.sources)
            self.saved.append(beside)

    def _beside(self, path: Path, edited: Edited) -> dict[Path, bytes]:
        """Return the files that --save asks for: name and bytes."""
        known = texts.classes(self.given)
        return {
            _beside(path, ending): stored
            for name in self.extras
            for ending, stored in pictures.draw_all(name, edited, path.parent, known)
        }

    def _free_to_write(self, path: Path) -> Target:
        """Return the target with a name that may be written, or refuse."""
        photos.must_have_a_folder(path)  # writing would tell, but only after the edit
        if_exists = self.given["if_exists"]
        for one in self._all(path):
            if any(naming.same(one, source) for source in self.sources):
                raise OutputError(
                    "E_OUTPUT_IS_INPUT",
                    f"{one} is read by this edit and would be overwritten",
                    "Choose another name with -o, or say --in-place.",
                )
        taken = [one for one in self._all(path) if naming.holds(one.exists)]
        if not taken or if_exists == "overwrite":
            return self
        if if_exists == "rename":
            return replace(self, path=self._renamed(path))
        if if_exists == "skip" and set(self._names(path)) <= set(taken):
            return replace(self, skip=True)
        _refuse_taken(taken)
        return self

    def _all(self, path: Path) -> Iterator[Path]:
        """Yield every file that would be written, as far as that is known before the edit."""
        for one in self._names(path):
            if not self.given["in_place"]:
                yield one
            if self.given["sidecar"]:
                yield naming.sidecar(one)
            for name in self.extras:
                yield from (_beside(one, ending) for ending in pictures.endings(name))

    def _names(self, path: Path) -> list[Path]:
        """Return the names of all results, the first of which is `path`."""
        others = (naming.numbered(path, number) for number in range(2, self.count + 1))
        return [path, *others]

    def _renamed(self, path: Path) -> Path:
        """Return the first of name-2, name-3... of which no file is there."""
        names = (naming.numbered(path, number) for number in count(2))
        free = (
            name for name in names if not any(naming.holds(one.exists) for one in self._all(name))
        )
        return next(free)


def _refuse_taken(paths: Iterable[Path]) -> None:
    """Refuse to write where a file is."""
    if taken := next((path for path in paths if naming.holds(path.exists)), None):
        raise OutputError(
            "E_OUTPUT_EXISTS",
            f"{taken} is there already",
            "Choose another name with -o, or say --if-exists overwrite.",
        )


def _beside(path: Path, ending: str) -> Path:
    stem = path.stem
    if pictures.is_annotation(ending):
        stem = stem.removesuffix(".mask").removesuffix(".edit")
    return path.with_name(f"{stem}.{ending}")


def extras(text: str) -> tuple[str, ...]:
    """Return what --save asks for. Raises an UnknownNameError with E_SPEC and the nearest name."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in settings.SAVED:
            hint = registry.suggest(name, settings.SAVED)
            raise UnknownNameError("E_SPEC", f"--save knows nothing called {name!r}", hint)
    return tuple(dict.fromkeys(names))
