from dataclasses import replace

import pytest

from fastseg_edit import catalogue, registry
from fastseg_edit.errors import ModelError
from fastseg_edit.hub import hashes
from fastseg_edit.weights import ADDED_TO, Weights

MEGABYTES = 1e6
SHIPPED = [name for name, entry in catalogue.known().items() if entry.folder]
ELSEWHERE = [name for name, entry in catalogue.known().items() if not entry.folder]


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


def test_a_file_is_trusted_for_its_content_and_not_for_its_name(tmp_path, monkeypatch):
    path = tmp_path / "renamed.pt"
    path.write_bytes(b"as published")
    entry = Weights("theirs", pickle=True, files={"theirs.pt": catalogue.digest(path)})
    monkeypatch.setattr(catalogue, "known", lambda: {"theirs": entry})
    assert catalogue.trusted(path)
    path.write_bytes(b"as forged")
    (path.parent / "theirs.pt").write_bytes(b"as forged")
    assert not catalogue.trusted(path)
    assert not catalogue.trusted(path.parent / "theirs.pt")
    assert not catalogue.trusted(tmp_path)


@pytest.mark.parametrize("name", catalogue.known())
def test_every_entry_says_what_loads_it(name):
    entry = catalogue.known()[name]
    assert entry.family in registry.BUILT_IN[ADDED_TO.get(entry.role, entry.role)]
    assert entry.native > 0
    assert entry.about
    assert entry.licence


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_file_is_in_the_catalogue_and_the_other_way_round(name):
    entry = catalogue.known()[name]
    paths = [path for path in entry.path.rglob("*") if path.is_file()]
    there = [path.relative_to(entry.path).as_posix() for path in paths]
    assert sorted(there) == sorted([*entry.files, "README.md"])
    assert catalogue.folder(name) == entry.path
    assert entry.licence == "Apache-2.0"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_every_other_entry_says_where_it_is_and_how_large(name):
    entry = catalogue.known()[name]
    assert catalogue.find(entry.hub).hub == entry.hub
    assert entry.memory > 0
    assert entry.files
    assert entry.loads in ("", *entry.files)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_hash_is_half_a_hash(name):
    hashed = [sha for sha in catalogue.known()[name].files.values() if sha]
    assert all(hashes.SHA256.fullmatch(sha) for sha in hashed)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_could_run_a_program_is_marked(name):
    entry = catalogue.known()[name]
    pickled = [file for file in entry.files if file.endswith((".pt", ".pth", ".bin", ".ckpt"))]
    assert bool(pickled) == entry.pickle
    assert all("*" not in file for file in pickled)


def test_no_two_files_of_the_catalogue_have_one_hash():
    entries = [catalogue.known()[name] for name in ELSEWHERE]
    hashed = [sha for entry in entries for sha in entry.files.values() if sha]
    assert len(hashed) == len(set(hashed))


def test_the_shipped_weights_are_small():
    entries = [catalogue.known()[name] for name in SHIPPED]
    sizes = [(entry.path / file).stat().st_size for entry in entries for file in entry.files]
    assert sum(sizes) < 26 * MEGABYTES


@pytest.mark.parametrize("weights", ["some/one@/etc", "some/one@../..", "../one", "some/one@.git"])
def test_a_name_that_leads_out_of_the_cache_is_no_name(weights):
    with pytest.raises(ModelError, match="neither in the catalogue nor a path") as caught:
        catalogue.find(weights)
    assert caught.value.code == "E_MODEL_MISSING"
