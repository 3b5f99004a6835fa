"""Weights that the user gives by a path are part of what a result depends on."""

from fastseg_edit import requests
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.manifests.keys import Keys, hash_of


def key(folder):
    edit = {"operation": "remove", "prompt": [{"point": [3, 4]}], "profile": "p.yaml"}
    request = requests.read(edit, requests.Folders(folder))
    return Keys(hash_of).of(Item(0, "a", "a.png", (request,), "a.png"), "5" * 64)


def test_weights_given_by_their_path_count_by_their_bytes(tmp_path):
    keys = []
    for folder, content in (("a", b"weights"), ("b", b"weights"), ("c", b"others")):
        weights = tmp_path / folder / "tiny.pt"
        weights.parent.mkdir()
        weights.write_bytes(content)
        profile = f"segmenter: {{name: fastsam, weights: {weights}}}\ninpainter: blur"
        (weights.parent / "p.yaml").write_text(profile)
        keys.append(key(weights.parent))
    assert keys[0] == keys[1] != keys[2]
