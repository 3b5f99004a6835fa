"""Records, variants and plans, as the command line writes and reads them."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
from PIL import Image

from fastseg_edit.apps.cli import main

MASK = ["--mask", "mask.png", "--profile", "classical"]
BLUR = [*MASK, "--model", "blur"]


@pytest.fixture(autouse=True)
def folder(photo_folder):
    return photo_folder


def written(folder):
    given = {"photo.png", "photo.jpg", "mask.png", "plan.yaml"}
    return {path.name for path in folder.iterdir()} - given


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg"])
def test_a_replay_writes_the_same_bytes(folder, name, capsys):
    assert main(["remove", name, *BLUR, "--sidecar", "--metadata", "strip", "--seed", "5"]) == 0
    record = json.loads((folder / "photo.edit.json").read_text())
    assert record["photo"]["name"] == record["photo"]["path"] == name
    assert record["unmasked_changed_pixels"] >= 0
    assert main(["replay", "photo.edit.json", "-o", "again{ext}"]) == 0
    assert "identical" in capsys.readouterr().err
    again = folder / f"again{name[-4:]}"
    assert again.read_bytes() == (folder / f"photo.edit{name[-4:]}").read_bytes()


def test_a_replay_that_differs_says_in_how_many_pixels(folder, capsys):
    assert main(["remove", "photo.png", *BLUR, "--sidecar", "-o", "out.png"]) == 0
    record = json.loads((folder / "out.edit.json").read_text())
    record["edits"][0]["recipe"]["stages"][-2] = {"inpaint": {"model": "colour"}}
    record["edits"][0]["spec"]["caption"] = "#ffffff"
    (folder / "out.edit.json").write_text(json.dumps(record))
    capsys.readouterr()
    assert main(["replay", "out.edit.json", "--json"]) == 0
    output = capsys.readouterr()
    outcome = json.loads(output.out)
    assert outcome["identical"] is False
    assert outcome["differing"] > 0
    assert f"{outcome['differing']} pixels differ" in output.err
    assert written(folder) == {"out.png", "out.edit.json"}


def test_variants_have_files_and_records_of_their_own(folder, capsys):
    flags = [*MASK, "--variants", "3", "--seed", "2", "--sidecar", "--save", "overlay", "--json"]
    assert main(["remove", "photo.png", *flags]) == 0
    outcome = json.loads(capsys.readouterr().out)
    stems = ("photo.edit", "photo.edit-2", "photo.edit-3")
    pictures = {f"{stem}.png" for stem in stems} | {f"{stem}.overlay.png" for stem in stems}
    records = {"photo.edit.json", "photo.edit-2.edit.json", "photo.edit-3.edit.json"}
    assert written(folder) == pictures | records == set(outcome["saved"])
    assert [one["seed"] for one in (outcome, *outcome["variants"])] == [2, 3, 4]
    assert len({(folder / f"{stem}.png").read_bytes() for stem in stems}) == 3
    assert main(["remove", "photo.png", *MASK, "--seed", "3", "-o", "alone.png"]) == 0
    assert (folder / "alone.png").read_bytes() == (folder / "photo.edit-2.png").read_bytes()
    assert main(["replay", "photo.edit-2.edit.json"]) == 0
    assert "identical" in capsys.readouterr().err


@pytest.mark.parametrize(
    "taken", ["photo.edit-2.png", "photo.edit-3.overlay.png", "photo.edit-2.edit.json"]
)
def test_all_files_of_all_variants_are_looked_at_before_anything_runs(folder, taken, capsys):
    (folder / taken).write_bytes(b"mine")
    flags = [*BLUR, "--variants", "3", "--sidecar", "--save", "overlay"]
    assert main(["remove", "photo.png", *flags]) == 2
    assert f"{taken} is there already" in capsys.readouterr().err
    assert written(folder) == {taken}
    assert main(["remove", "photo.png", *flags, "--if-exists", "rename", "-q"]) == 0
    assert (folder / "photo.edit-2-3.png").exists() or (folder / "photo.edit-3-3.png").exists()
    assert (folder / taken).read_bytes() == b"mine"


@pytest.mark.parametrize("flags", [["-o", "-"], ["--in-place"]])
def test_variants_need_names(flags, capsys):
    assert main(["remove", "photo.png", *BLUR, "--variants", "2", *flags]) == 2
    assert "--variants" in capsys.readouterr().err


PLAN = """
defaults: {profile: classical, model: colour}
steps:
  - {operation: fill, prompt: [{mask: mask.png}], caption: "#ff0000"}
  - {operation: fill, prompt: [{box: "0,0,10%,10%"}], caption: "#0000ff", segmenter: grabcut}
"""


def test_a_plan_is_carried_out_and_repeated(folder, square, capsys):
    (folder / "plan.yaml").write_text(PLAN)
    assert main(["steps", "photo.png", "plan.yaml", "--sidecar"]) == 0
    with Image.open("photo.edit.png") as after:
        assert (np.asarray(after)[square] == (255, 0, 0)).all()
    assert main(["replay", "photo.edit.json"]) == 0
    assert "identical" in capsys.readouterr().err
    assert main(["steps", "photo.png", "plan.yaml", "-o", "mask.png"]) == 2
    assert "E_OUTPUT_IS_INPUT" in capsys.readouterr().err


def test_all_mistakes_of_a_plan_are_a_line_each(folder, capsys):
    wrong = PLAN.replace("fill, prompt", "fil, prompt", 1).replace('"#0000ff"', "x, seed: -1")
    (folder / "plan.yaml").write_text(wrong.replace("defaults", "default"))
    assert main(["steps", "photo.png", "plan.yaml"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("error[E_SPEC]") for line in lines)
    places = ("/steps/0/operation", "/steps/1/seed", "/default")
    for place in places:
        assert any(f" {place}:" in line for line in lines), place


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way there")
def test_an_interrupted_edit_ends_with_130_and_leaves_nothing(folder):
    large = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)
    Image.fromarray(large).save("large.png")
    hole = np.zeros((900, 1200), bool)
    hole[200:700, 300:900] = True
    Image.fromarray(hole).save("hole.png")
    command = [sys.executable, "-m", "fastseg_edit", "remove", "large.png", "--mask", "hole.png"]
    before = set(folder.iterdir())
    with subprocess.Popen(
        [*command, "--sidecar"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        # Where the tests run in the background, the signal is ignored, and that is inherited.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        while not process.stderr.readline().startswith("profile"):
            pass
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == "interrupted"
    assert set(folder.iterdir()) == before
