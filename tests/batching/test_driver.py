"""However workers end, every item comes to one end, and no file is half there."""

import errno
import os
import signal
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_crew import Scripted, content, item, journal_in, visible

from fastseg_edit.batching.driver import Driver
from fastseg_edit.batching.outcomes import FINISHED, Outcome
from fastseg_edit.batching.policy import Policy
from fastseg_edit.batching.publishing import Publisher
from fastseg_edit.batching.stores import Folder, not_writable
from fastseg_edit.errors import FastsegError, OutputError

ACTS = st.sampled_from(
    ["make", "die", "die with parts", "make and die", "E_MEMORY", "E_INTERNAL", "E_INPUT_FORMAT"]
)
SCRIPTS = st.dictionaries(st.integers(0, 5), st.lists(ACTS, max_size=4))


def run(folder, items, script=(), policy=None, crew=None, **more):
    """Run a driver to its end. Return its outcomes and its crew."""
    crew = crew or Scripted(more.get("results", Folder(folder)), script)
    with closing(journal_in(folder)) as journal:
        driver = driver_of(journal, folder, crew, policy, **more)
        return list(driver.outcomes(iter(items))), crew


def driver_of(journal, folder, crew, policy=None, results=None, **more):
    number = journal.begin({})
    journal.enlist(map(item, range(6)), number)
    return Driver(journal, results or Folder(folder), crew, policy or Policy(), number, **more)


def states(outcomes):
    return {each.item.number: each.state for each in outcomes}


def error_of(outcomes, number):
    return next(each.error for each in outcomes if each.item.number == number)


def rows(folder, query):
    with closing(journal_in(folder)) as journal:
        return list(journal.rows(query))


@settings(max_examples=25)
@given(SCRIPTS, st.integers(1, 3), st.integers(0, 3), st.integers(0, 2), st.integers(0, 99))
def test_every_item_comes_to_one_end_and_faults_of_others_do_not_matter(
    tmp_path_factory, script, jobs, ahead, retries, seed
):
    folder = tmp_path_factory.mktemp("out")
    crew = Scripted(Folder(folder), script, seed)
    policy = Policy(jobs, ahead, retries=retries)
    found, crew = run(folder, map(item, range(6)), policy=policy, crew=crew)
    assert sorted(each.item.number for each in found) == [*range(6)]
    good = {number for number in range(6) if set(script.get(number, [])) <= {"make"}}
    assert good <= {each.item.number for each in found if each.state == "done"}
    names = [name for each in found if each.state == "done" for name in each.outputs]
    assert visible(folder) == {name: content(name) for name in names}
    assert not rows(folder, "SELECT 1 FROM attempts WHERE state IN ('begun', 'writing')")
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert crew.closed


@given(st.integers(0, 3), st.integers(1, 3))
def test_what_always_kills_its_worker_is_tried_once_more_alone_and_given_up(
    tmp_path_factory, retries, jobs
):
    folder = tmp_path_factory.mktemp("out")
    crew = Scripted(Folder(folder), {1: ["die"] * 20})
    policy = Policy(jobs, retries=retries)
    found, crew = run(folder, map(item, range(5)), policy=policy, crew=crew)
    assert states(found) == {0: "done", 1: "failed", 2: "done", 3: "done", 4: "done"}
    failed = next(each for each in found if each.state == "failed")
    assert failed.error.code == "E_WORKER"
    assert "as the script says" in failed.error.message
    assert crew.begun[1] == 1 + max(retries, 1)


@given(st.integers(0, 3))
def test_what_always_wants_too_much_memory_is_tried_alone_and_given_up(tmp_path_factory, retries):
    folder = tmp_path_factory.mktemp("out")
    policy = Policy(2, retries=retries)
    found, crew = run(folder, map(item, range(4)), {0: ["E_MEMORY"] * 20}, policy)
    assert states(found) == {0: "failed", 1: "done", 2: "done", 3: "done"}
    assert crew.begun[0] == 1 + max(retries, 1)


@pytest.mark.parametrize("act", ["die", "E_MEMORY"])
@pytest.mark.parametrize("solitary", [True, False])
def test_nothing_else_is_at_work_while_an_item_is_tried_alone(tmp_path, act, solitary):
    crew = Scripted(Folder(tmp_path), {2: [act]})
    at_work = []

    def watch(seen, _stage):
        if seen.number == 2 and crew.begun[2] == 2:
            at_work.append(crew.at_work)

    policy = Policy(3, solitary=solitary)
    found, _ = run(tmp_path, map(item, range(30)), policy=policy, crew=crew, watch=watch)
    assert set(states(found).values()) == {"done"}
    assert (set(at_work) == {1}) == solitary


def test_an_error_of_the_photo_is_not_tried_again(tmp_path):
    found, crew = run(tmp_path, [item(0), item(1)], {0: ["E_INPUT_FORMAT"]}, Policy(retries=5))
    assert states(found) == {0: "failed", 1: "done"}
    assert crew.begun[0] == 1


@pytest.mark.parametrize(("retries", "tried"), [(0, 1), (1, 2), (3, 4)])
def test_an_error_that_may_pass_is_tried_as_often_as_the_policy_says(tmp_path, retries, tried):
    script = {0: ["E_INPUT_ACCESS"] * 9}
    found, crew = run(tmp_path, [item(0)], script, Policy(retries=retries))
    assert states(found) == {0: "failed"}
    assert crew.begun[0] == tried


@pytest.mark.parametrize(("retries", "tried"), [(0, 1), (2, 3)])
def test_a_stage_that_hangs_is_timed_out_and_the_next_item_runs(tmp_path, retries, tried):
    policy = Policy(ahead=0, timeout=0.01, retries=retries)
    found, crew = run(tmp_path, [item(0), item(1)], {0: ["hang"] * 9}, policy)
    assert states(found) == {0: "failed", 1: "done"}
    assert error_of(found, 0).code == "E_TIMEOUT"
    assert "paint took longer than 0.01 s" in error_of(found, 0).message
    assert crew.begun[0] == tried


def test_whoever_looks_at_outcomes_slowly_lets_no_worker_seem_to_hang(tmp_path):
    crew = Scripted(Folder(tmp_path))
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew, Policy(timeout=0.02))
        found = []
        for outcome in driver.outcomes(map(item, range(4))):
            found.append(outcome)
            for desk in driver._staff.desks:
                desk.last -= 100  # as if that much time had gone by
    assert set(states(found).values()) == {"done"}
    assert crew.hired == 1


def test_workers_that_end_before_they_say_anything_end_the_job(tmp_path):
    script = {number: ["die at once"] * 9 for number in range(3)}
    crew, found = Scripted(Folder(tmp_path), script), []
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew)
        with pytest.raises(FastsegError) as raised:
            found.extend(driver.outcomes(map(item, range(3))))
    assert raised.value.code == "E_WORKER"
    assert not rows(tmp_path, "SELECT 1 FROM attempts WHERE state = 'begun'")


def test_a_job_stops_after_so_many_failures_and_says_what_it_dropped(tmp_path):
    script = {number: ["E_INPUT_FORMAT"] for number in range(50)}
    found, _ = run(tmp_path, map(item, range(50)), script, Policy(max_failures=3))
    assert Counter(each.state for each in found)["failed"] == 3
    assert Counter(each.state for each in found)["cancelled"] <= Policy().ahead + 1
    assert len(found) < 10


@settings(max_examples=25)
@given(st.integers(0, 40), SCRIPTS)
def test_a_stopped_job_says_of_each_item_that_it_began_how_that_ended(tmp_path_factory, at, script):
    folder, asked = tmp_path_factory.mktemp("out"), count()
    found, crew = run(
        folder, map(item, range(6)), script, Policy(2), stopped=lambda: next(asked) >= at
    )
    assert sorted(each.item.number for each in found) == sorted(crew.begun)
    assert not rows(folder, "SELECT 1 FROM attempts WHERE state IN ('begun', 'writing')")


@given(st.integers(1, 5))
def test_a_generator_closed_early_leaves_a_journal_in_order(tmp_path_factory, taken):
    folder = tmp_path_factory.mktemp("out")
    crew = Scripted(Folder(folder))
    with closing(journal_in(folder)) as journal:
        outcomes = driver_of(journal, folder, crew, Policy(2)).outcomes(map(item, range(6)))
        for _ in range(taken):
            next(outcomes)
        outcomes.close()
        assert not list(journal.rows("SELECT 1 FROM attempts WHERE state = 'begun'"))
        done = len(list(journal.rows("SELECT 1 FROM attempts WHERE state = 'done'")))
    assert crew.closed
    assert all(worker.dead for worker in crew.workers)
    assert len(visible(folder)) == 2 * done
    assert done >= taken


def test_no_worker_is_hired_for_what_is_known(tmp_path):
    crew = Scripted(Folder(tmp_path))
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew)
        known = driver.outcomes(map(item, range(250)), lambda it: Outcome(it, "done", False))
        assert sum(1 for _ in known) == 250
    assert crew.hired == 0


def test_an_item_that_is_not_there_yet_is_asked_for_again(tmp_path):
    found, _ = run(tmp_path, [item(0), None, None, item(1), None, item(2)])
    assert states(found) == {0: "done", 1: "done", 2: "done"}


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
