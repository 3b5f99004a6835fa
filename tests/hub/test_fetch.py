"""What a download brings, and how one that was cut goes on."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hub_orders import LARGE, failure, order

from fastseg_edit import catalogue
from fastseg_edit.apps.cli import main
from fastseg_edit.errors import ModelError
from fastseg_edit.hub import lock
from fastseg_edit.weights import Weights


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


def test_two_at_once_download_once(hub):
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(catalogue.fetch, [order(), order()])
    assert first == second
    assert hub.served[LARGE] == len(hub.repositories["some/one"].files[LARGE])
    assert lock.read(first)[LARGE].checked == "hub"


def test_a_revision_is_fetched_by_its_name(hub):
    catalogue.fetch(order(revision="v1"))
    assert catalogue.folder("some/one@v1").name == hub.repositories["some/one"].commit
    with pytest.raises(ModelError, match="not on this machine"):
        catalogue.folder("some/one")


def test_what_came_is_remembered_with_what_it_was_compared_with(hub):
    content = hub.repositories["some/one"].files[LARGE]
    folder = catalogue.fetch(order())
    assert lock.read(folder)[LARGE].checked == "hub"
    sha = catalogue.digest(folder / LARGE)
    catalogue.fetch(Weights("m", hub="some/one", files={LARGE: sha}).order(force=True))
    seen = lock.read(folder)[LARGE]
    assert (seen.checked, seen.sha256, seen.size) == ("catalogue", sha, len(content))
