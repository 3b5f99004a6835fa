"""The value that flows through a pipeline: one photo and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from fastseg_edit.errors import Notice, PipelineError
from fastseg_edit.ops import draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.prompt import Prompt

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an edit's history: which stage ran, and for how many seconds."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """What of the masked pixels still shows of that which is kept.

    Attributes:
        alpha: (H, W) float32 in [0, 1]. How much of a pixel shows it. Counts inside the mask only.
        colours: (H, W, 3) uint8 RGB. Its own colours there, without what was behind it.

    Raises:
        ValueError: If an array has another shape, dtype or range than stated above.
    """

    alpha: NDArray[np.float32]
    colours: ImageArray

    def __post_init__(self) -> None:
        size = self.alpha.shape[:2]
        for name, shape, dtype in (("alpha", size, np.float32), ("colours", (*size, 3), np.uint8)):
            array = _locked(f"matte.{name}", getattr(self, name), shape, np.dtype(dtype))
            object.__setattr__(self, name, array)
        low, high = self.alpha.min(initial=1), self.alpha.max(initial=0)
        if not 0 <= low <= high <= 1:  # nor is NaN
            raise ValueError(f"matte.alpha must be in 0 to 1, got {low:g} to {high:g}")


class Verdict(NamedTuple):
    """What was seen in a result that was looked at again.

    Attributes:
        tries: Which try it was, from 1.
        left: How far what was to go is still there, 0 to 1; for a caption, 1 if what it names is
            not there.
        seam: How visible the border is, in levels of 0 to 255: `ops.seam.energy`.
    """

    tries: int
    left: float
    seam: float


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One photo on its way from prompt to result.

    An edit is never changed in place: a stage returns a new one, made with `evolve`. A field that
    no stage has filled yet is None. Arrays are kept as read-only views.

    Attributes:
        image: (H, W, 3) uint8 RGB. The photo.
        prompt: What to select.
        caption: What to paint where the mask is True. Empty to rebuild the background.
        avoid: (H, W) bool. True where nothing may be copied from, such as on other objects.
        seed: Seed of everything random. None for that of the stage.
        layout: (H, W) uint16. The number of the region that each pixel belongs to, 0 for none:
            what is painted keeps to it, if the model can.
        candidates: Masks that the segmenter proposes.
        chosen: Those of them that were chosen, one for each object. Their pixels are as they were
            chosen, or as a stage left them that looks at each object; `objects.divide` says which
            pixel of the mask belongs to which.
        mask: (H, W) bool. True where the photo may change.
        matte: What of the masked pixels still shows of a kept object, such as of its soft rim.
            None for nothing.
        result: (H, W, 3) uint8 RGB. The photo, repainted.
        verdict: What was seen in the result, if it was looked at.
        notices: What the user should know of how the edit came about, such as a fallback.
        history: The stages that made this edit, oldest first.

    Raises:
        ValueError: If an array has another shape or dtype than stated above.
    """

    image: ImageArray
    prompt: Prompt | None = None
    caption: str = ""
    avoid: MaskArray | None = None
    seed: int | None = None
    layout: NDArray[np.uint16] | None = None
    candidates: Candidates | None = None
    chosen: Candidates | None = None
    mask: MaskArray | None = None
    matte: Matte | None = None
    result: ImageArray | None = None
    verdict: Verdict | None = None
    notices: tuple[Notice, ...] = ()
    history: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        size = self.image.shape[:2]
        for name, shape, dtype in (
            ("image", (*size, 3), np.uint8),
            ("avoid", size, np.bool_),
            ("layout", size, np.uint16),
            ("mask", size, np.bool_),
            ("result", (*size, 3), np.uint8),
        ):
            array = getattr(self, name)
            if array is not None:
                object.__setattr__(self, name, _locked(name, array, shape, np.dtype(dtype)))
        if self.matte is not None and self.matte.alpha.shape != size:
            raise ValueError(f"matte must be for {size}, got {self.matte.alpha.shape}")
        for name in ("candidates", "chosen"):
            found = getattr(self, name)
            if found is not None and found.size != size:
                raise ValueError(f"{name} must be for {size}, got {found.size}")

    def evolve(self, **changes: Any) -> Edit:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def noted(self, code: str, text: str) -> Edit:
        """Return a copy with one more notice.

        Args:
            code: A stable code that begins with W_, such as W_FALLBACK.
            text: What happened, in one line.
        """
        return replace(self, notices=(*self.notices, Notice(code, text)))

    def stepped(self, step: Step) -> Edit:
        """Return a copy with one more line of history."""
        return replace(self, history=(*self.history, step))

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        filled = ("prompt", "candidates", "mask", "result")
        held = [name for name in filled if getattr(self, name) is not None]
        return f"Edit({width}x{height}, has {', '.join(held) or 'nothing yet'})"

    def _repr_png_(self) -> bytes:
        """Show the edit in a notebook: the photo, the mask on it, and the result, side by side."""
        return draw.png(draw.summary(self.image, self.mask, self.result))


def required(value: T | None, field: str) -> T:
    """Return a field of an edit, once it is known not to be None.

    Raises:
        PipelineError: With E_PIPELINE, if no stage has filled it.
    """
    if value is None:
        raise PipelineError(
            "E_PIPELINE", f"the edit has no {field} yet; a stage that gives it must run before"
        )
    return value


def _locked(
    name: str, array: NDArray[Any], shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    if array.shape != shape or array.dtype != dtype:
        want = f"{shape} {dtype.name}"
        raise ValueError(f"{name} must be {want}, got {array.shape} {array.dtype.name}")
    view = array.view()
    view.flags.writeable = False  # a stage that paints in place fails at once
    return view
