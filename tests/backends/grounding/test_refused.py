"""What no detector answers: thresholds, words that cannot be read, broken weights."""

import logging

import numpy as np
import pytest
from small_detectors import DINO, OWL, WORDS, edited, noise, of

from fastseg_edit import Reference, Text, segment
from fastseg_edit.backends.grounding import Grounding
from fastseg_edit.backends.grounding.network import FAMILIES
from fastseg_edit.errors import ModelError, NoObjectError, PromptError, SpecError
from fastseg_edit.profiles import Profile


@pytest.mark.parametrize("family", FAMILIES)
def test_the_threshold_parts_boxes_from_nothing(ready, family):
    image = noise(60, 80)
    scores = ready(family, overlap=1, candidates=900).ground(image, WORDS).scores
    middle = float(scores[len(scores) // 2])
    better = ready(family, overlap=1, candidates=900, threshold=middle)
    assert better.ground(image, WORDS).scores == tuple(each for each in scores if each >= middle)
    with pytest.raises(NoObjectError, match=rf"'A red cup\.': the best.*{scores[0]:.2f}, below 1"):
        ready(family, threshold=1.0).ground(image, WORDS)


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
