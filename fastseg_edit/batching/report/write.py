"""A report written into the folder of results."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2

import fastseg_edit
from fastseg_edit.batching.report import names, sheet, tables, thumbnails
from fastseg_edit.batching.report.options import Options
from fastseg_edit.batching.report.page import About, page
from fastseg_edit.batching.report.rows import Pictured, Shot
from fastseg_edit.batching.report.survey import ranked, survey
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.report.ranking import Ranked
    from fastseg_edit.batching.report.survey import Survey
    from fastseg_edit.batching.report.thumbnails import Seen, Thumbnail
    from fastseg_edit.batching.report.totals import Totals
    from fastseg_edit.batching.storage.stores import Store

QUALITY = 72
"""Of the JPEGs on the page. A picture has 10 to 20 kB."""

UNKNOWN = 12_000_000
"""Pixels that a photo is taken to have if the journal does not say."""

RUN = "SELECT run, began, ended FROM runs ORDER BY run DESC LIMIT 1"


class Stores(NamedTuple):
    """Where photos and results lie.

    Attributes:
        photos: The store of photos.
        results: The store of results.
    """

    photos: Store
    results: Store


def write(
    folder: str | Path,
    photos: Store,
    results: Store,
    journal: Journal,
    options: Options | None = None,
) -> list[str]:
    """Write report.html, contact_sheet.jpg, summary.json and summary.csv.

    Photos and results are only read. One that is gone or damaged is said to be so.

    Args:
        folder: The folder of results or its URL, as the user calls it: for the commands on the
            page.
        photos: The store of photos.
        results: The store of results. The report goes there.
        journal: What came of the items. It is only read.
        options: What can be chosen. None for the usual.

    Returns:
        The names of the files in the store of results. They are `NAMES`, but for a name that a
        photo or a result of the job bears.

    Raises:
        OutputError: With E_OUTPUT_WRITE if a file cannot be written; E_JOURNAL if the journal is
            damaged.
    """
    options, stores, where = options or Options(), Stores(photos, results), str(folder)
    found = survey(journal)
    named = names.Names(journal, photos, results, found.alike)
    return _publish(results, named, _files(found, stores, journal, (options, where)))


def _files(
    found: Survey, stores: Stores, journal: Journal, how: tuple[Options, str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a report, one at a time: the usual name, and the bytes."""
    options, where = how
    about = {**_run(journal), "folder": where, "version": fastseg_edit.__version__}
    first = [*ranked(journal, found.ids[: max(options.rows + options.lines, options.sheet)])]
    pictured, cards = _pictured(first, stores, journal, options)
    yield names.PAGE, page(first, pictured, found.totals, About(where, about["made"], options))
    yield names.SHEET, sheet.drawn(cards, _title(where, cards, found.totals))
    yield names.JSON, tables.as_json(ranked(journal, found.ids), found.totals, about)
    yield names.CSV, tables.as_csv(ranked(journal, found.ids))


def _run(journal: Journal) -> dict[str, Any]:
    """Return when the last run began and ended, and what time it is, as texts of ISO 8601."""
    run: dict[str, Any] = {"run": None, "began": None, "ended": None}
    for number, *times in journal.rows(RUN):
        began, ended = (each and _time(datetime.fromtimestamp(each).astimezone()) for each in times)
        run = {"run": number, "began": began, "ended": ended}
    return {**run, "made": _time(datetime.now().astimezone())}


def _time(when: datetime) -> str:
    return when.isoformat(" ", "seconds")


def _title(where: str, cards: Sequence[sheet.Card], found: Totals) -> str:
    states = ", ".join(f"{count:,} {state}" for state, count in found.states.items())
    shown = f"{len(cards):,} of {found.items:,} items, the worst first"
    return f"{where}: {shown} ({states})" if states else f"{where}: no items"


def _pictured(
    first: Sequence[Ranked], stores: Stores, journal: Journal, options: Options
) -> tuple[list[Pictured], list[sheet.Card]]:
    """Make the pictures of the worst items, several at a time."""
    worst = first[: max(options.rows, options.sheet)]
    seen = [_seen(one, journal) for one in worst]
    make = partial(_made, stores=stores, options=options, budget=Budget(options.pixels))
    with ThreadPoolExecutor(options.workers) as pool:
        made = [*pool.map(make, seen, range(len(seen)))]
    pictured = [Pictured(one.files, shots) for one, (shots, _) in zip(seen, made, strict=True)]
    cards = [sheet.Card(one, small) for one, (_, small) in zip(worst, made, strict=True)]
    return pictured[: options.rows], cards[: options.sheet]


def _seen(one: Ranked, journal: Journal) -> Seen:
    attempt = one.entry.attempt
    outputs = [] if attempt is None else journal.outputs(attempt)
    return thumbnails.Seen(one.entry, tuple(each.name for each in outputs))


def _made(
    seen: Seen, number: int, stores: Stores, options: Options, budget: Budget
) -> tuple[tuple[Shot, ...], tuple[Thumbnail, ...]]:
    """Make the pictures of one item, for the page and for the sheet."""
    width, height = seen.entry.facts.get("size") or (UNKNOWN, 1)
    budget.take(width * height)
    try:
        found = thumbnails.make(seen, *stores, (options.width, options.height))
    finally:
        budget.give(width * height)
    shots = tuple(_shot(each) for each in found) if number < options.rows else ()
    return shots, sheet.reduced(found) if number < options.sheet else ()


def _shot(thumbnail: Thumbnail) -> Shot:
    picture = thumbnail.picture
    if picture is None:
        return Shot(thumbnail.label, missing=thumbnail.missing)
    height, width = picture.shape[:2]
    stored = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return Shot(thumbnail.label, bytes(stored), (width, height))


def _publish(results: Store, named: names.Names, files: Iterator[tuple[str, bytes]]) -> list[str]:
    """Write files so that each appears whole, and return what they are called."""
    place = f"{OURS}/report-{os.getpid()}"
    try:
        parts = [*_put(results, place, named, files)]
        results.put(f"{place}/kept", named.kept())
        results.publish([(f"{place}/kept", names.KEPT), *parts])
    finally:
        results.discard(place)
    return [name for _, name in parts]


def _put(
    results: Store, place: str, named: names.Names, files: Iterator[tuple[str, bytes]]
) -> Iterator[tuple[str, str]]:
    for usual, content in files:
        name = named.free(usual, content)
        results.put(f"{place}/{name}", content)
        yield f"{place}/{name}", name
