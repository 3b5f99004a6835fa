"""The page: one file that holds all it shows, and asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching.report import rows
from fastseg_edit.codes import CODES, NOTICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastseg_edit.batching.report.options import Options
    from fastseg_edit.batching.report.ranking import Ranked
    from fastseg_edit.batching.report.rows import Pictured
    from fastseg_edit.batching.report.totals import Totals

SORTS = {
    "rank": "worst first",
    "score": "lowest score",
    "coverage": "largest mask",
    "seconds": "slowest",
    "name": "name",
}
"""How the list can be sorted: what the script calls it, and what people do."""

FIRST = 100
"""Rows that a browser lays out at once. It is given the others as somebody scrolls to them: ten
thousand at once would take it many seconds."""

NO_SCRIPT = (
    f"<noscript><p>Scripts are off, so that only the first {FIRST} items are shown, and nothing "
    "can be sorted.</p></noscript>\n"
)

KEYS = (
    "<kbd>j</kbd> <kbd>k</kbd> or arrows: next, previous · <kbd>Enter</kbd>: enlarge · "
    "<kbd>Space</kbd>: before, after · <kbd>m</kbd>: mask · <kbd>c</kbd>: copy the command · "
    "<kbd>/</kbd>: search · <kbd>Esc</kbd>: back"
)


class About(NamedTuple):
    """What the page says of the job as a whole.

    Attributes:
        folder: The folder of results or its URL, as the user calls it.
        made: When the page was made.
        options: What was chosen.
    """

    folder: str
    made: str
    options: Options


def page(
    ranked: Sequence[Ranked], pictured: Sequence[Pictured], totals: Totals, about: About
) -> bytes:
    """Return the page as HTML in UTF-8.

    Style and script are let in by their hashes, pictures as data; everything else is shut out [1].

    Args:
        ranked: The items, the worst first: as many as are shown.
        pictured: The pictures of the first of them.
        totals: Of all items.
        about: What else there is to say.

    References:
        [1] West, Sartori. Content security policy level 3. W3C working draft.
            w3.org/TR/CSP3
    """
    listed = ranked[: len(pictured) + about.options.lines]
    shown_rows = _listed(listed, pictured, about.folder)
    style, script = _asset("style.css"), _asset("script.js")
    parts = (
        [_head(style, script, about), _summary(totals, about), _tools(totals)],
        [_note(totals.items, len(pictured), len(listed)), '<ol id="items">\n'],
        islice(shown_rows, FIRST),
        ['</ol>\n<div id="more"></div>\n', NO_SCRIPT, '<template id="rest">\n'],
        shown_rows,
        ["</template>\n", _asset("view.html"), f"<script>{script}</script>\n</body>\n</html>\n"],
    )
    return b"".join(part.encode("utf-8", "replace") for part in chain.from_iterable(parts))


def _listed(ranked: Sequence[Ranked], pictured: Sequence[Pictured], folder: str) -> Iterator[str]:
    for number, one in enumerate(ranked):
        shown = pictured[number] if number < len(pictured) else None
        yield rows.row(one, number + 1, rows.retry(folder, one.entry.id), shown)


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return how a policy names a piece of style or script."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _head(style: str, script: str, about: About) -> str:
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; "
        f"script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(PurePosixPath(about.folder).name or about.folder)}: batch report</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
    )


def _summary(totals: Totals, about: About) -> str:
    return (
        f'<header class="top"><h1><bdi>{escape(about.folder)}</bdi></h1>'
        f"<p>{_several(totals.items, 'item')} · report made {escape(about.made)}</p>"
        f'<div class="facts">{_stages(totals)}'
        f"{_codes('Errors', totals.errors, {k: v.about for k, v in CODES.items()})}"
        f"{_codes('Warnings', totals.warnings, NOTICES)}</div></header>\n"
    )


def _stages(totals: Totals) -> str:
    """Return the seconds of each stage as a table."""
    if not totals.stages:
        return ""
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{_duration(spent.total)}</td>'
        f"<td>{spent.median:.3f} s</td><td>{spent.p95:.3f} s</td></tr>"
        for name, spent in totals.stages.items()
    )
    return (
        '<table><caption>Time</caption><thead><tr><th scope="col">stage</th>'
        '<th scope="col">all items</th><th scope="col">median</th>'
        f'<th scope="col">95th percentile</th></tr></thead><tbody>{lines}</tbody></table>'
    )


def _codes(title: str, counts: Mapping[str, int], meanings: Mapping[str, str]) -> str:
    if not counts:
        return ""
    lines = "".join(
        f'<tr><th scope="row"><span class="code">{escape(code)}</span></th><td>{count:,}</td>'
        f'<td class="meaning">{escape(meanings.get(code, ""))}</td></tr>'
        for code, count in counts.items()
    )
    return f"<table><caption>{title}</caption><tbody>{lines}</tbody></table>"


def _tools(totals: Totals) -> str:
    """Return what filters and sorts the list."""
    states = "".join(
        f'<button type="button" class="filter s-{escape(state)}" aria-pressed="false" '
        f'data-state="{escape(state)}">{escape(state)} <b>{count:,}</b></button>'
        for state, count in totals.states.items()
    )
    codes = "".join(
        f'<option value="{escape(code)}">{escape(code)} ({count:,})</option>'
        for code, count in {**totals.errors, **totals.warnings}.items()
    )
    sorts = "".join(f'<option value="{key}">{title}</option>' for key, title in SORTS.items())
    return (
        '<div class="tools" role="search" aria-label="Choose items">'
        f'<div class="states" role="group" aria-label="States to show">{states}</div>'
        '<label>code <select id="code"><option value="">any</option>'
        f"{codes}</select></label>"
        f'<label>sorted by <select id="sort">{sorts}</select></label>'
        '<label>search <input id="search" type="search" autocomplete="off" spellcheck="false">'
        f'</label><output id="count" aria-live="polite">{_several(totals.items, "item")}</output>'
        "</div>\n"
    )


def _note(items: int, pictured: int, listed: int) -> str:
    """Say what the page leaves out, and what keys do."""
    said = []
    if pictured < listed:
        said.append(f"The worst {pictured:,} of {_several(items, 'item')} have pictures.")
    if listed < items:
        said.append(f"{items - listed:,} more are in summary.csv only.")
    words = f"<p>{' '.join(said)}</p>" if said else ""
    return f'<div class="note">{words}<p class="keys">{KEYS}</p></div>\n'


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _duration(seconds: float) -> str:
    """Return seconds as people say them: 12.3 s, 4 min 05 s, 2 h 31 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"
