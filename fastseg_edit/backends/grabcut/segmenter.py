"""The segmenter that needs no weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import numpy as np

from fastseg_edit.backends.grabcut.clues import Clues
from fastseg_edit.backends.grabcut.rough import from_mask
from fastseg_edit.backends.grabcut.search import distinct, in_the_box, round_the_marks
from fastseg_edit.backends.grabcut.view import Photo
from fastseg_edit.candidates import Candidates
from fastseg_edit.errors import ModelError
from fastseg_edit.options import Checked, Range
from fastseg_edit.prompt import Boxes, Points, Rough

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.backends.grabcut.proposal import Proposal
    from fastseg_edit.prompt import Place


@dataclass(frozen=True)
class GrabCut(Checked):
    """Cuts an object out by its colours, its place and its edges.

    A box is the dependable prompt. A click leaves the size of the object open: look at the
    candidates, or click again, on the object or beside it.

    Args:
        candidates: How many masks to offer for one object, at most.
        pixels: About how many pixels the view has in which an object is cut out. More takes
            longer and finds finer parts.

    References:
        Rother, Kolmogorov, Blake. "GrabCut": interactive foreground extraction using iterated
        graph cuts. SIGGRAPH 2004. doi:10.1145/1015706.1015720
    """

    candidates: Annotated[int, Range(1, 20)] = 4
    pixels: Annotated[int, Range(1_000, 1_000_000)] = 40_000

    def encode(self, image: ImageArray, /) -> Photo:
        """Keep the photo, and a small copy of a large one: each prompt looks at another part."""
        return Photo.of(image)

    def predict(self, encoding: Photo, prompt: Place | None, /) -> Candidates:
        """Propose masks for a prompt, best first.

        Args:
            encoding: What `encode` returned.
            prompt: Clicks, strokes and a rough mask describe one object. Each box is an object of
                its own, and a group of the candidates; the object sticks out of it by a tenth at
                most, and out of a rough mask by a quarter of its side.

        Raises:
            ModelError: If the prompt is None. What an object is can only be learned.
        """
        if prompt is None:
            raise ModelError(
                "E_MODEL_MISSING",
                "grabcut finds what is pointed at, not every object of a photo",
                "Give a click or a box, or a segmenter that finds everything, such as "
                "--segmenter fastsam, from: pip install 'fastseg-edit[fastsam]'",
            )
        asked = _clues(prompt, encoding.size)
        groups = [self._propose(encoding, clues) for clues in asked]
        pairs = [(clues, one) for clues, group in zip(asked, groups, strict=True) for one in group]
        numbers = [number for number, group in enumerate(groups) for _ in group]
        return Candidates(
            encoding.size,
            tuple(one.lift(encoding.image, clues) for clues, one in pairs),
            np.array([one.score for _, one in pairs], np.float32),
            np.array(numbers, np.intp),
        )

    def _propose(self, photo: Photo, clues: Clues) -> list[Proposal]:
        if clues.rough is not None:
            found = distinct(from_mask(photo, clues.rough, self.pixels))
        elif clues.box is None:
            found = round_the_marks(photo, clues, self.pixels, self.candidates)
        else:
            found = distinct(in_the_box(photo, clues, clues.box, self.pixels))
        return _descending(found[: self.candidates])


def _descending(found: list[Proposal]) -> list[Proposal]:
    """Lower scores that are above those of a proposal that is preferred for another reason."""
    least = np.minimum.accumulate([one.score for one in found])
    return [replace(one, score=float(value)) for one, value in zip(found, least, strict=True)]


def _clues(prompt: Place, size: tuple[int, int]) -> list[Clues]:
    if isinstance(prompt, Boxes):
        return [Clues(box) for box in prompt.xyxy]
    if isinstance(prompt, Points):
        return [Clues.of_points(prompt, size)]
    if isinstance(prompt, Rough):
        return [Clues(None, rough=prompt.pixels)]
    return [Clues.of_scribble(prompt)]
