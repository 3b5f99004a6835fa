from dataclasses import dataclass

import numpy as np
import pytest

from fastseg_edit import Candidates, Edit, Mask, Text
from fastseg_edit.errors import FastsegError
from fastseg_edit.profiles import Profile
from fastseg_edit.recipe import build, dump
from fastseg_edit.stages import Label, Segment, Select

RED, BLUE, GRAY = (200, 20, 20), (20, 20, 200), (90, 90, 90)


@dataclass(frozen=True)
class Channels:
    """A ranker that understands "red" and "blue": how much stronger that channel is."""

    threshold: float = 0.3

    def rank(self, image, found, like):
        one, other = {"red": (0, 2), "blue": (2, 0)}[like.words.split()[-1]]
        stronger = (image[..., one].astype(float) - image[..., other]) / 255
        return found.scored([stronger[mask].mean() for mask in found])


class Stripes:
    """A segmenter that takes every column for an object."""

    def encode(self, image):
        return image

    def predict(self, encoding, _):
        return painted(*encoding[0]).candidates


def painted(*colours):
    """Stripes from top to bottom, each a candidate of its own."""
    image = np.repeat(np.array([colours], np.uint8), 4, axis=0)
    masks = np.eye(len(colours), dtype=bool)[:, None].repeat(4, axis=1)
    scores = np.linspace(1, 0.5, len(colours))
    return Edit(
        image, candidates=Candidates.of(masks, (4, len(colours)), scores, range(len(masks)))
    )


def test_each_mask_is_labelled_with_its_best_words_or_other():
    edit = Label(Channels(), ("red", "blue"))(painted(RED, BLUE, GRAY, RED))
    assert edit.candidates.labels == ("red", "blue", "other", "red")


def test_labels_leave_scores_and_masks_alone():
    before = painted(RED, BLUE)
    after = Label(Channels(), ["blue"])(before)
    assert after.candidates.scores.tolist() == before.candidates.scores.tolist()
    assert all(map(np.array_equal, after.candidates, before.candidates))


class Broken(Channels):
    """A ranker with damaged weights."""

    def rank(self, _, found, __):
        return found.scored([np.nan] * len(found))


def test_scores_that_are_no_numbers_are_an_error_and_not_other():
    with pytest.raises(FastsegError, match="2 of 2 masks have a score that is not") as caught:
        Label(Broken(), ("red",))(painted(RED, BLUE))
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_labels_stay_with_the_masks_that_are_chosen():
    labelled = Label(Channels(), ("red", "blue"))(painted(RED, GRAY, BLUE))
    assert Select()(labelled).chosen.labels == ("red", "other", "blue")


def test_masks_found_by_words_are_called_so():
    image = painted(RED, GRAY, BLUE).image
    prompt = Text("every red") | Text("blue") | Mask(np.ones((4, 3), bool))
    edit = Segment(Stripes(), ranker=Channels())(Edit(image, prompt))
    assert edit.candidates.labels == ("a red", "blue", "")


def test_without_words_or_masks_nothing_is_asked():
    edit = painted(RED)
    assert Label()(edit) is edit
    nothing = Edit(edit.image, candidates=Candidates.of([], (4, 1)))
    assert Label(words=["red"])(nothing) is nothing


def test_a_recipe_holds_words():
    document = {"stages": ["segment", {"label": {"words": ["red", "blue"]}}, "select"]}
    pipeline = build(document)
    assert pipeline[1].words == ("red", "blue")
    assert build(dump(pipeline)) == pipeline
    assert hash(pipeline[1]) == hash(Label(words=("red", "blue")))


def test_the_profile_names_the_ranker():
    profile = Profile("own", segmenter="grabcut", ranker=Channels())
    assert build({"stages": ["segment", "label"]}, profile=profile)[1].model == Channels()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("red", "E_SPEC", "words must be a list, got 'red'"),
        (("red", " "), "E_TEXT_EMPTY", "a text prompt needs words, got ' '"),
        ((1,), "E_TEXT_EMPTY", "a text prompt needs words, got 1"),
    ],
)
def test_words_that_are_none_are_refused(words, code, message):
    with pytest.raises(FastsegError, match=message) as caught:
        Label(words=words)
    assert caught.value.code == code


def test_without_a_ranker_there_is_a_remedy():
    with pytest.raises(FastsegError, match="ranker") as caught:
        Label(words=["red"])(painted(RED))
    assert caught.value.code == "E_MODEL_MISSING"
