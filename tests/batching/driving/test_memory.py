"""What earlier runs have done is known without a question to the store for each file."""

import hashlib
import uuid
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from scripted_crew import content, item

from fastseg_edit.batching.driving.memory import Memory
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests.keys import Keys, hash_of
from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.batching.workers.messages import Made, Part

pytest.importorskip("fsspec", reason="fsspec is not installed")

COUNT = 8


@dataclass(frozen=True)
class Asked(Remote):
    """A place that counts how often it is asked for one file, and for several."""

    one: list[str] = field(default_factory=list)
    several: list[int] = field(default_factory=list)

    def state(self, name):
        self.one.append(name)
        return super().state(name)

    def states(self, names):
        names = list(names)
        self.several.append(len(names))
        asked = len(self.one)
        found = super().states(names)
        del self.one[asked:]
        return found


@pytest.fixture
def places():
    name = uuid.uuid4()
    return Asked(f"memory://{name}/in"), Asked(f"memory://{name}/out")


@pytest.fixture
def journal(tmp_path, places):
    """The journal of a run that has done some items."""
    photos, results = places
    with closing(Journal(tmp_path / "journal.sqlite")) as journal:
        run = journal.begin({})
        journal.enlist(map(item, range(COUNT)), run)
        for number in range(COUNT):
            note(journal, run, photos, results, item(number))
        photos.one.clear()
        yield journal


def note(journal, run, photos, results, one):
    photos.put(one.photo, content(one.photo))
    results.put(one.output, content("result"))
    sha256 = hashlib.sha256(content(one.photo)).hexdigest()
    part = Part(one.output, "part", hashlib.sha256(content("result")).hexdigest(), 306)
    seen = (one.photo, photos.state(one.photo), sha256)
    key = Keys(hash_of).of(one, sha256)
    made = Made(journal.begun(one, run), "done", key, (part,), {"files": 1}, hashes=(seen,))
    journal.writing(made)
    journal.ended(made, 1.0, {one.output: Remote(results.url).state(one.output)})


def test_items_that_are_done_take_two_questions_for_all_of_them(journal, places):
    photos, results = places
    memory = Memory(journal, photos, results)
    items = [item(number) for number in range(COUNT)]
    memory.look_ahead(items)
    assert [memory.outcome(one).state for one in items] == ["done"] * COUNT
    assert (photos.several, results.several) == ([COUNT], [COUNT])
    assert photos.one == results.one == []


def test_what_has_changed_is_seen_all_the_same(journal, places):
    photos, results = places
    photos.put("1.png", b"another photo")
    results.put("2.png", b"another result")
    Remote(results.url).remove("3.png")
    memory = Memory(journal, photos, results)
    items = [item(number) for number in range(COUNT)]
    memory.look_ahead(items)
    outcomes = [memory.outcome(one) for one in items]
    assert [number for number, each in enumerate(outcomes) if each is None] == [1, 2, 3]
