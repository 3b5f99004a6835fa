"""Every family that can use a ControlNet paints with one, and keeps to what it is shown."""

from dataclasses import replace

import numpy as np
import pytest
from small_additions import NETS
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.additions.ways import WAYS

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`FluxPosEmbed` is deprecated:FutureWarning"),  # by itself
]

LAYOUT = np.zeros((64, 64), np.uint16)
LAYOUT[20:40, 20:40] = 7


def inpainter(checkpoint, net, name, condition, **options):
    weights, chosen = str(checkpoint(name)), str(net(name))
    return Diffusion(weights, steps=2, controlnet=chosen, condition=condition, **options)


@pytest.mark.parametrize("name", NETS)
def test_a_controlnet_counts_and_the_same_seed_paints_the_same(checkpoint, net, name):
    condition = WAYS[name.partition(" of ")[0]].conditions[0]
    shown = replace(hole(), layout=LAYOUT)
    with_it = inpainter(checkpoint, net, name, condition)
    painted = with_it.inpaint(shown)
    assert painted.shape == (64, 64, 3)
    assert np.array_equal(painted, with_it.inpaint(shown))
    weaker = inpainter(checkpoint, net, name, condition, controlnet_strength=0.3)
    assert not np.array_equal(painted, weaker.inpaint(shown))
    assert type(with_it.painter.pipeline) is WAYS[with_it.painter.family.name].pipeline


@pytest.mark.parametrize("name", NETS)
def test_holes_in_company_are_painted_as_they_are_alone(checkpoint, net, name):
    condition = WAYS[name.partition(" of ")[0]].conditions[0]
    one, other = replace(hole(), layout=LAYOUT), replace(hole(seed=4), layout=LAYOUT[::-1])
    painter = inpainter(checkpoint, net, name, condition)
    together = painter.inpaint_many([one, other])
    for picture, alone in zip(together, (one, other), strict=True):
        assert np.abs(picture.astype(int) - painter.inpaint(alone)).max() <= 1
