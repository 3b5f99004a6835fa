"""Objects by the names of their classes, and what is answered where there are none."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import small_yolo
import torch

from fastseg_edit import Reference, Text, models, registry, world
from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.yolo import Yolo, weights
from fastseg_edit.errors import ModelError, NoObjectError, PromptError

APART = world.Options(fewest=3, most=3, hidden=0)


@pytest.fixture(scope="module")
def scene():
    return world.draw(world.Split.TEST.seed(1), 256, APART)


@pytest.fixture(scope="module")
def grounder(two_classes):
    return Yolo(two_classes)


def _overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def test_every_object_of_a_class_is_found(grounder, scene):
    found = grounder.ground(scene.photo, Text("the gadgets"))
    assert set(found.labels) == {"gadget"}
    assert found.groups.tolist() == list(range(len(found)))
    assert (np.diff(found.scores) <= 0).all()
    for true in scene.visible:
        assert max(_overlap(mask, true) for mask in found) > 0.8


def test_a_class_that_is_not_in_the_photo_is_no_error_of_the_words(grounder, scene):
    with pytest.raises(NoObjectError, match=r"scores 0\.00, below 0\.40") as failure:
        grounder.ground(scene.photo, Text("a hot dog"))
    assert (failure.value.code, failure.value.status) == ("E_NO_OBJECT", 7)


def test_a_photo_of_nothing_holds_no_object_of_any_class(grounder):
    with pytest.raises(NoObjectError, match="the best of"):
        grounder.ground(np.full((90, 130, 3), 100, np.uint8), Text("something"))


def test_a_class_that_the_weights_do_not_know_is_an_error_of_the_words(grounder, scene):
    with pytest.raises(PromptError, match="'gaget' is none of them") as failure:
        grounder.ground(scene.photo, Text("a gaget"))
    assert (failure.value.code, failure.value.status) == ("E_NAME", 2)
    assert failure.value.hint == "Did you mean 'gadget'?"


def test_one_class_weights_know_objects(scene):
    found = Yolo("fastsam-mini").ground(scene.photo, Text("every object"))
    assert len(found) >= len(scene.things)


def test_it_reads_words_alone(grounder, scene):
    assert grounder.reads == (Text,)
    with pytest.raises(PromptError, match="looks for words"):
        grounder.ground(scene.photo, Reference(scene.photo))


def test_the_segmenter_names_what_it_finds(two_classes, scene):
    segmenter = FastSam(two_classes)
    found = segmenter.predict(segmenter.encode(scene.photo), None)
    assert set(found.labels) == {"gadget"}
    plain = FastSam()
    assert plain.predict(plain.encode(scene.photo), None).labels == ()


def test_it_is_registered(two_classes):
    assert models.get("grounder", {"name": "yolo", "weights": two_classes}) == Yolo(two_classes)
    assert registry.name_of("grounder", Yolo) == "yolo"


def test_a_used_grounder_can_be_sent_to_another_process(grounder, scene):
    grounder.ground(scene.photo, Text("gadgets"))
    assert pickle.loads(pickle.dumps(grounder)) == grounder


@pytest.mark.parametrize("base", ["v8/yolov8-seg", "11/yolo11-seg", "26/yolo26-seg"])
def test_every_generation_runs_from_a_checkpoint(base, tmp_path):
    path = tmp_path / "own.pt"
    weights.save_checkpoint(small_yolo.untrained(base, ["cat", "dog", "bus"]), path)
    noise = np.random.default_rng(0).integers(0, 256, (120, 200, 3), np.uint8)
    grounder = Yolo(str(path), side=320, confidence=0.01, candidates=400, allow_pickle=True)
    first, again = (grounder.ground(noise, Text("cats and dogs")) for _ in range(2))
    assert 0 < len(first) <= 400
    assert set(first.labels) <= {"cat", "dog"}
    assert np.array_equal(first.scores, again.scores)
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))
    everything = FastSam(str(path), 320, 0.01, candidates=3, allow_pickle=True)
    assert len(everything.predict(everything.encode(noise), None)) <= 3


def test_the_end_to_end_head_proposes_as_many_objects_as_are_asked_for(tmp_path):
    path, network = tmp_path / "own.pt", small_yolo.untrained("26/yolo26-seg", ["cat", "dog"])
    network.end2end = True
    weights.save_checkpoint(network, path)
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    grounder = Yolo(str(path), side=256, confidence=0.01, candidates=500, allow_pickle=True)
    seen = grounder.look(noise)
    assert seen.once
    assert seen.proposals.shape[0] == 500
    found = grounder.ground(noise, Text("dogs"))
    assert set(found.labels) == {"dog"}
    assert found.scores[0] == pytest.approx(seen.best([1]))
    assert seen.best([0, 1]) == max(seen.best([0]), seen.best([1]))


@pytest.mark.parametrize(
    "part", ["cv2.0.2.bias", "cv3.1.2.bias", "cv4.2.2.bias", "proto.cv3.bn.bias"]
)
def test_weights_that_give_no_numbers_are_an_error(part, scene, tmp_path):
    state = small_yolo.two_classes()
    state[f"model.22.{part}"][0] = torch.nan
    broken = small_yolo.written(state, tmp_path / "nan")
    for ask in (
        lambda: Yolo(broken).ground(scene.photo, Text("gadget")),
        lambda: FastSam(broken).encode(scene.photo),
    ):
        with pytest.raises(ModelError, match="not numbers") as failure:
            ask()
        assert failure.value.code == "E_MODEL_OUTPUT"


def test_the_classes_are_those_of_the_configuration(two_classes):
    network, _ = weights.load(Path(two_classes), allow_pickle=False)
    assert list(network.names.values()) == small_yolo.NAMES
