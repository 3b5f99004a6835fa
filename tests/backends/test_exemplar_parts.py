"""Laws of the parts that the embedded inpainter is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit.backends.exemplar import search
from fastseg_edit.backends.exemplar.borders import moved
from fastseg_edit.backends.exemplar.labels import Region, doubled, labelled
from fastseg_edit.backends.exemplar.patches import SIDE, Descriptor, level_of
from fastseg_edit.backends.exemplar.pyramid import levels_of, shrink
from fastseg_edit.backends.exemplar.search import Matches, Searcher
from fastseg_edit.backends.exemplar.vote import Voter
from fastseg_edit.backends.exemplar.windows import parts
from fastseg_edit.ops.poisson import solve

masks = st.tuples(st.integers(8, 60), st.integers(8, 60)).flatmap(
    lambda shape: arrays(bool, shape, elements=st.booleans())
)


def dense_solution(right, hole):
    """Solve the same equations by Gaussian elimination."""
    number = np.full(hole.shape, -1)
    number[hole] = np.arange(hole.sum())
    matrix = np.zeros((hole.sum(), hole.sum()))
    for row, column in np.argwhere(hole):
        for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            y, x = row + down, column + across
            if 0 <= y < hole.shape[0] and 0 <= x < hole.shape[1]:
                matrix[number[row, column], number[row, column]] += 1
                if hole[y, x]:
                    matrix[number[row, column], number[y, x]] -= 1
    solution = np.zeros(hole.shape)
    solution[hole] = np.linalg.solve(matrix, right[hole])
    return solution


@pytest.mark.parametrize("shape", [(30, 30), (33, 47), (9, 50)])
@pytest.mark.parametrize("outline", ["disk", "half", "ragged", "line"])
def test_poisson_agrees_with_a_dense_solver(shape, outline):
    y, x = np.mgrid[: shape[0], : shape[1]]
    random = np.random.default_rng(0)
    hole = {
        "disk": (y - shape[0] / 2) ** 2 + (x - shape[1] / 2) ** 2 < (min(shape) * 0.4) ** 2,
        "half": x < shape[1] * 0.7,
        "ragged": random.random(shape) < 0.9,
        "line": y == shape[0] // 2,
    }[outline]
    hole[-1, -1] = False
    right = np.where(hole, random.normal(size=shape), 0).astype(np.float32)
    truth = dense_solution(right, hole)
    error = np.abs(solve(right, hole, 12) - truth).max() / np.abs(truth).max()
    assert error < 0.02, f"{error:.4f} of the largest value"


@given(masks)
def test_parts_hold_the_mask_once(mask):
    count = np.zeros(mask.shape, int)
    for box in parts(mask):
        count[box.slices] += 1
    assert count.max() <= 1
    assert (count[mask] == 1).all()


def test_far_islands_are_parts_of_their_own():
    mask = np.zeros((600, 900), bool)
    mask[10:60, 10:70] = mask[500:590, 800:880] = True
    assert parts(mask) == [(10, 10, 60, 70), (500, 800, 590, 880)]


@given(masks, st.sampled_from([1, 2, 4]))
def test_a_block_with_one_pixel_of_the_hole_is_in_the_hole(mask, factor):
    image = np.zeros((*mask.shape, 3), np.uint8)
    scene = shrink(image, mask, ~mask, factor)
    rows, columns = np.nonzero(mask)
    assert scene.hole[rows // factor, columns // factor].all()
    rows, columns = np.nonzero(~mask)
    assert scene.avoid[rows // factor, columns // factor].all()


@settings(deadline=None)
@given(masks, masks)
def test_sources_hold_no_pixel_of_the_hole(hole, avoid):
    avoid = np.resize(avoid, hole.shape) & ~hole
    level = level_of(np.zeros((*hole.shape, 2), np.float32), hole, avoid)
    values = np.where(hole, 1, np.where(avoid, 2, 0))
    for corner in level.sources[:50]:
        y, x = divmod(corner, level.width)
        assert (values[y : y + SIDE, x : x + SIDE] == 0).all()
    for corner in level.targets[:50]:
        y, x = divmod(corner, level.width)
        assert hole[y : y + SIDE, x : x + SIDE].any()


def a_level(seed=0, side=64):
    random = np.random.default_rng(seed)
    features = random.normal(size=(side, side, 5)).astype(np.float32)
    hole = np.zeros((side, side), bool)
    hole[20:40, 24:44] = True
    return level_of(features, hole, np.zeros_like(hole))


def test_patches_are_copied_row_by_row():
    level = a_level()
    corner = 5 * level.width + 9
    patch = level.patches(np.array([corner]))[0]
    assert np.array_equal(patch, level.features[5 : 5 + SIDE, 9 : 9 + SIDE].ravel())


def test_all_components_keep_the_distance():
    level = a_level()
    describe = Descriptor.fitted(level, np.random.default_rng(0), size=245, locality=0)
    first, second = level.sources[:40], level.sources[-40:]
    short = ((describe(level, first) - describe(level, second)) ** 2).sum(axis=1)
    full = ((level.patches(first) - level.patches(second)) ** 2).sum(axis=1)
    assert np.allclose(short, full, rtol=1e-3)


def test_patchmatch_comes_near_the_exhaustive_search(monkeypatch):
    level = a_level()
    cost = np.zeros(level.hole.size, np.float32)
    mean = {}
    for pairs in (1e7, 0):
        monkeypatch.setattr(search, "_PAIRS", pairs)
        matches = Matches(np.zeros(level.hole.size, np.intp), np.zeros(level.hole.size, np.float32))
        matches.match[level.targets] = level.sources[0]
        searcher = Searcher(level, cost, np.random.default_rng(0))
        for _ in range(6):
            searcher(matches)
        mean[pairs] = float(matches.distance[level.targets].mean())
    assert mean[0] < 1.5 * mean[1e7], mean


def test_voting_for_exact_copies_restores_them():
    tile = np.random.default_rng(1).normal(size=(8, 8, 5)).astype(np.float32)
    truth = np.tile(tile, (8, 8, 1))
    hole = np.zeros((64, 64), bool)
    hole[24:40, 24:40] = True
    level = level_of(truth.copy(), hole, np.zeros_like(hole))
    matches = Matches(np.zeros(hole.size, np.intp), np.full(hole.size, 1e9, np.float32))
    matches.match[level.targets] = level.targets % 8 + level.targets // 64 % 8 * 64
    matches.distance[level.targets] = 0
    level.features[hole] = 0
    voter = Voter(level)
    voter(matches)
    assert np.allclose(level.features, truth, atol=1e-4)
    assert np.array_equal(truth.reshape(-1, 5)[voter.labels(matches)], truth[hole])


def test_the_old_content_of_the_hole_is_in_no_level():
    random = np.random.default_rng(0)
    image = random.integers(0, 100, (160, 160, 3)).astype(np.uint8)
    mask = np.zeros((160, 160), bool)
    mask[40:120, 40:120] = True
    other = image.copy()
    other[mask] = 255
    none = np.zeros_like(mask)
    first, second = (levels_of(shrink(photo, mask, none, 1)) for photo in (image, other))
    assert len(first) > 2
    for one, two in zip(first, second, strict=True):
        assert np.allclose(one.features[~one.hole], two.features[~two.hole], atol=1e-3)


def a_region(seed=0):
    """A hole whose pixels are copied from two places, by chance."""
    random = np.random.default_rng(seed)
    image = random.integers(0, 255, (40, 60, 3)).astype(np.uint8)
    mask = np.zeros((40, 60), bool)
    mask[14:26, 20:34] = True
    region = Region.of(image, mask, np.zeros_like(mask))
    shift = np.where(random.random(mask.sum()) < 0.5, -14, 15)
    return region, labelled(np.flatnonzero(mask) + shift, region)


def colour_steps(region, source):
    """Sum over neighbours of how much their two labels differ, on both sides."""
    pixels = region.image.reshape(-1, 3).astype(float)
    good = region.good.ravel()
    steps = 0.0
    for down, right, weight in ((0, 1, 1), (1, 0, 1), (1, 1, 0.7), (1, -1, 0.7)):
        for y in range(region.shape[0] - down):
            for x in range(max(0, -right), region.shape[1] - max(0, right)):
                ahead = down * region.mask.shape[1] + right
                one, two = source[y, x], source[y + down, x + right]
                if two - one == ahead:
                    continue
                for first, second in ((one, two - ahead), (one + ahead, two)):
                    other = second if first == one else first
                    steps += weight * good[other] * ((pixels[first] - pixels[second]) ** 2).sum()
    return steps


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_moved_borders_show_less(seed):
    region, source = a_region(seed)
    before, after = colour_steps(region, source), colour_steps(region, moved(region, source))
    assert after < 0.8 * before, f"{after:.0f} after {before:.0f}"


def test_borders_move_only_between_good_sources():
    region, source = a_region()
    after = moved(region, source)
    assert region.good.ravel()[after[region.hole]].all()
    assert np.array_equal(after[~region.hole], source[~region.hole])


@given(st.integers(0, 30), st.integers(0, 30))
def test_doubled_labels_point_to_twice_the_distance(top, left):
    mask = np.zeros((64, 90), bool)
    mask[top + 2 : top + 9, left + 1 : left + 12] = True
    image, none = np.zeros((64, 90, 3), np.uint8), np.zeros_like(mask)
    small = shrink(image, mask, none, 2)
    coarse, region = Region.of(*small), Region.of(image, mask, none)
    source = labelled(np.flatnonzero(small.hole) + 13 * 45 + 20, coarse)
    finer = doubled(source, coarse, region)
    assert np.array_equal(finer[region.hole], np.flatnonzero(mask) + 26 * 90 + 40)
    assert np.array_equal(finer[~region.hole], region.itself()[~region.hole])
