"""A job as tables for other programs: JSON, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastseg_edit.batching.report.ranking import Ranked
    from fastseg_edit.batching.report.totals import Totals

FORM = 1
"""Of the document. What a later form adds may be ignored."""

COLUMNS = (
    "id",
    "photo",
    "operation",
    "output",
    "state",
    "code",
    "message",
    "warnings",
    "coverage",
    "count",
    "score",
    "margin",
    "border",
    "seconds",
    "why",
)
"""What the tables say of each item; `seconds` of work, `why` it stands where it stands."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets take a cell that begins with one of these for a formula, and run it [1].

References:
    [1] OWASP. CSV injection. owasp.org/www-community/attacks/CSV_Injection
"""


def rows(ranked: Iterable[Ranked]) -> Iterable[dict[str, Any]]:
    """Yield what the tables say of each item, as values for JSON, the worst first."""
    for entry, _, why in ranked:
        known = {name: getattr(entry, name) for name in COLUMNS if name != "why"}
        codes = list(dict.fromkeys(code for code, _ in entry.warnings))
        spent = None if entry.seconds is None else round(entry.seconds, 4)
        yield {**known, "warnings": codes, "seconds": spent, "why": why}


def as_json(ranked: Iterable[Ranked], totals: Totals, about: Mapping[str, Any]) -> bytes:
    """Return summary.json.

    Args:
        ranked: All items.
        totals: Of them.
        about: What else is known of the job.
    """
    document = {"form": FORM, **about, **totals.document(), "list": [*rows(ranked)]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def as_csv(ranked: Iterable[Ranked]) -> bytes:
    """Return summary.csv: UTF-8, one row for each item.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in rows(ranked):
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return written.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case list():
            return " ".join(value)
        case str() if value.startswith(FORMULAS):
            return f"'{value}"
    return value
