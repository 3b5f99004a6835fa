"""Names of the files that one edit writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos, registry
from fastseg_edit.errors import SpecError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIELDS = ("stem", "ext")
"""What an output's name may take from the photo's."""


def result(operation: str, photo: str, given: Mapping[str, Any]) -> Path | None:
    """Return where the result goes, None for standard output.

    Args:
        operation: One of `settings.OPERATIONS`.
        photo: Path of the photo, or "-" for standard input.
        given: The output flags, by name.

    Raises:
        SpecError: With E_SPEC, if the flags contradict each other.
    """
    output = given["output"]
    if given["in_place"]:
        if output or photo == "-" or operation == "segment":
            raise SpecError("E_SPEC", "--in-place overwrites the photo: leave -o out, name a file")
        return _agreed(Path(photo), Path(photo), given)
    if output == "-" or (photo == "-" and not output):
        if given["as_json"]:
            raise SpecError("E_SPEC", "the result and --json cannot both go to standard output")
        return None
    return _agreed(_named(operation, photo, given), Path(photo), given)


def sidecar(path: Path) -> Path:
    """Return where the record of a result goes."""
    return path.with_name(f"{path.stem.removesuffix('.edit')}.edit.json")


def numbered(path: Path, number: int) -> Path:
    """Return the name of a further result beside the first: name-2, name-3..."""
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def form(given: Mapping[str, Any]) -> str:
    """Return the format asked for, "keep" for none.

    Raises:
        UnknownNameError: With E_SPEC and the nearest one.
    """
    wanted = given["format_"].lower()
    if wanted == "keep":
        return "keep"
    found = photos.ENDINGS.get(f".{wanted}")
    if not found:
        hint = registry.suggest(wanted, ["keep", *(end[1:] for end in photos.ENDINGS)])
        raise UnknownNameError("E_SPEC", f"no format is called {wanted!r}", hint)
    return found


def holds(test: Callable[[], bool]) -> bool:
    """Ask the file system, which refuses to answer for some names: writing will tell why."""
    try:
        return test()
    except OSError:
        return False


def same(path: Path, source: Path) -> bool:
    """Tell whether two names are one file, also through links."""
    try:
        return path.samefile(source)
    except OSError:
        return path.absolute() == source.absolute()


def _named(operation: str, photo: str, given: Mapping[str, Any]) -> Path:
    source = Path("photo" if photo == "-" else photo)
    folder, output = source.parent, given["output"]
    template = "{stem}.mask.png" if operation == "segment" else "{stem}.edit{ext}"
    if output and (output.endswith("/") or holds(Path(output).is_dir)):
        folder = Path(output)
    elif output:
        folder, template = Path(), output
    for name in re.findall(r"\{(\w+)\}", template):
        if name not in FIELDS:
            raise SpecError(
                "E_SPEC", f"an output's name takes {{stem}} and {{ext}}, not {{{name}}}"
            )
    wanted = form(given)
    ending = next((end for end, name in photos.ENDINGS.items() if name == wanted), source.suffix)
    return folder / template.replace("{stem}", source.stem).replace("{ext}", ending)


def _agreed(path: Path, source: Path, given: Mapping[str, Any]) -> Path:
    """Refuse a name that says another format than what will be in the file."""
    photos.agreed(path, form(given), source.suffix)
    return path
