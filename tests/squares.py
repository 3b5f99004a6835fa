"""Coloured squares on black, and models that understand nothing else."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from fastseg_edit import Candidates, Edit, Points, Reference, Rough, Text
from fastseg_edit.protocols import Features
from fastseg_edit.stages import Match, Propose

COLOURS = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220)}
CELL = 4


class Islands:
    """A segmenter that takes every island of colour on black for an object."""

    def encode(self, image):
        return image

    def predict(self, encoding, prompt):
        if prompt is not None:
            left, top, right, bottom = (int(edge) for edge in prompt.xyxy[0])
            mask = np.zeros(encoding.shape[:2], bool)
            mask[top:bottom, left:right] = True
            return Candidates.of([mask], mask.shape)
        count, labels = cv2.connectedComponents(encoding.any(axis=2).astype(np.uint8))
        masks = [labels == number for number in range(1, count)]
        return Candidates.of(masks, encoding.shape[:2], groups=range(len(masks)))


@dataclass
class Colours:
    """A ranker that understands colours: the share of the mask that has it."""

    threshold: float = 0.5
    asked: list = field(default_factory=list)

    def rank(self, image, found, like):
        self.asked.append(like)
        word = like.words.split()[-1] if isinstance(like, Text) else "blue"
        same = (image == COLOURS.get(word, (1, 2, 3))).all(axis=2)
        shares = [(same & mask).sum() / mask.sum() for mask in found]
        return replace(found, scores=np.array(shares, np.float32))


def photo(*colours):
    """Squares of 8 pixels in a row, on black."""
    image = np.zeros((16, 12 * len(colours) + 4, 3), np.uint8)
    for number, colour in enumerate(colours):
        image[4:12, 12 * number + 4 : 12 * number + 12] = COLOURS[colour]
    return image


class Eyes:
    """A segmenter that proposes every patch of one colour, and sees nothing but colours."""

    def encode(self, image):
        return image

    def predict(self, encoding, prompt):
        if isinstance(prompt, Points):
            return self._clicked(encoding, *map(int, prompt.xy[0]))
        if isinstance(prompt, Rough):
            return Candidates.of([prompt.pixels], encoding.shape[:2])
        colours = np.unique(encoding[encoding.any(axis=2)], axis=0)
        patches = [
            patch for colour in colours for patch in islands((encoding == colour).all(axis=2))
        ]
        return Candidates.of(patches, encoding.shape[:2], groups=range(len(patches)))

    def _clicked(self, image, x, y):
        """A click may mean the patch, or all that hangs together."""
        of_colour, of_any = (image == image[y, x]).all(axis=2), image.any(axis=2)
        masks = [each for part in (of_colour, of_any) for each in islands(part) if each[y, x]]
        return Candidates.of(masks, image.shape[:2], np.linspace(1, 0.5, len(masks)))

    def features(self, encoding):
        height, width = encoding.shape[:2]
        cells = encoding.reshape(height // CELL, CELL, width // CELL, CELL, 3).mean(axis=(1, 3))
        grid = np.concatenate([cells, np.full((*cells.shape[:2], 1), 10)], axis=2)
        unit = grid / np.linalg.norm(grid, axis=2, keepdims=True)
        return Features(unit.astype(np.float32), alike=0.9)


def islands(mask):
    count, labels = cv2.connectedComponents(mask.astype(np.uint8))
    return [labels == number for number in range(1, count)]


def showing(colour):
    """A reference in which the object stands between others."""
    others = [other for other in COLOURS if other != colour]
    image = photo(others[0], colour, others[1])
    return Reference(image, (image == COLOURS[colour]).all(axis=2))


def matched(image, like, segmenter=None, **options):
    segmenter = segmenter or Eyes()
    proposed = Propose(segmenter)(Edit(image, like))
    return Match(segmenter, **{"which": "all", **options})(proposed).candidates
