"""Every family through its real class, tiny and with random weights."""

import numpy as np
import pytest
import small_sam
import torch
from transformers import SamImageProcessor

from fastseg_edit.backends.sam import Sam
from fastseg_edit.backends.sam.families import PADDED
from fastseg_edit.backends.sam.frame import Frame
from fastseg_edit.backends.sam.square import shown
from fastseg_edit.errors import ModelError
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble
from fastseg_edit.protocols import Describer

SIZES = [(40, 60), (90, 33), (8, 8), (8, 700)]
FOLDERS = {}


def _folder(name, make):
    if name not in FOLDERS:
        FOLDERS[name] = small_sam.save(small_sam.build(name), make.mktemp(name))
    return FOLDERS[name]


@pytest.fixture(scope="module", params=small_sam.NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def sam(name, tmp_path_factory):
    return Sam(weights=_folder(name, tmp_path_factory))


@pytest.fixture
def padded(tmp_path_factory):
    return Sam(weights=_folder("sam", tmp_path_factory))


def _photo(size):
    return np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)


def _half(size):
    mask = np.zeros(size, bool)
    mask[: size[0] // 2, : size[1] // 2] = True
    return mask


@pytest.mark.parametrize("size", SIZES)
def test_every_prompt_gives_masks_of_the_photos_size(sam, size):
    encoding, mask = sam.encode(_photo(size)), _half(size)
    prompts = {
        Points.at(5, 4): {0},
        Points(((1, 1), (6, 6)), (1, 0)): {0},
        Points(((1, 1),), (0,), box=(0, 0, 8, 8)): {0},
        Boxes(((1, 1, 7, 7), (0, 0, 5, 5), (2, 2, 8, 8))): {0, 1, 2},
        Scribble(mask, ~mask): {0},
        Rough(mask): {0},
    }
    for prompt, groups in prompts.items():
        found = sam.predict(encoding, prompt)
        assert set(found.groups.tolist()) == groups, prompt
        assert found.size == size
        assert all(each.shape == size for each in found)
        assert np.isfinite(found.scores).all()
    assert all(each.shape == size for each in sam.predict(encoding, None))


def test_boxes_asked_together_and_alone_give_the_same_masks(sam):
    boxes = ((4, 4, 30, 36), (20, 1, 59, 20), (0, 0, 60, 40))
    encoding = sam.encode(_photo((40, 60)))
    together = sam.predict(encoding, Boxes(boxes))
    for number, box in enumerate(boxes):
        alone = sam.predict(encoding, Boxes((box,)))
        assert np.mean(together[number] != alone[0]) < 0.01
        assert together.scores[number] == pytest.approx(alone.scores[0], abs=1e-4)


def test_a_mask_follows_its_prompt(sam):
    """Otherwise a family would be fed in the wrong way, and nobody would see it."""
    encoding = sam.encode(_photo((40, 60)))
    prompts = [Points.at(5, 5), Points.at(55, 35), Boxes.around(0, 0, 9, 9), Rough(_half((40, 60)))]
    scores = {float(sam.predict(encoding, prompt).scores[0]) for prompt in prompts}
    assert len(scores) == len(prompts)


def test_a_second_prompt_costs_the_decoder_only(sam):
    encoder, calls = sam._network._model.vision_encoder, []
    hook = encoder.register_forward_hook(lambda *_: calls.append(1))
    encoding = sam.encode(_photo((40, 60)))
    for prompt in (Points.at(5, 4), Points.at(9, 9), Rough(_half((40, 60))), None):
        sam.predict(encoding, prompt)
    sam.features(encoding)
    hook.remove()
    assert calls == [1]


@pytest.mark.parametrize("size", SIZES)
def test_features_cover_the_photo_with_vectors_of_length_one(sam, name, size):
    seen = sam.features(sam.encode(_photo(size)))
    assert isinstance(sam, Describer)
    assert seen.grid.dtype == np.float32
    assert np.linalg.norm(seen.grid, axis=2) == pytest.approx(1, abs=1e-5)
    cells = np.array(seen.grid.shape[:2])
    expected = 4 * np.array(size) / max(size) if name in small_sam.PADDED else np.array([4, 4])
    assert (np.abs(cells - expected) < 1).all()


def test_the_empty_strip_is_not_described(padded):
    """A photo that is the upper half of a square sees what the whole square shows up there."""
    square = _photo((64, 64))
    square[32:] = np.round(255 * np.array([0.485, 0.456, 0.406]))  # what the strip is filled with
    whole, half = (padded.features(padded.encode(each)).grid for each in (square, square[:32]))
    assert half.shape == (2, 4, 16)
    assert half == pytest.approx(whole[:2], abs=0.05)


@pytest.mark.parametrize("size", [(40, 60), (90, 33), (64, 64), (300, 500)])
def test_a_photo_is_laid_out_as_the_library_does(size):
    photo = _photo(size) // 4 * 4
    processor = SamImageProcessor(
        size={"longest_edge": 64}, pad_size={"height": 64, "width": 64}, do_convert_rgb=False
    )
    theirs = processor(photo, return_tensors="pt")["pixel_values"]
    ours = shown(photo, Frame.padded(size, 64, 16), PADDED)
    assert ours.shape == theirs.shape
    assert torch.equal(ours == 0, theirs == 0)
    assert torch.abs(ours - theirs).max() < 0.05  # it rounds to whole levels


@pytest.mark.parametrize("size", [(40, 60), (90, 33), (8, 700)])
def test_masks_lie_where_the_library_puts_them(padded, size):
    encoding = padded.encode(_photo(size))
    found = padded.predict(encoding, Boxes.around(0, 0, size[1] // 2, size[0] // 2))
    frame = encoding.frame
    box = torch.tensor(frame.boxes(np.array([[[0, 0, size[1] // 2, size[0] // 2]]], np.float32)))
    with torch.inference_mode():
        told = padded._network._model(
            **encoding.features, input_boxes=box, multimask_output=False
        ).pred_masks
    (mask,) = SamImageProcessor(pad_size={"height": 64, "width": 64}).post_process_masks(
        told, [size], [frame.covered], binarize=False
    )
    sure = np.abs(mask[0, 0].numpy()) > 0.3 * mask.std().item()
    assert sure.mean() > 0.3
    assert (found[0] == (mask[0, 0].numpy() > 0))[sure].mean() > 0.98


@pytest.mark.parametrize("part", ["mask_decoder.iou_prediction_head.proj_out.weight", "neck"])
def test_weights_that_are_no_numbers_are_told_at_the_first_prompt(part, tmp_path):
    model = small_sam.build("sam")
    weights = dict(model.named_parameters())
    weights[next(each for each in weights if part in each)].data[...] = torch.nan
    sam = Sam(weights=small_sam.save(model, tmp_path))
    encoding = sam.encode(_photo((40, 60)))
    for prompt in (Points.at(3, 3), Boxes.around(1, 1, 9, 9), Rough(_half((40, 60))), None):
        with pytest.raises(ModelError, match="not numbers") as failure:
            sam.predict(encoding, prompt)
        assert failure.value.code == "E_MODEL_OUTPUT"
    if part == "neck":
        with pytest.raises(ModelError, match="not numbers"):
            sam.features(encoding)
