"""However workers end, every item comes to one end, and no file is half there."""

from collections import Counter
from contextlib import closing
from itertools import count

import pytest
from driven import driver_of, error_of, rows, run, states
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_crew import Scripted, content, item, journal_in, visible

from fastseg_edit.batching.driving.desks import Desk
from fastseg_edit.batching.driving.outcomes import Outcome
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers.messages import At, Order
from fastseg_edit.errors import FastsegError

ACTS = st.sampled_from(
    ["make", "die", "die with parts", "make and die", "E_MEMORY", "E_INTERNAL", "E_INPUT_FORMAT"]
)
SCRIPTS = st.dictionaries(st.integers(0, 5), st.lists(ACTS, max_size=4))


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
    assert crew.before[2][1] == 0  # by a worker that has done nothing yet
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
    policy = Policy(ahead=0, timeout=0.01, warming=2, retries=retries)
    found, crew = run(tmp_path, [item(0), item(1)], {0: ["hang"] * 9}, policy)
    assert states(found) == {0: "failed", 1: "done"}
    assert error_of(found, 0).code == "E_TIMEOUT"
    assert "paint took longer than 0.02 s" in error_of(found, 0).message
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


def test_what_takes_too_long_is_told_of_the_item_that_was_begun_first(tmp_path):
    desk = Desk(Scripted(Folder(tmp_path)).hire())
    for attempt in (1, 2):
        desk.take(Order(attempt, item(attempt)))
    for at in (At(1, "read"), At(1, "paint"), At(2, "read")):
        desk.at(at)
    assert desk.overdue(Policy(timeout=3, warming=1)) == "paint took longer than 3 s"


def test_the_first_item_of_a_worker_may_take_longer_since_models_are_loaded(tmp_path):
    desk, policy = Desk(Scripted(Folder(tmp_path)).hire()), Policy(timeout=10, warming=3)
    desk.take(Order(1, item(1)))
    desk.last -= 25
    assert not desk.hangs(policy)
    desk.done(1)
    desk.take(Order(2, item(2)))
    desk.last -= 25
    assert desk.hangs(policy)


def test_workers_that_end_before_they_say_anything_end_the_job(tmp_path):
    script = {number: ["die at once"] * 9 for number in range(3)}
    crew, found = Scripted(Folder(tmp_path), script), []
    with closing(journal_in(tmp_path)) as journal:
        driver = driver_of(journal, tmp_path, crew)
        with pytest.raises(FastsegError) as raised:
            found.extend(driver.outcomes(map(item, range(3))))
    assert raised.value.code == "E_WORKER"
    assert sorted(each.item.number for each in found) == sorted(crew.begun)
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


def test_a_worker_that_is_not_there_yet_is_asked_for_again(tmp_path):
    class Late(Scripted):
        asked = 0

        def hire(self):
            self.asked += 1
            return super().hire() if self.asked % 3 == 0 else None

    crew = Late(Folder(tmp_path), {1: ["die"]})
    found, _ = run(tmp_path, map(item, range(4)), policy=Policy(2), crew=crew)
    assert states(found) == dict.fromkeys(range(4), "done")
