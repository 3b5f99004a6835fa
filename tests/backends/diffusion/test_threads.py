"""Threads share one inpainter, and each gets what it would get alone."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion

HOLES = [hole(seed=seed) for seed in range(8)]


def test_pictures_are_the_same_as_alone():
    alone, shared = (Diffusion(steps=3) for _ in range(2))
    wanted = [alone.inpaint(one) for one in HOLES]
    with ThreadPoolExecutor(4) as pool:
        painted = list(pool.map(shared.inpaint, HOLES))
    for one, other in zip(painted, wanted, strict=True):
        assert np.array_equal(one, other)


def test_the_networks_are_loaded_once():
    shared = Diffusion()
    with ThreadPoolExecutor(4) as pool:
        sides = pool.map(lambda _: (shared.native, id(shared.painter)), range(8))
    assert len(set(sides)) == 1


def test_a_copy_of_one_at_work_waits_for_nobody():
    used = Diffusion(steps=1)
    wanted = used.inpaint(HOLES[0])
    again = copy.deepcopy(used)
    assert again == used
    assert np.array_equal(again.inpaint(HOLES[0]), wanted)
