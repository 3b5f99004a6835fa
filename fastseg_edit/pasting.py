"""An object of one photo put into another one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import photos, settings
from fastseg_edit.edit import Edit, required
from fastseg_edit.edited import Edited
from fastseg_edit.errors import NoObjectError, PromptError
from fastseg_edit.job import Job
from fastseg_edit.ops import blend, collage, foreground, length, matting, morphology
from fastseg_edit.photos.tiff import PREMULTIPLIED
from fastseg_edit.records import Pasted
from fastseg_edit.sources import open_source
from fastseg_edit.specs import EditSpec
from fastseg_edit.spots import Spot
from fastseg_edit.stages import Composite, MatteRim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.edited import State
    from fastseg_edit.ops.collage import Piece
    from fastseg_edit.photos import Photo
    from fastseg_edit.prompt import Prompt
    from fastseg_edit.protocols import Stage
    from fastseg_edit.sources import Opened, Source

OWN = ("matte", "blend", "frame", "dry_run", "on_empty")
"""Settings that are about the paste, and not about finding the object."""

ANYWHERE = Spot()


@dataclass(frozen=True, eq=False)
class PasteSpec:
    """What is to be pasted where.

    Attributes:
        photo: What changes: a path, the bytes of a file, an array, or a PIL image.
        source: The photo that the object is taken from. Anything that `photo` can be.
        prompt: What to take of it.
        spot: Where it goes, and how large.
        options: See `Settings`. Those of selecting count for `source`; `matte` is how far the
            object's rim is soft, "2%" if left out, also of a ready mask; `blend` other than
            "feather" brings the object's colours to what is round it in `photo`.
    """

    photo: Source
    source: Source
    prompt: Prompt | None
    spot: Spot = ANYWHERE
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings.check(self.options)


def run(spec: PasteSpec, watch: Callable[[int, Stage], None] | None = None) -> Edited:
    """Paste one object.

    Args:
        spec: What and where.
        watch: Called before each stage that looks for the object, with its number, from 1.

    Returns:
        The outcome. Its mask is where the object shows at all.

    Raises:
        PromptError: With E_POINT_RANGE, if no pixel of the object would lie in the photo.
        FastsegError: With a stable code, whatever else went wrong.
    """
    options = spec.options
    known = {name: value for name, value in options.items() if name not in OWN}
    job = Job.of(EditSpec("segment", spec.source, spec.prompt, options=known))
    opened = open_source(spec.photo, options)
    try:
        with job.at_work():
            selected = job.selecting(job.edit, watch)
    except NoObjectError:
        if options.get("on_empty", "error") == "error":
            raise
        return _unchanged(opened)
    return lay(job, selected, replace(spec, photo=opened))


def lay(job: Job, selected: Edit, spec: PasteSpec) -> Edited:
    """Lay an object that was found over a photo. Errors as of `run`.

    Args:
        job: What found it.
        selected: What was found.
        spec: What and where; its prompt is not looked at.
    """
    options, opened = spec.options, open_source(spec.photo, spec.options)
    piece = _piece(job.opened.photo, selected, options)
    pasted, opacity = _pasted(opened.photo, piece, spec)
    edit = pasted.evolve(notices=selected.notices, history=selected.history)
    if options.get("dry_run"):
        shown = photos.from_array(required(edit.mask, "mask").astype(np.uint8) * 255)
        return _outcome(opened, shown, edit.evolve(result=None), "selected")
    result, mask = required(edit.result, "result"), required(edit.mask, "mask")
    merged = photos.merge(opened.photo, result, mask, opacity)
    own = {name: value for name, value in options.items() if name in OWN}
    record = Pasted(job.opened.photo, job.opened.path, asdict(spec.spot), own)
    work = replace(job.work(selected), pasted=record)
    return replace(_outcome(opened, merged, edit, "done"), works=(work,))


def _piece(photo: Photo, selected: Edit, options: Mapping[str, Any]) -> Piece:
    """Cut the object out, with a soft rim and its own colours there."""
    mask = required(selected.mask, "mask")
    if not mask.any():
        raise NoObjectError("E_NO_OBJECT", "the mask selects no pixel")
    rim = MatteRim(options.get("matte", MatteRim.reach))
    reach = length.pixels(rim.reach, morphology.longer_side(mask), rim.least)
    own = _own_opacity(photo)
    if own is not None and (own[morphology.dilate(mask, reach)] < 1).any():
        # A cut-out brings its opacity along, and no background that could shine through.
        return collage.cut(photo.rgb, own * morphology.dilate(mask, reach), mask)
    alpha = matting.opacity(photo.rgb, mask, reach)
    return collage.cut(foreground.colours(photo.rgb, alpha), alpha, mask)


def _own_opacity(photo: Photo) -> NDArray[np.float32] | None:
    """Return the opacity that a photo brings along, (H, W) in [0, 1]."""
    samples = photos.to_array(photo)
    if photo.mode == "CMYK" or samples.ndim == 2 or samples.shape[2] == 3:
        return None
    return (samples[..., -1] / np.float32(np.iinfo(samples.dtype).max)).astype(np.float32)


def _pasted(photo: Photo, piece: Piece, spec: PasteSpec) -> tuple[Edit, NDArray[np.float32] | None]:
    """Lay the object over the photo, and return its new opacity, too, if it has one."""
    middle, factor = spec.spot.settled(photo.size, piece.size)
    piece = piece.mirrored() if spec.spot.flip else piece
    colours, alpha = collage.laid(piece.scaled(factor), photo.size, middle)
    shown = alpha > 0
    if not shown.any():
        (height, width), (x, y) = photo.size, middle
        raise PromptError(
            "E_POINT_RANGE",
            f"no pixel of what is pasted at {x:g},{y:g} lies in the photo, which is "
            f"{width}x{height}",
            "Coordinates are pixels of the upright photo, from 0,0 at the top left.",
        )
    over = _toned(Edit(photo.rgb, mask=shown, result=colours), spec.options)
    share, opacity = _shares(photo, alpha)
    result = blend.layered(photo.rgb, over, shown, share)
    return Edit(photo.rgb, mask=shown, result=result), opacity


def _shares(
    photo: Photo, alpha: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Return how much the object counts in the colours, and how opaque both are together [1].

    What is transparent in the photo has no say. Colours that are stored multiplied by their alpha
    have it in them.

    References:
        [1] Porter, Duff. Compositing digital images. SIGGRAPH 1984. doi:10.1145/800031.808606
    """
    own = _own_opacity(photo)
    if own is None:
        return alpha, None
    opacity = alpha + own * (1 - alpha)
    if photo.coding.extra == PREMULTIPLIED:
        return alpha, opacity
    return np.divide(alpha, opacity, out=np.zeros_like(alpha), where=alpha > 0), opacity


def _toned(edit: Edit, options: Mapping[str, Any]) -> ImageArray:
    """Return the object's colours, brought to those round it if that is asked for."""
    how = options.get("blend", "feather")
    toned = edit if how == "feather" else Composite(0, how)(edit)
    return required(toned.result, "result")


def _unchanged(opened: Opened) -> Edited:
    photo = opened.photo
    edit = Edit(photo.rgb, mask=np.zeros(photo.size, bool), result=photo.rgb)
    return _outcome(opened, photo, edit, "unchanged")


def _outcome(opened: Opened, after: Photo, edit: Edit, state: State) -> Edited:
    return Edited("paste", opened.photo, after, edit, opened.kind, state, opened.path)
