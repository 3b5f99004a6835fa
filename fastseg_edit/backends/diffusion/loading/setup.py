"""Where and how the networks run: processor, precision, scheduler, and ways to save memory."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from fastseg_edit.backends.diffusion.loading import schedulers
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from fastseg_edit.backends.diffusion.loading.families import Family


@dataclass(frozen=True)
class Setup:
    """What is asked of a pipeline beyond its weights.

    Attributes:
        device: The processor.
        dtype: "auto", "float32", "float16" or "bfloat16".
        scheduler: A name of `schedulers.SCHEDULERS`; None for the checkpoint's own.
        offload: "none"; "model" to keep only the component at work on the GPU; "sequential" to
            keep only the layer at work there, which is much slower.
        attention_slicing: True to compute attention in slices.
        vae_tiling: True to encode and decode pictures in tiles.
        avoids: True if there is a negative caption.
        keeps: True if less than noise alone is started from.
        compiles: True to compile the network before its first use.
        looks: True if there is a reference picture.
    """

    device: torch.device
    dtype: str = "auto"
    scheduler: str | None = None
    offload: str = "none"
    attention_slicing: bool = False
    vae_tiling: bool = False
    avoids: bool = False
    keeps: bool = False
    compiles: bool = False
    looks: bool = False

    def precision(self, family: Family) -> torch.dtype:
        """Return the precision that a family runs in."""
        if self.dtype == "auto":
            return torch.float32 if self.device.type == "cpu" else family.dtype
        chosen: torch.dtype = getattr(torch, self.dtype)
        return chosen

    def check(self, family: Family) -> None:
        """Refuse what a family cannot do, so that no option is left out in silence.

        Raises:
            SpecError: With E_SPEC, naming the family.
        """
        self._check_machine()
        names = schedulers.fitting(family)
        if self.scheduler and self.scheduler not in names:
            _refuse(family, f"the scheduler {self.scheduler!r}", f"Known: {', '.join(names)}.")
        beside = " beside a reference picture" if self.looks else ""
        lacking = {
            "float16": self.dtype == "float16" and not family.half,
            f"attention slicing{beside}": self.attention_slicing and not self.slices(family),
            "tiling of the picture": self.vae_tiling and not family.tiled,
            "a negative caption": self.avoids and not family.compares,
            "a strength below 1": self.keeps and family.strength is None,
        }
        for what in (name for name, wanted in lacking.items() if wanted):
            _refuse(family, what)

    def slices(self, family: Family) -> bool:
        """Return whether attention can be computed in slices.

        Not where a reference picture has a say: slicing would take the place of what looks at it.
        """
        return family.sliced and not self.looks

    def _check_machine(self) -> None:
        """Refuse what this machine cannot do, or what cannot be done together."""
        if self.offload != "none" and self.device.type != "cuda":
            message = f"offload {self.offload!r} needs a CUDA device, got {self.device.type!r}"
            raise SpecError("E_SPEC", message, "Leave it out.")
        if self.compiles and self.offload == "sequential":
            message = "layers that come and go one by one cannot be compiled"
            raise SpecError("E_SPEC", message, "Leave out compile, or say offload model.")
        if self.compiles and not _compiler(self.device):
            message = "compile needs a C++ compiler, and this machine has none that can be found"
            raise SpecError("E_SPEC", message, "Install g++ or clang, or leave out compile.")

    def apply(self, pipeline: Any, part: str) -> Any:
        """Set up a pipeline that was loaded in the right precision, and return it.

        Args:
            pipeline: The pipeline.
            part: The component that is the network.
        """
        _calm(pipeline)
        if self.scheduler:
            schedulers.exchange(pipeline, self.scheduler)
        if self.attention_slicing:
            pipeline.enable_attention_slicing()
        if self.vae_tiling:
            pipeline.vae.enable_tiling()
        if self.offload == "model":
            pipeline.enable_model_cpu_offload(device=self.device)
        elif self.offload == "sequential":
            pipeline.enable_sequential_cpu_offload(device=self.device)
        else:
            pipeline.to(self.device)
        if self.compiles:
            # In place, so that it keeps its class and its names.
            getattr(pipeline, part).compile()
        return pipeline


def _compiler(device: torch.device) -> str | None:
    """Return where the compiler lies that torch needs for a device."""
    names = ("g++", "c++", "clang++") if device.type == "cpu" else ("gcc", "cc", "clang")
    stated = os.environ.get("CXX" if device.type == "cpu" else "CC")
    return next(filter(None, map(shutil.which, filter(None, (stated, *names)))), None)


def _calm(pipeline: Any) -> None:
    """Keep a VAE in single precision from being cast to that again, with a line in the log."""
    vae = getattr(pipeline, "vae", None)
    if vae is not None and vae.dtype is torch.float32 and vae.config.get("force_upcast"):
        vae.register_to_config(force_upcast=False)


def _refuse(family: Family, what: str, hint: str = "Leave it out.") -> None:
    """Raise the error for something that a family lacks."""
    raise SpecError("E_SPEC", f"the models of {family.name} cannot use {what}", hint)
