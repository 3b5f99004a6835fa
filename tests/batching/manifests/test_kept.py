"""What a folder of results says of its job is taken only if it speaks of that folder."""

import json

import pytest

from fastseg_edit.batching.manifests import kept
from fastseg_edit.batching.manifests.asked import Asked
from fastseg_edit.batching.storage import places
from fastseg_edit.errors import InputError


def written(folder, **said):
    results = places.store(str(folder))
    kept.write(results, Asked({"items": []}, folder, root=str(folder), **said))
    return results


def test_a_job_is_read_back_where_it_wrote(tmp_path):
    there = tmp_path / "out"
    assert kept.read(written(there, out=str(there))).out == str(there)
    (tmp_path / "link").symlink_to(there)
    assert kept.read(places.store(str(tmp_path / "link"))).out == str(there)
    masks = written(there / "masks", out=str(there), selects=True)
    assert kept.read(masks).selects


def test_a_folder_that_sends_results_elsewhere_is_refused(tmp_path):
    results = written(tmp_path / "out", out=str(tmp_path / "other"))
    with pytest.raises(InputError, match=r"writes to .*other") as caught:
        kept.read(results)
    assert caught.value.code == "E_PATH_ESCAPES"
    assert kept.read(results, moved=True).out == str(tmp_path / "other")


def test_no_folder_lets_its_job_reach_other_machines(tmp_path):
    results = written(tmp_path, out=str(tmp_path), allow_url=True)
    assert json.loads(results.read(kept.FILE))["allow_url"]
    assert not kept.read(results).allow_url
