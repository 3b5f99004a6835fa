"""What a round of prompts is judged by."""

from __future__ import annotations

import torch
from sam_scenes import FINE
from torch import Tensor
from torch.nn import functional

_OTHERS = 0.05  # weight of the candidates that are not the best, so that none of them dies


def judge(logits: Tensor, believed: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Compare predictions with the truth.

    Of several candidates only the best one learns its mask: a click may mean several things, and
    their mean would be none of them. Every candidate learns to tell how good it is.

    Args:
        logits: (B, P, C, 64, 64) C candidates for each object.
        believed: (B, P, C) the overlap that the model expects of each.
        masks: (B, P, 128, 128) the truth, 0 to 1.

    Returns:
        The loss, and the mean overlap (IoU) of the best candidates.

    References:
        Kirillov et al. Segment anything. ICCV 2023. arXiv:2304.02643
        Milletari et al. V-Net. 3DV 2016. arXiv:1606.04797 (the dice loss)
    """
    logits, believed, masks = logits.flatten(0, 1), believed.flatten(0, 1), masks.flatten(0, 1)
    coarse = functional.avg_pool2d(masks[:, None], FINE // logits.shape[-1])
    each = mask_loss(logits, coarse.expand_as(logits))
    best = each.detach().argmin(dim=1, keepdim=True)
    chosen = torch.take_along_dim(logits, best[:, :, None, None], dim=1)
    fine = functional.interpolate(chosen, size=(FINE, FINE), mode="bilinear")
    sharp = mask_loss(fine, masks[:, None]).mean()
    overlaps = overlap(logits, coarse)
    belief = functional.mse_loss(believed, overlaps)
    loss = sharp + belief + (_OTHERS * each.mean() if logits.shape[1] > 1 else 0)
    return loss, torch.take_along_dim(overlaps, best, dim=1).mean()


def likeness(grid: Tensor, clicks: Tensor, masks: Tensor, side: int) -> Tensor:
    """Judge the features themselves: the cells of an object should resemble the clicked one.

    The encoder learns from this in a few hundred scenes what an object is, before the decoder can
    tell it.

    Args:
        grid: (B, C, 16, 16) the coarsest features.
        clicks: (B, P, 2) a click on each object.
        masks: (B, P, 128, 128) the objects, 0 to 1.
        side: Of the square that the clicks lie in.
    """
    cells = grid.shape[-1]
    unit = functional.normalize(grid, dim=1).flatten(2)
    columns, rows = (clicks * (cells / side)).long().clamp(0, cells - 1).unbind(dim=2)
    clicked = torch.take_along_dim(unit, (rows * cells + columns)[:, None], dim=2)
    alike = torch.einsum("bcp,bcn->bpn", clicked, unit).unflatten(2, (cells, cells))
    coarse = functional.avg_pool2d(masks, FINE // cells)
    return mask_loss(10 * alike - 5, coarse).mean()  # half way between alike and unrelated is even


def mask_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return cross-entropy plus dice of each mask: (N, C) from (N, C, h, w)."""
    entropy = functional.binary_cross_entropy_with_logits(logits, masks, reduction="none")
    chance = logits.sigmoid()
    common = (chance * masks).sum(dim=(2, 3))
    dice = 1 - (2 * common + 1) / ((chance + masks).sum(dim=(2, 3)) + 1)
    return 5 * entropy.mean(dim=(2, 3)) + dice


@torch.no_grad()
def overlap(logits: Tensor, masks: Tensor) -> Tensor:
    """Return the IoU of cut masks: (N, C) from (N, C, h, w)."""
    found, true = logits > 0, masks > 0.5
    common = (found & true).sum(dim=(2, 3))
    return common / (found | true).sum(dim=(2, 3)).clamp(min=1)


@torch.no_grad()
def mistake(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Choose a click where a mask is wrong, at random.

    Args:
        logits: (B, P, 64, 64).
        masks: (B, P, 128, 128).

    Returns:
        (B, P, 1, 2) clicks in cells of the mask, and (B, P, 1) labels: 1 where the object was
        missed, 0 where something else was taken for it.
    """
    coarse = functional.avg_pool2d(masks, FINE // logits.shape[-1]) > 0.5
    wrong = ((logits > 0) != coarse).flatten(2).float()
    cells = torch.multinomial((wrong + 1e-6).flatten(0, 1), 1).unflatten(0, wrong.shape[:2])
    side = logits.shape[-1]
    clicks = torch.stack([cells % side, cells // side], dim=-1).float()
    return clicks, torch.take_along_dim(coarse.flatten(2), cells, dim=2).long()
