"""What can be said of a scene, and what cannot, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from fastseg_edit.world.shapes import COLOURS, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.world.things import Thing

LARGER = 1.35
"""How many times the side of the next object a "large" one must have; likewise for "small"."""

APART = 0.15
"""Share of the photo's shorter side between "the left" one and the next."""

_PLACES = {
    "left": (0, 1),
    "right": (0, -1),
    "top": (1, 1),
    "bottom": (1, -1),
}
"""Axis, and the sign that makes the wanted one the smallest."""

VOCABULARY = (
    *("a", "an", "the", "and", "on", "at", "every", "everything", "something", "object"),
    *("large", "small", *_PLACES, *COLOURS, *SHAPES),
)
"""Every word that these phrases are made of, commas aside."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that some objects of a scene answer.

    Attributes:
        text: The words.
        things: Numbers of the objects that answer them.
        every: True if all of these objects together are meant, False if any one of them is.
    """

    text: str
    things: tuple[int, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Words that nothing in a scene answers.

    Attributes:
        text: The words.
        near: How many of its attributes, colour and shape, some object has: with 2, one object
            has the colour and another one the shape.
    """

    text: str
    near: int


def article(words: str) -> str:
    """Return words with "a" or "an" before them."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def listing(things: Sequence[Thing]) -> str:
    """Return all objects in one line, "a red circle, a blue star and a green ring"."""
    *rest, last = [article(thing.name) for thing in things]
    return f"{', '.join(rest)} and {last}" if rest else last


def phrases(things: Sequence[Thing]) -> tuple[Phrase, ...]:
    """Return everything that can be asked for."""
    colours = dict.fromkeys(thing.colour for thing in things)
    shapes = dict.fromkeys(thing.shape for thing in things)
    found: list[Phrase] = []
    for colour, shape in product((*colours, ""), (*shapes, "")):
        members = tuple(index for index, thing in enumerate(things) if _fits(thing, colour, shape))
        if members and (colour or shape):
            found.extend(_said(things, members, f"{colour} {shape or 'object'}".strip()))
            found.extend(_of_colour(colour, members) if not shape else ())
    return tuple(found)


def absent(things: Sequence[Thing]) -> tuple[Absent, ...]:
    """Return what can be asked for in vain: by colour and shape, by colour and by shape."""
    colours = {thing.colour for thing in things}
    shapes = {thing.shape for thing in things}
    names = {thing.name for thing in things}
    pairs = [
        Absent(article(f"{colour} {shape}"), (colour in colours) + (shape in shapes))
        for colour, shape in product(COLOURS, SHAPES)
        if f"{colour} {shape}" not in names
    ]
    single = [f"something {colour}" for colour in COLOURS if colour not in colours]
    single += [article(shape) for shape in SHAPES if shape not in shapes]
    return (*pairs, *(Absent(text, 0) for text in single))


def _fits(thing: Thing, colour: str, shape: str) -> bool:
    return colour in ("", thing.colour) and shape in ("", thing.shape)


def _of_colour(colour: str, members: tuple[int, ...]) -> tuple[Phrase, ...]:
    return Phrase(f"something {colour}", members), Phrase(f"everything {colour}", members, True)


def _said(things: Sequence[Thing], members: tuple[int, ...], noun: str) -> Iterator[Phrase]:
    """Yield what can be said of the objects that share a noun."""
    yield Phrase(article(noun), members)
    if len(members) == 1:
        yield Phrase(f"the {noun}", members)
        return
    yield Phrase(f"every {noun}", members, True)
    sizes = sorted((things[index].size, index) for index in members)
    if sizes[-1][0] >= LARGER * sizes[-2][0]:
        yield Phrase(f"the large {noun}", (sizes[-1][1],))
    if sizes[1][0] >= LARGER * sizes[0][0]:
        yield Phrase(f"the small {noun}", (sizes[0][1],))
    for place, (axis, sign) in _PLACES.items():
        first, second = sorted((sign * things[index].centre[axis], index) for index in members)[:2]
        if second[0] - first[0] >= APART:
            yield Phrase(f"the {place} {noun}", (first[1],))
            preposition = "on" if axis == 0 else "at"
            yield Phrase(f"the {noun} {preposition} the {place}", (first[1],))
