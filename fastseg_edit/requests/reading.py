"""A document that asks for an edit, read and checked.

    operation: remove
    prompt:
      - text: the car
      - {box: [10, 10, 90, 90], combine: subtract}
    dilate: 2%

Whatever is wrong with it is found at once, without a photo, a mask or a model being looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from fastseg_edit import options, registry, settings
from fastseg_edit.requests import entries, words
from fastseg_edit.requests.defaults import Defaults
from fastseg_edit.requests.paths import Folders
from fastseg_edit.requests.problems import Problems, inside
from fastseg_edit.requests.prompts import Prompts
from fastseg_edit.requests.request import Request
from fastseg_edit.settings import Settings
from fastseg_edit.specs import UNPROMPTED, EditSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastseg_edit.requests.parts import Part, Where

KEYS = ("operation", "prompt", "caption", "afterwards")
"""What an edit says besides its settings."""

UNSAID = {"caption": "", "afterwards": False, "avoid": ()}
"""What an edit means that does not say it. It has to say what is not here."""

MOST_CHECKED = 10_000
"""Settings that are remembered, so that memory does not grow with the document."""

PLAIN = frozenset({str, int, float, bool})
"""Types of the settings that are remembered."""

SEEDS = range(2**63)
"""Seeds that can be: too many to be remembered, as each edit may have its own."""

FILES = ("recipe", "profile", "model", "segmenter")
"""Settings that may name a file."""


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
    return request if len(noted.found) == before and not reader.defaults.broken else None


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
        if not words.is_mapping(own, place, self.problems):
            return None
        usual = self.defaults
        names = usual.once("", lambda: {*known(), *usual.besides}, self.problems)
        words.refuse_unknown(own, names, place, self.problems)
        operation = self._said(own, "operation", place, self._operation)
        request = Request(
            operation,
            self._prompt(own, operation, place),
            self._said(own, "caption", place, self._caption),
            self._settings(own, place),
            self._said(own, "afterwards", place, self._afterwards),
            self._said(own, "avoid", place, self._avoided),
            place=place,
        )
        with self.problems.at(place):  # what an edit is as a whole, such as without a caption
            self._check(request, own)
        return request

    def _said(
        self, own: Mapping[str, Any], key: str, place: str, read_it: Callable[[Any, str], Any]
    ) -> Any:
        """Read what an edit says, or what all of them have in common. That is read once."""
        usual = self.defaults
        if key in own:
            return read_it(own[key], inside(place, key))
        if key not in usual.entries:
            return UNSAID[key] if key in UNSAID else read_it(None, inside(place, key))
        return usual.once(
            (key, read_it.__name__),
            lambda: read_it(usual.entries[key], usual.of(key)),
            self.problems,
        )

    def _check(self, request: Request, own: Mapping[str, Any]) -> None:
        """Refuse what does not go together. What all have in common is looked at once."""
        prompted = bool(request.parts) or request.operation not in UNPROMPTED

        def look() -> None:
            prompt = entries.NO_PROMPT if prompted else None
            EditSpec(request.operation, None, prompt, request.caption, request.settings)

        if "caption" in own or own.keys() & _named():
            what, agreed = _kind_of(request, prompted), self.defaults.agreed
            if what not in agreed:
                look()
                if what and len(agreed) < MOST_CHECKED:
                    agreed.add(what)
        else:
            self.defaults.once((request.operation, prompted), look, self.problems)

    def _prompt(self, own: Mapping[str, Any], operation: str, place: str) -> tuple[Part, ...]:
        whole = operation in UNPROMPTED
        if whole and "prompt" not in own and "prompt" not in self.defaults.entries:
            return ()
        found: tuple[Part, ...] = self._said(
            own, "prompt", place, self._whole if whole else self._parts
        )
        return found

    def _parts(self, document: Any, place: str) -> tuple[Part, ...]:
        return Prompts(self.folders, self.problems).parts(document, place)

    def _whole(self, document: Any, place: str) -> tuple[Part, ...]:
        return Prompts(self.folders, self.problems).parts(document, place, whole=True)

    def _operation(self, operation: Any, place: str) -> str:
        if operation not in settings.OPERATIONS:
            hint = registry.suggest(str(operation), settings.OPERATIONS)
            self.problems.say(place, f"an operation was wanted, got {operation!r}", hint)
            return "segment"
        return str(operation)

    def _settings(self, own: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        """Read the settings. Equal ones come in equal order, wherever each of them stands."""
        usual = self.defaults
        shared: dict[str, Any] = usual.once(
            "settings", lambda: self._chosen(usual.entries, usual.place), self.problems
        )
        chosen = self._chosen(own, place)
        return dict(sorted({**shared, **chosen}.items())) if chosen else shared

    def _chosen(self, document: Mapping[str, Any], place: str) -> dict[str, Any]:
        chosen, checked = {}, self.defaults.checked
        for name in sorted(document.keys() & _named()):
            value = document[name]
            if name == "seed" and type(value) is int and value in SEEDS:
                chosen[name] = value
                continue
            key = (name, type(value), value) if type(value) in PLAIN else None
            if key in checked:
                chosen[name] = checked[key]
                continue
            with self.problems.at(inside(place, name)):
                settings.check({name: value})
                chosen[name] = value
                if name in FILES:
                    chosen[name] = entries.named(value, self.folders)
                if key and len(checked) < MOST_CHECKED:
                    checked[key] = chosen[name]
        return chosen

    def _avoided(self, document: Any, place: str) -> tuple[Where, ...]:
        listed = document if isinstance(document, list) else [document]
        found = list[Any]()
        for number, entry in enumerate(listed):
            with self.problems.at(inside(place, number)):
                found.append(entries.where(entry, self.folders))
        return tuple(found)

    def _caption(self, caption: Any, place: str) -> str:
        return str(self._of_type("caption", caption, "", place))

    def _afterwards(self, afterwards: Any, place: str) -> bool:
        return bool(self._of_type("afterwards", afterwards, False, place))

    def _of_type(self, key: str, value: Any, default: Any, place: str) -> Any:
        with self.problems.at(place):
            options.check(key, value, type(default))
            return value
        return default


def _kind_of(request: Request, prompted: bool) -> tuple[Any, ...]:
    """Return what tells whether an edit goes together. Empty if that cannot be told in short.

    Of a caption it matters whether there is one; a seed goes with everything.
    """
    caption = request.caption
    said = caption if "\0" in caption or not caption.strip() else "..."
    told: list[Any] = [request.operation, prompted, said]
    for name, value in request.settings.items():
        if type(value) not in PLAIN:
            return ()
        if name != "seed":
            told += name, type(value), value
    return tuple(told)


@cache
def known() -> tuple[str, ...]:
    """Return the keys of an edit."""
    return (*KEYS, *options.hints_of(Settings))


@cache
def _named() -> frozenset[str]:
    """Return the names of the settings that have no reader of their own."""
    return frozenset(options.hints_of(Settings)) - {"avoid"}
