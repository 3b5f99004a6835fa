"""Our blocks in a modular pipeline of diffusers, with its real classes."""

import diffusers
import numpy as np
import pytest
import small_diffusion
from diffusers.modular_pipelines import PipelineState, SequentialPipelineBlocks
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fastseg_edit import Points, Text, segment, world
from fastseg_edit.bridges.diffusers import PutBackBlock, SelectBlock
from fastseg_edit.errors import FastsegError

SCENE = world.draw(
    world.Split.VALIDATION.seed(12), 128, world.Options(2, 2, hidden=0.0, distinct=True)
)
PHOTO = Image.fromarray(SCENE.photo)


def run(block, **given):
    state = PipelineState()
    for name, value in given.items():
        state.set(name, value)
    return block(None, state)[1]


@pytest.fixture(scope="module")
def centre():
    rows, columns = np.nonzero(SCENE.visible[0])
    return Points.at(float(np.median(columns)), float(np.median(rows)))


def test_the_block_gives_the_mask_of_segment(centre):
    state = run(SelectBlock(dilate=0, profile="classical"), image=PHOTO, select=centre)
    expected = segment(PHOTO, centre, profile="classical").mask
    assert np.array_equal(np.asarray(state.get("mask_image")) == 255, expected)


@pytest.mark.filterwarnings("ignore:.*drawn scenes")
def test_words_select_and_the_mask_grows():
    name = SCENE.phrases[0].text
    small, large = (
        np.asarray(
            run(SelectBlock(dilate, profile="mini"), image=PHOTO, select=name).get("mask_image")
        )
        for dilate in (0, 6)
    )
    assert np.array_equal(small == 255, segment(PHOTO, Text(name), profile="mini").mask)
    assert (large >= small).all()
    assert large.sum() > small.sum()


def test_what_is_not_there_and_what_is_no_prompt_are_told():
    empty = Image.fromarray(np.full((64, 64, 3), 90, np.uint8))
    with pytest.raises(FastsegError) as caught:
        run(SelectBlock(profile="mini"), image=empty, select=SCENE.absent[0].text)
    assert caught.value.code == "E_NO_OBJECT"
    with pytest.raises(FastsegError, match="words or a prompt"):
        run(SelectBlock(), image=empty, select=(3, 4))


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(0, 6), st.sampled_from([1.0, 0.5]))
def test_outside_the_mask_the_photo_is_put_back_to_the_bit(seed, feather, scale):
    random = np.random.default_rng(seed)
    photo, painted = random.integers(0, 256, (2, 40, 48, 3), np.uint8)
    mask = np.kron(random.random((5, 6)) < 0.4, np.ones((8, 8))).astype(bool)
    over = Image.fromarray(painted).resize((round(48 * scale), round(40 * scale)))
    state = run(
        PutBackBlock(feather),
        image=Image.fromarray(photo),
        mask_image=Image.fromarray(mask),
        images=[over],
    )
    (result,) = state.get("images")
    assert np.array_equal(np.asarray(result)[~mask], photo[~mask])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of diffusers
def test_a_pipeline_of_diffusers_paints_what_is_selected_and_nothing_else(centre, tmp_path):
    small_diffusion.sdxl().save_pretrained(tmp_path)
    blocks = diffusers.modular_pipelines.StableDiffusionXLAutoBlocks().get_workflow("inpainting")
    whole = SequentialPipelineBlocks.from_blocks_dict(
        {"select": SelectBlock(profile="classical"), **blocks.sub_blocks, "put": PutBackBlock(0)}
    )
    pipeline = whole.init_pipeline(str(tmp_path))
    pipeline.load_components(local_files_only=True)
    asked = {"prompt": "a fox", "num_inference_steps": 2, "num_images_per_prompt": 1}
    state = pipeline(image=PHOTO, select=centre, **asked, strength=1.0)
    mask = np.asarray(state.get("mask_image")) == 255
    (result,) = state.get("images")
    changed = (np.asarray(result) != SCENE.photo).any(2)
    assert not (changed & ~mask).any()
    assert (changed & mask).sum() > mask.sum() / 2
