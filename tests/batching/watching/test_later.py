"""A job goes on with the photos that come to its folder, and with nothing else."""

import os
import sys
import time
from collections import deque
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from scripted_crew import Scripted, content

from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.manifests import asked
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.watching.later import outcomes
from fastseg_edit.errors import SpecError

pytest.importorskip("watchdog")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it waits for what Linux tells")

EDIT = {"operation": "remove", "prompt": [{"box": [4, 4, 12, 12]}], "profile": "classical"}


class Patient(Scripted):
    """A crew that waits where nobody has anything to say."""

    def listen(self, hands, seconds):
        speaking = super().listen(hands, seconds)
        time.sleep(0 if speaking else 0.01)
        return speaking


class Keyed(Patient):
    """A crew that says what its results depend on."""

    def __init__(self, results, photos):
        super().__init__(results)
        self.photos = photos

    def play(self, order):
        *before, made = super().play(order)
        key = Keys(hash_of).of(order.item, hash_of(self.photos / order.item.photo))
        return deque([*before, replace(made, key=key)])


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def save(path, shade=0):
    """Save a photo that is there under its name as a whole at once."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name}")
    Image.fromarray(np.full((16, 16, 3), shade, np.uint8)).save(part, "PNG")
    part.rename(path)


def job_of(folder, items=None, **more):
    found = asked.found(str(folder), out=str(folder.parent / "out"))
    if items:
        found = replace(found, document={**found.document, "items": items})
    found = replace(found, document={**found.document, **more})
    return Job(found.with_defaults(EDIT).manifest(), Policy(jobs=1))


class Acting:
    """Acts as soon as so many outcomes are there, and then wants the watch to end."""

    def __init__(self, *acts, until, seconds=20):
        self.acts, self.until, self.found = list(acts), until, []
        self.end = time.monotonic() + seconds

    def __call__(self):
        while self.acts and self.acts[0][0] <= len(self.found):
            self.acts.pop(0)[1]()
        done = not self.acts and len(self.found) >= self.until
        return done or time.monotonic() > self.end


def went(job, *acts, until):
    """Watch, and return what came of the items."""
    acting = Acting(*acts, until=until)
    run = outcomes(job, stopped=acting, crew=lambda setup: Patient(setup.results))
    with closing(run) as all_of_them:
        for outcome in all_of_them:
            acting.found.append(outcome)
    return [(each.item.photo, each.state) for each in acting.found]


def settle(folder):
    for path in folder.rglob("*.png"):
        os.utime(path, (1e9, 1e9))


def test_what_is_there_comes_first_and_then_what_comes(photos):
    save(photos / "b.png")
    save(photos / "a.png")
    settle(photos)
    first = (2, lambda: save(photos / "later.png"))
    second = (3, lambda: save(photos / "0" / "x.png"))
    found = went(job_of(photos), first, second, until=4)
    assert sorted(found[:2]) == [("a.png", "done"), ("b.png", "done")]
    assert found[2:] == [("later.png", "done"), ("0/x.png", "done")]


def test_an_empty_folder_can_be_watched(photos):
    assert went(job_of(photos), (0, lambda: save(photos / "a.png")), until=1) == [("a.png", "done")]


def test_only_what_fits_the_patterns_of_the_job_belongs_to_it(photos):
    items = [{"photos": "in/**/*.png", "exclude": ["*_mask.png"]}, {"photo": "named.png"}]

    def come():
        for name in ("other.png", "in/a_mask.png", "in/a.jpg", "in/a.png", "named.png"):
            save(photos / name)

    save(photos / "named.png")
    settle(photos)
    found = went(job_of(photos, items), (1, come), until=3)
    assert sorted(found) == [("in/a.png", "done"), ("named.png", "done"), ("named.png", "done")]


def test_results_among_the_photos_are_no_photos(photos):
    job = job_of(photos, name="photos/{stem}.edit{ext}")
    job.manifest = replace(job.manifest, results=Folder(photos.parent))
    names = ("a.png", "b.png", "c.png")  # the last one comes after the results of the others
    acts = [(n, lambda name=name: save(photos / name)) for n, name in enumerate(names)]
    assert went(job, *acts, until=3) == [(name, "done") for name in names]
    assert len([*photos.glob("*.edit.png")]) == 3


def test_a_photo_that_lacks_its_mask_fails_alone(photos):
    items = [{"photos": "*.png", "prompt": [{"mask": "masks/{stem}.png"}]}]
    save(photos / "masks" / "b.png")
    acts = [(n, lambda name=name: save(photos / name)) for n, name in enumerate(("a.png", "b.png"))]
    found = went(job_of(photos, items), *acts, until=2)
    assert found == [("a.png", "failed"), ("b.png", "done")]


def test_a_later_photo_does_not_take_the_result_of_another(photos):
    save(photos / "a.png", 1)
    settle(photos)
    job = job_of(photos, name="one.png")
    result = photos.parent / "out" / "one.png"
    found = went(job, (1, lambda: save(photos / "b.png", 2)), until=2)
    assert found == [("a.png", "done"), ("b.png", "failed")]
    assert result.read_bytes() == content("one.png")


def test_what_changes_is_done_again_and_what_is_only_saved_again_is_not(photos):
    save(photos / "a.png")
    settle(photos)
    acting = Acting(
        (1, lambda: save(photos / "a.png", 50)), (2, lambda: save(photos / "a.png", 50)), until=3
    )
    run = outcomes(job_of(photos), stopped=acting, crew=lambda setup: Keyed(setup.results, photos))
    with closing(run) as found:
        for outcome in found:
            acting.found.append(outcome)
    assert [(each.state, each.again) for each in acting.found] == [
        ("done", True),
        ("done", True),
        ("done", False),
    ]


def test_a_watch_is_for_folders_and_not_for_masks_alone(photos):
    job = job_of(photos)
    job.selects = True
    with pytest.raises(SpecError, match="--segment-only"):
        next(outcomes(job))
