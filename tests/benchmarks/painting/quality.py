"""How good what is painted is, by inpainter and by what is done round it, on drawn scenes.

What is done is taken away piece by piece: "whole photo" shows the model the whole photo, scaled to
its own side, as some peers do; "window" cuts a window; "tone and blend" adds what hides the seam;
"verify" looks at the result and tries up to three times. Removal is measured against the true scene
behind the object, and against Telea's method in the same run. A filling counts if a judge without
learned parts sees the colour and the shape asked for; a replacement, if moreover the words have
found the object.

    python tests/benchmarks/painting/quality.py [--split test] [--count 60]
"""

import argparse
from random import Random
from time import process_time

import numpy as np
import torch

from fastseg_edit import Edit, Pipeline, Text, operations, world
from fastseg_edit.edit import required
from fastseg_edit.errors import NoObjectError
from fastseg_edit.mini.figures.diffusion import Filling
from fastseg_edit.mini.figures.removal import Removal
from fastseg_edit.ops import morphology
from fastseg_edit.stages import Composite, Inpaint, Segment, Select, Verify
from fastseg_edit.stages.verify import LEFT
from fastseg_edit.world import judge
from fastseg_edit.world.captions import article

MODELS = {
    "exemplar": "exemplar",
    "lama-mini": {"name": "lama", "weights": "lama-mini"},
    "sd-mini": {"name": "diffusion", "weights": "sd-mini"},
}
WHOLE = 100_000  # pixels of context: more than any photo has
LOOKING = Pipeline(
    Segment(
        {"name": "fastsam", "weights": "fastsam-mini"},
        ranker={"name": "clip", "weights": "clip-mini"},
        fallback=(),
    ),
    Select(),
)
SCENES = world.Options(fewest=2, most=4, distinct=True)


def stages(model, way, removing):
    """Return the stages that paint, in one of the four ways."""
    whole = WHOLE if way == "whole photo" else None
    plain = way in ("whole photo", "window")
    tone = "none" if plain else "membrane"
    painting = Pipeline(
        Inpaint(model, context=whole, tone=tone, max_coverage=1),
        Composite(0 if plain else 3, "poisson" if removing and not plain else "feather"),
    )
    if way != "verify":
        return painting
    return Pipeline(Verify(LOOKING, painting, 3))


def removal(model, way, seeds):
    """Return mean PSNR above Telea's, its standard error, and CPU seconds an edit."""
    gains, started = [], process_time()
    for seed in seeds:
        case = Removal.of(seed)
        scene = world.draw(seed, 256)
        name = scene.things[Random(seed).randrange(len(scene.things))].name
        edit = Edit(case.photo, Text(article(name)), mask=case.mask)
        picture = stages(model, way, removing=True)(edit).result
        gains.append(case.psnr(picture) - case.psnr(case.telea()))
    spread = np.std(gains) / len(gains) ** 0.5
    return np.mean(gains), spread, (process_time() - started) / len(seeds)


def tight(way, seeds, pixels=4):
    """Return mean PSNR where the mask is too small, and the share in which the object is found.

    The mask leaves out a rim of the object; what counts is the whole object and its shadow.
    """
    quality, left = [], []
    for seed in seeds:
        case, scene = Removal.of(seed), world.draw(seed, 256)
        number = Random(seed).randrange(len(scene.things))
        mask = morphology.erode(scene.visible[number], pixels)
        if not mask.any():
            continue
        prompt = Text(article(scene.things[number].name))
        edit = stages(MODELS["lama-mini"], way, True)(Edit(case.photo, prompt, mask=mask))
        quality.append(case.psnr(edit.result))
        try:
            found = LOOKING(Edit(edit.result, prompt)).mask
        except NoObjectError:
            found = np.zeros_like(mask)
        visible = scene.visible[number]
        both = np.count_nonzero(found & visible) / np.count_nonzero(found | visible)
        left.append(both > LEFT)
    return np.mean(quality), np.mean(left)


def filling(model, way, seeds):
    """Return the shares of right colours and shapes, and CPU seconds an edit."""
    right, started = [], process_time()
    for seed in seeds:
        case = Filling.of(seed)
        edit = Edit(case.photo, caption=case.caption, mask=case.hole)
        right.append(case.judged(required(stages(model, way, False)(edit).result, "result")))
    return *np.mean(right, 0), (process_time() - started) / len(seeds)


def replacement(seeds, **settings):
    """Return the shares of objects found, and of those that are right in the end."""
    found, right = [], []
    for seed in seeds:
        random, scene = Random(seed), world.draw(seed, 256, SCENES)
        number = random.randrange(len(scene.things))
        thing = scene.things[number]
        colour = random.choice([each for each in world.COLOURS if each != thing.colour])
        shape = random.choice([each for each in world.SHAPES if each != thing.shape])
        try:
            edited = operations.replace(
                scene.photo,
                Text(article(thing.name)),
                article(f"{colour} {shape}"),
                profile="mini",
                **settings,
            )
        except NoObjectError:
            found.append(False)
            right.append(False)
            continue
        visible, chosen = scene.visible[number], edited.objects[0]
        overlap = np.count_nonzero(visible & chosen) / np.count_nonzero(visible | chosen)
        found.append(overlap > 0.5)
        seen = judge.painted(edited.image, scene.without(number), edited.mask)
        good = seen.any() and judge.colour_of(edited.image, seen)[0] == colour
        right.append(overlap > 0.5 and good and judge.shape_of(seen)[0] == shape)
    return np.mean(found), np.mean(right)


def main():
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--count", type=int, default=60)
    given = parser.parse_args()
    torch.set_num_threads(1)
    split = world.Split[given.split.upper()]
    seeds = [split.seed(number) for number in range(given.count)]
    ways = ("whole photo", "window", "tone and blend", "verify")
    print(f"{given.count} scenes of split {given.split}\nremoval: dB above Telea")
    for name, model in MODELS.items():
        for way in ways:
            if name == "exemplar" and way == "whole photo":
                continue  # it has no side of its own to scale to
            gain, spread, seconds = removal(model, way, seeds)
            print(
                f"  {name:10} {way:15} {gain:+6.2f} +- {spread:.2f}  {seconds:5.2f} s", flush=True
            )
    print("removal, lama-mini, masks 4 pixels too small: PSNR, found again")
    for way in ("tone and blend", "verify"):
        print("  {:15} {:.2f} {:.3f}".format(way, *tight(way, seeds)), flush=True)
    print("filling, sd-mini: colour right, shape right")
    for way in ways:
        colour, shape, seconds = filling(MODELS["sd-mini"], way, seeds)
        print(f"  {way:15} {colour:.3f} {shape:.3f}  {seconds:5.2f} s", flush=True)
    print("words to another object: found, right in the end")
    for settings in ({}, {"verify": 3}):
        print(f"  {settings or 'as it is'!s:15} {replacement(seeds, **settings)}", flush=True)


if __name__ == "__main__":
    main()
