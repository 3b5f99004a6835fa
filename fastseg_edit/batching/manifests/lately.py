"""What was found out lately, so that memory does not grow with the number of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Lately(Generic[Value]):
    """Remembers values, the ones that were asked for last.

    Args:
        most: How many.
    """

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._known: dict[Hashable, Value] = {}

    def get(self, key: Hashable, found: Callable[[], Value]) -> Value:
        """Return the value of a key, and find it only if it is not remembered."""
        value = self._known.pop(key) if key in self._known else found()
        self._known[key] = value
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return value
