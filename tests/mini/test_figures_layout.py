"""The figures of sd-mini-control, on a few scenes."""

from random import Random

import numpy as np
import pytest

from fastseg_edit.mini.figures import layout
from fastseg_edit.mini.figures.layout import Outlined, Renewed
from fastseg_edit.world import Split

SEEDS = [Split.VALIDATION.seed(number) for number in range(2)]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_to_be_repainted_is_one_region_of_the_layout_inside_the_hole(seed):
    case = Outlined.of(seed)
    numbers = set(case.layout[case.region])
    assert len(numbers) == 1
    assert np.array_equal(case.layout == numbers.pop(), case.region)
    assert case.hole[case.region].all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layout_has_a_number_for_each_region_and_none_elsewhere(seed):
    case = Renewed.of(seed)
    assert set(case.layout.flat) == {*range(len(case.regions) + 1)}
    assert np.array_equal(case.layout > 0, case.regions.any(0))
    assert all(colour in case.caption for colour in case.colours)


def test_numbers_of_regions_follow_no_order():
    masks = np.eye(6, dtype=bool)[:, None]
    orders = {tuple(layout.numbered([*masks], Random(seed))[0]) for seed in range(9)}
    assert len(orders) > 3
    assert all(sorted(order) == [1, 2, 3, 4, 5, 6] for order in orders)


def test_with_the_controlnet_outlines_are_kept_and_without_it_they_are_not():
    figures = layout.measure(SEEDS)
    assert figures["layout_iou"] > figures["layout_iou_without"] + 0.1, figures
    assert figures["layout_scene_iou"] > figures["layout_scene_iou_without"] + 0.1, figures
    assert figures["layout_colour"] >= 0.5, figures
