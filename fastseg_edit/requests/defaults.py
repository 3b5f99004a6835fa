"""What several edits of one document have in common, read once for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastseg_edit.requests.problems import Problems

Value = TypeVar("Value")
"""What is read."""


@dataclass(frozen=True)
class Defaults:
    """What holds for several edits of one document.

    Attributes:
        entries: What an edit says where it says nothing else.
        place: Where in the document they stand.
        besides: Keys of an edit that somebody else reads.
        checked: Settings of edits that were found to be good, by name, type and value: as they
            were read.
        agreed: What was found to go together.
    """

    entries: Mapping[str, Any] = field(default_factory=dict)
    place: str = "/defaults"
    besides: tuple[str, ...] = ()
    checked: dict[tuple[str, type, Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    agreed: set[tuple[Any, ...]] = field(default_factory=set, init=False, repr=False, compare=False)
    _read: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _broken: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def broken(self) -> bool:
        """Whether something is wrong with what has been read."""
        return bool(self._broken)

    def of(self, key: str) -> str:
        """Return the place of what stands under a key."""
        return inside(self.place, key)

    def once(self, key: Any, read: Callable[[], Value], problems: Problems) -> Value:
        """Return what reading gives, which is done the first time only.

        Args:
            key: What is read.
            read: Reads it.
            problems: Takes what is wrong with it.
        """
        if key not in self._read:
            before = len(problems.found)
            self._read[key] = read()
            if len(problems.found) > before:
                self._broken.append(self.place)
        value: Value = self._read[key]
        return value
