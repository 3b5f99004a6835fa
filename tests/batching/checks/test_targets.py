"""Which files a job would write: each once, and none that is read."""

import io
import os
import shutil
import unicodedata
import uuid
from collections import Counter
from pathlib import Path

import pytest
from checked_jobs import CLICK, planned, refused
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fastseg_edit.batching.checks import checking, claims
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.storage import naming, places
from fastseg_edit.errors import DocumentError

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


def test_the_journal_is_no_result(home):
    entry = {"photo": "a.png", "name": ".Fastseg-Edit/journal.png"}
    assert refused(home, entry) == [("/items/0", "E_PATH_ESCAPES")]


def test_a_name_may_be_too_long(home):
    assert refused(home, {"photo": "a.png", "name": "é" * 130 + ".png"})[0][1] == "E_OUTPUT_WRITE"


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
