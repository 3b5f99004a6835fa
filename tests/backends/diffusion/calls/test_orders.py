"""What is left unsaid is settled hole by hole, and what cannot be is refused."""

import dataclasses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_diffusion import BUILDERS, hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.calls.orders import Order, Wishes
from fastseg_edit.errors import SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RED = hole()
PLAIN = dataclasses.replace(RED, caption="", against="red circle")


@pytest.fixture(scope="module")
def mini():
    return Diffusion().painter


@example(1, 1 / 49)
@given(st.integers(1, 60), st.floats(0.01, 1))
def test_a_draft_leaves_at_least_one_step(mini, steps, strength):
    order = Order.of(dataclasses.replace(RED, strength=strength), mini, Wishes(steps))
    assert order.strength == strength
    assert int(order.steps * strength) >= 1
    assert order.steps == steps or int(steps * strength) < 1


def test_a_draft_is_looked_at(painter):
    """The nearer to it the less noise there is."""
    inpainter = painter("sd-mini")
    apart = [
        abs(
            inpainter.inpaint(dataclasses.replace(RED, strength=strength))[RED.mask].astype(int)
            - RED.image[RED.mask]
        ).mean()
        for strength in (0.1, 0.5, 1.0)
    ]
    assert apart == sorted(apart)


@pytest.mark.parametrize("name", BUILDERS)
def test_families_that_begin_with_noise_alone_detail_no_draft(painter, name):
    inpainter, draft = painter(name), dataclasses.replace(RED, strength=0.5)
    assert (inpainter.detail is None) == (name == "kandinsky22")
    if inpainter.detail:
        assert inpainter.inpaint(draft).shape == RED.image.shape
    else:
        with pytest.raises(SpecError, match="start from noise alone"):
            inpainter.inpaint(draft)


def test_the_name_of_what_is_removed_counts_if_asked_for(mini):
    assert Order.of(PLAIN, mini, Wishes()).negative is None
    assert Order.of(PLAIN, mini, Wishes()).guidance == 1
    away = Order.of(PLAIN, mini, Wishes(avoid_removed=True))
    assert (away.negative, away.guidance) == ("red circle", mini.guidance)
    both = Order.of(PLAIN, mini, Wishes(avoid_removed=True, negative="a hand"))
    assert both.negative == "a hand, red circle"


def test_leading_away_needs_guidance(mini):
    for wishes in (Wishes(negative="a hand"), Wishes(avoid_removed=True)):
        with pytest.raises(SpecError, match="needs guidance above 1"):
            Order.of(PLAIN, mini, dataclasses.replace(wishes, guidance=1.0))


def test_a_family_that_compares_nothing_leads_away_from_nothing(checkpoint):
    with pytest.raises(SpecError, match="cannot use a negative caption"):
        Diffusion(weights=str(checkpoint("flux-fill")), avoid_removed=True).inpaint(PLAIN)


def test_holes_that_cannot_share_a_call_are_of_different_kinds(mini):
    draft = dataclasses.replace(RED, strength=0.5)
    kinds = [Order.of(one, mini, Wishes()).kind for one in (RED, PLAIN, draft)]
    assert len(set(kinds)) == 3
    blue = dataclasses.replace(RED, caption="a blue star", seed=9)
    assert Order.of(blue, mini, Wishes()).kind == kinds[0]
