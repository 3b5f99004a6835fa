import json
import os
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from hub_server import Hub, Repository, running

from fastseg_edit import catalogue
from fastseg_edit.apps.cli import main
from fastseg_edit.errors import ModelError, OutputError
from fastseg_edit.hub import fetch, lock
from fastseg_edit.weights import Weights

LARGE = "model.safetensors"


def order(**options):
    return Weights("mine", hub="some/one", **options).order()


def failure(order):
    with pytest.raises((ModelError, OutputError)) as caught:
        catalogue.fetch(order)
    return caught.value


def test_what_comes_is_what_the_hub_has(hub):
    folder = catalogue.fetch(order())
    files = hub.repositories["some/one"].files
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    assert {name: path.read_bytes() for name, path in there.items()} == {
        name: content for name, content in files.items() if name != "pytorch_model.bin"
    }


def test_a_pickle_comes_only_when_it_is_named():
    assert not (catalogue.fetch(order()) / "pytorch_model.bin").exists()
    named = order(files={"pytorch_model.bin": ""})
    assert (catalogue.fetch(named) / "pytorch_model.bin").read_bytes() == b"a pickle"


def test_one_file_of_a_repository_can_be_named(hub):
    named = "some/one:pytorch_model.bin"
    assert main(["models", "fetch", named, "-q"]) == 0
    assert list(hub.served) == ["pytorch_model.bin"]
    assert catalogue.folder(named).read_bytes() == b"a pickle"
    with pytest.raises(ModelError, match=r"lacks its file config\.json"):
        catalogue.folder("some/one:config.json")


def test_patterns_choose_files(hub):
    folder = catalogue.fetch(order(files={"sub/*": "", "config.json": ""}))
    assert sorted(hub.served) == ["config.json", "sub/more.json"]
    assert (folder / "sub" / "more.json").read_bytes() == b"{}"


def test_what_is_there_does_not_come_again(hub):
    catalogue.fetch(order())
    first = dict(hub.served)
    catalogue.fetch(order())
    assert hub.served == first


def test_with_force_it_comes_again(hub):
    catalogue.fetch(order())
    folder = catalogue.fetch(Weights("mine", hub="some/one").order(force=True))
    size = len(hub.repositories["some/one"].files[LARGE])
    assert hub.served[LARGE] == 2 * size
    assert (folder / LARGE).stat().st_size == size


@pytest.mark.parametrize("cuts", [[1], [1000], [1000, 2000, 3000], [10239], [0, 0]])
def test_a_cut_download_goes_on_where_it_stopped(hub, cuts):
    hub.cuts = list(cuts)
    folder = catalogue.fetch(order())
    content = hub.repositories["some/one"].files[LARGE]
    assert (folder / LARGE).read_bytes() == content
    assert hub.served[LARGE] == len(content)  # no byte came twice


def test_a_download_goes_on_after_the_program_has_ended(hub):
    hub.cuts = [4000, 0, 0, 0]
    error = failure(order())
    assert (error.code, error.status) == ("E_DOWNLOAD", 6)
    assert "failed or was cut" in error.message
    assert error.hint.endswith("fastseg-edit models fetch mine")
    folder = catalogue.fetch(order())
    content = hub.repositories["some/one"].files[LARGE]
    assert (folder / LARGE).read_bytes() == content
    assert hub.served[LARGE] == len(content)


def test_a_download_starts_anew_where_the_hub_cannot_go_on(hub):
    hub.cuts, hub.ranges = [4000], False
    folder = catalogue.fetch(order())
    content = hub.repositories["some/one"].files[LARGE]
    assert (folder / LARGE).read_bytes() == content
    assert hub.served[LARGE] == len(content) + 4000


def test_half_a_download_is_not_taken_as_the_whole(hub):
    hub.cuts = [4000, 0, 0, 0]
    failure(order())
    with pytest.raises(ModelError, match=r"some/one@\w+ lacks its file") as caught:
        catalogue.folder(f"some/one@{hub.repositories['some/one'].commit}")
    assert caught.value.code == "E_MODEL_MISSING"


def test_bytes_that_are_wrong_never_get_into_the_cache(hub, cache):
    hub.altered = {LARGE}
    error = failure(order())
    assert (error.code, error.status) == ("E_MODEL_HASH", 6)
    assert "another hash than the hub says" in error.message
    content = hub.repositories["some/one"].files[LARGE]
    sizes = [path.stat().st_size for path in cache.rglob("*") if path.is_file()]
    assert len(content) not in sizes
    hub.altered = set()
    assert (catalogue.fetch(order()) / LARGE).read_bytes() == content


def test_small_files_have_a_hash_too(hub):
    hub.altered = {"config.json"}
    assert failure(order()).code == "E_MODEL_HASH"


def test_the_hash_of_the_catalogue_counts_more_than_that_of_the_hub():
    error = failure(order(files={LARGE: "0" * 64}))
    assert error.code == "E_MODEL_HASH"
    assert "than the catalogue says" in error.message


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


def test_two_at_once_download_once(hub):
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(catalogue.fetch, [order(), order()])
    assert first == second
    assert hub.served[LARGE] == len(hub.repositories["some/one"].files[LARGE])
    assert lock.read(first)[LARGE].checked == "hub"


def test_an_unknown_repository_and_an_unknown_revision_are_named():
    assert "no repository no/such" in failure(Weights("no/such", hub="no/such").order()).message
    error = failure(order(revision="v2"))
    assert "some/one has no revision 'v2'" in error.message
    assert error.code == "E_MODEL_MISSING"


def test_a_revision_is_fetched_by_its_name(hub):
    catalogue.fetch(order(revision="v1"))
    assert catalogue.folder("some/one@v1").name == hub.repositories["some/one"].commit
    with pytest.raises(ModelError, match="not on this machine"):
        catalogue.folder("some/one")


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


def test_what_came_is_remembered_with_what_it_was_compared_with(hub):
    content = hub.repositories["some/one"].files[LARGE]
    folder = catalogue.fetch(order())
    assert lock.read(folder)[LARGE].checked == "hub"
    sha = catalogue.digest(folder / LARGE)
    catalogue.fetch(Weights("m", hub="some/one", files={LARGE: sha}).order(force=True))
    seen = lock.read(folder)[LARGE]
    assert (seen.checked, seen.sha256, seen.size) == ("catalogue", sha, len(content))


def test_the_command_says_what_it_found(capsys):
    assert main(["models", "fetch", "some/one"]) == 0
    told = capsys.readouterr()
    assert "right      some/one: model.safetensors, compared with the hub" in told.out
    assert "fetching some/one: model.safetensors" in told.err
    assert main(["models", "fetch", "some/one", "-q", "--force"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_fails_with_a_line_and_a_status(hub, capsys):
    hub.altered = {LARGE}
    assert main(["models", "fetch", "some/one"]) == 6
    assert "error[E_MODEL_HASH]" in capsys.readouterr().err
    assert main(["models", "fetch", "nonsense"]) == 6
    assert "neither in the catalogue" in capsys.readouterr().err


def test_shipped_weights_need_no_hub(hub, capsys):
    assert main(["models", "fetch", "clip-mini"]) == 0
    assert "clip-mini is in" in capsys.readouterr().out
    assert not hub.requests


def test_the_list_says_what_has_come(capsys, monkeypatch):
    entry = Weights("mine", "ranker", "clip", "MIT", 64, hub="some/one", files={LARGE: ""})
    monkeypatch.setattr(catalogue, "known", lambda: {"mine": entry})
    places = []
    for _ in range(2):
        assert main(["models", "list", "--json"]) == 0
        places.append(json.loads(capsys.readouterr().out)[0]["place"])
        main(["models", "fetch", "mine", "-q"])
    assert places == ["", str(entry.place)]
