"""A job as tables for other programs: JSON, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
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
    "hint",
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

FORMULAS = "=+-@"
"""Spreadsheets take a cell that begins with one of these for a formula, and run it [1]; also if
space or what cannot be seen comes before it, or if it is as wide as a Chinese letter.

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
    """Return summary.json. Of the items one at a time is in memory.

    Args:
        ranked: All items.
        totals: Of them.
        about: What else is known of the job.
    """
    head = json.dumps({"form": FORM, **about, **totals.document()}, ensure_ascii=False, indent=1)
    written = io.BytesIO()
    written.write(f'{head[:-2]},\n "list": ['.encode("utf-8", "replace"))
    for number, row in enumerate(rows(ranked)):
        line = json.dumps(row, ensure_ascii=False)
        written.write(f"{',' * (number > 0)}\n  {line}".encode("utf-8", "replace"))
    written.write(b"\n ]\n}\n")
    return written.getvalue()


def as_csv(ranked: Iterable[Ranked]) -> bytes:
    """Return summary.csv: UTF-8, one row for each item, texts in quotes.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.BytesIO()
    written = io.TextIOWrapper(file, "utf-8", "replace", newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    for row in rows(ranked):
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    written.flush()
    return file.getvalue()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case list():
            return " ".join(value)
        case str() if _is_formula(value):
            return f"'{value}"
    return value


def _is_formula(text: str) -> bool:
    if text.startswith(("\t", "\r", "\n")):
        return True
    seen = (each for each in unicodedata.normalize("NFKC", text) if each.isprintable())
    return next((each for each in seen if not each.isspace()), "x") in FORMULAS
