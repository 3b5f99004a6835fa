"""The worst items of a job on one picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fastseg_edit.ops import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.batching.report.ranking import Ranked
    from fastseg_edit.batching.report.thumbnails import Thumbnail

CELL = (200, 150)
"""(width, height) that each picture has at the most."""

COLUMNS = 3
GAP, MARGIN = 6, 28
TITLE, CAPTION = 54, 44

PAPER, INK, FAINT, ALARM = (250, 250, 248), (25, 25, 25), (120, 120, 118), (176, 32, 32)
EMPTY = (232, 232, 229)

WIDTH = 3 * CELL[0] + 2 * GAP
"""Of an item: photo, mask and result side by side."""

LETTER = 6.6
"""Pixels that a letter is wide on average, at the size of captions."""


class Card(NamedTuple):
    """An item as it appears on the sheet.

    Attributes:
        ranked: The item.
        pictures: Its small pictures.
    """

    ranked: Ranked
    pictures: tuple[Thumbnail, ...]


def reduced(pictures: Sequence[Thumbnail]) -> tuple[Thumbnail, ...]:
    """Return pictures as small as the sheet needs them."""
    return tuple(
        each if each.picture is None else each._replace(picture=_fitting(each.picture))
        for each in pictures
    )


def drawn(cards: Sequence[Card], title: str) -> bytes:
    """Return a contact sheet as the bytes of a JPEG file.

    Args:
        cards: In order, row by row.
        title: Stands above them.
    """
    columns = max(min(COLUMNS, len(cards)), 1)
    lines = -(-len(cards) // columns)
    width = 2 * MARGIN + columns * WIDTH + (columns - 1) * MARGIN
    height = TITLE + lines * (CELL[1] + CAPTION + MARGIN // 2) + MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, 18), _cut(title, width - 2 * MARGIN), INK, ImageFont.load_default(18))
    for number, card in enumerate(cards):
        line, column = divmod(number, columns)
        left = MARGIN + column * (WIDTH + MARGIN)
        top = TITLE + line * (CELL[1] + CAPTION + MARGIN // 2)
        _draw_card(sheet, pen, card, (left, top))
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=88, optimize=True)
    return file.getvalue()


def _draw_card(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, card: Card, corner: tuple[int, int]
) -> None:
    left, top = corner
    for number in range(3):
        place = left + number * (CELL[0] + GAP)
        pen.rectangle((place, top, place + CELL[0] - 1, top + CELL[1] - 1), EMPTY)
        picture = card.pictures[number].picture if number < len(card.pictures) else None
        if picture is not None:
            height, width = picture.shape[:2]
            middle = (place + (CELL[0] - width) // 2, top + (CELL[1] - height) // 2)
            sheet.paste(Image.fromarray(picture), middle)
    entry, tier, why = card.ranked
    below = top + CELL[1] + 6
    small = ImageFont.load_default(13)
    name = f"{entry.photo}   ({entry.id})" if entry.id != entry.photo else entry.photo
    pen.text((left, below), _cut(name), INK, small)
    ink = ALARM if tier in ("failed", "stopped", "no-object") else FAINT
    pen.text((left, below + 17), _cut(f"{entry.state}: {why}"), ink, small)


def _fitting(picture: ImageArray) -> ImageArray:
    height, width = picture.shape[:2]
    if width * CELL[1] <= height * CELL[0]:
        return draw.fit(picture, min(CELL[1], height))
    narrow = min(CELL[0], width)
    size = narrow, max(round(height * narrow / width), 1)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _cut(text: str, width: int = WIDTH) -> str:
    """Return so much of a text as fits on a line."""
    plain = " ".join(text.split())
    most = int(width / LETTER)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
