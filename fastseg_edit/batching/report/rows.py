"""Items as parts of the page. Everything that comes from outside is escaped."""

from __future__ import annotations

import base64
import shlex
from html import escape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from fastseg_edit.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.report.entries import Entry
    from fastseg_edit.batching.report.ranking import Ranked

TITLES = {"photo": "photo", "mask": "mask over photo", "result": "result"}


class Shot(NamedTuple):
    """A picture of the page, or why there is none.

    Attributes:
        label: "photo", "mask" or "result".
        jpeg: The bytes of a file.
        size: (width, height) in pixels.
        missing: Why there is no picture.
    """

    label: str
    jpeg: bytes = b""
    size: tuple[int, int] = (0, 0)
    missing: str = ""


class Pictured(NamedTuple):
    """What an item with pictures shows besides.

    Attributes:
        files: The names of its files in the folder of the page.
        shots: Its pictures.
    """

    files: tuple[str, ...]
    shots: tuple[Shot, ...]


def retry(folder: str, item_id: str) -> str:
    """Return the command that does one item again, quoted for a shell.

    Args:
        folder: The folder of results, or its URL.
        item_id: What the item is called.
    """
    where = f"./{folder}" if folder.startswith("-") else folder
    chosen = f"--item={item_id}" if item_id.startswith("-") else f"--item {shlex.quote(item_id)}"
    chosen = shlex.quote(chosen) if item_id.startswith("-") else chosen
    return f"fastseg-edit batch retry {shlex.quote(where)} {chosen}"


def row(ranked: Ranked, place: int, command: str, pictured: Pictured | None) -> str:
    """Return an item as an entry of the list.

    Args:
        ranked: The item.
        place: Its rank, from 1.
        command: What does it again.
        pictured: Its pictures. None for a line without any.
    """
    entry = ranked.entry
    kind = "item line" if pictured is None else "item"
    shown = _pictures(pictured.shots, place, entry) if pictured else ""
    files = _links(pictured.files, entry.output) if pictured else ""
    code = f"<code>{_text(command)}</code>" if pictured else ""
    return (
        f'<li class="{kind}" tabindex="-1" aria-labelledby="n{place}"{_values(ranked, place)}>'
        f'<div class="head"><span class="rank">{place}</span>'
        f'<span class="state s-{entry.state}">{_text(entry.state)}</span>'
        f'<h2 id="n{place}"><bdi>{_text(entry.photo)}</bdi></h2>{_title(entry)}</div>'
        f'<p class="why">{_code(entry)}<bdi>{_text(ranked.why)}</bdi>{_hint(entry)}</p>{shown}'
        f'<div class="foot">{_figures(entry)}{files}</div>'
        f'<div class="again">{code}<button type="button" class="copy" '
        f'data-command="{_text(command)}">Copy retry command</button></div></li>\n'
    )


def _text(value: object) -> str:
    """Return text that is safe in HTML, also within quotes."""
    return escape(str(value).replace("\0", "�"), quote=True)


def _values(ranked: Ranked, place: int) -> str:
    entry = ranked.entry
    values = {
        "rank": place,
        "state": entry.state,
        "codes": " ".join(entry.codes),
        "score": _number(entry.score),
        "coverage": _number(entry.coverage),
        "seconds": _number(entry.seconds),
    }
    return "".join(f' data-{name}="{_text(each)}"' for name, each in values.items() if each != "")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _title(entry: Entry) -> str:
    about = [f'<span class="operation">{_text(entry.operation)}</span>']
    if entry.id != entry.photo:
        about.append(f'<span class="id">item <bdi>{_text(entry.id)}</bdi></span>')
    return "".join(about)


def _code(entry: Entry) -> str:
    return "".join(f'<span class="code">{_text(code)}</span> ' for code in entry.codes)


def _hint(entry: Entry) -> str:
    return f'. <bdi class="hint">{_text(entry.hint)}</bdi>' if entry.hint else ""


def _pictures(shots: tuple[Shot, ...], place: int, entry: Entry) -> str:
    """Return the pictures as one button that enlarges them; what is missing as words.

    Args:
        shots: The pictures.
        place: The rank of the item.
        entry: The item. Why it cannot be read need not be said twice.
    """
    if any(each.jpeg for each in shots):
        frames = "".join(_frame(each, place) for each in shots)
        return (
            f'<button type="button" class="pictures" aria-label="Enlarge" '
            f'aria-describedby="n{place}">{frames}</button>'
        )
    known = CODES.get(entry.code)
    unread = known is not None and known.status == CODES["E_INPUT_MISSING"].status
    frames = "" if unread else "".join(_frame(each, place) for each in shots)
    return f'<div class="pictures none">{frames}</div>' if frames else ""


def _frame(shot: Shot, place: int) -> str:
    title = TITLES[shot.label]
    if not shot.jpeg:
        words = f"<bdi>{_text(shot.missing)}</bdi>"
        return f'<span class="frame missing"><b>no {title}</b> {words}</span>'
    coded = base64.b64encode(shot.jpeg).decode("ascii")
    width, height = shot.size
    priority = "" if place <= 3 else ' loading="lazy"'
    return (
        f'<span class="frame"><img data-label="{shot.label}" alt="{title}" width="{width}" '
        f'height="{height}" decoding="async"{priority} src="data:image/jpeg;base64,{coded}">'
        f'<span class="label">{title}</span></span>'
    )


def _figures(entry: Entry) -> str:
    found = dict(_known(entry))
    cells = "".join(f"<div><dt>{name}</dt><dd>{each}</dd></div>" for name, each in found.items())
    return f"<dl>{cells}</dl>" if cells else ""


def _known(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what is known in numbers: a name, and the number as people read it."""
    if entry.coverage is not None:
        yield (
            "coverage",
            f"{entry.coverage:.2%}" if entry.coverage < 0.1 else f"{entry.coverage:.0%}",
        )
    if entry.count is not None:
        yield "objects", str(entry.count)
    if entry.score is not None:
        yield "score", f"{entry.score:.2f}"
    if entry.margin is not None:
        yield "margin", f"{entry.margin:+.3f}"
    if entry.seconds is not None:
        yield "seconds", f"{entry.seconds:.2f}"


def _links(files: tuple[str, ...], output: str) -> str:
    """Return links to the files of a result. They lie beside the page, and open only on demand."""
    links = (
        f'<a href="./{quote(name)}"><bdi>{_text(_kind(name, output))}</bdi></a>' for name in files
    )
    return f'<p class="files">Open: {" ".join(links)}</p>' if files else ""


def _kind(name: str, output: str) -> str:
    """Return what a file of a result is called for short: mask.png for b.jpg.mask.png of b.jpg."""
    if name == output:
        return "result"
    for start in (output, str(PurePosixPath(output).with_suffix(""))):
        if name.startswith(f"{start}."):
            return name.removeprefix(f"{start}.")
    return PurePosixPath(name).name
