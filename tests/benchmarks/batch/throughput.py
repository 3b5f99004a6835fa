"""A batch beside the way a peer works and beside the leanest loop over the same painting function.

    python tests/benchmarks/batch/throughput.py [--photos 20] [--jobs 2] [--repeat 3] [--quick]

All three run as programs, start and imports included, and take turns. See `ways`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import samples

WAYS = Path(__file__).with_name("ways.py")


def main() -> None:
    """Run all three in turn, and print how they compare."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        job = samples.write(Path(folder) / "work", options.photos, options.largest)
        figures: dict[str, list[tuple[float, float]]] = {}
        print("way", "wall s", "CPU s", "load", sep="\t")
        for _ in range(options.repeat):
            for name, command in _ways(job, options.jobs).items():
                taken = spent(command)
                shutil.rmtree(job.parent / name)
                figures.setdefault(name, []).append(taken)
                print(name, *(f"{each:.2f}" for each in (*taken, os.getloadavg()[0])), sep="\t")
    _compare(figures, options)


def _ways(job: Path, jobs: int) -> dict[str, list[str]]:
    """Return the commands by the folder that each writes to."""
    batch = ["-m", "fastseg_edit", "batch", "run", str(job), "--jobs", str(jobs), "--quiet"]
    python = sys.executable
    return {
        "peer": [python, str(WAYS), "peer", str(job)],
        "lean": [python, str(WAYS), "lean", str(job)],
        "edited": [python, *batch],
    }


def spent(command: list[str]) -> tuple[float, float]:
    """Return the seconds by the clock, and those of all processors, that a program took."""
    before, start = _processor(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _compare(figures: dict[str, list[tuple[float, float]]], options: argparse.Namespace) -> None:
    pairs = {
        "CPU, batch / lean loop (target at most 1.15)": ("edited", "lean", 1),
        "wall, peer / batch (target at least 1.6)": ("peer", "edited", 0),
        "wall, lean loop / batch": ("lean", "edited", 0),
    }
    print(f"{options.photos} photos, --jobs {options.jobs}, {options.repeat} rounds")
    for title, (one, other, which) in pairs.items():
        ratios = [a[which] / b[which] for a, b in zip(figures[one], figures[other], strict=True)]
        middle = statistics.median(ratios)
        print(f"{title}: median {middle:.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--largest", type=float, default=12, help="megapixels of every tenth")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", help="where photos and results are put")
    parser.add_argument("--quick", action="store_true", help="6 small photos, once")
    options = parser.parse_args()
    if options.quick:
        options.photos, options.largest, options.repeat = 6, 2, 1
    return options


if __name__ == "__main__":
    main()
