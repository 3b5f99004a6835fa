"""ControlNets on this machine: what each reads, whether it fits, and its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from safetensors import SafetensorError

from fastseg_edit import catalogue
from fastseg_edit.backends.diffusion.additions.ways import CONDITIONS, WAYS, Way, family_of
from fastseg_edit.backends.diffusion.loading import checkpoint
from fastseg_edit.backends.diffusion.loading.quiet import silence
from fastseg_edit.errors import ModelError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint

_BROKEN = (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError)


class Net(NamedTuple):
    """A ControlNet that lies on this machine.

    Attributes:
        folder: Where it lies, as diffusers saves it.
        condition: One of `CONDITIONS`.
        settings: Its configuration.
    """

    folder: Path
    condition: str
    settings: dict[str, Any]

    @property
    def family(self) -> str:
        """The family that it was made for."""
        return family_of(self.settings)


def find(weights: str, condition: str | None) -> Net:
    """Look for a ControlNet.

    Args:
        weights: A folder, or a name of the catalogue or the hub.
        condition: What it reads. None for what the file `checkpoint.DEFAULTS` beside it says.

    Raises:
        ModelError: With E_MODEL_MISSING, if it is not there, or is something else.
        SpecError: With E_SPEC, if nobody says what it reads.
    """
    folder = catalogue.folder(weights)
    settings = checkpoint.mapping(folder / "config.json")
    said = checkpoint.mapping(folder / checkpoint.DEFAULTS)
    if not family_of(settings):
        title = settings.get("_class_name")
        reason = f"its config.json names {title!r}" if settings else "it has no config.json"
        message = f"{folder} is not a ControlNet that can be used: {reason}"
        hint = "Give a folder as diffusers saves a ControlNet, with safetensors."
        raise ModelError("E_MODEL_MISSING", message, hint)
    reads = condition or said.get("condition")
    if reads not in CONDITIONS:
        came = f", got {reads!r}" if reads else ""
        message = f"it must be said what the ControlNet {folder.name} reads{came}"
        raise SpecError("E_SPEC", message, f"Say one as condition: {', '.join(CONDITIONS)}.")
    return Net(folder, reads, settings)


def check(nets: tuple[Net, ...], found: Checkpoint) -> Way:
    """Return how ControlNets are added to a checkpoint.

    Raises:
        SpecError: With E_SPEC, if the family takes none, not so many, or not for this condition.
        ModelError: With E_MODEL_FAMILY, if one was made for another family.
    """
    family = found.family.name
    if family not in WAYS:
        message = f"the models of {family} cannot use a ControlNet"
        raise SpecError("E_SPEC", message, f"Those that can: {', '.join(WAYS)}.")
    way = WAYS[family]
    for net in nets:
        _check_fit(net, way, found)
        if net.condition not in way.conditions:
            message = f"with weights of {family} a ControlNet cannot read {net.condition!r}"
            raise SpecError("E_SPEC", message, f"Known: {', '.join(way.conditions)}.")
    if len(nets) > 1 and not way.several:
        message = f"weights of {family} take one ControlNet, got {len(nets)}"
        raise SpecError("E_SPEC", message, "Leave out the others.")
    return way


def load(net: Net, way: Way, precision: torch.dtype) -> Any:
    """Return the network of a ControlNet.

    Raises:
        ModelError: With E_MODEL_MISSING, if it is not whole, or its values are not numbers.
    """
    halves = any(net.folder.glob("*.fp16.safetensors"))
    wholes = any(".fp16" not in path.name for path in net.folder.glob("*.safetensors"))
    try:
        with silence():
            network, report = way.network.from_pretrained(
                net.folder,
                dtype=precision,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
                **({"variant": "fp16"} if halves and not wholes else {}),
            )
    except (*_BROKEN, SafetensorError) as error:
        raise _broken(net, str(error).strip().partition("\n")[0][:160]) from error
    if lacking := report["missing_keys"]:
        raise _broken(net, f"it lacks {len(lacking)} of its weights, such as {min(lacking)}")
    if not all(torch.isfinite(values).all() for values in network.parameters()):
        raise _broken(net, "it holds values that are not numbers")
    return network.eval()


def _check_fit(net: Net, way: Way, found: Checkpoint) -> None:
    """Refuse a ControlNet for another family, naming both and what tells them apart."""
    family, name = found.family.name, net.folder.name
    hint = f"Give a ControlNet that was trained for {family}."
    if net.family != family:
        message = f"the ControlNet {name} is for {net.family}, and the weights are of {family}"
        raise ModelError("E_MODEL_FAMILY", message + _apart(net, way, found), hint)
    if differing := _apart(net, way, found):
        message = f"the ControlNet {name} is for other weights of {family} than these{differing}"
        raise ModelError("E_MODEL_FAMILY", message, hint)
    for key, value in way.stated.items():
        if net.settings.get(key) != value:
            came = net.settings.get(key)
            message = f"the ControlNet {name} must have {key} {value} to paint holes, got {came}"
            raise ModelError("E_MODEL_FAMILY", message, hint)


def _apart(net: Net, way: Way, found: Checkpoint) -> str:
    """Return the first thing that the two configurations do not say alike, or nothing."""
    for key in way.alike:
        one, other = net.settings.get(key), found.settings.get(key)
        if one != other:
            return f": {key} is {one} and {other}"
    return ""


def _broken(net: Net, reason: str) -> ModelError:
    message = f"the ControlNet {net.folder} cannot be loaded: {reason}"
    return ModelError("E_MODEL_MISSING", message, "Fetch it again.")
