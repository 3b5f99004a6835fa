"""Captions of which a text encoder reads only the first words."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from fastseg_edit import running
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from fastseg_edit.backends.diffusion.loading.pipeline import Painter
    from fastseg_edit.protocols import Hole


def readable(painter: Painter, caption: str, hole: Hole) -> str:
    """Return what of a caption the model reads, and say what of it plays no part.

    Args:
        painter: The model.
        caption: What to paint, or what not to.
        hole: What it is said of.

    Returns:
        The caption itself, if all of it is read; its first words, if not.

    Raises:
        SpecError: With E_SPEC, if the first word alone is too long.
    """
    # A model may be published without its largest encoder; then the others read.
    tokenizer = getattr(painter.pipeline, painter.family.reader) or painter.pipeline.tokenizer
    most = min(tokenizer.model_max_length, painter.family.reads)
    if _length(tokenizer, caption) <= most:
        return caption
    words = caption.split()
    fitting = bisect_right(
        range(1, len(words) + 1), most, key=lambda count: _length(tokenizer, *words[:count])
    )
    if not fitting:
        message = f"the caption begins with a word of more than {most} tokens"
        raise SpecError("E_SPEC", f"{message}: {words[0][:40]!r}", "Say it in shorter words.")
    kept, dropped = " ".join(words[:fitting]), " ".join(words[fitting:])
    text = f"of the caption the model reads no more than {kept!r}; dropped: {dropped!r}"
    running.remark("W_TEXT_TRUNCATED", text, about=hole)
    return kept


def _length(tokenizer: Any, *words: str) -> int:
    """Return how many tokens words are, with those that frame them."""
    return len(tokenizer(" ".join(words), verbose=False).input_ids)
