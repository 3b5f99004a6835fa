"""Which objects a prompt means, on masks made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.backends.fastsam import choose
from fastseg_edit.candidates import Candidates
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

SIZE = (40, 60)


def _rectangle(left, top, right, bottom):
    mask = np.zeros(SIZE, bool)
    mask[top:bottom, left:right] = True
    return mask


BIG, SMALL, OTHER = (
    _rectangle(5, 5, 35, 35),
    _rectangle(10, 10, 20, 20),
    _rectangle(40, 10, 55, 30),
)


def _found(masks=(BIG, SMALL, OTHER), scores=(0.9, 0.8, 0.7)):
    return Candidates.of(masks, SIZE, scores, list(range(len(masks))))


rectangles = st.builds(
    lambda left, top, width, height: _rectangle(left, top, left + width, top + height),
    st.integers(0, 50),
    st.integers(0, 30),
    st.integers(1, 60),
    st.integers(1, 40),
)
clicks = st.tuples(st.integers(0, 59), st.integers(0, 39))


@given(
    st.lists(st.tuples(rectangles, st.floats(0.1, 1)), max_size=6),
    st.lists(clicks, min_size=1, max_size=3),
    st.data(),
)
def test_every_mask_obeys_the_clicks(pairs, xy, data):
    labels = (1, *data.draw(st.tuples(*[st.integers(0, 1)] * (len(xy) - 1))))
    found = _found([mask for mask, _ in pairs], [score for _, score in pairs])
    chosen = choose.by_points(found, Points(tuple(xy), labels))
    fitting = [
        mask
        for mask, _ in pairs
        if all(mask[y, x] == bool(label) for (x, y), label in zip(xy, labels, strict=True))
    ]
    assert bool(len(chosen)) == bool(fitting)
    for mask in chosen:
        assert any(np.array_equal(mask, other) for other in fitting)


@given(
    st.lists(st.tuples(rectangles, st.floats(0.1, 1)), min_size=1, max_size=6),
    st.lists(rectangles, min_size=1, max_size=3),
)
def test_scores_fall_and_groups_follow_the_boxes(pairs, around):
    boxes = Boxes(tuple(Candidates.of([mask], SIZE).cutouts[0].box for mask in around))
    chosen = choose.by_boxes(_found(*zip(*pairs, strict=True)), boxes)
    assert chosen.groups.tolist() == sorted(chosen.groups.tolist())
    for group in range(len(around)):
        assert (np.diff(chosen.scores[chosen.groups == group]) <= 0).all()


@given(st.lists(rectangles, min_size=1, max_size=6, unique_by=lambda mask: mask.tobytes()))
def test_the_box_of_a_mask_finds_a_mask_with_that_box(masks):
    found = _found(masks, [0.5] * len(masks))
    box = found.cutouts[0].box
    assert choose.by_boxes(found, Boxes((box,))).cutouts[0].box == box


def test_a_click_means_the_smallest_mask_under_it():
    chosen = choose.by_points(_found(), Points.at(15, 15))
    assert np.array_equal(chosen[0], SMALL)
    assert np.array_equal(chosen[1], BIG)
    assert chosen.scores[0] >= chosen.scores[1]
    assert set(chosen.groups) == {0}


def test_a_small_mask_of_little_worth_comes_last():
    chosen = choose.by_points(_found(scores=(0.9, 0.3, 0.7)), Points.at(15, 15))
    assert np.array_equal(chosen[0], BIG)


def test_a_click_beside_the_object_rules_the_larger_mask_out():
    chosen = choose.by_points(_found(), Points(((15, 15), (30, 30)), (1, 0)))
    assert [mask.sum() for mask in chosen] == [SMALL.sum()]


def test_a_click_in_a_box_means_a_mask_in_it():
    chosen = choose.by_points(_found(), Points(((15, 15),), box=(8, 8, 22, 22)))
    assert [mask.sum() for mask in chosen] == [SMALL.sum()]


def test_a_click_beyond_the_photo_counts_as_one_on_its_border():
    corner = _rectangle(50, 30, 60, 40)
    chosen = choose.by_points(_found([corner], [0.5]), Points.at(80, 90))
    assert np.array_equal(chosen[0], corner)


@pytest.mark.parametrize(
    ("way", "prompt"),
    [
        (choose.by_points, Points.at(58, 2)),
        (choose.by_boxes, Boxes.around(0, 36, 60, 40)),
        (choose.by_scribble, Scribble(_rectangle(56, 0, 60, 4), np.zeros(SIZE, bool))),
        (choose.by_likeness, Rough(_rectangle(56, 0, 60, 4))),
    ],
)
def test_where_nothing_is_nothing_is_chosen(way, prompt):
    assert len(way(_found(), prompt)) == 0
    assert len(way(_found([], []), prompt)) == 0


def test_each_box_is_a_group_in_order():
    chosen = choose.by_boxes(_found(), Boxes(((40, 10, 55, 30), (0, 36, 60, 40), (9, 9, 21, 22))))
    firsts = [int(np.flatnonzero(chosen.groups == group)[0]) for group in (0, 2)]
    assert np.array_equal(chosen[firsts[0]], OTHER)
    assert np.array_equal(chosen[firsts[1]], SMALL)
    assert 1 not in chosen.groups


def test_clicks_beside_the_object_in_a_box_mean_the_mask_most_like_the_box():
    chosen = choose.by_points(_found(), Points(((50, 20),), (0,), box=(4, 4, 36, 36)))
    assert np.array_equal(chosen[0], BIG)
    assert np.array_equal(
        choose.by_points(_found(), Points(((50, 20),), (0,), (9, 9, 21, 21)))[0], SMALL
    )


@given(st.lists(rectangles, min_size=1, max_size=6), rectangles)
def test_the_mask_most_like_a_rough_one_comes_first(masks, rough):
    found = _found(masks, [0.5] * len(masks))
    true = [(mask & rough).sum() / (mask | rough).sum() for mask in masks]
    chosen = choose.by_likeness(found, Rough(rough))
    assert bool(len(chosen)) == (max(true) >= 0.2)
    if len(chosen):
        first = (chosen[0] & rough).sum() / (chosen[0] | rough).sum()
        assert first == pytest.approx(max(true))
        assert chosen.scores[0] == pytest.approx(first)


def test_an_empty_rough_mask_means_nothing():
    assert len(choose.by_likeness(_found(), Rough(np.zeros(SIZE, bool)))) == 0


def test_strokes_mean_the_smallest_mask_they_lie_on():
    on, off = _rectangle(11, 14, 19, 16), np.zeros(SIZE, bool)
    assert np.array_equal(choose.by_scribble(_found(), Scribble(on, off))[0], SMALL)
    wider = _rectangle(11, 14, 33, 16)
    assert np.array_equal(choose.by_scribble(_found(), Scribble(wider, off))[0], BIG)


def test_strokes_beside_the_object_rule_a_mask_out():
    on, off = _rectangle(11, 14, 19, 16), _rectangle(25, 25, 33, 33)
    assert len(choose.by_scribble(_found(), Scribble(on, off))) == 1
