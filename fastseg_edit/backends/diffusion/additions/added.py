"""What was found to be added to a model, and how it gets into the pipeline and its calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastseg_edit.backends.diffusion.additions import lora

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from fastseg_edit.backends.diffusion.additions.control import Control
    from fastseg_edit.backends.diffusion.additions.lora import Lora
    from fastseg_edit.backends.diffusion.additions.references import Reference
    from fastseg_edit.backends.diffusion.loading.families import Family
    from fastseg_edit.protocols import Hole


@dataclass(frozen=True, eq=False)
class Added:
    """What was found, and fits.

    Attributes:
        family: What the weights belong to, as it is once everything is added.
        loras: Changes of the weights.
        reference: A picture and its adapter.
        control: ControlNets.
        remarks: What should be known of them, one line each.
    """

    family: Family
    loras: tuple[Lora, ...] = ()
    reference: Reference | None = None
    control: Control | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.control:
            object.__setattr__(self, "family", self.control.way.changed(self.family))

    @property
    def follows(self) -> bool:
        """Whether the layout of a hole is kept to."""
        return self.control is not None and self.control.follows

    def join(
        self, pipeline: Any, precision: torch.dtype, device: torch.device
    ) -> tuple[Any, Added]:
        """Add everything to a pipeline that is still on the CPU.

        Args:
            pipeline: Of diffusers.
            precision: That it was loaded in.
            device: Where it will run.

        Returns:
            The pipeline to use from now on, and this with what had to be loaded.

        Raises:
            ModelError: With E_MODEL_FAMILY or E_MODEL_MISSING, if something cannot be added.
        """
        remarks = lora.merge(pipeline, self.family, self.loras)
        if self.reference:
            self.reference.join(pipeline)
        if not self.control:
            return pipeline, replace(self, remarks=remarks)
        joined = self.control.join(pipeline, precision)
        return joined, replace(self, remarks=remarks, control=self.control.loaded(device))

    def arguments(self, holes: Sequence[Hole]) -> dict[str, Any]:
        """Return what a call of the pipeline has to be given; None for what it must not be given.

        Args:
            holes: Of one size, and all of them drafts or none.
        """
        look = self.reference.arguments if self.reference else {}
        return look | (self.control.arguments(holes) if self.control else {})
