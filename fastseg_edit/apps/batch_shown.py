"""What a batch says while it runs: a bar, a line or an event for each item, or nothing."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit.apps.batch_bar import Bar
from fastseg_edit.apps.batch_tally import Tally
from fastseg_edit.apps.texts import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.driving.outcomes import Outcome
    from fastseg_edit.batching.manifests.items import Item


class Shown:
    """Says nothing but errors. The other kinds say more.

    Args:
        given: The flags, by name.
        job: What the job is called.
        out: Where its results go.

    Attributes:
        tally: What was heard so far, in numbers.
        unread: True once nobody reads what it says any more.
    """

    def __init__(self, given: Mapping[str, Any], job: str, out: str) -> None:
        self.given, self.job, self.out = given, job, out
        self.tally = Tally()
        self.unread = False

    def begun(self, count: int | None) -> None:
        """Hear how many items there are. None if nobody knows."""
        self.tally = Tally(count)

    def stage(self, item: Item, stage: str) -> None:
        """Hear that an item begins a stage."""

    def add(self, outcome: Outcome) -> None:
        """Hear what came of an item."""
        self.tally.add(outcome)
        self.item(outcome)

    def item(self, outcome: Outcome) -> None:
        """Say what came of an item."""
        if outcome.state == "failed" and outcome.error:
            self.say(f"error[{outcome.error.code}] {outcome.photo}: {outcome.error}")

    def end(self, interrupted: bool, others: int = 0) -> None:
        """Say what came of it all, and of how many items of earlier runs nothing is said."""

    def say(self, line: str) -> None:
        """Write a line to stderr."""
        click.echo(printable(line), err=True)

    def live(self) -> AbstractContextManager[Any]:
        """Return what holds as long as it runs."""
        return nullcontext()


class Lines(Shown):
    """Says a line for each item."""

    def item(self, outcome: Outcome) -> None:
        """Say what came of an item, unless it was so before or was not done."""
        if self.given["verbose"] or (outcome.again and outcome.state != "cancelled"):
            total = "" if self.tally.total is None else f"/{self.tally.total}"
            self.say(f"[{self.tally.count}{total}] {told(outcome)}")
            self.warn(outcome)

    def warn(self, outcome: Outcome) -> None:
        """Say what the owner of a photo should know."""
        for one in outcome.facts.get("warnings", ()):
            self.say(f"warning[{one['code']}] {outcome.photo}: {one['text']}")

    def end(self, interrupted: bool, others: int = 0) -> None:
        """Say what came of it all, and of how many items of earlier runs nothing is said."""
        if interrupted:
            done = f"{self.tally.settled} of {self.tally.total}"
            self.say(f"interrupted: {done} done; run the same command to go on")
        else:
            self.say(f"{self.tally.line()} -> {self.out}")
        if others:
            self.say(f"{elsewhere(others)}; status, retry and report are about this run")


class Drawn(Lines):
    """Draws a bar, and says a line for what goes wrong or should be known."""

    def __init__(self, given: Mapping[str, Any], job: str, out: str) -> None:
        super().__init__(given, job, out)
        self.bar = Bar(job)

    def begun(self, count: int | None) -> None:
        """Hear how many items there are."""
        super().begun(count)
        self.bar.update(self.tally)

    def stage(self, item: Item, stage: str) -> None:
        """Hear that an item begins a stage."""
        self.bar.at(item, stage)

    def item(self, outcome: Outcome) -> None:
        """Say what came of an item, if that is not what was asked for."""
        self.bar.over(outcome.item)
        self.bar.update(self.tally)
        if outcome.fails or self.given["verbose"]:
            super().item(outcome)
        elif outcome.again:
            self.warn(outcome)

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self.bar.say(printable(line))

    def live(self) -> AbstractContextManager[Any]:
        """Return what shows the bar as long as it runs."""
        return self.bar.live()


class Events(Shown):
    """Says a JSON object on stdout for each thing that happens."""

    def begun(self, count: int | None) -> None:
        """Say that it begins."""
        super().begun(count)
        self._event("begin", job=self.job, out=self.out, items=count)

    def item(self, outcome: Outcome) -> None:
        """Say what came of an item."""
        self._event("item", **known(outcome))

    def end(self, interrupted: bool, others: int = 0) -> None:
        """Say what came of it all, and of how many items of earlier runs nothing is said."""
        self._event("end", interrupted=interrupted, **self.tally.known(), others=others)
        if self.unread:
            done = f"{self.tally.settled} of {self.tally.total}"
            self.say(f"stopped, as nobody reads the events: {done} done")

    def _event(self, event: str, **values: Any) -> None:
        try:
            print(json.dumps({"event": event, **values}), flush=True)  # noqa: T201 (click exits)
        except BrokenPipeError:
            self.unread = True
            sys.stdout = None  # or closing it would fail once more


def of(given: Mapping[str, Any], job: str, out: str) -> Shown:
    """Return what says as much as the flags want, and the terminal can show."""
    if given["as_json"]:
        return Events(given, job, out)
    if given["quiet"]:
        return Shown(given, job, out)
    drawn = sys.stderr is not None and sys.stderr.isatty()
    return (Drawn if drawn else Lines)(given, job, out)


def elsewhere(count: int) -> str:
    """Return how many items of earlier runs a run does not have, in words."""
    items = "1 item of earlier runs is" if count == 1 else f"{count} items of earlier runs are"
    return f"{items} not in this one"


def told(outcome: Outcome) -> str:
    """Return what came of an item, in one line."""
    before = "" if outcome.again else " before"
    line = f"{outcome.state}{before} {outcome.photo}"
    if outcome.again and outcome.seconds >= 0.005:  # or it would say 0.00
        line += f" {outcome.seconds:.2f} s"
    if outcome.names:
        line += f" -> {outcome.outputs[0]}"
    if outcome.error is None:
        return line
    asked_for = outcome.state == "skipped"  # so that there is nothing to be done about it
    about = outcome.error.message if asked_for else str(outcome.error)
    return f"{line}: {outcome.error.code}: {about}"


def known(outcome: Outcome) -> dict[str, Any]:
    """Return what came of an item, as values for JSON."""
    error = outcome.error and {
        "code": outcome.error.code,
        "message": outcome.error.message,
        "hint": outcome.error.hint,
    }
    return {
        "id": outcome.id,
        "photo": outcome.photo,
        "state": outcome.state,
        "before": not outcome.again,
        "seconds": round(outcome.seconds, 4),
        "outputs": [*outcome.outputs],
        "error": error,
        "warnings": [*outcome.warnings],
    }
