"""Small pictures of what came of an item."""

import json

import numpy as np
import pytest
from reported_jobs import GROUND, OBJECT, PATCH, SIZE, encoded, facts, picture, square

from fastseg_edit.batching.manifests import besides
from fastseg_edit.batching.report import thumbnails
from fastseg_edit.batching.report.entries import entries
from fastseg_edit.ops import draw

MOST = (80, 60)


def make(job):
    (entry,) = entries(job.journal)
    files = tuple(one.name for one in job.journal.outputs(entry.attempt))
    return thumbnails.make(thumbnails.Seen(entry, files), job.photos, job.results, MOST)


def colour_at(thumbnail, place):
    return thumbnail.picture[place].astype(int)


def is_near(colour, wanted):
    return np.abs(colour - wanted).max() < 12


def test_photo_mask_and_result_show_what_they_are(job):
    job.painted("a.jpg")
    photo, mask, result = make(job)
    inside, outside = (30, 45), (10, 10)
    assert is_near(colour_at(photo, inside), OBJECT)
    assert is_near(colour_at(result, inside), PATCH)
    tinted = np.array(OBJECT) * 0.55 + np.array(draw.MASK_COLOUR) * 0.45
    assert is_near(colour_at(mask, inside), tinted)
    assert is_near(colour_at(mask, outside), GROUND)


@pytest.mark.parametrize("record", [None, b"{", json.dumps({"edits": [{"mask": 1}]}).encode()])
def test_without_a_record_the_saved_mask_is_taken(job, record):
    files = {
        "a.jpg": encoded(picture(PATCH)),
        besides.beside("a.jpg", "mask.png"): encoded(square().astype(np.uint8) * 255, "PNG"),
    }
    if record:
        files[besides.beside("a.jpg", "edit.json")] = record
    job.ended("a.jpg", files=files, facts=facts())
    mask = make(job)[1]
    assert not is_near(colour_at(mask, (30, 45)), OBJECT)
    assert is_near(colour_at(mask, (10, 10)), GROUND)


def test_without_any_mask_its_box_is_drawn(job):
    job.ended("a.jpg", files={"a.jpg": encoded(picture(PATCH))}, facts=facts())
    mask = make(job)[1]
    assert is_near(colour_at(mask, (20, 45)), draw.BOX_COLOUR)
    assert is_near(colour_at(mask, (30, 45)), OBJECT)


def test_what_came_of_a_selection_is_a_mask_and_has_no_result(job):
    stored = encoded(square().astype(np.uint8) * 255, "PNG")
    job.ended("a.jpg", operation="segment", output="a.png", files={"a.png": stored}, facts=facts())
    assert [one.label for one in make(job)] == ["photo", "mask"]


def test_a_photo_that_is_gone_is_said_to_be_gone(job):
    job.painted("a.jpg")
    (job.home / "photos" / "a.jpg").unlink()
    photo, mask, result = make(job)
    assert photo.picture is None
    assert "does not exist" in photo.missing
    assert mask.picture.shape == result.picture.shape == (*SIZE, 3)


def test_a_result_that_is_damaged_is_said_to_be_so(job):
    job.painted("a.jpg")
    path = job.out / "a.jpg"
    path.write_bytes(path.read_bytes()[:400])
    photo, _, result = make(job)
    assert photo.picture is not None
    assert "damaged" in result.missing


GATED = facts(warnings=[{"code": "W_GATE", "text": "too large"}])


def test_of_a_photo_that_a_gate_copied_the_box_of_its_mask_is_drawn(job):
    job.painted("a.jpg", state="unchanged", facts=GATED)
    mask = make(job)[1]
    assert is_near(colour_at(mask, (20, 45)), draw.BOX_COLOUR)
    assert is_near(colour_at(mask, (30, 45)), OBJECT)


def test_of_a_photo_that_a_gate_left_out_too(job):
    job.ended("a.jpg", "skipped", ("E_GATE", "too large", ""), facts=facts())
    photo, mask = make(job)
    assert is_near(colour_at(mask, (20, 45)), draw.BOX_COLOUR)
    assert is_near(colour_at(photo, (30, 45)), OBJECT)


def test_of_a_copy_in_which_nothing_was_found_that_is_said(job):
    job.painted("a.jpg", state="unchanged", facts=facts(mask_box=None, coverage=0.0))
    assert make(job)[1].missing == "nothing found"


def test_an_item_without_results_shows_its_photo(job):
    job.ended("a.jpg", "failed", ("E_NO_OBJECT", "nothing there", ""))
    assert [one.label for one in make(job)] == ["photo"]
