"""The network itself."""

import pytest
import torch

from fastseg_edit.backends.lama.network import Configuration, Generator
from fastseg_edit.errors import SpecError


def test_a_network_needs_channels_to_split():
    with pytest.raises(SpecError, match="width"):
        Configuration(width=2)


def test_the_defaults_are_of_the_size_of_big_lama():
    with torch.device("meta"):
        parameters = sum(each.numel() for each in Generator(Configuration()).parameters())
    assert parameters == pytest.approx(51e6, rel=0.02)


@pytest.mark.parametrize("residual", [True, False])
def test_the_network_paints_colours_and_keeps_the_rest(residual, network):
    image, mask = torch.rand(2, 3, 32, 48), torch.zeros(2, 1, 32, 48)
    mask[:, :, 8:20, 8:30] = 1
    painted = network(residual=residual)(image, mask)
    known = mask.expand_as(image) == 0
    assert torch.equal(painted[known], image[known])
    assert painted.min() >= 0
    assert painted.max() <= 1


def test_one_pixel_is_heard_everywhere(network):
    tiny = network()
    features = torch.zeros(1, 32, 16, 16)
    other = features.clone()
    other[:, :, 0, 0] = 1
    with torch.no_grad():
        apart = (tiny.blocks(features) - tiny.blocks(other)).abs().amax(1)
    assert (apart > 0).float().mean() > 0.99
