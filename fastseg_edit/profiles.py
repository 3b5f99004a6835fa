"""Profiles: which model fills each role.

A stage that names no model takes the profile's, so that one recipe serves a laptop without
downloads and a machine with a GPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from fastseg_edit import aliases, documents, present, registry
from fastseg_edit.errors import FastsegError, ModelError, SpecError, UnknownNameError

ModelSpec: TypeAlias = str | Mapping[str, Any]
"""A name for `aliases.resolved`, or a mapping with `name` and the options of its class."""


@dataclass(frozen=True)
class Profile:
    """A model for each role. None where the profile has none.

    Attributes:
        name: What the profile is called, or the file that it comes from.
        segmenter: Clicks, boxes and strokes to masks.
        grounder: Words or a reference photo to places.
        ranker: Words or a reference photo to scores.
        inpainter: A hole and a caption to pixels.
        remover: A hole without a caption to pixels. None for the inpainter.
        regenerator: A hole and a layout to pixels. None for the inpainter.
        fallback: Segmenters for what the first one finds nothing at, in the order to try them.
        why: Why `auto` chose this profile, or what a profile that leaves roles out takes from
            `auto`. Empty if there is nothing to say.
        extra: What to install to have all of its models at once. Empty if they need nothing.
    """

    name: str
    segmenter: ModelSpec | None = None
    grounder: ModelSpec | None = None
    ranker: ModelSpec | None = None
    inpainter: ModelSpec | None = None
    remover: ModelSpec | None = None
    regenerator: ModelSpec | None = None
    fallback: tuple[ModelSpec, ...] = ()
    why: str = ""
    extra: str = ""

    def model(self, role: str) -> ModelSpec:
        """Return the model for a role.

        Raises:
            ModelError: With E_MODEL_MISSING and how to come by one, if there is none.
        """
        spec: ModelSpec | None = getattr(self, role)
        if spec is None and role in PAINTERS:
            return self.model("inpainter")
        if spec is None:
            message = f"{NEEDS[role]}, and profile {self.name!r} names none"
            hint = WORDS if role in ("grounder", "ranker") else registry.remedy(role)
            raise ModelError("E_MODEL_MISSING", message, hint)
        return spec

    def painter(self, caption: str, *, laid_out: bool = False) -> ModelSpec:
        """Return the model that keeps to a layout, paints a caption, or goes on without one."""
        if laid_out:
            return self.model("regenerator")
        return self.model("inpainter" if caption.strip() else "remover")


ROLES = ("segmenter", "grounder", "ranker", "inpainter", "remover", "regenerator")

PAINTERS = ("remover", "regenerator")
"""Roles that the inpainter fills, where no other model does."""

KINDS = {"fallback": "segmenter", "remover": "inpainter", "regenerator": "inpainter"}
"""What kind of model a role takes, where it is not of the role's name."""

NEEDS = {
    "segmenter": "finding the object needs a segmenter",
    "grounder": "a text or reference prompt needs a grounder or a ranker",
    "ranker": "a text or reference prompt needs a grounder or a ranker",
    "inpainter": "painting needs an inpainter",
}
"""What each role is there for, in the words of an error."""

WORDS = (
    "Give a click, a box or a mask. For words on photos, run: "
    "pip install 'fastseg-edit[grounding]' && fastseg-edit models fetch grounding-dino-tiny. "
    "--profile mini takes words, but knows only drawn scenes"
)
"""What to do where no model reads words."""

NOTHING = "no weights for photos are on this machine; the classical models need none"
"""Why `auto` takes the classical models."""

BUILT_IN = {
    "classical": Profile(
        "classical", segmenter="grabcut", inpainter="exemplar", remover="exemplar"
    ),
    "mini": Profile(
        "mini",
        segmenter={"name": "fastsam", "weights": "fastsam-mini"},
        ranker={"name": "clip", "weights": "clip-mini"},
        inpainter={"name": "diffusion", "weights": "sd-mini"},
        remover={"name": "lama", "weights": "lama-mini"},
        regenerator={"name": "diffusion", "weights": "sd-mini", "controlnet": "sd-mini-control"},
        fallback=({"name": "sam", "weights": "sam-mini"}, "grabcut"),
        why="it knows only drawn scenes, and nothing of the real world",
        extra="mini",
    ),
}


def load(profile: str | Path | Profile = "auto") -> Profile:
    """Return a profile by name, or from a YAML file that maps roles to models.

    A role that a file or a `Profile` leaves out is taken from `auto`, and `why` says so.

    Raises:
        UnknownNameError: If there is no such profile, role or model.
        RecipeError: If the file is not such a mapping.
        SpecError: With E_SPEC, if a model does not take an option or its value.
    """
    if isinstance(profile, Profile):
        return _completed(profile)
    if str(profile) == "auto":
        return auto()
    if str(profile) in BUILT_IN:
        return BUILT_IN[str(profile)]
    if not Path(profile).is_file():
        hint = registry.suggest(str(profile), [*BUILT_IN, "auto"])
        raise UnknownNameError("E_NAME", f"no profile and no file {str(profile)!r}", hint)
    return _completed(_build(documents.read(Path(profile)), str(profile)))


def auto() -> Profile:
    """Return the best models for photos that are on this machine, and say why.

    Where there are no weights for a role, the classical models serve, which need none. They also
    stand in for what another segmenter finds nothing at. The mini pack is never chosen: it has
    never seen a photo, and its answers would look like some.
    """
    found = {role: weights for role in ROLES if (weights := present.best(role))}
    if "segmenter" not in found:
        found.pop("ranker", None)  # it chooses among proposals, and the classical one has none
    if not found:
        return replace(BUILT_IN["classical"], why=NOTHING)
    specs: dict[str, Any] = {
        role: {"name": each.family, "weights": each.name} for role, each in found.items()
    }
    if "segmenter" in found:
        specs["fallback"] = ("grabcut",)
    why = ", ".join(f"{each.name} is the {role}" for role, each in found.items())
    return replace(BUILT_IN["classical"], name="auto", **specs, why=f"{why}, found on this machine")


def check(role: str, spec: Any) -> None:
    """See whether a model is registered and takes the options given, without building it.

    Args:
        role: One of `ROLES`, or "fallback".
        spec: The model; for "fallback" several of them, as for `several`.

    Raises:
        UnknownNameError: With E_NAME and the nearest name; with E_SPEC for an option.
        SpecError: With E_SPEC, if a value does not fit.
    """
    if role == "fallback":
        for each in several(spec):
            check("segmenter", each)
        return
    kind = KINDS.get(role, role)
    name, options = split(spec, kind)
    registry.path(kind, name)
    if options:  # without any, nothing needs to be imported
        registry.fit(f"{kind} {name!r}", registry.find(kind, name), options)


def split(spec: Any, kind: str = "") -> tuple[str, dict[str, Any]]:
    """Return the name and the options of a model spec.

    Args:
        spec: The spec.
        kind: One of `registry.KINDS`, for `aliases.resolved`. Empty for the name as it is.

    Raises:
        SpecError: With E_SPEC, if there is no name, or weights are named twice; as `resolved`.
    """
    options = dict(spec) if isinstance(spec, Mapping) else {}
    name = spec if isinstance(spec, str) else options.pop("name", None)
    if not isinstance(name, str):
        message = f"a model needs a name, alone or with its options as a mapping, got {spec!r}"
        raise UnknownNameError("E_SPEC", message)
    registered, loads = aliases.resolved(kind, name) if kind else (name, {})
    if loads and "weights" in options:
        raise SpecError("E_SPEC", f"{name!r} are weights, and so are {options['weights']!r}")
    return registered, {**loads, **options}


def several(specs: Any) -> tuple[Any, ...]:
    """Return one model, or a list of them, as a tuple. None for no models."""
    listed = isinstance(specs, list | tuple)
    return () if specs is None else tuple(specs) if listed else (specs,)


def extra_of(spec: ModelSpec) -> str:
    """Return what to install for all models of the built-in profile that a model is of, or ""."""
    for profile in BUILT_IN.values():
        if spec in (*(getattr(profile, role) for role in ROLES), *profile.fallback):
            return profile.extra
    return ""


def title(model: Any) -> str:
    """Return what a model is called in a message: its name, or the class of an object."""
    return split(model)[0] if isinstance(model, str | Mapping) else type(model).__name__


def _build(document: Mapping[str, Any], origin: str) -> Profile:
    for role, spec in document.items():
        if role not in (*ROLES, "fallback"):
            hint = registry.suggest(role, (*ROLES, "fallback"))
            raise UnknownNameError("E_NAME", f"{origin}: no role is called {role!r}", hint)
        try:
            check(role, spec)
        except FastsegError as error:
            raise type(error)(error.code, f"{origin}: {error.message}", error.hint) from error
    fallback = several(document.get("fallback"))
    return Profile(origin, **{**document, "fallback": fallback})


def _completed(profile: Profile) -> Profile:
    """Return a profile with the roles that it leaves out taken from `auto`, and that said."""
    best = auto()
    missing = {
        role: model
        for role in ROLES
        if getattr(profile, role) is None and (model := getattr(best, role)) is not None
    }
    if profile.inpainter is not None:
        for role in PAINTERS:  # who names one inpainter means it for everything
            missing.pop(role, None)
    told = (
        f"{Path(profile.name).name} names no {role}; it comes from auto: {split(model)[0]}"
        for role, model in missing.items()
    )
    why = "; ".join([profile.why] * bool(profile.why) + list(told))
    return replace(profile, **missing, why=why)
