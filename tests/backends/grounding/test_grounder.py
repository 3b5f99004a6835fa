"""Words to boxes: what is found, and where."""

import json
import pickle
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from small_detectors import DINO, OWL, WORDS, answer_cells, edited, noise, of
from transformers import GroundingDinoProcessor, Owlv2Processor, OwlViTProcessor

from fastseg_edit import Boxes, Reference, Text, segment
from fastseg_edit.backends.grounding.network import FAMILIES
from fastseg_edit.profiles import Profile

SIZES = [(60, 80), (80, 60), (9, 40), (64, 64)]


LIBRARY = {
    "grounding-dino": GroundingDinoProcessor,
    "mm-grounding-dino": GroundingDinoProcessor,
    "owlv2": Owlv2Processor,
    "owlvit": OwlViTProcessor,
}


def _answer_one_box(name, weight):
    """Make Grounding DINO answer (.5, .25) for the middle and (.5, .25) for the sides, always.

    The proposals are pushed to the far end of the scale, where the network clips them to a known
    value, and the heads of the two layers bring them back to where they are wanted.
    """
    if "bbox_embed" not in name or ".layers.2." not in name:
        return
    clipped = torch.logit(torch.tensor(1 - 1e-5))
    proposal = torch.full((4,), 1000.0)
    wanted = (torch.logit(torch.tensor([0.5, 0.25, 0.5, 0.25])) - clipped) / 2
    if name.endswith("weight"):
        weight.zero_()
    else:
        weight.copy_(proposal if "encoder_output" in name else wanted)


@pytest.mark.parametrize("family", DINO)
@pytest.mark.parametrize(("height", "width"), [*SIZES, (200, 33)])
def test_a_share_of_the_photo_is_that_share_of_its_pixels(copy, family, height, width):
    folder = edited(copy(family), _answer_one_box)
    found = of(folder, overlap=1).ground(noise(height, width), WORDS)
    box = (width / 4, height / 8, width * 3 / 4, height * 3 / 8)
    assert len(found.xyxy) == 12
    assert np.allclose(found.xyxy, box, atol=0.01)


@pytest.mark.parametrize("family", DINO)
def test_a_margin_of_an_extreme_photo_does_not_count_as_photo(copy, family):
    folder = edited(copy(family), _answer_one_box)
    found = of(folder).ground(noise(20, 800), WORDS)  # shown as 25 x 800
    assert np.allclose(found.xyxy, [(200, 25 / 8, 600, 75 / 8)], atol=0.01)


@pytest.mark.parametrize("family", OWL)
@pytest.mark.parametrize(("height", "width"), [*SIZES, (400, 800), (800, 400)])
def test_a_cell_of_the_padded_square_is_a_square_of_the_photo(copy, family, height, width):
    folder = edited(copy(family), answer_cells)
    found = of(folder).ground(noise(height, width), WORDS)
    cell = max(height, width) / 4
    expected = [
        (left, top, min(left + cell, width), min(top + cell, height))
        for top in cell * np.arange(0.5, 4)
        for left in cell * np.arange(0.5, 4)
        if left < width and top < height
    ]
    assert np.allclose(sorted(found.xyxy), sorted(expected), atol=0.03 * cell)


@pytest.mark.parametrize("family", FAMILIES)
def test_boxes_and_scores_are_those_of_the_library(ready, folders, family):
    image = noise(64, 64)  # of a square, the library makes the same as we do
    processor = LIBRARY[family].from_pretrained(folders / family)
    model = FAMILIES[family].model_class.from_pretrained(folders / family).eval()
    words = "a red cup." if family in DINO else "a red cup"
    asked = processor(
        text=[words], images=Image.fromarray(image), padding=True, return_tensors="pt"
    )
    with torch.inference_mode():
        told = model(**asked)
    (wanted,) = processor.post_process_grounded_object_detection(
        told, threshold=0.0, target_sizes=[(64, 64)]
    )
    found = ready(family, overlap=1).ground(image, WORDS)
    order = wanted["scores"].argsort(descending=True)
    assert np.allclose(found.scores, wanted["scores"][order], atol=1e-5)
    middles = (np.asarray(found.xyxy)[:, :2] + np.asarray(found.xyxy)[:, 2:]) / 2
    boxes = wanted["boxes"][order].clamp(0, 64).numpy()
    assert np.allclose(middles, (boxes[:, :2] + boxes[:, 2:]) / 2, atol=0.5)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("height", "width"), [*SIZES, (8, 24), (33, 8)])
def test_boxes_lie_in_the_photo_best_first_and_come_twice_the_same(ready, family, height, width):
    image = noise(height, width)
    before = image.copy()
    grounder = ready(family, candidates=5)
    found = grounder.ground(image, WORDS)
    assert found == grounder.ground(image, WORDS)
    boxes, scores = np.asarray(found.xyxy), np.asarray(found.scores)
    assert 1 <= len(boxes) == len(scores) <= 5
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= (width, height)).all()
    assert (boxes[:, 2:] - boxes[:, :2] >= 1).all()
    assert (np.diff(scores) <= 0).all()
    assert ((scores >= 0) & (scores <= 1)).all()
    assert np.array_equal(image, before)


@pytest.mark.parametrize("family", DINO)
def test_case_and_a_full_stop_make_no_difference_to_dino(ready, family):
    image, grounder = noise(60, 80), ready(family)
    found = grounder.ground(image, Text("a red cup"))
    assert found == grounder.ground(image, Text("  A Red CUP . "))
    assert found != grounder.ground(image, Text("a blue dog"))


def test_one_photo_after_another_does_not_mix_them_up(ready):
    grounder, images = ready("owlv2"), [noise(40, 40, seed) for seed in range(7)]
    first = [grounder.ground(image, WORDS) for image in images]
    assert len(set(first)) == len(images)
    assert [grounder.ground(image, WORDS) for image in images] == first


def test_a_grounder_survives_pickling(ready):
    grounder, image = ready("owlvit"), noise(40, 40)
    found = grounder.ground(image, WORDS)
    assert pickle.loads(pickle.dumps(grounder)).ground(image, WORDS) == found


def _as_of_old(folder):
    """Replace the one file of a tokenizer by those of its vocabulary, as older releases have it."""
    path = folder / "tokenizer.json"
    words = json.loads(path.read_text())["model"]["vocab"]
    path.unlink()
    (folder / "vocab.json").write_text(json.dumps(words))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "vocab.txt").write_text("\n".join(sorted(words, key=words.get)))
    return folder


@pytest.mark.parametrize("family", FAMILIES)
def test_a_tokenizer_of_older_files_reads_the_same(ready, copy, family):
    image = noise(60, 80)
    assert of(_as_of_old(copy(family))).ground(image, WORDS) == ready(family).ground(image, WORDS)


@pytest.mark.parametrize("family", FAMILIES)
def test_words_become_boxes_become_masks(folders, family, photo):
    grounder = {"name": "grounding", "weights": str(folders / family), "threshold": 0.0}
    profile = Profile("mine", segmenter="sam", grounder=grounder)
    mask = segment(photo, Text("every red cup"), profile=profile).mask
    assert mask.shape == photo.shape[:2]
    assert mask.any()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_family_reads_is_known_before_it_is_loaded(copy, family):
    folder = copy(family)
    (folder / "model.safetensors").unlink()
    assert of(folder).reads == ((Text,) if family in DINO else (Text, Reference))


def test_another_copy_of_the_weights_finds_the_same(ready, folders, tmp_path):
    moved = shutil.copytree(folders / "owlv2", tmp_path / "elsewhere")
    image = noise(20, 20)
    found = of(moved).ground(image, WORDS)
    assert isinstance(found, Boxes)
    assert found == ready("owlv2").ground(image, WORDS)
