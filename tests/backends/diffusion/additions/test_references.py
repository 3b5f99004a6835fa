"""The look of a picture is painted by families that can, and refused by the others."""

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from small_additions import adapter, controlnet, flux_adapter
from small_diffusion import hole

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.errors import InputError, ModelError, SpecError

# Euler's scheduler hands numpy 2 a tensor in the way of numpy 1, and the result is the same.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = ("sd15", "sd15 of whole pictures", "sd2", "sdxl", "flux-inpaint")


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    """Return the file of a picture by its seed."""
    folder = tmp_path_factory.mktemp("looks")

    def seeded(seed):
        pixels = np.random.default_rng(seed).integers(0, 255, (40, 50, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{seed}.png")
        return str(folder / f"{seed}.png")

    return seeded


@pytest.fixture(scope="module")
def adapted(checkpoint, tmp_path_factory):
    """Return the file of an IP-Adapter for a tiny checkpoint, by the checkpoint's name."""
    made = {}

    def named(name):
        if name not in made:
            painter = Diffusion(str(checkpoint(name))).painter
            network = getattr(painter.pipeline, painter.family.part)
            save = adapter if painter.family.part == "unet" else flux_adapter
            with torch.random.fork_rng():
                torch.manual_seed(0)
                made[name] = save(tmp_path_factory.mktemp("adapter"), network)
        return made[name]

    return named


def inpainter(checkpoint, name, path, reference, **options):
    weights = str(checkpoint(name))
    return Diffusion(weights, steps=2, ip_adapter=str(path), reference=reference, **options)


@pytest.mark.parametrize("name", NAMES)
def test_the_look_counts_and_so_does_its_strength(checkpoint, adapted, look, name):
    one, other = (
        inpainter(checkpoint, name, adapted(name), look(seed), reference_strength=1.0)
        for seed in (1, 2)
    )
    none = inpainter(checkpoint, name, adapted(name), look(1), reference_strength=0)
    painted = one.inpaint(hole())
    assert np.array_equal(painted, one.inpaint(hole()))
    assert not np.array_equal(painted, other.inpaint(hole()))
    plain = Diffusion(str(checkpoint(name)), steps=2).inpaint(hole())
    assert np.abs(none.inpaint(hole()).astype(int) - plain).max() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_holes_in_company_are_painted_as_they_are_alone(checkpoint, adapted, look, name):
    painter = inpainter(checkpoint, name, adapted(name), look(1))
    holes = [hole(), hole("a blue star", seed=4)]
    for picture, alone in zip(painter.inpaint_many(holes), holes, strict=True):
        assert np.abs(picture.astype(int) - painter.inpaint(alone)).max() <= 1


def test_a_reference_and_a_controlnet_go_together(checkpoint, adapted, look, tmp_path):
    plain = Diffusion(str(checkpoint("sd15"))).painter.pipeline.unet
    net = str(controlnet(tmp_path / "net", "sd15", plain, "canny"))
    both = inpainter(checkpoint, "sd15", adapted("sd15"), look(1), controlnet=net)
    without = inpainter(checkpoint, "sd15", adapted("sd15"), look(1))
    assert not np.array_equal(both.inpaint(hole()), without.inpaint(hole()))


@pytest.mark.parametrize("name", ["kandinsky22", "flux-fill", "qwen-image", "z-image"])
def test_families_that_cannot_are_refused_by_name(checkpoint, adapted, look, name):
    with pytest.raises(SpecError, match=f"{name} cannot use a reference picture"):
        inpainter(checkpoint, name, adapted("sd15"), look(1)).inpaint(hole())


@pytest.mark.parametrize(("made_for", "name"), [("sdxl", "sd15"), ("sd15", "sdxl")])
def test_an_adapter_for_another_family_is_refused(checkpoint, adapted, look, made_for, name):
    with pytest.raises(ModelError, match=f"the weights are of {name}") as caught:
        inpainter(checkpoint, name, adapted(made_for), look(1)).inpaint(hole())
    assert caught.value.code == "E_MODEL_FAMILY"


def test_an_adapter_for_other_layers_is_refused(checkpoint, adapted, look, tmp_path):
    held = load_file(adapted("sd15"))
    last = max(name for name in held if "to_k_ip" in name)
    encoder = str(adapted("sd15").with_name("image_encoder"))
    for change in ({last: held[last][:-1].contiguous()}, {last: None}):
        left = {name: values for name, values in (held | change).items() if values is not None}
        save_file(left, tmp_path / "adapter.safetensors")
        painter = inpainter(checkpoint, "sd15", tmp_path, look(1), image_encoder=encoder)
        with pytest.raises(ModelError, match="its layers are others") as caught:
            painter.inpaint(hole())
        assert caught.value.code == "E_MODEL_FAMILY"


def test_what_is_missing_is_named(checkpoint, adapted, look, tmp_path):
    save_file({"weight": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match=r"other\.safetensors is no IP-Adapter"):
        inpainter(checkpoint, "sd15", tmp_path / "other.safetensors", look(1)).inpaint(hole())
    alone = tmp_path / "alone"
    alone.mkdir()
    save_file(load_file(adapted("sd15")), alone / "adapter.safetensors")
    with pytest.raises(ModelError, match="needs an image encoder, and there is none"):
        inpainter(checkpoint, "sd15", alone, look(1)).inpaint(hole())
    encoder = str(adapted("sd15").with_name("image_encoder"))
    inpainter(checkpoint, "sd15", alone, look(1), image_encoder=encoder).inpaint(hole())
    with pytest.raises(InputError) as caught:
        inpainter(checkpoint, "sd15", adapted("sd15"), str(tmp_path / "no.png")).inpaint(hole())
    assert caught.value.code == "E_INPUT_MISSING"


def test_an_adapter_for_another_encoder_is_refused(checkpoint, adapted, look, tmp_path):
    held = load_file(adapted("sd15"))
    held["image_proj.proj.weight"] = held["image_proj.proj.weight"][:, :-1].contiguous()
    save_file(held, tmp_path / "adapter.safetensors")
    encoder = str(adapted("sd15").with_name("image_encoder"))
    painter = inpainter(checkpoint, "sd15", tmp_path, look(1), image_encoder=encoder)
    with pytest.raises(ModelError, match="reads 31 numbers of a picture, and the encoder gives 32"):
        painter.inpaint(hole())


@pytest.mark.parametrize("given", [{"reference": "a.png"}, {"ip_adapter": "a.safetensors"}])
def test_one_without_the_other_is_refused_at_once(given):
    with pytest.raises(SpecError, match="reference and ip_adapter go together"):
        Diffusion(**given)


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_strength_out_of_range_is_refused_at_once(strength):
    with pytest.raises(SpecError, match="reference_strength must be at least 0 and at most 1"):
        Diffusion(reference_strength=strength)
