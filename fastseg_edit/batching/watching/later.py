"""A job that goes on with the photos that come to its folder later."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.storage import naming
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.watching.arrivals import Arrivals
from fastseg_edit.batching.watching.observing import watched
from fastseg_edit.errors import DocumentError, FastsegError, SpecError
from fastseg_edit.requests import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from fastseg_edit.batching.driving.outcomes import Outcome
    from fastseg_edit.batching.jobs import Job
    from fastseg_edit.batching.manifests.manifest import Manifest


def outcomes(
    job: Job,
    poll: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    watch: Callable[[Item, str], None] = lambda _item, _stage: None,
    **how: Any,
) -> Generator[Outcome]:
    """Do a job, and then what comes to its folder and belongs to it, until it is stopped.

    A photo belongs to the entries of the job that name it, or whose pattern it fits. It is done
    when its writing has ended, and again whenever it has changed. Results of the job are no photos.

    Args:
        job: The job. Its photos lie in a folder of this machine.
        poll: As for `observing.watched`.
        stopped: As for `Job.run`.
        watch: As for `Job.run`.
        how: What else `Job.run` takes.

    Yields:
        What came of each item, as soon as that is settled.

    Raises:
        SpecError: With E_SPEC, if the photos are elsewhere, or the job only selects.
        FastsegError: As for `observing.watched` and `Job.run`.
    """
    if not isinstance(job.manifest.photos, Folder):
        raise SpecError("E_SPEC", f"--watch wants a folder, got {job.manifest.photos.where}")
    if job.selects:
        raise SpecError("E_SPEC", "--segment-only looks at what is there, and --watch goes on")
    arrivals = Arrivals(job.manifest.photos.path)
    later = Later(job.manifest, job.folder / "journal.sqlite", arrivals)

    def told(item: Item, stage: str) -> None:
        arrivals.hold(item.photo, item.id)
        watch(item, stage)

    with watched(arrivals, poll):
        there = Chosen(Path(job.manifest.photos.where), (*arrivals.begin(),))
        job.manifest = replace(job.manifest, photos=there, waits=True)
        job.further = later.items
        with closing(job.run(stopped, told, **how)) as found:
            for outcome in found:
                arrivals.done(outcome.item.photo, outcome.item.id)
                yield outcome


@dataclass(frozen=True)
class Chosen(Folder):
    """A folder of which only some files are listed.

    Attributes:
        listed: Their names.
    """

    listed: tuple[str, ...] = ()

    def names(self, folder: str = "") -> Iterator[str]:
        """Yield those that lie in a folder or below it."""
        start = f"{folder}/" if folder else ""
        return (name for name in self.listed if name.startswith(start))

    def __reduce__(self) -> tuple[type, tuple[Path]]:
        """Return what a worker needs, which lists nothing."""
        return Folder, (self.path,)


@dataclass
class Later:
    """The items of photos that come later.

    Attributes:
        manifest: The job that they belong to.
        journal: The file of its journal.
        arrivals: Tells whose turn it is.
    """

    manifest: Manifest
    journal: Path
    arrivals: Arrivals
    _patterns: list[tuple[str, Any]] = field(default_factory=list)
    _named: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def items(self) -> Iterator[tuple[Item, FastsegError | None] | None]:
        """Yield an item when its photo has come, with why it cannot be done; None until then."""
        self._sort()
        with closing(Journal(self.journal, readonly=True)) as journal:
            last = next(journal.rows("SELECT COALESCE(MAX(number), -1) FROM items"))
            numbers = count(int(last[0]) + 1)
            while True:
                name = self.arrivals.next()
                if name is None:
                    yield None
                    continue
                found = [] if self._is_result(name, journal) else [*self._of(name, journal)]
                for item, _ in found:
                    self.arrivals.hold(name, item.id)
                self.arrivals.done(name)
                for item, problem in found:
                    yield replace(item, number=next(numbers)), problem

    def _sort(self) -> None:
        """Remember which entries may mean photos that come."""
        for place, entry in self.manifest.items.each(Problems()):
            if "photos" in entry:
                self._patterns.append((place, entry))
            else:
                name = naming.inside(str(entry["photo"]))
                self._named.setdefault(name, []).append((place, entry))

    def _is_result(self, name: str, journal: Journal) -> bool:
        """Tell whether a run of this job has written a file."""
        results, path = self.manifest.results, self.arrivals.folder / name
        if not isinstance(results, Folder) or not path.is_relative_to(results.path.absolute()):
            return False
        return journal.owns(path.relative_to(results.path.absolute()).as_posix())

    def _of(self, name: str, journal: Journal) -> Iterator[tuple[Item, FastsegError | None]]:
        """Yield the items of a photo, checked as those that were there from the beginning."""
        entries = _Entries([*self._patterns, *self._named.get(name, ())])
        photos = Chosen(Path(self.manifest.photos.where), (name,))
        job = replace(self.manifest, photos=photos, items=entries, waits=True)
        try:
            for planned in checking.check(job, journal):
                if planned.item.photo == name:
                    yield planned.item, planned.problem or _collision(planned.item, journal)
        except DocumentError as error:
            first = error.problems[0]
            about = FastsegError(first.code, first.message, first.hint)
            yield Item(0, name, name, (), name, place=first.place), about


def _collision(item: Item, journal: Journal) -> FastsegError | None:
    """Return what is wrong if another item of this run has the same result."""
    query = (
        "SELECT photo FROM items WHERE output = ? AND id <> ? AND run = (SELECT MAX(run) FROM runs)"
    )
    for (photo,) in journal.rows(query, (item.output, item.id)):
        message = f"{item.output} is the result of {photo} already"
        return FastsegError(
            "E_OUTPUT_COLLISION", message, "Say with --name how to tell them apart."
        )
    return None


@dataclass
class _Entries:
    """Some entries of a job, each with its place."""

    chosen: list[tuple[str, Any]]

    def each(self, _problems: Problems) -> Iterator[tuple[str, Any]]:
        """Yield the place and what stands there."""
        return iter(self.chosen)
