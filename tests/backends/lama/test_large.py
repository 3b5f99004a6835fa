"""Windows larger than what goes through the network at once, and refinement."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from small_lama import published

from fastseg_edit import running
from fastseg_edit.backends.lama import Lama
from fastseg_edit.backends.lama.coarse import Tiles, drafted
from fastseg_edit.backends.lama.refine import refined
from fastseg_edit.errors import Cancelled, SpecError
from fastseg_edit.protocols import Hole

SMALL = 128**2  # the least that may go through at once


@pytest.fixture
def large():
    """A smooth picture of 200x260 pixels with a wide hole, in which an old object lies."""
    rows, columns = np.mgrid[:200, :260]
    image = np.dstack([rows // 2 + 60, columns // 2 + 40, rows // 3 + 90]).astype(np.uint8)
    mask = np.hypot(rows - 100, columns - 130) < 70
    image[mask] = (255, 0, 0)
    return Hole(image, mask)


def mean(image, mask):
    """Paint the mean of what is known, as a network would that sees no more."""
    painted = image.copy()
    painted[mask] = image[~mask].mean(axis=0)
    return painted


def test_a_large_window_keeps_its_size_and_what_is_known(folder, large):
    painted = Lama(str(folder), largest=SMALL).inpaint(large)
    assert painted.shape == large.image.shape
    assert np.array_equal(painted[~large.mask], large.image[~large.mask])


def test_nothing_of_the_old_object_gets_into_a_large_window(folder, large):
    lama = Lama(str(folder), largest=SMALL)
    other = large.image.copy()
    other[large.mask] = (0, 255, 0)
    assert np.array_equal(lama.inpaint(large), lama.inpaint(Hole(other, large.mask)))


def test_a_draft_knows_nothing_of_the_old_object(large):
    draft = drafted(mean, large.image, large.mask, 5000)
    known = large.image[~large.mask]
    assert draft[large.mask][:, 0].max() < known[:, 0].max() + 5 < large.image.max()
    assert np.array_equal(draft[~large.mask], known)


@pytest.mark.parametrize("size", [(1181, 1583), (947, 1213), (1025, 1024)])
def test_a_draft_has_no_more_pixels_than_it_may_have(size):
    mask = np.zeros(size, bool)
    mask[400:500, 400:500] = True
    seen = []
    drafted(
        lambda image, hole: seen.append(hole.size) or image,
        np.zeros((*size, 3), np.uint8),
        mask,
        1 << 20,
    )
    assert seen[0] <= 1 << 20


def test_tiles_of_one_colour_show_no_seam():
    image = np.full((300, 280, 3), 77, np.uint8)
    mask = np.zeros((300, 280), bool)
    mask[60:260, 30:250] = True
    assert np.all(Tiles(image, mask, image, 96).painted(mean) == 77)


def test_deep_in_the_hole_the_draft_stands(large):
    draft = large.image.copy()
    draft[large.mask] = (10, 200, 30)
    painted = Tiles(large.image, large.mask, draft, 128).painted(mean)
    assert np.all(painted[90:110, 120:140] == (10, 200, 30))


def test_no_tile_is_larger_than_what_goes_through_at_once(large):
    sizes = []

    def paint(image, mask):
        sizes.append(mask.size)
        return mean(image, mask)

    Tiles(large.image, large.mask, large.image, 128).painted(paint)
    assert max(sizes) <= SMALL


def test_every_tile_is_told_and_can_end_the_work(folder, large):
    heard = []

    def listen(number, total):
        heard.append((number, total))
        raise Cancelled

    with running.watched(listen), pytest.raises(Cancelled):
        Lama(str(folder), largest=SMALL).inpaint(large)
    assert heard == [(1, heard[0][1])]


@pytest.mark.parametrize("residual", [True, False])
def test_a_refined_picture_comes_nearer_to_its_draft(residual, network):
    torch.manual_seed(0)
    image, mask = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
    mask[..., 16:48, 16:48] = 1
    image = image * (1 - mask) + torch.tensor([0.2, 0.9, 0.1])[:, None, None] * mask
    tiny = network(residual=residual).requires_grad_(False)
    torch.nn.init.normal_(tiny.decoder[-1].weight, std=0.1)
    before = {name: each.clone() for name, each in tiny.state_dict().items()}
    first, last = (
        (refined(tiny, (image, mask), (32, 32), steps) - image).abs().mean() for steps in (1, 20)
    )
    assert last < first
    assert all(torch.equal(before[name], each) for name, each in tiny.state_dict().items())


def test_a_large_window_can_be_refined(tmp_path, large):
    path = tmp_path / "model.safetensors"
    save_file(published().state_dict(), path)
    plain, drawn = (Lama(str(path), largest=SMALL, refine=steps).inpaint(large) for steps in (0, 4))
    assert np.array_equal(drawn[~large.mask], large.image[~large.mask])
    assert not np.array_equal(drawn, plain)


def test_a_program_whose_layers_are_not_known_cannot_be_refined(tmp_path, large):
    class Grey(torch.nn.Module):
        def forward(self, image, mask):
            return image * (1 - mask) + 0.5 * mask

    path = tmp_path / "model.pt"
    picture, mask = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
    with pytest.warns(FutureWarning, match=r"torch\.jit"):
        torch.jit.trace(Grey(), (picture, mask)).save(path)
    with pytest.raises(SpecError, match="refine needs the layers"):
        Lama(str(path), largest=SMALL, refine=1).inpaint(large)
