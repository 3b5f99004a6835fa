"""Choose from which score on clip-mini says "this is it", and write that beside its weights.

Run: python examples/train_mini/clip_threshold.py FOLDER

Both thresholds are chosen on validation scenes, with the masks that fastsam-mini finds there: where
as many right answers as possible are kept while as many wrong ones as possible are refused.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from rich.progress import track

from fastseg_edit import models, world
from fastseg_edit.backends.clip import Clip
from fastseg_edit.backends.clip.thresholds import FILE, Thresholds, best, shares
from fastseg_edit.prompt import Reference, Text
from fastseg_edit.world.captions import article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.candidates import Candidates
    from fastseg_edit.world import Scene

SIDE = 256
OPTIONS = world.Options(fewest=1, most=6, distinct=True)
PORTRAITS = 1_000_000  # number of the first scene with a single object
RIGHT = 0.5  # IoU from which on a mask is of the object that was asked for

Answer = tuple[float, bool]
"""The best score of any mask, and whether that mask is right; never for what is not there."""


def asked(scene: Scene, found: Candidates, ranker: Clip) -> Iterator[tuple[bool, Answer]]:
    """Yield answers to phrases: for each whether its object is there, and the answer."""
    random = Random(scene.seed)
    for number, thing in enumerate(scene.things):
        for noun in (thing.name, f"{thing.colour} object", thing.shape):
            same = [each for each in scene.things if set(noun.split()) - {"object"} <= words(each)]
            if len(same) == 1:
                ranked = ranker.rank(scene.photo, found, Text(article(noun)))
                yield True, answer(scene, ranked, number)
    for near, count in ((2, 3), (1, 3), (0, 2)):
        texts = [each.text for each in scene.absent if each.near == near]
        for text in random.sample(texts, min(count, len(texts))):
            yield False, answer(scene, ranker.rank(scene.photo, found, Text(text)), -1)


def shown(scene: Scene, found: Candidates, ranker: Clip) -> Iterator[tuple[bool, Answer]]:
    """Yield answers to references: photos of what is there, and of what is nearly there."""
    for number, thing in enumerate(scene.things):
        ranked = ranker.rank(scene.photo, found, portrait(thing.name, scene.seed + number))
        yield True, answer(scene, ranked, number)
    for text in Random(scene.seed).sample([each.text for each in scene.absent if each.near], 4):
        like = portrait(text.partition(" ")[2], scene.seed)
        yield False, answer(scene, ranker.rank(scene.photo, found, like), -1)


def portrait(name: str, seed: int) -> Reference:
    """Return a validation photo of one object, "red circle", with its mask."""
    colour, shape = name.split()
    options = world.Options(most=1, colours=(colour,), shapes=(shape,))
    scene = world.draw(world.Split.VALIDATION.seed(seed + PORTRAITS), SIDE, options)
    return Reference(scene.photo, scene.visible[0])


def words(thing: world.Thing) -> set[str]:
    """Return the colour and the shape of an object."""
    return {thing.colour, thing.shape}


def answer(scene: Scene, ranked: Candidates, number: int) -> Answer:
    """Return the best score, and whether its mask is that of an object; -1 for none."""
    if not len(ranked):
        return -1.0, False
    best = int(ranked.scores.argmax())
    if number < 0:
        return float(ranked.scores[best]), False
    mask, true = ranked[best], scene.visible[number]
    return float(ranked.scores[best]), bool((mask & true).sum() > RIGHT * (mask | true).sum())


def divided(answers: list[tuple[bool, Answer]]) -> tuple[list[float], list[float]]:
    """Return the scores of what is there, -1 where the mask is wrong, and of what is not."""
    there = [score if right else -1.0 for present, (score, right) in answers if present]
    return there, [score for present, (score, _) in answers if not present]


def main() -> None:
    """Choose both thresholds, and write them."""
    parser = argparse.ArgumentParser(description="Choose the thresholds of clip-mini.")
    parser.add_argument("folder", type=Path, help="where the weights lie")
    parser.add_argument("--scenes", type=int, default=200)
    given = parser.parse_args()
    # At this threshold the scores for references are cosines too.
    ranker = Clip(str(given.folder), threshold=Thresholds.of(given.folder).reference)
    segmenter = models.get("segmenter", {"name": "fastsam", "weights": "fastsam-mini"})
    by_words, by_reference = [], []
    for index in track(range(given.scenes), "validation"):
        scene = world.draw(world.Split.VALIDATION.seed(index), SIDE, OPTIONS)
        found = segmenter.predict(segmenter.encode(scene.photo), None)
        by_words += asked(scene, found, ranker)
        by_reference += shown(scene, found, ranker)
    scores = {"words": divided(by_words), "reference": divided(by_reference)}
    chosen = {name: best(*each) for name, each in scores.items()}
    (given.folder / FILE).write_text(json.dumps(chosen) + "\n", "utf-8")
    for name, each in scores.items():
        for level in chosen[name] + np.arange(-0.1, 0.11, 0.05):
            found_share, refused = shares(*each, level)
            print(f"{name} {level:.3f}: found {found_share:.4f}, refused {refused:.4f}")


if __name__ == "__main__":
    main()
