"""Words that are longer than what a model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit.prompt import Reference, Text
from fastseg_edit.protocols import Reader

if TYPE_CHECKING:
    from fastseg_edit.edit import Edit


def readable(model: Any, like: Text | Reference, edit: Edit) -> tuple[Text | Reference, Edit]:
    """Return what of a prompt a model can read, and the edit with a note of what it cannot.

    Args:
        model: A ranker or a grounder. One that is no `Reader` gets all of the words.
        like: The words, or a reference, which needs no reading.
        edit: The edit, for its notices.

    Raises:
        PromptError: If the model cannot read even the first word.
    """
    if isinstance(like, Reference) or not isinstance(model, Reader):
        return like, edit
    kept = model.read(like.words)
    dropped = like.words.strip()[len(kept) :].strip()
    if not dropped:
        return like, edit
    text = f"the model reads no more than {kept!r}; dropped: {dropped!r}"
    return Text(kept), edit.noted("W_TEXT_TRUNCATED", text)
