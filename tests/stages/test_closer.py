"""A closer look: the prompt is moved into a part of the photo, and the answer back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Boxes, Edit, Points, Scribble
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import NoObjectError
from fastseg_edit.prompt import Rough
from fastseg_edit.stages import Segment, closer
from fastseg_edit.stages.part import Part

SIZE = (200, 300)
BLUE = (30, 40, 220)


class Near:
    """Finds blue objects that fill enough of what it is shown, as networks do."""

    def encode(self, image, /):
        return image

    def predict(self, encoding, _, /):
        blue = np.all(encoding == BLUE, axis=2)
        seen = blue.sum() > 0.004 * blue.size
        return Candidates.of([blue] if seen else [], blue.shape)


def photo_with(left, top, width=10, height=8):
    image = np.full((*SIZE, 3), 90, np.uint8)
    image[top : top + height, left : left + width] = BLUE
    return image


@given(st.integers(20, 250), st.integers(20, 160))
def test_a_closer_look_finds_the_object_wherever_it_is(left, top):
    image = photo_with(left, top)
    for prompt in (Points.at(left + 4, top + 4), Boxes.around(left, top, left + 10, top + 8)):
        assert not len(Near().predict(image, prompt))
        found = next(one for one in closer.looks(Near(), image, prompt) if len(one))
        assert found.size == SIZE
        assert np.array_equal(found[0], np.all(image == BLUE, axis=2))


def test_many_closer_looks_do_not_drive_out_the_photo():
    class Counted(Near):
        def encode(self, image, /):
            seen.append(image.shape)
            return image

    seen, segmenter = [], Counted()
    image = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)
    boxes = Boxes(tuple((20 * n, 20, 20 * n + 9, 29) for n in range(12)))
    for _ in range(2):
        with pytest.raises(NoObjectError):
            Segment(segmenter, fallback=())(Edit(image, boxes))
    assert seen.count(image.shape) == 1


def places(right, down):
    on, off = np.zeros(SIZE, bool), np.zeros(SIZE, bool)
    on[40 + down : 60 + down, 50 + right : 70 + right] = True
    off[10 + down, 10 + right : 90 + right] = True
    yield Points(((60 + right, 50 + down), (70 + right, 52 + down), (52 + right, 44 + down)),
                 (1, 1, 0))  # fmt: skip
    yield Points(((60 + right, 50 + down),), box=(50 + right, 40 + down, 70 + right, 60 + down))
    yield Boxes.around(50 + right, 40 + down, 70 + right, 60 + down)
    yield Scribble(on, off)
    yield Rough(on)


@given(st.integers(0, 150), st.integers(0, 100))
def test_a_prompt_that_moves_takes_its_parts_along(right, down):
    for here, there in zip(places(20, 15), places(20 + right, 15 + down), strict=True):
        for one, other in zip(closer.parts(here, SIZE), closer.parts(there, SIZE), strict=True):
            assert one.size == other.size
            if min(one.box) > 0 and other.box[2] < 300 and other.box[3] < 200:
                moved = other.box[0] - one.box[0], other.box[1] - one.box[1]
                assert moved == (right, down)


@pytest.mark.parametrize("prompt", list(places(0, 0)))
def test_parts_lie_in_the_photo_and_are_smaller(prompt):
    parts = list(closer.parts(prompt, SIZE))
    assert parts
    for part in parts:
        left, top, right, bottom = part.box
        assert 0 <= left < right <= 200 + left
        assert right <= 300
        assert 0 <= top < bottom <= 200
        shown = closer.shift(prompt, part)
        assert type(shown) is type(prompt)


def test_a_click_beside_the_object_that_is_out_of_sight_is_left_out():
    part = Part((50, 40, 80, 70), SIZE)
    moved = closer.shift(Points(((60, 50), (70, 60), (10, 10)), (1, 0, 0)), part)
    assert moved == Points(((10, 10), (20, 20)), (1, 0))


def test_a_mask_that_ends_where_its_part_ends_is_no_answer():
    image = photo_with(0, 0, 300, 200)
    assert not any(map(len, closer.looks(Near(), image, Points.at(150, 100))))


def test_a_mask_at_the_border_of_the_photo_is_whole():
    image = photo_with(0, 0)
    assert any(map(len, closer.looks(Near(), image, Points.at(3, 3))))


def test_a_photo_that_is_small_already_is_not_looked_at_again():
    assert not list(closer.parts(Boxes.around(20, 10, 250, 180), SIZE))
    assert not list(closer.parts(Points.at(9, 9), (40, 40)))
