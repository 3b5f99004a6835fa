"""The worst items of a job on one picture."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
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

FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "Arial Unicode.ttf",
    "Arial.ttf",
    "Helvetica.ttc",
)
"""Looked for on this machine; the one inside Pillow has hardly more letters than English."""


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
    _write(pen, (MARGIN, 18), title, INK, (18, width - 2 * MARGIN))
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
        if number < len(card.pictures):
            _draw_picture(sheet, pen, card.pictures[number], (place, top))
    entry, tier, why = card.ranked
    below = top + CELL[1] + 6
    name = f"{entry.photo}   ({entry.id})" if entry.id != entry.photo else entry.photo
    _write(pen, (left, below), name, INK)
    ink = ALARM if tier in ("failed", "stopped", "no-object") else FAINT
    _write(pen, (left, below + 17), f"{entry.state}: {why}", ink)


def _draw_picture(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, shown: Thumbnail, corner: tuple[int, int]
) -> None:
    left, top = corner
    if shown.picture is None:
        _write(pen, (left + 10, top + 10), f"no {shown.label}", FAINT)
        return
    height, width = shown.picture.shape[:2]
    middle = left + (CELL[0] - width) // 2, top + (CELL[1] - height) // 2
    sheet.paste(Image.fromarray(shown.picture), middle)


def _fitting(picture: ImageArray) -> ImageArray:
    height, width = picture.shape[:2]
    if width * CELL[1] <= height * CELL[0]:
        return draw.fit(picture, min(CELL[1], height))
    narrow = min(CELL[0], width)
    size = narrow, max(round(height * narrow / width), 1)
    fitting: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return fitting  # type: ignore[no-any-return]


def _write(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    ink: tuple[int, int, int],
    room: tuple[int, int] = (13, WIDTH),
) -> None:
    """Write so much of a text as there is room for: the height of the letters, and the width."""
    size, width = room
    font, line = _font(size), " ".join(text.split())[:width]
    if font.getlength(line) > width:
        while line and font.getlength(f"{line}…") > width:
            line = line[:-1]
        line = f"{line}…"
    pen.text(place, line, ink, font)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    for name in FONTS:
        with suppress(OSError):  # it is not here
            return ImageFont.truetype(name, size)
    return ImageFont.load_default(size)  # type: ignore[return-value] # FreeType is in all wheels
