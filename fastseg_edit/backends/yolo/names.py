"""From words to the classes that a network was trained to tell apart."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from fastseg_edit.errors import PromptError
from fastseg_edit.nouns import singular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BEFORE = ("a", "all", "an", "any", "both", "each", "every", "of", "one", "some", "that", "the",
           "these", "this", "those")  # fmt: skip
_ANYTHING = ("anything", "everything", "something", "thing")
_LISTED = re.compile(r"\s*(?:,|;|\band\b|\bor\b|&)\s*")
_NAMED = re.compile(r"\s*[,/;|]\s*")  # "hat/cap", "tench, Tinca tinca": two words for one class
_SHOWN = 8


def classes(words: str, names: Sequence[str]) -> list[int]:
    """Return the numbers of the classes that words name.

    Articles and plurals do not count. Several classes may be listed, as in "cats and dogs";
    "something" is every class. A class may have several names in the weights, such as "hat/cap".

    Args:
        words: What to look for.
        names: What each class is called in the weights.

    Raises:
        PromptError: With E_NAME and the nearest class, if there is no such class.
    """
    known: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        for form in set(_forms(name)):
            known.setdefault(form, []).append(number)
    meant = _plain(words)
    if meant in _ANYTHING and meant not in known:
        return list(range(len(names)))
    if whole := known.get(meant):
        return whole
    listed = [_plain(part) for part in _LISTED.split(words) if _plain(part)]
    if unknown := [part for part in listed if part not in known] or ([] if listed else [words]):
        raise PromptError("E_NAME", *_unknown(unknown[0], len(names), known))
    return sorted({number for part in listed for number in known[part]})


def _unknown(word: str, count: int, known: dict[str, list[int]]) -> tuple[str, str]:
    """Return what is wrong with a word, and what to do."""
    message = f"the weights tell {count} classes apart, and {word[:80]!r} is none of them"
    inside = [name for name in known if re.search(rf"\b{re.escape(name)}\b", word)]
    near = max(inside, key=len, default="") or next(iter(get_close_matches(word, known, n=1)), "")
    if near:
        return message, f"Did you mean {near!r}?"
    more = ", ..." if len(known) > _SHOWN else ""
    return message, f"Known: {', '.join(sorted(known)[:_SHOWN])}{more}."


def _forms(name: str) -> Iterator[str]:
    """Yield each plain form of a class's name."""
    yield _plain(name)
    for part in _NAMED.split(re.sub(r"\(.*?\)", " ", name)):
        if plain := _plain(part):
            yield plain


def _plain(words: str) -> str:
    """Return words in lower case without articles, the last of them in the singular."""
    split = re.sub(r"[\s_-]+", " ", words.lower()).strip(" .!?\"'").split()
    while len(split) > 1 and split[0] in _BEFORE:
        split.pop(0)
    if split:
        split[-1] = singular(split[-1])
    return " ".join(split)
