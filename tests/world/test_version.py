"""A seed means what it meant. If one of these fails on purpose, raise `world.VERSION`."""

import hashlib

import numpy as np
import pytest

from fastseg_edit import world


def words(scene):
    """Everything that is drawn, as text."""
    lines = [
        f"{thing.name} {thing.rgb} {thing.turn:.4f} {thing.shading:.4f} {thing.radius:.6f}"
        f" {thing.centre[0]:.6f} {thing.centre[1]:.6f} {thing.light[0]:.4f} {thing.light[1]:.4f}"
        for thing in scene.things
    ]
    return "\n".join([scene.background, *lines])


def look(scene):
    """Mean and spread of the channels, the pixels' roughness, and the area of all objects.

    Not a hash of the pixels: another build of OpenCV may round a few of them the other way.
    """
    photo = scene.photo.astype(float)
    roughness = np.abs(np.diff(photo, axis=0)).mean()
    area = scene.coverage.sum() / 255 / 64
    return [*photo.mean(axis=(0, 1)), *photo.std(axis=(0, 1)), roughness, area]


def test_seeds_decide_on_the_same_objects_as_ever():
    text = "\n".join(words(world.draw(seed, 32)) for seed in range(60))
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert (world.VERSION, digest) == (
        1,
        "4785969316e05af785b2b86ccd14a531c4477018c641bfc6c97a6e6372a5dfad",
    )


LOOKS = {
    0: [119.9, 104.0, 113.6, 32.7, 23.9, 27.7, 5.7, 5.6],  # blobs
    1: [150.6, 149.0, 158.2, 46.1, 37.3, 31.2, 7.6, 9.8],  # stripes
    2: [152.1, 177.4, 162.6, 56.6, 46.6, 65.6, 4.4, 17.9],  # plain
    3: [129.1, 135.3, 135.4, 32.0, 35.3, 34.8, 4.3, 8.0],  # noise
    5: [170.4, 144.8, 130.8, 54.1, 32.1, 35.1, 4.5, 12.5],  # wood
    8: [127.2, 122.0, 131.0, 45.0, 39.8, 54.3, 10.9, 17.9],  # checks
    9: [174.3, 149.7, 152.6, 50.2, 36.8, 36.8, 7.7, 15.7],  # bricks
    10: [137.4, 176.8, 162.9, 36.0, 23.0, 30.2, 5.4, 10.3],  # gradient
}


@pytest.mark.parametrize("seed", LOOKS)
def test_scenes_look_as_ever(seed):
    assert look(world.draw(seed)) == pytest.approx(LOOKS[seed], abs=0.15)
