"""What an edit costs beside the network: tests/benchmarks/painting/overhead.py [--size sd15].

One edit runs as the command line runs it, from an array and a ready mask to a finished photo, and
beside it one call of diffusers on the same window with the same weights. Both take turns. With
`sd15` the networks have the size of Stable Diffusion 1.5 and random weights, which takes 7 GB of
memory and 2 GB of disk, and on two CPU cores a minute a call.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import diffusers
import numpy as np
import torch
from PIL import Image
from sizes import stable_diffusion

from fastseg_edit import Mask, catalogue, models, operations
from fastseg_edit.operations import EditSpec

CAPTION = "a red circle"
Clock = Callable[[], float]


def main() -> None:
    """Run both sides in turn and print how they compare."""
    options = _options()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as place:
        folder = catalogue.folder("sd-mini")
        if options.size == "sd15":
            folder = stable_diffusion(Path(place))
        model = {"name": "diffusion", "weights": str(folder), "steps": options.steps}
        painter = models.get("inpainter", model).painter
        side = painter.native
        photo, hole = _case(side)
        edit = _ours(model, photo, hole)
        call = _bare(painter, folder, photo, hole, options.steps)
        for _ in range(options.warm):
            edit()
            call()
        figures = [(_spent(edit), _spent(call)) for _ in range(options.repeat)]
    for number, clock in enumerate(("wall clock", "processor")):
        ours, bare = (np.array([pair[who][number] for pair in figures]) for who in (0, 1))
        print(
            f"{clock}: edit {np.median(ours):.3f} s, call {np.median(bare):.3f} s, "
            f"ratio {np.median(ours) / np.median(bare):.3f}, of the quickest of "
            f"{len(ours)} {ours.min() / bare.min():.3f}"
        )


def _case(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a photo of thrice the model's side, and a hole in its middle."""
    photo = np.random.default_rng(0).integers(60, 200, (2 * side, 3 * side, 3), np.uint8)
    hole = np.zeros(photo.shape[:2], bool)
    hole[side - side // 5 : side + side // 5, side : side + side // 2] = True
    return photo, hole


def _ours(model: dict, photo: np.ndarray, hole: np.ndarray) -> Callable[[], None]:
    options = {"profile": "mini", "overrides": {"inpaint.model": model}}
    return lambda: operations.run(EditSpec("fill", photo, Mask(hole), CAPTION, options))


def _bare(painter, folder: Path, photo: np.ndarray, hole: np.ndarray, steps: int):
    """Return a call on the window that is painted for the hole, from Pillow's images to one."""
    shared = {name: painter.pipeline.components[name] for name in ("unet", "vae")}
    pipeline = diffusers.AutoPipelineForInpainting.from_pretrained(
        folder, dtype=torch.float32, **shared
    )
    pipeline.set_progress_bar_config(disable=True)
    side = painter.native
    rows, columns = np.nonzero(hole)
    top = int(rows.min() + rows.max()) // 2 - side // 2
    left = int(columns.min() + columns.max()) // 2 - side // 2
    part = np.s_[top : top + side, left : left + side]
    image, mask = Image.fromarray(photo[part]), Image.fromarray(hole[part])

    def call() -> None:
        pipeline(
            CAPTION,
            image=image,
            mask_image=mask,
            height=side,
            width=side,
            num_inference_steps=steps,
            guidance_scale=painter.guidance,
            generator=torch.Generator().manual_seed(0),
        )

    return call


def _spent(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds on the clock and on all processors."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    spent = time.perf_counter() - clock, time.process_time() - processor
    print(f"{spent[0]:.3f} s, on the processors {spent[1]:.3f} s", flush=True)
    return spent


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=["mini", "sd15"], default="mini")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--warm", type=int, default=1, help="turns that do not count")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
