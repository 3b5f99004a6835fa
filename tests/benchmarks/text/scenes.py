"""Drawn scenes, and what they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from fastseg_edit import world
from fastseg_edit.world.captions import article

KINDS = ("plain", "alike", "several")
"""Four objects of any kind; four that share colours or shapes; five, some of them the same."""

SIDE = 256
_IN_VAIN = 2  # absent things of each kind that a scene is asked for


@dataclass(frozen=True)
class Query:
    """Words, and what is right for them.

    Attributes:
        kind: full ("a red circle"), colour, shape, every, or absent.
        words: What is asked for.
        things: Numbers of the objects of which one is right, or all for every; none if absent.
    """

    kind: str
    words: str
    things: tuple[int, ...] = ()


def draw(kind: str, seed: int) -> world.Scene:
    """Return a scene of a kind."""
    random = Random(f"{kind} {seed}")
    colours, shapes = list(world.COLOURS), list(world.SHAPES)
    if kind == "plain":
        return world.draw(seed, SIDE, world.Options(fewest=4, most=4, distinct=True))
    few = {"colours": tuple(random.sample(colours, 2))}
    few["shapes"] = tuple(random.sample(shapes, 3 if kind == "alike" else 2))
    if kind == "alike":
        return world.draw(seed, SIDE, world.Options(fewest=4, most=4, distinct=True, **few))
    return world.draw(seed, SIDE, world.Options(fewest=5, most=5, **few))


def queries(kind: str, scene: world.Scene) -> list[Query]:
    """Return what a scene is asked for: one object or, where there are several, all of a kind."""
    if kind == "several":
        return [Query("every", each.text, each.things) for each in scene.phrases if each.every]
    asked = []
    for each in scene.phrases:
        noun = each.text.partition(" ")[2]
        if each.text == article(noun):
            words = noun.split()
            sort = "colour" if "object" in words else "full" if len(words) == 2 else "shape"
            asked.append(Query(sort, each.text, each.things))
    for near in (0, 1, 2):
        texts = [each.text for each in scene.absent if each.near == near]
        chosen = Random(scene.seed).sample(texts, min(_IN_VAIN, len(texts)))
        asked += [Query("absent", text) for text in chosen]
    return asked
