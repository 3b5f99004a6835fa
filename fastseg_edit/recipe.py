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
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents, library, profiles, registry
from fastseg_edit.errors import FastsegError, RecipeError
from fastseg_edit.pipeline import Pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.profiles import Profile
    from fastseg_edit.protocols import Stage

FROM_USER = {"image", "prompt", "caption", "avoid", "mask"}
"""Fields that an edit may hold before any stage has run."""


def load(
    recipe: str | Path,
    overrides: Mapping[str, Any] | None = None,
    profile: str | Path | Profile | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Pipeline:
    """Read a recipe and build its pipeline.

    Args:
        recipe: Path of a YAML file, or the bare name of one in `pipelines/`.
        overrides: Options to change, by the name or the number of the stage, such as
            {"dilate.radius": "2%", "3.radius": 8}.
        profile: Models for the stages that name none. Left out, each takes that of `auto` when it
            first runs.
        defaults: Options by the name of the stage, such as {"dilate.radius": 0}, for every stage
            of that name whose entry in the recipe does not state the option. Overrides win over
            both.

    Raises:
        RecipeError: If there is no such recipe, or it does not describe a pipeline. Nothing has
            been imported but the classes of its stages.
    """
    path = library.locate(recipe)
    return build(documents.read(path), overrides, profile, path.name, defaults)


def build(
    document: Mapping[str, Any],
    overrides: Mapping[str, Any] | None = None,
    profile: str | Path | Profile | None = None,
    origin: str = "recipe",
    defaults: Mapping[str, Any] | None = None,
) -> Pipeline:
    """Build a pipeline from the parsed YAML of a recipe. Arguments and errors as for `load`."""
    for key in document.keys() - {"about", "stages"}:
        hint = registry.suggest(key, ["about", "stages"])
        raise RecipeError("E_RECIPE", f"{origin}: no key {key!r} in a recipe", hint)
    entries = document.get("stages")
    if not isinstance(entries, list) or not entries:
        raise RecipeError("E_RECIPE", f"{origin}: wants a list under 'stages', got {entries!r}")
    named = [_parse(entry, f"{origin}, stage {n}") for n, entry in enumerate(entries, 1)]
    _fill(named, defaults or {})
    _override(named, dict(overrides or {}), origin)
    models = None if profile is None else profiles.load(profile)
    stages = [
        _stage(name, options, models, f"{origin}, stage {number}")
        for number, (name, options) in enumerate(named, 1)
    ]
    _check_order(stages, [name for name, _ in named], origin)
    return Pipeline(*stages)


def dump(pipeline: Pipeline) -> dict[str, Any]:
    """Return the document from which `build` makes an equal pipeline.

    Raises:
        UnknownNameError: With E_NAME, if a stage is not registered.
        RecipeError: With E_RECIPE, if a stage does not keep an option as an attribute of its name.
    """
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


def _fill(named: list[tuple[str, dict[str, Any]]], defaults: Mapping[str, Any]) -> None:
    for address, value in defaults.items():
        stage, _, option = address.partition(".")
        for name, options in named:
            if name == stage:
                options.setdefault(option, value)


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
        registry.fit(name, stage_class, options, "E_RECIPE")
        return stage_class(**_with_models(stage_class, options, profile))  # type: ignore[no-any-return]
    except FastsegError as error:
        raise RecipeError(error.code, f"{origin}: {error.message}", error.hint) from error


def _with_models(
    stage_class: Any, options: dict[str, Any], profile: Profile | None
) -> dict[str, Any]:
    """Check the models that a stage names, and fill in the profile's where it names none."""
    filled = dict(options)
    for role, option in getattr(stage_class, "roles", {}).items():
        spec = options.get(option, registry.option_names(stage_class)[option])
        if spec is None and role in profiles.PAINTERS and options.get("model") is not None:
            continue  # the one inpainter that is named is meant for everything
        if spec is None and profile is not None:
            filled[option] = getattr(profile, role)
        elif isinstance(spec, str | Mapping | list):
            profiles.check(role, spec)
    return filled


def _check_order(stages: list[Stage], names: list[str], origin: str) -> None:
    """Refuse a stage that needs what no stage before it gives, and the user cannot either.

    What a later stage gives out of nothing, such as the mask of `select`, is not the user's to
    give. A later stage that only makes it better, such as `dilate`, says nothing about that.
    """
    given: set[str] = set()
    for number, stage in enumerate(stages, 1):
        for field in [field for field in stage.needs if field not in given]:
            sources = [
                f"stage {place}, {names[place - 1]}, which comes later"
                for place, later in enumerate(stages[number:], number + 1)
                if field in later.gives and field not in later.needs
            ]
            if sources or field not in FROM_USER:
                hint = f"It is given by {sources[0]}." if sources else ""
                message = f"{names[number - 1]} needs {field}, and no stage before gives {field}"
                raise RecipeError("E_RECIPE", f"{origin}, stage {number}: {message}", hint)
        given.update(stage.gives)


def _entry(stage: Any) -> str | dict[str, Any]:
    options = {}
    for option, default in registry.option_names(type(stage)).items():
        if not hasattr(stage, option):
            message = f"{stage!r} keeps no {option!r}, so that it cannot be written down"
            raise RecipeError("E_RECIPE", message)
        if (value := getattr(stage, option)) != default:
            options[option] = value
    name = registry.name_of("stage", type(stage))
    return {name: options} if options else name
