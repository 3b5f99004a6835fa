"""Jobs for whoever writes Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeAlias

from fastseg_edit import options as checked
from fastseg_edit import requests, settings
from fastseg_edit.annotate import runlengths
from fastseg_edit.batching.jobs import Job
from fastseg_edit.batching.manifests import asked
from fastseg_edit.batching.manifests.manifest import Limits
from fastseg_edit.batching.manifests.policy import CHOSEN
from fastseg_edit.errors import SpecError
from fastseg_edit.requests.reading import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.driving.outcomes import Outcome
    from fastseg_edit.batching.manifests.asked import Asked
    from fastseg_edit.prompt import Prompt

JobLike: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Iterable[str | os.PathLike[str]]
"""A manifest, a folder, a pattern, a document as it stands in a manifest, or several photos."""


def batch(  # noqa: PLR0913 (an operation has three, and where and how are two more)
    job: JobLike,
    operation: str | None = None,
    prompt: Prompt | None = None,
    caption: str = "",
    *,
    out: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    **options: Any,
) -> Iterator[Outcome]:
    """Edit many photos: nothing is lost, and nothing is done twice.

    Results go to a folder of their own, and in it a journal says what was done. The same call again
    goes on where the last one ended. To end early, close what is returned, or leave the loop.

    Args:
        job: A manifest, a folder, a pattern such as "shoot/**/*.jpg", a document as it stands in a
            manifest, or several photos.
        operation: What to do to photos of which the manifest does not say it. "remove" if nobody
            does.
        prompt: What to select where the manifest does not say it.
        caption: What to paint where the manifest does not say it.
        out: The folder of the results. None for that of the manifest, or else for one beside the
            photos that is called like their folder, with "-edited" at the end.
        jobs: How many processes. None for as many as there are cores, and 1 if a model runs on a
            device.
        **options: See `Settings`, for all photos; `timeout` in seconds, `retries` and
            `max_failures`; and of a manifest's defaults `format`, `metadata`, `save`, `sidecar` and
            `if_exists`.

    Yields:
        What came of each photo, as soon as that is settled. An error of one is its `error`.

    Raises:
        DocumentError: At the first outcome that is asked for, with all mistakes of the job.
        FastsegError: If the job makes no sense, or nothing can be written any more.

    Example:
        >>> for outcome in batch("shoot", "remove", Text("the car")):
        ...     print(outcome.photo, outcome.state, outcome.outputs)
    """
    limits = {name: options.pop(name) for name in CHOSEN if name in options}
    _check({**limits, **({} if jobs is None else {"jobs": jobs})})
    asks = _asked(job, out)
    said: dict[str, Any] = {name: _plain(name, value) for name, value in options.items()}
    if operation or asks.free:
        said["operation"] = operation or settings.OPERATIONS[1]
    if prompt is not None:
        said["prompt"] = requests.prompt(prompt)
    if caption:
        said["caption"] = caption
    asks = asks.with_defaults(said)
    asks = asks.settled(asks.manifest())  # the current folder may be another one meanwhile
    manifest = asks.manifest()
    workers = manifest.limits.get("jobs", 0) if jobs is None else jobs
    policy = manifest.policy(**limits, jobs=workers)
    with closing(Job(manifest, policy, asked=asks).run()) as outcomes:
        yield from outcomes


def _check(limits: Mapping[str, Any]) -> None:
    """Refuse what no manifest may say under `limits`. None stands for what the manifest says."""
    for name, value in limits.items():
        if value is not None:
            checked.check(name, value, checked.hints_of(Limits)[name])


def _asked(job: JobLike, out: str | os.PathLike[str] | None) -> Asked:
    results = None if out is None else os.fspath(out)
    match job:
        case str() | PurePath():
            return asked.found(os.fspath(job), out=results)
        case Mapping():
            return asked.of_document(job, results)
        case Iterable():
            return asked.of_photos([os.fspath(name) for name in job], results)
    raise SpecError("E_SPEC", f"a job was wanted, got {job!r}")


def _plain(name: str, value: Any) -> Any:
    """Return an option as it stands in a document, with a file as it is found from everywhere."""
    if name == "avoid":
        return runlengths.written(value)
    plain = requests.plain(value)
    if name in FILES and isinstance(plain, str) and Path(plain).suffix and Path(plain).exists():
        return str(Path(plain).absolute())
    return plain
