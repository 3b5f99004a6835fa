"""What a hub does not give, what it must not do, and what the disk refuses."""

import os
from types import SimpleNamespace

import pytest
from hub_orders import LARGE, failure, order
from hub_server import Hub, Repository, running

from fastseg_edit import catalogue
from fastseg_edit.hub import fetch
from fastseg_edit.weights import Weights


def test_a_file_that_the_repository_does_not_list_is_named(hub):
    error = failure(order(files={"config.json": "", "weights.safetensors": ""}))
    assert error.code == "E_MODEL_MISSING"
    assert error.message.endswith("some/one has no file weights.safetensors")
    assert not hub.served


def test_a_file_that_is_listed_and_gone_is_an_error(hub):
    hub.lost = {LARGE}
    assert failure(order()).code == "E_MODEL_MISSING"


def test_a_repository_of_pictures_and_pickles_has_nothing_to_read(hub):
    hub.repositories["some/one"] = Repository({"a.pt": b"1", "b.png": b"2"})
    error = failure(order())
    assert "no weights in a format that is safe" in error.message
    assert "models fetch mine:FILE" in error.hint


@pytest.mark.parametrize("token", ["", "of somebody else"])
def test_a_gated_repository_says_where_its_licence_is(hub, monkeypatch, token):
    hub.repositories["some/one"].gated = True
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    error = failure(order())
    assert (error.code, error.status) == ("E_MODEL_MISSING", 6)
    assert f"{hub.url}/some/one" in error.hint
    assert "HF_TOKEN" in error.hint


def test_the_right_token_opens_a_gated_repository(hub, monkeypatch):
    hub.repositories["some/one"].gated = True
    monkeypatch.setenv("HF_TOKEN", "accepted")
    assert (catalogue.fetch(order()) / "config.json").is_file()


def test_a_token_is_not_passed_on_to_where_large_files_are_stored(hub, monkeypatch):
    repository = hub.repositories["some/one"]
    monkeypatch.setenv("HF_TOKEN", "accepted")
    storage = Hub({"some/one": Repository(repository.files)}, cuts=[4000])
    with running(storage):
        repository.gated, hub.storage = True, storage.url
        folder = catalogue.fetch(order())
    assert (folder / LARGE).read_bytes() == repository.files[LARGE]
    assert storage.served[LARGE] == len(repository.files[LARGE])  # it went on after a cut
    came = [headers for command, _, headers in storage.requests if command == "GET"]
    assert came
    assert not any("Authorization" in headers for headers in came)


def test_an_unknown_repository_and_an_unknown_revision_are_named():
    assert "no repository no/such" in failure(Weights("no/such", hub="no/such").order()).message
    error = failure(order(revision="v2"))
    assert "some/one has no revision 'v2'" in error.message
    assert error.code == "E_MODEL_MISSING"


def test_a_hub_that_is_down_is_no_missing_file(hub):
    hub.down = 503
    error = failure(order())
    assert error.code == "E_DOWNLOAD"
    assert "503" in error.message


def test_a_server_that_is_no_hub_is_found_out(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"{hub.url}/elsewhere")
    assert failure(order()).code in ("E_DOWNLOAD", "E_MODEL_MISSING")


@pytest.mark.parametrize("name", ["../evil.json", "/tmp/evil.json", "a/../../evil.json"])
def test_a_hub_cannot_write_outside_the_cache(hub, cache, name):
    hub.repositories["some/one"] = Repository({name: b"{}"})
    error = failure(order())
    assert error.code == "E_DOWNLOAD"
    assert "is not what a model hub does" in error.message
    assert not cache.exists()


def test_nobody_at_the_address_is_a_failed_connection(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    error = failure(order())
    assert error.code == "E_DOWNLOAD"
    assert "http://127.0.0.1:9" in error.message


def test_a_full_disk_is_noticed_before_the_first_byte(hub, monkeypatch):
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: SimpleNamespace(free=5))
    error = failure(order())
    assert (error.code, error.status) == ("E_OUTPUT_WRITE", 9)
    assert "HF_HOME" in error.hint
    assert not hub.served


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_may_not_be_written_is_said(cache):
    cache.mkdir(parents=True)
    cache.chmod(0o500)
    try:
        assert failure(order()).code == "E_OUTPUT_WRITE"
    finally:
        cache.chmod(0o700)


def test_a_cache_that_is_a_file_is_said(cache):
    cache.parent.mkdir()
    cache.write_text("in the way")
    assert failure(order()).code == "E_OUTPUT_WRITE"
