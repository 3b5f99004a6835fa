"""Scenes drawn by hypothesis."""

from hypothesis import strategies as st

from fastseg_edit import world

seeds = st.integers(0, 2**40)
sides = st.integers(32, 100)
sizes = st.one_of(st.just(64), st.tuples(sides, sides))
options = st.builds(
    world.Options,
    most=st.integers(1, 8),
    hidden=st.sampled_from([0.0, 0.3, 0.5]),
    turn=st.sampled_from([0.0, 25.0, 180.0]),
    shadows=st.sampled_from([0.0, 1.0]),
    texture=st.floats(0, 1),
    distinct=st.booleans(),
)
scenes = st.builds(world.draw, seeds, sizes, options)
