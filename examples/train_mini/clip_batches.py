"""Batches to train clip-mini on: pictures, phrases, and which answers which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import clip_phrases
import clip_pool
import cv2
import numpy as np
import open_clip
import torch

from fastseg_edit import world
from fastseg_edit.backends.clip import crops

if TYPE_CHECKING:
    from clip_phrases import Phrase
    from clip_pool import Pool
    from numpy.typing import NDArray
    from torch import Tensor

SIZE = 64
_SHARES = (0.84, 0.1, 0.06)  # of objects, whole scenes and background
_WHOLE = (0.5, 0.5, 0.0)  # the same of a pool of whole scenes: of one object, and of several
_NEARLY, _FOREIGN = 16, 6  # phrases that are nearly right, and from another world
_DEVIATION = 1.6  # of the blur in the smaller picture, in pixels: enlarging leaves no steps then
_MEAN, _STD = (
    torch.tensor(levels).view(1, 3, 1, 1)
    for levels in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)
)


@dataclass(frozen=True)
class Batch:
    """One step's pictures and phrases.

    Attributes:
        pictures: (N, 3, 64, 64), normalised.
        tokens: (T, 32). Phrase n belongs to picture n; those beyond N to none.
        answered: (N, T) bool: which picture answers which phrase.
        pairs: (N,) number of the pair of colour and shape; -1 where it is not one object.
    """

    pictures: Tensor
    tokens: Tensor
    answered: Tensor
    pairs: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        return replace(self, **{name: part.to(device) for name, part in vars(self).items()})


class Sampler:
    """Draws batches from a pool.

    Args:
        pool: Pictures with labels.
        tokenizer: Open_clip's, of the model's folder.
        seed: Together with the number of the step, decides what a batch holds.
    """

    def __init__(self, pool: Pool, tokenizer: open_clip.HFTokenizer, seed: int) -> None:
        self.pool, self.tokenizer, self.seed = pool, tokenizer, seed
        self._known: dict[str, Tensor] = {}
        self._pairs = np.where(pool.kinds == clip_pool.OBJECT, pool.labels.argmax(1), -1)
        self._members = [np.flatnonzero(pool.kinds == kind) for kind in range(3)]

    def __call__(self, step: int) -> Batch:
        """Return the batch of one step."""
        random = np.random.default_rng((self.seed, step))
        chosen = self._choose(step, random)
        labels, pairs = self.pool.labels[chosen], self._pairs[chosen]
        phrases = [clip_phrases.of_picture(label, random) for label in labels]
        objects = pairs[pairs >= 0]
        phrases += [clip_phrases.wrong(pair, random) for pair in random.choice(objects, _NEARLY)]
        phrases += [clip_phrases.foreign(random) for _ in range(_FOREIGN)]
        return Batch(
            _pictures(self.pool.pictures[chosen], random),
            self._tokens(phrases),
            torch.from_numpy(clip_phrases.answered(labels, phrases)),
            torch.from_numpy(pairs),
        )

    def _choose(self, step: int, random: np.random.Generator) -> NDArray[np.intp]:
        """Return the numbers of a batch's pictures; every other batch has few colours or shapes.

        In such a batch most phrases have the right colour, or the right shape, so the other
        attribute must be looked at.
        """
        objects, scenes, empty = self._members
        if step % 2:
            colour, shape = np.divmod(self._pairs[objects], len(world.SHAPES))
            attribute, count = (colour, 3) if step % 4 == 1 else (shape, 2)
            objects = objects[np.isin(attribute, random.permutation(attribute.max() + 1)[:count])]
        shares = _SHARES if len(empty) else _WHOLE
        counts = [round(share * SIZE) for share in shares]
        kinds = zip((objects, scenes, empty), counts, strict=True)
        return np.concatenate([random.choice(members, count) for members, count in kinds])

    def _tokens(self, phrases: list[Phrase]) -> Tensor:
        texts = [phrase.text for phrase in phrases]
        fresh = [text for text in set(texts) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, self.tokenizer(fresh), strict=True))
        return torch.stack([self._known[text] for text in texts])


def _pictures(chosen: NDArray[np.uint8], random: np.random.Generator) -> Tensor:
    """Soften the surroundings of each crop in its own way, mirror half of them, and normalise."""
    softened = []
    for picture in chosen:
        crop, share = picture[..., :3], picture[..., 3]
        blur = random.choice([0.0, random.uniform(0.03, 0.15)])
        seen = _softened(crop, share, blur, random.choice([0.0, random.random(), 1.0]))
        softened.append(seen[:, ::-1] if random.random() < 0.5 else seen)
    pixels = torch.from_numpy(np.array(softened)).permute(0, 3, 1, 2).float() / 255
    return ((pixels - _MEAN) / _STD).contiguous(memory_format=torch.channels_last)


def _softened(
    crop: NDArray[np.uint8], share: NDArray[np.uint8], blur: float, fade: float
) -> NDArray[np.uint8]:
    """Blur what lies round an object, and fade it to the neutral colour that the ranker puts there.

    Args:
        crop: (S, S, 3) RGB.
        share: (S, S), how much of each pixel belongs to the object.
        blur: Standard deviation as a share of the side. 0 for none.
        fade: 0 keeps the surroundings' colours, 1 leaves the neutral one.
    """
    around = _blurred(crop, blur) if blur else crop
    around = cv2.addWeighted(around, 1 - fade, np.full_like(crop, crops.NEUTRAL), fade, 0)
    weight = share.astype(np.float32) / 255
    return cv2.blendLinear(crop, around, weight, 1 - weight)


def _blurred(crop: NDArray[np.uint8], blur: float) -> NDArray[np.uint8]:
    """Blur in a smaller picture, where a wide blur is narrow, and so costs little."""
    side = len(crop)
    small = min(round(_DEVIATION / blur), side)
    shrunk = cv2.resize(crop, (small, small), interpolation=cv2.INTER_AREA)
    shrunk = cv2.GaussianBlur(shrunk, (0, 0), blur * small)
    return cv2.resize(shrunk, (side, side), interpolation=cv2.INTER_LINEAR)
