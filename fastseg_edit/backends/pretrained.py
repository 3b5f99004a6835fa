"""Networks from folders as the transformers library saves them. Nothing outside of them is read."""

from __future__ import annotations

import json
from contextlib import contextmanager
from logging import CRITICAL
from typing import TYPE_CHECKING, Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from transformers.utils import logging

from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CONFIGURATION = "config.json"


def family(folder: Path, known: Iterable[str]) -> str:
    """Return the `model_type` of the network in a folder.

    A configuration may name a part that lies elsewhere, for which the library would ask the
    network. That is refused.

    Args:
        folder: Where config.json lies.
        known: Families that can be used.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no such file, or it names another family.
    """
    try:
        read = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
        kind = str(read["model_type"])
    except OSError as error:
        raise unusable(folder, f"has no {CONFIGURATION}", known) from error
    except (ValueError, KeyError, TypeError) as error:
        raise unusable(folder, f"has a {CONFIGURATION} that describes no network", known) from error
    if kind not in known:
        raise unusable(folder, f"holds a network of the kind {kind!r}", known)
    if read.get("backbone") and not read.get("backbone_config"):
        why = f"has a {CONFIGURATION} with a backbone that would be downloaded"
        raise unusable(folder, why, known)
    return kind


def network(folder: Path, model_class: Any, known: Iterable[str]) -> Any:
    """Load the weights of a network as float32, ready to infer.

    Args:
        folder: Holds config.json and the weights as safetensors.
        model_class: The library's class.
        known: Families that can be used, for the hint of an error.

    Raises:
        ModelError: With E_MODEL_MISSING, if the files are missing, damaged or do not fit.
    """
    try:
        with quiet():
            model, report = model_class.from_pretrained(
                folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
    except (OSError, SafetensorError) as error:
        why = "has a model.safetensors that is missing or damaged"
        raise unusable(folder, why, known) from error
    except (ValueError, TypeError, LookupError, ImportError, StrictDataclassError) as error:
        raise unusable(folder, f"has a {CONFIGURATION} that describes no network", known) from error
    except RuntimeError as error:  # the shapes differ; the library's text is screens long
        why = f"has weights that do not fit its {CONFIGURATION}"
        raise unusable(folder, why, known) from error
    if missing := report["missing_keys"]:
        why = f"lacks {len(missing)} of its weights, such as {min(missing)}"
        raise unusable(folder, why, known)
    return model.eval()


@contextmanager
def quiet() -> Iterator[None]:
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


def unusable(folder: Path, why: str, known: Iterable[str]) -> ModelError:
    """Return the error for a folder that holds no whole network.

    Args:
        folder: The folder.
        why: What is wrong with it, to follow its name.
        known: Families that can be used.
    """
    return ModelError(
        "E_MODEL_MISSING",
        f"{folder.name} {why}",
        f"Give a folder with all the files of a network of the kind: {', '.join(known)}.",
    )
