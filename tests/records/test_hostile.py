"""Records of anybody: read, or refused in our words; nothing run, and no file opened."""

import copy
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastseg_edit import Mask, photos, records, remove, replay, replaying
from fastseg_edit.annotate import runlengths
from fastseg_edit.edit import Matte
from fastseg_edit.errors import DocumentError, FastsegError, RecipeError
from fastseg_edit.records import pixels
from fastseg_edit.requests import Folders

SIDE = 24
QUICK = {"profile": "classical", "model": "blur", "seed": 7}


def _photo():
    return np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def _record():
    mask = np.zeros((SIDE, SIDE), bool)
    mask[8:14, 8:14] = True
    edited = remove(_photo(), Mask(mask), **QUICK)
    edited.encode("PNG")
    record = json.loads(json.dumps(edited.record()))
    alpha, colours = mask.astype(np.float32) / 2, np.zeros((SIDE, SIDE, 3), np.uint8)
    record["edits"][0] |= {
        "seeds": [6, 7],
        "matte": pixels.matte(Matte(alpha, colours)),
        "objects": [{"mask": runlengths.written(mask), "score": 1.0, "label": "cup"}],
    }
    return record


VALID = _record()


@pytest.fixture
def record():
    return copy.deepcopy(VALID)


def _put(document, place, value):
    *way, last = place
    for key in way:
        document = document[key]
    document[last] = value


def _painting_with(record, model):
    record["edits"][0]["recipe"]["stages"][-2] = {"inpaint": {"model": model}}
    return record


@pytest.mark.parametrize("ending", [".pt", ".PT", ".dat", ".png", ".SAFETENSORS", ""])
@pytest.mark.parametrize("spelling", ["evil{}", "./evil{}", "inner/evil{}", "inner/../evil{}", "/"])
@pytest.mark.parametrize("option", ["weights", "name"])
def test_weights_that_may_be_a_program_are_refused_however_they_are_spelt(
    record, tmp_path, monkeypatch, option, spelling, ending
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner").mkdir()
    for folder in (tmp_path, tmp_path / "inner"):
        (folder / f"evil{ending}").write_bytes(b"a program")
    named = str(tmp_path / f"evil{ending}") if spelling == "/" else spelling.format(ending)
    model = {"name": "lama", "weights": named} if option == "weights" else named
    with pytest.raises(RecipeError, match="can run a program") as caught:
        records.load(_painting_with(record, model))
    assert "--anywhere" in caught.value.hint


@pytest.mark.parametrize("named", ["owner/name:evil.pt", "owner/name:../../evil.safetensors"])
def test_files_of_the_hub_that_may_be_programs_are_refused(record, named):
    with pytest.raises(RecipeError, match="can run a program"):
        records.load(_painting_with(record, {"name": "lama", "weights": named}))


@pytest.mark.parametrize("named", ["lama-mini", "own.safetensors", "folder", "owner/name"])
def test_weights_that_are_numbers_are_read(record, tmp_path, monkeypatch, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "own.safetensors").write_bytes(b"numbers")
    (tmp_path / "lama-mini").write_bytes(b"a file named as weights are")
    assert records.load(_painting_with(record, {"name": "lama", "weights": named}))


def test_a_lora_out_of_the_folders_is_refused_with_its_strength_too(record, tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    (tmp_path / "ink.safetensors").write_bytes(b"numbers")
    model = {"name": "diffusion", "weights": "sd-mini", "lora": "../ink.safetensors@0.5"}
    with pytest.raises(FastsegError) as caught:
        records.load(_painting_with(record, model))
    assert caught.value.code == "E_PATH_ESCAPES"


@pytest.mark.parametrize("prompt", [
    {"mask": "/etc/hostname"}, {"mask": "beside.png"}, {"rough": "/etc/hostname"},
    {"scribble": "/etc/hostname"}, {"ref": "/etc/hostname"}, {"ref": "beside.png@1,1,5,5"},
    {"ref": {"png": "AAAA", "at": "/etc/hostname"}}, {"prompt": [{"mask": "/etc/hostname"}]},
])  # fmt: skip
def test_a_prompt_reads_no_file(record, prompt):
    record["edits"][0]["spec"]["prompt"] = [prompt]
    with pytest.raises(FastsegError) as caught:
        records.load(record)
    assert caught.value.code == "E_PATH_ESCAPES"
    assert records.load(record, Folders(free=True))


def test_where_nothing_may_be_copied_from_is_no_file_either(record):
    record["edits"][0]["spec"]["avoid"] = "/etc/hostname"
    with pytest.raises(FastsegError) as caught:
        replay(record, _photo())
    assert caught.value.code == "E_PATH_ESCAPES"


def test_the_recorded_output_is_looked_for_in_the_folder_alone(record, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "out.png").write_bytes(photos.to_png(_photo()))
    record["output"] |= {"name": "../out.png", "sha256": "0" * 64}
    path = tmp_path / "own" / "photo.edit.json"
    path.write_text(json.dumps(record))
    known = records.load(path)
    assert replaying.compare(known, replay(known, _photo())) == (False, None)


RUNS = {"size": [65535, 65535], "counts": "0"}
NESTED = {"everything": True}
for _ in range(2000):
    NESTED = {"prompt": [NESTED]}

DAMAGED = [
    *((("edits", 0, "seeds"), wrong) for wrong in (5, [8], ["a"], list(range(3000)), None, {})),
    *((("edits", 0, "seed"), wrong) for wrong in ("x", float("nan"), -1, 2**70, [1], True, 1.5)),
    *((("edits", 0, "mask"), wrong) for wrong in (RUNS, None, {}, {"size": [SIDE, SIDE]})),
    *((("edits", 0, "objects"), wrong) for wrong in (
        5, [5], [{"mask": RUNS, "score": 1}],
        [{"mask": VALID["edits"][0]["mask"], "score": "x"}],
        [{"mask": VALID["edits"][0]["mask"], "score": float("nan")}],
    )),
    (("edits", 0, "matte"), {"shown": RUNS, "alpha": "", "colours": ""}),
    (("edits", 0, "layout"), {"size": [65535, 65535], "numbers": ""}),
    (("edits", 0, "pasted"), {}),
    (("operation",), None), (("operation",), "paste"), (("operation",), []),
    (("output",), [1]), (("weights",), [1]), (("weights",), 5), (("versions",), [1]),
    (("photo", "sha256"), 5), (("photo",), {}),
    (("edits", 0, "spec", "prompt"), [NESTED]),
    (("edits",), [VALID["edits"][0]] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("place", "wrong"), DAMAGED, ids=[str(n) for n in range(len(DAMAGED))])
def test_what_is_damaged_is_refused_in_one_line(record, place, wrong):
    _put(record, place, wrong)
    with pytest.raises(RecipeError) as caught:
        replay(record, _photo())
    assert caught.value.code == "E_RECIPE"
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("depth", "good"), [(90, True), (110, False)])
def test_prompts_stand_in_one_another_only_so_deep(record, depth, good):
    nested = {"box": [2, 2, 9, 9]}
    for _ in range(depth):
        nested = {"prompt": [nested]}
    record["edits"][0]["spec"]["prompt"] = [nested]
    if good:
        assert replay(record, _photo()).state == "done"
        return
    with pytest.raises(DocumentError, match="prompts stand in one another") as caught:
        records.load(record)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("spot", [{"x": 1}, [], {"at": 1, 5: 6}])
def test_a_bad_spot_is_refused(record, spot):
    record["operation"] = "paste"
    record["edits"][0]["pasted"] = {"source": record["photo"], "spot": spot, "settings": {}}
    with pytest.raises(RecipeError, match="/edits/0/pasted/spot"):
        records.load(record)


def _places(document, way=()):
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inner:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*way, key))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([2**70, -1, "\0", "..", "/", "remove", "blur", "2%"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(_places(VALID), key=repr)), ANYTHING)
def test_any_value_at_any_place_is_read_or_refused_in_our_words(place, value):
    record = copy.deepcopy(VALID)
    _put(record, place, value)
    with suppress(FastsegError):
        known = records.load(record)
        replaying.compare(known, replay(known, _photo()))
