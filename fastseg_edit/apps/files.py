"""Where the results of one edit go."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, registry
from fastseg_edit.apps import asking, flags, pictures
from fastseg_edit.errors import OutputError, SpecError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastseg_edit.edited import Edited

FORMATS = {
    "png": "PNG",
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "webp": "WEBP",
    "tiff": "TIFF",
    "bmp": "BMP",
}
ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tiff", "BMP": ".bmp"}


@dataclass
class Target:
    """The files that one edit writes, settled before anything is computed.

    Attributes:
        path: The result. None for standard output.
        sources: Files that are read, and must not be overwritten.
        extras: Pictures to save besides, such as "mask".
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
    def of(cls, operation: str, photo: str, given: Mapping[str, Any]) -> Target:
        """Settle the files of an edit.

        Raises:
            OutputError: If the result is there already, or would overwrite a file that is read.
            SpecError: If the flags contradict each other.
        """
        sources = tuple(Path(name) for name in [photo, *asking.files(given)] if name != "-")
        path = _path(operation, photo, given)
        target = cls(path, sources, _extras(given["save"]), given)
        if path is None:
            if target.extras:
                raise SpecError("E_SPEC", "--save needs a file name to go by, not -o -")
            return target
        return target._checked(given["if_exists"])

    def write(self, edited: Edited) -> None:
        """Save the result, and the pictures besides.

        Raises:
            OutputError: If a file cannot be written. Each file is complete or not there.
        """
        if self.path is None:
            sys.stdout.buffer.write(edited.encode(_format(self.given), self.given["metadata"]))
            return
        edited.save(
            self.path,
            format=_format(self.given),
            metadata=self.given["metadata"],
            overwrite=self.given["if_exists"] == "overwrite",
            in_place=self.given["in_place"],
        )
        self.saved.append(self.path)
        for name in self.extras:
            for place, picture in pictures.draw_all(name, edited):
                self._save_picture(place, picture)

    def _save_picture(self, ending: str, picture: bytes) -> None:
        beside = self.path.with_name(f"{self.path.stem}.{ending}.png")  # type: ignore[union-attr]
        overwrite = self.given["if_exists"] == "overwrite"
        photos.write_atomically(beside, picture, overwrite=overwrite, sources=self.sources)
        self.saved.append(beside)

    def _checked(self, if_exists: str) -> Target:
        path = self.path
        if path is None or self.given["in_place"]:
            return self
        if any(_same(path, source) for source in self.sources):
            raise OutputError(
                "E_OUTPUT_IS_INPUT",
                f"{path} is read by this edit and would be overwritten",
                "Choose another name with -o, or say --in-place.",
            )
        if if_exists == "rename":
            self.path = _free(path)
        elif _holds(path.exists) and if_exists == "skip":
            self.skip = True
        elif _holds(path.exists) and if_exists == "error":
            raise OutputError(
                "E_OUTPUT_EXISTS",
                f"{path} is there already",
                "Choose another name with -o, or say --if-exists overwrite.",
            )
        return self


def _path(operation: str, photo: str, given: Mapping[str, Any]) -> Path | None:
    """Return where the result goes, None for standard output."""
    output = given["output"]
    if given["in_place"]:
        if output or photo == "-" or operation == "segment":
            raise SpecError("E_SPEC", "--in-place overwrites the photo: leave -o out, name a file")
        return Path(photo)
    if output == "-" or (photo == "-" and not output):
        return None
    source = Path("photo" if photo == "-" else photo)
    folder = source.parent
    template = "{stem}.mask.png" if operation == "segment" else "{stem}.edit{ext}"
    if output and _holds(Path(output).is_dir):
        folder = Path(output)
    elif output:
        folder, template = Path(), output
    ending = ENDINGS.get(_format(given), source.suffix)
    name = template.replace("{stem}", source.stem).replace("{ext}", ending)
    return folder / name


def _format(given: Mapping[str, Any]) -> str:
    wanted = given["format_"].lower()
    if wanted != "keep" and wanted not in FORMATS:
        hint = registry.suggest(wanted, ["keep", *FORMATS])
        raise UnknownNameError("E_SPEC", f"no format is called {wanted!r}", hint)
    return FORMATS.get(wanted, "keep")


def _extras(text: str) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in flags.SAVED:
            hint = registry.suggest(name, flags.SAVED)
            raise UnknownNameError("E_SPEC", f"--save knows no picture {name!r}", hint)
    return tuple(dict.fromkeys(names))


def _same(path: Path, source: Path) -> bool:
    """Tell whether two names are one file, also through links."""
    try:
        return path.samefile(source)
    except OSError:
        return path.absolute() == source.absolute()


def _holds(test: Callable[[], bool]) -> bool:
    """Ask the file system, which refuses to answer for some names: writing will tell why."""
    try:
        return test()
    except OSError:
        return False


def _free(path: Path) -> Path:
    """Return the name, or the first of name-2, name-3... that is not taken."""
    taken, number = path, 2
    while _holds(taken.exists):
        taken = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return taken
