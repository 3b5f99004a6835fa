"""Real files, written in all the ways in which files come, and a real observer."""

import os
import sys
import time
from contextlib import contextmanager

import pytest

from fastseg_edit.batching.watching import arrivals as module
from fastseg_edit.batching.watching.arrivals import Arrivals
from fastseg_edit.batching.watching.observing import watched
from fastseg_edit.errors import InputError, ModelError

pytest.importorskip("watchdog")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the end of a writing")


class Counting(Arrivals):
    """Counts what it is told."""

    count = 0

    def tell(self, name, news):
        self.count += 1
        super().tell(name, news)


@contextmanager
def watching(folder, poll=False):
    arrivals = Counting(folder)
    with watched(arrivals, poll):
        arrivals.next()
        yield arrivals


def taken(arrivals, seconds=5.0, count=1):
    """Return what has its turn until so many had, or the time is over; and a little later."""
    names, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        if name := arrivals.next():
            names.append(name)
            arrivals.done(name)
            if len(names) == count:
                until = min(until, time.monotonic() + 0.3)
        else:
            time.sleep(0.01)
    return names


def in_pieces(path, pause):
    with path.open("wb") as file:
        for _ in range(3):
            file.write(b"1")
            file.flush()
            time.sleep(pause)


@LINUX
def test_a_file_written_in_three_pieces_has_one_turn_however_long_it_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "QUIET", 0.1)
    with watching(tmp_path) as arrivals:
        in_pieces(tmp_path / "a.jpg", 0.5)
        assert taken(arrivals) == ["a.jpg"]
        assert arrivals.count <= 5


def test_a_file_that_is_polled_has_one_turn_when_it_has_settled(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "QUIET", 0.5)
    with watching(tmp_path, poll=True) as arrivals:
        in_pieces(tmp_path / "a.jpg", 0.2)
        assert taken(arrivals, 10) == ["a.jpg"]
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
        assert taken(arrivals, count=2) == ["a.jpg", "b.jpg"]
        assert arrivals.count <= 5


@LINUX
def test_folders_come_with_what_is_in_them(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "QUIET", 0.1)
    inside, other = tmp_path / "in", tmp_path / "other"
    (other / "moved" / "deep").mkdir(parents=True)
    (other / "moved" / "deep" / "a.jpg").write_bytes(b"1")
    inside.mkdir()
    with watching(inside) as arrivals:
        (other / "moved").rename(inside / "moved")
        (inside / "made" / "deep").mkdir(parents=True)
        (inside / "made" / "deep" / "b.jpg").write_bytes(b"1")
        names = taken(arrivals, count=2)
    assert sorted(names) == ["made/deep/b.jpg", "moved/deep/a.jpg"]


@LINUX
def test_looking_at_a_file_and_changing_its_owner_s_rights_is_nothing_new(tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"1")
    os.utime(photo, (1e9, 1e9))
    with watching(tmp_path) as arrivals:
        assert taken(arrivals, 0.3) == []  # it was there, and had its turn as the watch began
        photo.read_bytes()
        photo.chmod(0o600)
        assert taken(arrivals, 0.3) == []
        assert arrivals.count == 0


@LINUX
def test_a_thousand_files_at_once_have_one_turn_each(tmp_path):
    names = [f"{number:04}.jpg" for number in range(1000)]
    with watching(tmp_path) as arrivals:
        for name in names:
            (tmp_path / name).write_bytes(b"1")
        assert sorted(taken(arrivals, 30, 1000)) == names


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
