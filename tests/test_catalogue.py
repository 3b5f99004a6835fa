from dataclasses import replace
from types import MappingProxyType

import pytest

from fastseg_edit import catalogue, registry
from fastseg_edit.errors import ModelError

MEGABYTES = 1e6


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """Weights of one file, `mine`, the only ones in the catalogue."""
    (tmp_path / "model.bin").write_bytes(b"weights")
    entry = replace(
        catalogue.known()["clip-mini"],
        name="mine",
        folder=str(tmp_path),
        files={"model.bin": catalogue.digest(tmp_path / "model.bin")},
    )
    monkeypatch.setattr(catalogue, "known", lambda: {"mine": entry})
    catalogue.verified.cache_clear()
    yield tmp_path
    catalogue.verified.cache_clear()


def test_a_name_stands_for_a_folder(weights):
    assert catalogue.folder("mine") == weights


def test_a_path_is_taken_as_it_is(tmp_path):
    assert catalogue.folder(str(tmp_path)) == tmp_path


def test_a_flipped_bit_is_found(weights):
    (weights / "model.bin").write_bytes(b"weightr")
    with pytest.raises(ModelError, match=r"model.bin of mine is not the file") as caught:
        catalogue.folder("mine")
    assert (caught.value.code, caught.value.status) == ("E_MODEL_HASH", 6)


def test_a_missing_file_is_found(weights):
    (weights / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"mine lacks its file model.bin") as caught:
        catalogue.folder("mine")
    assert caught.value.code == "E_MODEL_MISSING"


def test_an_unknown_name_comes_with_the_nearest():
    with pytest.raises(ModelError, match=r"'clip-mimi' are neither.*Did you mean 'clip-mini'"):
        catalogue.folder("clip-mimi")


def test_weights_that_do_not_come_along_say_where_they_are(monkeypatch):
    entry = replace(catalogue.known()["clip-mini"], folder="", hub="someone/clip")
    monkeypatch.setattr(catalogue, "known", lambda: MappingProxyType({"theirs": entry}))
    with pytest.raises(ModelError, match="Download someone/clip") as caught:
        catalogue.folder("theirs")
    assert caught.value.code == "E_MODEL_MISSING"


@pytest.mark.parametrize("name", catalogue.known())
def test_every_entry_says_what_loads_it(name):
    entry = catalogue.known()[name]
    assert entry.family in registry.BUILT_IN[entry.role]
    assert entry.licence == "Apache-2.0"
    assert entry.native > 0
    assert entry.about


@pytest.mark.parametrize("name", catalogue.known())
def test_every_shipped_file_is_in_the_catalogue_and_the_other_way_round(name):
    entry = catalogue.known()[name]
    paths = [path for path in entry.path.rglob("*") if path.is_file()]
    there = [path.relative_to(entry.path).as_posix() for path in paths]
    assert sorted(there) == sorted([*entry.files, "README.md"])
    assert catalogue.folder(name) == entry.path


def test_the_shipped_weights_are_small():
    sizes = [
        (entry.path / file).stat().st_size
        for entry in catalogue.known().values()
        for file in entry.files
    ]
    assert sum(sizes) < 25 * MEGABYTES
