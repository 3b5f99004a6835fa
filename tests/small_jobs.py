"""Jobs of small photos that are painted in no time, and what must hold of each after a fault."""

import json
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.storage.stores import OURS


def folder_of(home: Path, names, inpainter: str = "blur") -> Path:
    """Make photos, a mask for all of them, and a profile. Return the folder."""
    photos = home / "photos"
    photos.mkdir(parents=True)
    for number, name in enumerate(names):
        write(photos / name, number)
    mask = np.zeros((48, 64), np.uint8)
    mask[10:30, 20:40] = 255
    cv2.imwrite(str(home / "mask.png"), mask)
    (home / "profile.yaml").write_text(f"{{segmenter: grabcut, inpainter: {inpainter}}}")
    return home


def write(path: Path, number: int) -> None:
    """Write a photo that differs with its number."""
    image = np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", image)[1].tobytes())


def job_of(home: Path, out: str = "out", items=None, policy=None, **defaults) -> Job:
    """Return the job of all photos of a folder, or of some items."""
    edit = {"prompt": [{"mask": str(home / "mask.png")}], "profile": str(home / "profile.yaml")}
    document = {
        "root": "photos", "out": out, "seed": 1,
        "defaults": {"operation": "remove", **edit, **defaults},
        "items": [{"photos": "."}] if items is None else items,
    }  # fmt: skip
    return Job(manifest.read(document, home), policy)


def run(job: Job, **more) -> dict:
    """Run a job to its end. Return what came of each photo."""
    with closing(job.run(**more)) as outcomes:
        return {outcome.item.photo: outcome for outcome in outcomes}


def states(outcomes: dict) -> dict:
    """Return how each ended."""
    return {name: outcome.state for name, outcome in outcomes.items()}


def visible(out: Path) -> dict:
    """Return what every file holds that has its name; of records all but how long it took."""
    return {
        str(path.relative_to(out)): held(path)
        for path in out.rglob("*")
        if path.is_file() and OURS not in path.parts
    }


def held(path: Path):
    """Return the bytes of a file; of a record what it says, but not how long that took."""
    if path.suffix == ".json":
        return json.loads(path.read_bytes(), object_hook=lambda each: {**each, "seconds": 0})
    return path.read_bytes()


def check(home: Path, out: str = "out", like: str = "undisturbed") -> None:
    """See that no file is there but whole ones, and that the journal is in order."""
    wanted = visible(home / like)
    wrong = [name for name, seen in visible(home / out).items() if seen != wanted.get(name)]
    assert not wrong
    assert not (home / out / OURS / "parts").exists()
    with closing(Journal(home / out / OURS / "journal.sqlite", readonly=True)) as journal:
        assert list(journal.rows("PRAGMA integrity_check")) == [("ok",)]
        assert not {"begun", "writing"} & journal.counts().keys()


def check_complete(home: Path, out: str = "out", like: str = "undisturbed") -> None:
    """See that all is as it would be if nothing had happened."""
    check(home, out, like)
    assert visible(home / out).keys() == visible(home / like).keys()
