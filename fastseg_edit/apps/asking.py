"""Flags of the command line turned into a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastseg_edit import documents, options
from fastseg_edit.apps import texts
from fastseg_edit.errors import PromptError, SpecError
from fastseg_edit.requests import Request
from fastseg_edit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def request(operation: str, given: Mapping[str, Any]) -> Request:
    """Return what the flags ask for.

    Args:
        operation: One of `settings.OPERATIONS`.
        given: The flags, by name.

    Raises:
        SpecError: With E_SPEC, if one of them has another form than it should.
    """
    return Request(
        operation,
        tuple(texts.parts(given)),
        _caption(given.get("caption")),
        chosen(given),
        avoid=texts.avoided(given),
        combine=given["combine"],
        separate=given["separate"],
    )


def _caption(said: str | None) -> str:
    """Return what is to be painted, "" where nothing was said; words that say nothing are none."""
    if said is not None and not said.strip():
        raise PromptError("E_TEXT_EMPTY", "--with is blank", "Leave it out, or say more.")
    return said or ""


def chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags that are settings, with --set as overrides."""
    named = {
        name: given[name]
        for name in options.hints_of(Settings)
        if given.get(name) is not None and name != "avoid"  # still the names of files and boxes
    }
    if overrides := _assigned(given["set"], "--set STAGE.OPTION=VALUE", "."):
        named["overrides"] = overrides
    if options_of_model := _assigned(given["model_option"], "--model-option OPTION=VALUE"):
        named["model_options"] = options_of_model
    if words := texts.labels(given)[:-1]:
        named["labels"] = words
    return named


def _assigned(texts_given: Sequence[str], form: str, within: str = "") -> dict[str, Any]:
    """Return NAME=VALUE flags as a mapping, with values as in YAML.

    Args:
        texts_given: The values of the flag.
        form: The flag, for an error.
        within: What a name has to hold.
    """
    assigned = {}
    for text in texts_given:
        address, equals, value = text.partition("=")
        if not equals or within not in address:
            raise SpecError("E_SPEC", f"{form} was wanted, got {text!r}")
        assigned[address] = documents.scalar(value)
    return assigned
