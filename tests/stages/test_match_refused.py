"""References that show no object, and segmenters that see nothing."""

import numpy as np
import pytest
from squares import Eyes, matched, photo, showing

from fastseg_edit import Edit, Reference, Text
from fastseg_edit.errors import ModelError, PromptError
from fastseg_edit.protocols import Features
from fastseg_edit.stages import Segment


class Blind:
    """The same without features."""

    encode = Eyes.encode
    predict = Eyes.predict


class Dazzled(Eyes):
    """The same with features that are no numbers."""

    def features(self, encoding):
        return Features(super().features(encoding).grid * np.nan, alike=0.9)


@pytest.mark.parametrize(
    ("like", "code"),
    [
        (Text("a red square"), "E_SPEC"),
        (Reference(photo("red"), np.zeros((16, 16), bool)), "E_MASK_EMPTY"),
        (Reference(photo("red"), np.ones((4, 4), bool)), "E_MASK_SIZE"),
        (Reference(photo("red"), more=(Reference(photo("red"), np.zeros((16, 16), bool)),)),
         "E_MASK_EMPTY"),
    ],
)  # fmt: skip
def test_what_shows_no_object_is_refused(like, code):
    with pytest.raises(PromptError) as caught:
        matched(photo("red"), like)
    assert caught.value.code == code


def test_a_segmenter_has_to_say_what_it_sees():
    with pytest.raises(ModelError, match="Blind does not say what it sees") as caught:
        matched(photo("red"), showing("red"), Blind())
    assert caught.value.code == "E_MODEL_MISSING"


def test_features_that_are_no_numbers_are_the_models_fault():
    with pytest.raises(ModelError) as caught:
        matched(photo("red"), showing("red"), Dazzled())
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_segment_says_what_is_missing_where_nothing_reads_references():
    with pytest.raises(ModelError, match="needs a grounder or a ranker"):
        Segment(Blind())(Edit(photo("red"), showing("red")))
