"""A result is looked at, and painted again if it has faults."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from fastseg_edit import Boxes, Edit, Mask, Pipeline, Points, Text, remove
from fastseg_edit.errors import ModelError, NoObjectError, SpecError
from fastseg_edit.specs import EditSpec
from fastseg_edit.stages import Composite, Inpaint, Segment, Select, Verify

PLAIN, DISC = (90, 120, 80), (220, 40, 40)
BOX = Boxes(((30, 20, 90, 80),))


@pytest.fixture
def scene():
    """A red disc on plain green, and where it is."""
    rows, columns = np.mgrid[:100, :120]
    disc = (rows - 50) ** 2 + (columns - 60) ** 2 < 25**2
    return np.where(disc[..., None], DISC, PLAIN).astype(np.uint8), disc


@dataclass
class Learner:
    """An inpainter that leaves the hole as it is until it is asked for the n-th time."""

    needed: int
    seeds: list = field(default_factory=list)
    holes: list = field(default_factory=list)
    native, multiple, context = None, 1, 100

    def inpaint(self, hole, /):
        self.seeds.append(hole.seed)
        self.holes.append(np.count_nonzero(hole.mask))
        if len(self.seeds) < self.needed:
            return hole.image
        return np.full_like(hole.image, PLAIN)


def verified(scene, model, prompt=BOX, tries=3, caption="", **stage):
    looking = Pipeline(Segment("grabcut", fallback=()), Select())
    verify = Verify(looking, Pipeline(Inpaint(model), Composite(0)), tries, **stage)
    return verify(looking(Edit(scene[0], prompt, caption)))


@pytest.mark.parametrize(
    ("needed", "prompt"), [(1, BOX), (2, BOX), (3, BOX), (2, Points.at(60, 50))]
)
def test_it_paints_until_nothing_is_left(scene, needed, prompt):
    model = Learner(needed)
    edit = verified(scene, model, prompt)
    assert model.seeds == list(range(needed))
    assert edit.verdict.tries == needed
    assert edit.verdict.left < 0.2
    assert not edit.notices
    assert np.abs(edit.result.astype(int) - PLAIN).max() <= 1


def test_each_further_try_has_a_larger_mask_and_changes_nothing_outside_it(scene):
    model = Learner(3)
    edit = verified(scene, model, growth=4)
    assert model.holes == sorted(set(model.holes))
    assert np.count_nonzero(edit.mask) == model.holes[-1]
    assert np.array_equal(edit.result[~edit.mask], scene[0][~edit.mask])


def test_the_best_of_bad_results_is_told(scene):
    edit = verified(scene, Learner(9), tries=2)
    assert edit.verdict.left > 0.8, edit.verdict
    (notice,) = edit.notices
    assert notice.code == "W_DOUBTFUL"
    assert "is found again" in notice.text


def test_a_border_that_shows_is_a_fault(scene):
    class Darker(Learner):
        def inpaint(self, hole, /):
            return super().inpaint(hole) - np.uint8(40 if len(self.seeds) < 2 else 0)

    edit = verified(scene, Darker(1))
    assert edit.verdict.tries == 2
    assert edit.verdict.seam < 1


def test_a_ready_mask_is_judged_by_its_border_alone(scene):
    for prompt in (Mask(scene[1]), Mask(scene[1]) - Points.at(8, 8)):
        edit = verified(scene, Learner(9), prompt)
        assert edit.verdict.left == 0


class Absent:
    """A grounder that finds words only where the photo is blue."""

    reads = (Text,)

    def ground(self, image, _, /):
        rows, columns = np.nonzero((image == (0, 0, 250)).all(2))
        if not len(rows):
            raise NoObjectError("E_NO_OBJECT", "nothing blue")
        return Boxes(((columns.min() - 5, rows.min() - 5, columns.max() + 6, rows.max() + 6),))


def test_what_a_caption_names_has_to_be_there(scene):
    class Blue(Learner):
        def inpaint(self, hole, /):
            self.seeds.append(hole.seed)
            painted = np.full_like(hole.image, PLAIN)
            if hole.seed:
                painted[40:60, 40:80] = (0, 0, 250)
            return painted

    looking = Pipeline(Segment("grabcut", Absent(), fallback=()), Select())
    placed = Pipeline(Segment("grabcut", fallback=()), Select())
    verify = Verify(looking, Pipeline(Inpaint(Blue(1)), Composite(0)), 3)
    edit = verify(placed(Edit(scene[0], BOX, "a blue box")))
    assert edit.verdict.tries == 2
    assert edit.verdict.left == 0


def test_words_that_nobody_reads_are_refused_before_anything_is_painted(scene):
    model = Learner(1)
    with pytest.raises(ModelError, match="a text or reference prompt needs"):
        verified(scene, model, caption="a red mug")
    assert not model.seeds


def test_the_setting_verifies_and_the_report_says_so(scene):
    edited = remove(scene[0], BOX, profile="classical", verify=2)
    assert edited.report()["verified"]["left"] < 0.2
    assert remove(scene[0], BOX, profile="classical").report()["verified"] is None
    with pytest.raises(SpecError, match="cannot be verified"):
        EditSpec("replace-background", scene[0], BOX, "sand", {"verify": 2})
