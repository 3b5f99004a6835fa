"""Every mix of prompts: what the flags say is what the same prompts in Python say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fastseg_edit import Boxes, Edit, Mask, Points, photos
from fastseg_edit.apps import asking, texts
from fastseg_edit.apps.cli import main
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.prompt import Combined, Rough
from fastseg_edit.sources import Opened
from fastseg_edit.stages import Segment, Select

SIZE = (24, 32)
SIGNS = {"union": "|", "intersect": "&", "subtract": "-"}


def asked(**flags):
    given = {kind: [] for kind in (*texts.KINDS, "avoid", "set", "model_option")} | {
        "combine": "union", "everything": False, "separate": False, "mask_resize": "error"
    }  # fmt: skip
    opened = Opened(photos.from_array(np.zeros((*SIZE, 3), np.uint8)), "array")
    return asking.request("segment", given | flags).spec(opened).prompt


class Squares:
    """Finds the cell of a board of 8 x 8 pixels that is pointed at, or the box itself."""

    def encode(self, image, /):
        return image.shape[:2]

    def predict(self, encoding, prompt, /):
        if isinstance(prompt, Boxes):
            boxes = [tuple(map(int, box)) for box in prompt.xyxy]
        else:
            x, y = (int(place) // 8 * 8 for place in prompt.xy[0])
            boxes = [(x, y, x + 8, y + 8)]
        return Candidates.of(
            [inside(box, encoding) for box in boxes], encoding, None, list(range(len(boxes)))
        )


def inside(box, size=SIZE):
    left, top, right, bottom = box
    mask = np.zeros(size, bool)
    mask[top:bottom, left:right] = True
    return mask


def joined(prompt):
    edit = Select()(Segment(Squares(), fallback=())(Edit(np.zeros((*SIZE, 3), np.uint8), prompt)))
    return edit.mask, edit.chosen


def selected(prompt):
    """The mask of a prompt, empty where nothing is left of it."""
    try:
        return joined(prompt)[0]
    except NoObjectError:
        return np.zeros(SIZE, bool)


clicks = st.tuples(st.integers(0, 31), st.integers(0, 23)).map(
    lambda xy: (Points.at(*xy), inside((xy[0] // 8 * 8, xy[1] // 8 * 8,
                                        xy[0] // 8 * 8 + 8, xy[1] // 8 * 8 + 8)))
)  # fmt: skip
boxes = st.tuples(
    st.integers(0, 20), st.integers(0, 16), st.integers(4, 12), st.integers(4, 8)
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
places = clicks | boxes.map(lambda box: (Boxes((box,)), inside(box)))
ready = boxes.map(lambda box: (Mask(inside(box)), inside(box)))
leaves = places | ready
SETS = {"union": np.logical_or, "intersect": np.logical_and,
        "subtract": lambda one, other: one & ~other}  # fmt: skip


def together(parts):
    return st.tuples(st.sampled_from(sorted(SETS)), parts, parts).map(
        lambda drawn: (
            Combined(drawn[0], drawn[1][0], drawn[2][0]),
            SETS[drawn[0]](drawn[1][1], drawn[2][1]),
        )
    )


@given(st.recursive(leaves, together, max_leaves=5).filter(lambda drawn: drawn[1].any()))
def test_prompts_combine_as_the_sets_of_their_pixels(drawn):
    prompt, true = drawn
    mask, objects = joined(prompt)
    assert np.array_equal(mask, true)
    assert np.array_equal(objects.union(range(len(objects))), true)


@given(st.lists(leaves, min_size=1, max_size=4), ready)
def test_a_union_keeps_objects_apart_and_a_cut_drops_none_of_them_in_part(parts, cut):
    prompt, whole = parts[0]
    for other, _ in parts[1:]:
        prompt = prompt | other
    left = [mask & ~cut[1] for _, mask in parts if (mask & ~cut[1]).any()]
    if left:
        _, objects = joined(prompt - cut[0])
        assert len(objects) == len(left)
        for number, mask in enumerate(left):
            assert np.array_equal(objects[number], mask)
    assert whole.any()


@given(st.lists(st.sampled_from(["union", "intersect", "subtract", "add"]), min_size=1, max_size=3))
def test_flags_combine_as_operators_do(signs):
    points = [(1 + 8 * number, 9) for number in range(len(signs))]
    flags = [f"{x},{y}:{sign}" for (x, y), sign in zip(points, signs, strict=True)]
    wanted = Boxes.around(0, 0, 32, 24)
    for sign in (*SIGNS, "add"):
        same = [xy for xy, how in zip(points, signs, strict=True) if how == sign]
        for xy in same:
            operation = "union" if sign == "add" else sign
            wanted = Combined(operation, wanted, Points.at(*xy))
    given_by_flags = asked(box=["0,0,32,24"], point=flags, separate=True)
    assert np.array_equal(selected(given_by_flags), selected(wanted))


def test_several_clicks_are_one_object_and_with_separate_one_each():
    flags = ["3,3", "20,3"]
    assert asked(point=flags) == Points(((3, 3), (20, 3)))
    assert asked(point=flags, separate=True) == Points.separate((3, 3), (20, 3))
    assert len(joined(asked(point=flags, separate=True))[1]) == 2


def test_a_click_beside_an_object_is_no_object_of_its_own():
    with pytest.raises(PromptError, match=r"each click is an object, and '3,3,-' is none"):
        asked(point=["9,9", "3,3,-"], separate=True)


def test_a_rough_mask_is_read_from_a_file(tmp_path):
    path = tmp_path / "rough.png"
    Image.fromarray(inside((4, 4, 12, 12)).astype(np.uint8) * 255).save(path)
    prompt = asked(rough=[str(path)])
    assert isinstance(prompt, Rough)
    assert np.array_equal(prompt.pixels, inside((4, 4, 12, 12)))
    inverted = asked(rough=[f"{path}:inverted"])
    assert np.array_equal(inverted.pixels, ~prompt.pixels)


def test_a_rough_mask_is_made_exact(photo, square, tmp_path):
    grown = np.zeros_like(square)
    grown[36:86, 54:102] = True
    for name, picture in (("photo", photo), ("rough", grown.astype(np.uint8) * 255)):
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    command = ["segment", str(tmp_path / "photo.png"), "--rough", str(tmp_path / "rough.png")]
    assert main([*command, "-q", "-o", str(tmp_path / "mask.png")]) == 0
    found = np.asarray(Image.open(tmp_path / "mask.png")) > 127
    assert (found & square).sum() / (found | square).sum() > 0.97
