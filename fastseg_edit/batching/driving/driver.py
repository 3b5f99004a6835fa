"""A job at work: gives items to workers, and lets their results appear.

Workers prepare files; only the driver gives them their names, after the journal says which bytes
they will hold. Whenever all of it ends suddenly, each name stands for a whole file or for none, and
the journal knows which items are done.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from fastseg_edit.batching.driving.desks import Task
from fastseg_edit.batching.driving.outcomes import Outcome, error_of
from fastseg_edit.batching.driving.publishing import Publisher, left_out
from fastseg_edit.batching.driving.staff import Staff
from fastseg_edit.batching.driving.upcoming import Upcoming, Waiting
from fastseg_edit.batching.manifests import besides
from fastseg_edit.batching.manifests.policy import NO_ROOM, TRANSIENT, Policy
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import At, Made, Order
from fastseg_edit.errors import FastsegError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastseg_edit.batching.driving.desks import Desk
    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.crew import Crew

    States: TypeAlias = Mapping[str, str | None]

WAIT = 0.2
"""Seconds after which the driver looks whether it is to stop."""

MOST_STILLBORN = 3
"""Workers in a row that may end before they say anything."""


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
    _source: Upcoming = field(default_factory=lambda: Upcoming(iter(()), lambda _item: None))
    _ready: list[tuple[Task, Made]] = field(default_factory=list)
    _failures: int = 0
    _stillborn: int = 0

    def __post_init__(self) -> None:
        self._staff = Staff(self.crew, self.policy)
        self._publisher = Publisher(self.journal, self.results)

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
                damaged. What is done stays done; what was at work is to be done again.
        """
        self._source = Upcoming(items, lambda item: known(item) or self._taken(item))
        try:
            for outcome in self._worked():
                self._failures += outcome.fails and outcome.state != "cancelled"
                yield outcome
            yield from self._dropped()
        except FastsegError:
            yield from self._dropped()
            raise
        finally:
            self._clear()

    def _taken(self, item: Item) -> Outcome | None:
        """Return what comes of an item if files of somebody else lie where its own would."""
        near = self.results.near  # or else it is seen once, when the files are to appear
        error = self._publisher.taken(item, besides.of(item)) if near else None
        if error is None:
            return None
        attempt = self.journal.begun(item, self.run)
        return self._settled(
            Task(Order(attempt, item)), left_out(item, Made(attempt, "failed"), error)
        )

    def _worked(self) -> Iterator[Outcome]:
        """Go on until everything is done, or the user wants it to end."""
        while not self._over():
            waiting = self._hand_out()
            known_already = self._source.settled()
            yield from known_already
            if not waiting:
                return
            for desk in self._staff.heard(0 if known_already else WAIT):
                yield from self._attend(desk)
            yield from self._appear()

    def _over(self) -> bool:
        most = self.policy.max_failures
        return self.stopped() or (most is not None and self._failures >= most)

    def _hand_out(self) -> bool:
        """Give every worker what it can take. Return whether there is anything to wait for."""
        alone, staff, solitary = self._source.alone, self._staff, self.policy.solitary
        while alone and not (solitary and staff.busy) and (desk := staff.fresh()):
            self._give(desk, alone[0].item, alone=True)
            alone.popleft()
        if solitary and (alone or staff.solitary):
            return True
        while self._source.there() and (desk := staff.free(self.policy.ahead)):
            self._give(desk, self._source.take())
        return self._source.paused or staff.busy or bool(alone) or self._source.there()

    def _give(self, desk: Desk, item: Item, alone: bool = False) -> None:
        attempt = self.journal.begun(item, self.run)
        desk.take(Order(attempt, item), alone)

    def _attend(self, desk: Desk) -> Iterator[Outcome]:
        """Deal with what one worker says, or with its end."""
        if desk.silent:
            yield from self._lost(desk, "E_TIMEOUT", desk.overdue(self.policy))
            return
        match desk.hand.heard():
            case None:
                yield from self._lost(desk, "E_WORKER", "")
            case At() as at:
                self._stillborn = 0
                if item := desk.at(at):
                    self.watch(item, at.stage)
            case Made() as made:
                if task := desk.done(made.attempt):
                    yield from self._made(task, made)

    def _made(self, task: Task, made: Made) -> Iterator[Outcome]:
        """Put an item aside whose files may appear, or try it once more, or give it up."""
        item, code = task.order.item, made.error[0] if made.error else ""
        if made.error and code in NO_ROOM:  # not the item's fault: it is to be done again
            self._ready.append((task, replace(made, state="cancelled", parts=())))
            yield from self._appear()
            raise OutputError(code, made.error[1], "Make room, and run the job again.")
        alone = code == "E_MEMORY"
        if made.state == "failed" and code in TRANSIENT and self._once_more(item, int(alone)):
            self._source.again(Waiting(item, made), alone)
            self.journal.ended(made, task.seconds, {})
            return
        self._ready.append((task, made))

    def _appear(self) -> Iterator[Outcome]:
        """Let the files of all items appear that are ready, and say what came of each."""
        if not (ready := self._ready):
            return
        made, error = self._publisher.publish([(task.order.item, one) for task, one in ready])
        states = self.results.states(part.name for one in made for part in one.parts)
        pairs = zip(ready, made, strict=False)
        with self.journal.together():
            settled = [self._settled(task, one, states) for (task, _), one in pairs]
        self._ready = ready[len(made) :]
        yield from settled
        if error is not None:
            raise error

    def _settled(self, task: Task, made: Made, states: States = MappingProxyType({})) -> Outcome:
        """Note what came of an item, and return that."""
        names = tuple(part.name for part in made.parts)
        self.journal.ended(made, task.seconds, {name: states[name] for name in names})
        item = task.order.item
        self._source.ended(item)
        error = error_of(made.error)
        return Outcome(item, made.state, True, names, made.facts, error)

    def _once_more(self, item: Item, least: int) -> bool:
        return self._source.once_more(item, max(self.policy.retries, least))

    def _lost(self, desk: Desk, code: str, said: str) -> Iterator[Outcome]:
        """Replace a worker. What it had begun is tried once more, each item alone."""
        how = desk.hand.dismiss()
        # One that a cluster has no room for says nothing either, and is no sign of anything.
        waits = code == "E_TIMEOUT" and not self.policy.solitary
        self._stillborn += desk.stage == "starting" and not waits
        if self._stillborn > MOST_STILLBORN:
            raise FastsegError("E_WORKER", f"workers end before they do anything: {how}")
        error = (code, said or f"the process that did the item ended: {how}", "")
        sole = len(desk.begun()) == 1
        for attempt, task in [*desk.orders.items()]:
            yield from self._left(task, error, sole)
            del desk.orders[attempt]
        self._staff.desks.remove(desk)

    def _left(self, task: Task, error: tuple[str, str, str], sole: bool) -> Iterator[Outcome]:
        """Deal with an item that a worker left behind.

        Args:
            task: The item.
            error: How the worker ended.
            sole: True if it had begun nothing else, so that it was this one.
        """
        item, begun = task.order.item, task.since is not None
        made = Made(task.order.attempt, "failed" if sole and begun else "cancelled", error=error)
        least = 0 if sole and error[0] == "E_TIMEOUT" else 1
        if begun and not self._once_more(item, least):
            yield self._settled(task, replace(made, state="failed"))
            return
        self.journal.ended(made, task.seconds, {})
        self._source.again(Waiting(item, made), alone=begun)

    def _dropped(self) -> Iterator[Outcome]:
        """Say of everything that was not done to its end that it is still to be done."""
        tasks = [task for desk in self._staff.desks for task in desk.orders.values()]
        for task in (*tasks, *(task for task, _ in self._ready)):
            yield Outcome(task.order.item, "cancelled")
        yield from self._source.dropped()

    def _clear(self) -> None:
        """Let go of everything, and note what was not done to its end."""
        self._staff.close()
        with suppress(FastsegError):  # it may be why the job ends; the next run notes the same
            self.journal.abandon()
            if not self.journal.unpublished():  # the next run lets them appear
                self.results.discard(f"{OURS}/parts")
