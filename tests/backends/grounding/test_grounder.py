"""Words to boxes: what is found, where, and what is refused."""

import json
import logging
import pickle
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import GroundingDinoProcessor, Owlv2Processor, OwlViTProcessor

from fastseg_edit import Boxes, Reference, Text, segment
from fastseg_edit.backends.grounding import Grounding
from fastseg_edit.backends.grounding.network import FAMILIES
from fastseg_edit.errors import ModelError, NoObjectError, PromptError, SpecError
from fastseg_edit.profiles import Profile

DINO, OWL = ("grounding-dino", "mm-grounding-dino"), ("owlv2", "owlvit")
WORDS = Text("A red cup.")
SIZES = [(60, 80), (80, 60), (9, 40), (64, 64)]
LIBRARY = {
    "grounding-dino": GroundingDinoProcessor,
    "mm-grounding-dino": GroundingDinoProcessor,
    "owlv2": Owlv2Processor,
    "owlvit": OwlViTProcessor,
}


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def of(folder, **options):
    return Grounding(**{"weights": str(folder), "threshold": 0.0, **options})


def edited(folder, change):
    """Change the weights in a folder."""
    weights = load_file(folder / "model.safetensors")
    for name, weight in weights.items():
        change(name, weight)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


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


def _answer_cells(name, weight):
    """Make OWL answer, at each cell of its grid, a box of a cell's size round its far corner."""
    if name.startswith("box_head.dense2"):
        weight.zero_()


@pytest.mark.parametrize("family", OWL)
@pytest.mark.parametrize(("height", "width"), [*SIZES, (400, 800), (800, 400)])
def test_a_cell_of_the_padded_square_is_a_square_of_the_photo(copy, family, height, width):
    folder = edited(copy(family), _answer_cells)
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


@pytest.mark.parametrize("family", FAMILIES)
def test_the_threshold_parts_boxes_from_nothing(ready, family):
    image = noise(60, 80)
    scores = ready(family, overlap=1, candidates=900).ground(image, WORDS).scores
    middle = float(scores[len(scores) // 2])
    better = ready(family, overlap=1, candidates=900, threshold=middle)
    assert better.ground(image, WORDS).scores == tuple(each for each in scores if each >= middle)
    with pytest.raises(NoObjectError, match=rf"'A red cup\.': the best.*{scores[0]:.2f}, below 1"):
        ready(family, threshold=1.0).ground(image, WORDS)


@pytest.mark.parametrize("family", DINO)
def test_case_and_a_full_stop_make_no_difference_to_dino(ready, family):
    image, grounder = noise(60, 80), ready(family)
    found = grounder.ground(image, Text("a red cup"))
    assert found == grounder.ground(image, Text("  A Red CUP . "))
    assert found != grounder.ground(image, Text("a blue dog"))


@pytest.mark.parametrize("family", OWL)
def test_owl_finds_again_what_a_reference_shows(copy, family):
    """Without its own shift and scale the head compares directions: a thing is most like itself."""

    def change(name, weight):
        _answer_cells(name, weight)
        if name.startswith(("class_head.logit_shift", "class_head.logit_scale")):
            weight.zero_()

    grounder, image = of(edited(copy(family), change)), noise(64, 64)
    for left, top in [(8, 8), (24, 8), (8, 40)]:
        mask = np.zeros((64, 64), bool)
        mask[top : top + 16, left : left + 16] = True
        best = grounder.ground(image, Reference(image, mask)).xyxy[0]
        assert best == pytest.approx((left, top, left + 16, top + 16), abs=0.1)


@pytest.mark.parametrize("family", OWL)
def test_further_references_never_lower_a_score(ready, family):
    image, other = noise(64, 64), noise(30, 50, seed=1)
    grounder = ready(family, overlap=1, candidates=900)

    def scores(like):
        found = grounder.ground(image, like)
        return np.array([score for _, score in sorted(zip(found.xyxy, found.scores, strict=True))])

    one, two = Reference(image), Reference(other)
    both = scores(Reference(image, more=(two,)))
    assert np.allclose(both, np.maximum(scores(one), scores(two)), atol=1e-6)
    assert (scores(one) != scores(two)).any()


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
def test_words_that_nothing_answers_end_with_status_7(folders, family, photo):
    grounder = {"name": "grounding", "weights": str(folders / family), "threshold": 1.0}
    profile = Profile("mine", segmenter="sam", grounder=grounder)
    with pytest.raises(NoObjectError) as failure:
        segment(photo, Text("a red cup"), profile=profile)
    assert failure.value.status == 7


@pytest.mark.parametrize("family", FAMILIES)
def test_words_beyond_the_limit_are_refused(ready, family, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("transformers"), "propagate", True)
    with pytest.raises(PromptError, match=r"\d+ tokens, and .* reads \d+") as failure:
        ready(family).ground(noise(20, 20), Text("red cup " * 130))
    assert failure.value.code == "E_SPEC"
    assert not caplog.records  # the library has a warning of its own


@pytest.mark.parametrize("family", DINO)
@pytest.mark.parametrize("words", [".", " ...", "\N{PILE OF POO}", "?"])
def test_words_with_nothing_to_read_are_refused(ready, family, words):
    with pytest.raises(PromptError, match="hold nothing to read") as failure:
        ready(family).ground(noise(20, 20), Text(words))
    assert failure.value.code == "E_TEXT_EMPTY"


@pytest.mark.parametrize("family", DINO)
def test_a_reference_is_no_words(ready, family):
    with pytest.raises(PromptError, match=f"{family} reads words only") as failure:
        ready(family).ground(noise(20, 20), Reference(noise(20, 20)))
    assert failure.value.code == "E_SPEC"


@pytest.mark.parametrize(
    ("mask", "code"),
    [(np.zeros((20, 20), bool), "E_MASK_EMPTY"), (np.ones((20, 21), bool), "E_MASK_SIZE")],
)
def test_a_reference_without_an_object_is_refused(ready, mask, code):
    with pytest.raises(PromptError) as failure:
        ready("owlv2").ground(noise(20, 20), Reference(noise(20, 20), mask))
    assert failure.value.code == code


@pytest.mark.parametrize(
    ("family", "part"),
    [
        *((family, part) for family in DINO for part in ("bbox_embed", "decoder.layer_norm")),
        *((family, part) for family in OWL for part in ("box_head", "class_head", "encoder")),
    ],
)
def test_scores_that_are_no_numbers_are_refused(copy, family, part):
    folder = edited(copy(family), lambda name, weight: part in name and weight.fill_(np.nan))
    for like in (WORDS, Reference(noise(30, 20)))[: len(of(folder).reads)]:
        with pytest.raises(ModelError, match="not numbers") as failure:
            of(folder).ground(noise(20, 20), like)
        assert failure.value.code == "E_MODEL_OUTPUT"


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_family_reads_is_known_before_it_is_loaded(copy, family):
    folder = copy(family)
    (folder / "model.safetensors").unlink()
    assert of(folder).reads == ((Text,) if family in DINO else (Text, Reference))


@pytest.mark.parametrize(
    ("family", "usual"),
    [
        ("mm-grounding-dino", ["0.30"]),
        ("owlv2", ["0.10", "0.90"]),
        ("owlvit", ["0.10", "0.60"]),
    ],
)
def test_without_a_threshold_the_usual_one_counts(copy, family, usual):
    """The scores are 0.01 or so, which is where both heads have them while they are untrained."""

    def change(name, weight):
        if name == "class_head.logit_shift.bias":
            weight.fill_(-5)

    grounder, image = of(edited(copy(family), change), threshold=None), noise(60, 80)
    for like, threshold in zip((WORDS, Reference(image)), usual, strict=False):
        with pytest.raises(NoObjectError, match=rf"scores 0\.0\d, below {threshold}"):
            grounder.ground(image, like)


def test_a_device_that_is_not_there_is_refused(ready):
    with pytest.raises(SpecError) as failure:
        ready("owlv2", device="cuda:63").ground(noise(20, 20), WORDS)
    assert failure.value.code == "E_DEVICE"


def test_weights_that_are_nowhere_are_refused():
    with pytest.raises(ModelError) as failure:
        Grounding().ground(noise(20, 20), WORDS)
    assert failure.value.code == "E_MODEL_MISSING"


def test_another_copy_of_the_weights_finds_the_same(ready, folders, tmp_path):
    moved = shutil.copytree(folders / "owlv2", tmp_path / "elsewhere")
    image = noise(20, 20)
    found = of(moved).ground(image, WORDS)
    assert isinstance(found, Boxes)
    assert found == ready("owlv2").ground(image, WORDS)
