"""What the families of detectors have in common, and how one is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from fastseg_edit.backends import pretrained
from fastseg_edit.backends.grounding.dino import Dino, MmDino
from fastseg_edit.backends.grounding.owl import OldOwl, Owl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.grounding.found import Found
    from fastseg_edit.prompt import Reference, Text


class Network(Protocol):
    """One family of detectors."""

    @property
    def usual(self) -> Mapping[type[Text | Reference], float]:
        """The kinds of prompts that it understands, and the threshold that is usual for each."""

    def find(self, image: ImageArray, like: Text | Reference, /) -> Found:
        """Return every box that the detector considers, however poor."""


FAMILIES: dict[str, Any] = {
    "grounding-dino": Dino,
    "mm-grounding-dino": MmDino,
    "owlv2": Owl,
    "owlvit": OldOwl,
}
"""What runs the weights of each `model_type`."""

_DAMAGED = (OSError, ValueError, TypeError, LookupError, AttributeError)


def of(folder: Path) -> Any:
    """Return what runs the weights in a folder, without loading them. Errors as for `load`."""
    return FAMILIES[pretrained.family(folder, FAMILIES)]


def load(folder: Path, device: torch.device) -> Network:
    """Load a detector from a folder, as the transformers library saves it.

    Args:
        folder: Holds config.json, model.safetensors, preprocessor_config.json, and the tokenizer.
        device: What it runs on.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no whole detector of a known family in it.
    """
    family = of(folder)
    model = pretrained.network(folder, family.model_class, FAMILIES).to(device)
    loaded: Network = family(
        model, _pictures(folder, family, model), _tokenizer(folder, family, model)
    )
    return loaded


def _pictures(folder: Path, family: Any, model: Any) -> Any:
    try:
        with pretrained.quiet():
            pictures = family.pictures_class.from_pretrained(folder, local_files_only=True)
    except _DAMAGED as error:
        why = "has a preprocessor_config.json that is missing or damaged"
        raise pretrained.unusable(folder, why, FAMILIES) from error
    vision = getattr(model.config, "vision_config", None)
    if vision and dict(pictures.size) != dict.fromkeys(("height", "width"), vision.image_size):
        why = "has a preprocessor_config.json that does not fit its config.json"
        raise pretrained.unusable(folder, why, FAMILIES)
    return pictures


def _tokenizer(folder: Path, family: Any, model: Any) -> Any:
    """Load the tokenizer. Without its files, the library would make one that knows no word."""
    files = ", ".join(family.vocabulary)
    whole = all((folder / file).is_file() for file in family.vocabulary)
    if not whole and not (folder / "tokenizer.json").is_file():
        raise pretrained.unusable(folder, f"has neither tokenizer.json nor {files}", FAMILIES)
    try:
        with pretrained.quiet():
            tokenizer = family.tokenizer_class.from_pretrained(folder, local_files_only=True)
    except _DAMAGED as error:
        raise pretrained.unusable(folder, "has a tokenizer that is damaged", FAMILIES) from error
    if len(tokenizer) > (known := model.config.text_config.vocab_size):
        why = f"has a tokenizer of {len(tokenizer)} tokens for a network that knows {known}"
        raise pretrained.unusable(folder, why, FAMILIES)
    return tokenizer
