"""English nouns: what one of several things is called."""

from __future__ import annotations

_IRREGULAR = {
    "calves": "calf", "children": "child", "feet": "foot", "geese": "goose", "halves": "half",
    "knives": "knife", "leaves": "leaf", "loaves": "loaf", "men": "man", "mice": "mouse",
    "people": "person", "persons": "person", "scarves": "scarf", "shelves": "shelf",
    "teeth": "tooth", "wolves": "wolf", "women": "woman",
}  # fmt: skip
_PAIRS = (
    "binoculars", "goggles", "headphones", "jeans", "pants", "pliers", "scissors", "shorts",
    "sunglasses", "trousers", "tweezers",
)  # fmt: skip
_ENDINGS = (
    ("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("atoes", "ato"),
    ("ouses", "ouse"), ("uses", "us"), ("s", ""),
)  # fmt: skip
_NO_PLURALS = ("ss", "us", "is")


def singular(noun: str) -> str:
    """Return what one of several things is called. A word for one thing comes back as it is.

    Goes by the ending, and by lists of irregular nouns and of those that look like several.

    Args:
        noun: One word, in small letters.
    """
    if noun in _IRREGULAR or noun in _PAIRS:
        return _IRREGULAR.get(noun, noun)
    for ending, instead in _ENDINGS:
        if len(noun) > 3 and noun.endswith(ending) and not noun.endswith(_NO_PLURALS):
            return noun.removesuffix(ending) + instead
    return noun
