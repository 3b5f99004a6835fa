"""What a stage and a model have to offer. Any object with these methods will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.edit import Edit
    from fastseg_edit.errors import FastsegError
    from fastseg_edit.ops.length import Length
    from fastseg_edit.prompt import Boxes, Place, Points, Reference, Text


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """What an inpainter is asked to paint: one window of a photo, and the place in it.

    Attributes:
        image: (H, W, 3) uint8 RGB. The pixels under the mask are still the old object's.
        mask: (H, W) bool. True where the window is to be painted.
        caption: What to paint. Empty to continue the surroundings.
        seed: Seed of everything random. The same hole gives the same picture.
        avoid: (H, W) bool. True where nothing may be copied from, such as on other objects.
        against: Words for what must not come back, such as the name of what is removed. Guidance
            leads away from it, where the model can.
        strength: None if the pixels under the mask are the old object's, and are not to be looked
            at. A number in (0, 1] if they are a draft that wants detail: how much of it is noise.
        layout: (H, W) uint16. The number of the region that each pixel belongs to, 0 for none.
    """

    image: ImageArray
    mask: MaskArray
    caption: str = ""
    seed: int = 0
    avoid: MaskArray | None = None
    against: str = ""
    strength: float | None = None
    layout: NDArray[np.uint16] | None = None


class Stage(Protocol):
    """One step of a pipeline: takes an edit and returns the next one."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Fields of the edit that must be filled before."""

    @property
    def gives(self) -> tuple[str, ...]:
        """Fields of the edit that are filled after."""

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""


class Segmenter(Protocol):
    """Turns a prompt into masks, in two halves so that the costly one is shared by all prompts.

    It may have an attribute `doubt`: the score below which its mask for a place is likely to show
    something else, so that another look is worth its while. And it may have an attribute
    `exemplars`, True if it takes boxes for examples and finds all that is like them.
    """

    def encode(self, image: ImageArray, /) -> Any:
        """Compute what depends on the photo alone, such as SAM's image embedding."""

    def predict(self, encoding: Any, prompt: Place | None, /) -> Candidates:
        """Propose masks for a prompt, or for everything in the photo if it is None.

        Candidates that are alternatives for one object share a group; each box is a group of its
        own, in the order given. Scores are comparable within a group. A prompt that nothing fits
        has no candidates.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a network sees where in a photo, as one vector per cell of a grid.

    Attributes:
        grid: (h, w, D) float32 vectors of length 1. The grid covers the whole photo.
        alike: Cosine from which on two cells show the same kind of thing.
    """

    grid: NDArray[np.float32]
    alike: float


@runtime_checkable
class Describer(Protocol):
    """A segmenter that also says what it sees, so that a reference photo can be matched."""

    def encode(self, image: ImageArray, /) -> Any:
        """Compute what depends on the photo alone."""

    def predict(self, encoding: Any, prompt: Place | None, /) -> Candidates:
        """Propose masks, as any segmenter does."""

    def features(self, encoding: Any, /) -> Features:
        """Return what the network saw in an encoded photo."""


class Grounder(Protocol):
    """Finds every object that words or a reference name.

    Words reach it without those of place and number: for "the largest red cup on the left" it is
    asked about "a red cup".

    Attributes:
        reads: The kinds of prompts that it understands.
    """

    @property
    def reads(self) -> tuple[type[Text | Reference], ...]:
        """The kinds of prompts that it understands."""

    def ground(self, image: ImageArray, like: Text | Reference, /) -> Points | Boxes | Candidates:
        """Return the places for a segmenter, or the masks themselves; the best come first.

        Raises:
            NoObjectError: With E_NO_OBJECT and the best score, if there is no such object.
        """


NOT_SEEN = -1.0
"""Score of a mask that a ranker did not look at: the least that a cosine can be."""


class Ranker(Protocol):
    """Scores masks by how well they show what words or a reference name.

    Attributes:
        threshold: Score from which on a mask shows it. Below it, something else is there.
    """

    @property
    def threshold(self) -> float:
        """Score from which on a mask shows what was asked for."""

    def rank(self, image: ImageArray, found: Candidates, like: Text | Reference, /) -> Candidates:
        """Return the same masks in the same order, with new scores.

        One that is not looked at, such as a mask without pixels, scores `NOT_SEEN`.
        """


@runtime_checkable
class Reader(Protocol):
    """A ranker or grounder that reads only so many words."""

    def read(self, words: str, /) -> str:
        """Return the first words, as many as the model reads: all of them, if they are few.

        Raises:
            PromptError: With E_SPEC, if the first word alone is too long.
        """


class Inpainter(Protocol):
    """Paints a hole.

    One may also have `remarks`, lines that whoever uses its weights should know: that they were
    trained on whole pictures and not on holes, for one. Each becomes a notice of the edit. With
    `follows`, True, it says that it keeps to the layout of a hole; with `detail`, a strength, that
    it can give detail to a draft, as large holes are painted: coarse first.

    Attributes:
        native: Side in pixels of the square that the model was made for. None if any size will do.
        multiple: Both sides of a window must be multiples of this.
        context: Surroundings that it wants to see on every side, in pixels or relative to the
            longer side of what is painted.
    """

    @property
    def native(self) -> int | None:
        """Side that the model was made for."""

    @property
    def multiple(self) -> int:
        """What both sides of a window are a multiple of."""

    @property
    def context(self) -> Length:
        """Surroundings that it wants to see."""

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return a picture of the hole's size. Pixels outside the mask may differ from the photo's.

        Raises:
            ModelError: If the model cannot paint what the caption asks for.
        """


@runtime_checkable
class BatchInpainter(Protocol):
    """An inpainter that paints several holes in one go."""

    def inpaint_many(self, holes: Sequence[Hole], /) -> list[ImageArray | FastsegError]:
        """Paint holes of one shape, in order; each as `inpaint` would, up to rounding.

        One that cannot be painted spoils no other: its place holds the error.
        """


@runtime_checkable
class BatchStage(Protocol):
    """A stage that is quicker with several edits at once."""

    def many(self, edits: Sequence[Edit], /) -> list[Edit | FastsegError]:
        """Run on each edit, in order. One that fails spoils no other: its place holds the error."""
