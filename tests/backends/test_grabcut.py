import warnings

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit.backends.grabcut import GrabCut
from fastseg_edit.errors import ModelError
from fastseg_edit.ops import morphology
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

RED, BLUE, GREEN = (200, 60, 40), (40, 90, 160), (60, 160, 70)


def _disc(size, middle, radius):
    rows, columns = np.indices(size)
    return np.hypot(columns - middle[0], rows - middle[1]) < radius


def _painted(mask, inside=RED, outside=BLUE):
    return np.where(mask[..., None], inside, outside).astype(np.uint8)


def _noise(seed, size):
    noise = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


def _ask(image, prompt, pixels=4_000):
    segmenter = GrabCut(pixels=pixels)
    return segmenter.predict(segmenter.encode(image), prompt)


def _overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def _strokes(size, on, off):
    masks = np.zeros((2, *size), np.uint8)
    for canvas, line in zip(masks, (on, off), strict=True):
        cv2.line(canvas, *line, 1, 2)
    return Scribble(masks[0] > 0, masks[1] > 0)


@settings(max_examples=6, deadline=None)
@given(st.integers(8, 90), st.integers(8, 90), st.data())
def test_clicks_are_obeyed_by_every_candidate(height, width, data):
    pixel = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))
    clicks = data.draw(st.lists(pixel, min_size=2, max_size=3, unique=True))
    labels = (1, *data.draw(st.tuples(*[st.integers(0, 1)] * (len(clicks) - 1))))
    found = _ask(_noise(height * width, (height, width)), Points(tuple(clicks), labels))
    assert len(found) >= 1
    for mask in found:
        assert [bool(mask[y, x]) for x, y in clicks] == [label == 1 for label in labels]


@settings(max_examples=6, deadline=None)
@given(st.integers(8, 90), st.integers(8, 90), st.data())
def test_a_mask_stays_near_its_box(height, width, data):
    left = data.draw(st.floats(-5, width - 1))
    top = data.draw(st.floats(-5, height - 1))
    right = data.draw(st.floats(left + 1, width + 9))
    bottom = data.draw(st.floats(top + 1, height + 9))
    found = _ask(_noise(height + width, (height, width)), Boxes.around(left, top, right, bottom))
    slack_x, slack_y = 0.12 * (right - left) + 4, 0.12 * (bottom - top) + 4
    for cutout in found.cutouts:
        assert cutout.area > 0
        assert cutout.box[0] >= left - slack_x
        assert cutout.box[1] >= top - slack_y
        assert cutout.box[2] <= right + slack_x
        assert cutout.box[3] <= bottom + slack_y


@pytest.mark.parametrize("size", [(8, 8), (8, 64), (9, 700), (600, 12), (30, 2000)])
def test_odd_sizes_give_a_mask(size):
    height, width = size
    image = _noise(height, size)
    middle = Points.at(width / 2, height / 2)
    for prompt in (middle, Boxes.around(0, 0, width, height), Boxes.around(0, 0, 1, 1)):
        found = _ask(image, prompt)
        assert found.size == size
        assert len(found) >= 1


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_photo_of_one_colour_gives_a_mask(colour):
    image = np.full((50, 60, 3), colour, np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(_ask(image, Points.at(20, 20))) >= 1
        assert len(_ask(image, Boxes.around(10, 10, 40, 40))) >= 1


@pytest.mark.parametrize("side", [16, 40, 64, 1500])
@pytest.mark.parametrize("place", [(0.5, 0.5), (0.3, 0.6)])
def test_a_plain_object_is_found_by_box_click_and_stroke(side, place):
    middle = tuple(share * side for share in place)
    true = _disc((side, side), middle, 0.22 * side)
    image = _painted(true)
    rows, columns = np.nonzero(true)
    box = Boxes.around(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    x, y, far = round(middle[0]), round(middle[1]), round(0.1 * side)
    strokes = _strokes(true.shape, ((x - far, y), (x + far, y)), ((1, 1), (side - 2, 1)))
    for prompt in (box, Points.at(x, y), strokes):
        assert _overlap(_ask(image, prompt)[0], true) > 0.95


def test_a_plain_object_is_found_on_a_tiny_photo():
    true = np.zeros((8, 8), bool)
    true[2:6, 3:7] = True
    for prompt in (Boxes.around(3, 2, 7, 6), Points.at(5, 4)):
        assert _overlap(_ask(_painted(true), prompt)[0], true) > 0.95


def test_a_plain_object_is_found_with_a_loose_box():
    true = _disc((200, 300), (140, 90), 50)
    found = _ask(_painted(true), Boxes.around(82, 45, 195, 136))
    assert _overlap(found[0], true) > 0.95


def test_a_negative_click_leaves_a_neighbour_out():
    left, right = _disc((120, 200), (70, 60), 32), _disc((120, 200), (130, 60), 32)
    image = _painted(left | right)
    image[right & ~left] = GREEN
    found = _ask(image, Points(((60, 60), (145, 60)), (1, 0)))
    assert _overlap(found[0], left) > 0.9


def test_a_second_click_takes_another_part_in():
    left, right = _disc((120, 200), (70, 60), 32), _disc((120, 200), (130, 60), 32)
    image = _painted(left)
    image[right & ~left] = GREEN
    found = _ask(image, Points(((60, 60), (145, 60)), (1, 1)))
    assert _overlap(found[0], left | right) > 0.9


def test_clicks_in_a_box_choose_within_it():
    left, right = _disc((120, 200), (60, 60), 30), _disc((120, 200), (140, 60), 30)
    found = _ask(_painted(left | right), Points(((60, 60),), (1,), box=(28, 28, 172, 92)))
    assert found[0][60, 60]
    assert not found[0][60, 140]


def test_candidates_come_best_first_and_differ():
    found = _ask(_noise(3, (120, 160)), Points.at(80, 60))
    assert (np.diff(found.scores) <= 0).all()
    for number, mask in enumerate(found):
        assert all(_overlap(mask, found[other]) < 0.97 for other in range(number))


def test_each_box_is_a_group_in_order():
    first, second = _disc((150, 300), (60, 70), 30), _disc((150, 300), (220, 80), 40)
    boxes = Boxes(((180, 40, 260, 120), (30, 40, 90, 100)))
    found = _ask(_painted(first | second), boxes)
    best = [found[int(np.flatnonzero(found.groups == group)[0])] for group in (0, 1)]
    assert list(found.groups) == sorted(found.groups)
    assert _overlap(best[0], second) > 0.95
    assert _overlap(best[1], first) > 0.95
    for group in (0, 1):
        assert (np.diff(found.scores[found.groups == group]) <= 0).all()


def test_the_same_prompt_gives_the_same_masks():
    image, segmenter = _noise(5, (90, 120)), GrabCut(pixels=4_000)
    encoding = segmenter.encode(image)
    cv2.setRNGSeed(7)
    first = segmenter.predict(encoding, Points.at(50, 40))
    segmenter.predict(encoding, Boxes.around(5, 5, 60, 60))
    cv2.setRNGSeed(8)
    again = segmenter.predict(encoding, Points.at(50, 40))
    assert np.array_equal(first.scores, again.scores)
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))


def test_the_photo_is_not_changed():
    image = _noise(6, (60, 80))
    image.flags.writeable = False
    before = image.copy()
    for prompt in (Points.at(30, 30), Boxes.around(10, 10, 50, 50)):
        _ask(image, prompt)
    assert np.array_equal(image, before)


def test_encoding_does_not_copy_the_photo():
    image = _noise(7, (60, 80))
    assert np.shares_memory(GrabCut().encode(image).image, image)


def test_a_plain_object_is_found_on_a_photo_of_many_megapixels():
    true = _disc((2000, 3000), (1200.0, 900.0), 500)
    for prompt in (Boxes.around(700, 400, 1700, 1400), Points.at(1200, 900)):
        assert _overlap(_ask(_painted(true), prompt)[0], true) > 0.98


def test_a_click_beyond_the_photo_counts_as_one_on_its_border():
    found = _ask(_noise(9, (30, 40)), Points(((55, 10), (-3, 35)), (1, 0)))
    assert found[0][10, 39]
    assert not found[0][29, 0]


def test_everything_needs_a_trained_model():
    with pytest.raises(ModelError, match=r"fastseg-edit\[fastsam\]") as failure:
        _ask(_noise(8, (20, 20)), None)
    assert failure.value.code == "E_MODEL_MISSING"


@pytest.mark.parametrize("change", [-6, -3, 0, 3, 6])
def test_a_rough_mask_becomes_the_object_near_it(change):
    true = _disc((90, 120), (60, 45), 25)
    resize = morphology.dilate if change > 0 else morphology.erode
    rough = resize(true, abs(change))
    found = _ask(_painted(true), Rough(rough))
    assert _overlap(found[0], true) > 0.95
    assert found.groups.tolist() == [0] * len(found)


def test_of_two_alike_objects_a_rough_mask_means_the_one_under_it():
    one, other = _disc((90, 160), (40, 45), 22), _disc((90, 160), (120, 45), 22)
    found = _ask(_painted(one | other), Rough(morphology.dilate(other, 3)))
    assert _overlap(found[0], other) > 0.95


def test_a_rough_mask_thinner_than_a_pixel_of_the_view_is_still_an_object():
    line = np.zeros((400, 600), bool)
    line[200, 100:500] = True
    found = _ask(_painted(line), Rough(line))
    assert found[0][200, 110:490].mean() > 0.5
