"""Schedulers by name: how the noise is taken away, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from inspect import signature
from typing import TYPE_CHECKING, Any

import diffusers

from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.backends.diffusion.loading.families import Family


@dataclass(frozen=True)
class Scheduler:
    """A scheduler of diffusers.

    Attributes:
        kind: Its class.
        options: What it is set to, beyond what the checkpoint says.
        flows: True if it is for models that are trained by flow matching.
        clean: True if it can run a network that predicts the picture, as that of sd-mini does, and
            not the noise on it.
        adds: True if it draws noise at every step in the way of DDPM, which kandinsky22 needs.
    """

    kind: Any
    options: Mapping[str, Any] = field(default_factory=dict)
    flows: bool = False
    clean: bool = True
    adds: bool = False


SCHEDULERS = {
    "ddim": Scheduler(diffusers.DDIMScheduler, adds=True),
    "ddpm": Scheduler(diffusers.DDPMScheduler, adds=True),
    "pndm": Scheduler(diffusers.PNDMScheduler, {"skip_prk_steps": True}, clean=False),
    "deis": Scheduler(diffusers.DEISMultistepScheduler),
    "dpm2": Scheduler(diffusers.KDPM2DiscreteScheduler, clean=False),
    "dpm2-ancestral": Scheduler(diffusers.KDPM2AncestralDiscreteScheduler, clean=False),
    "dpm++": Scheduler(diffusers.DPMSolverMultistepScheduler),
    "dpm++-karras": Scheduler(diffusers.DPMSolverMultistepScheduler, {"use_karras_sigmas": True}),
    "dpm++-single": Scheduler(diffusers.DPMSolverSinglestepScheduler),
    "euler": Scheduler(diffusers.EulerDiscreteScheduler),
    "euler-ancestral": Scheduler(diffusers.EulerAncestralDiscreteScheduler, clean=False),
    "heun": Scheduler(diffusers.HeunDiscreteScheduler),
    "lcm": Scheduler(diffusers.LCMScheduler),
    "lms": Scheduler(diffusers.LMSDiscreteScheduler),
    "tcd": Scheduler(diffusers.TCDScheduler),
    "unipc": Scheduler(diffusers.UniPCMultistepScheduler),
    "flow-euler": Scheduler(diffusers.FlowMatchEulerDiscreteScheduler, flows=True),
    "flow-lcm": Scheduler(diffusers.FlowMatchLCMScheduler, flows=True),
}
"""Every scheduler that can be asked for."""


def known(name: str) -> Scheduler:
    """Return a scheduler by name.

    Raises:
        SpecError: With E_SPEC and the nearest name, if there is none of this name.
    """
    if name in SCHEDULERS:
        return SCHEDULERS[name]
    near = get_close_matches(name, SCHEDULERS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(SCHEDULERS)}."
    raise SpecError("E_SPEC", f"no scheduler is called {name!r}", hint)


def fitting(family: Family) -> list[str]:
    """Return the names of the schedulers that a family can use."""
    names = [name for name, entry in SCHEDULERS.items() if entry.flows == family.flows]
    return names if family.strength else [name for name in names if SCHEDULERS[name].adds]


def exchange(pipeline: Any, name: str) -> None:
    """Give a pipeline another scheduler, which keeps what the checkpoint says of the noise.

    Raises:
        SpecError: With E_SPEC, if it cannot run a network that predicts what this one does.
    """
    wanted = known(name)
    if pipeline.scheduler.config.get("prediction_type") == "sample" and not wanted.clean:
        message = f"the scheduler {name!r} cannot run a network that predicts the picture itself"
        raise SpecError("E_SPEC", message, "Say ddim, euler or dpm++.")
    parts = (pipeline, *filter(None, [getattr(pipeline, "decoder_pipe", None)]))
    # A key that the new class does not know would stay in its configuration, where kandinsky22
    # reads `variance_type` to learn what comes out of its network.
    takes = signature(wanted.kind.__init__).parameters
    said = {name: value for name, value in pipeline.scheduler.config.items() if name in takes}
    scheduler = wanted.kind.from_config(said, **wanted.options)
    for part in parts:
        part.register_modules(scheduler=scheduler)
