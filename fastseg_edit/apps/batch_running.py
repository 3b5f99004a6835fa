"""Batches, as the command line runs them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastseg_edit.apps import batch_asked, batch_reporting, batch_shown, stopping
from fastseg_edit.apps.batch_tally import INTERRUPTED
from fastseg_edit.apps.texts import printable
from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.journals import standing, travelling
from fastseg_edit.batching.journals.again import EVERYTHING, Again
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import kept
from fastseg_edit.batching.manifests.policy import CHOSEN
from fastseg_edit.batching.watching import later
from fastseg_edit.batching.workers import cluster
from fastseg_edit.batching.workers.crew import Processes
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fastseg_edit.batching.manifests.asked import Asked
    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.crew import Crew
    from fastseg_edit.batching.workers.messages import Setup

FAILED = ("failed", "cancelled")
"""States that are done again where nobody says which."""


def run(names: Sequence[str], given: Mapping[str, Any]) -> int:
    """Do what is not done yet of a job, and return the exit status.

    Args:
        names: A manifest, a folder, a pattern, or photos.
        given: The flags, by name.

    Raises:
        FastsegError: If the job has mistakes, or nothing can be written.
    """
    if given["poll"] and not given["watch"]:
        raise SpecError("E_SPEC", "--poll says how to watch, so it wants --watch")
    asked = batch_asked.asked(names, given)
    return _carried_out(made(asked, given), asked.origin, given)


def retry(name: str, given: Mapping[str, Any]) -> int:
    """Do items of a job again, and return the exit status. Errors as of `run`.

    Args:
        name: The folder of its results, or what it was run with.
        given: The flags, by name.
    """
    results = kept.of(name, given["out"])
    asked = kept.read(results)
    states = given["states"] or (() if given["ids"] else FAILED)
    again = Again(tuple(states), tuple(_ids(given["ids"], results, given["journal"])))
    return _carried_out(made(asked, given, again), name, given)


def made(asked: Asked, given: Mapping[str, Any], again: Again = EVERYTHING) -> Job:
    """Return the job that flags ask for.

    Args:
        asked: What is to be done.
        given: The flags that say how, by name.
        again: Which items, whatever was done before.
    """
    manifest = asked.manifest()
    workers = {name: given[name] for name in ("threads", "group") if given.get(name)}
    if "group" in manifest.limits:
        workers = {"group": manifest.limits["group"], **workers}
    return Job(
        manifest,
        policy(manifest, given),
        recheck=given.get("recheck", False),
        asked=asked.settled(manifest),
        again=again,
        selects=asked.selects,
        workers=workers,
        place=given.get("journal"),
    )


def policy(manifest: Manifest, given: Mapping[str, Any]) -> Policy:
    """Return how workers are dealt with: as flags say, or else the manifest."""
    chosen = {name: given[name] for name in CHOSEN}
    if given["fail_fast"]:
        chosen["max_failures"] = 1
    jobs = given["jobs"] or manifest.limits.get("jobs", 0)
    return manifest.policy(**chosen, jobs=jobs)


def _carried_out(job: Job, name: str, given: Mapping[str, Any]) -> int:
    shown = batch_shown.of(given, name, job.manifest.results.where)
    watches = given.get("watch", False)
    job.begun = (lambda _count: shown.begun(None)) if watches else shown.begun
    run = partial(later.outcomes, job, given["poll"]) if watches else job.run
    with stopping.heard() as stop, _crew(job, given) as crew:
        with shown.live(), closing(run(stop, shown.stage, crew=crew)) as outcomes:
            for outcome in outcomes:
                shown.add(outcome)
                stop.asked |= shown.unread
        if given["reported"] or job.selects:
            batch_reporting.write(job, given)
    if watches and stop.asked:  # that is how a watch ends
        shown.end(False)
        return 0
    interrupted = stop.asked and not shown.tally.is_over()
    shown.end(interrupted, standing.others(job.folder))
    return INTERRUPTED if interrupted else shown.tally.status()


def _ids(names: Iterable[str], results: Store, place: Path | None) -> Iterator[str]:
    """Yield the ids that names mean: as they are, or as a terminal shows those it cannot print."""
    for name in names:
        meant = [name]
        if "\\" in name:
            with closing(Journal(travelling.looked_at(results, place), readonly=True)) as journal:
                meant = [each for (each,) in journal.rows("SELECT id FROM items")]
            meant = [each for each in meant if name in (each, printable(each))] or [name]
        yield from meant


@contextmanager
def _crew(job: Job, given: Mapping[str, Any]) -> Iterator[Callable[[Setup], Crew[Any]]]:
    """Yield what makes the workers: processes of this machine, or actors of a cluster.

    Where nobody says how many there are, a cluster gets as many as it has room for.
    """
    if given["ray"] is None:
        yield partial(Processes, own=True)
        return
    wanted = cluster.Cluster(given["ray"], given["ray_gpus"], given["threads"] or 1)
    with cluster.joined(wanted) as room:
        known = job.policy or job.manifest.policy()
        job.policy = replace(known, jobs=known.jobs or room, solitary=wanted.one_machine)
        yield wanted.crew
