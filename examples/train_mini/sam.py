"""Train sam-mini, the small promptable segmenter.

    python examples/train_mini/sam.py --out runs/sam

A stopped training goes on where it was. The finished model lies in `runs/sam/sam-mini`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from common import Average, Checkpoint, Log, arguments, device, halved, rate, set_rate, steps
from sam_losses import judge, likeness, mistake
from sam_model import SIDE, build, encode, save_processor
from sam_scenes import CLICKS, OBJECTS, Lesson, lesson

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn
    from transformers import Sam2Model

SAMPLES = 15_000
_BATCH = 4
_PEAK = 1.2e-3
_FIRST = 0.016  # share of the training in which the encoder learns alone
_EASY = 0.18  # share of the training in which scenes go from easy to hard


def main() -> None:
    """Train, and write the averaged model."""
    given = arguments("Train sam-mini, the small promptable segmenter.", SAMPLES)
    model = build().to(device()).train()
    average = Average(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_PEAK, weight_decay=0.02)
    log = Log(every=400)
    parts = {"model": model, "average": average.model, "optimizer": optimizer}
    checkpoint = Checkpoint(given.out / "checkpoint.pt", parts, log, every=800)
    before = checkpoint.load()
    average.steps = before // _BATCH
    for done in steps(before, given.samples, _BATCH, "sam-mini"):
        share = done / given.samples
        hardness = min(1.0, 0.4 + 0.6 * share / _EASY)
        batch = lesson(range(done - _BATCH, done), given.seed, hardness)
        set_rate(optimizer, rate(_PEAK, share))
        loss, figures = judged(model, batch.to(device()), share)
        step(model, optimizer, loss)
        average.update(model)
        log.add(done, _BATCH, {"loss": loss.item(), **figures})
        if checkpoint.due(done, _BATCH):
            checkpoint.save(done)
    save(average.model, given.out / "sam-mini", log)


def judged(model: Sam2Model, batch: Lesson, share: float) -> tuple[Tensor, dict[str, float]]:
    """Return the loss of a batch, and figures for the log.

    Args:
        model: The model.
        batch: The scenes.
        share: How much of the training is done. The encoder's own loss fades out half way.
    """
    grids = encode(model, batch.pixels)
    alone = likeness(grids[-1], batch.inside[:, :, 0], batch.masks, SIDE)
    if share < _FIRST:
        return alone, {"alike": alone.item()}
    loss, figures = rounds(model, grids, batch)
    return loss + 0.5 * max(0.0, 1 - 2 * share) * alone, {"alike": alone.item(), **figures}


def rounds(model: Sam2Model, grids: list[Tensor], batch: Lesson) -> tuple[Tensor, dict[str, float]]:
    """Ask for every object by a click, a box and several clicks; the photo is encoded once."""
    clicks = torch.cat([batch.inside[:, :, :1], batch.nowhere], dim=1)
    first = model(image_embeddings=grids, input_points=clicks)
    missed = first.iou_scores[:, OBJECTS:].square().mean()  # on the background nothing is right
    logits, believed = first.pred_masks[:, :OBJECTS], first.iou_scores[:, :OBJECTS]
    by_click, click = judge(logits, believed, batch.masks)
    framed = model(image_embeddings=grids, input_boxes=batch.boxes, multimask_output=False)
    by_box, box = judge(framed.pred_masks, framed.iou_scores, batch.masks)
    best = torch.take_along_dim(logits, believed.argmax(dim=2)[:, :, None, None, None], dim=2)
    more = _more(batch, best[:, :, 0])
    second = model(image_embeddings=grids, multimask_output=False, **more)
    by_more, several = judge(second.pred_masks, second.iou_scores, batch.masks)
    figures = {"click": click.item(), "box": box.item(), "clicks": several.item()}
    return by_click + by_box + by_more + missed, figures


def _more(batch: Lesson, logits: Tensor) -> dict[str, Tensor]:
    """Return several clicks, or a click in a box, as a prompt.

    One click is on the error of the first answer. The others are on the object and beside it.
    """
    cells, said = mistake(logits, batch.masks)
    clicks = (cells + torch.rand_like(cells)) * (SIDE / logits.shape[-1]) - 0.5
    on, off = (int(torch.randint(CLICKS + 1, ())) for _ in range(2))
    if on == 0:
        return {"input_points": clicks, "input_labels": said, "input_boxes": batch.boxes}
    points = torch.cat([batch.inside[:, :, :on], clicks, batch.outside[:, :, :off]], dim=2)
    labels = torch.cat([said.new_ones(*said.shape[:2], on), said], dim=2)
    labels = torch.cat([labels, said.new_zeros(*said.shape[:2], off)], dim=2)
    return {"input_points": points, "input_labels": labels}


def step(model: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """Move the weights once."""
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def save(model: Sam2Model, folder: Path, log: Log) -> None:
    """Write the model as the library loads it, in half precision, and the learning curve."""
    model.save_pretrained(folder, state_dict=halved(model.state_dict()))
    save_processor(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    (folder.parent / "curve.json").write_text(json.dumps(log.lines, indent=1) + "\n")


if __name__ == "__main__":
    main()
