"""A job at work: gives items to workers, and lets their results appear.

Workers prepare files; only the driver gives them their names, after the journal says which bytes
they will hold. Whenever all of it ends suddenly, each name stands for a whole file or for none, and
the journal knows which items are done.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.desks import Desk
from fastseg_edit.batching.messages import At, Made, Order
from fastseg_edit.batching.outcomes import Outcome, error_of
from fastseg_edit.batching.stores import OURS
from fastseg_edit.errors import FastsegError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.batching.crew import Crew, Hand
    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.journal import Journal
    from fastseg_edit.batching.stores import Store

WAIT = 0.2
"""Seconds after which the driver looks whether it is to stop."""

MOST_STILLBORN = 3
"""Workers in a row that may end before they begin anything."""

TRANSIENT = frozenset({"E_MEMORY", "E_TIMEOUT", "E_WORKER", "E_INTERNAL", "E_INPUT_ACCESS"})
"""Errors after which trying once more, alone, may help."""


@dataclass(frozen=True)
class Policy:
    """How a job deals with its workers and with what goes wrong.

    Attributes:
        jobs: How many workers.
        ahead: How many items each has besides the one that it paints.
        timeout: Seconds that a stage of an item may take.
        retries: How often an item is tried once more after an error that may pass.
        max_failures: Stop after so many. None never to.
    """

    jobs: int = 1
    ahead: int = 2
    timeout: float = 300.0
    retries: int = 1
    max_failures: int | None = None


@dataclass
class Driver:
    """Runs items to their end.

    Attributes:
        journal: Where it is written down.
        results: Where results appear.
        crew: Where workers come from.
        policy: What to do when something goes wrong.
        run: The number of the run.
        stopped: Tells whether the user wants it to end.
        watch: Told which item begins which stage.
    """

    journal: Journal
    results: Store
    crew: Crew[Any]
    policy: Policy
    run: int
    stopped: Callable[[], bool] = lambda: False
    watch: Callable[[Item, str], None] = lambda _item, _stage: None
    _desks: list[Desk] = field(default_factory=list)
    _alone: deque[Item] = field(default_factory=deque)
    _tries: dict[int, int] = field(default_factory=dict)
    _failures: int = 0
    _stillborn: int = 0

    def outcomes(
        self,
        items: Iterator[Item | None],
        known: Callable[[Item], Outcome | None] = lambda _item: None,
    ) -> Iterator[Outcome]:
        """Do items, and yield what comes of each as soon as it is settled.

        Args:
            items: What to do; asked for as they are needed. None where the next one is not there
                yet: it is asked for again.
            known: Returns what came of an item in an earlier run, if that still holds.

        Raises:
            OutputError: If nothing can be written any more: the disk is full, or the journal
                damaged. What is done stays done.
        """
        try:
            source = _Source(items, known)
            while not self._over():
                waiting = self._hand_out(source)
                known_already = source.settled()
                yield from known_already
                if not waiting:
                    break
                for desk in self._heard(0 if known_already else WAIT):
                    yield from self._attend(desk)
            yield from self._dropped()
        finally:
            for desk in self._desks:
                desk.hand.dismiss()
            self.crew.close()
            self.results.discard(f"{OURS}/parts/{self.run}")

    def _over(self) -> bool:
        most = self.policy.max_failures
        return self.stopped() or (most is not None and self._failures >= most)

    def _hand_out(self, source: _Source) -> bool:
        """Give every worker what it can take. Return whether there is anything to wait for."""
        for desk in self._all_desks():
            while self._alone and not desk.orders:
                self._give(desk, self._alone.popleft(), alone=True)
            while desk.free(self.policy.ahead) and not self._alone:
                item = source.next()
                if item is None:
                    break
                self._give(desk, item)
        return source.paused or any(desk.orders for desk in self._desks)

    def _all_desks(self) -> Iterator[Desk]:
        """Yield the workers, those that have least to do first, and new ones as needed."""
        yield from sorted(self._desks, key=lambda desk: len(desk.orders))
        while len(self._desks) < self.policy.jobs:
            if self._desks and not self._desks[-1].orders:
                return  # the last one that came found nothing to do
            self._desks.append(Desk(self.crew.hire()))
            yield self._desks[-1]

    def _give(self, desk: Desk, item: Item, alone: bool = False) -> None:
        attempt = self.journal.begun(item, self.run)
        desk.take(Order(attempt, item), alone)

    def _heard(self, seconds: float) -> list[Desk]:
        """Wait so long until workers say something, and return whose."""
        hands: dict[int, Desk] = {id(desk.hand): desk for desk in self._desks}
        heard: list[Hand] = list(self.crew.listen([each.hand for each in self._desks], seconds))
        late = [desk.hand for desk in self._desks if desk.hangs(self.policy.timeout)]
        return [hands[id(hand)] for hand in {id(one): one for one in (*heard, *late)}.values()]

    def _attend(self, desk: Desk) -> Iterator[Outcome]:
        """Deal with what one worker says, or with its end."""
        if desk.hangs(self.policy.timeout):
            limit = self.policy.timeout
            message = f"{desk.stage} took longer than {limit:g} s"
            yield from self._lost(desk, "E_TIMEOUT", message)
            return
        match desk.hand.heard():
            case None:
                yield from self._lost(desk, "E_WORKER", "")
            case At() as at:
                self._stillborn = 0
                desk.at(at)
                self.watch(desk.orders[at.attempt].order.item, at.stage)
            case Made() as made:
                order, seconds = desk.done(made.attempt)
                yield from self._settled(order, made, seconds)

    def _settled(self, order: Order, made: Made, seconds: float) -> Iterator[Outcome]:
        """Let the files of an item appear, or try it once more, or give it up."""
        code = made.error[0] if made.error else ""
        if made.state == "failed" and code in TRANSIENT and self._try_again(order.item):
            self.journal.ended(made, seconds, {})
            return
        states: dict[str, str | None] = {}
        if made.parts:
            self.journal.writing(made)
            self.results.publish((part.part, part.name) for part in made.parts)
            states = {part.name: self.results.state(part.name) for part in made.parts}
        self.journal.ended(made, seconds, states)
        self._tries.pop(order.item.number, None)
        names = tuple(part.name for part in made.parts)
        error = error_of(made.error)
        outcome = Outcome(order.item, made.state, True, names, made.facts, error)
        self._failures += outcome.fails
        yield outcome
        if code == "E_OUTPUT_WRITE" and error is not None:
            raise OutputError(error.code, error.message, "Make room, and run the job again.")

    def _try_again(self, item: Item, least: int = 0) -> bool:
        """Let an item be tried once more, alone, if it has not been too often."""
        tried = self._tries.get(item.number, 0)
        if tried >= max(self.policy.retries, least):
            return False
        self._tries[item.number] = tried + 1
        self._alone.append(item)
        return True

    def _lost(self, desk: Desk, code: str, message: str) -> Iterator[Outcome]:
        """Replace a worker. What it had begun is tried once more, each item alone."""
        how = desk.hand.dismiss()
        self._desks.remove(desk)
        begun = [each for each in desk.orders.values() if each.since is not None]
        told = message or f"the process that did the item ended: {how}"
        self._stillborn += not begun
        if self._stillborn > MOST_STILLBORN:
            raise FastsegError("E_WORKER", f"workers end before they do anything: {how}")
        for each in desk.orders.values():
            seconds = 0.0 if each.since is None else time.monotonic() - each.since
            made = Made(each.order.attempt, "failed", error=(code, told, ""))
            if each.since is None or len(begun) > 1:  # nobody knows that it was this one
                self._alone.append(each.order.item)
                cancelled = Made(each.order.attempt, "cancelled", error=(code, told, ""))
                self.journal.ended(cancelled, seconds, {})
            elif self._try_again(each.order.item, least=1):
                self.journal.ended(made, seconds, {})
            else:
                yield from self._settled(each.order, made, seconds)

    def _dropped(self) -> Iterator[Outcome]:
        """Say of everything that workers still have that it was not done."""
        for desk in self._desks:
            for each in desk.orders.values():
                made = Made(each.order.attempt, "cancelled")
                self.journal.ended(made, 0.0, {})
                yield Outcome(each.order.item, "cancelled")


class _Source:
    """Items that are still to be done, and what is known of the others.

    Args:
        items: All of them.
        known: As for `Driver.outcomes`.
    """

    MOST = 100
    """Outcomes that are known already, after which they are told before going on."""

    def __init__(
        self, items: Iterator[Item | None], known: Callable[[Item], Outcome | None]
    ) -> None:
        self._items, self._known = items, known
        self._settled = list[Outcome]()
        self.paused = False

    def next(self) -> Item | None:
        """Return the next item that is to be done, if there is one for now."""
        for item in self._items:
            if item is None:
                self.paused = True
                return None
            outcome = self._known(item)
            if outcome is None:
                return item
            self._settled.append(outcome)
            if len(self._settled) >= self.MOST:
                self.paused = True
                return None
        return None

    def settled(self) -> list[Outcome]:
        """Return what is known of items that need not be done, and go on."""
        settled, self._settled, self.paused = self._settled, [], False
        return settled
