"""What the flags of an edit ask for, as it stands in the document of a job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import settings
from fastseg_edit.apps import asking, files, naming
from fastseg_edit.batching.manifests import asked as asking_for
from fastseg_edit.batching.manifests import gates
from fastseg_edit.errors import PromptError
from fastseg_edit.requests.asker import nothing_asked
from fastseg_edit.requests.coordinates import Share
from fastseg_edit.requests.parts import Likeness, MaskFile
from fastseg_edit.requests.reading import FILES
from fastseg_edit.specs import UNPROMPTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastseg_edit.batching.manifests.asked import Asked
    from fastseg_edit.requests import Request
    from fastseg_edit.requests.coordinates import Click, Coordinate
    from fastseg_edit.requests.parts import Part, Where

OPERATION = "remove"
"""What is done where nobody says it."""

TOGETHER = ("point", "ref")
"""Kinds of which all that combine alike describe one object."""


def asked(names: Sequence[str], given: Mapping[str, Any]) -> Asked:
    """Return what a job is asked for with.

    Args:
        names: A manifest, a folder, a pattern, or photos.
        given: The flags, by name. With a manifest, they override its defaults.

    Raises:
        FastsegError: If the job is not there, or a flag has another form than it should.
    """
    if len(names) == 1:
        found = asking_for.found(names[0], given["root"], given["out"])
    else:
        found = asking_for.of_files(names, given["root"], given["out"])
    request = asking.request(given["operation"] or OPERATION, given)
    settings.check(request.settings)
    said = _edit(request) | _written(given)
    if gated := gates.parse(given["gates"], given["otherwise"]):
        said["gates"] = gated
    if given["operation"] or found.free:
        said["operation"] = request.operation
    if found.free and not request.parts and request.operation not in UNPROMPTED:
        raise nothing_asked()
    document = {**found.document, "name": given["pattern"]} if given["pattern"] else found.document
    folders = tuple(file.absolute().parent for file in request.files())
    selects = given["segment_only"]
    found = replace(found, document=document, folders=folders, selects=selects)
    return replace(found, allow_url=given["allow_url"]).with_defaults(said)


def _edit(request: Request) -> dict[str, Any]:
    """Return what is to be done, and nothing of what is not said."""
    said = {
        "prompt": prompt(request),
        "caption": request.caption,
        "avoid": [_where(each) for each in request.avoid],
    }
    chosen = {name: _setting(name, value) for name, value in request.settings.items()}
    return {name: value for name, value in said.items() if value} | chosen


def prompt(request: Request) -> list[dict[str, Any]]:
    """Return what a request selects, as entries that select the same when they are read.

    An entry says for itself how it combines, and nothing says it for all of them.

    Raises:
        PromptError: If the clicks are to describe what is in a box, and there is not one.
    """
    entries, parts = _within(request)
    combine = "union" if request.combine == "within" else request.combine
    first = None if entries else next((part for part in parts if not part.combine), None)
    groups = dict[str, list[dict[str, Any]]]()
    for part in parts:
        entry = _entry(part, request.separate)
        alone = part.kind not in TOGETHER or "points" in entry
        if part.combine:
            entries.append({**entry, "combine": part.combine})
        elif (
            combine == "union" or part is first or (first and part.kind == first.kind and not alone)
        ):
            entries.append(entry)
        elif alone:
            entries.append({**entry, "combine": combine})
        elif part.kind in groups:
            groups[part.kind].append(entry)
        else:
            groups[part.kind] = [entry]
            entries.append({"prompt": groups[part.kind], "combine": combine})
    return entries


def _within(request: Request) -> tuple[list[dict[str, Any]], list[Part]]:
    """Return the clicks that describe what is in the one box as an entry, and all other parts."""
    boxes, clicks = (
        [part for part in request.parts if part.kind == kind and not part.combine]
        for kind in ("box", "point")
    )
    corrects = len(boxes) == 1 and bool(clicks) and not any(part.value.on for part in clicks)
    if request.combine != "within" and not corrects:
        return [], list(request.parts)
    if len(boxes) != 1 or not clicks:
        raise PromptError("E_SPEC", "--combine within wants one --box and some --point")
    entry = {"points": [_click(part.value) for part in clicks], "within": _corners(boxes[0].value)}
    return [entry], [part for part in request.parts if part not in (*boxes, *clicks)]


def _entry(part: Part, separate: bool) -> dict[str, Any]:
    match part.kind, part.value:
        case "point", click:
            return {"points": [_click(click)]} if separate else {"point": _click(click)}
        case "box", corners:
            return {"box": _corners(corners)}
        case _, MaskFile(fit=fit) as mask:
            return {part.kind: _where(mask), **({"fit": True} if fit else {})}
        case _, Likeness(Path() as photo, where):
            at = {} if where is None else {"at": _where(where)}
            return {"ref": {"photo": str(photo.absolute()), **at}}
        case "everything", _:
            return {"everything": True}
        case _, Path() as path:
            return {part.kind: str(path.absolute())}
    return {part.kind: part.value}


def _click(click: Click) -> list[Any]:
    return [*_corners(click[:2]), "+" if click.on else "-"]


def _corners(given: tuple[Coordinate, ...]) -> list[float | str]:
    return [f"{each.percent!r}%" if isinstance(each, Share) else each for each in given]


def _where(given: Where) -> Any:
    if isinstance(given, MaskFile):
        channel = "" if given.channel == "auto" else f":{given.channel}"
        return f"{given.path.absolute()}{channel}"
    return _corners(given) if isinstance(given, tuple) else given.document


def _setting(name: str, value: Any) -> Any:
    """Return a setting, with the file that it may name as it is found from everywhere."""
    if name in FILES and isinstance(value, str) and Path(value).suffix and Path(value).exists():
        return str(Path(value).absolute())
    return value


def _written(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how results are written, as far as flags say it."""
    said = {
        "format": given["format_"] and naming.form(given),
        "metadata": given["metadata"],
        "save": given["save"] and [*files.extras(given["save"])],
        "sidecar": given["sidecar"],
        "if_exists": given["if_exists"],
    }
    return {name: value for name, value in said.items() if value is not None and value != ""}
