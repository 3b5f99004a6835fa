from itertools import product

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastseg_edit.ops.edges import guided_filter, smooth, snap, upsample


def _blobs(seed, size, share=0.5):
    noise = np.random.default_rng(seed).random(size, dtype=np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return soft > np.quantile(soft, 1 - share)


def _photo(seed, size):
    noise = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 2)


def _distance_to_outline(mask):
    pixels = list(product(*map(range, mask.shape)))
    distance = np.full(mask.shape, np.inf)
    for here in pixels:
        others = [there for there in pixels if mask[there] != mask[here]]
        if others:
            distance[here] = np.hypot(*(np.array(others) - here).T).min()
    return distance


sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
seeds = st.integers(0, 1000)


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, st.floats(0, 9), st.sampled_from(["guided", "colour"]))
def test_snapping_never_changes_a_pixel_far_from_the_outline(seed, size, radius, how):
    mask = _blobs(seed, size)
    changed = snap(_photo(seed, size), mask, radius, how) != mask
    near = np.zeros(size, bool)
    if mask.any() and not mask.all():
        within, beyond = (
            cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            for side in (mask, ~mask)
        )
        near = within + beyond <= radius + 1e-3
    assert not (changed & ~near).any()


@pytest.mark.parametrize("how", ["guided", "colour"])
def test_snapping_keeps_within_the_radius_by_brute_force(how):
    mask = _blobs(1, (17, 15))
    changed = snap(_photo(2, (17, 15)), mask, 2.0, how) != mask
    assert not (changed & (_distance_to_outline(mask) > 2)).any()


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, st.floats(0, 9))
def test_snapping_and_smoothing_leave_their_input_alone(seed, size, radius):
    image, mask = _photo(seed, size), _blobs(seed, size)
    image.flags.writeable = mask.flags.writeable = False
    snap(image, mask, radius, "colour")
    smooth(mask, radius)


@pytest.mark.parametrize("how", ["guided", "colour"])
def test_snapping_across_tiles_is_the_same_as_within_one(how):
    rows, columns = np.indices((60, 900))
    mask = (rows - 30) ** 2 < 200 + 100 * np.sin(columns / 40)
    image = _photo(3, (60, 900))
    whole = snap(image, mask, 3, how)
    part = snap(image[:, 300:500], mask[:, 300:500], 3, how)
    assert np.array_equal(whole[:, 340:460], part[:, 40:160])


@pytest.mark.parametrize(("how", "left_over"), [("guided", 0.6), ("colour", 0.25)])
@pytest.mark.parametrize("shift", [-3, 3])
def test_snapping_moves_a_wrong_outline_to_the_edge(how, left_over, shift):
    true = np.zeros((80, 100), bool)
    true[20:60, 30:70] = True
    wrong = np.zeros_like(true)
    wrong[20 - shift : 60 + shift, 30 - shift : 70 + shift] = True
    image = np.where(true[..., None], (200, 60, 40), (40, 90, 160)).astype(np.uint8)
    found = snap(image, wrong, 6, how)
    assert (found != true).sum() < left_over * (wrong != true).sum()


def test_snapping_without_edges_leaves_the_outline():
    mask = np.hypot(*(np.indices((60, 60)) - 29.5)) < 20
    found = snap(np.full((60, 60, 3), 128, np.uint8), mask, 4)
    assert (found != mask).sum() < 0.04 * mask.sum()


def test_snapping_reaches_no_pixel_with_a_radius_of_zero():
    mask = _blobs(4, (30, 30))
    assert np.array_equal(snap(_photo(4, (30, 30)), mask, 0), mask)


@pytest.mark.parametrize("value", [True, False])
def test_snapping_keeps_a_mask_of_everything_or_nothing(value):
    mask = np.full((20, 30), value)
    assert np.array_equal(snap(_photo(5, (20, 30)), mask, 5), mask)


def test_snapping_refuses_other_sizes_and_negative_radii():
    image, mask = _photo(6, (10, 12)), np.ones((10, 12), bool)
    with pytest.raises(ValueError, match="same size"):
        snap(image, mask[1:], 1)
    with pytest.raises(ValueError, match="at least 0"):
        snap(image, mask, -1)


@settings(max_examples=40, deadline=None)
@example(48, (36, 2), 1.0, 0.375)
@given(seeds, sizes, st.floats(0.1, 8), st.floats(0.05, 0.95))
def test_smoothing_keeps_the_area_up_to_ties(seed, size, radius, share):
    mask = _blobs(seed, size, share)
    soft = cv2.GaussianBlur(
        mask.astype(np.float32), (0, 0), radius, borderType=cv2.BORDER_REPLICATE
    )
    level = np.sort(soft, axis=None)[-max(int(mask.sum()), 1)]
    ties = np.count_nonzero(np.abs(soft - level) < 1e-5)
    assert abs(int(smooth(mask, radius).sum()) - int(mask.sum())) < max(ties, 1)


def test_smoothing_removes_a_spike():
    mask = np.zeros((60, 60), bool)
    mask[20:40, 20:40] = True
    mask[29:31, 40:55] = True
    assert not smooth(mask, 3)[29:31, 48:].any()


def test_smoothing_by_zero_changes_nothing():
    mask = _blobs(7, (30, 30))
    assert np.array_equal(smooth(mask, 0), mask)


def test_smoothing_refuses_a_negative_radius():
    with pytest.raises(ValueError, match="at least 0"):
        smooth(np.ones((4, 4), bool), -0.5)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, sizes)
def test_upsampling_stays_between_zero_and_one_and_gives_the_size(seed, size, wanted):
    soft = np.random.default_rng(seed).random(size, dtype=np.float32)
    large = upsample(soft, wanted)
    assert large.shape == wanted
    assert large.dtype == np.float32
    assert 0 <= large.min() <= large.max() <= 1


def test_an_upsampled_disk_is_rounder_than_an_enlarged_one():
    rows, columns = np.indices((160, 160))
    true = np.hypot(rows - 79.5, columns - 79.5) < 50
    cells = cv2.resize(true.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)
    stairs = np.kron(cells > 0.5, np.ones((10, 10), bool))
    found = upsample(cells, (160, 160)) > 0.5
    assert (found != true).sum() < 0.3 * (stairs != true).sum()


@pytest.mark.parametrize("channels", [0, 1, 3])
def test_the_guided_filter_agrees_with_brute_force(channels):
    random = np.random.default_rng(8)
    guide = random.random((9, 11, channels) if channels else (9, 11), dtype=np.float32)
    source = random.random((9, 11), dtype=np.float32)
    found = guided_filter(guide, source, 2, 0.01)
    assert np.abs(found - _guided_by_hand(np.atleast_3d(guide), source, 2, 0.01)).max() < 1e-4


def test_a_guide_in_bytes_is_the_same_as_in_fractions():
    guide = np.random.default_rng(9).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    source = np.random.default_rng(10).random((20, 20), dtype=np.float32)
    fractions = guide.astype(np.float32) / 255
    in_bytes = guided_filter(guide, source, 3, 0.001)
    assert np.allclose(in_bytes, guided_filter(fractions, source, 3, 0.001), atol=1e-4)


def test_a_coarse_guided_filter_comes_near_the_exact_one():
    image, mask = _photo(11, (96, 96)), _blobs(12, (96, 96)).astype(np.float32)
    smooth_image = cv2.GaussianBlur(image, (0, 0), 4)
    exact = guided_filter(smooth_image, mask, 12, 0.01)
    assert np.abs(guided_filter(smooth_image, mask, 12, 0.01, every=4) - exact).mean() < 0.05


def _guided_by_hand(guide, source, radius, epsilon):
    height, width, channels = guide.shape
    margin = ((radius, radius), (radius, radius))
    wide = np.pad(guide, (*margin, (0, 0)), mode="symmetric").astype(float)
    target = np.pad(source, margin, mode="symmetric").astype(float)
    side = 2 * radius + 1
    functions = np.zeros((height, width, channels + 1))
    for row, column in product(range(height), range(width)):
        colours = wide[row : row + side, column : column + side].reshape(-1, channels)
        values = target[row : row + side, column : column + side].ravel()
        spread = np.cov(colours.T, bias=True).reshape(channels, channels)
        shared = (colours * values[:, None]).mean(0) - colours.mean(0) * values.mean()
        slope = np.linalg.solve(spread + epsilon * np.eye(channels), shared)
        functions[row, column] = *slope, values.mean() - slope @ colours.mean(0)
    padded = np.pad(functions, (*margin, (0, 0)), mode="symmetric")
    result = np.zeros((height, width))
    for row, column in product(range(height), range(width)):
        mean = padded[row : row + side, column : column + side].mean(axis=(0, 1))
        result[row, column] = mean[:-1] @ guide[row, column] + mean[-1]
    return result
