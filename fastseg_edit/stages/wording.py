"""What English words ask for: one object or all of a kind, and what one of them is called."""

from __future__ import annotations

from itertools import dropwhile, takewhile

_ALL = ("all", "any", "both", "each", "every", "everything", "these", "those")
_ONE = ("a", "an", "one", "something", "that", "this")
_BEFORE = (*_ALL, "of", "some", "the")
_PLACES = ("above", "at", "behind", "below", "beside", "from", "in", "near", "of", "on", "under",
           "with")  # fmt: skip

_SINGULARS = {"buses": "bus", "children": "child", "men": "man", "people": "person",
              "women": "woman"}  # fmt: skip
_ENDINGS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("s", ""))
_NO_PLURALS = ("ss", "us", "is")


def asks_for_all(words: str) -> bool:
    """Return whether words mean every object of a kind, such as "every cup" or "the red cups".

    Goes by the first word, and where that leaves it open, by the form of the noun: the last word
    before one that says where.
    """
    first, *_ = split = words.lower().split()
    noun = _noun(split)
    return first in _ALL or (first not in _ONE and _singular(noun) != noun)


def of_one(words: str) -> str:
    """Return what one of the objects is called that the words ask for.

    "every red circle" gives "a red circle", "red cups on the left" "a red cup on the left", and
    "everything blue" "something blue". Words that ask for one object come back as they are.
    """
    if not asks_for_all(words):
        return words
    split = words.lower().split()
    named = list(dropwhile(lambda word: word in _BEFORE, split))
    if split[0] == "everything" or not named or named[0] in _PLACES:
        return " ".join(["something", *named])
    noun = _noun(split)
    named[named.index(noun)] = _singular(noun)
    return f"{'an' if named[0][0] in 'aeiou' else 'a'} {' '.join(named)}"


def _noun(split: list[str]) -> str:
    named = list(dropwhile(lambda word: word in _BEFORE, split))
    before = list(takewhile(lambda word: word not in _PLACES, named))
    return (before or split)[-1]


def _singular(noun: str) -> str:
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    for ending, instead in _ENDINGS:
        if len(noun) > 3 and noun.endswith(ending) and not noun.endswith(_NO_PLURALS):
            return noun.removesuffix(ending) + instead
    return noun
