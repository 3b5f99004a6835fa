import pytest

from fastseg_edit.batching.storage import places
from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import InputError, SpecError


@pytest.mark.parametrize("name", ["photos", "/photos", "./s3://bucket", "s3:/bucket", "C:photos"])
def test_what_is_no_url_is_a_folder(name):
    assert isinstance(places.store(name), Folder)


@pytest.mark.parametrize("name", ["s3://bucket/a", "gs://bucket", "memory://a", "S3://bucket"])
def test_a_url_is_a_place_past_this_machine(name):
    assert isinstance(places.store(name), Remote)


def test_a_url_of_a_file_is_a_folder(tmp_path):
    assert places.store(f"file://{tmp_path}/a%20b") == Folder(tmp_path / "a b")


@pytest.mark.parametrize("url", ["sftp://user:secret@machine/a", "s3://key:secret@bucket"])
def test_a_url_with_a_password_is_refused_and_not_shown(url):
    with pytest.raises(SpecError) as caught:
        places.store(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["s3://bucket/a*", "s3://bucket/a?", "s3://bucket/[a]"])
def test_a_url_that_reads_as_a_pattern_is_refused(url):
    with pytest.raises(SpecError):
        places.store(url)


def test_a_manifest_names_no_url_unless_the_user_lets_it():
    assert places.named("photos", allow_url=False) is None
    assert places.named("s3://bucket/a", allow_url=True) == Remote("s3://bucket/a")
    with pytest.raises(InputError) as caught:
        places.named("s3://bucket/a")
    assert caught.value.code == "E_PATH_ESCAPES"
    assert "--allow-url" in caught.value.hint


@pytest.mark.parametrize("url", ["file:///etc", "FILE:///etc", "local:///etc"])
@pytest.mark.parametrize("allow", [True, False])
def test_a_manifest_reaches_no_folder_by_a_url(url, allow):
    with pytest.raises(InputError) as caught:
        places.named(url, allow)
    assert caught.value.code == "E_PATH_ESCAPES"
