"""Profiles: which model fills each role.

A stage that names no model takes the profile's, so that one recipe serves a laptop without
downloads and a machine with a GPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

from fastseg_edit import documents, registry
from fastseg_edit.errors import ModelError, UnknownNameError

ModelSpec: TypeAlias = str | Mapping[str, Any]
"""A registered name, or a mapping with `name` and the options of its class."""


@dataclass(frozen=True)
class Profile:
    """A model for each role. None where the profile has none.

    Attributes:
        name: What the profile is called, or the file that it comes from.
        segmenter: Clicks, boxes and strokes to masks.
        grounder: Words or a reference photo to places.
        ranker: Words or a reference photo to scores.
        inpainter: A hole to pixels.
        why: Why `auto` chose this profile. Empty for a profile asked for by name.
    """

    name: str
    segmenter: ModelSpec | None = None
    grounder: ModelSpec | None = None
    ranker: ModelSpec | None = None
    inpainter: ModelSpec | None = None
    why: str = ""

    def model(self, role: str) -> ModelSpec:
        """Return the model for a role.

        Raises:
            ModelError: With E_MODEL_MISSING and the line that installs one, if there is none.
        """
        spec: ModelSpec | None = getattr(self, role)
        if spec is None:
            raise ModelError(
                "E_MODEL_MISSING",
                f"{PURPOSES[role]} needs a {role}, and profile {self.name!r} has none",
                f"Run: pip install 'fastseg-edit[{EXTRAS[role]}]'",
            )
        return spec


ROLES = ("segmenter", "grounder", "ranker", "inpainter")

EXTRAS = {
    "segmenter": "sam",
    "grounder": "grounding",
    "ranker": "clip",
    "inpainter": "diffusion",
}
"""The extra that brings a better model for each role."""

PURPOSES = {
    "segmenter": "finding the object",
    "grounder": "a text or reference prompt",
    "ranker": "choosing by words",
    "inpainter": "painting",
}
"""What each role is there for, in the words of an error."""

BUILT_IN = {
    "classical": Profile("classical", segmenter="grabcut", inpainter="exemplar"),
}


def load(profile: str | Path = "auto") -> Profile:
    """Return a profile by name, or from a YAML file that maps roles to models.

    Raises:
        UnknownNameError: If there is no such profile, role or model.
        RecipeError: If the file is not such a mapping.
    """
    if str(profile) == "auto":
        return auto()
    if str(profile) in BUILT_IN:
        return BUILT_IN[str(profile)]
    if not Path(profile).is_file():
        hint = registry.suggest(str(profile), [*BUILT_IN, "auto"])
        raise UnknownNameError("E_NAME", f"no profile and no file {str(profile)!r}", hint)
    return _build(documents.read(Path(profile)), str(profile))


def auto() -> Profile:
    """Return the best profile whose models are on this machine, and say why."""
    best = BUILT_IN["classical"]
    why = "no model weights are on this machine; the classical models need none"
    return Profile("classical", best.segmenter, best.grounder, best.ranker, best.inpainter, why)


def check(role: str, spec: ModelSpec) -> None:
    """See whether a model is registered and takes the options given, without building it.

    Raises:
        UnknownNameError: With E_NAME and the nearest name.
    """
    name, options = split(spec)
    registry.path(role, name)
    if not options:
        return
    known = [field.name for field in fields(registry.find(role, name))]
    for option in options:
        if option not in known:
            hint = registry.suggest(option, known)
            message = f"{role} {name!r} has no option {option!r}"
            raise UnknownNameError("E_SPEC", message, hint)


def split(spec: ModelSpec) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of a model spec."""
    if isinstance(spec, str):
        return spec, {}
    options = dict(spec)
    if not isinstance(name := options.pop("name", None), str):
        raise UnknownNameError("E_SPEC", f"a model needs a name, got {spec!r}")
    return name, options


def _build(document: Mapping[str, Any], origin: str) -> Profile:
    for role, spec in document.items():
        if role not in ROLES:
            hint = registry.suggest(role, ROLES)
            raise UnknownNameError("E_NAME", f"{origin}: no role is called {role!r}", hint)
        check(role, spec)
    return Profile(origin, **document)
