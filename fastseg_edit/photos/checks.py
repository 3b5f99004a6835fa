"""What a header may say before anything is decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastseg_edit.errors import InputError

if TYPE_CHECKING:
    from fastseg_edit.photos.photo import Limits

MIN_SIDE = 8
"""Pixels; a smaller picture leaves no context to repaint from."""


def check_size(width: int, height: int, limits: Limits, name: str) -> None:
    """Refuse a picture that is too large or too small, by its header.

    Raises:
        InputError: E_TOO_MANY_PIXELS, E_TOO_SMALL.
    """
    if width * height > limits.max_pixels:
        found = f"{name} has {width}x{height} = {width * height / 1e6:.3g} MP"
        message = f"{found}, more than {limits.max_pixels / 1e6:.3g} MP"
        raise InputError("E_TOO_MANY_PIXELS", message, "Raise the limit with --max-pixels.")
    if min(width, height) < MIN_SIDE:
        message = f"{name} is {width}x{height}, each side needs {MIN_SIDE} pixels"
        raise InputError("E_TOO_SMALL", message)


def check_frame(frames: int, frame: int | None, name: str) -> None:
    """Refuse a file of several pictures if none was chosen, or one that is not there.

    Raises:
        InputError: E_MULTI_FRAME.
    """
    if frame is None and frames > 1:
        hint = f"Choose one with --frame 0 to --frame {frames - 1}."
        raise InputError("E_MULTI_FRAME", f"{name} holds {frames} pictures", hint)
    if frame is not None and not 0 <= frame < frames:
        message = f"{name} has no picture {frame}; it holds {frames}, counted from 0"
        raise InputError("E_MULTI_FRAME", message)


def unreadable(name: str, what: str) -> InputError:
    """Say that a format is read, but not this variety of it."""
    hint = "Save it with 8 or 16 bits per channel as gray, RGB or RGBA."
    return InputError("E_INPUT_FORMAT", f"{name} holds {what}, which is not read", hint)
