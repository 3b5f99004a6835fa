"""Models that are built once, and the device that they are told to run on."""

from dataclasses import dataclass

import numpy as np
import pytest

from fastseg_edit import Boxes, models, remove
from fastseg_edit.errors import SpecError
from fastseg_edit.profiles import Profile

LAMA = {"name": "lama", "weights": "lama-mini"}


def test_a_model_is_built_once():
    assert models.get("inpainter", LAMA) is models.get("inpainter", dict(LAMA))


def test_the_device_of_an_edit_reaches_every_model_that_names_none():
    with models.on("cpu"):
        assert models.get("inpainter", LAMA).device == "cpu"
        assert models.get("inpainter", {**LAMA, "device": "auto"}).device == "auto"
    assert models.get("inpainter", LAMA).device == "auto"


def test_a_model_without_networks_has_no_device():
    assert models.takes_device("inpainter", "lama")
    assert not models.takes_device("inpainter", "exemplar")
    with models.on("cpu"):
        assert not hasattr(models.get("inpainter", "blur"), "device")


class Shape:
    """A segmenter that sees of a photo how large it is."""

    def encode(self, image, /):
        return image.shape


def test_a_plain_photo_on_its_side_is_encoded_anew():
    segmenter, upright = Shape(), np.full((6, 4, 3), 255, np.uint8)
    assert models.encode(segmenter, upright) == (6, 4, 3)
    assert models.encode(segmenter, upright.reshape(4, 6, 3)) == (4, 6, 3)


def test_only_the_last_findings_of_a_kind_are_held():
    segmenter, photos = Shape(), [np.full((4, side, 3), 9, np.uint8) for side in range(4, 9)]
    asked = []
    for what in ("part", "tiles of 4", "tiles of 5", "part"):
        for photo in photos:
            models.remember(segmenter, what, photo, lambda what=what: asked.append(what), keep=5)
    assert asked == ["part"] * 5 + ["tiles of 4"] * 5 + ["tiles of 5"] * 5
    models.remember(segmenter, "tiles of 4", photos[0], lambda: asked.append("again"), keep=5)
    assert asked[-1] == "again"


@dataclass
class Seen:
    """An inpainter that remembers nothing but its device."""

    device: str = "auto"


def test_a_model_given_as_an_object_keeps_its_device():
    with models.on("cpu"):
        assert models.get("inpainter", Seen()).device == "auto"


@pytest.mark.parametrize("device", ["cuda:99", "cuda"])
def test_a_device_that_is_not_there_is_refused_in_words(device):
    torch = pytest.importorskip("torch")
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("this machine has one")
    photo = np.full((40, 40, 3), 90, np.uint8)
    with pytest.raises(SpecError, match="this machine has") as caught:
        remove(
            photo,
            Boxes.around(10, 10, 20, 20),
            profile=Profile("lama", segmenter="grabcut", inpainter=LAMA),
            device=device,
        )
    assert caught.value.code == "E_DEVICE"


def test_a_profile_without_networks_runs_on_no_other_device():
    with pytest.raises(SpecError, match="run on the CPU"):
        remove(
            np.zeros((40, 40, 3), np.uint8),
            Boxes.around(10, 10, 20, 20),
            profile="classical",
            device="cuda",
        )
