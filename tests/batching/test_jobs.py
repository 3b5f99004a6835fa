"""Jobs, with workers that follow a script."""

from contextlib import closing
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scripted_crew import Scripted, journal_in, visible

from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.journals.again import Again
from fastseg_edit.batching.journals.tables import Attempt
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.manifests.selecting import Selecting
from fastseg_edit.batching.storage import naming
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers import devices
from fastseg_edit.errors import Cancelled, FastsegError, SpecError
from fastseg_edit.requests import Request

NAMES = ("0.png", "1.png", "gone.png", "3.png")


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        if name != "gone.png":
            Image.new("RGB", (48, 40), "green").save(tmp_path / name)
    return tmp_path


def job_of(folder, **options):
    """Return a job of four photos, the third of which is not there."""
    document = {
        "out": "out",
        "defaults": {"operation": "remove", "profile": "classical", "prompt": [{"point": [3, 4]}]},
        "items": [{"photo": name} for name in NAMES],
    }
    read = manifest.read(document, folder)
    return Job(read, read.policy(jobs=1), **options)


def ran(job, script=()):
    crews = []

    def crew(setup):
        crews.append(Scripted(setup.results, script))
        return crews[0]

    outcomes = list(job.run(crew=crew))
    return {outcome.id: outcome for outcome in outcomes}, crews[0]


def test_what_is_known_to_fail_is_given_to_no_worker(folder):
    told = []
    outcomes, crew = ran(job_of(folder, begun=told.append))
    assert told == [4]
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "0.png": "done", "1.png": "done", "gone.png": "failed", "3.png": "done",
    }  # fmt: skip
    assert outcomes["gone.png"].error.code == "E_INPUT_MISSING"
    assert 2 not in crew.begun
    assert outcomes["0.png"].outputs[0] == str(folder / "out/0.png")
    with closing(journal_in(folder / "out")) as journal:
        assert journal.counts() == {"done": 3, "failed": 1}


def test_failures_of_both_kinds_count(folder):
    job = job_of(folder)
    job.policy = replace(job.policy, max_failures=2, ahead=0, retries=0)
    outcomes, crew = ran(job, {1: ["E_GATE"]})
    assert {name for name, outcome in outcomes.items() if outcome.fails} == {"1.png", "gone.png"}
    assert 3 not in crew.begun


def test_only_what_is_wanted_is_done_again(folder):
    ran(job_of(folder), {1: ["E_GATE"]})
    outcomes, crew = ran(job_of(folder, again=Again(("failed",))))
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "1.png": "done", "gone.png": "failed",
    }  # fmt: skip
    assert list(crew.begun) == [1]
    outcomes, _ = ran(job_of(folder, again=Again(ids=("0.png",))))
    assert list(outcomes) == ["0.png"]
    assert outcomes["0.png"].again
    with pytest.raises(SpecError, match=r"no item of the job is called '9\.png'"):
        ran(job_of(folder, again=Again(ids=("9.png",))))


def test_items_that_come_later_are_done_or_refused(folder):
    later = Item(4, "later.png", "later.png", (Request("remove", ()),), "later.png")
    wrong = replace(later, number=5, id="wrong.png")
    error = FastsegError("E_INPUT_EMPTY", "it has no bytes")
    arriving = [None, (later, None), None, (wrong, error)]
    outcomes, _ = ran(job_of(folder, further=lambda: iter(arriving)))
    assert outcomes["later.png"].state == "done"
    assert outcomes["wrong.png"].error is error
    with closing(journal_in(folder / "out")) as journal:
        assert sum(journal.counts().values()) == 6


def test_a_job_that_is_stopped_before_it_began_writes_nothing(folder):
    with pytest.raises(Cancelled):
        next(job_of(folder).run(stopped=lambda: True))
    assert not (folder / "out").exists()


def test_a_job_that_is_left_early_leaves_whole_files(folder):
    outcomes = job_of(folder).run(crew=lambda setup: Scripted(setup.results))
    next(outcomes)
    outcomes.close()
    assert set(visible(folder / "out")) <= {
        f"{name}{ending}" for name in NAMES for ending in ("", ".edit.json")
    }
    assert not [path for path in (folder / "out" / OURS).rglob("parts/**/*") if path.is_file()]


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("failed", True), ("begun", True), ("writing", True), ("done", False), (None, False)],
)
def test_what_was_cut_off_counts_as_cancelled(state, wanted):
    item = Item(0, "a", "a.png", (), "a.png")
    last = state and Attempt(1, "a", 1, 0.0, None, state)
    assert Again(("failed", "cancelled")).wants(item, last) is wanted
    assert Again().wants(item, last)
    assert Again(ids=("a",)).wants(item, last)


PHOTOS = st.lists(
    st.text("aAé.", min_size=1, max_size=3).map(lambda stem: f"x{stem}.{stem[0]}g"), max_size=12
)


@given(PHOTOS)
def test_no_two_masks_are_called_alike(photos):
    edits = (Request("remove", ()), Request("fill", (), afterwards=True), Request("remove", ()))
    selecting = Selecting()
    items = [
        one
        for number, name in enumerate(photos)
        for one in selecting.of(Item(number, f"{number}", f"deep/{name}", edits, name))
    ]
    assert len(items) == 2 * len(photos)
    assert len({naming.folded(one.output) for one in items}) == len(items)
    assert len({one.id for one in items}) == len(items)
    assert [one.number for one in items] == [*range(len(items))]
    assert all(PurePosixPath(one.output).match("deep/*.mask.png") for one in items)
    assert all(one.requests[0].settings["dry_run"] for one in items)


def test_models_without_networks_get_a_worker_for_each_core():
    def of(model):
        settings = {"profile": "classical", "model": model}
        return Item(0, "a", "a.png", (Request("remove", (), settings=settings),), "a.png")

    workers = devices.Workers()
    workers.see(of("exemplar"))
    assert workers.count() == devices.cores()
    workers.see(of("lama"))
    assert workers.count() == 1
