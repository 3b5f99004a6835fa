"""What comes of one edit: the photo, and what has to be known of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from fastseg_edit import objects, photos, quality, records
from fastseg_edit.edit import required
from fastseg_edit.errors import OutputError
from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray, MaskArray
    from fastseg_edit.candidates import Candidates
    from fastseg_edit.edit import Edit
    from fastseg_edit.errors import Notice
    from fastseg_edit.photos import Fidelity, Photo
    from fastseg_edit.quality import Quality
    from fastseg_edit.records import Work
    from fastseg_edit.sources import Kind

State: TypeAlias = Literal["done", "selected", "unchanged"]


@dataclass(repr=False)
class Edited:
    """The outcome of one edit.

    Attributes:
        operation: One of `settings.OPERATIONS`, or "steps".
        before: The photo as it was opened.
        after: The photo as it is now, in the same mode and depth. If nothing was painted, the
            mask.
        edit: The value that went through the pipeline, with candidates, mask and history. Without
            a result, nothing was painted.
        kind: What was given: a path, bytes, an array or a PIL image.
        state: "unchanged" if nothing was found and a copy was asked for; "selected" after a dry
            run, which does not paint.
        source: The file that was opened, if it was one.
        path: Where the result was saved, if it was.
        warnings: What the photo's owner should know: a stable code and a line each.
        variants: The outcomes for further seeds, if several were asked for.
        works: What has to be known to make it again, for each edit that was made of the photo.
    """

    operation: str
    before: Photo
    after: Photo
    edit: Edit
    kind: Kind
    state: State = "done"
    source: Path | None = None
    path: Path | None = None
    warnings: tuple[Notice, ...] = ()
    variants: tuple[Edited, ...] = ()
    works: tuple[Work, ...] = ()
    _written: records.Written | None = field(default=None, repr=False)
    _fidelity: Fidelity | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.warnings = (*self.edit.notices, *self.after.warnings)

    @property
    def image(self) -> ImageArray:
        """The result as (H, W, 3) uint8 RGB, whatever the photo's own mode is."""
        return self.after.rgb

    @property
    def mask(self) -> MaskArray:
        """(H, W) bool, True where the photo was allowed to change."""
        return required(self.edit.mask, "mask")

    @cached_property
    def objects(self) -> Candidates:
        """The selected objects, with scores and labels. Together they are exactly the mask.

        The writers in `fastseg_edit.annotate` take them.
        """
        return objects.divide(self.edit.chosen, self.mask)

    @property
    def quality(self) -> list[Quality]:
        """Numbers from which each object can be judged, in the order of `objects`."""
        return quality.judge(self.objects, self.edit.candidates)

    @property
    def output(self) -> Any:
        """The result in the kind that was given: array, PIL image, bytes, or path once saved.

        Raises:
            OutputError: If a path was given and the result was not saved yet.
        """
        match self.kind:
            case "array":
                return photos.to_array(self.after)
            case "pil":
                return photos.to_pil(self.after)
            case "bytes":
                return self.encode()
        if self.path is None:
            raise OutputError("E_OUTPUT_WRITE", "not saved yet", "Call save(path) first.")
        return self.path

    @property
    def unmasked_changed_pixels(self) -> int:
        """How many pixels outside the mask differ from the photo's. 0 but for a lossy format."""
        return self.fidelity.unmasked_changed_pixels

    @property
    def fidelity(self) -> Fidelity:
        """What happened outside the mask, measured on what was written."""
        if self._fidelity is None:
            after = self.before if self.edit.result is None else self.after
            self._fidelity = photos.compare(self.before, after, self._may_change())
            self._fidelity.check()
        return self._fidelity

    @property
    def kept(self) -> str:
        """What happened outside the mask, in a few words."""
        seen = self.fidelity
        if seen.lossless:
            return f"{seen.unmasked_changed_pixels} pixels changed outside the mask"
        share = seen.unmasked_changed_pixels / max(seen.unmasked_pixels, 1)
        return (
            f"outside the mask, lossy coding changed {share:.1%} of the pixels: "
            f"{seen.mean_change:.3f} levels in the mean, {seen.max_change:g} at most"
        )

    def encode(self, format: str = "keep", metadata: str = "keep") -> bytes:  # noqa: A002
        """Return the result as the bytes of a file.

        Every byte string is decoded again and compared with the photo outside the mask.

        Args:
            format: "keep" for the photo's own, or "PNG", "JPEG", "WEBP", "TIFF", "BMP".
            metadata: "keep", "icc-only" or "strip".

        Raises:
            FastsegError: With E_GUARANTEE, if a pixel outside the mask would have changed in a
                lossless format. With E_SPEC, if the format cannot hold the photo.
        """
        name = self.after.format or "PNG" if format == "keep" else photos.format_named(format)
        converted = photos.convert(self.after, name)
        self.warnings = (*self.edit.notices, *converted.warnings)
        stored = photos.encode(converted, name, metadata)
        self._written = records.Written.of(stored, name, metadata)
        if self.edit.result is not None:
            self._fidelity = photos.verify(self.before, stored, self._may_change())
            self._fidelity.check()
        return stored

    def save(
        self,
        path: str | Path,
        *,
        format: str = "keep",  # noqa: A002
        metadata: str = "keep",
        overwrite: bool = False,
        in_place: bool = False,
    ) -> Path:
        """Write the result, all of it or nothing.

        Args:
            path: The file. Without an ending, or with the photo's own, it may hold any format.
            format: As for `encode`. "keep" for what the ending says, or else the photo's own.
            metadata: As for `encode`.
            overwrite: Replace a file that is there.
            in_place: The file may be the photo itself.

        Raises:
            OutputError: With E_OUTPUT_EXISTS, E_OUTPUT_IS_INPUT or E_OUTPUT_WRITE.
            SpecError: With E_SPEC, if the ending stands for no format, or for another one.
        """
        target = Path(path)
        own = self.source.suffix if self.source else ""
        wanted = photos.agreed(target, format, own)
        sources = () if in_place or self.source is None else (self.source,)
        stored = self.encode(wanted, metadata)
        photos.write_atomically(target, stored, overwrite or in_place, sources)
        self.path = target
        return target

    def record(self, beside: Path | None = None) -> dict[str, Any]:
        """Return all that `fastseg_edit.replay` needs to make the edit again, as values for JSON.

        Args:
            beside: Folder in which the record will lie. None for the current one.
        """
        about = records.about_photo(self.before, self.source, beside)
        return records.document(self.works, self.report(), about, self._written, beside)

    def report(self) -> dict[str, Any]:
        """Return everything worth knowing about the edit, as plain values for JSON."""
        edit, found = self.edit, self.edit.candidates
        box = None if edit.mask is None else morphology.bounding_box(edit.mask)
        pixels = 0 if edit.mask is None else int(np.count_nonzero(edit.mask))
        return {
            "operation": self.operation,
            "state": self.state,
            "photo": None if self.source is None else str(self.source),
            "output": None if self.path is None else str(self.path),
            "size": [edit.image.shape[1], edit.image.shape[0]],
            "mode": self.before.mode,
            "mask_box": None if box is None else list(box),
            "mask_pixels": pixels,
            "coverage": round(pixels / (edit.image.shape[0] * edit.image.shape[1]), 6),
            "objects": [_plain(each) for each in self.quality] if pixels else [],
            "scores": [] if found is None else [round(float(score), 4) for score in found.scores],
            "verified": None if edit.verdict is None else edit.verdict._asdict(),
            "unmasked_changed_pixels": self.fidelity.unmasked_changed_pixels,
            "unmasked_mean_change": self.fidelity.mean_change,
            "unmasked_max_change": self.fidelity.max_change,
            "stages": [
                {"stage": step.stage, "seconds": round(step.seconds, 4)} for step in edit.history
            ],
            "warnings": [{"code": code, "text": text} for code, text in self.warnings],
        }

    def _may_change(self) -> MaskArray:
        """Return where the photo may have changed, (H, W) bool."""
        if self.edit.result is None or self.edit.mask is None:
            return np.zeros(self.edit.image.shape[:2], bool)
        return self.edit.mask

    def __repr__(self) -> str:
        height, width = self.edit.image.shape[:2]
        share = np.count_nonzero(self._may_change()) / (height * width)
        seconds = sum(step.seconds for step in self.edit.history)
        return (
            f"Edited({self.operation}: {self.state}, {width}x{height} {self.before.mode}, "
            f"{share:.1%} repainted in {seconds:.2f} s)"
        )

    def _repr_png_(self) -> bytes:
        """Show the edit in a notebook: photo, mask and result side by side."""
        return self.edit._repr_png_()


def _plain(judged: Quality) -> dict[str, Any]:
    """Return the numbers of one object for JSON."""
    found = {**asdict(judged), "box": list(judged.box)}.items()
    return {name: round(each, 4) if isinstance(each, float) else each for name, each in found}
