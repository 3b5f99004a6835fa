"""Batches as a user of the command line meets them: runs, and what is said of them."""

import io
import os
import signal

import numpy as np
import pytest
from batch_commands import MASK, draw, fill, said
from PIL import Image

from fastseg_edit.batching.journals import locks
from fastseg_edit.batching.storage.stores import OURS


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """A folder with a job, which is the current one."""
    folder = tmp_path_factory.mktemp("batch")
    fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def first():
    """The first run of the job."""
    return said("run", "job.yaml", "--jobs", "1")


def test_a_run_says_a_line_for_each_item_and_one_on_all(first, folder):
    assert first.status == 3
    assert first.out == ""
    lines = first.err.splitlines()
    items = [line for line in lines if line.startswith("[")]
    assert sorted(line.split("] ")[1].split(" ")[:2] for line in items) == [
        ["done", "a.png"],
        ["done", "deep/b.png"],
        ["failed", "bad.jpg:"],
        ["unchanged", "c.png"],
    ]
    assert all(line.startswith(f"[{place}/4] ") for place, line in enumerate(items, 1))
    assert lines[-1].startswith("2 done, 1 unchanged, 1 failed, 1 warning; ")
    assert {path.name for path in folder.glob("out/**/*.png")} == {"a.png", "b.png", "c.png"}
    assert (folder / "out/a.png.edit.json").exists()


def test_a_warning_stands_below_the_line_of_its_photo(first):
    lines = first.err.splitlines()
    (place,) = [at for at, line in enumerate(lines) if line.startswith("warning[")]
    assert lines[place].startswith("warning[W_GATE] c.png: ")
    assert "unchanged c.png" in lines[place - 1]


@pytest.mark.usefixtures("first")
def test_the_same_command_again_does_only_what_is_not_done(folder):
    before = (folder / "out/a.png").stat()
    begin, *items, end = said("run", "job.yaml", "--json").events
    assert begin == {"event": "begin", "job": "job.yaml", "out": "out", "items": 4}
    assert {(each["photo"], each["state"], each["before"]) for each in items} == {
        ("a.png", "done", True),
        ("deep/b.png", "done", True),
        ("bad.jpg", "failed", False),
        ("c.png", "unchanged", True),
    }
    assert {each["photo"]: each["outputs"] for each in items}["a.png"][0] == "out/a.png"
    assert end["event"] == "end"
    assert (end["done"], end["failed"], end["before"], end["warnings"]) == (2, 1, 3, 1)
    assert (folder / "out/a.png").stat() == before


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("job", ["out", "job.yaml"])
def test_a_retry_does_only_what_failed(job):
    begin, item, end = said("retry", job, "--json").events
    assert begin["items"] == 1
    assert (item["photo"], item["state"]) == ("bad.jpg", "failed")
    assert item["error"]["code"] == "E_INPUT_FORMAT"
    assert end["failed"] == 1


@pytest.mark.usefixtures("first")
def test_a_retry_by_state_or_name_does_those():
    assert said("retry", "out", "--state", "no-object", "--json").events[0]["items"] == 0
    assert said("retry", "out", "--item", "bad.jpg", "--json").events[0]["items"] == 1
    wrong = said("retry", "out", "--item", "bad.jpgg")
    assert wrong.status == 2
    assert "'bad.jpg'" in wrong.err


@pytest.mark.usefixtures("first")
def test_the_status_counts_states_and_tells_the_last_errors(folder):
    shown = said("status", "out").out
    assert "the last run came to its end" in shown
    assert "4 items: 2 done, 1 failed, 1 unchanged; 1 warning\n" in shown
    assert "error[E_INPUT_FORMAT] bad.jpg: " in shown
    assert "not in this one" not in shown
    with locks.held(folder / "out" / OURS / "lock"):
        (known,) = said("status", "job.yaml", "--json").events
        assert known["process"] == str(os.getpid())
        assert known["warnings"] == 1
        busy = said("run", "job.yaml")
    assert busy.status == 2
    assert f"error[E_BUSY]: process {os.getpid()} writes into out already" in busy.err


@pytest.mark.usefixtures("first")
def test_a_report_says_where_it_is(folder):
    assert "report.html" in said("report", "out").err
    assert (folder / "out/report.html").exists()


class Stopping(io.StringIO):
    """Stops the command when it says a line."""

    def __init__(self, start):
        super().__init__()
        self.start = start

    def write(self, text):
        if text.startswith(self.start):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().write(text)


def test_a_stop_after_the_last_item_changes_nothing():
    stopped = said("run", "bad", *MASK, err=Stopping("[3/"))
    assert stopped.status == 4
    assert stopped.err.splitlines()[-1].startswith("3 failed; ")


def test_whoever_stops_reading_gets_no_traceback():
    class Closing(io.StringIO):
        def write(self, text):
            if '"begin"' in text:
                return super().write(text)
            raise BrokenPipeError

    gone = said("run", "bad", *MASK, "--json", "-o", "gone", out=Closing())
    assert gone.status == 4  # all of them were known to fail before the first was told
    assert gone.err.startswith("stopped, as nobody reads the events: 0 of 3 done")


def test_items_that_are_in_no_run_any_more_are_counted():
    said("run", "bad", *MASK, "-o", "parts")
    part = said("run", "bad/one.jpg", *MASK, "-o", "parts")
    wanted = "2 items of earlier runs are not in this one; status, retry and report are about "
    assert part.err.splitlines()[-1] == f"{wanted}this run"
    assert f"{wanted}the last run" in said("status", "parts").out


def test_a_name_is_taken_as_a_terminal_shows_it():
    said("run", "bad", *MASK, "-o", "shown")
    _, item, _ = said("retry", "shown", "--item", "line\\nbreak.jpg", "--json").events
    assert item["photo"] == "line\nbreak.jpg"


def test_what_is_skipped_as_asked_for_comes_without_advice(folder):
    (folder / "there").mkdir()
    (folder / "there/a.png").write_bytes(b"mine")
    arguments = ("run", "photos/a.png", *MASK, "-o", "there", "--if-exists", "skip")
    line, end = said(*arguments).err.splitlines()
    assert line.endswith("a.png is there, and no run of this job wrote it")
    assert end.startswith("1 skipped; 0.")
    assert "per second" not in end


def test_what_the_user_stops_goes_on_with_the_same_command(folder):
    for number in range(8):
        draw(folder / f"many/{number}.png", number)

    stopped = said("run", "many", *MASK, "--jobs", "1", err=Stopping("[1/"))
    assert stopped.status == 130
    *lines, last = stopped.err.splitlines()
    done = len(lines)
    assert 1 <= done < 8
    assert last == f"interrupted: {done} of 8 done; run the same command to go on"
    assert "the last run was stopped" in said("status", "many-edited").out
    assert not list(folder.glob(f"many-edited/{OURS}/parts/**/*"))
    *_, end = said("run", "many", *MASK, "--jobs", "1", "--json").events
    assert (end["done"], end["before"]) == (8, done)


def test_masks_alone_go_to_a_folder_of_their_own_with_a_report(folder):
    assert said("run", "photos", *MASK, "--segment-only", "-q", "-o", "looked").status == 3
    found = {str(path.relative_to(folder / "looked")) for path in folder.glob("looked/**/*.*")}
    assert {"masks/a.mask.png", "masks/deep/b.mask.png", "masks/contact_sheet.jpg"} <= found
    assert not {"a.png", "deep/b.png"} & found
    mask = np.asarray(Image.open(folder / "looked/masks/a.mask.png"))
    assert set(np.unique(mask)) == {0, 255}
    again = said("retry", "looked", "--json").events
    assert [each["photo"] for each in again[1:-1]] == ["bad.jpg"]
    assert not (folder / "looked" / OURS).exists()
