"""A document that asks for an edit, read and checked.

    operation: remove
    prompt:
      - text: the car
      - {box: [10, 10, 90, 90], combine: subtract}
    dilate: 2%

Whatever is wrong with it is found at once, without a photo, a mask or a model being looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from fastseg_edit import options, registry, settings
from fastseg_edit.requests import entries
from fastseg_edit.requests.parts import COMBINE, Part
from fastseg_edit.requests.paths import Folders
from fastseg_edit.requests.problems import Problems, inside
from fastseg_edit.requests.request import Request
from fastseg_edit.settings import Settings
from fastseg_edit.specs import UNPROMPTED, EditSpec

if TYPE_CHECKING:
    from fastseg_edit.requests.parts import Where

KEYS = ("operation", "prompt", "caption", "afterwards")
"""What an edit says besides its settings."""

MEANT = {"op": "operation", "with": "caption", "words": "text", "click": "point", "image": "photo"}
"""Words of other programs, and ours for the same."""

FILES = ("recipe", "profile", "model", "segmenter")
"""Settings that may name a file."""


@dataclass(frozen=True)
class Defaults:
    """What holds for several edits of one document.

    Attributes:
        entries: What an edit says where it says nothing else.
        place: Where in the document they stand.
        besides: Keys of an edit that somebody else reads.
    """

    entries: Mapping[str, Any] = field(default_factory=dict)
    place: str = "/defaults"
    besides: tuple[str, ...] = ()


def read(
    document: Any,
    folders: Folders | None = None,
    problems: Problems | None = None,
    place: str = "",
    defaults: Defaults | None = None,
) -> Request | None:
    """Read an edit.

    Args:
        document: What JSON or YAML said.
        folders: Where its files may lie. None for the current folder.
        problems: Takes what is wrong with it. None to raise that at the end.
        place: Where in a larger document it stands, as a JSON pointer.
        defaults: What it says where it says nothing else, and which of its keys are not its own.

    Returns:
        The edit. None if something is wrong with it, and `problems` has it.

    Raises:
        DocumentError: With all mistakes, if `problems` is None.
    """
    noted = Problems() if problems is None else problems
    before = len(noted.found)
    reader = _Reader(folders or Folders(), noted, defaults or Defaults())
    request = reader.edit(document, place)
    if problems is None:
        noted.refuse("edit")
    return request if len(noted.found) == before else None


class _Places(NamedTuple):
    """Where what an edit says stands in the document.

    Attributes:
        own: The place of the edit.
        shared: The place of what holds for several.
        inherited: The keys that come from there.
    """

    own: str
    shared: str
    inherited: Set[str]

    def of(self, key: str) -> str:
        """Return the place of what stands under a key."""
        return inside(self.shared if key in self.inherited else self.own, key)


@dataclass(frozen=True)
class _Reader:
    """Reads the parts of a document, and notes what is wrong with each.

    Attributes:
        folders: Where files may lie.
        problems: What is wrong so far.
        defaults: What holds where an edit says nothing else.
    """

    folders: Folders
    problems: Problems
    defaults: Defaults

    def edit(self, own: Any, place: str) -> Request | None:
        if not self._is_mapping(own, place):
            return None
        self._refuse_unknown(own, (*known(), *self.defaults.besides), place)
        document = {**self.defaults.entries, **own}
        at = _Places(place, self.defaults.place, self.defaults.entries.keys() - own.keys())
        operation = self._operation(document.get("operation"), at.of("operation"))
        request = Request(
            operation,
            self._prompt(document, operation, at.of("prompt")),
            self._of_type(document, "caption", "", at),
            self._settings(document, at),
            self._of_type(document, "afterwards", False, at),
            self._avoided(document.get("avoid", []), at.of("avoid")),
            place=place,
        )
        with self.problems.at(place):  # what an edit is as a whole, such as without a caption
            prompt = entries.NO_PROMPT if request.parts or operation not in UNPROMPTED else None
            EditSpec(operation, None, prompt, request.caption, request.settings)
        return request

    def _prompt(self, document: Mapping[str, Any], operation: str, place: str) -> tuple[Part, ...]:
        if operation in UNPROMPTED and "prompt" not in document:
            return ()
        return self.parts(document.get("prompt"), place, whole=operation in UNPROMPTED)

    def parts(self, document: Any, place: str, *, whole: bool = False) -> tuple[Part, ...]:
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
        joins = any(part.combine in ("", "union") for part in found)
        if len(found) == len(read) and not (joins or whole):
            message = f"nothing to {found[0].combine} from"
            self.problems.say(place, message, "Add a prompt without combine.")
        return found

    def _part(self, entry: Any, place: str) -> Part | None:
        if not self._is_mapping(entry, place):
            return None
        self._refuse_unknown(entry, (*entries.READERS, *entries.BESIDES), place)
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

    def _combine(self, entry: Mapping[str, Any], place: str) -> str:
        combine = entry.get("combine", "")
        if combine and combine not in COMBINE:
            message = f"combine is one of {', '.join(COMBINE)}, got {combine!r}"
            at = inside(place, "combine")
            self.problems.say(at, message, registry.suggest(str(combine), COMBINE))
            return ""
        return str(combine)

    def _operation(self, operation: Any, place: str) -> str:
        if operation not in settings.OPERATIONS:
            hint = registry.suggest(str(operation), settings.OPERATIONS)
            self.problems.say(place, f"an operation was wanted, got {operation!r}", hint)
            return "segment"
        return str(operation)

    def _settings(self, document: Mapping[str, Any], at: _Places) -> dict[str, Any]:
        chosen = {}
        for name in options.hints_of(Settings):
            if name in document and name != "avoid":
                with self.problems.at(at.of(name)):
                    settings.check({name: document[name]})
                    chosen[name] = document[name]
                    if name in FILES:
                        chosen[name] = entries.named(document[name], self.folders)
        return chosen

    def _avoided(self, document: Any, place: str) -> tuple[Where, ...]:
        listed = document if isinstance(document, list) else [document]
        found = list[Any]()
        for number, entry in enumerate(listed):
            with self.problems.at(inside(place, number)):
                found.append(entries.where(entry, self.folders))
        return tuple(found)

    def _of_type(self, document: Mapping[str, Any], key: str, default: Any, at: _Places) -> Any:
        with self.problems.at(at.of(key)):
            options.check(key, value := document.get(key, default), type(default))
            return value
        return default

    def _is_mapping(self, document: Any, place: str) -> bool:
        good = isinstance(document, Mapping) and all(isinstance(key, str) for key in document)
        if not good:
            self.problems.say(place, f"a mapping with words as keys was wanted, got {document!r}")
        return good

    def _refuse_unknown(
        self, document: Mapping[str, Any], names: tuple[str, ...], place: str
    ) -> None:
        for key in document:
            if key not in names:
                say_unknown(self.problems, inside(place, key), key, names)


def known() -> tuple[str, ...]:
    """Return the keys of an edit."""
    return (*KEYS, *options.hints_of(Settings))


def say_unknown(problems: Problems, place: str, key: str, known: tuple[str, ...]) -> None:
    """Note a key that is not known, and the nearest one that is."""
    ours = MEANT.get(key, "")
    hint = f"Did you mean {ours!r}?" if ours in known else registry.suggest(key, known)
    problems.say(place, f"no key {key!r} is known here", hint)
