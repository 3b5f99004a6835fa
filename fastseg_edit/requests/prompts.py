"""The prompt of a document: a list of what to select."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastseg_edit import registry
from fastseg_edit.requests import entries, words
from fastseg_edit.requests.parts import COMBINE, Part
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastseg_edit.requests.paths import Folders
    from fastseg_edit.requests.problems import Problems

KEYS = (*entries.READERS, *entries.BESIDES)
"""What a part of a prompt says."""


TOGETHER = ("point", "ref")
"""Kinds of which all that combine alike describe one object."""

MOST = 100
"""Prompts that may be combined: each stands in the one before it, and so it is written down."""


@dataclass(frozen=True)
class Prompts:
    """Reads prompts, and notes what is wrong with each.

    Attributes:
        folders: Where files may lie.
        problems: What is wrong so far.
    """

    folders: Folders
    problems: Problems

    def parts(self, document: Any, place: str, *, whole: bool = False) -> tuple[Part, ...]:
        """Read a prompt.

        Args:
            document: What JSON or YAML said.
            place: Where in the whole document it stands.
            whole: True if it need not say what to select: that is the whole photo.
        """
        if not isinstance(document, list) or not document:
            came = "nothing" if document is None else repr(document)
            hint = "Write for example [{text: the car}, {box: [10, 10, 90, 90]}]."
            self.problems.say(place, f"a list of what to select was wanted, got {came}", hint)
            return ()
        if place.count("/prompt") > entries.DEEPEST:
            self.problems.say(
                "/prompt", f"more than {entries.DEEPEST} prompts stand in one another"
            )
            return ()
        read = [self._part(entry, inside(place, n)) for n, entry in enumerate(document)]
        found = tuple(part for part in read if part)
        if len(found) > 1 and _weight(found) > MOST:
            hint = "Write boxes as one entry: {boxes: [[LEFT, TOP, RIGHT, BOTTOM], ...]}."
            self.problems.say(place, f"more than {MOST} prompts are combined", hint)
            return ()
        joins = any(part.combine in ("", "union") for part in found)
        if len(found) == len(read) and not (joins or whole):
            message = f"nothing to {found[0].combine} from"
            self.problems.say(place, message, "Add a prompt without combine.")
        return found

    def _part(self, entry: Any, place: str) -> Part | None:
        if type(entry) is dict and len(entry) == 1:
            (kind,) = entry
            if kind in entries.READERS and kind != "prompt":  # as nearly all are
                return self._plain(kind, entry, inside(place, kind))
        if not words.is_mapping(entry, place, self.problems):
            return None
        words.refuse_unknown(entry, KEYS, place, self.problems)
        kinds = [key for key in entry if key in entries.READERS]
        if not kinds and set(entry) - {*entries.BESIDES}:
            return None  # a key that is not known was meant for one
        if len(kinds) != 1:
            named = " and ".join(kinds) or "none"
            hint = f"One of: {', '.join(entries.READERS)}."
            self.problems.say(place, f"each part of a prompt is of one kind, got {named}", hint)
            return None
        (kind,) = kinds
        combine = self._combine(entry, place)
        value = None
        with self.problems.at(inside(place, kind)):
            entries.refuse_foreign(kind, entry)
            if kind == "prompt":
                value = self.parts(entry[kind], inside(place, kind))
            else:
                value = entries.READERS[kind](entry, self.folders)
        return Part(kind, value, combine, inside(place, kind))

    def _plain(self, kind: str, entry: Mapping[str, Any], place: str) -> Part:
        """Read a part that says nothing but what it is."""
        value = None
        with self.problems.at(place):
            value = entries.READERS[kind](entry, self.folders)
        return Part(kind, value, "", place)

    def _combine(self, entry: Mapping[str, Any], place: str) -> str:
        combine = entry.get("combine", "")
        if combine and combine not in COMBINE:
            message = f"combine is one of {', '.join(COMBINE)}, got {combine!r}"
            at = inside(place, "combine")
            self.problems.say(at, message, registry.suggest(str(combine), COMBINE))
            return ""
        return str(combine)


def _weight(parts: Iterable[Part]) -> int:
    """Return how many prompts are combined in the end; clicks and references are one together."""
    return sum(
        _weight(part.value) if part.kind == "prompt" else part.kind not in TOGETHER
        for part in parts
    )
