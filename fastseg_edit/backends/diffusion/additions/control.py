"""ControlNets at work: what each is shown of the holes that are painted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from fastseg_edit.backends.diffusion.additions import conditions, nets
from fastseg_edit.backends.diffusion.additions.depth import Depth
from fastseg_edit.backends.diffusion.calls.pictures import tensor
from fastseg_edit.backends.diffusion.loading.quiet import silence
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.backends.diffusion.additions.nets import Net
    from fastseg_edit.backends.diffusion.additions.ways import Way
    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint
    from fastseg_edit.protocols import Hole

_MODES = {"canny": 0, "tile": 1, "depth": 2}
"""Numbers by which a union of ControlNets for FLUX is told what it is shown."""


@dataclass(frozen=True, eq=False)
class Control:
    """ControlNets that fit a checkpoint.

    Attributes:
        nets: The ControlNets.
        way: How they are added.
        strengths: How much each counts; 1 is as it was learned.
        until: The share of the steps after which they are let go, above 0 and up to 1.
        depth_weights: Where the network lies that tells depth, if one of them reads it.
        depth: That network, once it is loaded.
    """

    nets: tuple[Net, ...]
    way: Way
    strengths: tuple[float, ...]
    until: float
    depth_weights: str | None = None
    depth: Depth | None = None

    @classmethod
    def of(
        cls, found: Checkpoint, chosen: tuple[Net, ...], strengths: tuple[float, ...], until: float
    ) -> Control:
        """See whether ControlNets fit a checkpoint. Errors as `nets.check`."""
        way = nets.check(chosen, found)
        if until < 1 and not way.ends:
            message = f"weights of {found.family.name} cannot let go of a ControlNet"
            raise SpecError("E_SPEC", message, "Leave out control_until.")
        return cls(chosen, way, strengths, until)

    @property
    def follows(self) -> bool:
        """Whether the layout of a hole is kept to."""
        return any(net.condition == "regions" for net in self.nets)

    def loaded(self, device: torch.device) -> Control:
        """Return the same with what tells depth.

        Raises:
            ModelError: With E_MODEL_MISSING, if it cannot be loaded.
        """
        if not (self.depth_weights and any(net.condition == "depth" for net in self.nets)):
            return self
        return replace(self, depth=Depth.load(self.depth_weights, device))

    def join(self, pipeline: Any, precision: torch.dtype) -> Any:
        """Return a pipeline with the same parts that paints with the ControlNets.

        Raises:
            ModelError: With E_MODEL_MISSING, if one cannot be loaded.
        """
        loaded = [nets.load(net, self.way, precision) for net in self.nets]
        network = loaded[0] if len(loaded) == 1 else loaded
        takes = signature(self.way.pipeline.__init__).parameters
        parts = {name: part for name, part in pipeline.components.items() if name in takes}
        with silence():
            return self.way.pipeline(**parts, **self.way.loads, controlnet=network)

    def arguments(self, holes: Sequence[Hole]) -> dict[str, Any]:
        """Return what a call of the pipeline has to be given; None for what it must not be given.

        Args:
            holes: Of one size, and all of them drafts or none.
        """
        if self.way.alone:
            image = torch.cat([tensor(hole.image / np.float32(255)) for hole in holes])
            masks = torch.cat([tensor(hole.mask[..., None]) for hole in holes])
            pictures = {"control_image": image * 2 - 1, "control_mask": masks}
            return pictures | {"image": None, "mask_image": None} | self._counting(holes)
        shown = [
            torch.cat([tensor(self._picture(net, hole)) for hole in holes]) for net in self.nets
        ]
        modes = [_MODES[net.condition] for net in self.nets if net.settings.get("num_mode")]
        return {
            "control_image": shown[0] if len(shown) == 1 else shown,
            **({"control_mode": modes * len(holes)} if modes else {}),
            **self._counting(holes),
        }

    def _counting(self, holes: Sequence[Hole]) -> dict[str, Any]:
        """Return how much the ControlNets count: not at all, where there is nothing to show."""
        counts = [
            strength * any(_shows(net, hole) for hole in holes)
            for net, strength in zip(self.nets, self.strengths, strict=True)
        ]
        scale = {"controlnet_conditioning_scale": counts[0] if len(counts) == 1 else counts}
        return scale | ({"control_guidance_end": self.until} if self.way.ends else {})

    def _picture(self, net: Net, hole: Hole) -> NDArray[np.float32]:
        """Return what a ControlNet is shown of a hole: black, where there is nothing to show."""
        hidden = hole.mask if hole.strength is None else None
        if net.condition == "inpaint":
            return conditions.of_surroundings(hole.image, hole.mask)
        if net.condition == "canny":
            return conditions.of_edges(hole.image, hidden)
        if net.condition == "depth" and self.depth:
            return self.depth.picture(hole.image, hidden)
        if net.condition == "regions" and hole.layout is not None:
            return conditions.of_regions(hole.layout)
        if net.condition == "tile" and hole.strength is not None:
            return conditions.of_draft(hole.image)
        return np.zeros(hole.image.shape, np.float32)


def _shows(net: Net, hole: Hole) -> bool:
    """Return whether there is something of a hole that a ControlNet can be shown."""
    if net.condition == "regions":
        return hole.layout is not None
    return net.condition != "tile" or hole.strength is not None
