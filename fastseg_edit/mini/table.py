"""The figures of the mini pack: what is measured, on how many scenes, and what it should reach."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from fastseg_edit.world import Split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        key: Name of the figure, as `measure` returns it.
        about: What it says, in words.
        floor: What it should be at least.
        most: True if it should be at most that, as for seconds.
    """

    key: str
    about: str
    floor: float
    most: bool = False

    def met(self, value: float) -> bool:
        """Return whether a value is as good as it should be."""
        return value <= self.floor if self.most else value >= self.floor


@dataclass(frozen=True)
class Topic:
    """Figures that are measured together.

    Attributes:
        module: The module of `figures` that measures them.
        scenes: How many scenes they are measured on.
        quick: How many in a hurry.
        figures: The lines of the table.
    """

    module: str
    scenes: int
    quick: int
    figures: tuple[Figure, ...]

    def measure(self, offset: int, quick: bool) -> Mapping[str, float]:
        """Measure on test scenes.

        Args:
            offset: Number of the first scene among those of the test split.
            quick: Whether to take fewer scenes.

        Raises:
            ModelError: If a library or the weights are missing.
        """
        count = self.quick if quick else self.scenes
        seeds = [Split.TEST.seed(offset + number) for number in range(count)]
        module = import_module(f"fastseg_edit.mini.figures.{self.module}")
        measured: Mapping[str, float] = module.measure(seeds)
        return measured


TOPICS = (
    Topic(
        "fastsam",
        200,
        30,
        (
            Figure("fastsam_iou", "FastSAM: best IoU per object, mean", 0.90),
            Figure("fastsam_recall75", "FastSAM: objects found at IoU 0.75", 0.95),
        ),
    ),
    Topic(
        "sam",
        100,
        10,
        (
            Figure("sam_click_iou", "SAM: IoU from one click", 0.85),
            Figure("sam_box_iou", "SAM: IoU from the box", 0.92),
        ),
    ),
    Topic(
        "clip",
        200,
        20,
        (Figure("clip_retrieval", "CLIP: right one of all colours x shapes", 0.95),),
    ),
    Topic(
        "text",
        100,
        15,
        (
            Figure("text_to_mask", "text to mask, 4 objects: the right one", 0.93),
            Figure("absent", "text to mask: what is not there is said so", 0.90),
        ),
    ),
    Topic(
        "diffusion",
        200,
        32,
        (
            Figure("fill_colour", "fill from text: colour right", 0.97),
            Figure("fill_shape", "fill from text: shape right", 0.80),
            Figure("sd_removal_gain_db", "removal by diffusion, dB above Telea", 0.0),
        ),
    ),
    Topic(
        "layout",
        40,
        6,
        (
            Figure("layout_iou", "region repainted: IoU with its outline", 0.75),
            Figure("layout_colour", "region repainted: colour right", 0.95),
            Figure("layout_scene_iou", "scene painted anew: IoU of its regions", 0.55),
        ),
    ),
    Topic(
        "lama",
        200,
        48,
        (Figure("lama_removal_gain_db", "removal by LaMa, dB above Telea", 1.5),),
    ),
    Topic(
        "replace",
        10,
        2,
        (Figure("replace_seconds", "text-to-replace edit at 256 px, seconds", 5.0, most=True),),
    ),
)
"""Everything that is measured, in the order of the table."""

KEYS = tuple(figure.key for topic in TOPICS for figure in topic.figures)


def measured(
    keys: Sequence[str], offset: int, quick: bool
) -> Iterator[tuple[Topic, Mapping[str, float]]]:
    """Measure one topic after the other, and yield each with all that it measured.

    Args:
        keys: The figures wanted. Topics with none of them are left out.
        offset: Number of the first test scene.
        quick: Whether to take fewer scenes.
    """
    for topic in TOPICS:
        if any(figure.key in keys for figure in topic.figures):
            yield topic, topic.measure(offset, quick)
