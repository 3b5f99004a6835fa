"""Several holes at once."""

import numpy as np
import pytest
import torch

from fastseg_edit.backends.lama import Lama
from fastseg_edit.backends.lama.painter import Painter
from fastseg_edit.errors import ModelError, ResourceError
from fastseg_edit.protocols import BatchInpainter, Hole


@pytest.fixture
def holes():
    random = np.random.default_rng(0)
    images = random.integers(0, 255, (5, 40, 56, 3), np.uint8)
    masks = np.zeros((5, 40, 56), bool)
    for number, mask in enumerate(masks):
        mask[5 + number : 25, 10 : 20 + 5 * number] = True
    return [Hole(*pair) for pair in zip(images, masks, strict=True)]


def test_it_takes_several_holes(folder):
    assert isinstance(Lama(str(folder)), BatchInpainter)


def test_several_holes_at_once_are_painted_as_one_by_one(folder, holes):
    lama = Lama(str(folder))
    for many, hole in zip(lama.inpaint_many(holes), holes, strict=True):
        apart = np.abs(many.astype(int) - lama.inpaint(hole))
        assert apart.max() <= 1, f"{apart.max()} levels"


def test_a_hole_that_cannot_be_painted_spoils_no_other(folder, holes):
    lama = Lama(str(folder))
    bad = Hole(holes[1].image, holes[1].mask, "a dog")
    first, second, third = lama.inpaint_many([holes[0], bad, holes[2]])
    assert isinstance(second, ModelError)
    assert np.array_equal(first, lama.inpaint(holes[0]))
    assert np.array_equal(third, lama.inpaint(holes[2]))


def test_no_holes_are_no_pictures(folder):
    assert Lama(str(folder)).inpaint_many([]) == []


class Spoilt(torch.nn.Module):
    """A network that has no number for a picture that is dark."""

    def forward(self, image, mask):
        dark = image.mean((1, 2, 3), keepdim=True) < 0.2
        return torch.where(dark, torch.nan, image * (1 - mask) + 0.5 * mask)


def test_what_is_no_number_is_refused_and_spoils_no_other(holes):
    pictures = [(holes[0].image, holes[0].mask), (holes[1].image // 8, holes[1].mask)]
    painter = Painter(Spoilt(), torch.device("cpu"), 1 << 20)
    light, dark = painter.many(pictures)
    assert isinstance(dark, ModelError)
    assert dark.code == "E_MODEL_OUTPUT"
    assert np.all(light[holes[0].mask] == 128)


class Narrow(torch.nn.Module):
    """A network for which memory runs out with more than one picture, or with a large one."""

    def forward(self, image, mask):
        if image[:, 0].numel() > 40 * 56:
            raise torch.OutOfMemoryError
        return image * (1 - mask) + 0.5 * mask


def test_where_memory_runs_out_fewer_are_painted_at_once(holes):
    painter = Painter(Narrow(), torch.device("cpu"), 1 << 20)
    painted = painter.many([(hole.image, hole.mask) for hole in holes])
    assert [int(each[hole.mask].mean()) for each, hole in zip(painted, holes, strict=True)] == (
        [128] * len(holes)
    )


def test_one_that_does_not_fit_into_memory_is_named():
    painter = Painter(Narrow(), torch.device("cpu"), 1 << 20)
    [outcome] = painter.many([(np.zeros((64, 64, 3), np.uint8), np.ones((64, 64), bool))])
    assert outcome.code == "E_MEMORY"
    assert "64x64" in outcome.message


class Full(torch.nn.Module):
    """A network on a processor whose memory is full, as torch puts it there."""

    def forward(self, *_):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")


def test_a_processor_without_memory_is_named():
    painter = Painter(Full(), torch.device("cpu"), 1 << 20)
    [outcome] = painter.many([(np.zeros((64, 64, 3), np.uint8), np.ones((64, 64), bool))])
    assert outcome.code == "E_MEMORY"


def test_other_failures_are_no_lack_of_memory(holes):
    painter = Painter(torch.nn.Bilinear(3, 1, 1), torch.device("cpu"), 1 << 20)
    with pytest.raises((RuntimeError, AssertionError)):
        painter.many([(holes[0].image, holes[0].mask)])


def test_a_refinement_without_memory_is_named(folder):
    lama = Lama(str(folder), largest=128**2, refine=1)
    lama.network.finish = Full().forward
    image = np.zeros((200, 200, 3), np.uint8)
    mask = np.zeros((200, 200), bool)
    mask[50:150, 50:150] = True
    with pytest.raises(ResourceError, match="not enough memory"):
        lama.inpaint(Hole(image, mask))
