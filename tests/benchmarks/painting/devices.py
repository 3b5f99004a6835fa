"""Edits per second on a GPU: python tests/benchmarks/painting/devices.py [--size sdxl] [--compile].

Networks of full size with random weights, bfloat16 on CUDA. Beside the edits per second, one by
one and together, and a loop of bare calls, it says what share of the device's speed at multiplying
matrices the network reaches: its multiplications are counted, not estimated. Without CUDA it says
so and ends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import diffusers
import numpy as np
import torch
from sizes import stable_diffusion, stable_diffusion_xl
from torch.utils.flop_counter import FlopCounterMode

from fastseg_edit.backends.diffusion import Diffusion
from fastseg_edit.protocols import Hole

if TYPE_CHECKING:
    from collections.abc import Callable

CAPTION = "a red circle"


def main() -> None:
    """Measure one size of network."""
    options = _options()
    if not torch.cuda.is_available():
        sys.exit("there is no CUDA device here, so nothing was measured")
    print(torch.cuda.get_device_name(), torch.__version__)
    with tempfile.TemporaryDirectory() as place:
        build = stable_diffusion_xl if options.size == "sdxl" else stable_diffusion
        folder = build(Path(place))
        inpainter = Diffusion(
            weights=str(folder),
            steps=options.steps,
            device="cuda",
            dtype="bfloat16",
            batch=options.batch,
            compile=options.compile,
        )
        holes = [_hole(inpainter.native, seed) for seed in range(options.batch)]
        sides = {
            "together": lambda: inpainter.inpaint_many(holes),
            "one by one": lambda: [inpainter.inpaint(hole) for hole in holes],
            "loop of calls": _loop(folder, inpainter, holes, options.steps),
        }
        seconds = {name: _seconds(run, options.repeat) for name, run in sides.items()}
        work = _multiplications(sides["together"])
    for name, spent in seconds.items():
        print(f"{name:14} {len(holes) / spent:8.2f} edits/s")
    peak, share = _peak(), work / seconds["together"]
    print(f"{work / 1e12 / len(holes):.2f} TFLOP an edit; {share / 1e12:.1f} TFLOP/s, ", end="")
    print(f"{share / peak:.0%} of the {peak / 1e12:.0f} of a product of matrices")


def _hole(side: int, seed: int) -> Hole:
    image = np.random.default_rng(seed).integers(60, 200, (side, side, 3), np.uint8)
    mask = np.zeros((side, side), bool)
    mask[side // 4 : side // 2, side // 4 : 3 * side // 4] = True
    return Hole(image, mask, CAPTION, seed)


def _loop(folder: Path, inpainter: Diffusion, holes: list[Hole], steps: int) -> Callable[[], None]:
    """Return what people write: a call for each photo, with Pillow's images."""
    pipeline = diffusers.AutoPipelineForInpainting.from_pretrained(folder, dtype=torch.bfloat16)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.to("cuda")
    to_pil = pipeline.image_processor.numpy_to_pil

    def run() -> None:
        for hole in holes:
            pipeline(
                CAPTION,
                image=to_pil(hole.image / 255)[0],
                mask_image=to_pil(hole.mask[..., None].astype(float))[0],
                height=inpainter.native,
                width=inpainter.native,
                num_inference_steps=steps,
                guidance_scale=inpainter.painter.guidance,
                generator=torch.Generator("cuda").manual_seed(hole.seed),
            )

    return run


def _seconds(run: Callable[[], object], repeat: int) -> float:
    """Return the seconds of the quickest run, after two to warm up."""
    spent = []
    for _ in range(repeat + 2):
        began = time.perf_counter()
        run()
        torch.cuda.synchronize()
        spent.append(time.perf_counter() - began)
    return min(spent[2:])


def _multiplications(run: Callable[[], object]) -> int:
    """Return the floating-point operations of a run."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def _peak(side: int = 8192) -> float:
    """Return the operations per second of a product of large matrices in bfloat16."""
    one, other = (torch.randn(side, side, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    return 2 * side**3 / _seconds(lambda: one @ other, 20)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=["sd15", "sdxl"], default="sd15")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
