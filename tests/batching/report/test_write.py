"""A report written into the folder of results."""

import csv
import io
import json

import pytest
from PIL import Image
from reported_jobs import EVIL, Parsed, encoded, picture

from fastseg_edit.batching import report
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import SpecError


def write(job, **options):
    names = report.write(job.out, job.photos, job.results, job.journal, report.Options(**options))
    return {name: (job.out / name).read_bytes() for name in names}


def test_a_report_is_four_files_that_agree(job):
    job.painted("a.jpg")
    job.ended("b.jpg", "failed", ("E_NO_OBJECT", "nothing there", ""))
    job.painted(EVIL)
    job.listed("c.jpg")
    found = write(job)
    assert tuple(found) == report.NAMES
    summary = json.loads(found["summary.json"])
    assert summary["states"] == {"failed": 1, "done": 2, "waiting": 1}
    order = ["b.jpg", "a.jpg", EVIL, "c.jpg"]
    assert [one["photo"] for one in summary["list"]] == order
    rows = csv.DictReader(io.StringIO(found["summary.csv"].decode(), newline=""))
    assert [row["photo"] for row in rows] == order
    assert Parsed(found["report.html"].decode()).titles == order


def test_only_the_worst_items_have_pictures_and_a_place_on_the_sheet(job):
    for number in range(5):
        job.painted(f"{number}.jpg")
    few, more = (write(job, rows=1, sheet=sheet) for sheet in (1, 4))
    assert few["report.html"].count(b"<img data-label") == 3
    heights = [Image.open(io.BytesIO(one["contact_sheet.jpg"])).height for one in (few, more)]
    assert heights[0] < heights[1]


def test_a_photo_that_is_gone_does_not_stop_a_report(job):
    job.painted("a.jpg")
    (job.home / "photos" / "a.jpg").unlink()
    (job.out / "a.jpg").write_bytes(b"")
    assert b"does not exist" in write(job)["report.html"]


def test_a_job_without_items_has_a_report(job):
    assert json.loads(write(job)["summary.json"])["items"] == 0


def test_a_result_with_the_name_of_a_report_stays(job):
    job.painted("contact_sheet.jpg")
    before = (job.out / "contact_sheet.jpg").read_bytes()
    assert "report-contact_sheet.jpg" in write(job)
    assert (job.out / "contact_sheet.jpg").read_bytes() == before


def test_a_file_of_the_user_with_the_name_of_a_report_stays(job):
    job.painted("a.jpg")
    (job.out / "summary.csv").write_text("mine")
    first, again = write(job), write(job)
    assert (job.out / "summary.csv").read_text() == "mine"
    assert {"report-summary.csv", "summary.json"} <= first.keys()
    assert again.keys() == first.keys()


def test_a_report_that_was_changed_since_is_a_file_of_the_user(job):
    write(job)
    (job.out / "summary.csv").write_text("mine")
    assert "report-summary.csv" in write(job)
    assert (job.out / "summary.csv").read_text() == "mine"


def test_a_photo_with_the_name_of_a_report_stays(job):
    job.listed("contact_sheet.jpg", output="other.jpg")
    (job.out / "contact_sheet.jpg").write_bytes(encoded(picture()))
    before = (job.out / "contact_sheet.jpg").read_bytes()
    names = report.write(job.out, job.results, job.results, job.journal)
    assert "report-contact_sheet.jpg" in names
    assert (job.out / "contact_sheet.jpg").read_bytes() == before


def test_a_report_is_written_again_and_leaves_nothing_behind(job):
    job.painted("a.jpg")
    write(job)
    job.painted("b.jpg")
    assert json.loads(write(job)["summary.json"])["items"] == 2
    assert not list((job.out / OURS).glob("report-*"))


def test_a_report_is_the_same_with_any_number_of_threads(job):
    for number in range(4):
        job.painted(f"{number}.jpg")
    one, several = (write(job, threads=threads)["contact_sheet.jpg"] for threads in (1, 3))
    assert one == several


def test_a_number_out_of_range_is_refused():
    with pytest.raises(SpecError, match="rows must be at least 0, got -1"):
        report.Options(rows=-1)
