"""Drawn scenes edited by words with the mini pack, and a contact sheet of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from fastseg_edit import operations, photos, world
from fastseg_edit.errors import ModelError
from fastseg_edit.ops import draw
from fastseg_edit.prompt import Text
from fastseg_edit.specs import EditSpec

if TYPE_CHECKING:
    from pathlib import Path

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.edited import Edited

SIDE, HEIGHT = 256, 320
OPTIONS = world.Options(fewest=2, most=4)


class Wish(NamedTuple):
    """What is to be done to one scene.

    Attributes:
        scene: Its number among those of the test split, which no model was trained on.
        operation: As in `EditSpec`.
        words: What to select.
        caption: What to paint.
    """

    scene: int
    operation: str
    words: str
    caption: str = ""

    def __str__(self) -> str:
        return f"{self.operation} {self.words}{f' with {self.caption}' if self.caption else ''}"


WISHES = (
    Wish(5013, "replace", "a blue circle", "a red star"),
    Wish(5006, "replace", "a black star", "a yellow heart"),
    Wish(5007, "replace", "the red ring", "an orange circle"),
    Wish(5015, "fill", "an orange square", "a green square"),
    Wish(5014, "remove", "everything green"),
    Wish(5011, "remove", "a purple triangle"),
    Wish(5012, "segment", "every diamond"),
    Wish(5009, "remove", "a green ring"),
)
"""The last one is not there, and the answer says so."""


def run(target: Path) -> None:
    """Edit drawn scenes by words, the way that `fastseg-edit --profile mini` goes.

    Where the libraries of the pack are missing, one line says how to install them.

    Args:
        target: Folder for the results and `text_sheet.png`. Earlier ones are overwritten.
    """
    try:
        rows = [_row(wish, _edited(wish, target)) for wish in WISHES]
    except ModelError as error:
        if error.code != "E_MODEL_MISSING":
            raise
        line = "pip install 'fastseg-edit[mini]'"
        click.echo(f"edits by words are left out: {error.message}; run: {line}", err=True)
        return
    pairs = [draw.row(pair, gap=24) for pair in zip(rows[::2], rows[1::2], strict=True)]
    sheet = target / "text_sheet.png"
    photos.write_atomically(sheet, draw.png(draw.column(pairs)), overwrite=True)
    click.echo(f"{len(rows)} drawn scenes edited by words; look at {sheet}")


def _edited(wish: Wish, target: Path) -> Edited:
    scene = world.draw(world.Split.TEST.seed(wish.scene), SIDE, OPTIONS)
    options = {"profile": "mini", "on_empty": "copy"}
    spec = EditSpec(wish.operation, scene.photo, Text(wish.words), wish.caption, options)
    edited = operations.run(spec)
    edited.save(target / f"{str(wish).replace(' ', '-')}.png", overwrite=True)
    seconds = sum(step.seconds for step in edited.edit.history)
    click.echo(f"{wish}: {edited.state}, {seconds:.2f} s", err=True)
    return edited


def _row(wish: Wish, edited: Edited) -> ImageArray:
    """Draw one scene: itself below the words, the mask, and the result."""
    image = edited.edit.image
    found = edited.state == "done"
    shown = {
        str(wish): image,
        "mask" if found else "nothing answers the words": draw.overlay(image, edited.mask),
        edited.state: edited.image,
    }
    return draw.row([draw.headed(draw.fit(one, HEIGHT), title) for title, one in shown.items()])
