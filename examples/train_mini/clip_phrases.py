"""Phrases to train clip-mini with, and which pictures answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from clip_pool import BACKGROUND, NAMES

from fastseg_edit import world
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SIZES = ("large", "small", "big", "little", "tiny", "huge")
_SIDES = ("left", "right", "top", "bottom", "upper", "lower", "middle")
_WHERE = (
    *("on the left", "on the right", "at the top", "at the bottom", "in the middle"),
    *("in the corner", "on the left side", "in the picture", "there", "here"),
)
_BEFORE = (
    *("a photo of", "a picture of", "an image of", "this is", "there is", "find", "select"),
    *("remove", "please remove", "replace", "show me", "where is", "it is", "paint"),
)
_BLANK = (
    *("background", "the background", "an empty background", "nothing", "a plain background"),
    *("a wall", "a pattern", "a texture", "an empty picture", "nothing but background"),
)
_OTHER_THINGS = (
    *("dog", "cat", "car", "person", "man", "woman", "child", "house", "tree", "bird", "horse"),
    *("table", "chair", "ball", "boat", "plane", "bus", "truck", "bicycle", "flower", "apple"),
    *("banana", "bottle", "cup", "book", "phone", "clock", "shoe", "hat", "bag", "lamp", "door"),
    *("window", "cloud", "sun", "moon", "fish", "shirt", "face", "hand", "eye", "letter"),
    *("hexagon", "arrow", "cube", "spiral", "crescent", "building", "road", "sign", "cake"),
)
_OTHER_COLOURS = ("brown", "gray", "grey", "gold", "silver", "beige", "transparent", "striped")

WORDS = sorted(
    set(" ".join((*_SIZES, *_SIDES, *_WHERE, *_BEFORE, *_BLANK)).split())
    | {*_OTHER_THINGS, *_OTHER_COLOURS, *world.VOCABULARY}
    | {"all", "any", "one", "of", "thing", "things", "objects", "shape", "shapes", "crosses"}
    | {f"{shape}s" for shape in world.SHAPES}
)
"""Every word of these phrases."""


@dataclass(frozen=True)
class Phrase:
    """Words, and what answers them.

    Attributes:
        text: The words.
        answers: (81,) bool: the labels of which a picture must show one. None set if no picture
            answers, as for "a dog".
        exact: True if a picture must show all of these labels, and no other.
    """

    text: str
    answers: NDArray[np.bool_]
    exact: bool = False


def of_picture(label: NDArray[np.bool_], random: np.random.Generator) -> Phrase:
    """Return words that a picture answers.

    Args:
        label: (81,) bool: what it shows.
        random: Chooses them.
    """
    shown = np.flatnonzero(label)
    if shown[0] == BACKGROUND:
        return Phrase(str(random.choice(_BLANK)), label)
    if len(shown) > 1 and random.random() < 0.5:
        return Phrase(_listing(random.permutation(shown)), label, exact=True)
    return of_pair(int(random.choice(shown)), random)


def of_pair(pair: int, random: np.random.Generator) -> Phrase:
    """Return words that say the colour and the shape of an object, or one of the two.

    Args:
        pair: Number in NAMES.
        random: Chooses the words.
    """
    colour, shape = NAMES[pair]
    chance = random.random()
    if chance < 0.7:
        return _dressed(f"{colour} {shape}", _where(colour, shape), random)
    if chance < 0.83:
        noun = random.choice(["object", "thing", "one", "shape"])
        simple = [f"something {colour}", f"everything {colour}", colour, f"all {colour} things"]
        if random.random() < 0.5:
            return Phrase(str(random.choice(simple)), _where(colour, ""))
        return _dressed(f"{colour} {noun}", _where(colour, ""), random)
    if chance < 0.98:
        return _dressed(shape, _where("", shape), random)
    plain = random.choice(["something", "everything", "an object", "every object", "a shape"])
    return Phrase(str(plain), _where("", ""))


def wrong(pair: int, random: np.random.Generator) -> Phrase:
    """Return words that an object nearly answers: its colour or its shape is another one.

    Args:
        pair: Number in NAMES of the object.
        random: Chooses the words.
    """
    colours, shapes = len(world.COLOURS), len(world.SHAPES)
    colour, shape = divmod(pair, shapes)
    if random.random() < 0.5:
        colour = (colour + int(random.integers(1, colours))) % colours
    else:
        shape = (shape + int(random.integers(1, shapes))) % shapes
    return of_pair(colour * shapes + shape, random)


def foreign(random: np.random.Generator) -> Phrase:
    """Return words for what this world does not have, "a brown dog"."""
    noun, colour = str(random.choice(_OTHER_THINGS)), str(random.choice(list(world.COLOURS)))
    chance = random.random()
    if chance < 0.35:
        noun = f"{colour} {noun}"
    elif chance < 0.55:
        noun = f"{random.choice(_OTHER_COLOURS)} {random.choice(world.SHAPES)}"
    elif chance < 0.7:
        letters = "".join(random.choice(list("abcdefghijklmnopqrstuvwxyz"), random.integers(3, 8)))
        noun = f"{colour} {letters}" if random.random() < 0.5 else letters
    return _dressed(noun, np.zeros(len(NAMES) + 1, bool), random)


def answered(labels: NDArray[np.bool_], phrases: Sequence[Phrase]) -> NDArray[np.bool_]:
    """Return which pictures answer which phrases, (N, T) bool.

    Args:
        labels: (N, 81) bool: what N pictures show.
        phrases: T of them.
    """
    wanted = np.array([phrase.answers for phrase in phrases])
    exact = np.array([phrase.exact for phrase in phrases])
    shared = labels.astype(np.int64) @ wanted.T.astype(np.int64)
    same = (shared == labels.sum(1)[:, None]) & (shared == wanted.sum(1))
    answers: NDArray[np.bool_] = np.where(exact, same, shared > 0)
    return answers


def _where(colour: str, shape: str) -> NDArray[np.bool_]:
    """Return the labels with a colour and a shape; an empty one stands for any."""
    fits = [colour in ("", name[0]) and shape in ("", name[1]) for name in NAMES]
    return np.array([*fits, False])


def _listing(pairs: NDArray[np.intp]) -> str:
    *rest, last = (article(" ".join(NAMES[pair])) for pair in pairs)
    return f"{', '.join(rest)} and {last}" if rest else last


def _dressed(noun: str, answers: NDArray[np.bool_], random: np.random.Generator) -> Phrase:
    """Put words round a noun that change nothing about what it means here."""
    chance = random.random()
    if chance < 0.5:
        words = article(noun) if random.random() < 0.6 else f"the {noun}"
    elif chance < 0.6:
        words = f"{random.choice(['every', 'any', 'one'])} {noun}"
    elif chance < 0.65:
        words = f"all {noun}{'es' if noun.endswith('s') else 's'}"
    elif chance < 0.8:
        words = f"the {random.choice([*_SIZES, *_SIDES])} {noun}"
    else:
        words = noun
    if random.random() < 0.15:
        words = f"{random.choice(_BEFORE)} {words}"
    if random.random() < 0.15:
        words = f"{words} {random.choice(_WHERE)}"
    return Phrase(words, answers)
