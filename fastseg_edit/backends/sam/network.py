"""What the families of Segment Anything have in common, and how one is loaded."""

from __future__ import annotations

import json
from contextlib import contextmanager
from logging import CRITICAL
from typing import TYPE_CHECKING, Any, Protocol

from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers.utils import logging

from fastseg_edit.backends.sam.sam2 import Sam2
from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.sam.found import Found
    from fastseg_edit.backends.sam.questions import Questions


class Network(Protocol):
    """One family of networks."""

    def encode(self, image: ImageArray, /) -> Any:
        """Compute what depends on the photo alone."""

    def answer(
        self, features: Any, asked: Questions, size: tuple[int, int], /
    ) -> list[list[Found]]:
        """Return for each question the masks that may be meant, best first.

        Args:
            features: What `encode` returned.
            asked: Questions about the photo.
            size: (height, width) of the photo.
        """


FAMILIES: dict[str, Callable[[Path], tuple[Network, set[str]]]] = {"sam2": Sam2.load}
"""How to load the weights of each `model_type`. Returns also the names of weights not found."""


def load(folder: Path) -> Network:
    """Load a network from a folder, as the transformers library saves it.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no whole network of a known family in it.
    """
    family = _family(folder)
    if family not in FAMILIES:
        raise _unusable(folder, f"holds a network of the kind {family!r}")
    try:
        with _quiet():
            network, missing = FAMILIES[family](folder)
    except (OSError, SafetensorError) as error:
        raise _unusable(folder, "has a model.safetensors that is missing or damaged") from error
    except (ValueError, TypeError, LookupError, StrictDataclassError) as error:
        raise _unusable(folder, "has a config.json that describes no network") from error
    except RuntimeError as error:  # the shapes differ; the library's text is screens long
        raise _unusable(folder, "has weights that do not fit its config.json") from error
    if missing:
        raise _unusable(folder, f"lacks {len(missing)} of its weights, such as {min(missing)}")
    return network


def _family(folder: Path) -> str:
    try:
        read = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return str(read["model_type"])
    except OSError as error:
        raise _unusable(folder, "has no config.json") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _unusable(folder, "has a config.json that describes no network") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from drawing a progress bar, and from listing weights that do not fit."""
    library: Any = logging  # half of it has no annotations
    level, bar = library.get_verbosity(), library.is_progress_bar_enabled()
    library.set_verbosity(CRITICAL)
    library.disable_progress_bar()
    try:
        yield
    finally:
        library.set_verbosity(level)
        if bar:
            library.enable_progress_bar()


def _unusable(folder: Path, why: str) -> ModelError:
    return ModelError(
        "E_MODEL_MISSING",
        f"{folder.name} {why}",
        f"Give a folder with config.json and model.safetensors of: {', '.join(FAMILIES)}.",
    )
