"""Models in one file of safetensors, as most are passed on, whatever the weights are called in it.

Such a file says nothing of how its networks are built, nor how words become numbers. Diffusers
would ask its hub for that, even if it is told not to; here it comes from a folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import diffusers
from diffusers.loaders.single_file_utils import SingleFileComponentError
from safetensors import SafetensorError

from fastseg_edit import catalogue
from fastseg_edit.backends.diffusion.loading import checkpoint, tensors
from fastseg_edit.backends.diffusion.loading.quiet import silence
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint

BROKEN = (
    SingleFileComponentError,
    SafetensorError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    TypeError,
    AttributeError,
)
"""What diffusers raises for files that do not fit."""

_WHAT = "the model"


class _Marks(NamedTuple):
    """By which weights a network is known in a file.

    Attributes:
        sees: Ends of the names of the first layer, whose second side is its channels.
        reads: Ends of the names of a layer whose second side is the width of words.
        width: What that is called in the network's configuration.
    """

    sees: tuple[str, ...]
    reads: tuple[str, ...]
    width: str


_MARKS = {
    "UNet2DConditionModel": _Marks(
        ("input_blocks.0.0.weight", "conv_in.weight"),
        ("attn2.to_k.weight",),
        "cross_attention_dim",
    ),
    "SD3Transformer2DModel": _Marks(
        ("x_embedder.proj.weight", "pos_embed.proj.weight"),
        ("context_embedder.weight",),
        "joint_attention_dim",
    ),
    "FluxTransformer2DModel": _Marks(
        ("img_in.weight", "x_embedder.weight"),
        ("txt_in.weight", "context_embedder.weight"),
        "joint_attention_dim",
    ),
    "QwenImageTransformer2DModel": _Marks(
        ("img_in.weight",), ("txt_in.weight",), "joint_attention_dim"
    ),
}
_PREFIXES = ("", "model.diffusion_model.", "diffusion_model.")
_PICTURES = "first_stage_model."  # the network between pixels and latents, in a file of everything
_OF_WIDTH = {768: "sd15-inpainting", 1024: "sd2-inpainting", 2048: "sdxl-inpainting"}


def recognise(file: Path, configuration: str | None) -> Checkpoint:
    """Tell the family of a file, with the help of a folder of the same family.

    Args:
        file: The file.
        configuration: The folder, or a name of the catalogue. None for the folder that the file
            lies in, or for weights of the catalogue that are known to be like it.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no such folder, or the file is damaged or a
            pickle; with E_MODEL_FAMILY, if they belong to different families.
    """
    path = tensors.file(_WHAT, str(file))
    shapes = tensors.shapes(_WHAT, path)
    folder = _folder(path, shapes, configuration)
    built = checkpoint.network(folder)
    marks = _MARKS.get(built["_class_name"])
    channels = _side(shapes, marks.sees if marks else ())
    if marks and channels is None:
        kind = built["_class_name"]
        raise _foreign(path, folder, f"there is no {kind} in it, as there is in")
    if marks:
        has, wants = _side(shapes, marks.reads, anywhere=True), built.get(marks.width)
        if has != wants:
            raise _foreign(path, folder, f"its words have {has} numbers, and {wants} in")
    return checkpoint.recognise(folder, channels)._replace(file=path)


def load(found: Checkpoint, precision: torch.dtype, **more: Any) -> Any:
    """Return the pipeline of a file: what is not in it comes from the folder.

    Args:
        found: What `recognise` told.
        precision: Of the weights.
        more: Further arguments of diffusers for what comes from the folder.

    Raises:
        BaseException: One of `BROKEN`, if something is missing or does not fit.
    """
    try:
        with silence():
            return _assembled(found, precision, more)
    except NotImplementedError as error:  # a layer without values cannot be moved
        raise ValueError("the file lacks a weight of one of its networks") from error


def _assembled(found: Checkpoint, precision: torch.dtype, more: dict[str, Any]) -> Any:
    """Return the pipeline of a file, or raise what diffusers does."""
    family, folder, file = found.family, str(found.folder), str(found.file)
    network = getattr(diffusers, family.network).from_single_file(
        file,
        config=folder,
        subfolder=family.part,
        local_files_only=True,
        dtype=precision,
        in_channels=found.settings["in_channels"],
    )
    parts = {family.part: network, "dtype": precision, "local_files_only": True}
    shapes = tensors.shapes(_WHAT, found.file) if found.file else {}
    if any(name.startswith(_PICTURES) for name in shapes):
        return family.pipeline.from_single_file(file, config=folder, **parts, **family.loads)
    return family.pipeline.from_pretrained(folder, use_safetensors=True, **parts, **more)


def _folder(path: Path, shapes: dict[str, tuple[int, ...]], configuration: str | None) -> Path:
    """Return the folder that says how the networks in a file are built."""
    if configuration:
        return catalogue.folder(configuration)
    if (path.parent / checkpoint.INDEX).is_file():
        return path.parent
    width = _side(shapes, _MARKS["UNet2DConditionModel"].reads, anywhere=True)
    name = _OF_WIDTH.get(width or 0, "")
    known = catalogue.known().get(name)
    if known and known.place and not known.lacking:
        return catalogue.folder(name)
    message = f"{path.name} is a single file, which does not say how its networks are built"
    hint = "Name a folder of its family, as diffusers saves it, as configuration."
    if known:
        hint = f"Run: {known.order().command}. Or name another folder as configuration."
    raise ModelError("E_MODEL_MISSING", message, hint)


def _side(
    shapes: dict[str, tuple[int, ...]], ends: tuple[str, ...], anywhere: bool = False
) -> int | None:
    """Return the second side of the first weight with one of some names; None for none."""
    for name, shape in shapes.items():
        named = (
            name.endswith(ends) if anywhere else name in [p + e for p in _PREFIXES for e in ends]
        )
        if ends and named and len(shape) > 1:
            return shape[1]
    return None


def _foreign(path: Path, folder: Path, reason: str) -> ModelError:
    message = f"{path.name} and its configuration do not belong together: {reason} {folder}"
    hint = "Give the configuration of the family that the file belongs to."
    return ModelError("E_MODEL_FAMILY", message, hint)
