"""LoRAs: small changes of a network that were learned apart, merged into its weights."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from fastseg_edit.backends.diffusion.loading import tensors
from fastseg_edit.backends.diffusion.loading.quiet import silence
from fastseg_edit.errors import ModelError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.backends.diffusion.loading.families import Family

MOST = 5.0
"""Strength beyond which nobody wants a LoRA; a slip of the decimal point, more likely."""

_WHAT, _NAME = "the LoRA", "added"
_DOWN = ("lora_A.weight", "lora_down.weight", "lora.down.weight", "lora_linear_layer.down.weight")
_BROKEN = (ValueError, RuntimeError, LookupError, TypeError, AttributeError, OSError)


class Lora(NamedTuple):
    """A LoRA [1] and how much of it is wanted.

    Attributes:
        path: File of safetensors.
        strength: 1 for what was learned; 0 for nothing; below 0 for the opposite.

    References:
        [1] Hu et al. LoRA: low-rank adaptation of large language models. ICLR 2022.
            arXiv:2106.09685
    """

    path: Path
    strength: float


def find(said: str) -> Lora:
    """Return the LoRA that is meant by a file, a folder or a name, after which @strength may stand.

    Raises:
        SpecError: With E_SPEC, if the strength is out of range.
        ModelError: With E_MODEL_MISSING, if it is not there, not whole, or no LoRA.
    """
    weights, strength = split(said)
    path = tensors.file(_WHAT, weights)
    if not _pairs(path):
        message = f"{_WHAT} {path.name} holds no weights of a LoRA"
        raise ModelError("E_MODEL_MISSING", message, "Give a file that was trained as a LoRA.")
    return Lora(path, strength)


def split(said: str) -> tuple[str, float]:
    """Split "name@0.8" into the name and the strength, which is 1 where it is not said.

    What stands after an @ and is no number is the revision of a name of the hub.

    Raises:
        SpecError: With E_SPEC, if the strength is out of range.
    """
    weights, at, number = said.rpartition("@")
    try:
        strength = float(number) if at else 1.0
    except ValueError:
        return said, 1.0
    if not isfinite(strength) or abs(strength) > MOST:
        message = f"the strength of a LoRA must be from {-MOST:g} to {MOST:g}, got {said!r}"
        raise SpecError("E_SPEC", message)
    return (weights if at else said), strength


def merge(pipeline: Any, family: Family, loras: tuple[Lora, ...]) -> tuple[str, ...]:
    """Merge LoRAs into the weights of a pipeline, after which they cost no time.

    Returns:
        What should be known of them, one line each.

    Raises:
        ModelError: With E_MODEL_FAMILY, if one was trained for another family; with
            E_MODEL_MISSING, if its values are not numbers.
    """
    remarks: list[str] = []
    for lora in loras:
        tensors.numbers(_WHAT, lora.path)
        remarks += _load(pipeline, family, lora)
        pipeline.set_adapters([_NAME], [lora.strength])
        pipeline.fuse_lora(adapter_names=[_NAME])
        pipeline.unload_lora_weights()
    return tuple(remarks)


def _load(pipeline: Any, family: Family, lora: Lora) -> list[str]:
    """Put a LoRA beside the weights, and see how much of it found its place."""
    path = lora.path
    try:
        with silence():
            pipeline.load_lora_weights(
                str(path.parent),
                weight_name=path.name,
                adapter_name=_NAME,
                local_files_only=True,
                use_safetensors=True,
            )
    except _BROKEN as error:
        sizes = "size mismatch" in str(error)
        reason = "its matrices have other sizes" if sizes else _first_line(error)
        raise _unfit(path, family, reason) from error
    wanted, fitting = _pairs(path), _places(pipeline)
    if not fitting:
        raise _unfit(path, family, "nothing of it fits")
    remarks = []
    if fitting < wanted:
        remarks += [f"of the {wanted} places that the LoRA {path.name} changes, {fitting} exist"]
    if any("dora_scale" in key for key in tensors.shapes(_WHAT, path)):
        remarks += [f"the LoRA {path.name} is a DoRA, and diffusers leaves out its magnitudes"]
    return remarks


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:120]


def _pairs(path: Path) -> int:
    """Return how many matrices a file changes."""
    return sum(name.endswith(_DOWN) for name in tensors.shapes(_WHAT, path))


def _places(pipeline: Any) -> int:
    """Return how many layers of a pipeline carry the LoRA."""
    parts = [part for part in pipeline.components.values() if hasattr(part, "modules")]
    layers = (layer for part in parts for layer in part.modules())
    return sum(_NAME in getattr(layer, "lora_A", ()) for layer in layers)


def _unfit(path: Path, family: Family, reason: str) -> ModelError:
    return ModelError(
        "E_MODEL_FAMILY",
        f"{_WHAT} {path.name} does not fit weights of {family.name}: {reason}",
        f"Give one that was trained for {family.name}.",
    )
