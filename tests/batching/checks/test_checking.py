"""What is checked before a job runs: photos one by one, and the files of all of them together."""

import io
import os
import shutil
import struct
import unicodedata
import uuid
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import samples
from PIL import Image

from fastseg_edit.batching import jobs
from fastseg_edit.batching.checks import checking, claims
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.storage import naming, places
from fastseg_edit.errors import DocumentError, OutputError
from fastseg_edit.photos.chunks import SIGNATURE, chunk

CLICK = {"operation": "remove", "prompt": [{"point": [3, 4]}], "profile": "classical"}


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(folder / name)
    return tmp_path


def planned(home, *entries, **said):
    document = {"root": "photos", "defaults": CLICK, "items": list(entries), **said}
    return list(checking.check(manifest.read(document, home)))


def refused(home, *entries, **said):
    with pytest.raises(DocumentError) as caught:
        planned(home, *entries, **said)
    return [(problem.place, problem.code) for problem in caught.value.problems]


def problem_of(home, **entry):
    (one,) = planned(home, {"photo": "a.png", **entry})
    return one.problem and one.problem.code


letters = st.sampled_from(["a", "A", "é", unicodedata.normalize("NFD", "é"), "ß", "ss", "S"])
outputs = st.lists(st.lists(letters, min_size=1, max_size=2).map("".join), max_size=6)


@given(outputs)
def test_files_collide_exactly_when_their_names_fold_alike(names):
    found = claims.Claims()
    for number, name in enumerate(names):
        found.claim(str(number), f"/items/{number}", [name])
    folded = Counter(map(naming.folded, names))
    assert len(list(found.twice())) == sum(count - 1 for count in folded.values())
    found.close()


@settings(max_examples=25)
@given(outputs)
def test_a_plan_is_refused_exactly_when_two_names_fold_alike(tmp_path_factory, names):
    home = tmp_path_factory.getbasetemp() / "plan"
    (home / "photos").mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (30, 20)).save(home / "photos/a.png")
    entries = [{"photo": "a.png", "id": n, "name": f"{name}.png"} for n, name in enumerate(names)]
    alike = len(set(map(naming.folded, names))) < len(names)
    if alike or not names:
        assert {code for _, code in refused(home, *entries)} == {
            "E_OUTPUT_COLLISION" if alike else "E_SPEC"
        }
    else:
        assert len(planned(home, *entries)) == len(names)


def test_the_refusal_names_both_items(home):
    with pytest.raises(DocumentError, match=r"'a\.png' and 'two' would both write 'a\.png'"):
        planned(home, {"photo": "a.png"}, {"photo": "b.png", "id": "two", "name": "a.png"})


def test_what_lies_beside_results_may_collide_too(home):
    shutil.copy(home / "photos/a.png", home / "photos/a.jpg")
    both = [{"photo": "a.png"}, {"photo": "a.jpg"}]
    assert len(planned(home, *both)) == 2
    assert refused(home, *both, defaults={**CLICK, "save": "yolo"})[0][1] == "E_OUTPUT_COLLISION"


def test_a_file_cannot_be_a_folder_for_others(home):
    entries = [{"photo": "a.png", "name": "x.png"}, {"photo": "b.png", "name": "X.png/b.png"}]
    assert refused(home, *entries) == [("/items/0", "E_OUTPUT_COLLISION")]


def test_no_two_items_are_called_the_same(home):
    entries = [{"photo": "a.png", "name": "x.png"}, {"photo": "a.png", "name": "y.png"}]
    assert [code for _, code in refused(home, *entries)] == ["E_SPEC"]


@pytest.mark.parametrize("link", ["same", "symbolic", "hard", "mask"])
def test_no_result_is_a_file_that_is_read(home, link):
    entry, out = {"photo": "a.png", "if_exists": "overwrite"}, "out"
    (home / "out").mkdir()
    if link == "same":
        out = "photos"
    elif link == "symbolic":
        (home / "out/a.png").symlink_to(home / "photos/a.png")
    elif link == "hard":
        os.link(home / "photos/b.png", home / "out/a.png")
        entry["avoid"] = "b.png"
    else:
        shutil.copy(home / "photos/b.png", home / "out/a.png")
        entry["prompt"] = [{"mask": "../out/a.png"}]
    assert refused(home, entry, out=out) == [("/items/0", "E_OUTPUT_IS_INPUT")]


def test_links_among_the_results_do_not_lead_out(home):
    (home / "out").mkdir()
    (home / "out/sub").symlink_to(home, target_is_directory=True)
    entry = {"photo": "a.png", "name": "sub/x.png"}
    assert refused(home, entry, out="out") == [("/items/0", "E_PATH_ESCAPES")]


def test_links_among_the_photos_do_not_lead_out(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "secret.png"
    shutil.copy(home / "photos/a.png", other)
    (home / "photos/c.png").symlink_to(other)
    assert refused(home, {"photo": "c.png"}) == [("/items/0", "E_PATH_ESCAPES")]


def test_the_journal_is_no_result(home):
    entry = {"photo": "a.png", "name": ".Fastseg-Edit/journal.png"}
    assert refused(home, entry) == [("/items/0", "E_PATH_ESCAPES")]


def test_a_name_may_be_too_long(home):
    assert refused(home, {"photo": "a.png", "name": "é" * 130 + ".png"})[0][1] == "E_OUTPUT_WRITE"


def test_what_is_there_already_is_told_of_its_item(home):
    (home / "edited").mkdir()
    (home / "edited/a.png").touch()
    one, two = planned(home, {"photos": "*.png"})
    assert (one.problem.code, two.problem) == ("E_OUTPUT_EXISTS", None)
    assert not any(each.problem for each in planned(home, {"photos": "*", "if_exists": "skip"}))


def test_one_bad_photo_stops_no_other(home):
    (home / "photos/c.png").write_text("hello")
    (home / "photos/d.png").touch()
    huge = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0))
    (home / "photos/e.png").write_bytes(SIGNATURE + huge)
    found = planned(home, {"photos": "*.png"}, {"photo": "f.png"})
    codes = [each.problem and each.problem.code for each in found]
    assert codes == [
        None,
        None,
        "E_INPUT_FORMAT",
        "E_INPUT_EMPTY",
        "E_TOO_MANY_PIXELS",
        "E_INPUT_MISSING",
    ]
    assert found[0].size == (20, 30)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ({"point": [29, 19]}, None),
        ({"point": [30, 4]}, "E_POINT_RANGE"),
        ({"point": [3, -1]}, "E_POINT_RANGE"),
        ({"point": ["nan", 1]}, "E_POINT_RANGE"),
        ({"point": ["99%", "99%"]}, None),
        ({"point": [3, 4, "-"]}, "E_NO_POSITIVE"),
        ({"points": [[3, 4], [40, 4]]}, "E_POINT_RANGE"),
        ({"box": [5, 5, 5, 9]}, "E_BOX_EMPTY"),
        ({"box": [9, 9, 5, 5]}, "E_BOX_EMPTY"),
        ({"prompt": [{"point": [30, 4]}]}, "E_POINT_RANGE"),
        ({"mask": "b.png"}, None),
        ({"mask": "small.png"}, "E_MASK_SIZE"),
        ({"mask": "small.png", "fit": True}, None),
        ({"rough": "missing.png"}, "E_INPUT_MISSING"),
        ({"ref": "missing.png"}, "E_INPUT_MISSING"),
        ({"mask": {"size": [4, 4], "counts": "`0"}}, "E_MASK_SIZE"),
    ],
)
def test_a_prompt_must_make_sense_on_its_photo(home, prompt, code):
    Image.new("L", (10, 10)).save(home / "photos/small.png")
    assert problem_of(home, prompt=[prompt]) == code


def test_coordinates_are_those_of_the_upright_photo(home):
    blob = samples.file_of("JPEG", "RGB", (20, 30), exif=samples.exif(6, size=(20, 30)))
    (home / "photos/a.png").write_bytes(blob)
    assert problem_of(home, prompt=[{"point": [19, 29]}]) is None
    assert problem_of(home, prompt=[{"point": [29, 19]}]) == "E_POINT_RANGE"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"recipe": "nothing"}, "E_RECIPE"),
        ({"profile": "missing.yaml"}, "E_NAME"),
        ({"model": "nobody-knows-it"}, "E_NAME"),
        ({"overrides": {"dilate.size": 3}}, "E_RECIPE"),
        ({"device": "tpu"}, "E_DEVICE"),
        ({"steps": 0}, "E_SPEC"),
        ({"strength": 0}, "E_SPEC"),
        ({"strength": 1.5}, "E_SPEC"),
        ({"guidance": -1}, "E_SPEC"),
        ({"caption": "a\0b"}, "E_TEXT_EMPTY"),
        ({"prompt": [{"text": "a\0b"}]}, "E_TEXT_EMPTY"),
    ],
)
def test_settings_that_cannot_work_stop_the_job(home, said, code):
    found = refused(home, {"photo": "a.png", **said})
    assert {each for _, each in found} == {code}


def test_too_little_room_stops_the_job(home, monkeypatch):
    room = shutil.disk_usage(home)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: room)
    with pytest.raises(OutputError) as caught:
        planned(home, {"photos": "*.png"})
    assert (caught.value.code, caught.value.status) == ("E_OUTPUT_SPACE", 9)


def test_nothing_is_written(home):
    before = sorted(home.rglob("*"))
    planned(home, {"photos": "*.png"})
    assert sorted(home.rglob("*")) == before


def test_items_with_one_id_are_refused_by_it(home):
    entries = [{"photo": "a.png", "id": 7}, {"photo": "b.png", "id": "7"}]
    with pytest.raises(DocumentError, match=r"'7' is the id of an item already: /items/0"):
        planned(home, *entries)
    assert refused(home, *entries) == [("/items/1", "E_SPEC")]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=8))
def test_two_items_collide_once_however_many_files_they_would_write(names):
    found = claims.Claims()
    for number, name in enumerate(names):
        found.claim(str(number), f"/items/{number}", [f"{name}.png", f"{name}.json", f"{name}.txt"])
    told = [(one.name, one.id, one.other_id) for one in found.twice()]
    again = [(n, name) for n, name in enumerate(names) if name in names[:n]]
    assert told == [(f"{name}.png", str(names.index(name)), str(n)) for n, name in again]
    found.close()


def test_a_job_that_only_selects_is_checked_for_the_names_of_its_masks(home):
    entries = [{"photo": "a.png", "id": n, "name": "same.png"} for n in (1, 2)]
    document = {"root": "photos", "defaults": CLICK, "items": entries}
    job = jobs.Job(manifest.read(document, home), selects=True)
    assert [one.item.output for one in job.planned()] == ["a.mask.png", "a.png.mask.png"]
    (home / "edited/masks").mkdir(parents=True)
    (home / "edited/masks/a.mask.png").touch()
    codes = [one.problem and one.problem.code for one in job.planned()]
    assert codes == ["E_OUTPUT_EXISTS", None]


def test_a_prompt_of_thousands_is_refused_and_the_same_boxes_as_one_entry_are_not(home):
    boxes = [[1, 1, 9, 9]] * 2000
    many = {"photo": "a.png", "prompt": [{"box": box} for box in boxes]}
    assert refused(home, many) == [("/items/0/prompt", "E_SPEC")]
    nested = {"photo": "a.png", "prompt": [{"box": boxes[0]}, {"prompt": many["prompt"][:100]}]}
    assert refused(home, nested) == [("/items/0/prompt", "E_SPEC")]
    assert problem_of(home, prompt=[{"boxes": boxes}]) is None
    assert problem_of(home, prompt=many["prompt"][:100]) is None
    assert problem_of(home, prompt=[{"point": [3, 4]}] * 2000) is None


@pytest.mark.parametrize(
    ("root", "out", "name", "refused"),
    [
        ("b/x", "b/x", "{name}", True),
        ("b/x/", "b", "x/{name}", True),
        ("b", "b/x", "{name}", False),
        ("b/x", "b/xy", "{name}", False),
        ("b/x", "b/x", "{stem}-new{ext}", False),
    ],
)
def test_a_photo_at_a_url_is_never_overwritten(root, out, name, refused):
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    place = f"memory://{uuid.uuid4()}"
    content = io.BytesIO()
    Image.new("RGB", (30, 20)).save(content, "PNG")
    places.store(f"{place}/{root}").put("a.png", content.getvalue())
    document = {"root": f"{place}/{root}", "out": f"{place}/{out}", "name": name,
                "defaults": {**CLICK, "if_exists": "overwrite"},
                "items": [{"photo": "a.png"}]}  # fmt: skip
    plan = checking.check(manifest.read(document, Path.cwd(), free=True))
    if refused:
        with pytest.raises(DocumentError) as caught:
            list(plan)
        assert [problem.code for problem in caught.value.problems] == ["E_OUTPUT_IS_INPUT"]
    else:
        assert [each.problem for each in plan] == [None]


def test_words_without_a_model_for_them_stop_the_job(home):
    said = {"photo": "a.png", "prompt": [{"text": "the car"}]}
    assert refused(home, said, {"photo": "b.png"}) == [("/items/0", "E_MODEL_MISSING")]
    both = [{"photo": "a.png"}, {"photo": "b.png", "prompt": [{"text": "the car"}]}]
    assert refused(home, *both) == [("/items/1", "E_MODEL_MISSING")]


def test_a_result_that_would_be_its_own_photo_is_told_once(home):
    found = refused(home, {"photo": "a.png"}, out="photos")
    assert found == [("/items/0", "E_OUTPUT_IS_INPUT")]


def test_photos_that_only_their_ending_tells_apart_may_keep_it(home):
    shutil.copy(home / "photos/a.png", home / "photos/a.jpg")
    defaults = {**CLICK, "format": "png"}
    with pytest.raises(DocumentError, match=r"Say name: '\{reldir\}/\{name\}.png'"):
        planned(home, {"photo": "a.png"}, {"photo": "a.jpg"}, defaults=defaults)
    pattern = "{reldir}/{name}.png"
    found = planned(home, {"photo": "a.png"}, {"photo": "a.jpg"}, defaults=defaults, name=pattern)
    assert [each.item.output for each in found] == ["a.png.png", "a.jpg.png"]


def test_no_mask_of_another_photo_is_suggested(home):
    (home / "masks").mkdir()
    (home / "masks/b.png").touch()
    said = {**CLICK, "prompt": [{"mask": "../masks/{stem}.png"}]}
    (found,) = planned(home, {"photo": "a.png"}, defaults=said)
    assert (found.problem.code, found.problem.hint) == ("E_INPUT_MISSING", "")
    (found,) = planned(home, {"photo": "a.png", "prompt": [{"mask": "../masks/a.png"}]})
    assert found.problem.hint == "Did you mean 'b.png'?"


def test_whoever_gave_flags_reads_of_no_place_in_a_document(home):
    said = {"photo": "a.png", "prompt": [{"prompt": [{"mask": "b{stem}.png"}]}, {"mask": "b.png"}]}
    document = {"root": "photos", "defaults": CLICK, "items": [said]}
    Image.new("L", (9, 9)).save(home / "photos/b.png")
    Image.new("L", (9, 9)).save(home / "photos/ba.png")
    (found,) = checking.check(manifest.read(document, home, free=True))
    assert found.problem.message.startswith("the mask")
    document["items"] = [{**said, "gates": {"count": "few"}}, {**said, "gates": {"count": "few"}}]
    with pytest.raises(DocumentError) as caught:
        list(checking.check(manifest.read(document, home, "shoot", free=True)))
    assert str(caught.value).count("\n") == 0
    assert str(caught.value).startswith("shoot: count: a number")
