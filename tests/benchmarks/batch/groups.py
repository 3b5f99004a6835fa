"""What painting several photos together saves, and whether it changes a byte.

    python tests/benchmarks/batch/groups.py [--model lama|diffusion] [--photos 16] [--quick]

The same edits are painted alone and in groups, in turns, by the stages that a batch runs. Networks
may round otherwise in another company, or with another number of threads: what differs is counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import numpy as np
import torch

from fastseg_edit import assembly, models
from fastseg_edit.edit import Edit
from fastseg_edit.mini.figures.diffusion import Filling

GROUPS = (1, 2, 4, 8)


def main() -> None:
    """Paint in groups of each size in turn, and print time and differences."""
    options = _options()
    caption = "a red circle" if options.model == "diffusion" else ""
    operation = "fill" if caption else "remove"
    _, painting = assembly.build(
        operation, {"profile": "mini", "model": options.model}, ready=True, caption=caption
    )
    edits = [_edit(number, caption) for number in range(options.photos)]
    torch.set_num_threads(1)
    list(painting.many(edits[:2], 2))
    alone = _painted(painting, edits, 1)
    spent: dict[int, list[float]] = {group: [] for group in GROUPS}
    for _ in range(options.repeat):
        for group in GROUPS:
            start = time.process_time()
            _painted(painting, edits, group)
            spent[group].append((time.process_time() - start) / len(edits) * 1000)
    print(f"{options.model}: {options.photos} photos, load {os.getloadavg()[0]:.1f}")
    print("group", "CPU ms a photo", "of alone", "photos that differ", "at most by", sep="\t")
    for group in GROUPS:
        own = statistics.median(spent[group])
        share = statistics.median(a / b for a, b in zip(spent[group], spent[1], strict=True))
        print(
            group, f"{own:.1f}", f"{share:.2f}", *_differ(alone, painting, edits, group), sep="\t"
        )
    print("other company:", *_differ(alone[::-1], painting, edits[::-1], 4))
    for threads in (2, 1):
        torch.set_num_threads(threads)
        print(f"{threads} threads:", *_differ(alone, painting, edits, 1))


def _differ(expected: list, painting, edits: list[Edit], group: int) -> tuple[str, str]:
    painted = _painted(painting, edits, group)
    apart = [int(np.abs(a.astype(int) - b).max()) for a, b in zip(expected, painted, strict=True)]
    return f"{np.count_nonzero(apart)} of {len(apart)}", f"{max(apart)} levels"


def _painted(painting, edits: list[Edit], group: int) -> list[np.ndarray]:
    models._findings.clear()  # nothing is remembered of a photo from the time before
    return [one.result for one in painting.many(edits, group)]


def _edit(number: int, caption: str) -> Edit:
    filling = Filling.of(number)
    return Edit(filling.photo, mask=filling.hole, caption=caption, seed=number)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=("lama", "diffusion"), default="lama")
    parser.add_argument("--photos", type=int, default=16)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.photos, options.repeat = 8, 1
    return options


if __name__ == "__main__":
    main()
