"""Masks and results drawn for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from fastseg_edit.ops import morphology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray, MaskArray

MASK_COLOUR = (255, 40, 90)
BOX_COLOUR = (40, 220, 255)
CLICK_COLOURS = ((230, 30, 30), (30, 200, 60))
"""For a click beside the object, and for one on it."""

SUMMARY_HEIGHT = 360


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
