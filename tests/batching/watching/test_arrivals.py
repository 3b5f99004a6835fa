"""Which files of a folder are written to their end, and whose turn it is."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.batching.watching.arrivals import AGAIN, LOOK, QUIET, Arrivals, photo_like
from fastseg_edit.errors import InputError


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def arrivals(tmp_path, clock):
    found = Arrivals(tmp_path, clock=clock)
    found.told = True
    assert found.next() is None
    return found


def after(arrivals, clock, seconds):
    """Return whose turn it is at any time in the seconds that follow."""
    taken = []
    for _ in range(round(seconds / LOOK)):
        clock.now += LOOK
        while name := arrivals.next():
            taken.append(name)
            arrivals.done(name)
    return taken


def test_what_is_written_has_its_turn_at_once_and_once(arrivals, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"1")
    for news in ("changed", "written", "changed", "written"):
        arrivals.tell("a.jpg", news)
    assert [arrivals.next(), arrivals.next()] == ["a.jpg", None]


def test_what_only_changed_has_its_turn_after_two_quiet_seconds(arrivals, clock, tmp_path):
    for size in (1, 2, 3):
        (tmp_path / "a.jpg").write_bytes(b"1" * size)
        arrivals.tell("a.jpg", "changed")
        assert after(arrivals, clock, QUIET - LOOK) == []
    assert after(arrivals, clock, 2 * LOOK) == ["a.jpg"]
    assert after(arrivals, clock, 3 * AGAIN) == []


def test_what_changes_while_it_is_at_work_has_another_turn_after_that(arrivals, tmp_path):
    for content in (b"1", b"22"):
        (tmp_path / "a.jpg").write_bytes(content)
        arrivals.tell("a.jpg", "written")
        first = arrivals.next()
    assert first is None
    arrivals.done("a.jpg")
    assert [arrivals.next(), arrivals.next()] == ["a.jpg", None]


def test_a_photo_of_two_items_has_another_turn_when_both_are_done(arrivals, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"1")
    arrivals.tell("a.jpg", "written")
    assert arrivals.next() == "a.jpg"
    for item in ("one", "other"):
        arrivals.hold("a.jpg", item)
    arrivals.tell("a.jpg", "written")
    for done in ("", "one"):
        arrivals.done("a.jpg", done)
        assert arrivals.next() is None
    arrivals.done("a.jpg", "other")
    assert arrivals.next() == "a.jpg"


def test_what_nobody_told_of_is_found(arrivals, clock, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.jpg").write_bytes(b"1")
    assert after(arrivals, clock, 3 * AGAIN) == ["deep/er/a.jpg"]


def test_what_is_being_written_at_the_beginning_is_waited_for(tmp_path, clock):
    (tmp_path / "now.jpg").write_bytes(b"1")
    old = tmp_path / "old.jpg"
    old.write_bytes(b"1")

    os.utime(old, (1e9, 1e9))
    arrivals = Arrivals(tmp_path, clock=clock)
    assert [arrivals.next(), arrivals.next()] == ["old.jpg", None]
    assert after(arrivals, clock, QUIET + LOOK) == ["now.jpg"]


def test_what_is_gone_before_its_turn_is_no_error(arrivals, clock):
    for news in ("written", "changed", "folder"):
        arrivals.tell("a.jpg", news)
    assert after(arrivals, clock, AGAIN) == []


def test_an_empty_file_is_one_whose_writing_has_not_begun(arrivals, clock, tmp_path):
    (tmp_path / "a.jpg").touch()
    arrivals.tell("a.jpg", "written")
    assert after(arrivals, clock, AGAIN) == []
    (tmp_path / "a.jpg").write_bytes(b"1")
    arrivals.tell("a.jpg", "written")
    assert arrivals.next() == "a.jpg"


def test_a_folder_that_goes_ends_the_watch(arrivals, clock, tmp_path):
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    clock.now += LOOK
    with pytest.raises(InputError, match="is gone") as raised:
        arrivals.next()
    assert raised.value.code == "E_INPUT_MISSING"


def test_what_is_not_wanted_is_asked_about_once(tmp_path, clock):
    asked = []
    arrivals = Arrivals(tmp_path, lambda name: asked.append(name) or False, clock)
    (tmp_path / "a.jpg").write_bytes(b"1")
    assert after(arrivals, clock, 3 * AGAIN) == []
    assert asked == ["a.jpg"]


@pytest.mark.parametrize(
    "name",
    ["a.jpg~", "a.jpg.part", "a.jpg.crdownload", ".a.jpg", ".fastseg-edit/parts/1/2.jpg", "a.txt"],
)
def test_a_name_that_is_no_photo_s_never_has_a_turn(name, arrivals, clock, tmp_path):
    assert not photo_like(name)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"1")
    arrivals.tell(name, "written")
    assert after(arrivals, clock, 3 * AGAIN) == []


@given(st.data())
def test_the_last_state_of_every_file_has_a_turn_whatever_was_told(tmp_path_factory, data):
    folder, clock = tmp_path_factory.mktemp("photos"), Clock()
    arrivals = Arrivals(folder, clock=clock)
    arrivals.told = data.draw(st.booleans())
    seen, at_work = {}, []
    for size in range(1, data.draw(st.integers(2, 12))):
        name = data.draw(st.sampled_from(["a.jpg", "b.png"]))
        (folder / name).write_bytes(b"1" * size)
        if news := data.draw(st.sampled_from(["written", "changed", None])):
            arrivals.tell(name, news)
        clock.now += data.draw(st.sampled_from([0, LOOK, QUIET]))
        if taken := arrivals.next():
            assert taken not in at_work
            seen[taken] = (folder / taken).stat().st_size
            at_work.append(taken)
        if at_work and data.draw(st.booleans()):
            arrivals.done(at_work.pop(0))
    for name in at_work:
        arrivals.done(name)
    for name in after(arrivals, clock, 3 * AGAIN):
        seen[name] = (folder / name).stat().st_size
    assert seen == {path.name: path.stat().st_size for path in folder.iterdir()}
