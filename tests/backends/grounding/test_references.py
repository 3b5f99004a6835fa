"""References to boxes."""

import numpy as np
import pytest
from small_detectors import DINO, OWL, answer_cells, edited, noise, of

from fastseg_edit import Reference
from fastseg_edit.errors import PromptError


@pytest.mark.parametrize("family", OWL)
def test_owl_finds_again_what_a_reference_shows(copy, family):
    """Without its own shift and scale the head compares directions: a thing is most like itself."""

    def change(name, weight):
        answer_cells(name, weight)
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
