"""Edits as documents: what was written down is read again, and all mistakes are told at once."""

import contextlib
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fastseg_edit import EditSpec, extents, options, photos, requests, settings
from fastseg_edit.annotate import runlengths
from fastseg_edit.errors import (
    DocumentError,
    FastsegError,
    PromptError,
    RecipeError,
    SpecError,
)
from fastseg_edit.prompt import (
    Boxes,
    Combined,
    Everything,
    Mask,
    Points,
    Reference,
    Rough,
    Scribble,
    Text,
)
from fastseg_edit.requests import Folders, plans, writing
from fastseg_edit.sources import Opened

SIZE = (24, 32)
PHOTO = Opened(photos.from_array(np.zeros((*SIZE, 3), np.uint8)), "array")

numbers = st.floats(0, 20, allow_nan=False)
masks = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).random(SIZE) < 0.3)
boxes = st.tuples(numbers, numbers, st.floats(1, 9), st.floats(1, 9)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
clicks = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=3)
points = st.builds(
    lambda xy, box: Points(tuple(xy), (1,) * len(xy), box), clicks, st.none() | boxes
)
scored = st.lists(st.tuples(boxes, st.floats(0, 1)), min_size=1, max_size=3).map(
    lambda found: Boxes(tuple(box for box, _ in found), tuple(score for _, score in found))
)
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
texts = words.filter(lambda text: text.strip()).map(Text)
pictures = masks.map(lambda mask: np.dstack([mask * np.uint8(200)] * 3))
likenesses = st.builds(Reference, pictures, st.none() | masks.filter(np.any))
references = st.builds(
    lambda one, more: Reference(one.image, one.mask, tuple(more)),
    likenesses,
    st.lists(likenesses, max_size=2),
)
strokes = masks.filter(np.any).map(lambda on: Scribble(on, ~on))
leaves = st.one_of(
    points, scored, boxes.map(lambda box: Boxes((box,))), texts, references, strokes,
    masks.map(Mask), masks.map(Rough), st.just(Everything()),
)  # fmt: skip
signs = st.sampled_from(["union", "intersect", "subtract"])
prompts = st.recursive(leaves, lambda inner: st.builds(Combined, signs, inner, inner), max_leaves=5)


def same(one, other):
    """Tell whether two prompts select alike: those with pixels are never equal."""
    match one, other:
        case Combined(sign, left, right), Combined(sign_too, left_too, right_too):
            return sign == sign_too and same(left, left_too) and same(right, right_too)
        case (Mask(), Mask()) | (Rough(), Rough()):
            return np.array_equal(one.pixels, other.pixels)
        case Scribble(), Scribble():
            return np.array_equal(one.on, other.on) and np.array_equal(one.off, other.off)
        case Reference(), Reference():
            pictured = np.array_equal(one.image, other.image)
            masked = (one.mask is None) == (other.mask is None)
            if one.mask is not None and other.mask is not None:
                masked = np.array_equal(one.mask, other.mask)
            many = len(one.more) == len(other.more)
            return pictured and masked and many and all(map(same, one.more, other.more))
        case _:
            return one == other


def again(spec):
    """The spec, written to a file and read from it."""
    return requests.read(json.loads(json.dumps(requests.written(spec)))).spec(PHOTO)


@given(prompts)
def test_a_prompt_that_is_written_and_read_selects_the_same(prompt):
    back = again(EditSpec("segment", PHOTO, prompt)).prompt
    assert same(prompt, back), f"{prompt!r} came back as {back!r}"


SAMPLES = {
    "recipe": "remove", "profile": "mini", "segmenter": "grabcut",
    "model": {"name": "colour"}, "labels": ["cup", "dog"], "which": "all", "variants": 3,
    "scheduler": "ddim", "negative": "fog", "background": "sand",
    "dtype": "float32", "offload": "none",
    "model_options": {"lora": "ink"}, "device": "cpu", "on_empty": "copy", "frame": 2,
    "overrides": {"dilate.radius": "2%"}, "blend": "poisson",
}  # fmt: skip
"""Values that no number or truth value stands for."""


def test_every_setting_is_written_and_read():
    for name in settings.schema()["properties"].keys() - {*extents.SETTINGS}:
        value = SAMPLES.get(name)
        if value is None:
            kind = options.schema(options.hints_of(settings.Settings)[name])
            kinds = json.dumps(kind)
            value = True if "boolean" in kinds else 1
        spec = EditSpec("remove", PHOTO, Text("a cup"), "", {name: value})
        assert again(spec).options == {name: value}


def test_captions_avoided_places_and_canvases_are_written_and_read():
    avoid = np.zeros(SIZE, bool)
    avoid[3:9, 4:7] = True
    spec = EditSpec("fill", PHOTO, Text("a cup"), "a “red” mug", {"avoid": avoid}, afterwards=True)
    back = again(spec)
    assert (back.caption, back.afterwards) == (spec.caption, True)
    assert np.array_equal(back.options["avoid"], avoid)
    grown = EditSpec("outpaint", PHOTO, None, "a sea", {"extend": ["10%", 0, 20, 0]})
    assert again(grown).options == grown.options
    assert again(grown).prompt is None


MISTAKES = {
    "operation": "remov",
    "prompt": [
        {"pont": [1, 2]},
        {"box": [1, 2, 3]},
        {"text": " "},
        {"mask": "../../etc/x.png"},
        {"text": "a", "combine": "minus"},
        {"text": "a", "box": "1,2,3,4"},
        {"prompt": [{"mask": {"size": [2, 2], "counts": 5}}]},
    ],
    "dilat": 3,
    "seed": -1,
    "with": "a mug",
    "device": "tpu",
    "caption": 5,
}


def test_all_mistakes_are_told_at_once_with_their_places():
    with pytest.raises(DocumentError) as caught:
        requests.read(MISTAKES, Folders(), place="/items/3")
    told = {problem.place.removeprefix("/items/3"): problem for problem in caught.value.problems}
    assert set(told) == {
        "/operation", "/prompt/0/pont", "/prompt/1/box", "/prompt/2/text", "/prompt/3/mask",
        "/prompt/4/combine", "/prompt/5", "/prompt/6/prompt/0/mask", "/dilat", "/seed", "/with",
        "/device", "/caption",
    }  # fmt: skip
    hints = {"/operation": "remove", "/prompt/0/pont": "point", "/dilat": "dilate", "/with": "capt"}
    for place, name in hints.items():
        assert name in told[place].hint
    assert told["/prompt/3/mask"].code == "E_PATH_ESCAPES"
    assert caught.value.code == "E_SPEC"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_what_defaults_get_wrong_is_told_once_and_where_it_stands():
    step = {"operation": "remove", "prompt": [{"text": "a"}]}
    plan = {"steps": [step, {**step, "operation": "replace"}, 7], "stepps": [],
            "defaults": {"seed": -1, "sed": 3}}  # fmt: skip
    with pytest.raises(DocumentError) as caught:
        plans.read(plan, Folders())
    places = [problem.place for problem in caught.value.problems]
    assert set(places) == {"/defaults/sed", "/defaults/seed", "/steps/1", "/steps/2", "/stepps"}
    assert len(places) == 5


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["prompt", "point", "box", "mask", "ref", "size", "counts", "on", "text",
                         "combine", "operation", "seed", "avoid", "model", "steps", "at", "png"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(json_values, st.sampled_from(["remove", "outpaint"]))
def test_whatever_a_document_holds_it_is_read_or_refused_in_our_words(value, operation):
    edit = {"operation": operation, "prompt": [{"text": "a"}], "avoid": value}
    for document in (value, edit, {"operation": operation, "prompt": value}, {"steps": [value]}):
        with contextlib.suppress(FastsegError):
            assert requests.read(document).spec(PHOTO).operation == operation


def test_shares_and_clicks_mean_the_photo_that_is_opened():
    parts = [{"point": "50%,25%"}, {"point": [3, "50%", "-"]}]
    asked = requests.read({"operation": "segment", "prompt": parts})
    assert asked.spec(PHOTO).prompt == Points(((16, 6), (3, 12)), (1, 0))


def test_paths_are_relative_to_the_document_and_stay_in_their_folders(tmp_path):
    (tmp_path / "deep").mkdir()
    mask = np.zeros(SIZE, bool)
    mask[2:5, 3:9] = True
    Image.fromarray(mask).save(tmp_path / "mask.png")
    (tmp_path / "deep" / "link.png").symlink_to(tmp_path / "mask.png")

    def read(name, folders):
        return requests.read({"operation": "segment", "prompt": [{"mask": name}]}, folders)

    asked = read("mask.png", Folders(tmp_path))
    assert list(asked.files()) == [tmp_path / "mask.png"]
    assert np.array_equal(asked.spec(PHOTO).prompt.pixels, mask)
    deep = Folders(tmp_path / "deep")
    for name in ("../mask.png", str(tmp_path / "mask.png"), "link.png", "a/../../mask.png"):
        with pytest.raises(DocumentError) as caught:
            read(name, deep)
        assert caught.value.code == "E_PATH_ESCAPES"
        assert read(name, Folders(tmp_path / "deep", (tmp_path,)))
        assert read(name, Folders(tmp_path / "deep", free=True))


def test_an_error_found_with_the_photo_says_where_in_the_document_it_is():
    small = runlengths.written(np.ones((3, 4), bool))
    parts = [{"text": "a"}, {"prompt": [{"mask": small}]}]
    asked = requests.read({"operation": "segment", "prompt": parts})
    with pytest.raises(PromptError, match=r"^/prompt/1/prompt/0/mask: the mask is 4x3"):
        asked.spec(PHOTO)


@given(masks, st.integers(0, 40), st.integers(0, 127))
def test_damaged_run_lengths_are_refused_or_are_a_mask(mask, place, letter):
    written = runlengths.written(mask)
    assert np.array_equal(runlengths.read(written), mask)
    counts = written["counts"]
    place %= max(len(counts), 1)
    damaged = counts[:place] + chr(letter) + counts[place + 1 :]
    with contextlib.suppress(SpecError):
        assert runlengths.read({**written, "counts": damaged}).shape == SIZE


def test_an_object_that_no_name_stands_for_is_not_written_down():
    with pytest.raises(RecipeError, match="object"):
        writing.plain({"model": object()})
