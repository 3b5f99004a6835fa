"""Results, of this job or of another, are no photos of the next run."""

import pytest

from fastseg_edit.batching.manifests import listing, manifest, selecting
from fastseg_edit.errors import DocumentError
from fastseg_edit.requests import Problems

DEFAULTS = {"prompt": [{"point": [1, 2]}], "operation": "remove", "profile": "classical"}
OURS = ".fastseg-edit"


@pytest.fixture
def home(tmp_path):
    for name in ("a.png", "edited/a.png", "edited/masks/a.mask.png", "e1/b.png", "e1/deep/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "e1" / OURS).mkdir()
    return tmp_path


def job_of(home, entry, **said):
    return manifest.read({"defaults": DEFAULTS, "items": [entry], "out": "edited", **said}, home)


def photos_of(job):
    problems = Problems()
    found = [item.photo for item in listing.items(job, problems)]
    problems.refuse("job")
    return found


def test_a_job_that_only_selects_takes_no_result_for_a_photo(home):
    job = job_of(home, {"photos": "."})
    assert photos_of(selecting.manifest(job)) == photos_of(job) == ["a.png"]


def test_a_folder_with_results_of_another_job_is_left_out_unless_it_is_named(home):
    assert photos_of(job_of(home, {"photos": "**/*.png"})) == ["a.png"]
    assert photos_of(job_of(home, {"photos": "e1"})) == ["e1/b.png", "e1/deep/c.png"]
    assert photos_of(job_of(home, {"photo": "e1/b.png"})) == ["e1/b.png"]
    (home / OURS).mkdir()
    assert photos_of(job_of(home, {"photos": "."})) == ["a.png"]


def test_a_photo_at_a_url_is_told_to_be_one(home):
    with pytest.raises(DocumentError, match=r"/items/0/photo: .*got the URL 's3://b/c.jpg'"):
        photos_of(job_of(home, {"photo": "s3://b/c.jpg"}))
