"""Clicks, boxes and strokes on drawn scenes, with the shipped weights."""

import pickle

import cv2
import numpy as np
import pytest

from fastseg_edit import models, world
from fastseg_edit.backends.sam import Sam
from fastseg_edit.errors import SpecError
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

OPTIONS = world.Options(fewest=3, most=3, hidden=0.0, shadows=0.0)
SCENE = world.draw(world.Split.TEST.seed(5), 256, OPTIONS)
BOXES = [tuple(map(float, morphology.bounding_box(mask))) for mask in SCENE.visible]


@pytest.fixture(scope="module")
def sam():
    return Sam()


@pytest.fixture(scope="module")
def encoding(sam):
    return sam.encode(SCENE.photo)


def _middle(mask):
    row, column = np.unravel_index(morphology.depth(mask).argmax(), mask.shape)
    return float(column), float(row)


def _overlap(one, other):
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


def _best(found):
    return found[int(found.scores.argmax())]


def test_a_click_finds_each_object(sam, encoding):
    for mask in SCENE.visible:
        found = sam.predict(encoding, Points.at(*_middle(mask)))
        assert _overlap(_best(found), mask) > 0.85


def test_each_box_gives_one_group_in_the_order_given(sam, encoding):
    found = sam.predict(encoding, Boxes(tuple(BOXES)))
    assert found.groups.tolist() == [0, 1, 2]
    for mask, true in zip(found, SCENE.visible, strict=True):
        assert _overlap(mask, true) > 0.9


def test_boxes_asked_together_and_alone_give_the_same_masks(sam, encoding):
    together = sam.predict(encoding, Boxes(tuple(BOXES)))
    for mask, box in zip(together, BOXES, strict=True):
        assert _overlap(mask, sam.predict(encoding, Boxes((box,)))[0]) > 0.999


def test_clicks_a_box_and_a_stroke_that_mean_one_object_all_find_it(sam, encoding):
    true = SCENE.visible[0]
    on = morphology.erode(true, 0.6 * morphology.depth(true).max())
    off = SCENE.visible[1]
    clicks = (_middle(true), _middle(off))
    prompts = [
        Points(clicks, (1, 0)),
        Points(clicks[:1], box=BOXES[0]),
        Points(clicks[1:], (0,), box=BOXES[0]),
        Scribble(on, off),
        Scribble(on, np.zeros_like(on)),
    ]
    for prompt in prompts:
        found = sam.predict(encoding, prompt)
        assert len(found) == 1
        assert _overlap(found[0], true) > 0.8, prompt


def test_everything_is_found_each_object_once(sam, encoding):
    found = sam.predict(encoding, None)
    assert len(np.unique(found.groups)) == len(found) <= 8
    for true in SCENE.visible:
        overlaps = sorted(_overlap(mask, true) for mask in found)
        assert overlaps[-1] > 0.85
        assert len(found) == 1 or overlaps[-2] < 0.75


@pytest.mark.parametrize("part", [(slice(None), slice(0, 150)), (slice(60, 200), slice(None))])
def test_a_mask_holds_the_click_whatever_the_proportions(sam, part):
    photo = np.ascontiguousarray(SCENE.photo[part])
    encoding = sam.encode(photo)
    for whole in SCENE.visible:
        mask = whole[part]
        if np.count_nonzero(mask) > 0.8 * np.count_nonzero(whole):
            column, row = _middle(mask)
            found = sam.predict(encoding, Points.at(column, row))
            assert found.cutouts[0].holds(column, row)
            assert _overlap(found[0], mask) > 0.8


def test_a_rough_mask_becomes_exact(sam, encoding):
    for true in SCENE.visible:
        deep = morphology.depth(true).max()
        for rough in (morphology.dilate(true, 0.5 * deep), morphology.erode(true, 0.4 * deep)):
            found = sam.predict(encoding, Rough(rough))
            assert found.groups.tolist() == [0]
            assert _overlap(found[0], true) > max(0.85, _overlap(rough, true) + 0.1)


def test_a_speck_in_a_rough_mask_does_not_mislead(sam, encoding):
    for true in SCENE.visible:
        rough = morphology.dilate(true, 3)
        rough[:4, :4] = rough[-4:, -4:] = True  # its box is the whole photo
        assert _overlap(sam.predict(encoding, Rough(rough))[0], true) > 0.85


def test_the_grid_decides_how_many_objects_are_found(encoding):
    few, many = (Sam(grid=grid).predict(encoding, None) for grid in (1, 16))
    assert len(few) < len(many)


def test_an_object_is_more_like_itself_than_like_its_surroundings(sam, encoding):
    """Otherwise nothing could be matched by what the network sees."""
    grid = sam.features(encoding).grid
    assert grid.shape[:2] == (16, 16)
    for true in SCENE.visible:
        covered = cv2.resize(true.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)
        mean = grid[covered > 0.7].mean(axis=0)
        alike = grid @ (mean / np.linalg.norm(mean))
        assert alike[covered > 0.7].mean() > alike[covered == 0].mean() + 0.1


def test_candidates_come_best_first_and_no_more_than_asked_for(encoding):
    for most in (1, 2, 3):
        found = Sam(candidates=most).predict(encoding, Points.at(*_middle(SCENE.visible[0])))
        assert 1 <= len(found) <= most
        assert (np.diff(found.scores) <= 0).all()


def test_the_photo_is_encoded_once_for_all_prompts():
    sam = models.get("segmenter", "sam")
    assert models.encode(sam, SCENE.photo) is models.encode(sam, SCENE.photo.copy())


def test_a_photo_enlarged_gives_the_mask_enlarged(sam, encoding):
    large = cv2.resize(SCENE.photo, (700, 900), interpolation=cv2.INTER_CUBIC)
    scale = np.array([700, 900]) / 256
    x, y = (np.array(_middle(SCENE.visible[0])) + 0.5) * scale - 0.5
    mask = _best(sam.predict(sam.encode(large), Points.at(x, y)))
    before = _best(sam.predict(encoding, Points.at(*_middle(SCENE.visible[0]))))
    resized = cv2.resize(before.astype(np.uint8), (700, 900), interpolation=cv2.INTER_NEAREST) > 0
    assert _overlap(mask, resized) > 0.95


@pytest.mark.parametrize("size", [(8, 8), (8, 64), (9, 700), (600, 12)])
def test_odd_sizes_give_masks_of_the_photos_size(sam, size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    encoding = sam.encode(noise)
    for prompt in (Points.at(size[1] - 1, 0), Boxes.around(0, 0, *size[::-1]), None):
        found = sam.predict(encoding, prompt)
        assert found.size == size
        assert prompt is None or len(found) >= 1
        assert all(mask.shape == size for mask in found)


def test_a_locked_photo_stays_as_it_is(sam):
    before = SCENE.photo.copy()
    assert not SCENE.photo.flags.writeable
    sam.encode(SCENE.photo)
    assert np.array_equal(SCENE.photo, before)


def test_what_is_pickled_are_the_options_alone(sam, encoding):
    sam.predict(encoding, Points.at(5, 5))
    stored = pickle.dumps(sam)
    assert len(stored) < 500
    assert pickle.loads(stored) == sam


@pytest.mark.parametrize("wrong", [{"candidates": 4}, {"grid": 0}, {"weights": 3}])
def test_a_wrong_option_is_refused(wrong):
    with pytest.raises(SpecError):
        Sam(**wrong)
