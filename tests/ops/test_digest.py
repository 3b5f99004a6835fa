import numpy as np

from fastseg_edit.ops import digest

WHITE = np.full((6, 4, 3), 255, np.uint8)


def test_the_same_pixels_have_the_same_digest_wherever_they_lie():
    part = np.full((9, 9, 3), 255, np.uint8)[2:8, 3:7]
    assert digest.of(part) == digest.of(WHITE) == digest.of(WHITE.copy())


def test_one_level_makes_another_digest():
    other = WHITE.copy()
    other[5, 3, 2] = 254
    assert digest.of(other) != digest.of(WHITE)


def test_the_same_bytes_in_another_shape_are_another_photo():
    assert digest.of(WHITE.reshape(4, 6, 3)) != digest.of(WHITE)
