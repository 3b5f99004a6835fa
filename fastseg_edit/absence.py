"""The answer "it is not there", in the same words from whoever gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastseg_edit.errors import NoObjectError
from fastseg_edit.prompt import Text

if TYPE_CHECKING:
    from fastseg_edit.prompt import Reference

HINT = "Say it in other words, lower the threshold, or give a click or a box."


def absent(
    like: Text | Reference, count: int, best: float, threshold: float, hint: str = HINT
) -> NoObjectError:
    """Return the error for words or a reference that nothing in a photo answers.

    Args:
        like: What was looked for.
        count: How many objects were looked at.
        best: The score of the best of them. It plays no part if there was none.
        threshold: Score from which on one would have been an answer.
        hint: What to do.
    """
    wanted = repr(like.words[:160]) if isinstance(like, Text) else "the reference"
    digits = 2 if round(best, 2) < round(threshold, 2) else 4  # as many as tell them apart
    told = f"the best of {count} scores {best:.{digits}f}, below {threshold:.{digits}f}"
    return NoObjectError(
        "E_NO_OBJECT",
        f"nothing in the photo answers {wanted}: {told if count else 'no object was found at all'}",
        hint,
    )
