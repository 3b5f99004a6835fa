import errno
import os
import threading

import pytest

from fastseg_edit.errors import OutputError
from fastseg_edit.photos import write_atomically


def refused(code, *arguments, **options):
    with pytest.raises(OutputError) as caught:
        write_atomically(*arguments, **options)
    assert caught.value.code == code
    return str(caught.value)


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_the_bytes_arrive_and_nothing_else_does(tmp_path):
    write_atomically(tmp_path / "a.png", b"content")
    assert (tmp_path / "a.png").read_bytes() == b"content"
    assert names(tmp_path) == ["a.png"]


def test_a_file_that_is_there_stays_unless_asked(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    assert "overwrite" in refused("E_OUTPUT_EXISTS", tmp_path / "a.png", b"new")
    assert (tmp_path / "a.png").read_bytes() == b"old"
    write_atomically(tmp_path / "a.png", b"new", overwrite=True)
    assert (tmp_path / "a.png").read_bytes() == b"new"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to", None])
def test_a_source_is_never_replaced_by_whatever_name_it_goes(tmp_path, link):
    source = tmp_path / "in.png"
    source.write_bytes(b"photo")
    output = tmp_path / "out.png" if link else tmp_path / ".." / tmp_path.name / "in.png"
    if link:
        getattr(output, link)(source)
    refused("E_OUTPUT_IS_INPUT", output, b"new", overwrite=True, sources=[source])
    assert source.read_bytes() == b"photo"


def test_overwriting_keeps_the_permissions_and_follows_a_link(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    (tmp_path / "a.png").chmod(0o600)
    (tmp_path / "link.png").symlink_to(tmp_path / "a.png")
    write_atomically(tmp_path / "link.png", b"new", overwrite=True)
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "a.png").read_bytes() == b"new"
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o600


def test_a_missing_folder_a_folder_and_impossible_names_are_refused(tmp_path):
    assert "mkdir" in refused("E_OUTPUT_WRITE", tmp_path / "no" / "a.png", b"")
    assert "folder" in refused("E_OUTPUT_WRITE", tmp_path, b"")
    refused("E_OUTPUT_WRITE", tmp_path / ("a" * 300), b"")
    refused("E_OUTPUT_WRITE", tmp_path / "a\0b", b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused("E_OUTPUT_WRITE", tmp_path / "loop", b"", overwrite=True)
    assert names(tmp_path) == ["loop"]


def test_the_longest_name_is_written(tmp_path):
    name = "ä" * 125 + ".png"
    write_atomically(tmp_path / name, b"content")
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, step):
    (tmp_path / "a.png").write_bytes(b"old")

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    message = refused("E_OUTPUT_WRITE", tmp_path / "a.png", b"new", overwrite=True)
    assert "No space left" in message
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert names(tmp_path) == ["a.png"]


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.png", b"new")
    assert names(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_limit_on_file_size_leaves_nothing_behind(tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        refused("E_OUTPUT_WRITE", tmp_path / "a.png", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(tmp_path) == []


def test_a_file_system_without_links_is_written_to_all_the_same(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    write_atomically(tmp_path / "a.png", b"content")
    refused("E_OUTPUT_EXISTS", tmp_path / "a.png", b"new")
    assert names(tmp_path) == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"content"


def test_of_many_writers_one_wins(tmp_path):
    failures = []

    def write(number):
        try:
            write_atomically(tmp_path / "a.png", bytes([number]) * 1000)
        except OutputError as error:
            failures.append(error.code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == ["E_OUTPUT_EXISTS"] * 7
    assert len(set((tmp_path / "a.png").read_bytes())) == 1
    assert names(tmp_path) == ["a.png"]
