"""What a job costs besides its edits: items per second that one driver can carry.

The workers of this benchmark answer at once with results that are ready, so all that is left is the
driver: the journal, the names of the results, and the messages. The figures say what a cluster of
any size cannot go beyond, and how large its journal becomes.

    python tests/benchmarks/batch/driver.py [--items 20000] [--workers 64] [--files 2] [--out URL]
"""

import argparse
import resource
import tempfile
import time
from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from fastseg_edit import requests
from fastseg_edit.batching.driving.driver import Driver
from fastseg_edit.batching.journals import travelling
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.manifests.policy import Policy
from fastseg_edit.batching.storage.places import store
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import At, Made, Part

STAGES = ("read", "select", "paint", "write")

FACTS = {
    "operation": "remove", "size": [4000, 3000], "mask_box": [1200, 900, 1800, 1500],
    "coverage": 0.021472, "unmasked_changed_pixels": 0, "warnings": [], "count": 1, "score": 0.9312,
    "margin": 0.2114, "border": 0.0, "files": 2,
    "seconds": {"read": 0.0421, "select": 0.2113, "paint": 0.8812, "write": 0.1023},
}  # fmt: skip
"""As an edit has them."""


@dataclass
class Ready:
    """A worker that is done with what it is given at once."""

    results: object
    run: int
    files: int
    said: deque = field(default_factory=deque)

    def give(self, order):
        attempt, item = order
        self.said.extend(At(attempt, stage) for stage in STAGES)
        parts = []
        for number in range(self.files):
            place = f"{OURS}/parts/{self.run}/{attempt}.{number}"
            written(self.results, place)
            name = f"{item.output}.{number}.jpg"
            parts.append(Part(name, place, f"{attempt:064}", 5))
        hashes = ((item.photo, f"5:{attempt}:0:0", f"{attempt:064}"),)
        self.said.append(
            Made(attempt, "done", f"{attempt:064}", tuple(parts), FACTS, hashes=hashes)
        )

    def heard(self):
        return self.said.popleft()

    def dismiss(self):
        return "it was ended"


def written(results, place):
    """Write a part without waiting for the disk, which is what workers do, each for itself."""
    if hasattr(results, "path"):
        path = results.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    else:
        results.put(place, b"12345")


@dataclass
class Crew:
    """Where such workers come from."""

    results: object
    run: int
    files: int

    def hire(self):
        return Ready(self.results, self.run, self.files)

    def listen(self, hands, _seconds):
        return [hand for hand in hands if hand.said]

    def close(self):
        pass


class Timed:
    """Something whose methods are timed."""

    def __init__(self, wrapped, seconds):
        self._wrapped, self._seconds = wrapped, seconds

    def __getattr__(self, name):
        found = getattr(self._wrapped, name)
        if not callable(found):
            return found

        def timed(*given, **named):
            start = time.perf_counter()
            try:
                return found(*given, **named)
            finally:
                self._seconds[f"{type(self._wrapped).__name__}.{name}"] += (
                    time.perf_counter() - start
                )

        return timed


def items(count):
    """Yield items in folders of a thousand."""
    asked = requests.read({"operation": "remove", "prompt": [{"box": [1, 1, 9, 9]}]})
    for number in range(count):
        name = f"shoot/{number // 1000:04}/IMG_{number:07}.jpg"
        yield Item(number, name, name, (asked,), name)


def measure(where, given):
    """Run a job, and print what it cost."""
    results, seconds = store(where), Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with travelling.opened(results, given.journal and Path(given.journal)) as journal:
        run = journal.begin({})
        journal.enlist(items(given.items), run)
        driver = Driver(
            Timed(journal, seconds),
            Timed(results, seconds),
            Crew(results, run, given.files),
            Policy(jobs=given.workers),
            run,
        )
        start, used = time.perf_counter(), time.process_time()
        with closing(driver.outcomes(items(given.items))) as outcomes:
            states = Counter(outcome.state for outcome in outcomes)
        wall, used = time.perf_counter() - start, time.process_time() - used
        size = journal.path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{given.items} items, {given.workers} workers, {given.files} files each: {dict(states)}")
    print(f"{given.items / wall:.0f} items/s; {1e6 * used / given.items:.0f} us of CPU per item")
    for name, spent in seconds.most_common():
        print(f"  {name:24} {1e6 * spent / given.items:8.0f} us per item")
    print(
        f"journal {size / given.items:.0f} bytes per item; memory {before >> 10} MB before, ",
        end="",
    )
    print(f"{peak >> 10} MB at most")


def main():
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=64)
    parser.add_argument("--files", type=int, default=2)
    parser.add_argument("--out", help="a URL instead of a folder of this machine")
    parser.add_argument("--journal", help="folder of the journal, for a URL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        given.journal = given.journal or f"{folder}/journal"
        measure(given.out or f"{folder}/out", given)


if __name__ == "__main__":
    main()
