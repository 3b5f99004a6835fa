"""Pipelines as YAML files.

A recipe lists stages by registered name, each with its options. A stage that names no model takes
the profile's.

    about: Remove the object under a click.
    stages:
      - segment
      - select
      - dilate: {radius: 2%}
      - inpaint: {context: 100%}
      - composite: {feather: 3}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents, library, profiles, registry
from fastseg_edit.errors import FastsegError, RecipeError
from fastseg_edit.pipeline import Pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.profiles import Profile
    from fastseg_edit.protocols import Stage

FROM_USER = {"image", "prompt", "caption", "mask"}
"""Fields that an edit may hold before any stage has run."""


def load(
    recipe: str | Path,
    overrides: Mapping[str, Any] | None = None,
    profile: Profile | None = None,
) -> Pipeline:
    """Read a recipe and build its pipeline.

    Args:
        recipe: Path of a YAML file, or the bare name of one in `pipelines/`.
        overrides: Options to change, by the name or the number of the stage, such as
            {"dilate.radius": "2%", "3.radius": 8}.
        profile: Models for the stages that name none. Left out, each takes that of `auto` when it
            first runs.

    Raises:
        RecipeError: If there is no such recipe, or it does not describe a pipeline. Nothing has
            been imported but the classes of its stages.
    """
    path = library.locate(recipe)
    return build(documents.read(path), overrides, profile, origin=path.name)


def build(
    document: Mapping[str, Any],
    overrides: Mapping[str, Any] | None = None,
    profile: Profile | None = None,
    origin: str = "recipe",
) -> Pipeline:
    """Build a pipeline from the parsed YAML of a recipe. Arguments and errors as for `load`."""
    for key in document.keys() - {"about", "stages"}:
        hint = registry.suggest(key, ["about", "stages"])
        raise RecipeError("E_RECIPE", f"{origin}: no key {key!r} in a recipe", hint)
    entries = document.get("stages")
    if not isinstance(entries, list) or not entries:
        raise RecipeError("E_RECIPE", f"{origin}: wants a list under 'stages', got {entries!r}")
    named = [_parse(entry, f"{origin}, stage {n}") for n, entry in enumerate(entries, 1)]
    _override(named, dict(overrides or {}), origin)
    stages = [
        _stage(name, options, profile, f"{origin}, stage {number}")
        for number, (name, options) in enumerate(named, 1)
    ]
    pipeline = Pipeline(*stages)
    if unmet := set(pipeline.needs) - FROM_USER:
        missing = ", ".join(sorted(unmet))
        raise RecipeError("E_RECIPE", f"{origin}: no stage before gives {missing}")
    return pipeline


def dump(pipeline: Pipeline) -> dict[str, Any]:
    """Return the document from which `build` makes an equal pipeline."""
    return {"stages": [_entry(stage) for stage in pipeline]}


def _parse(entry: Any, origin: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of one stage as it stands in a recipe."""
    if isinstance(entry, str):
        return entry, {}
    if isinstance(entry, Mapping) and len(entry) == 1:
        (name, options), *_ = entry.items()
        if isinstance(name, str) and isinstance(options, Mapping | None):
            return name, dict(options or {})
    raise RecipeError(
        "E_RECIPE", f"{origin}: wants a name, or one name with its options, got {entry!r}"
    )


def _override(
    named: list[tuple[str, dict[str, Any]]], overrides: dict[str, Any], origin: str
) -> None:
    for address, value in overrides.items():
        stage, _, option = address.partition(".")
        found = [
            options
            for number, (name, options) in enumerate(named, 1)
            if stage in (name, str(number))
        ]
        if not found or not option:
            hint = registry.suggest(stage, [name for name, _ in named])
            raise RecipeError("E_SPEC", f"{origin} has no stage for {address!r}", hint)
        if len(found) > 1:
            places = [str(n) for n, (name, _) in enumerate(named, 1) if name == stage]
            hint = f"Say which one: {' or '.join(f'{place}.{option}' for place in places)}."
            raise RecipeError("E_SPEC", f"{origin} has several stages {stage!r}", hint)
        found[0][option] = value


def _stage(name: str, options: dict[str, Any], profile: Profile | None, origin: str) -> Stage:
    try:
        stage_class = registry.find("stage", name)
        known = [field.name for field in fields(stage_class)]
        for option in options:
            if option not in known:
                hint = registry.suggest(option, known)
                raise RecipeError("E_RECIPE", f"{name} has no option {option!r}", hint)
        return _with_models(stage_class(**options), profile)
    except FastsegError as error:
        raise RecipeError(error.code, f"{origin}: {error.message}", error.hint) from error


def _with_models(stage: Any, profile: Profile | None) -> Stage:
    """Check the models that a stage names, and fill in the profile's where it names none."""
    for role, option in getattr(stage, "roles", {}).items():
        spec = getattr(stage, option)
        if spec is None and profile is not None:
            stage = replace(stage, **{option: getattr(profile, role)})
        elif isinstance(spec, str | Mapping):
            profiles.check(role, spec)
    return stage  # type: ignore[no-any-return]


def _entry(stage: Any) -> str | dict[str, Any]:
    options = {
        field.name: value
        for field in fields(stage)
        if (value := getattr(stage, field.name)) != field.default or field.default is MISSING
    }
    name = registry.name_of("stage", type(stage))
    return {name: options} if options else name
