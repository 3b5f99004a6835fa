"""The pipeline of an operation, with the settings of one edit applied."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from fastseg_edit import library, models, profiles, recipe, registry, settings
from fastseg_edit.errors import RecipeError, SpecError
from fastseg_edit.pipeline import Pipeline
from fastseg_edit.stages import Verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.profiles import Profile
    from fastseg_edit.protocols import Stage

READY_MASK = {
    "take-in-rim.reach": 0,
    "matte.reach": 0,
    "dilate.radius": 0,
    "fill-holes.side": 0,
    "drop-specks.side": 0,
    "composite.feather": 0,
}
"""A ready mask is taken as it is, to the pixel, unless the recipe or a setting says otherwise."""

GOING_ON = {"composite.blend": "poisson"}
"""What goes on beyond the sides of a photo has no step there. On scenes and photos, this came out
0.2 to 0.4 dB nearer to what was cut off. What words ask for may begin with a step."""


def build(
    operation: str, options: Mapping[str, Any], ready: bool = False, caption: str = ""
) -> tuple[Pipeline, Pipeline]:
    """Return the pipeline of an operation with the settings applied.

    Args:
        operation: One of `settings.OPERATIONS`, and the name of its recipe.
        options: See `Settings`.
        ready: True if the prompt is a ready mask, to be taken as it is: where the recipe states
            no such option, its stages neither grow nor clean nor feather it. Settings win.
        caption: What will be painted: with one and without, a profile may paint with different
            models, and settings of the model are for the one that does.

    Returns:
        The stages that select, and those that paint: none for a dry run.

    Raises:
        RecipeError: With E_RECIPE, if the recipe paints and the operation does not, or the other
            way round.
    """
    path = library.locate(options.get("recipe", operation))
    overrides, model = _split(options)
    profile = profiles.load(options.get("profile", "auto"))
    load = partial(
        recipe.load, path, profile=profile, defaults=_defaults(operation, ready, caption)
    )
    pipeline = load(overrides)
    laid_out = options.get("keep_layout", False) or "layout" in pipeline.gives
    if model:
        # A recipe may name its own inpainter.
        named = _painter(pipeline, caption, laid_out=laid_out)
        name, known = profiles.split(named or profile.painter(caption, laid_out=laid_out))
        pipeline = load({**overrides, "inpaint.model": {"name": name, **known, **model}})
    if laid_out:
        pipeline = _laid_out(pipeline, profile)
    _check_paints(operation, pipeline, path.name)
    return halves(pipeline, options)


def halves(pipeline: Pipeline, options: Mapping[str, Any]) -> tuple[Pipeline, Pipeline]:
    """Return the stages that select, and those that paint: none for a dry run.

    Args:
        pipeline: All stages.
        options: See `Settings`; `dry_run`, `verify` and `device` count.
    """
    first = _painting(pipeline)
    selecting, painting = pipeline[:first], pipeline[first:]
    if options.get("dry_run"):
        painting = Pipeline()
    elif tries := options.get("verify"):
        painting = Pipeline(Verify(_looking(selecting), painting, tries))
    _check_device([*selecting, *painting], options.get("device", "auto"))
    return selecting, painting


def _defaults(operation: str, ready: bool, caption: str) -> dict[str, Any]:
    """Return options of stages for which neither the recipe nor a setting says anything."""
    goes_on = operation == "outpaint" and not caption.strip()
    return {**(READY_MASK if ready else {}), **(GOING_ON if goes_on else {})}


def _split(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options of stages that settings state, by address, and those of the inpainter."""
    overrides: dict[str, Any] = {}
    model: dict[str, Any] = {}
    for address, value in settings.addressed(options):
        stage, _, option = address.partition(".")
        (model if stage == "model" else overrides)[option if stage == "model" else address] = value
    return overrides | options.get("overrides", {}), model | options.get("model_options", {})


def stand_ins(stages: Iterable[Stage]) -> list[str]:
    """Tell of each model that is named without weights, and has none for photos on this machine.

    Returns:
        A line for each, since what such a model says of a photo is worth nothing.
    """
    taken = (
        (profiles.title(spec), name)
        for role, spec in _specs(stages)
        if (name := models.stand_in(role, spec))
    )
    return [
        f"{model} is named without weights, and none for photos are on this machine: {name} was "
        "taken, which knows only drawn scenes. See: fastseg-edit models list"
        for model, name in dict.fromkeys(taken)
    ]


def takes_device(stages: Iterable[Stage]) -> bool:
    """Tell whether the device of any of their models can be chosen."""
    return any(models.takes_device(role, spec) for role, spec in _specs(stages))


def painter_module(stages: Pipeline, caption: str) -> str:
    """Return the module of the model that paints a caption, or goes on without one.

    It is not imported for that. Empty if no stage names such a model.
    """
    spec = _painter(stages, caption, laid_out="layout" in stages.gives)
    if not isinstance(spec, str | Mapping):
        return ""
    return registry.path("inpainter", profiles.split(spec, "inpainter")[0]).partition(":")[0]


def _specs(stages: Iterable[Stage]) -> Iterator[tuple[str, Any]]:
    """Yield the models that stages name, each with its role."""
    for stage in stages:
        if isinstance(stage, Verify):
            yield from _specs(stage.painting)
        for role, option in getattr(stage, "roles", {}).items():
            named = getattr(stage, option)
            specs = profiles.several(named) if role == "fallback" else (named,)
            yield from ((profiles.KINDS.get(role, role), spec) for spec in specs)


def _painter(pipeline: Pipeline, caption: str, *, laid_out: bool) -> Any:
    """Return the inpainter that a pipeline names for a caption, for none, or for a layout, or None.

    It is that of the first stage that paints with a model.
    """
    painting = (stage for stage in pipeline if hasattr(stage, "painter"))
    return next((stage.painter(caption, laid_out=laid_out) for stage in painting), None)


def _laid_out(pipeline: Pipeline, profile: Profile) -> Pipeline:
    """Return a pipeline that finds the layout before it paints."""
    if "layout" in pipeline.gives:
        return pipeline
    first = _painting(pipeline)
    finding = recipe.build({"stages": ["lay-out"]}, profile=profile)
    return Pipeline(*pipeline[:first], *finding, *pipeline[first:])


def _looking(selecting: Pipeline) -> Pipeline:
    """Return the stages up to the first that gives a mask."""
    masking = (place for place, stage in enumerate(selecting, 1) if "mask" in stage.gives)
    return selecting[: next(masking, len(selecting))]


def _painting(pipeline: Pipeline) -> int:
    """Return the place of the first stage that paints."""
    painting = (place for place, stage in enumerate(pipeline) if "result" in stage.gives)
    return next(painting, len(pipeline))


def _check_paints(operation: str, pipeline: Pipeline, origin: str) -> None:
    paints = "result" in pipeline.gives
    if paints and operation == "segment":
        hint = (
            f"Use the command {', '.join(settings.OPERATIONS[1:-1])} or {settings.OPERATIONS[-1]}."
        )
        raise RecipeError("E_RECIPE", f"recipe {origin} paints, and segment paints nothing", hint)
    if not paints and operation != "segment":
        message = f"recipe {origin} only selects, and {operation} paints"
        raise RecipeError("E_RECIPE", message, "Use the command segment.")


def _check_device(stages: Iterable[Stage], device: str) -> None:
    """Refuse a device that no model of the stages could run on."""
    if device in ("auto", "cpu"):
        return
    if not takes_device(stages):
        raise SpecError(
            "E_DEVICE",
            f"device {device!r} cannot be used: the models of this profile run on the CPU",
            "Leave --device out.",
        )
