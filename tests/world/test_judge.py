"""The judge is right about true renders, so that it may judge painted ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from world.scenes import seeds

from fastseg_edit import world
from fastseg_edit.world import judge, shapes

LONE = world.Options(most=1, smallest=0.19, largest=0.4)
"""Objects of 24 pixels and more in a photo of 64."""


def lone_objects(count):
    return [world.draw(world.Split.TEST.seed(index), 64, LONE) for index in range(count)]


def shares(verdicts, things):
    pairs = list(zip(verdicts, things, strict=True))
    colours = np.mean([verdict.colour == thing.colour for verdict, thing in pairs])
    return colours, np.mean([verdict.shape == thing.shape for verdict, thing in pairs])


def test_true_masks_are_named_rightly():
    drawn = lone_objects(240)
    verdicts = [judge.look(scene.photo, scene.visible[0]) for scene in drawn]
    colour, shape = shares(verdicts, [scene.things[0] for scene in drawn])
    assert colour >= 0.98
    assert shape >= 0.97


def test_objects_painted_into_a_box_are_found_and_named_rightly():
    drawn = lone_objects(240)
    verdicts, overlaps = [], []
    for scene in drawn:
        hole = np.zeros(scene.size, bool)
        hole[scene.layers[0].window] = True
        found = judge.painted(scene.photo, scene.plate, hole)
        truth = scene.amodal[0]
        overlaps.append((found & truth).sum() / (found | truth).sum())
        verdicts.append(judge.look(scene.photo, found))
    colour, shape = shares(verdicts, [scene.things[0] for scene in drawn])
    assert colour >= 0.98
    assert shape >= 0.97
    assert np.mean(overlaps) >= 0.95


@given(seeds)
def test_nothing_is_found_where_nothing_was_painted(seed):
    scene = world.draw(seed)
    assert not judge.painted(scene.plate, scene.plate, np.ones(scene.size, bool)).any()
    assert not judge.painted(scene.photo, scene.plate, np.zeros(scene.size, bool)).any()


@given(
    st.sampled_from(world.SHAPES),
    st.floats(0, 360),
    st.floats(12, 60),
    st.tuples(st.floats(62, 66), st.floats(62, 66)),
)
def test_shapes_are_known_at_any_angle_and_size(shape, degrees, radius, centre):
    mask = shapes.coverage(shapes.placed(shape, centre, radius, degrees), (128, 128)) >= 128
    name, overlap = judge.shape_of(mask)
    assert name == shape
    assert overlap > 0.7


@pytest.mark.parametrize("name", list(world.COLOURS))
def test_colours_of_the_palette_are_their_own_nearest(name):
    photo = np.full((8, 8, 3), world.COLOURS[name], np.uint8)
    assert judge.colour_of(photo, np.ones((8, 8), bool)) == (name, 0.0)


def test_colours_lie_far_apart():
    palette = np.array(list(world.COLOURS.values()), float)
    distances = np.linalg.norm(palette[:, None] - palette, axis=2)
    assert distances[~np.eye(len(palette), dtype=bool)].min() > 85


@pytest.mark.parametrize(
    "ask", [judge.shape_of, lambda mask: judge.colour_of(np.zeros((4, 4, 3)), mask)]
)
def test_an_empty_mask_is_refused(ask):
    with pytest.raises(ValueError, match="empty"):
        ask(np.zeros((4, 4), bool))
