"""How much may be in memory at a time."""

from __future__ import annotations

from threading import Condition


class Budget:
    """Lets no more in than there is room for; a single one may always come in.

    Args:
        room: How much there is room for, in any unit.
    """

    def __init__(self, room: int) -> None:
        self._room, self._taken = room, 0
        self._changed = Condition()

    def take(self, size: int) -> None:
        """Wait until there is room, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + size <= self._room)
            self._taken += size

    def give(self, size: int) -> None:
        """Give back what was taken."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()
