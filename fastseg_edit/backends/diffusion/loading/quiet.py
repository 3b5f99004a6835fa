"""Loading without what the libraries say meanwhile, for ours is enough."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from logging import CRITICAL
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


@contextmanager
def silence() -> Iterator[None]:
    """Keep them from warnings, too: what fits and what does not is looked at by ourselves."""
    levels = [talker.get_verbosity() for talker in _TALKERS]
    for talker in _TALKERS:
        talker.set_verbosity(CRITICAL)
    try:
        with no_bars(), warnings.catch_warnings():
            # Its own classes have not moved on.
            warnings.filterwarnings("ignore", "`FluxPosEmbed` is deprecated", FutureWarning)
            yield
    finally:
        for talker, level in zip(_TALKERS, levels, strict=True):
            talker.set_verbosity(level)
