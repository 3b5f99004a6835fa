"""Checkpoints of every family, as diffusers saves them."""

import pytest
import torch
from small_additions import controlnet
from small_diffusion import BUILDERS

from fastseg_edit.backends.diffusion import Diffusion


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """Return the folder of a checkpoint by its name in `BUILDERS`, made when it is asked for."""
    folders = {}

    def folder(name):
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp("checkpoint")
            with torch.random.fork_rng():
                torch.manual_seed(0)
                BUILDERS[name]().save_pretrained(folders[name])
        return folders[name]

    return folder


@pytest.fixture(scope="session")
def painter(checkpoint):
    """Return the inpainter of a checkpoint by name, or sd-mini, each loaded once."""
    made = {}

    def named(name):
        weights = "sd-mini" if name == "sd-mini" else str(checkpoint(name))
        return made.setdefault(name, Diffusion(weights=weights, steps=2))

    return named


@pytest.fixture(scope="session")
def net(checkpoint, tmp_path_factory):
    """Return the folder of a ControlNet for a tiny checkpoint, by the checkpoint's name."""
    made = {}

    def named(name):
        if name not in made:
            painter = Diffusion(str(checkpoint(name))).painter
            network = getattr(painter.pipeline, painter.family.part)
            with torch.random.fork_rng():
                torch.manual_seed(0)
                made[name] = controlnet(tmp_path_factory.mktemp("net"), name, network)
        return made[name]

    return named
