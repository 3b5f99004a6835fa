"""What a detector is shown, and where it lies in the photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import (
    GroundingDinoImageProcessor,
    Owlv2ImageProcessor,
    OwlViTImageProcessor,
)

from fastseg_edit.backends.grounding import pictures

sides = st.integers(8, 400)


def _marked(height, width):
    """Return a black photo with a white box in it, and the middle of the box."""
    image = np.zeros((height, width, 3), np.uint8)
    top, left, bottom, right = height // 4, width // 2, height // 4 + height // 3, width
    image[top:bottom, left:right] = 255
    return image, ((left + right) / 2, (top + bottom) / 2)


def _middle(picture):
    """Return the centre of brightness of a picture (H, W), as shares of its sides."""
    light = picture.astype(np.float64) - picture.min()
    down, across = light.sum(axis=1), light.sum(axis=0)
    return tuple(
        float((line * (np.arange(line.size) + 0.5)).sum() / line.sum() / line.size)
        for line in (across, down)
    )


@given(sides, sides, st.integers(32, 500))
def test_a_square_shows_each_place_where_its_span_says(height, width, most):
    image, middle = _marked(height, width)
    square, span = pictures.squared(image, most, 0)
    assert square.shape[0] == square.shape[1] == min(most, max(height, width))
    pixel = max(span) / len(square)
    assert np.multiply(_middle(square[..., 0]), span) == pytest.approx(middle, abs=pixel / 3)


@given(sides, sides)
def test_a_small_photo_stays_as_it_is_in_its_square(height, width):
    image, _ = _marked(height, width)
    square, span = pictures.squared(image, 400, 128)
    assert span == (max(height, width),) * 2
    assert np.array_equal(square[:height, :width], image)
    assert (square[height:] == 128).all()
    assert (square[:, width:] == 128).all()


@pytest.mark.parametrize(
    "library",
    [
        GroundingDinoImageProcessor(size={"shortest_edge": 96, "longest_edge": 160}),
        Owlv2ImageProcessor(size={"height": 64, "width": 64}),
        OwlViTImageProcessor(size={"height": 64, "width": 64}),
    ],
    ids=lambda each: type(each).__name__,
)
@pytest.mark.parametrize("side", [20, 64, 127, 300])
def test_the_library_scales_a_square_without_a_shift(library, side):
    image, middle = _marked(side, side)
    shown = library(image, return_tensors="pt", input_data_format="channels_last")
    seen = shown.pixel_values[0].mean(0).numpy()
    assert _middle(seen) == pytest.approx(np.divide(middle, side), abs=0.004)


@pytest.mark.parametrize(("height", "width"), [(20, 300), (300, 20), (64, 90), (9, 8)])
def test_the_library_scales_any_photo_for_dino_without_a_shift(height, width):
    library = GroundingDinoImageProcessor(size={"shortest_edge": 96, "longest_edge": 160})
    image, middle = _marked(height, width)
    shown = library(image, return_tensors="pt", input_data_format="channels_last")
    seen = shown.pixel_values[0].mean(0).numpy()
    assert _middle(seen) == pytest.approx(np.divide(middle, (width, height)), abs=0.004)
