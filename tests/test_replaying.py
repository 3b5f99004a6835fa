"""Edits made again: the same bytes, whatever the edit was."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fastseg_edit
from fastseg_edit import (
    Boxes,
    EditSpec,
    Mask,
    Points,
    fill,
    outpaint,
    paste,
    photos,
    records,
    remove,
    replace,
    replace_background,
    replay,
    replaying,
    segment,
    steps,
    world,
)
from fastseg_edit.backends.plain import Colour
from fastseg_edit.errors import InputError, RecipeError
from fastseg_edit.requests import Folders
from fastseg_edit.spots import Spot

CLASSICAL = {"profile": "classical"}
QUICK = {**CLASSICAL, "model": "blur"}
BOX = Boxes.around(50, 30, 110, 90)


def recorded(edited, form="PNG", folder=None):
    """The bytes of an edit, and its record as it stands in a file."""
    stored = edited.encode(form)
    return stored, json.loads(json.dumps(edited.record(folder)))


def is_repeated(edited, photo, form="PNG", **options):
    stored, record = recorded(edited, form)
    again = replay(record, photo, **options)
    assert again.encode(form) == stored
    assert replaying.compare(records.load(record), again).identical
    assert np.array_equal(again.mask, edited.mask)
    return again


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("operation", [remove, fill, replace, replace_background, segment])
def test_every_operation_is_repeated_to_the_bit(photo, operation, form):
    given = photos.encode(photos.from_array(photo), "JPEG", "keep") if form == "JPEG" else photo
    caption = [] if operation in (remove, segment) else ["#a02010"]
    model = {"model": "colour" if caption else "blur"} if operation != segment else {}
    edited = operation(given, BOX, *caption, seed=3, **CLASSICAL, **model)
    is_repeated(edited, given, form, select_again=form == "PNG")


def test_a_canvas_is_extended_again(photo):
    is_repeated(outpaint(photo, extend="10%", model="blur", **CLASSICAL), photo)


@settings(max_examples=4)
@given(st.integers(0, 2**63 - 1), st.integers(4, 50), st.integers(4, 40))
def test_any_mask_and_seed_is_repeated_to_the_bit(seed, left, top):
    photo = np.random.default_rng(seed).integers(0, 256, (60, 80, 3), np.uint8)
    mask = np.zeros((60, 80), bool)
    mask[top : top + 9, left : left + 12] = True
    is_repeated(remove(photo, Mask(mask), seed=seed, **CLASSICAL), photo)


def test_each_variant_is_repeated_by_itself(photo, square):
    edited = remove(photo, Mask(square), variants=3, seed=7, **CLASSICAL)
    for number, one in enumerate((edited, *edited.variants)):
        assert one.record()["edits"][0]["seed"] == 7 + number
        again = is_repeated(one, photo)
        assert not again.variants


def test_steps_are_repeated_one_after_the_other(photo, square):
    plan = [
        EditSpec("remove", None, Mask(square), options={"model": "blur", **CLASSICAL}),
        EditSpec("fill", None, Points.at(80, 60), "#00f", {"model": "colour", **CLASSICAL}, True),
    ]
    edited = steps(photo, plan)
    assert len(edited.record()["edits"]) == 2
    is_repeated(edited, photo)
    is_repeated(edited, photo, select_again=True)


@pytest.mark.parametrize("select_again", [False, True])
def test_a_paste_is_laid_again(photo, tmp_path, select_again):
    source = tmp_path / "source.png"
    source.write_bytes(photos.to_png(photo[:, ::-1]))
    spot = Spot(("30%", 40), scale=0.5, flip=True)
    edited = paste(photo, source, BOX, spot, blend="multiband", **CLASSICAL)
    stored, record = recorded(edited, folder=tmp_path)
    assert record["edits"][0]["pasted"]["source"]["path"] == "source.png"
    (tmp_path / "photo.edit.json").write_text(json.dumps(record))
    again = replay(tmp_path / "photo.edit.json", photo, select_again)
    assert again.encode("PNG") == stored
    source.write_bytes(photos.to_png(photo))
    with pytest.raises(InputError) as caught:
        replay(tmp_path / "photo.edit.json", photo, select_again)
    assert caught.value.code == "E_INPUT_CHANGED"


def test_an_edit_that_looks_at_its_result_is_repeated_with_its_verdict(photo):
    edited = remove(photo, BOX, verify=2, **QUICK)
    assert is_repeated(edited, photo).edit.verdict == edited.edit.verdict


def test_a_photo_in_which_nothing_was_found_is_copied_again(photo, square):
    nothing = Mask(square) - Mask(square)
    edited = remove(photo, nothing, on_empty="copy", **CLASSICAL)
    assert edited.state == is_repeated(edited, photo).state == "unchanged"


def test_networks_repeat_their_edits_to_the_bit():
    scene = world.draw(world.Split.VALIDATION.seed(3), 128)
    mask = np.zeros((128, 128), bool)
    mask[30:80, 40:90] = True
    for spec in (
        EditSpec("replace", scene.photo, Mask(mask), "a red star", {"variants": 2, "steps": 2}),
        EditSpec("remove", scene.photo, Mask(mask)),
    ):
        spec = EditSpec(
            spec.operation,
            spec.photo,
            spec.prompt,
            spec.caption,
            {**spec.options, "profile": "mini"},
        )
        edited = fastseg_edit.operations.run(spec)
        is_repeated((edited, *edited.variants)[-1], scene.photo)
        named = {each["name"]: each for each in edited.record()["weights"]}
        painter = "sd-mini" if spec.caption else "lama-mini"
        assert all(len(digest) == 64 for digest in named[painter]["files"].values())


def test_another_photo_is_refused(photo, square, tmp_path):
    _, record = recorded(remove(photo, Mask(square), **QUICK))
    with pytest.raises(InputError) as caught:
        replay(record, photo[::-1].copy())
    assert caught.value.code == "E_INPUT_CHANGED"
    path = tmp_path / "photo.png"
    path.write_bytes(photos.to_png(photo))
    _, record = recorded(remove(path, Mask(square), **QUICK), folder=tmp_path)
    assert record["photo"]["path"] == "photo.png"
    path.write_bytes(path.read_bytes() + b"!")
    (tmp_path / "photo.edit.json").write_text(json.dumps(record))
    with pytest.raises(InputError) as caught:
        replay(tmp_path / "photo.edit.json")
    assert caught.value.code == "E_INPUT_CHANGED"


def test_a_record_names_no_file_out_of_its_folder_and_the_current_one(
    photo, square, tmp_path, monkeypatch
):
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    (tmp_path / "photo.png").write_bytes(photos.to_png(photo))
    _, record = recorded(remove("../photo.png", Mask(square), **QUICK))
    with pytest.raises(InputError) as caught:
        replay(record)
    assert caught.value.code == "E_PATH_ESCAPES"
    assert "--photo" in caught.value.hint
    assert replay(record, folders=Folders(free=True)).state == "done"
    assert replay(record, "../photo.png").state == "done"
    (tmp_path / "weights").mkdir()
    record["edits"][0]["recipe"]["stages"][-2] = {
        "inpaint": {"model": {"name": "lama", "weights": "../weights"}}
    }
    with pytest.raises(InputError) as caught:
        replay(record, "../photo.png")
    assert caught.value.code == "E_PATH_ESCAPES"


@pytest.mark.parametrize("model", [
    {"name": "lama", "weights": "./own.pt"},
    {"name": "sam-mini", "allow_pickle": True},
])  # fmt: skip
def test_a_record_of_anybody_runs_no_program_and_downloads_nothing(
    photo, square, tmp_path, monkeypatch, model
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.pt").write_bytes(b"a program")
    _, record = recorded(remove(photo, Mask(square), allow_download=True, **QUICK))
    known = records.load(record)
    assert "allow_download" not in known.edits[0].request.settings
    record["edits"][0]["recipe"]["stages"][-2] = {"inpaint": {"model": model}}
    with pytest.raises(RecipeError, match="can run a program") as caught:
        records.load(record)
    assert "--anywhere" in caught.value.hint


def test_what_is_other_today_is_told(photo, square):
    _, record = recorded(remove(photo, Mask(square), **QUICK))
    assert replay(record, photo).warnings == ()
    record["versions"]["numpy"] = "0.1"
    record["weights"] = [{"name": "big-lama", "files": {}}]
    codes = [code for code, _ in replay(record, photo).warnings]
    assert codes == ["W_REPLAY", "W_REPLAY"]


def test_a_model_given_as_an_object_is_named_or_what_is_lost_is_said(photo, square):
    class Own(Colour):
        """A model of the user's that no name stands for."""

    is_repeated(fill(photo, Mask(square), "#123456", model=Colour(), **CLASSICAL), photo)
    _, record = recorded(fill(photo, Mask(square), "#123456", model=Own(), **CLASSICAL))
    with pytest.raises(RecipeError, match=r"cannot be repeated: a Own given as an object"):
        replay(record, photo)


@pytest.mark.parametrize(
    "damaged",
    [{}, [], 5, {"record": 99}, {"record": 1}, {"record": 1, "edits": [5], "photo": {}},
     {"record": 1, "edits": [{}], "photo": {}}, {"record": 1, "edits": [], "photo": {}},
     {"record": 1, "edits": [{"spec": {}, "recipe": {}}], "photo": {}}],
)  # fmt: skip
def test_what_is_no_record_is_refused(damaged, tmp_path, photo):
    path = tmp_path / "edit.json"
    path.write_text(json.dumps(damaged))
    with pytest.raises(fastseg_edit.FastsegError) as caught:
        replay(path, photo)
    assert caught.value.code in ("E_RECIPE", "E_SPEC")
