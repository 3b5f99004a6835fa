"""Workers that follow a script, in the process of the test: they make, fail, die and hang."""

import hashlib
import random
from collections import Counter, deque
from pathlib import Path

from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests.items import Item, Writing
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import At, Made, Part
from fastseg_edit.requests import Request

STAGES = ("read", "select", "paint", "write")


def item(number, name=None, **writing):
    """Return an item; nothing about its edit matters here."""
    name = f"{number}.png" if name is None else name
    return Item(number, f"id {number}", name, (Request("remove", ()),), name, Writing(**writing))


def content(name):
    """Return what a result of this name holds."""
    return b"whole " * 50 + name.encode("utf-8", "surrogateescape")


class Worker:
    """A worker that does with each item what the script says of this attempt at it."""

    def __init__(self, crew):
        self.crew, self.tasks, self.dead, self.given = crew, [], False, 0

    def give(self, order):
        self.crew.before.setdefault(order.item.number, []).append(self.given)
        self.given += 1
        if not self.dead:
            self.tasks.append(self.crew.play(order))

    @property
    def speaks(self):
        return self.dead or any(self.tasks)

    def heard(self):
        self.tasks = [task for task in self.tasks if task]
        if self.dead:
            return None
        # As in the workshop, a later item may be read while one before it is painted.
        said = self.crew.chance.choice(self.tasks[:2]).popleft()
        self.dead = said is None
        return said

    def dismiss(self):
        self.dead = True
        return "as the script says"


class Scripted:
    """A crew of such workers.

    Args:
        results: The store of results.
        script: For the number of an item what it does at each attempt; "make" ever after.
        seed: Of the order in which they speak.
    """

    def __init__(self, results, script=(), seed=0):
        self.results, self.script = results, dict(script)
        self.chance = random.Random(seed)
        self.begun, self.hired, self.closed = Counter(), 0, False
        self.workers = []
        self.before = {}  # by the number of an item: what its worker had got before, each time

    def hire(self):
        self.hired += 1
        self.workers.append(Worker(self))
        return self.workers[-1]

    def listen(self, hands, _seconds):
        return [hand for hand in hands if hand.speaks]

    def close(self):
        self.closed = True

    @property
    def at_work(self):
        return sum(any(worker.tasks) and not worker.dead for worker in self.workers)

    def play(self, order):
        """Return what a worker says of an item; None for its death. Nothing if it hangs."""
        number, attempt = order.item.number, order.attempt
        acts = self.script.get(number, [])
        act = acts[self.begun[number]] if self.begun[number] < len(acts) else "make"
        self.begun[number] += 1
        at = [At(attempt, stage) for stage in STAGES]
        if act == "die at once":
            return deque([None])
        if act == "die":
            return deque([*at[:2], None])
        if act == "hang":
            return deque(at[:3])
        if act.startswith("E_"):
            return deque([at[0], Made(attempt, "failed", "", (), {}, (act, "told so", ""))])
        parts = self.parts(order)
        if act == "die with parts":
            return deque([*at, None])
        made = Made(attempt, "done", f"key {number}", parts, {"files": len(parts)})
        return deque([*at, made, None] if act == "make and die" else [*at, made])

    def parts(self, order):
        names = [order.item.output, f"{order.item.output}.edit.json"]
        return tuple(self.part(order.attempt, *each) for each in enumerate(names))

    def part(self, attempt, number, name):
        place = f"{OURS}/parts/1/{attempt}.{number}"
        self.results.put(place, content(name))
        digest = hashlib.sha256(content(name)).hexdigest()
        return Part(name, place, digest, len(content(name)))


def journal_in(folder: Path) -> Journal:
    """Return the journal of a folder of results."""
    return Journal(folder / OURS / "journal.sqlite")


def visible(folder: Path) -> dict[str, bytes]:
    """Return every file outside the job's own folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and OURS not in path.relative_to(folder).parts
    }
