"""Edits per second beside a loop of calls: python tests/benchmarks/painting/throughput.py.

The loop is what people write: a photo is opened, cropped round the hole, scaled to the model's
size, painted by one call, scaled back and pasted. Both sides take turns with a few photos each, so
that whatever else the machine does slows down both.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import diffusers
import numpy as np
import torch
from PIL import Image

from fastseg_edit import assembly, catalogue, errors
from fastseg_edit.edit import Edit
from fastseg_edit.mini.figures.diffusion import Filling

STEPS, GUIDANCE, NATIVE, CONTEXT = 4, 2.0, 64, 0.3


class Job(NamedTuple):
    """A photo, a mask and a caption, as files and words."""

    photo: Path
    mask: Path
    caption: str


def main() -> None:
    """Run both sides and print how they compare."""
    options = _options()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        jobs = [_written(Path(folder), number) for number in range(options.edits)]
        sides = {"ours": ours(options.batch), "loop of calls": bare()}
        for run in sides.values():
            run(jobs[: options.turn])
        ratios, seconds = _turns(sides, jobs, options)
    for name, spent in seconds.items():
        mean, least = (value / options.turn * 1000 for value in (np.mean(spent), min(spent)))
        print(f"{name:14} {mean:8.1f} ms an edit, {least:.1f} in the quickest turn")
    low, middle, high = (np.quantile(ratios, share) for share in (0, 0.5, 1))
    print(f"times as many edits: median {middle:.2f}, from {low:.2f} to {high:.2f}")


def _turns(sides: dict, jobs: list[Job], options: argparse.Namespace) -> tuple[list, dict]:
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    processor = dict.fromkeys(sides, 0.0)
    for _ in range(options.repeat):
        for start in range(0, len(jobs), options.turn):
            for name, run in sides.items():
                began, busy = time.perf_counter(), time.process_time()
                run(jobs[start : start + options.turn])
                seconds[name].append(time.perf_counter() - began)
                processor[name] += time.process_time() - busy
    print("on the processors:", {name: f"{spent:.1f} s" for name, spent in processor.items()})
    return [b / a for a, b in zip(*seconds.values(), strict=True)], seconds


def ours(batch: int | None):
    """Return what paints jobs through the pipeline that the command line runs."""
    chosen = {"profile": "mini", "overrides": {}}
    if batch:
        chosen["model_options"] = {"batch": batch}
    # The masks are there already, for both sides, so only the stages that paint run.
    _, painting = assembly.build("fill", chosen, ready=True, caption="a red circle")

    def run(jobs: list[Job]) -> list[np.ndarray]:
        edits = [
            Edit(
                np.array(Image.open(job.photo).convert("RGB")),
                mask=np.array(Image.open(job.mask)) > 0,
                caption=job.caption,
            )
            for job in jobs
        ]
        return [_result(outcome) for outcome in painting.many(edits, len(jobs))]

    return run


def _result(outcome) -> np.ndarray:
    if isinstance(outcome, errors.FastsegError):
        raise outcome
    return outcome.result


def bare():
    """Return what paints jobs by one call of diffusers for each."""
    folder = catalogue.folder("sd-mini")
    painter = diffusers.AutoPipelineForInpainting.from_pretrained(folder, dtype=torch.float32)
    painter.set_progress_bar_config(disable=True)

    def run(jobs: list[Job]) -> list[Image.Image]:
        return [_pasted(painter, job) for job in jobs]

    return run


def _pasted(painter, job: Job) -> Image.Image:
    photo, mask = Image.open(job.photo).convert("RGB"), Image.open(job.mask)
    left, top, right, bottom = mask.getbbox()
    side = max(right - left, bottom - top)
    side = min(max(int(side * (1 + 2 * CONTEXT)), NATIVE), *photo.size)
    left = min(max((left + right - side) // 2, 0), photo.width - side)
    top = min(max((top + bottom - side) // 2, 0), photo.height - side)
    box = (left, top, left + side, top + side)
    painted = painter(
        job.caption,
        image=photo.crop(box).resize((NATIVE, NATIVE), Image.Resampling.LANCZOS),
        mask_image=mask.crop(box).resize((NATIVE, NATIVE)),
        num_inference_steps=STEPS,
        guidance_scale=GUIDANCE,
        height=NATIVE,
        width=NATIVE,
        generator=torch.Generator().manual_seed(0),
    ).images[0]
    photo.paste(painted.resize((side, side)), box, mask.crop(box))
    return photo


def _written(folder: Path, number: int) -> Job:
    filling = Filling.of(number)
    photo, mask = folder / f"{number}.png", folder / f"{number}-mask.png"
    Image.fromarray(filling.photo).save(photo, compress_level=1)
    Image.fromarray(filling.hole.astype(np.uint8) * 255).save(mask)
    return Job(photo, mask, filling.caption)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=32)
    parser.add_argument("--turn", type=int, default=8, help="edits before the other side's turn")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, help="holes at once; the default if left out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
