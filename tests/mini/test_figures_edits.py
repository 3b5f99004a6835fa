import pytest

from fastseg_edit import world
from fastseg_edit.mini.figures import replace, text

SEEDS = [world.Split.VALIDATION.seed(number) for number in range(3)]


def test_words_are_measured_by_what_they_select_and_what_they_do_not():
    figures = text.measure(SEEDS)
    assert figures["text_to_mask"] > 0.7, figures
    kinds = [figures[f"absent_near_{near}"] for near in (2, 1, 0)]
    assert figures["absent"] * 3 == pytest.approx(sum(kinds))
    assert all(0.5 <= kind <= 1 for kind in kinds), figures


def test_an_edit_is_timed_with_models_that_are_there_and_that_are_not():
    figures = replace.measure(SEEDS[:1])
    assert list(figures) == ["replace_seconds", "replace_first_seconds"]
    assert all(0 < seconds < 60 for seconds in figures.values()), figures
