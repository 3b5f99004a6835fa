"""Encoding the pictures of a batch at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from diffusers import AutoencoderKL, AutoencoderKLQwenImage
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from diffusers.models.modeling_outputs import AutoencoderKLOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor


def at_once(pipeline: Any) -> None:
    """Let a pipeline encode all pictures of a batch at once.

    Diffusers encodes them one after the other if each has random numbers of its own. They still
    do: each row of what is encoded is sampled with those of its hole.
    """
    vae = getattr(pipeline, "vae", None)
    one_by_one = getattr(pipeline, "_encode_vae_image", None)
    if one_by_one is None or not isinstance(vae, AutoencoderKL | AutoencoderKLQwenImage):
        return

    def encode(image: Tensor, generator: Any) -> Tensor:
        if len(image) == 1:
            return one_by_one(image, generator)  # type: ignore[no-any-return]  # of diffusers
        with _answering(vae, image):
            return one_by_one(image, generator)  # type: ignore[no-any-return]

    pipeline._encode_vae_image = encode


@contextmanager
def _answering(vae: Any, pictures: Tensor) -> Iterator[None]:
    """Let a VAE answer for picture after picture with what it made of all of them."""
    encode = vae.encode
    rows: list[Tensor] = []

    def next_row(picture: Tensor) -> AutoencoderKLOutput:
        if not rows:  # not sooner, for now the VAE has the precision that it is wanted in
            whole = encode(pictures.to(picture.dtype)).latent_dist
            rows.extend(reversed(whole.parameters.split(1)))
        return AutoencoderKLOutput(latent_dist=DiagonalGaussianDistribution(rows.pop()))

    vae.encode = next_row
    try:
        yield
    finally:
        del vae.encode
