import pickle

import numpy as np
import pytest

from fastseg_edit import world
from fastseg_edit.backends.clip import Clip
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import ModelError, PromptError, SpecError
from fastseg_edit.prompt import Reference, Text

SCENES = world.Options(fewest=4, most=4, distinct=True, hidden=0.0)
SCENE = world.draw(world.Split.VALIDATION.seed(3), 192, SCENES)
FOUND = Candidates.of(SCENE.visible, SCENE.size, groups=range(len(SCENE.things)))


@pytest.fixture(scope="module")
def mini():
    return Clip()


def scored(ranker, words, scene=SCENE):
    found = Candidates.of(scene.visible, scene.size)
    return ranker.rank(scene.photo, found, Text(words)).scores


def test_ranking_gives_the_same_masks_in_the_same_order(mini):
    ranked = mini.rank(SCENE.photo, FOUND, Text("a red circle"))
    assert ranked.cutouts == FOUND.cutouts
    assert np.array_equal(ranked.groups, FOUND.groups)
    assert ranked.size == FOUND.size


def test_scores_are_cosines(mini, vit):
    for ranker in (mini, Clip(str(vit))):
        scores = scored(ranker, "a red circle")
        assert scores.dtype == np.float32
        assert (np.abs(scores) <= 1.0001).all()


def test_the_number_of_crops_in_a_batch_changes_nothing(vit):
    one, many = (scored(Clip(str(vit), batch=batch), "a cat") for batch in (1, 16))
    assert one == pytest.approx(many, abs=1e-5)


def test_no_masks_give_no_scores(mini):
    none = Candidates.of([], SCENE.size)
    assert len(mini.rank(SCENE.photo, none, Text("a red circle"))) == 0


def test_a_mask_without_pixels_scores_least(mini):
    found = Candidates.of([np.zeros(SCENE.size, bool), SCENE.visible[0]], SCENE.size)
    scores = mini.rank(SCENE.photo, found, Text("a red circle")).scores
    assert scores[0] == -1 < scores[1]


@pytest.mark.parametrize(
    "words",
    ["a {}", "the {}", "{}", "the large {}", "the {} on the left", "the left {}", "every {}"],
)
def test_every_object_answers_its_own_name_however_it_is_put(mini, words):
    for number, thing in enumerate(SCENE.things):
        scores = scored(mini, words.format(thing.name))
        assert scores.argmax() == number
        assert scores[number] >= mini.threshold


def test_colour_alone_and_shape_alone_are_enough(mini):
    for number, thing in enumerate(SCENE.things):
        for words in (f"something {thing.colour}", f"a {thing.colour} object", f"a {thing.shape}"):
            assert scored(mini, words)[number] >= mini.threshold


def test_what_is_only_nearly_there_stays_below_the_threshold(mini):
    options = world.Options(fewest=2, most=2, distinct=True)
    for index in range(12):
        scene = world.draw(world.Split.VALIDATION.seed(index), 192, options)
        for one, other in ((0, 1), (1, 0)):
            colour, shape = scene.things[one].colour, scene.things[other].shape
            if f"{colour} {shape}" not in {thing.name for thing in scene.things}:
                assert scored(mini, f"the {colour} {shape}", scene).max() < mini.threshold


def test_things_of_another_world_stay_below_the_threshold(mini):
    for words in ("a dog", "the brown table", "a train"):
        assert scored(mini, words).max() < mini.threshold


def test_background_answers_no_name(mini):
    blank = ~SCENE.amodal.any(0)
    blank[:, 60:] = False
    found = Candidates.of([blank], SCENE.size)
    for thing in SCENE.things:
        ranked = mini.rank(SCENE.photo, found, Text(f"a {thing.name}"))
        assert ranked.scores[0] < mini.threshold


def test_a_reference_finds_its_like_in_another_photo(mini):
    for number, thing in enumerate(SCENE.things):
        alike = world.Options(most=1, colours=(thing.colour,), shapes=(thing.shape,))
        other = world.draw(world.Split.VALIDATION.seed(50), 160, alike)
        ranked = mini.rank(SCENE.photo, FOUND, Reference(other.photo, other.visible[0]))
        assert ranked.scores.argmax() == number
        assert ranked.scores[number] >= mini.threshold


def test_a_reference_without_a_mask_is_taken_whole(mini):
    left, top, right, bottom = FOUND.cutouts[0].box
    close = SCENE.photo[top:bottom, left:right]
    assert mini.rank(SCENE.photo, FOUND, Reference(close)).scores.argmax() == 0


def test_the_threshold_of_a_reference_moves_with_that_of_words():
    like = Reference(SCENE.photo, SCENE.visible[0])
    low, high = (Clip(threshold=each).rank(SCENE.photo, FOUND, like) for each in (0.2, 0.3))
    assert high.scores - low.scores == pytest.approx(0.1, abs=1e-5)


@pytest.mark.parametrize(
    ("mask", "code"),
    [(np.ones((4, 4), bool), "E_MASK_SIZE"), (np.zeros(SCENE.size, bool), "E_MASK_EMPTY")],
)
def test_a_reference_whose_mask_does_not_fit_is_refused(mini, mask, code):
    with pytest.raises(PromptError) as caught:
        mini.rank(SCENE.photo, FOUND, Reference(SCENE.photo, mask))
    assert caught.value.code == code


def test_the_threshold_lies_beside_the_weights_unless_it_is_given(vit):
    (vit / "fastseg.json").write_text('{"words": 0.5}')
    assert Clip(str(vit)).threshold == 0.5
    assert Clip(str(vit), threshold=0.1).threshold == 0.1


def test_missing_weights_are_refused_when_the_ranker_is_made():
    with pytest.raises(ModelError, match="clip-mini"):
        Clip("clip-mimi")


@pytest.mark.parametrize("options", [{"threshold": 2}, {"margin": -1}, {"batch": 0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(SpecError):
        Clip(**options)


def test_ranking_changes_neither_photo_nor_masks(mini):
    before = SCENE.photo.copy(), FOUND.scores.copy()
    mini.rank(SCENE.photo, FOUND, Text("a red circle"))
    assert np.array_equal(SCENE.photo, before[0])
    assert np.array_equal(FOUND.scores, before[1])


def test_several_photos_are_ranked_as_each_by_itself(vit):
    other = world.draw(world.Split.VALIDATION.seed(4), 160, SCENES)
    found = Candidates.of(other.visible, other.size)
    asked = [
        (SCENE.photo, FOUND, Text("a red circle")),
        (other.photo, found, Text("a blue star")),
        (other.photo, Candidates.of([], other.size), Text("a blue star")),
    ]
    together = Clip(str(vit), batch=3).rank_many(asked)
    for ranked, each in zip(together, asked, strict=True):
        alone = Clip(str(vit)).rank(*each)
        assert ranked.scores == pytest.approx(alone.scores, abs=1e-5)
        assert ranked.cutouts == each[1].cutouts


def test_several_references_count_as_their_mean(mini):
    likes = [Reference(SCENE.photo, SCENE.visible[number]) for number in (0, 1)]
    both = Reference(likes[0].image, likes[0].mask, more=(likes[1],))
    first, second, mean = (mini.rank(SCENE.photo, FOUND, like).scores for like in (*likes, both))
    shift = mini.threshold - mini._stored.reference
    length = np.sqrt((1 + (second[0] - shift)) / 2)
    assert mean - shift == pytest.approx((first + second - 2 * shift) / 2 / length, abs=1e-3)
    assert set(np.argsort(-mean)[:2]) == {0, 1}


def test_masks_beyond_the_cap_are_not_looked_at(mini):
    capped = Clip(candidates=2).rank(SCENE.photo, FOUND, Text("a red circle")).scores
    whole = mini.rank(SCENE.photo, FOUND, Text("a red circle")).scores
    assert capped[:2] == pytest.approx(whole[:2], abs=1e-5)
    assert (capped[2:] == -1).all()


def test_long_words_are_read_as_far_as_they_go(mini):
    words = "a red circle and " * 9
    kept = mini.read(words)
    assert words.startswith(kept)
    assert kept.split()
    mini.rank(SCENE.photo, FOUND, Text(kept))
    with pytest.raises(PromptError):
        mini.rank(SCENE.photo, FOUND, Text(words[: len(kept) + 4]))
    assert mini.read(" a red circle ") == "a red circle"


def test_a_first_word_that_is_too_long_is_refused(mini):
    with pytest.raises(PromptError, match="32 tokens") as caught:
        mini.read("x" * 99)
    assert caught.value.code == "E_SPEC"


def test_a_device_that_is_not_there_is_refused():
    ranker = Clip(device="cuda:99")
    with pytest.raises(SpecError) as caught:
        ranker.rank(SCENE.photo, FOUND, Text("a red circle"))
    assert caught.value.code == "E_DEVICE"


def test_what_is_pickled_are_the_options_alone(mini):
    scores = scored(mini, "a red circle")
    sent = pickle.dumps(mini)
    assert len(sent) < 600
    assert np.array_equal(scored(pickle.loads(sent), "a red circle"), scores)
