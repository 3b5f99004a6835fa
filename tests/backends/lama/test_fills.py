"""The two fills without training that the network chooses between."""

import numpy as np
import pytest
import torch

from fastseg_edit.backends.lama.similar import continued
from fastseg_edit.backends.lama.smooth import filled


def test_a_smooth_fill_keeps_one_colour_and_what_is_known():
    known = torch.full((1, 3, 37, 50), 0.3)
    mask = torch.zeros(1, 1, 37, 50)
    mask[:, :, 5:30, 10:44] = 1
    assert torch.allclose(filled(known * (1 - mask), mask), known, atol=1e-5)


def test_a_smooth_fill_stays_between_the_colours_round_it():
    known, mask = torch.rand(1, 3, 40, 40), torch.zeros(1, 1, 40, 40)
    mask[:, :, 12:28, 12:28] = 1
    smooth = filled(known * (1 - mask), mask)
    assert torch.equal(smooth * (1 - mask), known * (1 - mask))
    assert known.min() <= smooth.min()
    assert smooth.max() <= known.max() + 1e-6


def checks(side, cell):
    rows, columns = np.indices((side, side)) // cell
    levels = torch.from_numpy(((rows + columns) % 2 * 0.3 + 0.4).astype(np.float32))
    mask = torch.zeros(1, 1, side, side)
    mask[..., side // 3 : side // 2, side // 3 : side // 2] = 1
    return levels.expand(1, 3, side, side), mask


@pytest.mark.parametrize("cell", [4, 7])
def test_a_fill_by_likeness_continues_what_repeats(cell):
    picture, mask = checks(64, cell)
    apart = (continued(picture * (1 - mask), mask) - picture).abs()
    assert apart.max() < 0.03, f"{float(apart.max()):.3f}"


def test_a_fill_by_likeness_leaves_objects_out():
    picture, mask = checks(64, 4)
    with_object = picture.clone()
    with_object[:, :, 40:56, 40:56] = torch.tensor([1.0, 0.0, 0.0])[:, None, None]
    painted = continued(with_object * (1 - mask), mask)
    apart = ((painted - picture) * mask).abs()
    assert apart.max() < 0.05, f"{float(apart.max()):.3f}"


def test_a_fill_by_likeness_is_the_same_in_any_company():
    picture, mask = checks(32, 4)
    other = torch.rand(1, 3, 32, 32)
    alone = continued(other * (1 - mask), mask)
    both = torch.cat((picture, other)) * (1 - mask)
    assert torch.allclose(continued(both, mask.repeat(2, 1, 1, 1))[1:], alone, atol=1e-4)


def test_where_nothing_is_known_a_fill_is_grey():
    mask = torch.ones(1, 1, 16, 16)
    assert torch.allclose(continued(torch.zeros(1, 3, 16, 16), mask), torch.tensor(0.5))
