"""Names of stages and models, and where their classes live.

A name stands for "module:Class", so nothing is imported before it is asked for. Other packages add
names through entry points of the groups `fastseg_edit.stage`, `fastseg_edit.segmenter`, and so on.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from fastseg_edit import options
from fastseg_edit.errors import ModelError, SpecError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = ("stage", "segmenter", "grounder", "ranker", "inpainter")

EXTRAS = ("fastsam", "yolo", "sam", "sam3", "grounding", "clip", "diffusion", "lama")
"""Models that need more libraries than the core has. The extra that brings them has their name."""

BUILT_IN: dict[str, dict[str, str]] = {
    "stage": {
        "segment": "fastseg_edit.stages.segment:Segment",
        "propose": "fastseg_edit.stages.locate:Propose",
        "rank": "fastseg_edit.stages.rank:Rank",
        "match": "fastseg_edit.stages.match:Match",
        "label": "fastseg_edit.stages.label:Label",
        "select": "fastseg_edit.stages.locate:Select",
        "dilate": "fastseg_edit.stages.refine:Dilate",
        "erode": "fastseg_edit.stages.refine:Erode",
        "fill-holes": "fastseg_edit.stages.refine:FillHoles",
        "drop-specks": "fastseg_edit.stages.refine:DropSpecks",
        "smooth": "fastseg_edit.stages.refine:Smooth",
        "snap-to-edges": "fastseg_edit.stages.snap:SnapToEdges",
        "take-in-rim": "fastseg_edit.stages.refine:TakeInRim",
        "take-in-shadow": "fastseg_edit.stages.shadow:TakeInShadow",
        "widen": "fastseg_edit.stages.refine:Widen",
        "matte": "fastseg_edit.stages.matte:MatteRim",
        "invert": "fastseg_edit.stages.refine:Invert",
        "lay-out": "fastseg_edit.stages.layout:LayOut",
        "inpaint": "fastseg_edit.stages.repaint:Inpaint",
        "composite": "fastseg_edit.stages.composite:Composite",
    },
    "segmenter": {
        "grabcut": "fastseg_edit.backends.grabcut.segmenter:GrabCut",
        "fastsam": "fastseg_edit.backends.fastsam:FastSam",
        "sam": "fastseg_edit.backends.sam:Sam",
        "sam3": "fastseg_edit.backends.sam3:Sam3",
    },
    "grounder": {
        "sam3": "fastseg_edit.backends.sam3:Sam3",
        "grounding": "fastseg_edit.backends.grounding:Grounding",
        "yolo": "fastseg_edit.backends.yolo:Yolo",
    },
    "ranker": {
        "clip": "fastseg_edit.backends.clip:Clip",
    },
    "inpainter": {
        "exemplar": "fastseg_edit.backends.exemplar.inpainter:Exemplar",
        "blur": "fastseg_edit.backends.plain:Blur",
        "colour": "fastseg_edit.backends.plain:Colour",
        "diffusion": "fastseg_edit.backends.diffusion:Diffusion",
        "lama": "fastseg_edit.backends.lama:Lama",
    },
}


@cache
def names(kind: str) -> dict[str, str]:
    """Return every known name of a kind, and the "module:Class" that it stands for.

    Raises:
        UnknownNameError: If two packages register one name: neither can be meant without doubt.
    """
    known = dict(BUILT_IN[kind])
    for entry in entry_points(group=f"fastseg_edit.{kind}"):
        if known.get(entry.name, entry.value) != entry.value:
            raise UnknownNameError(
                "E_NAME",
                f"{kind} {entry.name!r} is registered twice: {known[entry.name]}, {entry.value}",
                "Uninstall one of the two packages, or rename its entry point.",
            )
        known[entry.name] = entry.value
    return known


def find(kind: str, name: str, extra: str = "") -> Any:
    """Import the class behind a name.

    Args:
        kind: One of `KINDS`.
        name: The name.
        extra: What to install if its library is missing. Left out, the extra of its name.

    Raises:
        UnknownNameError: With E_NAME, if nothing of this kind has the name.
        ModelError: With E_MODEL_MISSING, if the library that the class needs is not installed.
    """
    module, _, attribute = path(kind, name).partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise ModelError(
            "E_MODEL_MISSING",
            f"{kind} {name!r} needs {error.name!r}, which is not installed",
            f"Run: pip install 'fastseg-edit[{extra or name}]'"
            if name in BUILT_IN[kind] and name in EXTRAS
            else f"Install the package that brings {error.name!r}.",
        ) from error


def path(kind: str, name: str) -> str:
    """Return the "module:Class" behind a name, without importing it.

    Raises:
        UnknownNameError: With E_NAME and the nearest name.
    """
    known = names(kind)
    if name not in known:
        hint = suggest(name, known)
        raise UnknownNameError("E_NAME", f"no {kind} is called {name!r}", hint)
    return known[name]


def remedy(role: str) -> str:
    """Return a sentence on how to come by a model for a role."""
    simplest = min(names(role), key=lambda name: (name in EXTRAS, name))
    return f"Name one in the profile, such as: {role}: {simplest}"


def option_names(factory: Any) -> dict[str, Any]:
    """Return what a class takes by keyword, and its defaults: `Parameter.empty` if it has none."""
    by_keyword = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    return {
        each.name: each.default
        for each in signature(factory).parameters.values()
        if each.kind in by_keyword
    }


def fit(what: str, factory: Any, given: Mapping[str, Any], code: str = "E_SPEC") -> None:
    """See whether a class takes the options given, without building it.

    Args:
        what: What the class is called in an error.
        factory: The class. The values are looked at if it derives from `options.Checked`.
        given: The options, by name.
        code: Of the error for an option that the class does not have.

    Raises:
        UnknownNameError: With the nearest name, if the class has no such option.
        SpecError: With E_SPEC, if an option is missing, or its value does not fit.
    """
    known = option_names(factory)
    anything = any(
        each.kind is Parameter.VAR_KEYWORD for each in signature(factory).parameters.values()
    )
    for option in given:
        if option not in known and not anything:
            hint = suggest(option, known)
            raise UnknownNameError(code, f"{what} has no option {option!r}", hint)
    for option, default in known.items():
        if default is Parameter.empty and option not in given:
            raise SpecError("E_SPEC", f"{what} needs the option {option!r}")
    checked = isinstance(factory, type) and issubclass(factory, options.Checked)
    if checked:
        hints = options.hints_of(factory)
        for option, value in given.items():
            options.check(option, value, hints[option])


def name_of(kind: str, cls: type) -> str:
    """Return the name under which a class is registered, be it through a package that shows it."""
    for name, value in names(kind).items():
        module, _, attribute = value.partition(":")
        if attribute == cls.__qualname__ and f"{cls.__module__}.".startswith(f"{module}."):
            return name
    wanted = f"{cls.__module__}:{cls.__qualname__}"
    raise UnknownNameError("E_NAME", f"{wanted} is not registered as a {kind}")


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the known name nearest to a wrong one, or with all of them."""
    choices = sorted(known)
    near = get_close_matches(str(name), choices, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(choices) or 'none'}."
