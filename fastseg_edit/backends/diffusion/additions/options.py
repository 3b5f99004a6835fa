"""What can be added to a model: LoRAs, the look of a picture, ControlNets, and compilation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from fastseg_edit.backends.diffusion.additions import lora, nets
from fastseg_edit.backends.diffusion.additions.added import Added
from fastseg_edit.backends.diffusion.additions.control import Control
from fastseg_edit.backends.diffusion.additions.references import Reference
from fastseg_edit.backends.diffusion.additions.ways import CONDITIONS
from fastseg_edit.errors import SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint


@dataclass(frozen=True, kw_only=True)
class Additions(Checked):
    """Options of what is added to a model.

    Args:
        configuration: Where `weights` are a single file: a folder of the same family as diffusers
            saves it, or a name of the catalogue. None for the folder that the file lies in.
        lora: LoRAs, as files, folders or names, after which @strength may stand: style@0.8.
        reference: File of a picture whose look is to be painted. It needs an IP-Adapter.
        ip_adapter: The IP-Adapter, as a file, a folder or a name.
        image_encoder: Folder of the network that looks at the picture. None for the one beside
            the adapter.
        reference_strength: How much the picture counts, from 0 to 1. With a caption, half is what
            the adapter's authors advise.
        controlnet: ControlNets, as folders or names.
        condition: What each of them reads: "regions", "inpaint", "canny", "depth" or "tile". None
            for what is said beside its weights.
        controlnet_strength: How much they count, from 0 to 2; 1 is as they were learned.
        control_until: The share of the steps after which they are let go, above 0 and up to 1.
        depth_weights: Folder or name of a network that tells depth, for a ControlNet on it.
        compile: True to compile the network before its first use: minutes once for every size of
            window, and less time for each after that.
    """

    configuration: str | None = None
    lora: str | Sequence[str] = ()
    reference: str | None = None
    ip_adapter: str | None = None
    image_encoder: str | None = None
    reference_strength: Annotated[float, Range(0, 1)] = 0.5
    controlnet: str | Sequence[str] = ()
    condition: str | Sequence[str] | None = None
    controlnet_strength: Annotated[float, Range(0, 2)] | Sequence[float] = 1.0
    control_until: Annotated[float, Range(0, 1, beyond=True)] = 1.0
    depth_weights: str | None = None
    compile: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for said in listed("lora", self.lora):
            lora.split(said)
        if (self.reference is None) != (self.ip_adapter is None):
            lacking = "an IP-Adapter" if self.reference else "a reference picture"
            message = f"reference and ip_adapter go together, and {lacking} is missing"
            raise SpecError("E_SPEC", message, "Give both, or neither.")
        self._each_net()

    def find(self, found: Checkpoint) -> Added:
        """Look for everything, and see whether it fits a checkpoint, before anything is loaded.

        Raises:
            SpecError: With E_SPEC, if the family cannot use something, or something is not said.
            ModelError: With E_MODEL_MISSING, if something is not there or damaged; with
                E_MODEL_FAMILY, if it was made for another family.
            InputError: If the reference picture cannot be read.
        """
        if self.lora and not hasattr(found.family.pipeline, "load_lora_weights"):
            message = f"the models of {found.family.name} cannot use a LoRA"
            raise SpecError("E_SPEC", message, "Leave it out.")
        loras = tuple(lora.find(said) for said in listed("lora", self.lora))
        reference = self._reference(found)
        control = self._control(found) if self.controlnet else None
        if reference and control and not control.way.looks:
            name = found.family.name
            message = f"with weights of {name} a reference and a ControlNet exclude each other"
            raise SpecError("E_SPEC", message, "Leave out one of them.")
        return Added(found.family, loras, reference, control)

    def _reference(self, found: Checkpoint) -> Reference | None:
        if not (self.reference and self.ip_adapter):
            return None
        reference = Reference.find(
            self.ip_adapter, self.image_encoder, self.reference, self.reference_strength
        )
        reference.check(found)
        return reference

    def _each_net(self) -> list[tuple[str, str | None, float]]:
        """Return each ControlNet with what it reads and how much it counts."""
        weights = listed("controlnet", self.controlnet)
        conditions = listed("condition", self.condition or ())
        strengths = self.controlnet_strength
        each = [strengths] * len(weights) if isinstance(strengths, int | float) else [*strengths]
        for name, count in (("condition", len(conditions)), ("controlnet_strength", len(each))):
            if count != len(weights) and (count or name != "condition"):
                message = f"{name} must be one for each ControlNet, of which there are"
                raise SpecError("E_SPEC", f"{message} {len(weights)}, got {count}")
        if wrong := set(conditions) - set(CONDITIONS):
            message = f"condition must be {' or '.join(CONDITIONS)}, got {min(wrong)!r}"
            raise SpecError("E_SPEC", message)
        for strength in each:
            Range(0, 2).check("controlnet_strength", strength)
        reads: Sequence[str | None] = conditions or [None] * len(weights)
        return list(zip(weights, reads, each, strict=True))

    def _control(self, found: Checkpoint) -> Control:
        each = self._each_net()
        chosen = tuple(nets.find(weights, condition) for weights, condition, _ in each)
        if any(net.condition == "depth" for net in chosen) and not self.depth_weights:
            message = "a ControlNet on depth needs a network that tells it"
            raise SpecError("E_SPEC", message, "Name its weights as depth_weights.")
        strengths = tuple(float(strength) for _, _, strength in each)
        fitting = Control.of(found, chosen, strengths, self.control_until)
        return replace(fitting, depth_weights=self.depth_weights)


def listed(name: str, said: Any) -> list[str]:
    """Return an option of one text or several as a list.

    Raises:
        SpecError: With E_SPEC, if something in it is no text.
    """
    each = [said] if isinstance(said, str) else list(said)
    for text in each:
        if not isinstance(text, str) or not text.strip():
            raise SpecError("E_SPEC", f"{name} must be texts, got {text!r}")
    return each
