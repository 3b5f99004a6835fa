"""The example photos edited, and a contact sheet of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fastseg_edit import documents, operations, photos
from fastseg_edit.apps import drawn
from fastseg_edit.errors import InputError
from fastseg_edit.ops import draw
from fastseg_edit.prompt import Boxes, Points, Prompt
from fastseg_edit.specs import EditSpec

if TYPE_CHECKING:
    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.edited import Edited

_PACKAGE = Path(__file__).parents[1]
FOLDERS = (_PACKAGE / "examples" / "photos", _PACKAGE.parent / "examples" / "photos")
"""Where the example photos lie: in an installed package, and in a source checkout."""

ROW_HEIGHT = 300


def run(output: str, folder: str | None = None) -> None:
    """Edit each photo of a folder as its `prompts.yaml` says, and draw what came of it.

    With the examples come drawn scenes, which are edited by words.

    Args:
        output: Folder for the results and their sheets. Earlier ones are overwritten.
        folder: Photos and prompts. None for the examples that come with the project.

    Raises:
        FastsegError: If a photo, a prompt or the folder cannot be used.
    """
    source, target = _source(folder), Path(output)
    target.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, wanted in documents.read(source / "prompts.yaml").items():
        edited = operations.run(_spec(source / name, wanted))
        edited.save(target / name, overwrite=True)
        rows.append(_row(edited, wanted))
        seconds = sum(step.seconds for step in edited.edit.history)
        click.echo(f"{name}: {seconds:.2f} s; {edited.kept}", err=True)
    sheet = target / "contact_sheet.png"
    photos.write_atomically(sheet, draw.png(draw.column(rows)), overwrite=True)
    click.echo(f"{len(rows)} photos edited without any download; look at {sheet}")
    if folder is None:
        drawn.run(target)


def _source(folder: str | None) -> Path:
    for place in (Path(folder),) if folder else FOLDERS:
        if (place / "prompts.yaml").is_file():
            return place
    raise InputError("E_INPUT_MISSING", f"no prompts.yaml in {folder or FOLDERS[-1]}")


def _spec(photo: Path, wanted: dict[str, Any]) -> EditSpec:
    prompt: Prompt
    if "box" in wanted:
        prompt = Boxes((tuple(wanted["box"]),))
    else:
        prompt = Points(tuple(map(tuple, wanted["points"])))
    return EditSpec("remove", photo, prompt, options=wanted.get("options", {}))


def _row(edited: Edited, wanted: dict[str, Any]) -> ImageArray:
    """Draw one photo: itself, the prompt, the mask and the result."""
    image = edited.edit.image
    prompt = (
        draw.box(image, wanted["box"])
        if "box" in wanted
        else draw.clicks(image, wanted["points"], [1] * len(wanted["points"]))
    )
    shown = {
        "photo": image,
        "prompt": prompt,
        "mask": draw.overlay(image, edited.mask),
        "result": edited.image,
    }
    return draw.row([draw.headed(draw.fit(one, ROW_HEIGHT), title) for title, one in shown.items()])
