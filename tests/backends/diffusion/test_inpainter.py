import dataclasses
import json
import re
import shutil

import diffusers
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fastseg_edit import catalogue, running
from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.backends.diffusion.calls.pictures import kept
from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.protocols import Hole

SIDE = 64


@pytest.fixture(scope="module")
def diffusion():
    return Diffusion(steps=2)


@pytest.fixture
def hole():
    image = np.random.default_rng(0).integers(60, 120, (SIDE, SIDE, 3), np.uint8)
    mask = np.zeros((SIDE, SIDE), bool)
    mask[14:50, 14:50] = True
    return Hole(image, mask, "a red circle", 3)


@pytest.fixture
def weights(tmp_path):
    """A copy of the shipped weights, to be damaged."""
    return shutil.copytree(catalogue.folder("sd-mini"), tmp_path / "weights")


@given(seed=st.integers(0, 2**32), cell=st.sampled_from([2, 4, 8]))
def test_no_masked_pixel_escapes_the_network(seed, cell):
    """Every masked pixel is in, or beside, a cell of which the pixel that diffusers takes is."""
    random = np.random.default_rng(seed)
    mask = torch.from_numpy(random.random((1, 1, 6 * cell, 6 * cell)) < random.random() / cell)
    mask = mask.float()
    wider = kept(mask, cell)
    assert bool((wider >= mask).all())
    seen = torch.nn.functional.max_pool2d(wider[..., ::cell, ::cell], 3, 1, 1)
    cells = torch.nn.functional.max_pool2d(mask, cell)
    assert bool((seen >= cells).all())


def test_a_thick_mask_is_taken_as_it_is():
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 7:22, 9:26] = 1
    assert torch.equal(kept(mask, 4), mask)


@settings(max_examples=5)
@given(seed=st.integers(0, 2**63 - 1))
def test_a_seed_gives_one_picture(diffusion, seed):
    image, mask = np.full((SIDE, SIDE, 3), 90, np.uint8), np.zeros((SIDE, SIDE), bool)
    mask[20:40, 20:40] = True
    hole = Hole(image, mask, "a blue star", seed)
    assert np.array_equal(diffusion.inpaint(hole), diffusion.inpaint(hole))


def test_the_random_numbers_of_others_are_left_alone(diffusion, hole):
    before = torch.get_rng_state()
    diffusion.inpaint(hole)
    assert torch.equal(before, torch.get_rng_state())


def test_words_decide_the_colour(diffusion, hole):
    """The middle of the hole, far from what the words do not say."""
    red = diffusion.inpaint(hole)[26:38, 26:38].reshape(-1, 3).mean(axis=0)
    blue = diffusion.inpaint(Hole(hole.image, hole.mask, "a blue circle", 3))
    blue = blue[26:38, 26:38].reshape(-1, 3).mean(axis=0)
    assert red[0] > red[2] + 60, f"asked for red, got {red.round()}"
    assert blue[2] > blue[0] + 60, f"asked for blue, got {blue.round()}"


def test_a_background_is_the_caption_of_a_hole_that_has_none(diffusion, hole):
    behind = Diffusion(steps=2, background="a red circle")
    words = dataclasses.replace(hole, caption="a red circle")
    plain, other = (dataclasses.replace(hole, caption=text) for text in ("", "a blue square"))
    assert np.array_equal(behind.inpaint(plain), diffusion.inpaint(words))
    assert np.array_equal(behind.inpaint(other), diffusion.inpaint(other))


def test_geometry_is_that_of_the_weights(diffusion):
    assert (diffusion.native, diffusion.multiple) == (64, 16)


def test_strength_that_leaves_no_step_is_refused(hole):
    with pytest.raises(SpecError, match="leaves no step") as caught:
        Diffusion(steps=4, strength=0.1).inpaint(hole)
    assert caught.value.code == "E_SPEC"


def test_a_caption_is_never_cut_short_in_silence(diffusion, hole):
    """The middle word goes out with those after it; the remark says which ones."""
    long = "a red circle and " * 9
    with running.remarked() as remarks:
        painted = diffusion.inpaint(dataclasses.replace(hole, caption=long))
    (((code, text), _),) = remarks
    assert code == "W_TEXT_TRUNCATED"
    kept, dropped = re.findall("'([^']*)'", text)
    assert f"{kept} {dropped}" == long.strip()
    assert len(kept.split()) == 14  # the tokens that frame them are the other two of 16
    assert np.array_equal(painted, diffusion.inpaint(dataclasses.replace(hole, caption=kept)))


def test_what_is_remarked_of_a_hole_says_of_which(hole):
    behind = Diffusion(steps=2, background="a red circle and " * 9)
    holes = [
        dataclasses.replace(hole, caption="a blue star", avoid=hole.mask),
        dataclasses.replace(hole, caption=""),
        hole,
    ]
    with running.remarked() as remarks:
        behind.inpaint_many(holes)
    avoided, cut = remarks
    assert (avoided.notice.code, cut.notice.code) == ("W_MODEL", "W_TEXT_TRUNCATED")
    assert avoided.about is holes[0]
    assert cut.about is holes[1]


def test_a_caption_that_fits_is_not_remarked_on(diffusion, hole):
    with running.remarked() as remarks:
        diffusion.inpaint(dataclasses.replace(hole, caption="a red circle and " * 3))
    assert not remarks


def test_a_word_that_cannot_be_read_is_refused(diffusion, hole):
    with pytest.raises(SpecError, match="begins with a word of more than 16 tokens") as caught:
        diffusion.inpaint(dataclasses.replace(hole, caption="qwertyuiop" * 9))
    assert caught.value.code == "E_SPEC"


def test_a_folder_without_a_pipeline_is_named(tmp_path, hole):
    with pytest.raises(ModelError, match=r"it has no model_index\.json") as caught:
        Diffusion(weights=str(tmp_path)).inpaint(hole)
    assert caught.value.code == "E_MODEL_MISSING"


def test_a_missing_part_is_named(weights, hole):
    shutil.rmtree(weights / "vae")
    with pytest.raises(ModelError, match="it lacks vae"):
        Diffusion(weights=str(weights)).inpaint(hole)


@pytest.mark.parametrize("part", ["unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model"])
def test_cut_off_weights_are_refused_in_one_line(weights, hole, part):
    path = weights / f"{part}.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError) as caught:
        Diffusion(weights=str(weights)).inpaint(hole)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("text", ["", "[1, 2]", "{"])
def test_a_broken_index_is_refused(weights, hole, text):
    (weights / "model_index.json").write_text(text)
    with pytest.raises(ModelError, match=r"its model_index\.json cannot be read"):
        Diffusion(weights=str(weights)).inpaint(hole)


def test_a_pickle_is_never_loaded(weights, hole):
    path = weights / "unet" / "diffusion_pytorch_model.safetensors"
    path.rename(path.with_suffix(".bin"))
    with pytest.raises(ModelError, match="diffusers cannot load it"):
        Diffusion(weights=str(weights)).inpaint(hole)


def test_weights_state_their_own_steps(weights):
    (weights / "fastseg_edit.json").write_text(json.dumps({"steps": 3, "guidance": 2.0}))
    painter = Diffusion(weights=str(weights)).painter
    assert (painter.steps, painter.guidance, painter.plain_steps) == (3, 2.0, None)


@pytest.mark.parametrize(("stated", "detail"), [({"detail": 0.2}, 0.2), ({"detail": 0}, None)])
def test_weights_state_whether_they_detail_a_draft(weights, stated, detail):
    (weights / "fastseg_edit.json").write_text(json.dumps(stated))
    assert Diffusion(weights=str(weights)).detail == detail


@pytest.mark.parametrize("text", ["[]", '{"steps": "many"}', "{"])
def test_statements_that_are_no_numbers_are_refused(weights, hole, text):
    (weights / "fastseg_edit.json").write_text(text)
    with pytest.raises(ModelError, match="does not state numbers") as caught:
        Diffusion(weights=str(weights)).inpaint(hole)
    assert caught.value.code == "E_MODEL_MISSING"


def test_without_a_caption_the_steps_are_those_stated_for_it(weights, hole):
    stated = {"steps": 3, "guidance": 2.0, "plain_steps": 1}
    (weights / "fastseg_edit.json").write_text(json.dumps(stated))
    plain = Hole(hole.image, hole.mask, "", hole.seed)
    one = Diffusion(weights=str(weights)).inpaint(plain)
    assert np.array_equal(one, Diffusion(weights=str(weights), steps=1).inpaint(plain))
    assert not np.array_equal(one, Diffusion(weights=str(weights), steps=3).inpaint(plain))


def test_loading_draws_no_bars_and_leaves_those_of_others(capfd):
    assert Diffusion(weights=str(catalogue.folder("sd-mini"))).native == 64
    assert "%" not in capfd.readouterr().err
    assert diffusers.utils.logging.is_progress_bar_enabled()
