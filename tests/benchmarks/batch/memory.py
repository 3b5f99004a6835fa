"""Whether memory and open files grow with the number of photos that a job has done.

    python tests/benchmarks/batch/memory.py [--photos 1000] [--jobs 2] [--quick]

One job of many small photos runs as a command; meanwhile its processes are looked at.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import samples

SMALL = 0.15
"""Megapixels of the photos."""

KINDS = 24
"""Photos that are made; the others are links to them, which are read and edited all the same."""


def main() -> None:
    """Run the job, and print what its processes hold after a part of it and at its end."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        job = samples.write(Path(folder) / "work", KINDS, SMALL, options.photos, (SMALL,))
        flags = ["--jobs", str(options.jobs), "--json"]
        command = [sys.executable, "-m", "fastseg_edit", "batch", "run", str(job), *flags]
        print("photos", "processes", "MB in all", "of the driver", "open files", sep="\t")
        early, late = _watched(command, options.photos)
    print(f"growth from {options.photos // 10} photos to the end: {late - early:.0f} MB in all")


def _watched(command: list[str], photos: int) -> tuple[float, float]:
    """Run a command, and return the MB that its processes hold after a tenth, and at the end.

    What is at work at a moment plays a part, so both are medians of several looks.
    """
    step, figures = max(photos // 100, 1), []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        done = 0
        for line in running.stdout or ():
            if '"state"' in line and '"photo"' in line:
                done += 1
                if done % step == 0 and done < photos - step:
                    figures.append(_look(running.pid, done, shown=done % (10 * step) == 0))
    tenth = len(figures) // 10 + 1
    return statistics.median(figures[tenth : 2 * tenth]), statistics.median(figures[-tenth:])


def _look(root: int, done: int, *, shown: bool) -> float:
    processes = [root, *_below(root)]
    held = [_held(each) for each in processes]
    files = sum(len([*Path(f"/proc/{each}/fd").iterdir()]) for each in processes)
    if shown:
        print(
            done, len(processes), f"{sum(held):.0f}", f"{held[0]:.0f}", files, sep="\t", flush=True
        )
    return sum(held)


def _below(process: int) -> list[int]:
    """Return the processes that a process has started, and those that these have."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    children = [int(each) for each in text.split()]
    return [*children, *(each for child in children for each in _below(child))]


def _held(process: int) -> float:
    """Return the MB that a process holds; of what several share each counts its part."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", help="where photos and results are put")
    parser.add_argument("--quick", action="store_true", help="60 photos")
    options = parser.parse_args()
    if options.quick:
        options.photos = 60
    return options


if __name__ == "__main__":
    main()
