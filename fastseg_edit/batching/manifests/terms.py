"""What an item says besides its edit: how its results are written, and what its mask must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from fastseg_edit import photos, registry, settings
from fastseg_edit.batching.manifests.gates import NAMES, Bounds, Gates, Otherwise
from fastseg_edit.batching.manifests.items import IfExists, Writing
from fastseg_edit.errors import SpecError, UnknownNameError
from fastseg_edit.requests import words
from fastseg_edit.requests.problems import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fastseg_edit.requests import Defaults, Problems

METADATA = ("keep", "icc-only", "strip")

FORMATS = ("keep", *(ending[1:] for ending in photos.ENDINGS))
"""What a format is called."""

SHARES = ("coverage", "border")
"""Gates that bound a share, which may be said in percent."""

OTHERWISE = get_args(Otherwise)
"""What becomes of an item whose mask is not as wanted."""


@dataclass(frozen=True)
class Terms:
    """Reads what items say besides their edits.

    Attributes:
        defaults: What an item says where it says nothing else.
        problems: Takes what is wrong.
    """

    defaults: Defaults
    problems: Problems

    def writing(self, own: Mapping[str, Any], place: str) -> Writing:
        """Return how the results of an item are written."""
        shared: dict[str, Any] = self.defaults.once(
            "writing", lambda: self._read(self.defaults.entries, self.defaults.place), self.problems
        )
        if own.keys() & READERS.keys():
            return Writing(**{**shared, **self._read(own, place)})
        usual: Writing = self.defaults.once("written", lambda: Writing(**shared), self.problems)
        return usual

    def gates(self, own: Mapping[str, Any], place: str) -> Gates:
        """Return what the mask of an item must be."""
        if "gates" in own:
            return _gates(own["gates"], inside(place, "gates"), self.problems)
        said, at = self.defaults.entries.get("gates", {}), self.defaults.of("gates")
        return self.defaults.once("gates", lambda: _gates(said, at, self.problems), self.problems)

    def _read(self, document: Mapping[str, Any], place: str) -> dict[str, Any]:
        found = {}
        for key, read in READERS.items():
            if key in document:
                with self.problems.at(inside(place, key)):
                    found[key] = read(document[key])
        return found


def _gates(document: Any, place: str, problems: Problems) -> Gates:
    if not words.is_mapping(document, place, problems):
        return Gates()
    words.refuse_unknown(document, (*NAMES, "otherwise"), place, problems)
    found = dict[str, Any]()
    for name in NAMES:
        if name in document:
            with problems.at(inside(place, name)):
                found[name] = _bounds(name, document[name])
    if "otherwise" in document:
        with problems.at(inside(place, "otherwise")):
            found["otherwise"] = _one_of("otherwise", document["otherwise"], OTHERWISE)
    return Gates(**found)


def _bounds(name: str, said: Any) -> Bounds:
    """Return what {min, max}, [min, max] or one number stands for: of `border` the most."""
    match said:
        case {**bounds} if bounds and bounds.keys() <= {"min", "max"}:
            least, most = bounds.get("min"), bounds.get("max")
        case [least, most]:
            pass
        case int() | float() | str():
            least, most = (None, said) if name == "border" else (said, None)
        case _:
            message = f"{name} is a number, [least, most] or {{min, max}}, got {said!r}"
            raise SpecError("E_SPEC", message)
    bounds_ = Bounds(_number(name, least), _number(name, most))
    if None not in bounds_ and bounds_.least > bounds_.most:  # type: ignore[operator]  # not None
        raise SpecError("E_SPEC", f"{name} is at least {least} and at most {most}: nothing is both")
    return bounds_


def _number(name: str, said: Any) -> float | None:
    if said is None:
        return None
    number, share = said, name in SHARES
    if isinstance(said, str) and said.endswith("%") and share:
        try:
            number = float(said[:-1]) / 100
        except ValueError:
            number = said
    good = isinstance(number, int | float) and not isinstance(number, bool)
    if not good or not 0 <= number <= (1 if share else float("inf")):
        wanted = "a share from 0 to 1, or 0% to 100%," if share else "a number of at least 0"
        raise SpecError("E_SPEC", f"{name}: {wanted} was wanted, got {said!r}")
    return float(number)


def _format(said: Any) -> str:
    found = _one_of("format", said.lower() if isinstance(said, str) else said, FORMATS)
    return photos.ENDINGS.get(f".{found}", "keep")


def _save(said: Any) -> tuple[str, ...]:
    listed = said.split(",") if isinstance(said, str) else said
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        message = f"a list was wanted, or a text with commas, got {said!r}"
        raise SpecError("E_SPEC", message, f"Of: {', '.join(settings.SAVED)}.")
    named = (one.strip() for one in listed)
    return tuple(dict.fromkeys(_one_of("save", one, settings.SAVED) for one in named if one))


def _sidecar(said: Any) -> bool:
    if not isinstance(said, bool):
        raise SpecError("E_SPEC", f"sidecar is true or false, got {said!r}")
    return said


def _one_of(key: str, said: Any, known: Iterable[str]) -> str:
    if not isinstance(said, str) or said not in known:
        hint = registry.suggest(str(said), known)
        raise UnknownNameError("E_SPEC", f"{key} knows nothing called {said!r}", hint)
    return said


READERS: dict[str, Callable[[Any], Any]] = {
    "format": _format,
    "metadata": lambda said: _one_of("metadata", said, METADATA),
    "save": _save,
    "sidecar": _sidecar,
    "if_exists": lambda said: _one_of("if_exists", said, get_args(IfExists)),
}
"""How each key is read that says how results are written."""

KEYS = (*READERS, "gates")
