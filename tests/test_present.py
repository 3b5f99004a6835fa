"""What the profile `auto` makes of weights that are on this machine."""

import shutil

import numpy as np
import pytest

from fastseg_edit import Points, Text, catalogue, models, profiles, segment, world

COMMIT = "a" * 40


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Put weights of the mini pack where the hub's cache would have those of the catalogue."""
    monkeypatch.setenv("HF_HOME", str(tmp_path))

    def put(name, mini):
        entry = catalogue.known()[name]
        repository = tmp_path / "hub" / f"models--{entry.hub.replace('/', '--')}"
        shutil.copytree(catalogue.folder(mini), repository / "snapshots" / COMMIT)
        (repository / "refs").mkdir()
        (repository / "refs" / entry.revision).write_text(COMMIT, encoding="utf-8")

    return put


def test_without_weights_the_classical_models_serve():
    assert profiles.auto().name == "classical"
    assert "no weights" in profiles.auto().why


def test_weights_on_this_machine_are_taken_and_told_and_work(fetched):
    fetched("sam2.1-tiny", "sam-mini")
    best = profiles.auto()
    assert best.segmenter == {"name": "sam", "weights": "sam2.1-tiny"}
    assert "sam2.1-tiny is the segmenter" in best.why
    assert best.inpainter == "exemplar"
    assert best.fallback == ("grabcut",)
    scene = world.draw(world.Split.VALIDATION.seed(3), size=160)
    rows, columns = np.nonzero(scene.visible[0])
    middle = len(rows) // 2
    edited = segment(scene.photo, Points.at(columns[middle], rows[middle]))
    assert "sam2.1-tiny" in edited.edit.history[0].stage


def test_better_weights_go_first(fetched):
    fetched("sam2.1-tiny", "sam-mini")
    fetched("sam2.1-large", "sam-mini")
    assert profiles.auto().segmenter["weights"] == "sam2.1-large"


def test_a_ranker_has_nothing_to_choose_from_without_a_segmenter_for_everything(fetched):
    fetched("clip-vit-b-32-openai", "clip-mini")
    assert profiles.auto().name == "classical"
    with pytest.raises(Exception, match="models fetch grounding-dino-tiny"):
        segment(np.zeros((40, 40, 3), np.uint8), Text("a cup"))


def middle_of_the_first_thing():
    scene = world.draw(world.Split.VALIDATION.seed(3), size=160)
    rows, columns = np.nonzero(scene.visible[0])
    middle = len(rows) // 2
    return scene.photo, Points.at(columns[middle], rows[middle])


def test_a_model_named_alone_takes_what_was_fetched_for_it(fetched):
    fetched("sam2.1-tiny", "sam-mini")
    assert models.get("segmenter", "sam").weights == "sam2.1-tiny"
    assert models.get("segmenter", {"name": "sam", "weights": "sam-mini"}).weights == "sam-mini"
    assert not segment(*middle_of_the_first_thing(), segmenter="sam").edit.notices


def test_the_mini_pack_stands_in_for_a_model_named_alone_with_a_warning():
    notices = segment(*middle_of_the_first_thing(), segmenter="sam").edit.notices
    assert [notice.code for notice in notices] == ["W_DRAWN_ONLY"]
    assert "sam-mini was taken, which knows only drawn scenes" in notices[0].text


def test_whoever_asks_for_the_mini_pack_is_not_warned_of_it():
    photo, click = middle_of_the_first_thing()
    named = {"segment.model": {"name": "sam", "weights": "sam-mini"}}
    assert not segment(photo, click, overrides=named).edit.notices
    assert not segment(photo, click, segmenter="sam", profile="mini").edit.notices
