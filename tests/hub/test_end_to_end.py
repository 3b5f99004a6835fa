"""A photo in, a mask out, with a model that came from a hub meanwhile."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from fastseg_edit import models, segment
from fastseg_edit.apps.cli import main
from fastseg_edit.prompt import Points

PROFILE = "segmenter: {name: sam, weights: mini/sam}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, photo):
    """A folder with a photo, and a profile whose segmenter is on the hub."""
    monkeypatch.chdir(tmp_path)
    models.clear()
    cv2.imwrite("photo.png", photo[..., ::-1])
    (tmp_path / "mine.yaml").write_text(PROFILE)
    yield tmp_path
    models.clear()


def run(*flags):
    asked = ["photo.png", "--point", "80,60", "--profile", "mine.yaml", "-o", "mask.png"]
    return main(["segment", *asked, "--if-exists", "overwrite", *flags])


def test_nothing_is_downloaded_unless_it_is_allowed(hub, capsys):
    assert run() == 6
    told = capsys.readouterr().err
    assert "error[E_MODEL_MISSING]" in told
    assert "Run: fastseg-edit models fetch mini/sam" in told
    assert not hub.requests


def test_weights_that_were_fetched_by_their_id_segment_a_photo(hub, square):
    assert main(["models", "fetch", "mini/sam", "-q"]) == 0
    asked = len(hub.requests)
    assert run("-q") == 0
    assert len(hub.requests) == asked
    mask = cv2.imread("mask.png", cv2.IMREAD_GRAYSCALE) > 0
    assert (mask & square).sum() > 0.9 * (mask | square).sum()


def test_a_flag_downloads_what_is_missing_and_says_so(hub, capsys):
    assert run("--allow-download") == 0
    assert "fetching mini/sam: model.safetensors" in capsys.readouterr().err
    asked = len(hub.requests)
    models.clear()
    assert run("--allow-download") == 0
    assert len(hub.requests) == asked


def test_a_setting_in_python_downloads_too(hub, photo):
    edited = segment(photo, Points.at(80, 60), profile="mine.yaml", allow_download=True)
    assert np.count_nonzero(edited.output)
    assert hub.served["model.safetensors"] > 0


def test_weights_that_change_on_the_disk_are_not_loaded(capsys):
    assert run("--allow-download", "-q") == 0
    models.clear()
    main(["models", "path", "mini/sam"])
    path = capsys.readouterr().out.strip()
    (Path(path) / "model.safetensors").write_bytes(b"of somebody else")
    assert run() == 6
    assert "error[E_MODEL_HASH]" in capsys.readouterr().err
