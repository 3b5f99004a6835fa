"""YAML files read as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from fastseg_edit.errors import InputError, RecipeError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """Safe YAML without the two things that hide what a file says."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases: nested ones grow a small file without bound."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key given twice: YAML would silently keep the last one."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                mark = node.value[place][0].start_mark
                raise yaml.MarkedYAMLError(problem=f"key {key!r} twice", problem_mark=mark)
        return super().construct_mapping(node, deep)


def read(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds one mapping.

    Raises:
        InputError: If the file cannot be read or is larger than a megabyte.
        RecipeError: With E_RECIPE, if it is not YAML, or not a mapping with words as keys.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise InputError("E_INPUT_ACCESS", message) from error
    if len(content) > MOST_BYTES:
        raise InputError("E_TOO_MANY_BYTES", f"{path} has more than {MOST_BYTES} bytes")
    return parse(content, str(path))


def parse(text: bytes | str, origin: str) -> dict[str, Any]:
    """Read YAML that holds one mapping.

    Raises:
        RecipeError: With E_RECIPE and the line, if it is not YAML, or not a mapping with words as
            keys.
    """
    try:
        document = yaml.load(text, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, TypeError, ValueError) as error:
        raise RecipeError("E_RECIPE", f"{origin}: not YAML: {_one_line(error)}") from error
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        kind = type(document).__name__
        raise RecipeError("E_RECIPE", f"{origin}: wants a mapping with words as keys, got a {kind}")
    return document


def scalar(text: str) -> Any:
    """Return the number, truth value or word that a text stands for in YAML.

    Raises:
        RecipeError: With E_RECIPE, if it is not YAML.
    """
    return parse(f"value: {text}", repr(text))["value"]


def _one_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{problem} (line {mark.line + 1})" if mark else str(problem)
