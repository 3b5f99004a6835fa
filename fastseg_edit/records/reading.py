"""Records read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit import recipe, requests
from fastseg_edit.annotate import runlengths
from fastseg_edit.errors import RecipeError
from fastseg_edit.photos import source
from fastseg_edit.records import forms, pixels, trust
from fastseg_edit.records.writing import VERSION
from fastseg_edit.requests import Folders

if TYPE_CHECKING:
    from fastseg_edit.edit import Edit
    from fastseg_edit.pipeline import Pipeline
    from fastseg_edit.requests import Request

MOST_BYTES = 256_000_000


@dataclass(frozen=True)
class RecordedEdit:
    """What is recorded of one edit.

    Attributes:
        document: As `writing.edit` wrote it.
        request: What was asked for.
        stages: What ran.
        place: Where in which record it stands.
    """

    document: Mapping[str, Any]
    request: Request
    stages: Pipeline
    place: str = ""

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of all variants that were painted together, or none."""
        return tuple(self.document.get("seeds", ()))

    def selected(self, edit: Edit) -> Edit:
        """Return an edit as it was when painting began.

        Args:
            edit: With the photo, the prompt and the caption.

        Raises:
            RecipeError: With E_RECIPE, if it is damaged, or of a photo of another size.
        """
        known, size = self.document, edit.image.shape[:2]
        with forms.at(f"{self.place}/mask"):
            mask = runlengths.read(known["mask"], size)
        found = edit.evolve(mask=mask, seed=known.get("seed"))
        if "objects" in known:
            with forms.at(f"{self.place}/objects"):
                found = found.evolve(chosen=pixels.read_objects(known["objects"], size))
        if "matte" in known:
            with forms.at(f"{self.place}/matte"):
                found = found.evolve(matte=pixels.read_matte(known["matte"], size))
        if "layout" in known:
            with forms.at(f"{self.place}/layout"):
                found = found.evolve(layout=pixels.read_layout(known["layout"], size))
        return found


@dataclass(frozen=True)
class Record:
    """A record of one edit, or of several of one photo.

    Attributes:
        document: What `Edited.record` wrote.
        edits: What was done, in order.
        origin: What the record is called.
        folder: Where its file lies. None if it is none.
    """

    document: Mapping[str, Any]
    edits: tuple[RecordedEdit, ...]
    origin: str
    folder: Path | None = None

    @property
    def photo(self) -> Mapping[str, Any]:
        """What is known of the photo."""
        found: Mapping[str, Any] = self.document["photo"]
        return found


def load(given: str | Path | Mapping[str, Any], folders: Folders | None = None) -> Record:
    """Read a record, and build its stages. No model is loaded.

    Args:
        given: The file, or what is in it.
        folders: Where the weights and files that it names may lie. None for its own folder and the
            current one.

    Raises:
        InputError: If the file cannot be read; with E_PATH_ESCAPES, if it names one that it must
            not.
        RecipeError: With E_RECIPE, if it is no record, or one of what cannot be made again.
    """
    folder = None if isinstance(given, Mapping) else Path(given).parent
    origin = "record" if isinstance(given, Mapping) else str(given)
    document = given if isinstance(given, Mapping) else _parsed(Path(given))
    home = Folders(folder or Path(), (Path(),)) if folders is None else folders
    _check(document, origin)
    edits = tuple(
        _edit(entry, home, origin, f"{origin}, /edits/{number}")
        for number, entry in enumerate(document["edits"])
    )
    return Record(document, edits, origin, folder)


def _parsed(path: Path) -> Any:
    stored = source.read(path, MOST_BYTES)
    try:
        return json.loads(stored)
    except (ValueError, RecursionError) as error:
        raise RecipeError("E_RECIPE", f"{path} is no record: not JSON") from error


def _check(document: Any, origin: str) -> None:
    form = document.get("record") if isinstance(document, Mapping) else None
    if not isinstance(form, int):
        hint = "Give a file that --sidecar wrote, such as photo.edit.json."
        raise RecipeError("E_RECIPE", f"{origin} is no record of an edit", hint)
    if form > VERSION:
        raise RecipeError("E_RECIPE", f"{origin} was written by a later fastseg-edit", "Upgrade.")
    edits, photo = document.get("edits"), document.get("photo")
    if edits == []:
        what = document.get("operation")
        hint = "Run it again as it was run."
        raise RecipeError("E_RECIPE", f"{origin} records no stages: {what} is not replayed", hint)
    entries = edits if isinstance(edits, list) and edits else [None]
    if not isinstance(photo, Mapping) or not all(isinstance(each, Mapping) for each in entries):
        raise RecipeError("E_RECIPE", f"{origin} is a damaged record")
    forms.refuse_deep(document, origin)
    forms.check(document, origin)


def _edit(document: Mapping[str, Any], folders: Folders, origin: str, place: str) -> RecordedEdit:
    if "lost" in document:
        raise RecipeError("E_RECIPE", f"{origin} cannot be repeated: {document['lost']}")
    spec, stages = document.get("spec"), document.get("recipe")
    if not (isinstance(spec, Mapping) and isinstance(stages, Mapping)):
        raise RecipeError("E_RECIPE", f"{origin} is a damaged record")
    # Whoever replays says by himself whether anything may be downloaded.
    asked = {name: value for name, value in spec.items() if name != "allow_download"}
    request = requests.read(asked, Folders(free=True))
    if request is None:
        raise RecipeError("E_RECIPE", f"{origin} is a damaged record")
    trust.refuse_files(request, folders)
    built = recipe.build(trust.located(stages, folders), origin=origin)
    return RecordedEdit(document, request, built, place)
