"""Train clip-mini, the CLIP of the drawn world, and write its folder.

Run: python examples/train_mini/clip.py --out DIR

A run that was stopped goes on where it was. The pool of crops is rendered once and kept in DIR.

With --whole-scenes it learns as a real CLIP does: from whole pictures and a line about what is in
them, never from an object cut out. Such a model is weaker at telling cut out objects apart, and is
what the choice among masks is measured with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import clip_batches
import clip_folder
import clip_pool
import common
import open_clip
import torch
from open_clip.transformer import text_global_pool
from torch import nn
from torch.nn import functional

from fastseg_edit import world

if TYPE_CHECKING:
    from argparse import Namespace

    from clip_batches import Batch, Sampler
    from torch import Tensor

SCENES = 9_000
SAMPLES = 160_000
PEAK = 1.5e-3
SHORT = 11  # tokens up to which a phrase goes with the short ones
STEEPEST = 30.0  # of the cosines; beyond, hundredths decide, too close for a threshold


class Heads(nn.Module):
    """What is trained beside CLIP and not shipped.

    Two heads tell colour and shape from the image features: shape is learned slowly from phrases
    alone. The bias is that of the sigmoid loss.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.colour = nn.Linear(width, len(world.COLOURS))
        self.shape = nn.Linear(width, len(world.SHAPES))
        self.bias = nn.Parameter(torch.tensor(-5.0))


def encode_text(model: open_clip.CLIP, tokens: Tensor) -> Tensor:
    """Return text features, not normalised, (T, width).

    As the model's own method does, but without the padding, which takes most of the time: short
    phrases and long listings go through by themselves.
    """
    long = tokens.argmax(-1) >= SHORT
    features = tokens.new_zeros((len(tokens), model.text_projection.shape[1]), dtype=torch.float)
    for chosen in (~long, long):
        if chosen.any():
            features[chosen] = _encoded(model, tokens[chosen]).float()
    return features


def _encoded(model: open_clip.CLIP, tokens: Tensor) -> Tensor:
    length = int(tokens.argmax(-1).max()) + 1
    tokens = tokens[:, :length]
    seen = model.token_embedding(tokens) + model.positional_embedding[:length]
    seen = model.transformer(seen, attn_mask=model.attn_mask[:length, :length])
    pooled = text_global_pool(model.ln_final(seen), tokens, model.text_pool_type)
    return pooled @ model.text_projection


def losses(model: open_clip.CLIP, heads: Heads, batch: Batch) -> dict[str, Tensor]:
    """Return the losses of one batch, by name.

    The contrastive loss [1] ranks; with several right answers it wants all of them alike [2]. The
    sigmoid loss [3] judges each pair by itself, which is what makes one threshold fit all phrases.

    References:
        [1] Radford et al. Learning transferable visual models from natural language supervision.
            ICML 2021. arXiv:2103.00020
        [2] Khosla et al. Supervised contrastive learning. NeurIPS 2020. arXiv:2004.11362
        [3] Zhai, Mustafa, Kolesnikov, Beyer. Sigmoid loss for language image pre-training.
            ICCV 2023. arXiv:2303.15343
    """
    raw = model.encode_image(batch.pictures)
    texts = functional.normalize(encode_text(model, batch.tokens), dim=-1)
    cosines = functional.normalize(raw.float(), dim=-1) @ texts.T
    logits = model.logit_scale.exp() * cosines
    right = batch.answered.float()
    judged = functional.binary_cross_entropy_with_logits(
        logits + heads.bias, right, reduction="none"
    )
    return {
        "contrast": (_contrast(logits, right) + _contrast(logits.T, right.T)) / 2,
        "sigmoid": judged.sum(1).mean() / 4,
        **_told(heads, raw, batch.pairs),
    }


def _told(heads: Heads, raw: Tensor, pairs: Tensor) -> dict[str, Tensor]:
    """Return the losses of the heads. Whole scenes have none: nobody says what is where."""
    one = pairs >= 0
    if not one.any():
        return {}
    colour, shape = pairs[one] // len(world.SHAPES), pairs[one] % len(world.SHAPES)
    return {
        "colour": functional.cross_entropy(heads.colour(raw[one]).float(), colour) / 2,
        "shape": functional.cross_entropy(heads.shape(raw[one]).float(), shape) / 2,
    }


def _contrast(logits: Tensor, right: Tensor) -> Tensor:
    """Return the cross entropy of rows with their right answers. Rows without one do not count."""
    some = right.sum(1) > 0
    likely = logits[some].log_softmax(1) * right[some]
    return -(likely.sum(1) / right[some].sum(1)).mean()


def train(model: open_clip.CLIP, heads: Heads, sampler: Sampler, given: Namespace) -> nn.Module:
    """Train, or go on training, and return the averaged model."""
    optimizer = torch.optim.AdamW(_groups(model, heads), betas=(0.9, 0.98))
    average = common.Average(model)
    log = common.Log(every=6400)
    parts = {"model": model, "heads": heads, "average": average.model, "optimizer": optimizer}
    kept = common.Checkpoint(given.out / "checkpoint.pt", parts, log, every=6400)
    before, size = kept.load(), clip_batches.SIZE
    average.steps = before // size
    for done in common.steps(before, given.samples, size, "clip-mini"):
        common.set_rate(optimizer, common.rate(PEAK, done / given.samples))
        batch = sampler(done // size).to(common.device())
        with torch.autocast(common.device().type, torch.bfloat16):
            lost = losses(model, heads, batch)
        optimizer.zero_grad()
        sum(lost.values()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        model.logit_scale.data.clamp_(max=math.log(STEEPEST))
        average.update(model)
        log.add(done, size, {name: value.item() for name, value in lost.items()})
        if kept.due(done, size):
            kept.save(done)
    kept.save(max(before, given.samples))
    return average.model


def _groups(model: nn.Module, heads: nn.Module) -> list[dict[str, object]]:
    """Return the parameters; only matrices and kernels are pulled towards zero."""
    matrices = [each for each in model.parameters() if each.ndim >= 2]
    others = [each for each in model.parameters() if each.ndim < 2]
    return [
        {"params": matrices, "weight_decay": 0.05},
        {"params": [*others, *heads.parameters()], "weight_decay": 0.0},
    ]


def main() -> None:
    """Train, and write the folder."""
    given = common.arguments("Train clip-mini.", SAMPLES, whole_scenes="learn from no crops")
    folder = given.out / "clip-mini"
    clip_folder.write(folder)
    address = f"local-dir:{folder}"
    model = open_clip.create_model(address, load_weights=False, device=common.device())
    model = model.to(memory_format=torch.channels_last).train()
    heads = Heads(model.text_projection.shape[1]).to(common.device())
    pool = clip_pool.Pool.load(given.out, SCENES, given.whole_scenes)
    sampler = clip_batches.Sampler(pool, open_clip.get_tokenizer(address), given.seed)
    clip_folder.write_weights(train(model, heads, sampler, given), folder)


if __name__ == "__main__":
    main()
