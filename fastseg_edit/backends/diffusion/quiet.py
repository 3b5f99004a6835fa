"""Loading without the libraries' own progress bars, for ours is enough."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import diffusers
import transformers

if TYPE_CHECKING:
    from collections.abc import Iterator

_TALKERS: tuple[Any, ...] = (diffusers.utils.logging, transformers.utils.logging)


@contextmanager
def no_bars() -> Iterator[None]:
    """Keep diffusers and transformers from drawing bars, and leave them as they were after."""
    drawing = [talker for talker in _TALKERS if talker.is_progress_bar_enabled()]
    for talker in drawing:
        talker.disable_progress_bar()
    try:
        yield
    finally:
        for talker in drawing:
            talker.enable_progress_bar()
