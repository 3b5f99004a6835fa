"""How the segmenter treats its user: photos, threads, files and options."""

import pickle

import numpy as np
import pytest
import torch
from small_yolo import everything

from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.errors import SpecError
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble


@pytest.mark.parametrize("colour", [(100, 100, 100), (150, 130, 110)])
def test_a_background_alone_holds_nothing(segmenter, colour):
    encoding = segmenter.encode(np.full((120, 150, 3), colour, np.uint8))
    mask = np.ones((120, 150), bool)
    asked = (
        None,
        Points.at(50, 50),
        Boxes.around(20, 20, 80, 80),
        Rough(mask),
        Scribble(mask, ~mask),
    )
    for prompt in asked:
        assert len(segmenter.predict(encoding, prompt)) == 0


@pytest.mark.parametrize("size", [(8, 8), (8, 700), (700, 9), (33, 31)])
def test_odd_sizes_are_taken(segmenter, size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    assert everything(segmenter, noise).size == size


def test_the_photo_is_not_changed_and_the_answer_is_the_same(segmenter, scene):
    before = scene.photo.copy()
    first, again = (everything(segmenter, scene.photo) for _ in range(2))
    assert np.array_equal(scene.photo, before)
    assert np.array_equal(first.scores, again.scores)
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))


def test_there_are_no_more_masks_than_asked_for(scene):
    assert len(everything(FastSam(candidates=2), scene.photo)) == 2


def test_the_threads_of_others_stay_as_they_were(scene):
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    everything(FastSam(), scene.photo)
    after = torch.get_num_threads()
    torch.set_num_threads(before)
    assert after == before + 1


def test_no_file_is_written(scene, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    everything(FastSam(), scene.photo)
    assert not list(tmp_path.iterdir())


def test_a_used_segmenter_can_be_sent_to_another_process(segmenter, scene):
    segmenter.encode(scene.photo)
    sent = pickle.loads(pickle.dumps(segmenter))
    assert sent == segmenter
    assert len(everything(sent, scene.photo)) == len(everything(segmenter, scene.photo))


@pytest.mark.parametrize(
    "options",
    [
        {"side": 8},
        {"side": "wide"},
        {"confidence": 1.5},
        {"overlap": -1},
        {"candidates": 0},
        {"weights": 3},
    ],
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(SpecError):
        FastSam(**options)


def test_a_device_that_is_not_there_is_an_error(scene):
    with pytest.raises(SpecError) as failure:
        FastSam(device="cuda:99").encode(scene.photo)
    assert failure.value.code == "E_DEVICE"
