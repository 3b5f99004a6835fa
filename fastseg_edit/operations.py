"""Edits of one photo: open, locate, paint, and put back what was not to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Unpack

import numpy as np
from PIL import Image

from fastseg_edit import assembly, catalogue, models, photos, placing, settings
from fastseg_edit.edit import Edit, required
from fastseg_edit.edited import Edited
from fastseg_edit.errors import InputError, NoObjectError, PromptError, SpecError
from fastseg_edit.prompt import Mask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.edited import Kind, State
    from fastseg_edit.photos import Photo
    from fastseg_edit.prompt import Prompt
    from fastseg_edit.protocols import Stage
    from fastseg_edit.settings import Settings

Source: TypeAlias = Any
"""A path, the bytes of a file, an array, or a PIL image."""

CAPTIONED = ("replace", "replace-background")
"""Operations that mean nothing without words, unless a model is named that needs none."""


@dataclass(frozen=True, eq=False)
class EditSpec:
    """What is to be done to one photo.

    Attributes:
        operation: One of `settings.OPERATIONS`.
        photo: A path, the bytes of a file, an (H, W[, 2, 3 or 4]) array, or a PIL image.
        prompt: What to select.
        caption: What to paint. Empty to rebuild the background.
        options: See `Settings`.

    Raises:
        SpecError: With E_SPEC, if an option cannot be, or if there must be a caption and is none.
    """

    operation: str
    photo: Source
    prompt: Prompt
    caption: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings.check(self.options)
        if "\0" in self.caption:
            raise PromptError("E_TEXT_EMPTY", f"the caption holds a NUL: {self.caption!r}")
        wants = self.operation in CAPTIONED and "model" not in self.options
        if wants and not self.caption.strip():
            raise SpecError(
                "E_SPEC",
                f"{self.operation} needs to know what to paint",
                "Say --with 'a red mug', or --model colour --with white, or --model blur.",
            )


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


def run(spec: EditSpec, watch: Callable[[int, Stage], None] | None = None) -> Edited:
    """Run one operation on one photo.

    Args:
        spec: What to do.
        watch: Called before each stage with its number, from 1, and the stage.

    Raises:
        FastsegError: With a stable code, whatever went wrong.
    """
    pipeline = assembly.build(spec.operation, spec.options, _is_ready(spec.prompt), spec.caption)
    before, kind, source = open_source(spec.photo, spec.options)
    edit = Edit(before.rgb, spec.prompt, spec.caption, _avoided(spec, before))
    if spec.options.get("profile") != "mini":
        for text in assembly.stand_ins(pipeline):
            edit = edit.noted("W_DRAWN_ONLY", text)
    outcome = partial(Edited, spec.operation, before, kind=kind, source=source)
    try:
        downloads = catalogue.downloads(spec.options.get("allow_download", False))
        with models.on(spec.options.get("device")), downloads:
            edit = pipeline(edit, watch=watch)
    except NoObjectError:
        if spec.options.get("on_empty", "error") == "error":
            raise
        nothing = edit.evolve(mask=np.zeros(before.size, bool))
        if "result" not in pipeline.gives:
            return outcome(_after(before, nothing), nothing, state="unchanged")
        return outcome(before, nothing.evolve(result=edit.image), state="unchanged")
    state: State = "selected" if spec.options.get("dry_run") else "done"
    return outcome(_after(before, edit), edit, state=state)


class Opened(NamedTuple):
    """A photo, and how it was given.

    Attributes:
        photo: The photo.
        kind: What it was given as.
        path: Its file, if it has one.
    """

    photo: Photo
    kind: Kind
    path: Path | None = None


def open_source(photo: Source, options: Mapping[str, Any]) -> Opened:
    """Open a photo from whatever it was given as.

    Args:
        photo: As in `EditSpec`. A photo that is open already is returned as it is.
        options: `max_pixels`, `max_bytes` and `frame` count.

    Raises:
        InputError: If it is not a photo that can be read, or a larger one than allowed.
    """
    limits = photos.Limits(
        **{key: options[key] for key in ("max_pixels", "max_bytes") if key in options}
    )
    frame = options.get("frame")
    match photo:
        case Opened():
            return photo
        case str() | Path():
            return Opened(photos.open_photo(photo, limits, frame), "path", Path(photo))
        case bytes() | bytearray() | memoryview():
            return Opened(photos.open_photo(bytes(photo), limits, frame), "bytes")
        case np.ndarray():
            return Opened(photos.from_array(photo, limits), "array")
    if not isinstance(photo, Image.Image):
        named = type(photo).__name__
        raise InputError(
            "E_INPUT_FORMAT", f"a path, bytes, an array or a Pillow image was wanted, got {named}"
        )
    return Opened(photos.from_pil(photo, limits), "pil")


def _after(before: Photo, edit: Edit) -> Photo:
    mask = required(edit.mask, "mask")
    if edit.result is None:
        return photos.from_array(mask.astype(np.uint8) * 255)
    return photos.merge(before, edit.result, mask)


def _avoided(spec: EditSpec, photo: Photo) -> MaskArray | None:
    avoid: MaskArray | None = spec.options.get("avoid")
    if avoid is not None and avoid.shape != photo.size:
        (height, width), (rows, columns) = photo.size, avoid.shape
        raise PromptError("E_MASK_SIZE", f"avoid is {columns}x{rows}, the photo {width}x{height}")
    return avoid


def _is_ready(prompt: Prompt) -> bool:
    return all(isinstance(part, Mask) for part in placing.parts(prompt))
