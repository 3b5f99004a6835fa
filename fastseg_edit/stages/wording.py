"""What English words ask for: what an object is called, how many are meant, and which of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from fastseg_edit.errors import PromptError
from fastseg_edit.nouns import singular
from fastseg_edit.stages.ordering import Order, taken_out

_ALL = ("all", "any", "each", "every", "everything", "these", "those")
_ONE = ("a", "an", "one", "something", "that", "this")
_NUMBERS = {
    "both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
}  # fmt: skip
_BEFORE = (*_ALL, *_NUMBERS, "of", "some", "the")
_PLACES = ("above", "at", "behind", "below", "beside", "from", "in", "near", "of", "on", "under",
           "with")  # fmt: skip
_ANYTHING = ("a", "an", "anything", "everything", "item", "items", "object", "objects", "one",
             "ones", "something", "thing", "things")  # fmt: skip
_ARTICLES = ("a ", "an ", "the ", "one ", "some ", "something ")
_AND = re.compile(r",\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_NEGATIONS = ("but", "except", "excluding", "not")


@dataclass(frozen=True, slots=True)
class Wish:
    """What words ask for.

    Attributes:
        one: What one of the objects is called: "a red cup" for "the two largest red cups on the
            left". Empty if anything will do, as for "the left one".
        count: How many are meant. None for as many as there are.
        orders: Which ones, by place and size. Empty for those that answer best.
    """

    one: str
    count: int | None = 1
    orders: tuple[Order, ...] = ()


def read(words: str) -> Wish:
    """Return what words ask for.

    Goes by the first word and by the form of the noun, the last word before one that says where.
    Words that ask for one object, and not by place or size, come back as they are.

    Raises:
        PromptError: With E_SPEC, if the words say what is not meant: networks that read words take
            "not the blue cup" for a blue cup.
    """
    plain = " ".join(words.lower().rstrip(" .!?").split())
    _refuse_negation(words, plain.split())
    several = _asks_for_several(plain)
    rest, orders = taken_out(plain, several)
    count = _count(plain) if several else 1
    if any(order.strict for order in orders) and count is None and not _asks_for_several(rest):
        count = 1  # "the largest of all" is one
    if all(word in _ANYTHING for word in rest.split()[len(_before(rest.split())) :]):
        return Wish("", count, orders)
    if not several and not orders:
        return Wish(words)
    return Wish(_of_one(rest), count, orders)


def listed(words: str) -> list[str]:
    """Return the things that words list: "a cup, a plate and forks" are three.

    Only what begins as a thing of its own, with an article or a number, or is a plural counts as
    one: "a black and white cat" is one cat.
    """
    parts = [part.strip() for part in _AND.split(words.strip()) if part.strip()]
    things = all(
        part.lower().startswith(_ARTICLES) or _asks_for_several(part.lower()) for part in parts
    )
    return parts if things else [words]


def of_one(words: str) -> str:
    """Return what one of the objects is called that the words ask for.

    "every red circle" gives "a red circle", "the largest red cup on the left" "a red cup", and
    "everything blue" "something blue"; "something" stands for whatever there is.
    """
    return read(words).one or "something"


def _refuse_negation(words: str, split: list[str]) -> None:
    if negation := next((word for word in split if word in _NEGATIONS), None):
        raise PromptError(
            "E_SPEC",
            f"{negation!r} in {words[:160]!r} cannot be understood: words say what is meant",
            "Take what is not meant away by a prompt of its own: --text 'the blue cup':subtract.",
        )


def _asks_for_several(words: str) -> bool:
    split = words.split()
    before, noun = _before(split), _noun(split)
    if any(word in _ALL or _is_number(word) for word in before):
        return True
    return bool(split) and split[0] not in _ONE and singular(noun) != noun


def _count(words: str) -> int | None:
    """Return the number among the first words, None if there is none."""
    numbers = [word for word in _before(words.split()) if _is_number(word)]
    return max(1, int(_NUMBERS.get(numbers[0], numbers[0]))) if numbers else None


def _of_one(rest: str) -> str:
    """Return the name of one object, for words without those of place and size."""
    split = rest.split()
    named = split[len(_before(split)) :]
    if named[0] in ("a", "an"):
        named = named[1:]
    if split[0] == "everything" or not named or named[0] in _PLACES:
        return " ".join(["something", *named])
    if _asks_for_several(rest):
        noun = _noun(named)
        named[named.index(noun)] = singular(noun)
    return f"{'an' if named[0][0] in 'aeiou' else 'a'} {' '.join(named)}"


def _before(split: list[str]) -> list[str]:
    """Return the words before the name of the object: "all of the two"."""
    return list(takewhile(lambda word: word in _BEFORE or _is_number(word), split))


def _is_number(word: str) -> bool:
    return word in _NUMBERS or (word.isascii() and word.isdigit())


def _noun(split: list[str]) -> str:
    named = split[len(_before(split)) :]
    until = list(takewhile(lambda word: word not in _PLACES, named))
    return (until or split or [""])[-1]
