"""Equal edits have equal keys, whatever bears on the result has its part in them, and no more."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit import requests
from fastseg_edit.batching.manifests.gates import Bounds, Gates
from fastseg_edit.batching.manifests.items import Item, Writing
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.errors import FastsegError

PHOTO = "5" * 64

EDIT = {
    "operation": "replace",
    "prompt": [{"point": [3, 4]}, {"box": [1, 2, 8, 9], "combine": "subtract"}],
    "caption": "a red mug",
    "profile": "classical",
}


def item_of(folder, edit=EDIT, place="/items/0", **more):
    request = requests.read(edit, requests.Folders(folder, (Path(),)), place=place)
    return Item(0, "a", "a.png", (request,), "a.png", **more)


def key(item, photo=PHOTO):
    return Keys(hash_of).of(item, photo)


CHANGES = {
    "operation": "fill",
    "prompt": [{"point": [3, 5]}, {"box": [1, 2, 8, 9], "combine": "subtract"}],
    "caption": "a blue mug",
    "profile": {"segmenter": "grabcut", "inpainter": "blur"},
    "model": "blur",
    "widen": "3%",
    "feather": 2,
    "seed": 1,
    "on_empty": "copy",
    "max_coverage": 0.5,
    "variants": 2,
    "afterwards": True,
    "avoid": [[0, 0, 2, 2]],
}


def test_any_change_of_the_edit_makes_another_key(tmp_path):
    profile = "{segmenter: grabcut, inpainter: {name: blur, strength: 0.1}}"
    (tmp_path / "profile.yaml").write_text(profile)
    changes = {**CHANGES, "profile": "profile.yaml"}
    keys = {name: key(item_of(tmp_path, {**EDIT, name: new})) for name, new in changes.items()}
    keys["none"] = key(item_of(tmp_path))
    assert len({*keys.values()}) == len(keys), keys


def test_photo_writing_and_gates_have_their_part(tmp_path):
    base = item_of(tmp_path)
    keys = [
        key(base), key(base, "6" * 64),
        key(replace(base, writing=Writing(format="PNG"))),
        key(replace(base, writing=Writing(metadata="strip"))),
        key(replace(base, writing=Writing(save=("mask",)))),
        key(replace(base, writing=Writing(sidecar=False))),
        key(replace(base, gates=Gates(coverage=Bounds(0.1)))),
        key(replace(base, requests=base.requests * 2)),
        key(base.seeded(1)), key(base.seeded(2)),
    ]  # fmt: skip
    assert len({*keys}) == len(keys)


def test_what_has_no_bearing_on_the_result_has_no_part(tmp_path):
    base = item_of(tmp_path)
    same = [
        replace(base, number=7, id="b", photo="b.png", output="b.png", place="/items/7"),
        replace(base, writing=Writing(if_exists="overwrite")),
        item_of(tmp_path, place="/items/7/steps/2"),
        item_of(tmp_path, {**EDIT, "device": "cpu"}),
        item_of(tmp_path, {**EDIT, "max_pixels": 10**6}),
    ]
    assert {key(each) for each in same} == {key(base)}


FILES = {
    "mask.png": {"prompt": [{"mask": "mask.png"}]},
    "other.png": {"prompt": [{"ref": "other.png"}]},
    "profile.yaml": {"profile": "profile.yaml"},
    "recipe.yaml": {"recipe": "recipe.yaml"},
}


def files_in(folder):
    """Write the files that `FILES` name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mask.png").write_bytes(b"a mask, as far as a key goes")
    (folder / "other.png").write_bytes(b"another photo")
    (folder / "profile.yaml").write_text("{segmenter: grabcut, inpainter: blur}")
    recipe = "stages: [segment, select, {dilate: {radius: 2}}, inpaint, composite]"
    (folder / "recipe.yaml").write_text(recipe)
    return folder


CHANGED = {
    "mask.png": b"another mask",
    "other.png": b"yet another photo",
    "profile.yaml": b"{segmenter: grabcut, inpainter: exemplar}",
    "recipe.yaml": b"stages: [segment, select, {dilate: {radius: 3}}, inpaint, composite]",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_counts_by_what_it_holds_and_not_by_where_it_lies(tmp_path, name):
    edit = {**EDIT, **FILES[name]}
    here, there = files_in(tmp_path / "here"), tmp_path / "there" / "it is"
    shutil.copytree(here, there)
    assert key(item_of(here, edit)) == key(item_of(there, edit))
    (there / name).write_bytes(CHANGED[name])
    assert key(item_of(here, edit)) != key(item_of(there, edit))


def test_a_file_that_is_not_there_gives_no_key(tmp_path):
    edit = {**EDIT, "prompt": [{"mask": "none.png"}]}
    with pytest.raises((FastsegError, OSError)):
        key(item_of(tmp_path, edit))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=4))
def test_two_prompts_have_one_key_only_if_they_are_equal(clicks):
    def with_clicks(chosen):
        edit = {**EDIT, "prompt": [{"point": list(each)} for each in chosen]}
        return key(item_of(Path(), edit))

    assert with_clicks(clicks) == with_clicks([*clicks])
    assert (with_clicks(clicks) == with_clicks(clicks[::-1])) == (clicks == clicks[::-1])


def test_keys_are_the_same_in_another_process(tmp_path, pytestconfig):
    files_in(tmp_path)
    edits = [{**EDIT, **each} for each in ({}, *FILES.values())]
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from test_keys import EDIT, FILES, item_of, key\n"
        "for each in ({}, *FILES.values()):\n"
        "    print(key(item_of(Path(sys.argv[1]), {**EDIT, **each})))"
    )
    here = pytestconfig.rootpath / "tests" / "batching" / "manifests"
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path, here], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [key(item_of(tmp_path, edit)) for edit in edits]
