"""Measure the opacity and the colours found at the rims of drawn objects.

    python tests/benchmarks/matting/run.py [--scenes N] [--split validation|test]

The foremost object of a scene, sharp or out of focus, is laid over the rest of it, so that its
opacity, its colours and what is behind it are known. Its mask is the true one, or one with an
outline that wavers by some pixels. Within 10 pixels of the mask's outline, and wherever the object
is transparent in part, four figures are taken, lower is better:

    MSE, SAD   mean squared and mean absolute error of the opacity, times 1000
    levels     mean error of the object over another background, in levels of 0 to 255
    halo       share of the old background that shows over the new one, times 1000
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from fastseg_edit import world
from fastseg_edit.ops import foreground, guided, matting, morphology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

SIDE = 384  # pixels of a scene
REACH = 10
DEFOCUS = (0.0, 1.5, 3.0)  # standard deviations in pixels, by which the scenes take turns
WAVES = 8.0  # pixels
LEAST = 30.0  # levels that two backgrounds differ by where a halo could be seen


class Case(NamedTuple):
    """One object, what was behind it, what will be, and its mask."""

    image: ImageArray
    alpha: NDArray[np.float32]
    colours: NDArray[np.float32]
    behind: NDArray[np.float32]
    new: NDArray[np.float32]
    mask: MaskArray


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", type=int, default=30)
    parser.add_argument("--split", default="validation", choices=("validation", "test"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows, seconds = defaultdict(list), defaultdict(float)
    for case in cases(options.split, options.scenes):
        for name, method in METHODS.items():
            start = time.process_time()
            found = method(case.image, case.mask)
            seconds[name] += time.process_time() - start
            rows[name].append(figures(case, *found))
    print(f"{'':16s}    MSE    SAD levels   halo      s")
    for name, measured in rows.items():
        means = " ".join(f"{mean:6.1f}" for mean in np.mean(measured, axis=0))
        print(f"{name:16s} {means} {seconds[name] / len(measured):6.3f}")


def cases(split: str, count: int) -> Iterator[Case]:
    """Yield objects, each with its true mask and with one that wavers."""
    for number in range(count):
        seed = world.Split(split).seed(number)
        scene, other = (world.draw(each, size=SIDE) for each in (seed, seed + 1))
        layer, random = scene.layers[-1], np.random.default_rng(number)
        alpha, colours = np.zeros(scene.size, np.float32), np.zeros(scene.photo.shape, np.float32)
        alpha[layer.window], colours[layer.window] = layer.coverage / 255, layer.colours
        if defocus := DEFOCUS[number % len(DEFOCUS)]:
            shown = cv2.GaussianBlur(colours * alpha[..., None], (0, 0), defocus)
            alpha = cv2.GaussianBlur(alpha, (0, 0), defocus)
            colours = shown / np.maximum(alpha, 1e-6)[..., None]
        behind = scene.without(len(scene.layers) - 1).astype(np.float32)
        image = np.rint(over(colours, alpha, behind)).astype(np.uint8)
        for mask in (alpha > 0.5, wavering(alpha, random)):
            if mask.any():
                yield Case(image, alpha, colours, behind, other.plate.astype(np.float32), mask)


def wavering(alpha: NDArray[np.float32], random: np.random.Generator) -> MaskArray:
    """Return a mask as a network makes it: rounded, and off by some pixels here and there."""
    waves = cv2.GaussianBlur(random.normal(size=alpha.shape).astype(np.float32), (0, 0), WAVES)
    level = np.clip(0.5 + 0.15 * waves / waves.std(), 0.1, 0.9)
    return np.asarray(cv2.GaussianBlur((alpha > 0.5).astype(np.float32), (0, 0), 2.5) > level)


def over(
    colours: NDArray[np.float32], alpha: NDArray[np.float32], under: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Lay colours of known opacity over a picture."""
    return alpha[..., None] * colours + (1 - alpha[..., None]) * under


def figures(case: Case, alpha: NDArray[np.float32], colours: ImageArray) -> tuple[float, ...]:
    """Return the four figures."""
    depth = np.maximum(morphology.depth(case.mask), morphology.depth(~case.mask))
    band = (depth <= REACH) | ((case.alpha > 0) & (case.alpha < 1))
    wrong = (alpha - case.alpha)[band]
    error = over(colours.astype(np.float32), alpha, case.new)
    error = (error - over(case.colours, case.alpha, case.new))[band]
    change = (case.behind - case.new)[band]
    size = (change**2).sum(axis=1)
    seen = size > LEAST**2
    halo = np.abs((error * change).sum(axis=1)[seen] / size[seen])
    shares = 1000 * np.square(wrong).mean(), 1000 * np.abs(wrong).mean()
    return (*shares, np.abs(error).mean(), 1000 * halo.mean() if seen.any() else 0.0)


def hard(image: ImageArray, mask: MaskArray) -> tuple[NDArray[np.float32], ImageArray]:
    """Take the mask as it is."""
    return mask.astype(np.float32), image


def filtered(image: ImageArray, mask: MaskArray) -> tuple[NDArray[np.float32], ImageArray]:
    """Smooth the mask along the photo's edges by the guided filter."""
    smooth = guided.guided_filter(image, mask.astype(np.float32), REACH, 1e-6)
    near = np.maximum(morphology.depth(mask), morphology.depth(~mask)) <= REACH
    alpha = np.where(near, np.clip(smooth, 0, 1), mask).astype(np.float32)
    return alpha, foreground.colours(image, alpha)


def matted(image: ImageArray, mask: MaskArray) -> tuple[NDArray[np.float32], ImageArray]:
    """Find opacity and colours as edits do."""
    alpha = matting.opacity(image, mask, REACH)
    return alpha, foreground.colours(image, alpha)


METHODS = {"mask as it is": hard, "guided filter": filtered, "opacity": matted}

if __name__ == "__main__":
    main()
