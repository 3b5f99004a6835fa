"""Which photos a pattern names, such as shoot2/**/*.{jpg,png}."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from itertools import takewhile
from typing import TYPE_CHECKING

from fastseg_edit import photos
from fastseg_edit.batching.storage import naming
from fastseg_edit.errors import InputError, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

WILD = frozenset("*?[{")
ANY_FOLDERS = "**"

MOST = 1000
"""Patterns that one with braces may stand for."""


@dataclass(frozen=True)
class Pattern:
    """A pattern of names.

    A name without wildcards means all that lies in that folder and below it. The endings of photos
    match in large letters, too. Files and folders whose names begin with a dot match only where the
    pattern has one there.

    Attributes:
        text: With * and ? for what is within one name, [abc] for one of some letters, ** for any
            folders, and {a,b} for one or the other.
    """

    text: str

    @classmethod
    def of(cls, text: str) -> Pattern:
        """Return a pattern, or refuse one that leads out of its folder.

        Raises:
            InputError: With E_PATH_ESCAPES.
            SpecError: With E_SPEC, if it is none.
        """
        if "\0" in text or not text:
            raise SpecError("E_SPEC", f"a folder or a pattern was wanted, got {text!r}")
        if naming.is_url(text):
            message = f"{text!r} is a URL, and a folder or a pattern within one was wanted"
            raise InputError("E_PATH_ESCAPES", message, "Say root: URL for where all photos lie.")
        if text.startswith("/") or ".." in text.split("/"):
            message = f"{text!r} leads out of the folder of photos"
            raise InputError("E_PATH_ESCAPES", message, "Leave out / at its beginning, and ..")
        return cls("/".join(_parts(text)))

    @property
    def is_wild(self) -> bool:
        """Whether it has wildcards."""
        return bool(WILD & set(self.text))

    @property
    def folder(self) -> str:
        """The folder that everything lies in that it names."""
        parts = _parts(self.text)
        plain = [*takewhile(lambda part: not WILD & set(part), parts)]
        return "/".join(plain)

    def matcher(self) -> Matcher:
        """Return what tells which names it means. Raises a SpecError with E_SPEC."""
        text = self.text if self.is_wild else f"{self.text}/{ANY_FOLDERS}".lstrip("/")
        return Matcher(tuple(_compiled(each) for each in _expanded(text)), ".", "/." in f"/{text}")

    def excluder(self) -> Matcher:
        """Return what tells which names it leaves out: without a folder, names in all of them."""
        text = self.text if "/" in self.text else f"{ANY_FOLDERS}/{self.text}"
        below = tuple(_compiled(f"{each}/{ANY_FOLDERS}") for each in _expanded(text))
        return Matcher((*(_compiled(each) for each in _expanded(text)), *below), "", True)


@dataclass(frozen=True)
class Matcher:
    """Tells which names a pattern means."""

    ways: tuple[tuple[re.Pattern[str] | None, ...], ...]
    hidden: str
    takes_hidden: bool

    def __call__(self, name: str) -> bool:
        """Tell whether a name is meant."""
        parts = _lowered(name).split("/")
        if not self.takes_hidden and any(part.startswith(".") for part in parts):
            return False
        return any(_matches(way, parts) for way in self.ways)


def _matches(way: tuple[re.Pattern[str] | None, ...], parts: list[str]) -> bool:
    """Follow every way through a pattern at once, so that no pattern takes long."""
    at = _reached(way, {0})
    for part in parts:
        onward = set[int]()
        for place in at:
            if place < len(way):
                wanted = way[place]
                if wanted is None:
                    onward.add(place)
                elif wanted.match(part):
                    onward.add(place + 1)
        at = _reached(way, onward)
    return len(way) in at


def _reached(way: tuple[re.Pattern[str] | None, ...], places: set[int]) -> set[int]:
    """Return places and those behind any folders, which may be none."""
    found = set(places)
    for place in places:
        while place < len(way) and way[place] is None:
            place += 1
            found.add(place)
    return found


def _compiled(text: str) -> tuple[re.Pattern[str] | None, ...]:
    parts = _parts(_lowered(text))
    return tuple(None if part == ANY_FOLDERS else re.compile(translate(part)) for part in parts)


def _expanded(text: str) -> list[str]:
    """Return the patterns without braces that one with braces stands for."""
    found, waiting = list[str](), [text]
    while waiting:
        one = waiting.pop()
        braces = re.search(r"\{([^{}]*)\}", one)
        if not braces:
            found.append(one)
            continue
        chosen = braces[1].split(",")
        waiting += [f"{one[: braces.start()]}{each}{one[braces.end() :]}" for each in chosen]
        if len(waiting) + len(found) > MOST:
            raise SpecError("E_SPEC", f"{text[:100]!r} stands for more than {MOST} patterns")
    return found


def _parts(text: str) -> list[str]:
    return [part for part in text.split("/") if part not in ("", ".")]


def _lowered(name: str) -> str:
    """Return a name with the ending of a photo in small letters."""
    stem, dot, ending = name.rpartition(".")
    ending = ending.lower()
    return f"{stem}.{ending}" if dot and f".{ending}" in photos.ENDINGS else name


def photos_among(names: Iterator[str]) -> Iterator[str]:
    """Yield the names that end as those of photos do."""
    return (name for name in names if name[name.rfind(".") :].lower() in photos.ENDINGS)
