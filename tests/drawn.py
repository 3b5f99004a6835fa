"""Masks drawn by hypothesis."""

from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

sides = st.integers(1, 24)
shapes = st.tuples(sides, sides)
masks = shapes.flatmap(lambda shape: arrays(bool, shape))
filled_masks = masks.filter(lambda mask: mask.any())
