"""Whatever befalls one photo, model or worker: the others come right; the next run ends it."""

import os
import time

import pytest
from faulty_painter import heal, install
from small_jobs import check, check_complete, folder_of, job_of, run, states, visible, write

from fastseg_edit import registry
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import OutputError

FAULTS = ("", "abort", "abort once", "exit", "hang", "memory", "memory once", "error", "error once")


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    """The folder of a package with an inpainter that fails as its caption says."""
    folder = install(tmp_path / "faulty")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    registry.names.cache_clear()
    yield folder
    registry.names.cache_clear()


def test_items_whose_model_fails_do_not_matter_to_others_and_are_done_once_it_is_mended(
    tmp_path, faulty
):
    names = [f"{number}.png" for number in range(len(FAULTS) + 2)]
    home = folder_of(tmp_path, names, "faulty")
    captions = dict(zip(names, (*FAULTS, "", ""), strict=True))
    items = [{"photo": name, "caption": fault or "none"} for name, fault in captions.items()]

    def job(out):
        policy = Policy(2, timeout=1.5, warming=1)
        return job_of(home, out, items, policy, operation="replace")

    found = run(job("out"))
    bad = {"abort": "E_WORKER", "exit": "E_WORKER", "hang": "E_TIMEOUT", "memory": "E_MEMORY",
           "error": "E_INTERNAL"}  # fmt: skip
    assert {captions[name]: each.error.code for name, each in found.items() if each.error} == bad
    assert {each.state for each in found.values() if not each.error} == {"done"}
    (aborted,) = (each for name, each in found.items() if captions[name] == "abort")
    assert "SIGABRT" in aborted.error.message
    heal(faulty)
    assert set(states(run(job("undisturbed"))).values()) == {"done"}
    check(home)
    again = run(job("out"))
    assert {captions[name] for name, each in again.items() if each.again} == bad.keys()
    check_complete(home)


def test_photos_that_go_change_or_are_cut_while_they_wait(tmp_path):
    home = folder_of(tmp_path, [f"{number}.png" for number in range(9)])
    photos = home / "photos"
    kept = {name: (photos / name).read_bytes() for name in ("6.png", "7.png", "8.png")}
    run(job_of(home, "undisturbed"))

    def watch(item, stage):
        if (item.photo, stage) == ("0.png", "read"):
            (photos / "6.png").unlink()
            (photos / "7.png").write_bytes(kept["7.png"][:300])
            write(photos / "8.png", 99)

    found = run(job_of(home), watch=watch)
    assert {name for name, each in found.items() if each.error} == {"6.png", "7.png"}
    assert found["6.png"].error.code == "E_INPUT_MISSING"
    assert found["7.png"].error.code == "E_INPUT_TRUNCATED"
    for name, content in kept.items():
        (photos / name).write_bytes(content)
    again = run(job_of(home))
    assert {name for name, each in again.items() if each.again} == {"6.png", "7.png", "8.png"}
    check_complete(home)


NAMES = (
    "caf\u00e9.png", "\U0001f986.png", "new\nline.png", "quote\"'.png", "-rf.png", "dot..png",
    "CON.png", " blank .png", "per%20cent#?.png", os.fsdecode(b"no utf-8 \xff\xfe.png"),
    "e" * 230 + ".png", "{stem}.png", "$(touch x);.png",
)  # fmt: skip


def test_photos_of_any_name_are_done_once(tmp_path):
    home = folder_of(tmp_path, NAMES)
    found = run(job_of(home, items=[{"photos": "."}]))
    assert states(found) == dict.fromkeys(NAMES, "done")
    assert set(NAMES) <= visible(home / "out").keys()
    assert not any(each.again for each in run(job_of(home)).values())


def test_what_was_touched_is_done_again_and_nothing_else(tmp_path):
    names = [f"{number}.png" for number in range(6)]
    home = folder_of(tmp_path, names)
    run(job_of(home, "undisturbed"))
    run(job_of(home))
    out, photo = home / "out", home / "photos" / "5.png"
    times = photo.stat()
    changed = bytearray(photo.read_bytes())
    changed[-1] ^= 1  # of the checksum of the end, which no reader minds
    photo.write_bytes(changed)
    os.utime(photo, ns=(times.st_atime_ns, times.st_mtime_ns))  # as after a copy that keeps times
    (out / "0.png").write_bytes((out / "0.png").read_bytes()[:-1])
    (out / "1.png").unlink()
    (out / "2.png").touch()
    long_ago = time.time() - 10**6
    os.utime(out / "3.png", (long_ago, long_ago))
    (out / "4.png.edit.json").write_bytes(b"{}")
    again = run(job_of(home))
    assert {name for name, each in again.items() if each.again} == {
        "0.png", "1.png", "4.png", "5.png"
    }  # fmt: skip


def test_a_loop_of_links_among_the_photos_does_no_harm(tmp_path):
    home = folder_of(tmp_path, ["a.png"])
    (home / "photos" / "loop").symlink_to(home / "photos")
    (home / "photos" / "itself.png").symlink_to(home / "photos" / "itself.png")
    found = run(job_of(home))
    assert found["a.png"].state == "done"
    assert {name: each.state for name, each in found.items() if name != "a.png"} in (
        {}, {"itself.png": "failed"}
    )  # fmt: skip


def test_results_without_a_journal_are_not_written_over_and_can_be_kept_or_made_again(tmp_path):
    home = folder_of(tmp_path, ["a.png", "b.png"])
    run(job_of(home, "undisturbed"))
    run(job_of(home))
    (home / "out" / OURS).rename(home / "journal.old")
    numbers = {path.name: path.stat().st_ino for path in (home / "out").iterdir()}
    assert states(run(job_of(home))) == {"a.png": "failed", "b.png": "failed"}
    assert states(run(job_of(home, if_exists="skip"))) == {"a.png": "skipped", "b.png": "skipped"}
    assert (
        numbers.items()
        <= {path.name: path.stat().st_ino for path in (home / "out").iterdir()}.items()
    )
    assert states(run(job_of(home, if_exists="overwrite"))) == {"a.png": "done", "b.png": "done"}
    check_complete(home)


def test_a_damaged_journal_stops_the_job_before_anything_is_done(tmp_path):
    home = folder_of(tmp_path, ["a.png"])
    journal = home / "out" / OURS / "journal.sqlite"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"garbage" * 999)
    with pytest.raises(OutputError) as raised:
        run(job_of(home))
    assert raised.value.code == "E_JOURNAL"
    assert visible(home / "out") == {}
