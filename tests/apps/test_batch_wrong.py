"""Batches as a user of the command line meets them: plans, failures and mistakes."""

import pytest
from batch_commands import MASK, draw, fill, said


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """A folder with a job, which is the current one."""
    folder = tmp_path_factory.mktemp("batch")
    fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def test_all_failed_is_another_status_than_some():
    all_failed = said("run", "bad", *MASK)
    assert all_failed.status == 4
    assert "line\\nbreak.jpg: E_INPUT_FORMAT" in all_failed.err
    assert len(all_failed.err.splitlines()) == 4
    quiet = said("run", "bad", *MASK, "-q")
    assert [line[:22] for line in quiet.err.splitlines()] == ["error[E_INPUT_FORMAT] "] * 3


def test_a_job_can_stop_at_the_first_that_fails():
    begin, *items, end = said("run", "bad", *MASK, "--fail-fast", "--json", "-o", "fast").events
    assert begin["items"] == 3
    assert len(items) == end["failed"] == 1
    assert said("run", "bad", *MASK, "--max-failures", "1", "-o", "fast").status == 3


def test_a_job_of_lines_is_told_again_from_any_folder(folder, monkeypatch):
    (folder / "job.jsonl").write_text('{"photo": "bad/one.jpg", "operation": "segment", '
                                      '"prompt": [{"point": [3, 4]}]}\n')  # fmt: skip
    assert said("run", "job.jsonl", "-o", "lines").status == 4
    monkeypatch.chdir(folder / "photos")
    begin, item, _ = said("retry", "../lines", "--json").events
    assert begin["items"] == 1
    assert item["photo"] == "bad/one.jpg"


def test_several_photos_are_a_job_with_results_beside_the_folder_of_the_first():
    planned = said("plan", "photos/deep/b.png", "photos/a.png", "bad/one.jpg", *MASK)
    assert planned.status == 3
    assert "3 items: 3 remove, 1 cannot be done" in planned.err
    assert planned.err.endswith("photos/deep-edited\n")
    lines = said("plan", "photos/deep/b.png", "photos/a.png", *MASK, "--json").events
    assert [each["photo"] for each in lines] == ["deep/b.png", "a.png"]
    below = said("plan", "photos/deep/b.png", "photos/a.png", *MASK, "--json", "--root", ".").events
    assert [each["output"] for each in below] == ["photos/deep/b.png", "photos/a.png"]


WRONG = {
    "a folder among photos": (("bad/one.jpg", "bad", *MASK), 2, "each is a photo, got 'bad'"),
    "a photo that is not there": (("bad/one.jpg", "x.jpg", *MASK), 5, "'x.jpg' does not exist"),
    "photos outside": (("bad/one.jpg", "mask.png", *MASK, "--root", "bad"), 2, "mask.png lies"),
    "results on stdout": (("bad", *MASK, "-o", "-"), 2, "writes into a folder"),
    "a name for a folder": (("bad", *MASK, "-o", "{stem}.png"), 2, "--name"),
    "a file for a folder": (("bad", *MASK, "-o", "job.yaml"), 2, "is a file"),
    "a job on stdin": (("-", *MASK), 2, "standard input"),
    "no such job": (("nowhere", *MASK), 5, "'nowhere' does not exist"),
    "a root elsewhere": (("bad", *MASK, "--root", "photos"), 2, "lies outside of --root photos"),
    "an unknown field": (("bad", *MASK, "--name", "{stm}"), 2, "{stm}"),
    "no prompt": (("bad",), 2, "nothing says what to select"),
    "no workers": (("bad", *MASK, "--jobs", "0"), 2, "--jobs"),
    "a folder in a file": (("bad", *MASK, "-o", "job.yaml/out"), 9, "cannot be written"),
}


@pytest.mark.parametrize(("arguments", "status", "about"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused_in_one_line(folder, arguments, status, about):
    before = sorted(folder.rglob("*"))
    wrong = said("run", *arguments)
    assert wrong.status == status
    assert len(wrong.err.splitlines()) == 1
    assert wrong.err.startswith("error[E_")
    assert about in wrong.err
    assert sorted(folder.rglob("*")) == before


def test_all_mistakes_of_a_manifest_are_told_at_once_and_nothing_is_written(folder):
    (folder / "wrong.yaml").write_text("items: [{foto: a.png}, {photo: a.png, dilat: 3}]\nout: w")
    wrong = said("run", "wrong.yaml")
    assert wrong.status == 2
    assert "/items/0/foto" in wrong.err
    assert "/items/1/dilat" in wrong.err
    assert not (folder / "w").exists()


def test_a_plan_tells_what_cannot_be_done_and_writes_nothing(folder):
    planned = said("plan", "photos", *MASK, "-o", "planned")
    assert planned.status == 3
    assert "error[E_INPUT_FORMAT] bad.jpg: " in planned.err
    assert "4 items: 4 remove, 1 cannot be done" in planned.err
    assert "48x40" in planned.out
    assert said("plan", "bad", *MASK).status == 4
    assert said("run", "photos/a.png", *MASK, "--dry-run").status == 0
    lines = said("plan", "photos", *MASK, "-o", "planned", "--json").events
    assert [each["photo"] for each in lines] == ["a.png", "bad.jpg", "c.png", "deep/b.png"]
    assert lines[0]["size"] == [48, 40]
    assert not (folder / "planned").exists()


def test_a_plan_of_many_lists_the_first_only(folder):
    for number in range(25):
        draw(folder / f"more/{number:02}.png")
    planned = said("plan", "more/*.png", *MASK)
    assert "... and 5 more; -v lists them all" in planned.out
    assert "24.png" not in planned.out
    assert "24.png" in said("plan", "more/*.png", *MASK, "-v").out
