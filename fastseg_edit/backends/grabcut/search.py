"""Where to look for the object, and which of the masks found there to offer."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from fastseg_edit.backends.grabcut.cut import grab
from fastseg_edit.backends.grabcut.places import around, beside, covered, in_box
from fastseg_edit.backends.grabcut.proposal import Proposal, box_overlap, overlap
from fastseg_edit.backends.grabcut.score import score
from fastseg_edit.backends.grabcut.separate import FINE, ROUGH, Scene
from fastseg_edit.backends.grabcut.view import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastseg_edit.backends.grabcut.clues import Clues
    from fastseg_edit.backends.grabcut.view import Photo
    from fastseg_edit.prompt import Box

_MIDDLES = (1.2, 1.8, 0.7)  # log odds in the middle of a box
_LOOKS, _FILLS, _AGREED = 0.5, 0.5, 2.0  # weights in the rating of masks for a box
_MARGIN = 0.35  # of a box's longer side that is looked at on each side of it
_REACHES = (0.03, 0.05, 0.08, 0.125, 0.19, 0.28, 0.4)  # of the photo's side: sizes of objects
_WIDE = 2.2  # reaches that are looked at on each side of a click
_ROUGH_PIXELS = 0.35  # of the pixels of a good view, for a first look
_STABLE = 0.15  # score of a mask that objects of the next size have too
_USUAL, _LARGE = 0.05, 0.1  # share of the photo; lost score for each e-fold that a mask is larger
_BORDER = 0.6  # lost score of a mask all round the border of the photo
_ALIKE = 0.9  # overlap above which two masks are the same


def in_the_box(photo: Photo, clues: Clues, box: Box, pixels: int) -> list[Proposal]:
    """Propose masks for a box, best first.

    Several guesses of how the object fills the box, and plain GrabCut. None is the best for every
    object; the one that the others agree with most mostly is.

    Args:
        photo: The photo.
        clues: What is known besides.
        box: (left, top, right, bottom) in pixels of the photo.
        pixels: About how many pixels the view has.
    """
    frame = Frame.around(_grown(box, _MARGIN), photo.size, pixels)
    view, inner = photo.look(frame), frame.into(box)
    known = clues.seen(frame)
    scene = Scene.of(view, known, FINE)
    places = [beside(in_box(frame.size, inner, middle), *known) for middle in _MIDDLES]
    masks = [scene.separate(place, rounds=6, cuts=2) for place in places]
    masks.append(grab(view, covered(frame.size, inner), *known))
    found = [
        Proposal(frame, mask, score(view, mask, known[0], frame.share(mask, photo.size)))
        for mask in masks
    ]
    return _ranked(_agreed(found, box))


def in_its_box(photo: Photo, clues: Clues, rough: Proposal, pixels: int) -> Proposal:
    """Cut a roughly known object out again, from its own box."""
    frame = Frame.around(_grown(rough.box, _MARGIN), photo.size, pixels)
    known = clues.seen(frame)
    place = beside(in_box(frame.size, frame.into(rough.box), _MIDDLES[0]), *known)
    mask = Scene.of(photo.look(frame), known, FINE).separate(place, rounds=6, cuts=2)
    return Proposal(frame, mask, rough.score)


def round_the_marks(photo: Photo, clues: Clues, pixels: int, most: int) -> list[Proposal]:
    """Propose masks for clicks or strokes without a box, best first.

    The size of the object is not known, so several are tried roughly. Those that look best are
    then cut out again, each from its own box.
    """
    height, width = photo.size
    side = min(max(height, width), 2 * min(height, width))
    rough = [_roughly(photo, clues, share * side, pixels) for share in _REACHES]
    best = distinct(_ranked(_steadied(_modest([one for one in rough if one.mask.any()], photo))))
    return distinct(in_its_box(photo, clues, one, pixels) for one in best[:most])


def distinct(ranked: Iterable[Proposal]) -> list[Proposal]:
    """Leave out empty masks and those that are nearly the same as a better one."""
    kept: list[Proposal] = []
    for one in ranked:
        if one.mask.any() and all(one.likeness(other) < _ALIKE for other in kept):
            kept.append(one)
    return kept


def _roughly(photo: Photo, clues: Clues, reach: float, pixels: int) -> Proposal:
    left, top, right, bottom = clues.extent
    spread = _WIDE * reach
    wide = left - spread, top - spread, right + spread, bottom + spread
    frame = Frame.around(wide, photo.size, round(_ROUGH_PIXELS * pixels))
    view = photo.look(frame)
    on, off = clues.seen(frame)
    place = around(on, off, reach * min(frame.zoom))
    mask = Scene.of(view, (on, off), ROUGH).separate(place, rounds=4, cuts=1)
    return Proposal(frame, mask, score(view, mask, on, frame.share(mask, photo.size)))


def _modest(found: list[Proposal], photo: Photo) -> list[Proposal]:
    """Lower the scores of masks that are large or run along the border, as backgrounds do.

    Who clicks on a background means it seldom; and too much is worse to look at than too little.
    """
    return [
        one.rated(
            one.score
            - _LARGE * max(0.0, log(one.frame.share(one.mask, photo.size) / _USUAL))
            - _BORDER * one.frame.border(one.mask, photo.size)
        )
        for one in found
    ]


def _steadied(found: list[Proposal]) -> list[Proposal]:
    """Add to each score how much the mask is like those of the next smaller and larger size."""
    alike = [one.likeness(other) for one, other in pairwise(found)]
    sums = [sum(pair) for pair in zip([0.0, *alike], [*alike, 0.0], strict=True)]
    return [one.rated(one.score + _STABLE * total) for one, total in zip(found, sums, strict=False)]


def _agreed(found: list[Proposal], box: Box) -> list[Proposal]:
    """Rate masks by their looks, by how well they fill the box, and by what the others say."""
    return [
        one.rated(
            _LOOKS * one.score
            + _FILLS * box_overlap(one.box, box)
            + _AGREED * sum(overlap(one.mask, other.mask) for other in found) / len(found)
        )
        for one in found
    ]


def _ranked(proposals: Iterable[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda one: -one.score)


def _grown(box: Box, share: float) -> Box:
    left, top, right, bottom = box
    margin = share * max(right - left, bottom - top) + 2
    return left - margin, top - margin, right + margin, bottom + margin
