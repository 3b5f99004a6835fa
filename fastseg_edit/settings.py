"""Everything that one edit can be told besides the photo and the prompt.

This one declaration makes the keyword arguments in Python, the flags of the command line and the
JSON Schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, get_args

import numpy as np

from fastseg_edit import options, registry
from fastseg_edit.arrays import MaskArray
from fastseg_edit.errors import SpecError, UnknownNameError
from fastseg_edit.extents import Anchor, IsExtent, IsFormat
from fastseg_edit.ops.length import Length
from fastseg_edit.options import Help, Range
from fastseg_edit.profiles import ModelSpec, Profile
from fastseg_edit.protocols import Inpainter, Segmenter

if TYPE_CHECKING:
    from collections.abc import Iterator


OPERATIONS = (
    "segment", "remove", "fill", "replace", "replace-background", "outpaint", "regenerate",
)  # fmt: skip
"""What can be done to a photo. Each is the name of a recipe."""

SAVED = (
    "mask", "overlay", "crop", "compare", "candidates",
    "objects", "labels", "coco", "yolo", "labelme",
)  # fmt: skip
"""What can be saved besides the result: pictures, and annotations for other tools."""


@dataclass(frozen=True)
class At:
    """Where a setting goes: an option of a stage, or of the inpainter.

    Attributes:
        address: "stage.option", or "model.option" for an option of the inpainter.
    """

    address: str


@dataclass(frozen=True)
class IsMask:
    """Marks a setting as a mask, so that it is checked as one."""

    def check(self, name: str, value: Any) -> None:
        """Refuse anything but an (H, W) bool array, with E_SPEC."""
        if value.ndim != 2 or value.dtype != np.bool_:
            came = f"{value.shape} {value.dtype.name}"
            raise SpecError("E_SPEC", f"{name} must be an (H, W) bool array, got {came}")


class Settings(TypedDict, total=False):
    """Settings of one edit. What is left out keeps the recipe's value.

    Some have no sentence of help, and so no flag made from it: the command line has its own.
    `labels` are words of which each mask that `segment` finds gets the best, or "other". `avoid`
    is (H, W) bool, True where nothing may be copied from, such as on other objects. `frame` says
    which picture of a file with several is meant, from 0. `extend`, `to`, `anchor` and `align` say
    how `outpaint` makes the photo larger.
    """

    recipe: Annotated[str | Path, Help("A recipe file, or the name of another recipe.")]
    profile: Annotated[
        str | Path | Profile,
        Help("auto, classical, mini, or a YAML file that maps roles to models."),
    ]
    segmenter: Annotated[
        ModelSpec | Segmenter,
        Help("The segmenter, by its name or its weights'; see: fastseg-edit models list."),
        At("segment.model"),
    ]
    model: Annotated[
        ModelSpec | Inpainter,
        Help("The inpainter, by its name or its weights': of the list, a path, or OWNER/NAME."),
        At("inpaint.model"),
    ]
    labels: Annotated[Sequence[str], At("label.words")]
    which: Annotated[
        Literal["auto", "best", "all"],
        Help("Of what the words name: one, all, or as the words say."),
        At("segment.which"),
    ]
    top: Annotated[int, Range(1), Help("Take so many of them at most."), At("segment.top")]
    candidate: Annotated[
        int, Range(1), Help("Take the second, third... of the masks found."), At("select.candidate")
    ]
    dilate: Annotated[
        Length, Help("Grow the mask. 0 for none; a ready mask has none."), At("dilate.radius")
    ]
    fill_holes: Annotated[
        Length, Help("Fill holes in the mask up to this side."), At("fill-holes.side")
    ]
    drop_specks: Annotated[
        Length, Help("Drop islands of the mask up to this side."), At("drop-specks.side")
    ]
    rim: Annotated[
        Length, Help("How far a soft rim is taken in. 0 for none."), At("take-in-rim.reach")
    ]
    shadow: Annotated[
        Length,
        Help("How far the object's shadow is looked for, such as 80%. 0 to leave it."),
        At("take-in-shadow.reach"),
    ]
    matte: Annotated[
        Length,
        Help("How far a kept or pasted object's rim is soft. 0 for none."),
        At("matte.reach"),
    ]
    widen: Annotated[Length, Help("Widen the hull of the mask."), At("widen.margin")]
    feather: Annotated[
        Length, Help("Fade the new pixels in, inside the mask."), At("composite.feather")
    ]
    blend: Annotated[
        Literal["feather", "poisson", "multiband"],
        Help("How the seam is softened, inside the mask."),
        At("composite.blend"),
    ]
    context: Annotated[Length, Help("Surroundings that the inpainter sees."), At("inpaint.context")]
    seed: Annotated[int, Range(0, 2**63 - 1), Help("Seed of everything random.")]
    variants: Annotated[
        int, Range(1, 100), Help("Paint so many results, with this seed and the next ones.")
    ]
    max_coverage: Annotated[
        float,
        Range(0, 1),
        Help("Largest share of the photo to repaint."),
        At("inpaint.max_coverage"),
    ]
    steps: Annotated[int, Range(1), Help("Denoising steps (diffusion)."), At("model.steps")]
    guidance: Annotated[
        float, Range(0), Help("Weight of the caption (diffusion)."), At("model.guidance")
    ]
    strength: Annotated[
        float,
        Range(0, 1, beyond=True),
        Help("How much noise to start from (diffusion)."),
        At("model.strength"),
    ]
    verify: Annotated[
        int, Range(1, 100), Help("Look at the result, and paint so often at most if it has faults.")
    ]
    keep_layout: Annotated[
        bool, Help("Paint with every outline where it was (a ControlNet on regions).")
    ]
    negative: Annotated[
        str, Help("What should not be painted (diffusion)."), At("model.negative_caption")
    ]
    background: Annotated[
        str,
        Help("What is behind, in words, where there is no --with (diffusion)."),
        At("model.background"),
    ]
    scheduler: Annotated[str, Help("How the noise is taken away."), At("model.scheduler")]
    dtype: Annotated[
        Literal["auto", "float32", "float16", "bfloat16"],
        Help("Precision of the inpainter."),
        At("model.dtype"),
    ]
    offload: Annotated[
        Literal["none", "model", "sequential"],
        Help("What of the inpainter waits in main memory."),
        At("model.offload"),
    ]
    model_options: Annotated[
        Mapping[str, Any], Help("Any option of the inpainter, as {'lora': 'ink.safetensors'}.")
    ]
    device: Annotated[str, Help("auto, cpu, cuda or cuda:N.")]
    allow_download: Annotated[bool, Help("Download weights that are missing.")]
    on_empty: Annotated[
        Literal["error", "copy", "skip"],
        Help("When nothing is found: fail, copy the photo, or write nothing."),
    ]
    dry_run: Annotated[bool, Help("Select only, write nothing, and tell what each object is like.")]
    max_pixels: Annotated[int, Range(1), Help("Refuse larger photos (default 100 megapixels).")]
    max_bytes: Annotated[int, Range(1), Help("Refuse larger files (default 256 MB).")]
    avoid: Annotated[MaskArray, IsMask()]
    frame: Annotated[int, Range(0)]
    extend: Annotated[str | float | Sequence[float | str], IsExtent()]
    to: Annotated[str, IsFormat()]
    anchor: Anchor
    align: bool
    overrides: Annotated[
        Mapping[str, Any], Help("Any option of any stage, as {'dilate.radius': '2%'}.")
    ]


def check(settings: Mapping[str, Any]) -> None:
    """Refuse settings that are unknown or out of range.

    Raises:
        UnknownNameError: With E_SPEC and the nearest name.
        SpecError: With E_SPEC or E_DEVICE.
    """
    hints = options.hints_of(Settings)
    for name, value in settings.items():
        if name not in hints:
            hint = registry.suggest(name, hints)
            raise UnknownNameError("E_SPEC", f"no setting is called {name!r}", hint)
        options.check(name, value, hints[name])
    _check_device(settings.get("device", "cpu"))


def addressed(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the settings that go to a stage or to the inpainter: address and value."""
    hints = options.hints_of(Settings)
    for name, value in settings.items():
        for extra in get_args(hints[name]):
            if isinstance(extra, At):
                yield extra.address, value


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings. A mask is no JSON, and left out."""
    hints = {
        name: hint
        for name, hint in options.hints_of(Settings).items()
        if IsMask() not in get_args(hint)
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of one edit",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: options.schema(hint) for name, hint in hints.items()},
    }


def _check_device(device: str) -> None:
    kind, colon, number = device.partition(":")
    named = device in ("auto", "cpu", "cuda") or (kind == "cuda" and number.isdigit())
    if not named or (colon and not number):
        raise SpecError("E_DEVICE", f"device must be auto, cpu, cuda or cuda:N, got {device!r}")
