"""The workers of a job, each at its desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.driving.desks import Desk

if TYPE_CHECKING:
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.workers.crew import Crew, Hand


@dataclass
class Staff:
    """The workers of a job.

    Attributes:
        crew: Where they come from.
        policy: How many there are, and how long they may be silent.
        desks: What each of them has.
    """

    crew: Crew[Any]
    policy: Policy
    desks: list[Desk] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether any has something to do."""
        return any(desk.orders for desk in self.desks)

    @property
    def solitary(self) -> bool:
        """Whether one does something that is to be done alone."""
        return any(desk.alone for desk in self.desks)

    def free(self, ahead: int) -> Desk | None:
        """Return the worker that has least to do, or a new one. None if each has enough."""
        able = [desk for desk in self.desks if desk.free(ahead)]
        desk = min(able, key=lambda each: len(each.orders), default=None)
        if desk is None or desk.orders:
            return self._hired() or desk
        return desk

    def fresh(self) -> Desk | None:
        """Return a new worker, if need be in the place of one that has nothing to do.

        None if all are busy. It is never one that has done something before: that may yet be its
        end, and would be put down to what it does now.
        """
        idle = next((desk for desk in self.desks if not desk.orders), None)
        if idle is not None and len(self.desks) >= self.policy.jobs:
            self.dismiss(idle)
        return self._hired()

    def heard(self, seconds: float) -> list[Desk]:
        """Wait so long until some say something. Return whose, and who is silent for too long.

        One that has something to say does not hang, however long nobody has listened.
        """
        hands: dict[int, Desk] = {id(desk.hand): desk for desk in self.desks}
        heard: list[Hand] = list(self.crew.listen([each.hand for each in self.desks], seconds))
        speaking = [hands[id(hand)] for hand in heard]
        for desk in self.desks:
            desk.silent = desk.hangs(self.policy) and desk not in speaking
        return [*speaking, *(desk for desk in self.desks if desk.silent)]

    def dismiss(self, desk: Desk) -> str:
        """End one, and return how it ended."""
        self.desks.remove(desk)
        return desk.hand.dismiss()

    def _hired(self) -> Desk | None:
        """Return a new worker at its desk. None if there can be no more for now."""
        if len(self.desks) >= self.policy.jobs:
            return None
        hand = self.crew.hire()
        if hand is None:
            return None
        self.desks.append(Desk(hand))
        return self.desks[-1]

    def close(self) -> None:
        """End all."""
        while self.desks:
            self.dismiss(self.desks[-1])
        self.crew.close()
