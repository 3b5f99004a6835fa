"""The inpainter that paints what a caption says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import torch

from fastseg_edit import catalogue
from fastseg_edit.backends import devices
from fastseg_edit.backends.diffusion.additions.options import Additions
from fastseg_edit.backends.diffusion.calls import batches, encoding, texts
from fastseg_edit.backends.diffusion.calls.memory import Thrift
from fastseg_edit.backends.diffusion.calls.orders import Wishes
from fastseg_edit.backends.diffusion.loading import schedulers
from fastseg_edit.backends.diffusion.loading.pipeline import Painter
from fastseg_edit.backends.diffusion.loading.setup import Setup
from fastseg_edit.errors import FastsegError
from fastseg_edit.options import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import ImageArray
    from fastseg_edit.protocols import Hole

_LOADING = RLock()  # meanwhile the libraries are kept silent, and that is one setting for all


@dataclass(frozen=True)
class Diffusion(Additions):
    """Paints what a caption says, or continues the surroundings, by latent diffusion [1].

    Args:
        weights: A name in the catalogue, or a folder in diffusers' layout.
        steps: Denoising steps. None for what suits the weights.
        guidance: How much more the caption counts than no caption [2]; 1 is as it was learned.
            None for what suits the weights.
        strength: How much noise to start from. 1 forgets what was there; less keeps some of it.
            None for what suits the weights.
        negative_caption: What should not be painted: guidance leads away from it.
        scheduler: How the noise is taken away, a name of `schedulers.SCHEDULERS`. None for what
            the weights were published with.
        device: "auto", "cpu", "cuda" or "cuda:N".
        dtype: "float32", "float16", "bfloat16", or "auto": single precision on a CPU, what suits
            the weights on a GPU.
        offload: What waits in main memory for its turn on the GPU: "none", whole components
            ("model") or single layers ("sequential", slow).
        attention_slicing: True to compute attention in slices: less memory, more time.
        vae_tiling: True to encode and decode in tiles, which saves memory above the native side.
        batch: How many holes go through the networks at once. None for as many as gain something.
            Where memory runs out, there are fewer from then on.
        background: Caption of a hole that has none: what is behind that which goes.
        avoid_removed: True to lead away from the words for what is removed, at twice the time.

    What can be added to the weights is said by keyword, and listed in `Additions`.

    Raises:
        ModelError: If the weights are missing or are not what they should be.
        SpecError: If there is no such scheduler.

    References:
        [1] Rombach et al. High-resolution image synthesis with latent diffusion models.
            CVPR 2022. arXiv:2112.10752
        [2] Ho, Salimans. Classifier-free diffusion guidance. 2022. arXiv:2207.12598
        [3] Meng et al. SDEdit: guided image synthesis and editing with stochastic differential
            equations. ICLR 2022. arXiv:2108.01073
    """

    context: ClassVar = "30%"

    weights: str = "sd-mini"
    steps: Annotated[int, Range(1, 1000)] | None = None
    guidance: Annotated[float, Range(0)] | None = None
    strength: Annotated[float, Range(0, 1, beyond=True)] | None = None
    negative_caption: str = ""
    scheduler: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    offload: Literal["none", "model", "sequential"] = "none"
    attention_slicing: bool = False
    vae_tiling: bool = False
    batch: Annotated[int, Range(1)] | None = None
    background: str = ""
    avoid_removed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scheduler is not None:
            schedulers.known(self.scheduler)

    @property
    def native(self) -> int:
        """Side in pixels of the square that the network was made for."""
        return self.painter.native

    @property
    def multiple(self) -> int:
        """What both sides of a window are a multiple of."""
        return self.painter.multiple

    @property
    def follows(self) -> bool:
        """Whether the layout of a hole is kept to: with a ControlNet that reads regions."""
        return self.painter.follows

    @property
    def detail(self) -> float | None:
        """Noise that a draft gets that wants detail [3]; None if it is to stay as it is."""
        return self.painter.detail

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the owner of a photo should know of the weights, one line each."""
        return self.painter.remarks

    @property
    def painter(self) -> Painter:
        """The networks, loaded on first use."""
        with _LOADING:
            return self._painter

    @cached_property
    def _painter(self) -> Painter:
        setup = Setup(
            devices.of(self.device),
            self.dtype,
            self.scheduler,
            self.offload,
            self.attention_slicing,
            self.vae_tiling,
            avoids=bool(self.negative_caption) or self.avoid_removed,
            keeps=(self.strength or 1) < 1,
            compiles=self.compile,
            looks=self.reference is not None,
        )
        painter = Painter.load(catalogue.folder(self.weights), setup, self)
        texts.remember(painter.pipeline)
        encoding.at_once(painter.pipeline)
        return painter

    @cached_property
    def thrift(self) -> Thrift:
        """How sparing the networks have to be with memory, as it turned out so far."""
        return Thrift(self.painter, self.attention_slicing)

    @property
    def _turn(self) -> RLock:
        """What a thread holds while it paints: schedulers, and weights at times, are changed."""
        lock: RLock = self.__dict__.setdefault("_lock", RLock())
        return lock

    def inpaint(self, hole: Hole, /) -> ImageArray:
        """Return the window with the hole painted. Pixels outside it change a little, too.

        Raises:
            SpecError: With E_SPEC, if the family of the weights cannot do what is asked for, if
                strength times steps leaves no step, if guidance is too small for the negative
                caption to count, or if the text encoder cannot read the first word of a caption.
            ModelError: With E_MODEL_MISSING, if the weights cannot be used; with E_MODEL_OUTPUT,
                if what comes out is no picture, in single precision either.
            ResourceError: With E_MEMORY, if memory runs out whatever is tried.
        """
        (painted,) = self.inpaint_many([hole])
        if isinstance(painted, FastsegError):
            raise painted
        return painted

    @torch.inference_mode()
    def inpaint_many(self, holes: Sequence[Hole], /) -> list[ImageArray | FastsegError]:
        """Paint holes of one shape, as `inpaint` does each, up to rounding.

        Each has random numbers of its own, so what is painted depends on the hole alone. Whoever
        listens (see `running`) hears of every step, and of captions that are too long. Threads
        may share one inpainter; they take turns.

        Returns:
            For each hole, in order, its picture, or the error that `inpaint` would raise.
        """
        wishes = Wishes(
            self.steps,
            self.guidance,
            self.strength,
            self.negative_caption,
            self.avoid_removed,
            self.background,
        )
        with self._turn:
            return batches.paint(self.thrift, holes, wishes, self.batch)
