"""A diffusers pipeline for inpainting, loaded from a local folder and from nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from diffusers import AutoPipelineForInpainting
from safetensors import SafetensorError

from fastseg_edit.backends.diffusion.quiet import no_bars
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = "fastseg_edit.json"
"""File beside `model_index.json` that says with which steps and guidance a model works best."""

_AUTO: Any = AutoPipelineForInpainting  # its methods have no types
_INDEX = "model_index.json"
_STATED: dict[str, type[Any]] = {"steps": int, "guidance": float, "plain_steps": int}
_BROKEN = (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, eq=False)
class Painter:
    """A pipeline, and what is known of it.

    Attributes:
        pipeline: Of diffusers, in single precision.
        steps: Denoising steps where none are asked for.
        plain_steps: The same where there is no caption: the background going on has one likeliest
            look, and further steps only invent texture. None for as many as with one.
        guidance: Weight of the caption where none is asked for.
    """

    pipeline: Any
    steps: int = 30
    guidance: float = 7.5
    plain_steps: int | None = None

    @classmethod
    def load(cls, folder: Path, device: torch.device) -> Painter:
        """Load a folder as diffusers saves it, onto a device.

        Raises:
            ModelError: With E_MODEL_MISSING, if something is missing or does not fit together, or
                if it paints no holes.
        """
        _check(folder)
        try:
            # The type is stated, for without it half precision would be kept by some parts only.
            with no_bars():
                pipeline = _AUTO.from_pretrained(
                    folder, dtype=torch.float32, local_files_only=True, use_safetensors=True
                )
        except (*_BROKEN, SafetensorError) as error:
            reason = str(error).strip().partition("\n")[0][:200]
            raise unusable(folder, f"diffusers cannot load it ({reason})") from error
        pipeline.set_progress_bar_config(disable=True)
        return cls(pipeline.to(device), **_defaults(folder))

    @property
    def cell(self) -> int:
        """Pixels of a latent, each way."""
        return int(self.pipeline.vae_scale_factor)

    @property
    def native(self) -> int:
        """Side in pixels of the square that the network was made for."""
        return int(self.pipeline.unet.config.sample_size) * self.cell

    @property
    def multiple(self) -> int:
        """What both sides of a picture are a multiple of: one cell where the latents are fewest."""
        halvings = len(self.pipeline.unet.config.down_block_types) - 1
        return self.cell << halvings


def unusable(folder: Path, reason: str) -> ModelError:
    """Return the error for a folder that is not a model to paint with."""
    return ModelError(
        "E_MODEL_MISSING",
        f"{folder} is not an inpainting model that can be used: {reason}",
        "Give a folder as diffusers saves a pipeline, with safetensors.",
    )


def _check(folder: Path) -> None:
    index = folder / _INDEX
    if not index.is_file():
        raise unusable(folder, f"it has no {_INDEX}")
    try:
        parts = json.loads(index.read_text("utf-8"))
        missing = [name for name, part in parts.items() if _lacks(folder, name, part)]
    except (ValueError, AttributeError) as error:
        raise unusable(folder, f"its {_INDEX} cannot be read") from error
    if missing:
        raise unusable(folder, f"it lacks {', '.join(missing)}")


def _lacks(folder: Path, name: str, part: Any) -> bool:
    """Return whether a component that is listed, as [library, class], has no folder."""
    listed = isinstance(part, list) and None not in part
    return listed and not (folder / name).is_dir()


def _defaults(folder: Path) -> dict[str, Any]:
    """Return what is stated beside the weights: steps and guidance."""
    path = folder / DEFAULTS
    if not path.is_file():
        return {}
    try:
        stated = json.loads(path.read_text("utf-8"))
        return {name: _STATED[name](value) for name, value in stated.items() if name in _STATED}
    except (ValueError, TypeError, AttributeError) as error:
        raise unusable(folder, f"its {DEFAULTS} does not state numbers") from error
