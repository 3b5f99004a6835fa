"""What a batch costs for each photo besides the edit itself.

    python tests/benchmarks/batch/overhead.py [--photos 60] [--repeat 3] [--quick]

First all of it: CPU of `batch run --jobs 1` and of the same functions called in a plain loop, for
few photos and for many, so that starting up falls out. The model is the cheapest one: what paints
costs the same on both sides, and its scatter would hide what is sought. Then the parts, one by one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import samples
from throughput import WAYS, spent

from fastseg_edit import sources, together
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import listing, manifest
from fastseg_edit.batching.manifests.keys import Keys
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers import finishing
from fastseg_edit.batching.workers.messages import At, Made, Order, Part
from fastseg_edit.requests import Problems

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = 6


def main() -> None:
    """Print milliseconds for each photo."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        few, many = (
            samples.write(
                Path(folder) / str(count), count, options.size, others=(options.size,), model="blur"
            )
            for count in (FEW, FEW + options.photos)
        )
        print(f"load {os.getloadavg()[0]:.1f}")
        for _ in range(options.repeat):
            batch, direct = (_each(way, few, many, options.photos) for way in (_batch, _direct))
            print(
                f"batch {batch:.1f}, the same functions {direct:.1f}, "
                f"between them {batch - direct:.1f} ms of CPU a photo"
            )
        _parts(few)
        _parts(samples.write(Path(folder) / "large", 1, others=(samples.LARGE,)))


def _each(way: Callable[[Path], list[str]], few: Path, many: Path, photos: int) -> float:
    first, second = (spent(way(job))[1] for job in (few, many))
    return (second - first) / photos * 1000


def _batch(job: Path) -> list[str]:
    again = ["--out", str(job.parent / f"edited-{time.monotonic_ns()}")]
    flags = ["--jobs", "1", "--quiet"]
    return [sys.executable, "-m", "fastseg_edit", "batch", "run", str(job), *again, *flags]


def _direct(job: Path) -> list[str]:
    return [sys.executable, str(WAYS), "direct", str(job)]


def _parts(job: Path) -> None:
    """Print the parts for the first photo of a job."""
    told = manifest.load(job)
    item = next(iter(listing.items(told, Problems())))
    request = item.requests[0]
    opened = sources.open_source(told.photos.source(item.photo), request.settings)
    [edited] = together.paint([together.select(request.spec(opened))])
    stored, beside = edited.encode(), job.parent / "edited"
    keys = Keys(lambda path: hashlib.sha256(path.read_bytes()).hexdigest())
    keys.of(item, opened.photo.sha256)
    facts = finishing.facts(edited)
    digest = hashlib.sha256(stored).hexdigest()
    parts = tuple(Part(f"{n}", f"part-{n}", digest, len(stored)) for n in range(2))
    made = Made(1, "done", "key", parts, {**facts, "seconds": {}, "files": 2})
    height, width = opened.photo.size
    print(f"\nms of CPU for a photo of {height * width / 1e6:.1f} MP")
    print(f"  key of the item            {_spent(lambda: keys.of(item, opened.photo.sha256)):.2f}")
    print(f"  hash of the result         {_spent(lambda: hashlib.sha256(stored).hexdigest()):.2f}")
    print(f"  record and its JSON        {_spent(lambda: json.dumps(edited.record(beside))):.2f}")
    print(f"  facts                      {_spent(lambda: finishing.facts(edited)):.2f}")
    print(f"  messages                   {_spent(lambda: _messages(item, made)):.2f}")
    journal = Journal(job.parent / "journal.sqlite")
    run = journal.begin({})
    journal.enlist([item], run)
    print(f"  journal                    {_spent(lambda: _journal(journal, item, run, made)):.2f}")
    journal.close()
    store = Folder(job.parent / "store")
    print(f"  files to the disk          {_spent(lambda: _files(store, stored)):.2f}")


def _messages(item, made: Made) -> None:
    stages = [At(1, stage) for stage in ("read", "select", "paint", "write")]
    for message in (Order(1, item), *stages, made):
        pickle.loads(pickle.dumps(message))


def _journal(journal: Journal, item, run: int, made: Made) -> None:
    attempt = journal.begun(item, run)
    ours = Made(attempt, made.state, made.key, made.parts, made.facts)
    journal.writing(ours)
    journal.ended(ours, 1.0, {part.name: "1:1:1:1" for part in made.parts})


def _files(store: Folder, content: bytes) -> None:
    for number in range(2):
        store.put(f"{number}.part", content)


def _spent(function: Callable[[], object], repeat: int = 15) -> float:
    """Return the median milliseconds of CPU that a function takes."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        function()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--size", type=float, default=1.0, help="megapixels of each photo")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", help="where photos and results are put")
    parser.add_argument("--quick", action="store_true", help="20 photos, once")
    options = parser.parse_args()
    if options.quick:
        options.photos, options.repeat = 20, 1
    return options


if __name__ == "__main__":
    main()
