"""The recipes that come with the project, and where they lie."""

from __future__ import annotations

from pathlib import Path

from fastseg_edit import documents, registry
from fastseg_edit.errors import RecipeError

_PACKAGE = Path(__file__).parent
FOLDERS = (_PACKAGE / "pipelines", _PACKAGE.parent / "pipelines")
"""In an installed package, and in a source checkout."""


def known() -> dict[str, str]:
    """Return the recipes that come with the project: name and what each says about itself."""
    paths = sorted(path for folder in FOLDERS for path in folder.glob("*.yaml"))
    return {path.stem: str(documents.read(path).get("about", "")) for path in paths}


def locate(recipe: str | Path) -> Path:
    """Return the file of a recipe.

    Raises:
        RecipeError: If it is neither a file nor the name of a recipe that comes with the project.
    """
    for path in (Path(recipe), *(folder / f"{recipe}.yaml" for folder in FOLDERS)):
        if path.suffix in (".yaml", ".yml") and path.is_file():
            return path
    hint = registry.suggest(str(recipe), known())
    raise RecipeError("E_RECIPE", f"no recipe and no YAML file {str(recipe)!r}", hint)
