"""Which items of a job are to be done again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastseg_edit import registry
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastseg_edit.batching.journals.tables import Attempt
    from fastseg_edit.batching.manifests.items import Item

UNENDED = ("begun", "writing")
"""States of attempts that a sudden end of the job has cut off."""


@dataclass(frozen=True)
class Again:
    """Which items are to be done, whatever was done before.

    Attributes:
        states: Those whose last attempt ended so.
        ids: Those that are called so.
    """

    states: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def wants(self, item: Item, last: Attempt | None) -> bool:
        """Tell whether an item is one of them.

        Args:
            item: The item.
            last: The last attempt at it, if there was one.
        """
        if not self:
            return True
        if self.ids and item.id not in self.ids:
            return False
        if not self.states:
            return True
        state = "" if last is None else last.state
        return ("cancelled" if state in UNENDED else state) in self.states

    def check(self, known: Collection[str]) -> None:
        """Refuse names that no item has.

        Args:
            known: The names of items.

        Raises:
            SpecError: With E_SPEC and the nearest name.
        """
        for name in self.ids:
            if name not in known:
                hint = registry.suggest(name, sorted(known)) if known else ""
                raise SpecError("E_SPEC", f"no item of the job is called {name!r}", hint)

    def __bool__(self) -> bool:
        return bool(self.states or self.ids)


EVERYTHING = Again()
"""All of them, but for what is done already."""
