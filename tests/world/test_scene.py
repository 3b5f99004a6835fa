"""A scene is the sum of its layers, and everything it says of them is so."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world.scenes import options, scenes, seeds, sizes

from fastseg_edit import world
from fastseg_edit.errors import SpecError

some = st.lists(st.integers(0, 7), max_size=4)


def chosen(scene, numbers):
    return [number % len(scene.things) for number in numbers]


@given(scenes, some)
def test_removal_changes_nothing_outside_the_footprint(scene, numbers):
    gone = chosen(scene, numbers)
    outside = ~scene.footprint(*gone)
    assert np.array_equal(scene.without(*gone)[outside], scene.photo[outside])


@given(scenes)
def test_removing_nothing_gives_the_photo_and_removing_all_the_plate(scene):
    assert np.array_equal(scene.without(), scene.photo)
    assert np.array_equal(scene.without(*range(len(scene.things))), scene.plate)


@given(scenes, some)
def test_no_trace_of_a_removed_object_is_left(scene, numbers):
    gone = chosen(scene, numbers)
    rest = [number for number in range(len(scene.things)) if number not in gone]
    bare = ~scene.footprint(*rest)
    assert np.array_equal(scene.without(*gone)[bare], scene.plate[bare])


@given(scenes)
def test_visible_masks_are_disjoint_and_within_the_amodal_ones(scene):
    assert scene.visible.sum(axis=0).max() <= 1
    assert not (scene.visible & ~scene.amodal).any()
    assert np.array_equal(scene.visible.any(axis=0), scene.amodal.any(axis=0))


@given(scenes)
def test_footprints_hold_the_objects(scene):
    for number, coverage in enumerate(scene.coverage):
        assert not (coverage > 0)[~scene.footprint(number)].any()


@given(scenes)
def test_every_object_lies_in_the_photo_and_can_be_seen(scene):
    unit = min(scene.size)
    for thing, mask, seen in zip(scene.things, scene.amodal, scene.visible, strict=True):
        assert abs(mask.sum() - (thing.size * unit) ** 2) <= 0.1 * mask.sum() + 6
        assert seen.sum() >= 0.3 * mask.sum()


@given(seeds, sizes)
def test_objects_stay_apart_where_nothing_may_be_hidden(seed, size):
    scene = world.draw(seed, size, world.Options(hidden=0.0, shadows=0.0))
    lost = scene.amodal.sum() - scene.visible.sum()
    assert lost <= 0.02 * scene.amodal.sum() + 4  # planned on a coarser grid


@given(seeds, sizes, options)
def test_a_seed_draws_the_same_scene_whatever_was_drawn_before(seed, size, wanted):
    first = world.draw(seed, size, wanted)
    world.draw(seed + 1, size, wanted)
    again = world.draw(seed, size, wanted)
    assert np.array_equal(first.photo, again.photo)
    assert first.things == again.things


@given(seeds)
def test_a_seed_means_the_same_objects_at_every_size(seed):
    small, large = world.draw(seed, (40, 60)), world.draw(seed, (80, 120))
    assert small.things == large.things
    halved = large.coverage.reshape(-1, 40, 2, 60, 2).mean(axis=(2, 4))
    assert np.abs(halved - small.coverage).mean() < 1


@given(seeds)
def test_a_background_looks_the_same_at_every_size(seed):
    small, large = (world.draw(seed, size).plate.astype(float) for size in (64, 256))
    averaged = large.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(averaged - small).mean() < 5  # the grain


@given(scenes)
def test_a_mask_is_where_the_object_covers_half_a_pixel(scene):
    assert np.array_equal(scene.amodal, scene.coverage >= 128)
    assert ((scene.coverage > 0) & (scene.coverage < 255)).any()


@given(scenes)
def test_truths_cannot_be_written_to(scene):
    for array in (scene.photo, scene.plate, scene.coverage, scene.amodal, scene.visible):
        assert not array.flags.writeable
    assert scene.without(0).flags.writeable


@settings(max_examples=25)
@given(seeds, st.floats(0, 1))
def test_a_curriculum_starts_easy(seed, hardness):
    scene = world.draw(seed, 64, world.Options.at(hardness))
    assert len(scene.things) <= 1 + round(5 * hardness)
    assert world.draw(seed, 64, world.Options.at(0)).plate.std(axis=(0, 1)).max() == 0


def test_the_last_step_of_the_curriculum_is_the_default():
    assert world.Options.at(1.0) == world.Options()


def test_every_kind_of_everything_is_drawn():
    drawn = [world.draw(seed, 32) for seed in range(150)]
    things = [thing for scene in drawn for thing in scene.things]
    assert {scene.background for scene in drawn} == set(world.BACKGROUNDS)
    assert {thing.shape for thing in things} == set(world.SHAPES)
    assert {thing.colour for thing in things} == set(world.COLOURS)
    assert {len(scene.things) for scene in drawn} == {1, 2, 3, 4, 5, 6}


def test_options_restrict_what_is_drawn():
    few = world.Options(
        fewest=3,
        most=3,
        smallest=0.1,
        largest=0.15,
        distinct=True,
        backgrounds=("wood",),
        colours=("red", "blue"),
        shapes=("star", "ring"),
    )
    for seed in range(40):
        scene = world.draw(seed, 48, few)
        names = [thing.name for thing in scene.things]
        assert scene.background == "wood"
        assert len(set(names)) == len(names) == 3
        assert set(names) <= {"red star", "red ring", "blue star", "blue ring"}


@pytest.mark.parametrize("size", [32, 640, (32, 2048), (500, 33)])
def test_any_size_can_be_drawn(size):
    scene = world.draw(3, size)
    assert scene.size == (size if isinstance(size, tuple) else (size, size))
    assert scene.visible.any(axis=(1, 2)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"fewest": 3, "most": 2},
        {"smallest": 0.3, "largest": 0.2},
        {"colours": ("mauve",)},
        {"shapes": ()},
        {"texture": 1.5},
    ],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(SpecError) as refused:
        world.Options(**wrong)
    assert refused.value.code == "E_SPEC"


def test_too_small_a_photo_is_refused():
    with pytest.raises(SpecError, match="at least 32, got 64x31"):
        world.draw(0, (64, 31))


def test_an_object_that_is_not_there_cannot_be_removed():
    with pytest.raises(IndexError, match="numbered 0 to"):
        world.draw(0).without(9)


def test_a_scene_shows_itself():
    scene = world.draw(4, (40, 60))
    assert repr(scene) == f"Scene(4, 60x40, {scene.caption} on {scene.background})"
    assert scene._repr_png_().startswith(b"\x89PNG")
    assert np.array_equal(pickle.loads(pickle.dumps(scene)).photo, scene.photo)
