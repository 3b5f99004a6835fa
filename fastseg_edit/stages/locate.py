"""Everything in a photo, and the choice among masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

import numpy as np

from fastseg_edit import models
from fastseg_edit.edit import Edit, required
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.objects import joined
from fastseg_edit.options import Checked, Range
from fastseg_edit.profiles import ModelSpec
from fastseg_edit.protocols import Segmenter
from fastseg_edit.stages import tiles

if TYPE_CHECKING:
    from fastseg_edit.candidates import Candidates

Tiles: TypeAlias = Literal["auto"] | Annotated[int, Range(32)] | None


@dataclass(frozen=True)
class Propose(Checked):
    """Propose a mask for everything in the photo.

    A network sees every photo at one size. What is lost by that in a large photo is found in
    overlapping tiles of it, at the price of a look at each.

    Args:
        model: The segmenter, by name, by spec, or the object itself. None for the profile's.
        tiles: Pixels of a tile's side; "auto" for tiles that the network sees at their full size,
            where the photo is larger than that. None to look at the whole photo only.
    """

    needs: ClassVar = ("image",)
    gives: ClassVar = ("candidates",)
    roles: ClassVar = {"segmenter": "model"}

    model: ModelSpec | Segmenter | None = None
    tiles: Tiles = None

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit."""
        segmenter: Segmenter = models.get("segmenter", self.model)
        found = segmenter.predict(models.encode(segmenter, edit.image), None)
        side = tiles.side(found) if self.tiles == "auto" else self.tiles
        if side is not None and side < max(found.size):
            found = tiles.find(segmenter, edit.image, found, side)
        return edit.evolve(candidates=found)


@dataclass(frozen=True)
class Select(Checked):
    """Choose among the proposed masks, and join the chosen ones. Each is an object.

    Args:
        by: "score" for the model's own opinion, "area" for the largest.
        top: How many to keep of each group of alternatives.
        candidate: Which one to take instead of the best, 1 for the best, 2 for the next, as
            `--save candidates` shows them. Takes one of each group.
    """

    needs: ClassVar = ("candidates",)
    gives: ClassVar = ("mask",)

    by: Literal["score", "area"] = "score"
    top: Annotated[int, Range(1)] = 1
    candidate: Annotated[int, Range(1)] = 1

    def __call__(self, edit: Edit, /) -> Edit:
        """Run on one edit.

        Raises:
            NoObjectError: With E_NO_OBJECT, if nothing was proposed, or only empty masks.
        """
        found = required(edit.candidates, "candidates")
        chosen = [
            number for group in np.unique(found.groups) for number in self._best(found, group)
        ]
        objects = _settled(found.take(chosen))
        if not len(objects):
            raise NoObjectError(
                "E_NO_OBJECT",
                f"nothing was found for {edit.prompt!r}"[:200],
                "Move the click or the box, add a second click, or give a mask.",
            )
        return edit.evolve(chosen=objects, mask=joined(objects))

    def _best(self, found: Candidates, group: int) -> list[int]:
        members = np.flatnonzero(found.groups == group)
        worth = found.scores if self.by == "score" else found.areas
        order = members[np.argsort(-worth[members], kind="stable")]
        if self.candidate > len(order):
            raise PromptError(
                "E_SPEC", f"candidate {self.candidate} was asked for, and there are {len(order)}"
            )
        return order[self.candidate - 1 :][: self.top].tolist()  # type: ignore[no-any-return]


def _settled(chosen: Candidates) -> Candidates:
    """Return masks in pixels, without those that have none."""
    settled = chosen.changed([cutout.settled() for cutout in chosen.cutouts])
    return settled.take(np.flatnonzero(settled.areas).tolist())
