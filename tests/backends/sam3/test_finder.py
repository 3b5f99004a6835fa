"""SAM 3 through its real classes, tiny and with random weights, against the library's own road."""

import pickle

import numpy as np
import pytest
import small_sam
import torch
from transformers import Sam3ImageProcessor, Sam3Model, Sam3Processor

from fastseg_edit.backends.sam import Sam
from fastseg_edit.backends.sam3 import Sam3
from fastseg_edit.edit import Edit
from fastseg_edit.errors import ModelError, NoObjectError, PromptError, SpecError
from fastseg_edit.prompt import Boxes, Points, Reference, Rough, Text
from fastseg_edit.stages import Segment

SIZE = (40, 60)


PHOTO = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), dtype=np.uint8)


BOX = (10.0, 5.0, 30.0, 21.0)


def _mask(box=BOX):
    left, top, right, bottom = map(int, box)
    mask = np.zeros(SIZE, bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return small_sam.third(tmp_path_factory.mktemp("sam3_video"), video=True)


@pytest.fixture(scope="module")
def sam3(weights):
    return Sam3(weights=weights, threshold=0.0)


@pytest.fixture(scope="module")
def theirs(weights):
    """Return what the library itself answers, best first: scores, and soft masks."""
    model = Sam3Model.from_pretrained(weights).eval()
    side = {"height": small_sam.SIDE, "width": small_sam.SIDE}
    processor = Sam3Processor(Sam3ImageProcessor(size=side), small_sam.tokenizer())

    def ask(photo, **asked):
        given = processor(images=photo, return_tensors="pt", **asked)
        with torch.inference_mode():
            told = model(**given)
        (found,) = processor.post_process_instance_segmentation(
            told, threshold=0.0, target_sizes=[photo.shape[:2]]
        )
        order = np.argsort(-found["scores"].numpy(), kind="stable")
        return found["scores"].numpy()[order], found["masks"].numpy()[order] > 0

    return ask


def _agree(found, scores, masks):
    assert found.scores == pytest.approx(scores, abs=2e-3)
    agreeing = [np.mean(ours == mask) for ours, mask in zip(found, masks, strict=True)]
    assert np.median(agreeing) > 0.97, agreeing


@pytest.mark.parametrize("size", [SIZE, (90, 33), (8, 8), (8, 700)])
def test_words_find_what_the_library_finds(sam3, theirs, size):
    photo = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    found = sam3.ground(photo, Text("a red cup"))
    assert len(set(found.groups.tolist())) == len(found) == 12
    _agree(found, *theirs(photo, text="a red cup"))


def test_examples_find_what_the_library_finds(weights, theirs):
    boxes = (BOX, (40.0, 2.0, 55.0, 39.0))
    sam3 = Sam3(weights=weights, threshold=0.0, exemplars=True)
    found = sam3.predict(sam3.encode(PHOTO), Boxes(boxes))
    _agree(found, *theirs(PHOTO, input_boxes=[[list(each) for each in boxes]]))


def test_a_reference_in_the_same_photo_is_an_example(weights, sam3):
    by_box = Sam3(weights=weights, threshold=0.0, exemplars=True)
    boxed = by_box.predict(by_box.encode(PHOTO), Boxes((BOX, (40, 2, 55, 39))))
    more = (Reference(PHOTO, _mask((40, 2, 55, 39))),)
    found = sam3.ground(PHOTO, Reference(PHOTO.copy(), _mask(), more))
    assert np.array_equal(found.scores, boxed.scores)


@pytest.mark.parametrize(
    ("like", "sentence"),
    [
        (Reference(PHOTO[::-1], _mask()), "another"),
        (Reference(PHOTO[:20], _mask()[:20]), "another"),
        (Reference(PHOTO), "where in the photo"),
        (Reference(PHOTO, _mask() & False), "where in the photo"),
        (Reference(PHOTO, _mask(), (Reference(PHOTO),)), "where in the photo"),
        (Text("cup " * 40), "tokens, and SAM 3 reads 32"),
    ],
)
def test_what_it_cannot_read_is_refused(sam3, like, sentence):
    with pytest.raises(PromptError, match=sentence) as failure:
        sam3.ground(PHOTO, like)
    assert failure.value.code == "E_SPEC"
    assert failure.value.hint


def test_words_count(sam3):
    one, other = (sam3.ground(PHOTO, Text(words)).scores for words in ("red", "a blue house"))
    assert np.abs(one - other).max() > 1e-4


def test_a_threshold_keeps_the_best(weights, sam3):
    every = sam3.ground(PHOTO, Text("red")).scores
    assert (np.diff(every) <= 0).all()
    middle = float(every[5] + every[6]) / 2
    kept = Sam3(weights=weights, threshold=middle).ground(PHOTO, Text("red"))
    assert np.array_equal(kept.scores, every[every >= middle])
    few = Sam3(weights=weights, threshold=0.0, candidates=3).ground(PHOTO, Text("red"))
    assert np.array_equal(few.scores, every[:3])


def test_absent_is_an_answer_that_shows_the_best_score(weights, sam3):
    best = sam3.ground(PHOTO, Text("red")).scores[0]
    strict = Sam3(weights=weights, threshold=1.0, exemplars=True)
    with pytest.raises(NoObjectError, match=f"'red': the best of 12 scores {best:.2f}") as no:
        strict.ground(PHOTO, Text("red"))
    assert no.value.code == "E_NO_OBJECT"
    assert "below 1.00" in no.value.message
    assert len(strict.predict(strict.encode(PHOTO), Boxes((BOX,)))) == 0


def test_a_second_example_does_not_look_again(weights):
    sam3, calls = Sam3(weights=weights, threshold=0.0, exemplars=True), []
    encoding = sam3.encode(PHOTO)
    sam3._detector._model.vision_encoder.register_forward_hook(lambda *_: calls.append(1))
    one, other = (
        sam3.predict(encoding, Boxes((box,))).scores for box in (BOX, (30.0, 20.0, 60.0, 40.0))
    )
    assert not calls
    assert not np.array_equal(one, other)


def test_several_words_about_a_photo_cost_one_look(weights):
    sam3, calls = Sam3(weights=weights, threshold=0.0), []
    sam3._detector._model.vision_encoder.register_forward_hook(lambda *_: calls.append(1))
    for photo in (PHOTO, PHOTO.copy()):
        for words in ("red", "cup"):
            sam3.ground(photo, Text(words))
    assert len(calls) == 1
    turned = sam3.ground(PHOTO.reshape(60, 40, 3), Text("red"))
    assert len(calls) == 2
    fresh = Sam3(weights=weights, threshold=0.0).ground(PHOTO.reshape(60, 40, 3), Text("red"))
    assert np.array_equal(turned.scores, fresh.scores)


@pytest.mark.parametrize("prompt", [Points.at(5, 5), Rough(_mask()), None])
def test_examples_are_boxes(weights, prompt):
    sam3 = Sam3(weights=weights, exemplars=True)
    with pytest.raises(PromptError, match="takes boxes as examples"):
        sam3.predict(sam3.encode(PHOTO), prompt)


def test_a_whole_release_answers_words_and_clicks(whole):
    sam3 = Sam3(weights=whole, threshold=0.0)
    assert len(sam3.ground(PHOTO, Text("red"))) == 12
    assert sam3.doubt == Sam.doubt  # its clicks are those of the same family
    encoding = sam3.encode(PHOTO)
    for prompt in (Points.at(5, 5), Boxes((BOX,)), Rough(_mask()), None):
        found = sam3.predict(encoding, prompt)
        assert all(mask.shape == SIZE for mask in found)
        assert prompt is None or len(found)


def test_weights_without_the_network_for_clicks_say_so(sam3):
    with pytest.raises(ModelError, match="not that for clicks") as failure:
        sam3.encode(PHOTO)
    assert failure.value.code == "E_MODEL_MISSING"


def test_a_stage_asks_it_for_words(weights):
    edit, sam3 = Edit(PHOTO, Text("the largest cup")), Sam3(weights=weights, threshold=0.0)
    every = sam3.ground(PHOTO, Text("a cup"))
    found = Segment(model="grabcut", grounder=sam3)(edit).candidates
    assert len(found) == 1
    assert found.areas[0] in every.areas
    with pytest.raises(NoObjectError, match="the best of 12"):
        Segment(model="grabcut", grounder=Sam3(weights=weights, threshold=1.0))(edit)


def test_a_stage_keeps_every_object_that_is_like_an_example(weights):
    edit, by_box = Edit(PHOTO, Boxes((BOX,))), Sam3(weights=weights, threshold=0.0, exemplars=True)
    found = Segment(by_box, fallback=())(edit)
    assert found.candidates.groups.tolist() == list(range(12))
    assert not found.notices
    with pytest.raises(NoObjectError, match="Sam3 found nothing like the boxes"):
        Segment(Sam3(weights=weights, threshold=1.0, exemplars=True), fallback=())(edit)


def test_what_is_pickled_are_the_options_alone(sam3):
    sam3.ground(PHOTO, Text("red"))
    assert pickle.loads(pickle.dumps(sam3)) == sam3
    assert len(pickle.dumps(sam3)) < 600


@pytest.mark.parametrize("wrong", [{"threshold": 2}, {"exemplars": 1}, {"candidates": 0}])
def test_a_wrong_option_is_refused(wrong):
    with pytest.raises(SpecError):
        Sam3(**wrong)
