"""Batches for whoever writes Python."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from PIL import Image

from fastseg_edit import Mask, batch
from fastseg_edit.errors import DocumentError, SpecError

SCRIPT = """
    import numpy as np
    import fastseg_edit
    from fastseg_edit import Mask

    mask = np.zeros((40, 48), bool)
    mask[10:20, 10:22] = True
    chosen = dict(profile="classical", save=["mask"], out="out", jobs=1)
    names = ["photos/a.png", "photos/bad.jpg", "photos/deep/b.png"]
    for outcome in fastseg_edit.batch(names, "remove", Mask(mask), **chosen):
        print(outcome.id, outcome.state, outcome.error and outcome.error.code, len(outcome.outputs))
        assert (outcome.seconds > 0) == (outcome.state == "done")
    again = fastseg_edit.batch(names, "remove", Mask(mask), **chosen)
    print(sorted(map(repr, again), reverse=True)[0])
    for outcome in fastseg_edit.batch("photos/*.png", prompt=Mask(mask), profile="classical"):
        print(outcome.outputs)
        break
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    image = np.random.default_rng(0).integers(60, 90, (40, 48, 3)).astype(np.uint8)
    (tmp_path / "photos/deep").mkdir(parents=True)
    Image.fromarray(image).save("photos/a.png")
    Image.fromarray(image).save("photos/deep/b.png")
    (tmp_path / "photos/bad.jpg").write_bytes(b"no photo")
    return tmp_path


def test_a_plain_script_gets_an_outcome_for_each_photo_and_may_stop_early(folder):
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    *first, again, early = done.stdout.splitlines()
    assert sorted(first) == [
        "a.png done None 3",
        "bad.jpg failed E_INPUT_FORMAT 0",
        "deep/b.png done None 3",
    ]
    assert again == f"Outcome('deep/b.png': done before -> '{folder}/out/deep/b.png')"
    sidecar = f"'{folder}/photos-edited/a.png.edit.json'"
    assert early == f"('{folder}/photos-edited/a.png', {sidecar})"


MASK = Mask(np.ones((40, 48), bool))


def test_nothing_is_looked_at_before_the_first_outcome_is_asked_for(folder):
    outcomes = batch({"itms": [], "out": "out"})
    with pytest.raises(DocumentError, match="'items'"):
        next(outcomes)
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("job", "options", "about"),
    [
        ([], {}, "at least one photo"),
        (3, {}, "a job was wanted, got 3"),
        ("photos", {"dilat": 3}, "dilat"),
        ("photos", {"operation": "remov"}, "remov"),
        ("photos", {"out": "-"}, "folder"),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(job, options, about):
    with pytest.raises(SpecError, match=about):
        next(batch(job, **{"operation": "remove", "prompt": MASK, **options}))


def test_a_document_is_relative_to_the_current_folder(folder):
    entry = {"operation": "segment", "photo": "photos/bad.jpg", "prompt": [{"point": [3, 4]}]}
    (outcome,) = batch({"items": [entry], "out": "out"})
    assert (outcome.photo, outcome.state, outcome.outputs) == ("photos/bad.jpg", "failed", ())
    assert outcome.fails
    assert outcome.warnings == ()
    assert outcome.where == str(folder / "out")


@pytest.mark.parametrize("limits", [{"jobs": "two"}, {"jobs": -1}, {"timeout": "x"}])
def test_a_limit_that_makes_no_sense_is_told_by_its_name(limits):
    (name,) = limits
    with pytest.raises(SpecError, match=f"^{name} must be"):
        next(batch("photos", prompt=Mask(np.ones((2, 2), bool)), **limits))
