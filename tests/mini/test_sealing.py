from fastseg_edit import catalogue, documents
from fastseg_edit.mini import sealing


def test_the_catalogue_is_sealed(tmp_path):
    size = sealing.seal(tmp_path / "catalogue.yaml")
    assert documents.read(tmp_path / "catalogue.yaml") == documents.read(catalogue.FILE)
    assert 0 < size < 26_000_000
