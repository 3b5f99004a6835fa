"""Items that are still to be given to a worker."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.batching.driving.outcomes import Outcome, error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.workers.messages import Made


class Waiting(NamedTuple):
    """An item that waits to be tried once more.

    Attributes:
        item: Which.
        made: What came of the last attempt.
    """

    item: Item
    made: Made

    def dropped(self) -> Outcome:
        """Return what came of it, if it is not tried any more."""
        return Outcome(self.item, self.made.state, error=error_of(self.made.error))


class Upcoming:
    """Items that are still to be done, and what is known of the others.

    Args:
        items: All of them. None where the next one is not there yet.
        known: Returns what came of an item in an earlier run, if that still holds.

    Attributes:
        alone: Items that are to be tried once more with nothing else at work.
        paused: True if it is to be asked again, although it has no item for now.
    """

    MOST = 100
    """Outcomes that are known already, after which they are told before going on."""

    def __init__(
        self, items: Iterator[Item | None], known: Callable[[Item], Outcome | None]
    ) -> None:
        self._items, self._known = items, known
        self._settled = list[Outcome]()
        self._next: Item | None = None
        self._again = deque[Waiting]()
        self._tries = Counter[int]()
        self.alone = deque[Waiting]()
        self.paused = False

    def once_more(self, item: Item, most: int) -> bool:
        """Tell whether an item may be tried once more, which may be so often; and count that."""
        if self._tries[item.number] >= most:
            return False
        self._tries[item.number] += 1
        return True

    def ended(self, item: Item) -> None:
        """Forget how often an item was tried."""
        self._tries.pop(item.number, None)

    def again(self, waiting: Waiting, alone: bool) -> None:
        """Let an item be tried once more, before those that were not tried yet."""
        (self.alone if alone else self._again).append(waiting)

    def there(self) -> bool:
        """Tell whether there is an item to be done for now, besides those that are `alone`."""
        if not self._again and self._next is None:
            self._next = self._sought()
        return bool(self._again) or self._next is not None

    def take(self) -> Item:
        """Return that item. Ask first whether it is `there`."""
        if self._again:
            return self._again.popleft().item
        item, self._next = self._next, None
        if item is None:
            raise LookupError("no item is there")
        return item

    def settled(self) -> list[Outcome]:
        """Return what is known of items that need not be done, and go on."""
        settled, self._settled, self.paused = self._settled, [], False
        return settled

    def dropped(self) -> list[Outcome]:
        """Return what came of items that will not be tried once more after all."""
        return [waiting.dropped() for waiting in (*self._again, *self.alone)]

    def _sought(self) -> Item | None:
        for item in () if self.paused else self._items:
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
