"""Networks of ultralytics that make masks: made from their description, with random weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastseg_edit.backends.yolo.library import ROOT, YAML, SegmentationModel
from fastseg_edit.errors import SpecError
from fastseg_edit.options import Checked, Range

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_CLASS = ("object",)
"""What a network tells apart that knows where objects are, and not what they are."""


@dataclass(frozen=True)
class Architecture(Checked):
    """Which network the weights belong to: one of ultralytics' sizes, or any other.

    Args:
        base: One of ultralytics' own descriptions, which are read from the installed library.
        size: One of the sizes in it. None if `depth` and `width` are given instead.
        depth: Share of the layers of the largest model.
        width: Share of its channels.
    """

    base: Literal["v8/yolov8-seg", "11/yolo11-seg", "26/yolo26-seg"]
    size: Literal["n", "s", "m", "l", "x"] | None = None
    depth: Annotated[float, Range(0, 1, beyond=True)] | None = None
    width: Annotated[float, Range(0, 2, beyond=True)] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if [self.depth is None, self.width is None] != [self.size is not None] * 2:
            raise SpecError("E_SPEC", f"a size, or depth and width, were wanted, got {self!r}")


def build(architecture: Architecture, names: Sequence[str] = ONE_CLASS) -> SegmentationModel:
    """Make a network with random weights.

    Args:
        architecture: Which network.
        names: What each class is called that it tells apart.
    """
    path = ROOT / "cfg" / "models" / f"{architecture.base}.yaml"
    described: dict[str, Any] = YAML.load(path)
    if architecture.size is None:
        described["scales"] = {"own": [architecture.depth, architecture.width, _MOST_CHANNELS]}
    scale = architecture.size or "own"
    network = SegmentationModel({**described, "scale": scale, "nc": len(names)}, verbose=False)
    network.names = dict(enumerate(names))
    return network


_MOST_CHANNELS = 1024  # of a layer, before `width`: more than any description has
