import os
import pickle
import subprocess
import sys
import uuid
from importlib.util import find_spec

import pytest

from fastseg_edit.batching.storage.remote import Remote
from fastseg_edit.errors import InputError, ModelError, SpecError

pytest.importorskip("fsspec", reason="fsspec is not installed")


@pytest.fixture
def place():
    return Remote(f"memory://{uuid.uuid4()}")


def test_only_the_first_claim_of_a_name_succeeds(place):
    assert place.claim("lock", b"first")
    assert not place.claim("lock", b"second")
    assert place.read("lock") == b"first"


def test_what_is_sent_comes_back(place, tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    place.send(tmp_path / "a", "folder/a")
    place.fetch("folder/a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"content"
    with pytest.raises(InputError, match="does not exist"):
        place.fetch("none", tmp_path / "c")


def test_a_name_that_reads_as_a_pattern_removes_nothing_else(place):
    for name in ("*", "a1", "a2", "[a]1"):
        place.put(name, b"")
    place.remove("*")
    place.remove("a?")
    place.remove("[a]1")
    assert list(place.names()) == ["a1", "a2"]


@pytest.mark.parametrize(("scheme", "library"), [("gs", "gcsfs"), ("abfs", "adlfs")])
def test_a_library_that_is_missing_is_told_with_what_brings_it(scheme, library):
    if find_spec(library):
        pytest.skip(f"{library} is installed")
    with pytest.raises(ModelError) as caught:
        Remote(f"{scheme}://somewhere/a").read("b")
    assert caught.value.code == "E_MODEL_MISSING"
    assert f"pip install 'fastseg-edit[cloud]' {library}" in caught.value.hint


def test_a_protocol_that_nobody_knows_is_told():
    with pytest.raises(SpecError, match="nobody://a"):
        Remote("nobody://a").read("b")


def test_a_connection_does_not_travel(place):
    place.put("a", b"")
    assert len(pickle.dumps(place)) < 200


def test_naming_a_place_connects_nowhere_and_imports_nothing():
    code = (
        "import sys; from fastseg_edit.batching.storage import places; import pickle;"
        "pickle.loads(pickle.dumps(places.store('s3://bucket')));"
        "sys.exit('fsspec' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], env=os.environ).returncode == 0
