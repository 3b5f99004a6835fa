from dataclasses import dataclass, field

import numpy as np
import pytest

from fastseg_edit.backends.clip import seen
from fastseg_edit.backends.clip.seen import Seen
from fastseg_edit.cutouts import Cutout

PHOTO = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)


@dataclass
class Means:
    """A network to which a picture is its mean colour. It notes how many it sees at a time."""

    side: int = 8
    seen: list = field(default_factory=list)

    def of_pictures(self, pictures):
        self.seen.append(len(pictures))
        return np.array([picture.mean(axis=(0, 1)) for picture in pictures], np.float32)


def masks(count):
    made = []
    for number in range(count):
        mask = np.zeros(PHOTO.shape[:2], bool)
        mask[5:30, 5 * number : 5 * number + 10] = True
        made.append(Cutout.of(mask))
    return made


def test_objects_are_looked_at_in_batches_across_photos():
    network = Means()
    shown = [(PHOTO, each) for each in masks(3)] + [(PHOTO[::-1].copy(), each) for each in masks(4)]
    Seen(network, 0.5, 3).features(shown)
    assert network.seen == [3, 3, 1]


def test_what_was_seen_is_not_looked_at_again_even_in_a_copy():
    network = Means()
    known = Seen(network, 0.5, 8)
    first = known.features([(PHOTO, each) for each in masks(3)])
    again = known.features([(PHOTO.copy(), each) for each in masks(4)[::-1]])
    assert network.seen == [3, 1]
    assert np.array_equal(again[:0:-1], first)


@pytest.mark.parametrize("other", [PHOTO[::-1], PHOTO.reshape(60, 40, 3)], ids=["pixels", "shape"])
def test_another_photo_is_looked_at_anew(other):
    network = Means()
    known = Seen(network, 0.5, 8)
    cutout = masks(1)[0]
    known.features([(PHOTO, cutout), (other, cutout)])
    assert network.seen == [2]


def test_the_same_object_twice_is_looked_at_once():
    network = Means()
    features = Seen(network, 0.5, 8).features([(PHOTO, masks(1)[0])] * 2)
    assert network.seen == [1]
    assert np.array_equal(*features)


def test_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(seen, "_KEPT", 2)
    network = Means()
    known = Seen(network, 0.5, 8)
    one, two, three = ([(PHOTO, each)] for each in masks(3))
    for shown in (one, two, one, three, one, two):
        known.features(shown)
    assert network.seen == [1, 1, 1, 1]
