import json

import pytest

from fastseg_edit import models, registry
from fastseg_edit.apps.cli import run
from fastseg_edit.mini import __main__ as command
from fastseg_edit.mini import table
from fastseg_edit.mini.table import Figure

KEYS = (
    "fastsam_iou, fastsam_recall75, sam_click_iou, sam_box_iou, clip_retrieval, text_to_mask, "
    "absent, fill_colour, fill_shape, sd_removal_gain_db, layout_iou, layout_colour, "
    "layout_scene_iou, lama_removal_gain_db, replace_seconds"
)


def test_the_table_has_every_figure_once_in_order():
    assert ", ".join(table.KEYS) == KEYS


def test_a_floor_is_met_from_above_and_a_limit_from_below():
    assert Figure("share", "", 0.9).met(0.9)
    assert not Figure("share", "", 0.9).met(float("nan"))
    assert Figure("seconds", "", 5, most=True).met(4.9)
    assert not Figure("seconds", "", 5, most=True).met(5.1)


@pytest.mark.parametrize("topic", table.TOPICS)
def test_a_hurry_takes_fewer_scenes(topic):
    assert 0 < topic.quick < topic.scenes


def test_the_command_ends_with_one_line_of_what_was_asked_for(capsys):
    asked = ["evaluate", "--quick", "--json", "--only", "text_to_mask", "--only", "absent"]
    assert run(command.group, "mini", asked) == 0
    out, told = capsys.readouterr()
    (line,) = out.splitlines()
    figures = json.loads(line)
    assert list(figures) == ["text_to_mask", "absent"]
    assert all(0.8 <= figure <= 1 for figure in figures.values()), figures
    assert "absent_near_2" in told


def test_a_wrong_figure_is_one_line(capsys):
    assert run(command.group, "mini", ["evaluate", "--only", "clip_retrival"]) == 2
    assert "clip_retrieval" in capsys.readouterr().err.splitlines()[-1]


def test_missing_libraries_come_with_the_line_that_installs_all_of_them(capsys, monkeypatch):
    monkeypatch.setitem(registry.BUILT_IN["segmenter"], "fastsam", "no_such_library:FastSam")
    registry.names.cache_clear()
    models.clear()
    assert run(command.group, "mini", ["evaluate", "--quick"]) == 6
    registry.names.cache_clear()
    error = capsys.readouterr().err.splitlines()[-1]
    assert "needs 'no_such_library'" in error
    assert error.endswith("Run: pip install 'fastseg-edit[mini]'")
