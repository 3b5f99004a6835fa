"""All mistakes of a document, gathered before the first is told."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastseg_edit.errors import DocumentError, FastsegError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Problems:
    """The mistakes that were found so far.

    Attributes:
        found: The mistakes, in the order in which they were found.
    """

    found: list[Problem] = field(default_factory=list)

    def at(self, place: str) -> _Noting:
        """Note whatever error of ours is raised inside, and go on after it.

        Args:
            place: Where in the document that is, as a JSON pointer.
        """
        return _Noting(self, place)

    def say(self, place: str, message: str, hint: str = "", code: str = "E_SPEC") -> None:
        """Note a mistake, once: what several edits have in common is read for each of them."""
        problem = Problem(place, code, message, hint)
        if problem not in self.found[-100:]:
            self.found.append(problem)

    def refuse(self, origin: str, placed: bool = True) -> None:
        """Raise a `DocumentError` with all mistakes, if there are any.

        Args:
            origin: What the document is called.
            placed: As for `DocumentError`.
        """
        if self.found:
            raise DocumentError(self.found, origin, placed)


class _Noting:
    """Notes an error of ours; a class, because a job of many photos does it a million times."""

    __slots__ = ("place", "problems")

    def __init__(self, problems: Problems, place: str) -> None:
        self.problems, self.place = problems, place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is None or not isinstance(error, FastsegError):
            return False
        self.problems.say(self.place, error.message, error.hint, error.code)
        return True


def inside(place: str, key: str | int) -> str:
    """Return the JSON pointer of what stands under a key, or in a list [1].

    References:
        [1] Bryan, Zyp, Nottingham. JavaScript Object Notation (JSON) pointer. RFC 6901, 2013.
    """
    name = str(key)
    if "/" in name or "~" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{place}/{name}"


@contextmanager
def placed_at(place: str) -> Iterator[None]:
    """Say in an error where in a document the prompt stands that it is about.

    Args:
        place: A JSON pointer. Empty to say nothing.
    """
    try:
        yield
    except FastsegError as error:
        error.message = f"{place}: {error.message}" if place else error.message
        raise
