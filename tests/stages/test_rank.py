"""Words choose among all that is found."""

import numpy as np
import pytest
from squares import COLOURS, Colours, Islands, photo

from fastseg_edit import Boxes, Candidates, Edit, Points, Reference, Text
from fastseg_edit.errors import ModelError, NoObjectError, PromptError
from fastseg_edit.profiles import Profile
from fastseg_edit.recipe import build
from fastseg_edit.stages import Propose, Rank, Segment, Select


class Corner:
    """A grounder to which every word is the same corner."""

    reads = (Text,)

    def ground(self, *_):
        return Boxes.around(0, 0, 4, 4)


def selected(image, words, **options):
    """Return which of the squares in a row are selected."""
    edit = Edit(image, Text(words))
    mask = Select()(Segment(Islands(), ranker=Colours(), **options)(edit)).mask
    return [bool(mask[8, x]) for x in range(8, image.shape[1], 12)]


def test_words_choose_among_everything_that_is_found():
    assert selected(photo("blue", "red", "blue"), "something red") == [False, True, False]


@pytest.mark.parametrize(
    ("words", "which", "found"),
    [
        ("everything red", "auto", [True, False, True]),
        ("something red", "all", [True, False, True]),
        ("everything red", "best", [True, False, False]),
        ("something red", "auto", [True, False, False]),
    ],
)
def test_all_that_shows_the_words_is_selected_if_they_say_so(words, which, found):
    assert selected(photo("red", "blue", "red"), words, which=which) == found


def test_the_runner_up_can_be_asked_for():
    edit = Segment(Islands(), ranker=Colours())(Edit(photo("red", "red"), Text("something red")))
    assert Select(candidate=2)(edit).mask[8, 20]
    with pytest.raises(PromptError):
        Select(candidate=3)(edit)


def test_what_is_not_there_is_answered_so():
    with pytest.raises(NoObjectError, match=r"'a red': the best of 2 scores 0.00, below 0.5"):
        selected(photo("blue", "blue"), "a red")
    with pytest.raises(NoObjectError, match="no object was found at all") as caught:
        selected(np.zeros((16, 16, 3), np.uint8), "a red")
    assert (caught.value.code, caught.value.status) == ("E_NO_OBJECT", 7)


def test_the_ranker_is_asked_for_one_object():
    ranker = Colours()
    Segment(Islands(), ranker=ranker)(Edit(photo("red"), Text("everything red")))
    assert ranker.asked == [Text("something red")]


def test_nearly_the_same_masks_count_once():
    whole, part, other = np.zeros((3, 10, 40), bool)
    whole[:, :20], part[:, :19], other[:, 20:] = True, True, True
    found = Candidates.of([part, other, whole], (10, 40))
    image = np.full((10, 40, 3), COLOURS["red"], np.uint8)
    edit = Rank(Colours(), "all")(Edit(image, Text("red"), candidates=found))
    assert [mask.sum() for mask in edit.candidates] == [200, 200]
    assert edit.candidates.groups.tolist() == [0, 1]


def test_a_reference_goes_the_same_way():
    edit = Edit(photo("red", "blue"), Reference(photo("blue")))
    mask = Select()(Segment(Islands(), ranker=Colours())(edit)).mask
    assert (bool(mask[8, 8]), bool(mask[8, 20])) == (False, True)


def test_a_grounder_goes_before_a_ranker():
    edit = Edit(photo("red"), Text("something red"))
    mask = Select()(Segment(Islands(), grounder=Corner(), ranker=Colours())(edit)).mask
    assert np.array_equal(np.argwhere(mask).max(axis=0), [3, 3])


def test_a_recipe_takes_the_road_of_its_profile():
    profile = Profile("mine", segmenter=Islands(), ranker=Colours(), inpainter="blur")
    pipeline = build({"stages": ["segment", "select"]}, profile=profile)
    edit = pipeline(Edit(photo("blue", "red"), Text("something red")))
    assert edit.mask[8, 20]
    assert not edit.mask[8, 8]
    assert "ranker=Colours" in edit.history[0].stage


def test_words_combine_with_other_prompts():
    image = photo("red", "blue", "red")
    prompt = Text("everything red") - Boxes.around(24, 0, 40, 16)
    mask = Select()(Segment(Islands(), ranker=Colours())(Edit(image, prompt))).mask
    assert [bool(mask[8, x]) for x in (8, 20, 32)] == [True, False, False]


@pytest.mark.parametrize(
    ("prompt", "held", "missed"),
    [
        (Text("something red") | Text("something blue"), [True, True], []),
        (Text("something red and everything blue"), [True, True], []),
        (Text("something green") | Text("something blue"), [False, True], ["green"]),
        (Text("something blue") | Text("something green"), [False, True], ["green"]),
        (Text("something red") - Text("something green"), [True, False], ["green"]),
    ],
)
def test_where_one_of_several_is_not_there_the_others_are(prompt, held, missed):
    edit = Segment(Islands(), ranker=Colours())(Edit(photo("red", "blue"), prompt))
    mask = Select()(edit).mask
    assert [bool(mask[8, x]) for x in (8, 20)] == held
    assert [notice.code for notice in edit.notices] == ["W_NO_OBJECT"] * len(missed)
    assert all(word in edit.notices[0].text for word in missed)


@pytest.mark.parametrize(
    "prompt",
    [
        Text("something green") | Text("something white"),
        Text("something green") - Text("something red"),
        Text("something red") & Text("something green"),
        Text("something green and something white"),
    ],
)
def test_where_nothing_is_left_to_go_on_with_that_is_the_answer(prompt):
    with pytest.raises(NoObjectError, match="nothing in the photo answers"):
        Segment(Islands(), ranker=Colours())(Edit(photo("red", "blue"), prompt))


def test_the_road_can_be_written_out_as_stages():
    image, prompt = photo("blue", "red"), Text("something red")
    written = Select()(Rank(Colours())(Propose(Islands())(Edit(image, prompt)))).mask
    assert np.array_equal(
        written, Select()(Segment(Islands(), ranker=Colours())(Edit(image, prompt))).mask
    )


def test_clicks_are_not_ranked():
    found = Candidates.of([np.ones((4, 4), bool)], (4, 4))
    with pytest.raises(PromptError, match="ranked by words or a reference"):
        Rank(Colours())(Edit(np.zeros((4, 4, 3), np.uint8), Points.at(1, 1), candidates=found))


def test_without_either_model_words_say_what_would_take_them():
    with pytest.raises(ModelError, match=r"a grounder or a ranker.*--profile mini"):
        Segment(Islands())(Edit(photo("red"), Text("something red")))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the left one", [True, False, False]),
        ("the rightmost red square", [False, False, True]),
        ("the second red square from the left", [False, False, True]),
        ("two red squares", [True, False, True]),
        ("everything on the left", [True, False, False]),
    ],
)
def test_place_and_number_are_resolved_on_the_rankers_road(words, found):
    class Reds(Colours):
        def rank(self, image, found, like):
            return super().rank(image, found, Text(like.words.replace(" square", "")))

    edit = Edit(photo("red", "blue", "red"), Text(words))
    mask = Select()(Segment(Islands(), ranker=Reds())(edit)).mask
    assert [bool(mask[8, x]) for x in (8, 20, 32)] == found


class Squares(Corner):
    """A grounder that finds three boxes whatever it is asked."""

    def ground(self, *_):
        return Boxes(((0, 0, 4, 4), (6, 0, 10, 4), (12, 0, 16, 4)), (0.5, 0.9, 0.7))


@pytest.mark.parametrize(
    ("words", "left"), [("the left cup", 0), ("the last cup from the left", 12), ("a cup", 6)]
)
def test_place_and_number_are_resolved_on_the_grounders_road(words, left):
    class Boxed(Islands):
        def predict(self, encoding, prompt):
            masks = [np.zeros(encoding.shape[:2], bool) for _ in prompt.xyxy]
            for mask, (start, _, stop, _) in zip(masks, prompt.xyxy, strict=True):
                mask[:4, int(start) : int(stop)] = True
            return Candidates.of(masks, encoding.shape[:2], groups=range(len(masks)))

    edit = Edit(np.zeros((16, 20, 3), np.uint8), Text(words))
    mask = Select()(Segment(Boxed(), grounder=Squares())(edit)).mask
    assert np.flatnonzero(mask[0]).tolist() == list(range(left, left + 4))


def test_scores_of_a_ranker_that_are_no_numbers_are_refused():
    class Broken(Colours):
        def rank(self, _, found, __):
            return found.scored(np.full(len(found), np.nan))

    with pytest.raises(ModelError) as caught:
        Segment(Islands(), ranker=Broken())(Edit(photo("red"), Text("red")))
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_how_many_can_be_said_as_options():
    assert selected(photo("red", "red", "red"), "a red", top=2) == [True, True, False]
    assert selected(photo("red", "red"), "a red", which="all") == [True, True]
