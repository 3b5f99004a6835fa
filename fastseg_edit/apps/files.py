"""The files that one edit writes: settled before anything is computed, written at its end."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, registry
from fastseg_edit.apps import flags, naming, pictures, texts
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
        skip: True if the result is there already and that is to be left alone.
        saved: What has been written.
    """

    path: Path | None
    sources: tuple[Path, ...]
    extras: tuple[str, ...]
    given: Mapping[str, Any]
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
        target = cls(path, sources, _extras(given["save"]), given)
        if path is None:
            if target.extras:
                raise SpecError("E_SPEC", "--save needs a file name to go by, not -o -")
            return target
        return target._free_to_write(path)

    def write(self, edited: Edited) -> None:
        """Save the result, and what else was asked for.

        All are made before the first is written. Each file is complete or not there.

        Raises:
            OutputError: If a file cannot be written.
        """
        form, metadata = naming.form(self.given), self.given["metadata"]
        if self.path is None:
            sys.stdout.buffer.write(edited.encode(form, metadata))
            return
        folder, known = self.path.parent, texts.classes(self.given)
        drawn = [
            part for name in self.extras for part in pictures.draw_all(name, edited, folder, known)
        ]
        besides = [(_beside(self.path, ending), stored) for ending, stored in drawn]
        overwrite = self.given["if_exists"] == "overwrite"
        if not overwrite:
            _refuse_taken(beside for beside, _ in besides)
        in_place = self.given["in_place"]
        edited.save(
            self.path, format=form, metadata=metadata, overwrite=overwrite, in_place=in_place
        )
        self.saved.append(self.path)
        for beside, stored in besides:
            photos.write_atomically(beside, stored, overwrite, self.sources)
            self.saved.append(beside)

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
        if if_exists == "skip" and path in taken:
            return replace(self, skip=True)
        _refuse_taken(taken)
        return self

    def _all(self, path: Path) -> Iterator[Path]:
        """Yield every file that would be written, as far as that is known before the edit."""
        if not self.given["in_place"]:
            yield path
        for name in self.extras:
            yield from (_beside(path, ending) for ending in pictures.endings(name))

    def _renamed(self, path: Path) -> Path:
        """Return the first of name-2, name-3... of which no file is there."""
        names = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in count(2))
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


def _extras(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in flags.SAVED:
            hint = registry.suggest(name, flags.SAVED)
            raise UnknownNameError("E_SPEC", f"--save knows nothing called {name!r}", hint)
    return tuple(dict.fromkeys(names))
