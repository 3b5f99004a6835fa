"""Edits of photos: open, locate, paint, and put back what was not to change."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Unpack

from fastseg_edit import pasting, sequence, together
from fastseg_edit.errors import FastsegError, NoObjectError, SpecError
from fastseg_edit.job import Job
from fastseg_edit.pasting import ANYWHERE, PasteSpec
from fastseg_edit.specs import EditSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fastseg_edit.edited import Edited
    from fastseg_edit.prompt import Prompt
    from fastseg_edit.protocols import Stage
    from fastseg_edit.settings import Settings
    from fastseg_edit.sources import Source
    from fastseg_edit.spots import Spot


def segment(photo: Source, prompt: Prompt, **options: Unpack[Settings]) -> Edited:
    """Find the object, and paint nothing. The output is the mask, white on black."""
    return run(EditSpec("segment", photo, prompt, options=options))


def remove(photo: Source, prompt: Prompt, **options: Unpack[Settings]) -> Edited:
    """Take the object away, and rebuild what is behind it.

    Args:
        photo: A path, the bytes of a file, an (H, W[, 2, 3 or 4]) array, or a PIL image.
        prompt: What to remove.
        **options: See `Settings`.

    Returns:
        The outcome. Its `output` is of the kind that `photo` was.

    Raises:
        FastsegError: With a stable code, whatever went wrong.

    Example:
        >>> edited = remove("dog.jpg", Points.at(200, 450))
        >>> edited.save("no-dog.jpg")
    """
    return run(EditSpec("remove", photo, prompt, options=options))


def fill(photo: Source, prompt: Prompt, caption: str = "", **options: Unpack[Settings]) -> Edited:
    """Paint what the caption says into the selected place, keeping its outline.

    Without a caption, what is behind is rebuilt.
    """
    return run(EditSpec("fill", photo, prompt, caption, options=options))


def replace(
    photo: Source, prompt: Prompt, caption: str = "", **options: Unpack[Settings]
) -> Edited:
    """Put another object in the place of the selected one. The new outline is free."""
    return run(EditSpec("replace", photo, prompt, caption, options=options))


def replace_background(
    photo: Source, prompt: Prompt, caption: str = "", **options: Unpack[Settings]
) -> Edited:
    """Keep the selected object, and paint another background round it."""
    return run(EditSpec("replace-background", photo, prompt, caption, options=options))


def outpaint(photo: Source, caption: str = "", **options: Unpack[Settings]) -> Edited:
    """Make the photo larger, and paint what lies beyond its sides.

    Without a caption, what is at the sides goes on. Every pixel of the photo itself stays.

    Args:
        photo: As for `remove`.
        caption: What to paint there.
        **options: See `Settings`. Either `extend`, such as "20%" of each side, 64 pixels, or the
            lengths of the left, top, right and bottom: ("10%", 0, 200, 0); or `to`, a size such as
            "1200x800" or a ratio such as "16:9", with `anchor` for where the photo lies in it.
            `align` moves it by less than a block of a JPEG, so that the blocks within stay.

    Example:
        >>> edited = outpaint("dog.jpg", to="16:9")
    """
    return run(EditSpec("outpaint", photo, None, caption, options=options))


def regenerate(
    photo: Source, prompt: Prompt | None = None, caption: str = "", **options: Unpack[Settings]
) -> Edited:
    """Paint everything anew, or what is selected, with every outline where it was.

    Wants a model that keeps to a layout, such as one of diffusion with a ControlNet on regions.

    Args:
        photo: As for `remove`.
        prompt: What to paint anew. None for all of the photo.
        caption: What the photo is to show.
        **options: See `Settings`.
    """
    return run(EditSpec("regenerate", photo, prompt, caption, options=options))


def paste(
    photo: Source,
    source: Source,
    prompt: Prompt,
    spot: Spot = ANYWHERE,
    **options: Unpack[Settings],
) -> Edited:
    """Put an object of another photo into this one.

    Its rim is matted, so that nothing of what was behind it comes along.

    Args:
        photo: What changes. As for `remove`.
        source: The photo that the object is taken from. The same kinds.
        prompt: What to take of it.
        spot: Where its middle goes, and how large it becomes. Left out: into the middle, as it is.
        **options: See `Settings`. `matte` and `blend` are about the paste, and what selects about
            `source`.

    Example:
        >>> edited = paste("sea.jpg", "bird.png", Points.at(200, 90), Spot("30%,40%", "50%"))
    """
    return pasting.run(PasteSpec(photo, source, prompt, spot, options))


def run(spec: EditSpec, watch: Callable[[int, Stage], None] | None = None) -> Edited:
    """Run one operation on one photo.

    Args:
        spec: What to do.
        watch: Called before each stage with its number, from 1, and the stage.

    Returns:
        The outcome. With several variants asked for, that of the first seed; the others are its
        `variants`.

    Raises:
        FastsegError: With a stable code, whatever went wrong.
    """
    job = Job.of(spec)
    with job.at_work():
        try:
            selected = job.selecting(job.edit, watch)
        except NoObjectError as error:
            return job.nothing_found(error)
        if len(job.seeds) > 1:
            return job.variants(selected, job.seeds)
        before = len(job.selecting)
        told = watch and (lambda number, stage: watch(before + number, stage))
        return job.done(job.painting(selected, told), job.work(selected))


def many(specs: Iterable[EditSpec], size: int = 8) -> Iterator[Edited | FastsegError]:
    """Run many edits, several at a time, so that a network paints several photos at once.

    Each result is that of `run`, up to the rounding of the networks.

    Args:
        specs: What to do, in any number; they are asked for as they are needed.
        size: How many to take at a time, at least 1: so many photos are in memory.

    Yields:
        For each, in order, the outcome, or why it failed. One that fails spoils no other.

    Raises:
        SpecError: With E_SPEC, if the size is less than 1.
        Cancelled: If whoever watches wants all of it to end.
    """
    if size < 1:
        raise SpecError("E_SPEC", f"size must be at least 1, got {size}")
    waiting = iter(specs)
    while group := list(islice(waiting, size)):
        yield from together.run(group)


def steps(
    photo: Source,
    specs: Sequence[EditSpec],
    watch: Callable[[int, Stage], None] | None = None,
) -> Edited:
    """Run several edits on one photo, in order.

    What each prompt means is settled on the photo as it was, before anything is painted, unless
    its spec says `afterwards`. Where two edits overlap, the later one has the last word.

    Args:
        photo: A path, the bytes of a file, an (H, W[, 2, 3 or 4]) array, or a PIL image. The
            photos of the specs are not looked at.
        specs: What to do, in order; at least one, and each has to paint.
        watch: As for `run`.

    Returns:
        One outcome, whose mask is that of all edits together.

    Raises:
        FastsegError: With a stable code, whatever went wrong, and the number of the edit.
    """
    return sequence.run(photo, specs, watch)
