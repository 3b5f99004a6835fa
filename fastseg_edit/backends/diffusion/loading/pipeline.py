"""A diffusers pipeline for inpainting, loaded from a local folder and from nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from fastseg_edit.backends.diffusion.loading import checkpoint, single_file
from fastseg_edit.backends.diffusion.loading.quiet import no_bars
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import torch

    from fastseg_edit.backends.diffusion.additions.added import Added
    from fastseg_edit.backends.diffusion.additions.options import Additions
    from fastseg_edit.backends.diffusion.loading.checkpoint import Checkpoint
    from fastseg_edit.backends.diffusion.loading.families import Family
    from fastseg_edit.backends.diffusion.loading.setup import Setup
    from fastseg_edit.protocols import Hole

DETAIL = 0.3
"""Noise that a draft gets, if nothing is said beside the weights: as little as changes detail, for
with more each window would invent what the caption names anew."""


@dataclass(frozen=True, eq=False)
class Painter:
    """A pipeline, and what is known of it.

    Attributes:
        pipeline: Of diffusers.
        family: What it belongs to.
        steps: Denoising steps where none are asked for.
        guidance: Weight of the caption where none is asked for.
        plain_steps: The steps where there is no caption: the background going on has one likeliest
            look, and further steps only invent texture. None for as many as with one.
        detail: How much noise a draft gets that wants detail. None if it is to stay as it is, or
            if the family starts from noise alone.
        remarks: What the owner of a photo should know of the weights, one line each.
        added: What is added to the weights.
        slices: True if attention can be computed in slices.
    """

    pipeline: Any
    family: Family
    steps: int
    guidance: float
    plain_steps: int | None = None
    detail: float | None = None
    remarks: tuple[str, ...] = ()
    added: Added | None = None
    slices: bool = False

    @classmethod
    def load(cls, path: Path, setup: Setup, additions: Additions) -> Painter:
        """Load a folder as diffusers saves it, or a file, add what is to be added, and set it up.

        Raises:
            ModelError: With E_MODEL_MISSING, if something is missing or does not fit together, or
                if it paints no holes; with E_MODEL_FAMILY, if something was made for another
                family.
            SpecError: With E_SPEC, if its family cannot do what is asked for.
            InputError: If the reference picture cannot be read.
        """
        found = _recognised(path, additions.configuration)
        added = additions.find(found)
        family = added.family
        setup.check(family)
        stated: dict[str, Any] = {"steps": family.steps, "guidance": family.guidance}
        stated |= {"detail": DETAIL} | checkpoint.defaults(found.folder)
        if family.strength is None or not stated["detail"]:
            stated["detail"] = None
        precision = setup.precision(family)
        pipeline, added = added.join(_loaded(found, precision), precision, setup.device)
        pipeline.set_progress_bar_config(disable=True)
        remarks = (*found.remarks, *added.remarks)
        pipeline = setup.apply(pipeline, family.part)
        stated |= {"remarks": remarks, "added": added, "slices": setup.slices(family)}
        return cls(pipeline, family, **stated)

    @property
    def cell(self) -> int:
        """Pixels of a latent, each way."""
        return int(attrgetter(self.family.cell)(self.pipeline))

    @property
    def native(self) -> int:
        """Side in pixels of the square that the network was made for."""
        latents = self._settings.get("sample_size")
        return int(latents) * self.cell if latents else self.family.native

    @property
    def multiple(self) -> int:
        """What both sides of a picture are a multiple of.

        One cell where the latents of a U-Net are fewest; a transformer takes two by two of them.
        Some pipelines insist on a multiple of 8, too.
        """
        blocks = self._settings.get("down_block_types")
        return lcm(8, self.cell << (len(blocks) - 1 if blocks else 1))

    @property
    def follows(self) -> bool:
        """Whether the layout of a hole is kept to."""
        return self.added is not None and self.added.follows

    def arguments(self, holes: Sequence[Hole]) -> dict[str, Any]:
        """Return what has to be said of holes to what is added; None for what must not be said.

        Args:
            holes: Of one size, and all of them drafts or none.
        """
        return self.added.arguments(holes) if self.added else {}

    @property
    def _settings(self) -> Any:
        return getattr(self.pipeline, self.family.part).config


def _recognised(path: Path, configuration: str | None) -> Checkpoint:
    if path.is_file():
        return single_file.recognise(path, configuration)
    if configuration:
        message = f"a configuration is for a single file, and {path} is a folder with its own"
        raise SpecError("E_SPEC", message, "Leave it out.")
    return checkpoint.recognise(path)


def _loaded(found: Checkpoint, precision: torch.dtype) -> Any:
    """Return the pipeline that a folder holds, or raise E_MODEL_MISSING."""
    more = {**found.family.loads, **dict.fromkeys(found.absent)}
    more |= {"variant": "fp16"} if found.half else {}
    try:
        if found.file:
            return single_file.load(found, precision, **more)
        with no_bars():  # precision is stated, or some parts alone would keep their own
            return found.family.pipeline.from_pretrained(
                found.folder, dtype=precision, local_files_only=True, use_safetensors=True, **more
            )
    except single_file.BROKEN as error:
        reason = str(error).strip().partition("\n")[0][:200]
        place = found.file or found.folder
        raise checkpoint.unusable(place, f"diffusers cannot load it ({reason})") from error
