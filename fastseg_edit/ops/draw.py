"""Masks and results drawn for people to look at."""

from __future__ import annotations

from colorsys import hsv_to_rgb, rgb_to_hsv
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fastseg_edit.arrays import ImageArray, MaskArray

    Box: TypeAlias = tuple[int, int, int, int]

MASK_COLOUR = (255, 40, 90)
BOX_COLOUR = (40, 220, 255)
CLICK_COLOURS = ((230, 30, 30), (30, 200, 60))
"""For a click beside the object, and for one on it."""

SUMMARY_HEIGHT = 360
GOLDEN = 0.618034


def overlay(image: ImageArray, mask: MaskArray, strength: float = 0.45) -> ImageArray:
    """Return the photo with the mask tinted and outlined.

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) bool.
        strength: Share of the tint, 0 to 1.
    """
    shown = image.copy()
    colour = np.array(MASK_COLOUR, np.float32)
    shown[mask] = np.rint(image[mask] * (1 - strength) + colour * strength).astype(np.uint8)
    thickness = max(max(mask.shape) / 400, 1)
    rim = mask & ~morphology.erode(mask, thickness)
    shown[rim] = MASK_COLOUR
    return shown


def colours(count: int) -> NDArray[np.uint8]:
    """Return black for the background, and a colour for each of some objects, (count + 1, 3) RGB.

    Hues go on by the golden ratio, so that neighbours in number never look alike.
    """
    first, _, _ = rgb_to_hsv(*(part / 255 for part in MASK_COLOUR))
    found = [(0.0, 0.0, 0.0)]
    found += [hsv_to_rgb((first + number * GOLDEN) % 1, 0.8, 1.0) for number in range(count)]
    table: NDArray[np.uint8] = np.rint(np.array(found) * 255).astype(np.uint8)
    return table


def objects(
    image: ImageArray,
    owners: NDArray[np.int32],
    titles: Sequence[tuple[Box, str]],
    strength: float = 0.45,
) -> ImageArray:
    """Return the photo with each object tinted and outlined in a colour of its own, and titled.

    Args:
        image: (H, W, 3) uint8 RGB.
        owners: (H, W) number of each pixel's object, from 1. 0 for the background.
        titles: For each object a box that holds it, and what to write on it. What is not plain
            ASCII shows as question marks.
        strength: Share of the tint, 0 to 1.
    """
    tint = colours(len(titles))
    tinted: Any = cv2.addWeighted(image, 1 - strength, tint[owners], strength, 0)
    shown: ImageArray = np.where(owners[..., None] > 0, tinted, image)
    centres = []
    for number, ((left, top, right, bottom), _) in enumerate(titles, 1):
        # One pixel more, so that the outline shows on every side but the photo's border.
        part = slice(max(top - 1, 0), bottom + 1), slice(max(left - 1, 0), right + 1)
        deep = morphology.depth(owners[part] == number)
        rim = (deep > 0) & (deep <= max(max(image.shape[:2]) / 400, 1))
        shown[part][rim] = tint[number]
        y, x = np.unravel_index(int(deep.argmax()), deep.shape)
        centres.append((int(x) + part[1].start, int(y) + part[0].start))
    for (_, title), centre in zip(titles, centres, strict=True):
        if title:
            _write(shown, title, centre)
    return shown


def _write(image: ImageArray, text: str, centre: tuple[int, int]) -> None:
    """Write white on black at a place, in place, moved so far that all of it is in the picture."""
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, max(max(image.shape[:2]) / 1600, 0.3)
    stroke = max(round(scale * 1.5), 1)
    plain = text.encode("ascii", "replace").decode("ascii")
    (width, height), below = cv2.getTextSize(plain, font, scale, stroke)
    left = max(min(centre[0] - width // 2, image.shape[1] - width - 2), 2)
    bottom = min(max(centre[1] + height // 2, height + 2), image.shape[0] - below)
    canvas: Any = image
    corners = (left - 2, bottom - height - 2), (left + width + 1, bottom + below - 1)
    cv2.rectangle(canvas, *corners, (0, 0, 0), cv2.FILLED)
    cv2.putText(canvas, plain, (left, bottom), font, scale, (255, 255, 255), stroke, cv2.LINE_AA)


def fit(image: ImageArray, height: int) -> ImageArray:
    """Return a picture scaled to a height, averaged when it shrinks."""
    width = max(round(image.shape[1] * height / image.shape[0]), 1)
    how = cv2.INTER_AREA if height < image.shape[0] else cv2.INTER_CUBIC
    scaled: Any = cv2.resize(image, (width, height), interpolation=how)
    return scaled  # type: ignore[no-any-return]


def row(pictures: Sequence[ImageArray], gap: int = 8) -> ImageArray:
    """Return pictures of one height side by side, with white between them."""
    white = np.full((pictures[0].shape[0], gap, 3), 255, np.uint8)
    parts = [part for picture in pictures for part in (picture, white)]
    return np.hstack(parts[:-1])


def column(pictures: Sequence[ImageArray], gap: int = 8) -> ImageArray:
    """Return pictures one below the other on white, flush left."""
    width = max(picture.shape[1] for picture in pictures)
    canvas = [
        np.pad(
            picture,
            ((0, gap), (0, width - picture.shape[1]), (0, 0)),
            constant_values=255,
        )
        for picture in pictures
    ]
    return np.vstack(canvas)


def summary(
    image: ImageArray,
    mask: MaskArray | None,
    result: ImageArray | None,
    height: int = SUMMARY_HEIGHT,
) -> ImageArray:
    """Return the photo, the mask on it and the result side by side, as far as they are there."""
    shown = [image]
    if mask is not None:
        shown.append(overlay(image, mask))
    if result is not None:
        shown.append(result)
    return row([fit(picture, min(height, image.shape[0])) for picture in shown])


def png(image: ImageArray) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    stored: Any = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    return bytes(stored)


def box(image: ImageArray, edges: Sequence[float]) -> ImageArray:
    """Return the photo with a rectangle (left, top, right, bottom) drawn on it."""
    left, top, right, bottom = (round(edge) for edge in edges)
    shown: Any = image.copy()
    cv2.rectangle(shown, (left, top), (right - 1, bottom - 1), BOX_COLOUR, _stroke(image))
    return shown  # type: ignore[no-any-return]


def clicks(
    image: ImageArray, points: Sequence[Sequence[float]], labels: Sequence[int]
) -> ImageArray:
    """Return the photo with a dot at each click: green on the object, red beside it."""
    shown: Any = image.copy()
    radius = 3 * _stroke(image)
    for (x, y), label in zip(points, labels, strict=True):
        centre = (round(x), round(y))
        cv2.circle(shown, centre, radius, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(shown, centre, radius - 2, CLICK_COLOURS[label], -1, cv2.LINE_AA)
    return shown  # type: ignore[no-any-return]


def headed(image: ImageArray, text: str) -> ImageArray:
    """Return a picture with a line of text above it, in plain ASCII."""
    strip: Any = np.full((28, image.shape[1], 3), 255, np.uint8)
    cv2.putText(strip, text, (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (40, 40, 40), 1, cv2.LINE_AA)
    return np.vstack([strip, image])


def _stroke(image: ImageArray) -> int:
    return int(max(max(image.shape[:2]) // 300, 2))
