"""Which item wants to be looked at first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching.report.entries import UNFINISHED, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.batching.report.entries import Entry

LARGE = 0.4
"""Share of the photo from which a mask is called large."""

LOW_SCORE, LOW_MARGIN = 0.5, 0.05
"""Below which a score, and its lead over the next candidate, are called low."""

TINY = 0.001
"""Share of the photo below which a mask is called tiny: 100 x 100 pixels of 10 megapixels."""

TIERS = (
    "failed",
    "stopped",
    "no-object",
    "warning",
    "gate",
    "large",
    "score",
    "margin",
    "tiny",
    "border",
    "fine",
    "skipped",
    "waiting",
)
"""Kinds of concern, the worst first."""


class Concern(NamedTuple):
    """Something about an item that a person should look at.

    Attributes:
        tier: One of `TIERS`.
        severity: Among those of one tier; higher is worse.
        text: What it is, in words.
    """

    tier: str
    severity: float
    text: str


Place = tuple[int, float, int, int, str]
"""Where an item stands."""


class Ranked(NamedTuple):
    """An item, and why it stands where it stands.

    Attributes:
        entry: The item.
        tier: Of its worst concern.
        why: All its concerns in words, the worst first.
    """

    entry: Entry
    tier: str
    why: str


def worst_first(entries: Iterable[Entry]) -> list[Ranked]:
    """Return items in the order in which they want to be looked at.

    The order is total: those with equal concerns stand as in the job.
    """
    return [judged(each) for each in sorted(entries, key=place)]


def judged(entry: Entry) -> Ranked:
    """Return an item with why it stands where it stands."""
    found = [*concerns(entry)]
    return Ranked(entry, found[0].tier, "; ".join(one.text for one in found))


def place(entry: Entry) -> Place:
    """Return what items are sorted by, the worst first; its id comes last."""
    found = [*concerns(entry)]
    first = found[0]
    return (TIERS.index(first.tier), -first.severity, -len(found), entry.number, entry.id)


def concerns(entry: Entry) -> Iterator[Concern]:
    """Yield what an item should be looked at for, the worst first; at least one."""
    ended = _not_done(entry)
    if ended is not None:
        yield ended
        return
    if entry.nothing_found:
        yield Concern("fine", 0.0, "nothing found: copied as it was")
        return
    found = [*_warned(entry), *_mask(entry)]
    yield from found or [Concern("fine", 0.0, "nothing to remark")]


def _not_done(entry: Entry) -> Concern | None:
    """Return why there is nothing to look at, if so."""
    told = entry.message
    match entry.state:
        case "failed":
            return Concern("failed", 0.0, told or "failed")
        case "cancelled":
            return Concern("stopped", 0.0, told or "it was stopped before it was done")
        case state if state == UNFINISHED:
            return Concern("stopped", 0.0, "it was begun, and its end was not seen")
        case "no-object":
            return Concern("no-object", 0.0, told or "nothing in the photo answers the prompt")
        case "skipped" if entry.code == "E_GATE":
            return Concern("gate", 1.0, f"left out by a gate: {told}")
        case "skipped":
            return Concern("skipped", 0.0, told or "left out: its result was there already")
        case state if state == WAITING:
            return Concern("waiting", 0.0, "nobody has begun it yet")
    return None


def _warned(entry: Entry) -> Iterator[Concern]:
    plain = [text for code, text in entry.warnings if code != "W_GATE"]
    if plain:
        yield Concern("warning", len(plain), "; ".join(plain))
    for code, text in entry.warnings:
        if code == "W_GATE":
            yield Concern("gate", 0.0, f"copied because of a gate: {text}")


def _mask(entry: Entry) -> Iterator[Concern]:
    """Yield what is doubtful about a mask. New ground beside a photo is meant to be large."""
    share, score, margin, border = entry.coverage, entry.score, entry.margin, entry.border
    wide = entry.operation == "outpaint"
    if share is not None and share >= LARGE and not wide:
        yield Concern("large", share, f"the mask is large: {share:.0%} of the photo")
    if score is not None and score < LOW_SCORE:
        yield Concern("score", -score, f"the score is low: {score:.2f}")
    if margin is not None and margin < LOW_MARGIN:
        text = f"another candidate is about as good: the margin is {margin:.3f}"
        yield Concern("margin", -margin, text)
    if share is not None and 0 < share < TINY:
        yield Concern("tiny", -share, f"the mask is tiny: {share:.3%} of the photo")
    if border and not wide:
        text = f"the object touches the border of the photo: {border:.0%} of its box"
        yield Concern("border", border, text)
