"""A result appears whole, once, and never in place of what is not ours."""

import errno
import os
import signal
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count

import pytest
from driven import driver_of, error_of, run, states
from scripted_crew import Scripted, content, item, journal_in, visible

from fastseg_edit.batching.driving.outcomes import FINISHED, Outcome
from fastseg_edit.batching.driving.publishing import Publisher
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.stores import Folder, not_writable
from fastseg_edit.errors import OutputError


@pytest.mark.parametrize(("choice", "state"), [("error", "failed"), ("skip", "skipped")])
def test_a_file_of_somebody_else_stays(tmp_path, choice, state):
    (tmp_path / "0.png.edit.json").write_bytes(b"mine")
    found, crew = run(tmp_path, [item(0, if_exists=choice), item(1)])
    assert states(found) == {0: state, 1: "done"}
    assert error_of(found, 0).code == "E_OUTPUT_EXISTS"
    assert visible(tmp_path)["0.png.edit.json"] == b"mine"
    assert "0.png" not in visible(tmp_path)
    assert crew.begun[0] == 0


def test_a_file_of_somebody_else_gives_way_if_that_is_asked_for(tmp_path):
    (tmp_path / "0.png").write_bytes(b"mine")
    found, _ = run(tmp_path, [item(0, if_exists="overwrite")])
    assert states(found) == {0: "done"}
    assert visible(tmp_path)["0.png"] == content("0.png")


@dataclass(frozen=True)
class Meddled(Folder):
    """A folder where something happens right before files get their names.

    Attributes:
        meddle: What; called with the number of files that have got theirs so far.
    """

    meddle: object = None
    published: list = field(default_factory=list)

    def publish(self, names, fresh=()):
        for pair in names:
            self.meddle(len(self.published))
            super().publish([pair], fresh)
            self.published.append(pair)
        self.meddle(len(self.published) - 0.5)


@pytest.mark.parametrize("at", [0, 1])
def test_a_file_that_comes_at_the_last_moment_stays_too(tmp_path, at):
    names = ["0.png", "0.png.edit.json"]

    def meddle(published):
        if published == at:
            (tmp_path / names[at]).write_bytes(b"mine")

    results = Meddled(tmp_path, meddle)
    found, _ = run(tmp_path, [item(0), item(1)], results=results)
    assert states(found) == {0: "failed", 1: "done"}
    assert error_of(found, 0).code == "E_OUTPUT_EXISTS"
    assert visible(tmp_path)[names[at]] == b"mine"
    again, _ = run(tmp_path, [item(0)])
    assert states(again) == {0: "failed"}
    assert visible(tmp_path)[names[at]] == b"mine"


@pytest.mark.parametrize("writing", [{}, {"if_exists": "overwrite"}])
def test_a_name_that_cannot_be_is_the_fault_of_its_item(tmp_path, writing):
    (tmp_path / "0.png").mkdir()
    long = "x" * 300
    found, _ = run(tmp_path, [item(0, **writing), item(1, long, **writing), item(2, **writing)])
    assert states(found) == {0: "failed", 1: "failed", 2: "done"}
    assert (tmp_path / "0.png").is_dir()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
def test_a_full_disk_ends_the_job_and_the_next_run_goes_on(tmp_path, number):
    def meddle(published):
        if published == 3:
            raise not_writable(tmp_path, OSError(number, os.strerror(number)))

    found, crew = [], Scripted(Folder(tmp_path))
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew, Policy(2), Meddled(tmp_path, meddle))
        with pytest.raises(OutputError) as raised:
            iter_into(found, driver.outcomes(map(item, range(4))))
    assert raised.value.status == 9
    assert Counter(states(found).values())["done"] == 1
    assert set(states(found).values()) == {"done", "cancelled"}
    finish(tmp_path, 4)


def iter_into(found, outcomes):
    """Keep what comes before an error."""
    for outcome in outcomes:
        found += [outcome]


def test_a_worker_that_finds_no_room_ends_the_job_and_its_item_has_not_failed(tmp_path):
    found, crew = [], Scripted(Folder(tmp_path), {1: ["E_OUTPUT_WRITE"]})
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew)
        with pytest.raises(OutputError, match="Make room"):
            iter_into(found, driver.outcomes(map(item, range(4))))
    assert "failed" not in states(found).values()
    assert states(found)[1] == "cancelled"
    finish(tmp_path, 4)


@dataclass(frozen=True)
class Unreachable(Folder):
    """A store that answers nothing any more once a result is there."""

    def states(self, names):
        names = [*names]
        if any((self.path / name).exists() for name in names):
            raise OutputError("E_OUTPUT_WRITE", "nobody answers")
        return super().states(names)


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_item_has_one_outcome_if_the_store_fails_once_files_are_there(tmp_path, jobs):
    crew, found = Scripted(Unreachable(tmp_path)), []
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew, Policy(jobs), results=crew.results)
        with pytest.raises(OutputError, match="nobody answers"):
            iter_into(found, driver.outcomes(map(item, range(6))))
    assert sorted(each.item.number for each in found) == sorted(crew.begun)
    assert {each.state for each in found} == {"cancelled"}
    finish(tmp_path, 6)


@pytest.mark.parametrize("state", ["cancelled", "failed", "done"])
@pytest.mark.parametrize("act", ["die", "E_MEMORY", "E_OUTPUT_WRITE", "E_INPUT_FORMAT", "make"])
def test_every_item_has_one_outcome_if_the_journal_fails(tmp_path, act, state):
    crew, found = Scripted(Folder(tmp_path), {1: [act] * 3}), []
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew, Policy(2, retries=0))
        journal.base.do(
            "CREATE TEMP TRIGGER broken BEFORE UPDATE OF state ON attempts "
            f"WHEN new.state = '{state}' BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        with suppress(OutputError):
            iter_into(found, driver.outcomes(map(item, range(6))))
    assert sorted(each.item.number for each in found) == sorted(crew.begun)


def test_a_folder_that_is_removed_meanwhile_ends_the_job(tmp_path):
    crew = Scripted(Folder(tmp_path))
    with closing(journal_in(tmp_path)) as journal:
        outcomes = driver_of(journal, tmp_path, crew).outcomes(map(item, range(4)))
        first = next(outcomes).item.number
        (tmp_path / ".fastseg-edit").rename(tmp_path / "elsewhere")
        found = []
        with pytest.raises(OutputError, match="removed while the job ran"):
            iter_into(found, outcomes)
    assert set(states(found).values()) <= {"cancelled"}
    assert {first, *states(found)} == {*crew.begun}


def finish(folder, items):
    """Run again, as after a sudden end, and see that all is there and nothing was done twice."""
    results, crew = Folder(folder), Scripted(Folder(folder))
    with closing(journal_in(folder)) as journal:
        Publisher(journal, results).recover()

        def known(one):
            last = journal.last(one.id)
            if last and last.state in FINISHED:
                return Outcome(one, "done", False)
            return None

        driver = driver_of(journal, folder, crew)
        found = list(driver.outcomes(map(item, range(items)), known))
        ends = list(journal.rows("SELECT id, COUNT(*) FROM attempts WHERE state='done' GROUP BY 1"))
    assert set(states(found).values()) == {"done"}
    assert sorted(ends) == [(f"id {number}", 1) for number in range(items)]
    assert visible(folder) == {name: content(name) for name in names_of(range(items))}


def names_of(numbers):
    return {f"{number}.png{ending}" for number in numbers for ending in ("", ".edit.json")}


def killed(folder, at):
    """Run in a process that kills itself at one moment. Return whether it came to that."""
    process = os.fork()
    if not process:
        moments = count()

        def meddle(_published):
            if next(moments) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            run(folder, map(item, range(3)), results=Meddled(folder, meddle))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def test_a_driver_killed_between_any_two_steps_of_publishing_loses_and_repeats_nothing(tmp_path):
    for at in count():
        folder = tmp_path / str(at)
        folder.mkdir()
        if not killed(folder, at):
            break
        seen = visible(folder)
        assert set(seen) <= names_of(range(3))
        assert all(found == content(name) for name, found in seen.items())
        finish(folder, 3)
    assert at == 9  # before each of two files and after them, for three items
