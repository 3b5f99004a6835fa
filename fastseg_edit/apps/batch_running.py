"""Batches, as the command line runs them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastseg_edit.apps import batch_asked, batch_reporting, batch_shown, stopping
from fastseg_edit.apps.batch_tally import INTERRUPTED
from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.journals.again import EVERYTHING, Again
from fastseg_edit.batching.manifests import kept
from fastseg_edit.batching.watching import later
from fastseg_edit.batching.workers import cluster
from fastseg_edit.batching.workers.crew import Processes
from fastseg_edit.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fastseg_edit.batching.manifests.asked import Asked
    from fastseg_edit.batching.manifests.manifest import Manifest
    from fastseg_edit.batching.manifests.policy import Policy
    from fastseg_edit.batching.workers.crew import Crew
    from fastseg_edit.batching.workers.messages import Setup

FAILED = ("failed", "cancelled")
"""States that are done again where nobody says which."""


def run(name: str, given: Mapping[str, Any]) -> int:
    """Do what is not done yet of a job, and return the exit status.

    Args:
        name: A manifest, a folder, a pattern, or a photo.
        given: The flags, by name.

    Raises:
        FastsegError: If the job has mistakes, or nothing can be written.
    """
    if given["poll"] and not given["watch"]:
        raise SpecError("E_SPEC", "--poll says how to watch, so it wants --watch")
    job = made(batch_asked.asked(name, given), given)
    return _carried_out(job, name, given)


def retry(name: str, given: Mapping[str, Any]) -> int:
    """Do items of a job again, and return the exit status. Arguments and errors as of `run`."""
    asked = kept.read(kept.of(name, given["out"]))
    states = given["states"] or (() if given["ids"] else FAILED)
    again = Again(tuple(states), tuple(given["ids"]))
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
    names = ("timeout", "retries", "max_failures")
    chosen = {name: given[name] for name in names}
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
        if given["reported"] or job.selects:
            batch_reporting.write(job, given)
    interrupted = stop.asked and not watches  # that is how a watch ends
    shown.end(interrupted)
    if stop.asked:
        return 0 if watches else INTERRUPTED
    return shown.tally.status()


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
        job.policy = known if known.jobs else replace(known, jobs=room)
        yield wanted.crew
