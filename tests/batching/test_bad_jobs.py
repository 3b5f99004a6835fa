"""Jobs that cannot be: the stated code and status from the command line, and nothing written."""

import json
from pathlib import Path

import pytest
from PIL import Image

from fastseg_edit.apps.cli import main

EDIT = {"operation": "remove", "prompt": [{"point": [3, 4]}], "profile": "classical"}
A = {"photo": "a.png", **EDIT}
B = {**A, "photo": "b.png"}
MISSING = {"photo": "gone.png", **EDIT}

JOBS = {
    "typo": ({"items": [{**A, "dilat": 3}]}, "E_SPEC", 2),
    "foreign word": ({"items": [{"image": "a.png", **EDIT}]}, "E_SPEC", 2),
    "collision": (
        {"items": [A, {**A, "photo": "b.png", "name": "A.png"}]},
        "E_OUTPUT_COLLISION",
        2,
    ),
    "output is input": ({"out": ".", "items": [A]}, "E_OUTPUT_IS_INPUT", 2),
    "photo escapes": ({"items": [{**A, "photo": "../a.png"}]}, "E_PATH_ESCAPES", 2),
    "absolute": ({"items": [{**A, "photo": "/etc/hostname"}]}, "E_PATH_ESCAPES", 2),
    "out escapes": ({"out": "/tmp/x", "items": [A]}, "E_PATH_ESCAPES", 2),
    "name escapes": ({"items": [{**A, "name": "../{name}"}]}, "E_PATH_ESCAPES", 2),
    "no items": ({"items": []}, "E_SPEC", 2),
    "version": ({"version": 3, "items": [A]}, "E_SPEC", 2),
    "steps 0": ({"items": [{**A, "steps": 0}]}, "E_SPEC", 2),
    "strength 0": ({"items": [{**A, "strength": 0}]}, "E_SPEC", 2),
    "guidance below 0": ({"items": [{**A, "guidance": -1}]}, "E_SPEC", 2),
    "unknown device": ({"items": [{**A, "device": "tpu"}]}, "E_DEVICE", 2),
    "device of no use": ({"items": [{**A, "device": "cuda"}]}, "E_DEVICE", 2),
    "NUL": ({"items": [{**A, "prompt": [{"text": "a\0b"}]}]}, "E_TEXT_EMPTY", 2),
    "one photo missing": ({"items": [A, MISSING]}, "E_INPUT_MISSING", 3),
    "all photos missing": ({"items": [MISSING]}, "E_INPUT_MISSING", 4),
    "only negative clicks": (
        {"items": [{**A, "prompt": [{"point": "3,4,-"}]}]},
        "E_NO_POSITIVE",
        4,
    ),
    "click outside": ({"items": [{**A, "prompt": [{"point": [99, 4]}]}]}, "E_POINT_RANGE", 4),
    "small photo": ({"items": [{**A, "photo": "tiny.png"}]}, "E_TOO_SMALL", 4),
    "good": ({"items": [A]}, "", 0),
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (30, 20)).save("a.png")
    Image.new("RGB", (30, 20)).save("b.png")
    Image.new("RGB", (5, 20)).save("tiny.png")


@pytest.mark.parametrize("name", JOBS)
def test_plan_ends_with_the_code_and_the_status(name, capsys):
    document, code, status = JOBS[name]
    Path("job.json").write_text(json.dumps(document))
    before = sorted(Path().rglob("*"))
    assert main(["batch", "plan", "job.json"]) == status
    said = "".join(capsys.readouterr())
    assert code in said
    assert "Traceback" not in said
    assert sorted(Path().rglob("*")) == before


def test_run_refuses_before_anything_is_written(capsys):
    Path("job.json").write_text('{"items": [{"photo": "a.png", "photo": "b.png"}]}')
    assert main(["batch", "run", "job.json"]) == 2
    assert "error[E_SPEC]" in capsys.readouterr().err
    assert not Path("edited").exists()
