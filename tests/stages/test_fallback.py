"""Who answers a prompt that the segmenter finds nothing at, and that it is told."""

import numpy as np
import pytest
from PIL import Image

from fastseg_edit import Boxes, Edit, Everything, Points, operations, profiles, recipe, registry
from fastseg_edit.apps.cli import main
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import NoObjectError, RecipeError, SpecError, UnknownNameError
from fastseg_edit.prompt import Rough, Scribble
from fastseg_edit.stages import Segment, Select

HERE, THERE = (60, 40, 100, 80), (10, 90, 30, 110)
"""Boxes of the red and of the yellow square."""


class Finds:
    """Finds squares of some colours, and nothing else."""

    def __init__(self, *colours):
        self.colours = colours
        self.asked = 0

    def encode(self, image, /):
        return image

    def predict(self, encoding, prompt, /):
        self.asked += 1
        masks = [np.all(encoding == colour, axis=2) for colour in self.colours]
        shown = [mask for mask in masks if mask.any()]
        if not isinstance(prompt, Boxes):
            return Candidates.of(shown, encoding.shape[:2])
        pairs = [
            (mask, number)
            for number, box in enumerate(prompt.xyxy)
            for mask in shown
            if mask[_middle(box)]
        ]
        return Candidates.of(
            [mask for mask, _ in pairs], encoding.shape[:2], None, [number for _, number in pairs]
        )


def _middle(box):
    return int(box[1] + box[3]) // 2, int(box[0] + box[2]) // 2


RED, YELLOW = (200, 30, 30), (240, 240, 40)
RED_ONLY, YELLOW_ONLY, NOTHING = Finds(RED), Finds(YELLOW), Finds()


@pytest.fixture
def two(photo):
    """A photo with a red and a yellow square."""
    both = photo.copy()
    both[90:110, 10:30] = YELLOW
    return both


def areas(edit):
    found = edit.candidates
    return [[int(area) for area in found.areas[found.groups == group]] for group in range(3)]


def test_who_finds_the_object_is_the_only_one_asked(two):
    other = Finds(RED)
    edit = Segment(RED_ONLY, fallback=[other])(Edit(two, Boxes((HERE,))))
    assert edit.notices == ()
    assert other.asked == 0


@pytest.mark.parametrize(
    "boxes", [(HERE, THERE), (THERE, HERE), (THERE, HERE, THERE), (HERE, HERE, THERE)]
)
def test_each_box_is_answered_by_itself_and_in_order(two, boxes):
    edit = Segment(RED_ONLY, fallback=[NOTHING, YELLOW_ONLY])(Edit(two, Boxes(boxes)))
    wanted = [[1600] if box == HERE else [400] for box in boxes]
    assert areas(edit)[: len(boxes)] == wanted
    assert [notice.code for notice in edit.notices] == ["W_FALLBACK"] * boxes.count(THERE)


def test_the_notice_names_who_failed_and_who_answered(two):
    (notice,) = Segment(NOTHING, fallback=["grabcut"])(Edit(two, Boxes((THERE,)))).notices
    assert notice.text == (
        "Finds and Finds on a closer look found nothing that fits box 10,90,30,110; grabcut did"
    )


def test_the_fallbacks_are_asked_in_order(two):
    first, second = Finds(RED), Finds(RED)
    Segment(NOTHING, fallback=[first, second])(Edit(two, Points.at(80, 60)))
    assert (first.asked, second.asked) == (1, 0)


def test_a_mask_elsewhere_is_no_answer_to_a_box(two):
    class Astray(Finds):
        def predict(self, encoding, _, /):
            return super().predict(encoding, None)

    edit = Segment(Astray(YELLOW), fallback=[RED_ONLY])(Edit(two, Boxes((HERE,))))
    assert areas(edit)[0] == [1600]
    assert "found nothing that fits box 60,40,100,80" in edit.notices[0].text


def test_if_no_answer_fits_the_nearest_is_taken_and_that_is_told(two):
    loose = Boxes.around(0, 0, 160, 120)
    edit = Segment(RED_ONLY, fallback=[RED_ONLY, NOTHING])(Edit(two, loose))
    assert areas(edit)[0] == [1600]
    (notice,) = edit.notices
    assert notice.code == "W_DOUBTFUL"
    assert notice.text == (
        "nothing fits box 0,0,160,120 well; the mask of Finds was taken, after Finds"
    )


def test_a_mask_beside_the_click_is_no_answer(two):
    with pytest.raises(NoObjectError, match="found nothing for the click at 5,5"):
        Segment(RED_ONLY, fallback=[])(Edit(two, Points.at(5, 5)))


@pytest.mark.parametrize(
    ("prompt", "called"),
    [
        (Points.at(5, 5), "the click at 5,5"),
        (Points(((5, 5), (8, 8))), "the 2 clicks"),
        (Boxes.around(1, 2, 30, 40), "box 1,2,30,40"),
        (Scribble(np.eye(120, 160, dtype=bool), np.zeros((120, 160), bool)), "the strokes"),
        (Rough(np.eye(120, 160, dtype=bool)), "the rough mask"),
    ],
)
def test_where_nobody_finds_anything_all_that_was_tried_is_told(two, prompt, called):
    with pytest.raises(NoObjectError) as caught:
        Segment(NOTHING, fallback=[Finds()])(Edit(two, prompt))
    assert caught.value.code == "E_NO_OBJECT"
    assert caught.value.message.startswith("Finds")
    assert caught.value.message.endswith(f"found nothing for {called}")


def test_a_box_that_nobody_answers_is_told_and_the_others_stay(two):
    edit = Segment(RED_ONLY, fallback=[])(Edit(two, Boxes((THERE, HERE))))
    assert areas(edit) == [[], [1600], []]
    (notice,) = edit.notices
    assert notice.code == "W_NO_OBJECT"
    assert notice.text.endswith("found nothing for box 10,90,30,110 (1 of 2)")


def test_a_fallback_that_is_not_installed_is_told_and_passed_over(two, monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["segmenter"], "sam", "no_such_library:Sam")
    registry.names.cache_clear()
    edit = Segment(NOTHING, fallback=["sam", "grabcut"])(Edit(two, Boxes((HERE,))))
    registry.names.cache_clear()
    assert "sam (segmenter 'sam' needs 'no_such_library'" in edit.notices[0].text
    assert edit.notices[0].text.endswith("grabcut did")


def test_the_mini_profile_names_its_fallbacks_and_the_classical_one_none():
    assert [profiles.title(one) for one in profiles.load("mini").fallback] == ["sam", "grabcut"]
    assert profiles.load("classical").fallback == ()


def test_a_profile_file_lists_fallbacks(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("segmenter: grabcut\nfallback:\n- grabcut\n- {name: grabcut, candidates: 2}\n")
    assert profiles.load(path).fallback == ("grabcut", {"name": "grabcut", "candidates": 2})
    path.write_text("fallback: grabcut\n")
    assert profiles.load(path).fallback == ("grabcut",)
    path.write_text("fallback: [grabcutt]\n")
    with pytest.raises(UnknownNameError, match="Did you mean 'grabcut'"):
        profiles.load(path)


def test_a_recipe_lists_fallbacks():
    built = recipe.build({"stages": [{"segment": {"fallback": ["grabcut"]}}, "select"]})
    assert built[0] == Segment(fallback=("grabcut",))
    assert recipe.dump(built)["stages"][0] == {"segment": {"fallback": ("grabcut",)}}
    with pytest.raises(RecipeError, match="no segmenter is called 'grabcutt'"):
        recipe.build({"stages": [{"segment": {"fallback": ["grabcutt"]}}, "select"]})


def test_a_fallback_is_a_model_or_a_list_of_them():
    with pytest.raises(SpecError, match="fallback must be"):
        Segment(fallback=3)


def test_who_finds_no_object_at_all_is_not_the_only_one_asked_for_everything(two):
    edit = Segment(NOTHING, fallback=["grabcut", YELLOW_ONLY])(Edit(two, Everything()))
    assert edit.candidates.areas.tolist() == [400]
    (notice,) = edit.notices
    assert notice.text.startswith("Finds found no object in the whole photo; Finds did, after grab")
    assert "grabcut (" in notice.text  # and why it could not be asked
    other = Finds(YELLOW)
    edit = Segment(RED_ONLY, fallback=[other])(Edit(two, Everything()))
    assert edit.candidates.areas.tolist() == [1600]
    assert (edit.notices, other.asked) == ((), 0)


def test_where_nobody_finds_an_object_there_is_none(two):
    edit = Segment(NOTHING, fallback=["grabcut"])(Edit(two, Everything()))
    assert not len(edit.candidates)
    with pytest.raises(NoObjectError):
        Select()(edit)


def test_a_fallback_is_in_the_report_and_on_stderr(two, tmp_path, capsys):
    path = tmp_path / "two.png"
    Image.fromarray(two).save(path)
    profile = tmp_path / "mine.yaml"
    profile.write_text(
        "segmenter: {name: fastsam, weights: fastsam-mini, confidence: 1.0}\nfallback: grabcut\n"
    )
    edited = operations.segment(path, Boxes((HERE,)), profile=profile)
    (warning,) = edited.report()["warnings"]
    assert warning["code"] == "W_FALLBACK"
    assert edited.warnings[0].text == warning["text"]
    command = ["segment", str(path), "--box", "60,40,100,80", "--profile", str(profile)]
    assert main([*command, "-o", str(tmp_path / "mask.png")]) == 0
    assert f"warning[W_FALLBACK] {path}: fastsam found nothing that fits" in capsys.readouterr().err
