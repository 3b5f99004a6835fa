"""What can be chosen of a report."""

from __future__ import annotations

import os
from dataclasses import dataclass

from fastseg_edit.errors import SpecError


@dataclass(frozen=True)
class Options:
    """What can be chosen of a report.

    Attributes:
        rows: How many items are shown with pictures, the worst ones. 500 make a page of 25 to 40
            MB.
        lines: How many further items the page lists without pictures.
        sheet: How many items the contact sheet shows.
        height: Pixels that a picture of the page is high at the most.
        width: Pixels that it is wide at the most.
        threads: How many pictures are made at a time. 0 for one for each core, 8 at the most.
        pixels: How many pixels of photos and results may be in memory at a time, unless a single
            one has more.

    Raises:
        SpecError: With E_SPEC, if a number is out of range.
    """

    rows: int = 500
    lines: int = 20_000
    sheet: int = 60
    height: int = 320
    width: int = 420
    threads: int = 0
    pixels: int = 100_000_000

    def __post_init__(self) -> None:
        least = {"rows": 0, "lines": 0, "sheet": 0, "height": 16, "width": 16, "threads": 0}
        for name, bound in least.items():
            if getattr(self, name) < bound:
                message = f"{name} must be at least {bound}, got {getattr(self, name)}"
                raise SpecError("E_SPEC", message)

    @property
    def workers(self) -> int:
        """How many threads there are."""
        return self.threads or min(os.cpu_count() or 1, 8)
