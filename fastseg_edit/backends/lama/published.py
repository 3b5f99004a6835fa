"""Weights of LaMa as its authors published them, in the names and the order of our network."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import torch

from fastseg_edit.backends.lama.network import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    State: TypeAlias = Mapping[str, Tensor]

_FIRST = "1.ffc.convl2l.weight"
_NORM = ("weight", "bias", "running_mean", "running_var")


def translated(state: State) -> tuple[Configuration, dict[str, Tensor]] | None:
    """Return how large a published network is, and its weights in our names.

    The published network [1] is a row of numbered layers whose channels are kept in two bundles,
    those that see their neighbourhood and those that see everything; here each pair of bundles is
    one tensor. Its spectra take turns with real and imaginary parts, ours have all real parts
    first. The biases before a normalisation become part of its mean.

    Args:
        state: Tensors by name. The names may have anything in front, as in a checkpoint of the
            whole training or in the TorchScript file.

    Returns:
        None if the names are not those of the published network.

    Raises:
        KeyError: If some of its tensors are missing.
        ValueError: If their shapes do not fit together.

    References:
        [1] Suvorov et al. Resolution-robust large mask inpainting with Fourier convolutions.
            WACV 2022. arXiv:2109.07161
    """
    front = next((name.removesuffix(_FIRST) for name in state if name.endswith(_FIRST)), None)
    if front is None:
        return None
    parts = {name.removeprefix(front): each for name, each in state.items()}
    numbers = sorted({int(name.split(".")[0]) for name in parts if name[:1].isdigit()})
    strided = [number for number in numbers if f"{number}.ffc.convl2l.weight" in parts]
    blocks = [number for number in numbers if f"{number}.conv1.ffc.convl2l.weight" in parts]
    *after, last = [number for number in numbers if number not in {*strided, *blocks}]
    ours: dict[str, Tensor] = {}
    for place, number in enumerate(strided):
        ours |= _strided(parts, str(number), f"encoder.{place}")
    for place, number in enumerate(blocks):
        ours |= _fourier(parts, f"{number}.conv1", f"blocks.{place}.first")
        ours |= _fourier(parts, f"{number}.conv2", f"blocks.{place}.second")
    for place, (number, norm) in enumerate(zip(after[::2], after[1::2], strict=True)):
        ours |= _doubling(parts, (str(number), str(norm)), f"decoder.{place}")
    for name in ("weight", "bias"):
        ours[f"decoder.{len(after) // 2}.{name}"] = parts[f"{last}.{name}"]
    return _configuration(parts, strided, blocks), ours


def _configuration(parts: State, strided: list[int], blocks: list[int]) -> Configuration:
    split = parts[f"{blocks[0]}.conv1.ffc.convl2g.weight"].shape
    return Configuration(
        width=parts[_FIRST].shape[0],
        halvings=len(strided) - 1,
        blocks=len(blocks),
        share=split[0] / (split[0] + split[1]),
    )


def _strided(parts: State, theirs: str, ours: str) -> dict[str, Tensor]:
    names = (f"{theirs}.ffc.convl2l.weight", f"{theirs}.ffc.convl2g.weight")
    weights = torch.cat([parts[name] for name in names if name in parts])
    return {f"{ours}.0.weight": weights, **_both_norms(parts, theirs, f"{ours}.1")}


def _fourier(parts: State, theirs: str, ours: str) -> dict[str, Tensor]:
    convolution, spectral = f"{theirs}.ffc", f"{theirs}.ffc.convg2g"
    mixing = parts[f"{spectral}.fu.conv_layer.weight"]
    turns = torch.arange(len(mixing))
    order = torch.cat((turns[::2], turns[1::2]))
    near = [parts[f"{convolution}.{name}.weight"] for name in ("convl2l", "convg2l")]
    far = f"{ours}.far_to_far"
    return {
        f"{ours}.to_near.weight": torch.cat(near, 1),
        f"{ours}.near_to_far.weight": parts[f"{convolution}.convl2g.weight"],
        f"{far}.narrow.0.weight": parts[f"{spectral}.conv1.0.weight"],
        **_norm(parts, f"{spectral}.conv1.1", f"{far}.narrow.1"),
        f"{far}.mix.0.weight": mixing[order][:, order],
        **{
            name: each[order]
            for name, each in _norm(parts, f"{spectral}.fu.bn", f"{far}.mix.1").items()
        },
        f"{far}.widen.weight": parts[f"{spectral}.conv2.weight"],
        **_both_norms(parts, theirs, f"{ours}.finish.0"),
    }


def _doubling(parts: State, theirs: tuple[str, str], ours: str) -> dict[str, Tensor]:
    convolution, norm = theirs
    state = _norm(parts, norm, f"{ours}.1")
    if f"{convolution}.bias" in parts:
        mean = f"{ours}.1.running_mean"
        state[mean] = state[mean] - parts[f"{convolution}.bias"]
    return {f"{ours}.0.weight": parts[f"{convolution}.weight"], **state}


def _norm(parts: State, theirs: str, ours: str) -> dict[str, Tensor]:
    return {f"{ours}.{name}": parts[f"{theirs}.{name}"] for name in _NORM}


def _both_norms(parts: State, theirs: str, ours: str) -> dict[str, Tensor]:
    """Join the normalisations of both bundles; the first layers have but one."""
    return {
        f"{ours}.{name}": torch.cat(
            [
                parts[f"{theirs}.{bundle}.{name}"]
                for bundle in ("bn_l", "bn_g")
                if f"{theirs}.{bundle}.{name}" in parts
            ]
        )
        for name in _NORM
    }
