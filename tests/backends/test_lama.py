"""Tiny networks with random weights, and the shipped one."""

import json
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fastseg_edit import models
from fastseg_edit.backends.lama import Lama
from fastseg_edit.backends.lama.network import Configuration, Generator
from fastseg_edit.backends.lama.similar import continued
from fastseg_edit.backends.lama.smooth import filled
from fastseg_edit.errors import ModelError, SpecError
from fastseg_edit.protocols import Hole

TINY = {"width": 4, "halvings": 3, "blocks": 1, "residual": False}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def network(**changes):
    torch.manual_seed(0)
    return Generator(Configuration(**TINY | changes)).eval()


@pytest.fixture
def folder(tmp_path):
    save_file(network().state_dict(), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps(TINY), encoding="utf-8")
    return tmp_path


@pytest.fixture
def hole(photo, square):
    return Hole(photo, square)


class Painter(torch.nn.Module):
    """What big-lama's file holds, in small: a program that paints every hole in one grey."""

    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return image * (1 - mask) + 0.5 * mask


class Blind(torch.nn.Module):
    """A program of another kind, which wants no mask."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image


@pytest.fixture
def scripted(tmp_path):
    def write(module):
        path = tmp_path / "model.pt"
        script(module).save(path)
        return str(path)

    return write


def script(module):
    # What torch says of its own old format, which is the one that LaMa is given away in.
    with pytest.warns(FutureWarning, match=r"torch\.jit"):
        return torch.jit.script(module)


def test_pixels_outside_the_hole_stay(folder, hole):
    painted = Lama(str(folder)).inpaint(hole)
    assert np.array_equal(painted[~hole.mask], hole.image[~hole.mask])


def test_what_lies_under_the_mask_plays_no_part(folder, hole):
    other = hole.image.copy()
    other[hole.mask] = 255 - other[hole.mask]
    lama = Lama(str(folder))
    assert np.array_equal(lama.inpaint(hole), lama.inpaint(Hole(other, hole.mask)))


def test_what_is_to_be_avoided_plays_no_part(folder, hole):
    avoid = np.zeros_like(hole.mask)
    avoid[:40, 60:100] = True
    other = hole.image.copy()
    other[avoid] = 0
    lama = Lama(str(folder))
    first, second = (
        lama.inpaint(Hole(each, hole.mask, avoid=avoid)) for each in (hole.image, other)
    )
    assert np.array_equal(first[hole.mask], second[hole.mask])


def test_it_stays_with_the_photo_and_leaves_it_as_it_was(folder, hole):
    before = hole.image.copy()
    Lama(str(folder)).inpaint(hole)
    assert np.array_equal(hole.image, before)


@pytest.mark.parametrize("size", [(8, 8), (8, 41), (33, 17), (64, 64)])
def test_any_size_of_window_comes_back(folder, size):
    image = np.full((*size, 3), 90, np.uint8)
    mask = np.zeros(size, bool)
    mask[2:5, 3:6] = True
    assert Lama(str(folder)).inpaint(Hole(image, mask)).shape == image.shape


def test_a_copy_through_pickle_paints_the_same(folder, hole):
    lama = Lama(str(folder))
    first = lama.inpaint(hole)
    copy = pickle.loads(pickle.dumps(lama))
    assert copy == lama
    assert np.array_equal(copy.inpaint(hole), first)


def test_words_are_refused(folder, photo, square):
    with pytest.raises(ModelError, match="cannot paint words, got 'a dog'"):
        Lama(str(folder)).inpaint(Hole(photo, square, "a dog"))


def test_a_torchscript_file_is_loaded_too(scripted, hole):
    painted = Lama(scripted(Painter())).inpaint(hole)
    assert np.all(painted[hole.mask] == 128)


def test_a_script_that_wants_no_mask_is_named_as_foreign(scripted, hole):
    with pytest.raises(ModelError, match="does not turn a picture and a mask") as caught:
        Lama(scripted(Blind())).inpaint(hole)
    assert caught.value.code == "E_MODEL_OUTPUT"


def test_weights_that_are_nowhere_are_missed(hole):
    with pytest.raises(ModelError, match="lama-tiny"):
        Lama("lama-tiny").inpaint(hole)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(folder, hole, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"lack their file {name}"):
        Lama(str(folder)).inpaint(hole)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.json", "{"),
        ("config.json", "[]"),
        ("config.json", '{"depth": 3}'),
        ("config.json", '{"width": "wide"}'),
        ("config.json", '{"width": 8, "blocks": 1}'),
        ("model.safetensors", "no weights"),
    ],
)
def test_a_broken_or_foreign_folder_is_named(folder, hole, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="does not hold the weights of a LaMa network"):
        Lama(str(folder)).inpaint(hole)


def test_a_file_that_is_no_script_is_named(tmp_path, hole):
    path = tmp_path / "model.pt"
    path.write_bytes(b"no script")
    with pytest.raises(ModelError, match="is not a TorchScript file"):
        Lama(str(path)).inpaint(hole)


def test_weights_that_paint_no_numbers_are_refused(folder, hole):
    state = network().state_dict()
    state["decoder.3.bias"][:] = torch.nan
    save_file(state, folder / "model.safetensors")
    with pytest.raises(ModelError, match="does not turn"):
        Lama(str(folder)).inpaint(hole)


def test_a_network_needs_channels_to_split():
    with pytest.raises(SpecError, match="width"):
        Configuration(width=2)


def test_the_defaults_are_of_the_size_of_big_lama():
    with torch.device("meta"):
        parameters = sum(each.numel() for each in Generator(Configuration()).parameters())
    assert parameters == pytest.approx(51e6, rel=0.02)


@pytest.mark.parametrize("residual", [True, False])
def test_the_network_paints_colours_and_keeps_the_rest(residual):
    image, mask = torch.rand(2, 3, 32, 48), torch.zeros(2, 1, 32, 48)
    mask[:, :, 8:20, 8:30] = 1
    painted = network(residual=residual)(image, mask)
    known = mask.expand_as(image) == 0
    assert torch.equal(painted[known], image[known])
    assert painted.min() >= 0
    assert painted.max() <= 1


def test_one_pixel_is_heard_everywhere():
    tiny = network()
    features = torch.zeros(1, 32, 16, 16)
    other = features.clone()
    other[:, :, 0, 0] = 1
    with torch.no_grad():
        apart = (tiny.blocks(features) - tiny.blocks(other)).abs().amax(1)
    assert (apart > 0).float().mean() > 0.99


def test_a_smooth_fill_keeps_one_colour_and_what_is_known():
    known = torch.full((1, 3, 37, 50), 0.3)
    mask = torch.zeros(1, 1, 37, 50)
    mask[:, :, 5:30, 10:44] = 1
    assert torch.allclose(filled(known * (1 - mask), mask), known, atol=1e-5)


def test_a_smooth_fill_stays_between_the_colours_round_it():
    known, mask = torch.rand(1, 3, 40, 40), torch.zeros(1, 1, 40, 40)
    mask[:, :, 12:28, 12:28] = 1
    smooth = filled(known * (1 - mask), mask)
    assert torch.equal(smooth * (1 - mask), known * (1 - mask))
    assert known.min() <= smooth.min()
    assert smooth.max() <= known.max() + 1e-6


def checks(side, cell):
    rows, columns = np.indices((side, side)) // cell
    levels = torch.from_numpy(((rows + columns) % 2 * 0.3 + 0.4).astype(np.float32))
    mask = torch.zeros(1, 1, side, side)
    mask[..., side // 3 : side // 2, side // 3 : side // 2] = 1
    return levels.expand(1, 3, side, side), mask


@pytest.mark.parametrize("cell", [4, 7])
def test_a_fill_by_likeness_continues_what_repeats(cell):
    picture, mask = checks(64, cell)
    apart = (continued(picture * (1 - mask), mask) - picture).abs()
    assert apart.max() < 0.03, f"{float(apart.max()):.3f}"


def test_a_fill_by_likeness_leaves_objects_out():
    picture, mask = checks(64, 4)
    with_object = picture.clone()
    with_object[:, :, 40:56, 40:56] = torch.tensor([1.0, 0.0, 0.0])[:, None, None]
    painted = continued(with_object * (1 - mask), mask)
    apart = ((painted - picture) * mask).abs()
    assert apart.max() < 0.05, f"{float(apart.max()):.3f}"


def test_a_fill_by_likeness_is_the_same_in_any_company():
    picture, mask = checks(32, 4)
    other = torch.rand(1, 3, 32, 32)
    alone = continued(other * (1 - mask), mask)
    both = torch.cat((picture, other)) * (1 - mask)
    assert torch.allclose(continued(both, mask.repeat(2, 1, 1, 1))[1:], alone, atol=1e-4)


def test_where_nothing_is_known_a_fill_is_grey():
    mask = torch.ones(1, 1, 16, 16)
    assert torch.allclose(continued(torch.zeros(1, 3, 16, 16), mask), torch.tensor(0.5))


def test_lama_mini_continues_stripes_better_than_their_mean():
    columns = np.arange(128) // 8 % 2 * 70 + 90
    image = np.broadcast_to(columns[None, :, None], (128, 128, 3)).astype(np.uint8)
    mask = np.zeros((128, 128), bool)
    mask[40:88, 44:84] = True
    covered = image.copy()
    covered[mask] = (200, 30, 30)
    painted = models.get("inpainter", "lama").inpaint(Hole(covered, mask))
    error = np.square(painted[mask].astype(float) - image[mask]).mean()
    flat = np.square(image[mask].astype(float) - image[mask].mean()).mean()
    assert error < flat / 2, f"{error:.0f} against {flat:.0f}"
