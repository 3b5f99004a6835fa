"""What planning takes, by number of items: seconds, and memory at its largest.

Run with: python tests/benchmarks/batch/planning.py [--counts 1000 10000 100000]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.manifests import manifest

EDIT = {"operation": "remove", "profile": "classical"}
KINDS = ("items.jsonl", "rows.csv", "folder.yaml")


def main() -> None:
    """Make jobs, plan each in a process of its own, and print a table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    asked.add_argument("--plan", type=Path)
    given = asked.parse_args()
    if given.plan:
        plan(given.plan)
        return
    names = f"{'wall s':>9}{'user s':>9}{'system s':>9}{'us/item':>9}{'MB':>8}{'load':>7}"
    print(f"{'job':14}{'items':>9}{names}")
    for count in given.counts:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), count)
            for kind in KINDS:
                command = [sys.executable, __file__, "--plan", str(Path(folder) / kind)]
                subprocess.run(command, check=True)


def make(folder: Path, count: int) -> None:
    """Write small photos, a thousand in each folder, and three jobs of all of them."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 60)).save(file, "JPEG")
    with (folder / KINDS[0]).open("w") as lines, (folder / KINDS[1]).open("w") as rows:
        lines.write(json.dumps({"version": 1, "root": "photos", "defaults": EDIT}) + "\n")
        rows.write("photo,operation,point,profile,seed\n")
        for number in range(count):
            name = f"{number // 1000:03}/{number:06}.jpg"
            path = folder / "photos" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.getvalue())
            x, y = number % 60, number % 40
            lines.write(json.dumps({"photo": name, "prompt": [{"point": [x, y]}]}) + "\n")
            rows.write(f'photos/{name},remove,"{x},{y}",classical,{number}\n')
    job = {"items": [{"photos": "photos/**/*.jpg", "prompt": [{"point": [30, 20]}], **EDIT}]}
    (folder / KINDS[2]).write_text(json.dumps(job))


def plan(path: Path) -> None:
    """Plan one job, and print what it took."""
    before, start, count = os.times(), time.perf_counter(), 0
    for planned in checking.check(manifest.load(path)):
        count += planned.problem is None
    wall, after = time.perf_counter() - start, os.times()
    user, system = after.user - before.user, after.system - before.system
    each = (user + system) / count * 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = f"{wall:9.2f}{user:9.2f}{system:9.2f}{each:9.0f}"
    print(f"{path.name:14}{count:9}{times}{memory:8.1f}{os.getloadavg()[0]:7.1f}", flush=True)


if __name__ == "__main__":
    main()
