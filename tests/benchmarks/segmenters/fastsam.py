"""What FastSAM costs beside its network: python tests/benchmarks/segmenters/fastsam.py.

Networks of FastSAM's sizes with random weights look at photos of 0.3, 12 and 50 megapixels, 1024
pixels along the longer side. Random weights propose nothing sensible, so 300 objects of all sizes,
each proposed ten times, and blobs take the place of the proposals and the prototypes. Two ways
lead to the masks: ours, which mixes each mask in its own box and lifts what a prompt chooses, and
that of ultralytics' `process_mask_native`, which brings all 300 to the photo's size (here 30 at a
time, to fit into memory). Each row is a process of its own, on one thread; CPU seconds, the best of
three. "before" is the memory with the libraries, the network and the photo.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from ultralytics.utils.ops import process_mask_native, scale_boxes

from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.fastsam.segmenter import Encoding
from fastseg_edit.backends.yolo import weights
from fastseg_edit.backends.yolo.library import non_max_suppression
from fastseg_edit.backends.yolo.network import Architecture, build
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from fastseg_edit.backends.yolo.seen import Seen

PHOTOS = ((480, 640), (3000, 4000), (5774, 8660))
CASES = [(size, *photo) for size in "sx" for photo in PHOTOS]
OBJECTS, EACH = 300, 10
SIDE = 1024

COLUMNS = {
    "network": "network s",
    "decode": "300 masks s",
    "share": "share of network",
    "naive": "at native size s",
    "naive_share": "share",
    "first": "first prompt s",
    "click": "next click s",
    "box": "3 boxes s",
    "stroke": "stroke s",
    "rough": "rough s",
    "slowest": "slowest / first",
    "before": "before MB",
    "memory": "peak MB",
    "naive_memory": "native peak MB",
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", type=int, help="measure one row, and print it as JSON")
    given = parser.parse_args()
    if given.case is not None:
        print(json.dumps(measure(*CASES[given.case])))
        return
    print(" | ".join(["network", "photo", *COLUMNS.values()]))
    for number, (size, height, width) in enumerate(CASES):
        command = [sys.executable, __file__, "--case", str(number)]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        row = json.loads(ran.stdout)
        cells = [f"{row[name]:.3f}" if row[name] < 100 else f"{row[name]:.0f}" for name in COLUMNS]
        print(" | ".join([f"FastSAM-{size}", f"{height * width / 1e6:.1f} MP", *cells]), flush=True)


def measure(size: str, height: int, width: int) -> dict[str, float]:
    """Return the figures of one row."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    segmenter = _segmenter(size)
    photo = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    network, before = segmenter._loaded[0], _peak()
    look, seen = _best(lambda: segmenter.look(photo))
    picture = torch.from_numpy(seen.frame.picture(photo)).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        forward, _ = _best(lambda: network(picture))
    crowded = replace(seen, proposals=_proposals(seen), prototypes=_blobs(seen))
    decode, found = _best(lambda: crowded.candidates(segmenter.limits))
    if len(found) < 0.9 * OBJECTS:
        raise SystemExit(f"{len(found)} masks came through, and not {OBJECTS}")
    asked = _asked(segmenter, Encoding(found, crowded))
    memory, first = _peak(), look + decode + asked["click"]
    naive, _ = _best(lambda: _native(crowded, segmenter), times=1)
    return {
        "network": forward,
        "decode": decode,
        "share": decode / forward,
        "naive": naive,
        "naive_share": naive / forward,
        "first": first,
        **asked,
        "slowest": max(asked.values()) / first,
        "before": before,
        "memory": memory,
        "naive_memory": _peak(),
    }


def _segmenter(size: str) -> FastSam:
    """Return FastSAM with random weights."""
    torch.manual_seed(0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.pt"
        weights.save_checkpoint(build(Architecture("v8/yolov8-seg", size)), path)
        segmenter = FastSam(
            str(path), SIDE, 0.4, 0.7, candidates=OBJECTS, device="cpu", allow_pickle=True
        )
        segmenter.look(np.zeros((64, 64, 3), np.uint8))
    return segmenter


def _proposals(seen: Seen) -> Tensor:
    """Return proposals of many objects, each proposed often, among as many as the network makes."""
    random = np.random.default_rng(1)
    made = seen.proposals.clone()
    made[4] = 0.01
    count = OBJECTS * EACH
    middles = random.uniform(0, 1, (OBJECTS, 2)) * seen.frame.whole[::-1]
    sides = SIDE * np.exp(random.uniform(np.log(0.02), np.log(0.5), (OBJECTS, 2)))
    boxes = np.concatenate([middles, sides], axis=1).repeat(EACH, axis=0)
    boxes *= random.normal(1, 0.005, boxes.shape)
    places = random.permutation(made.shape[1])[:count]
    made[:4, places] = torch.from_numpy(boxes.T).float()
    made[4, places] = torch.from_numpy(random.uniform(0.5, 0.99, count)).float()
    made[5:, places] = torch.from_numpy(random.normal(0, 1, (made.shape[0] - 5, count))).float()
    return made


def _blobs(seen: Seen) -> Tensor:
    """Return prototypes that are smooth, as trained ones are."""
    count, height, width = seen.prototypes.shape
    coarse = torch.randn(1, count, height // 8, width // 8, generator=torch.manual_seed(2))
    smooth = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic")
    return smooth[0]


def _asked(segmenter: FastSam, encoding: Encoding) -> dict[str, float]:
    """Return the seconds from a prompt to one mask at the photo's size for each box or object."""
    height, width = encoding.found.size
    middle = encoding.found.cutouts[0].box
    x, y = (middle[0] + middle[2]) / 2, (middle[1] + middle[3]) / 2
    strokes = np.zeros((2, height, width), bool)
    strokes[0, int(y), middle[0] : middle[2]] = True
    rough = np.zeros((height, width), bool)
    rough[middle[1] : middle[3], middle[0] : middle[2]] = True
    prompts = {
        "click": Points.at(x, y),
        "box": Boxes(tuple(cutout.box for cutout in encoding.found.cutouts[:3])),
        "stroke": Scribble(*strokes),
        "rough": Rough(rough),
    }

    def answer(prompt: Any) -> None:
        found = segmenter.predict(encoding, prompt)
        for number in found.best():
            found.union([number])

    return {
        name: _best(lambda prompt=prompt: answer(prompt))[0] for name, prompt in prompts.items()
    }


def _native(seen: Seen, segmenter: FastSam) -> None:
    """Bring all masks to the photo's size, as ultralytics does where masks are to be fine."""
    limits = segmenter.limits
    (rows,) = non_max_suppression(
        seen.proposals[None], limits.confidence, limits.overlap, max_det=limits.most, nc=1
    )
    boxes = scale_boxes(seen.frame.whole, rows[:, :4], seen.frame.size)
    for first in range(0, len(rows), 30):
        part = slice(first, first + 30)
        process_mask_native(seen.prototypes, rows[part, 6:], boxes[part], seen.frame.size)


def _best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the CPU seconds of the fastest run, and what it returned."""
    seconds = []
    for _ in range(times):
        start = process_time()
        result = work()
        seconds.append(process_time() - start)
    return min(seconds), result


def _peak() -> float:
    """Return the most memory that the process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
