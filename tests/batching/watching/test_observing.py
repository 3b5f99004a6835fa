"""Real files, written in all the ways in which files come, and a real observer."""

import os
import sys
import time
from contextlib import contextmanager

import pytest

from fastseg_edit.batching.watching.arrivals import AGAIN, LOOK, QUIET, Arrivals
from fastseg_edit.batching.watching.observing import watched
from fastseg_edit.errors import InputError, ModelError

pytest.importorskip("watchdog")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the end of a writing")


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


class Counting(Arrivals):
    """Counts what it is told."""

    count = 0

    def tell(self, name, news):
        self.count += 1
        super().tell(name, news)


@contextmanager
def watching(folder, poll=False):
    """Watch a folder, and nothing in it has its turn any more."""
    arrivals = Counting(folder, clock=Clock())
    with watched(arrivals, poll):
        turns(arrivals, 0)
        yield arrivals


def turns(arrivals, seconds):
    """Return what has its turn while so many seconds pass, by the clock of the watch."""
    names = []
    for _ in range(1 + round(seconds / LOOK)):
        while name := arrivals.next():
            names.append(name)
            arrivals.done(name)
        arrivals._clock.now += LOOK
    return names


def taken(arrivals, until, seconds=3 * AGAIN):
    """Return what has its turn until this one had, and in some seconds after that."""
    names, patience = turns(arrivals, 0), time.monotonic() + 20
    while until not in names and time.monotonic() < patience:
        time.sleep(0.002)
        names += turns(arrivals, 0)
    return names + turns(arrivals, seconds)


@LINUX
def test_a_file_written_in_three_pieces_has_one_turn_however_long_it_takes(tmp_path):
    with watching(tmp_path) as arrivals:
        with (tmp_path / "a.jpg").open("wb") as file:
            for _ in range(3):
                file.write(b"1")
                file.flush()
                assert turns(arrivals, 2 * QUIET) == []
        (tmp_path / "last.jpg").write_bytes(b"1")
        assert taken(arrivals, "last.jpg") == ["a.jpg", "last.jpg"]
        assert arrivals.count <= 5


def test_a_file_that_is_polled_has_one_turn_when_it_has_settled(tmp_path):
    with watching(tmp_path, poll=True) as arrivals:
        (tmp_path / "a.jpg").write_bytes(b"1")
        assert taken(arrivals, "a.jpg") == ["a.jpg"]
        assert arrivals.count <= 5


@LINUX
def test_a_file_that_is_moved_into_place_has_one_turn(tmp_path):
    watched_folder, other = tmp_path / "in", tmp_path / "other"
    for folder in (watched_folder, other):
        folder.mkdir()
    with watching(watched_folder) as arrivals:
        (other / "a.jpg").write_bytes(b"1")
        (other / "a.jpg").rename(watched_folder / "a.jpg")
        (watched_folder / "b.jpg.part").write_bytes(b"1")
        (watched_folder / "b.jpg.part").rename(watched_folder / "b.jpg")
        assert taken(arrivals, "b.jpg") == ["a.jpg", "b.jpg"]
        assert arrivals.count <= 5


@LINUX
def test_folders_come_with_what_is_in_them(tmp_path):
    inside, other = tmp_path / "in", tmp_path / "other"
    (other / "moved" / "deep").mkdir(parents=True)
    (other / "moved" / "deep" / "a.jpg").write_bytes(b"1")
    inside.mkdir()
    with watching(inside) as arrivals:
        (other / "moved").rename(inside / "moved")
        (inside / "made" / "deep").mkdir(parents=True)
        (inside / "made" / "deep" / "b.jpg").write_bytes(b"1")
        (inside / "last.jpg").write_bytes(b"1")
        names = taken(arrivals, "last.jpg")
    assert sorted(names) == ["last.jpg", "made/deep/b.jpg", "moved/deep/a.jpg"]


@LINUX
def test_looking_at_a_file_and_changing_its_owner_s_rights_is_nothing_new(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"1")
    os.utime(photo, (1e9, 1e9))
    with watching(tmp_path) as arrivals:  # it was there, and had its turn as the watch began
        photo.read_bytes()
        photo.chmod(0o600)
        (tmp_path / "last.jpg").write_bytes(b"1")
        assert taken(arrivals, "last.jpg") == ["last.jpg"]
        assert arrivals.count == 1


@LINUX
def test_a_thousand_files_at_once_have_one_turn_each(tmp_path):
    names = [f"{number:04}.jpg" for number in range(1000)]
    with watching(tmp_path) as arrivals:
        for name in names:
            (tmp_path / name).write_bytes(b"1")
        assert sorted(taken(arrivals, names[-1], 2 * AGAIN)) == names


def test_without_watchdog_one_line_says_what_to_install(tmp_path, monkeypatch):
    for name in ("watchdog.observers", "watchdog.observers.inotify"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModelError) as raised, watched(Arrivals(tmp_path)):
        pass
    assert raised.value.hint == "Run: pip install 'fastseg-edit[watch]'"


def test_what_is_no_folder_is_not_watched(tmp_path):
    (tmp_path / "a.jpg").touch()
    for name in ("a.jpg", "nowhere"):
        with pytest.raises(InputError, match="no folder"), watched(Arrivals(tmp_path / name)):
            pass
