"""What is to be done to one photo, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastseg_edit import extents, settings
from fastseg_edit.errors import PromptError, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.prompt import Prompt
    from fastseg_edit.sources import Source

CAPTIONED = ("replace", "replace-background")
"""Operations that mean nothing without words, unless a model is named that needs none."""


UNPROMPTED = ("outpaint", "regenerate")
"""Operations that know without a prompt what to paint."""

VERIFIED = ("remove", "fill", "replace")
"""Operations after which something should be gone, or be there."""


@dataclass(frozen=True, eq=False)
class EditSpec:
    """What is to be done to one photo.

    Attributes:
        operation: One of `settings.OPERATIONS`.
        photo: A path, the bytes of a file, an (H, W[, 2, 3 or 4]) array, or a PIL image.
        prompt: What to select. None for what the operation means by itself.
        caption: What to paint. Empty to rebuild the background.
        options: See `Settings`.
        afterwards: Among several edits of one photo: True to look for the object in what the
            edits before have left, and not in the photo as it was.

    Raises:
        SpecError: With E_SPEC, if an option cannot be, or if there must be a caption and is none.
    """

    operation: str
    photo: Source
    prompt: Prompt | None
    caption: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    afterwards: bool = False

    def __post_init__(self) -> None:
        settings.check(self.options)
        extents.check(self.operation, self.options)
        self._check_prompt()
        if "\0" in self.caption:
            raise PromptError("E_TEXT_EMPTY", f"the caption holds a NUL: {self.caption!r}")
        if self.caption and not self.caption.strip():
            raise PromptError("E_TEXT_EMPTY", "the caption is blank", "Leave it out, or say more.")
        if self.options.get("variants", 1) > 1 and self.operation == "segment":
            raise SpecError("E_SPEC", "segment paints nothing, so there are no variants of it")
        if "verify" in self.options and self.operation not in VERIFIED:
            raise SpecError("E_SPEC", f"the result of {self.operation} cannot be verified")
        wants = self.operation in CAPTIONED and "model" not in self.options
        if wants and not self.caption.strip():
            raise SpecError(
                "E_SPEC",
                f"{self.operation} needs to know what to paint",
                "Say --with 'a red mug', or --model colour --with white, or --model blur.",
            )

    def _check_prompt(self) -> None:
        if self.prompt is None and self.operation not in UNPROMPTED:
            raise SpecError("E_SPEC", f"{self.operation} needs to know what to select, got None")
        if self.prompt is not None and self.operation == "outpaint":
            raise SpecError("E_SPEC", "outpaint takes no prompt: it goes on beyond the sides")
        if self.options.get("keep_layout") and self.operation == "outpaint":
            raise SpecError("E_SPEC", "beyond the photo there is no layout to keep")
