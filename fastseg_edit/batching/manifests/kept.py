"""What a folder of results says of its job, so that it can be told and done again from there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fastseg_edit.batching.manifests import asked, selecting
from fastseg_edit.batching.manifests.asked import Asked
from fastseg_edit.batching.manifests.entries import Lines, Table, entries_of
from fastseg_edit.batching.storage import places
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.errors import InputError, OutputError

if TYPE_CHECKING:
    from fastseg_edit.batching.storage.stores import Store

FILE = f"{OURS}/job.json"
"""Where it stands, in the store of results."""

VERSION = 1


def write(results: Store, job: Asked) -> None:
    """Write down what a job was asked for with.

    Args:
        results: The store of its results.
        job: What it was.

    Raises:
        OutputError: If it cannot be written.
    """
    said = {"version": VERSION, **asdict(replace(job, document={}))}
    document = dict(job.document)
    if isinstance(document.get("items"), Lines | Table):
        document["items"] = {"file": str(Path(str(document["items"])).absolute())}
    said["document"] = document
    text = json.dumps(said, default=str, ensure_ascii=False, indent=1)
    part = f"{FILE}.part"
    results.put(part, text.encode("utf-8", "surrogateescape"))
    results.publish([(part, FILE)])


def read(results: Store, moved: bool = False) -> Asked:
    """Return what a job was asked for with.

    Args:
        results: The store of its results.
        moved: True to take one that was moved here, too.

    Raises:
        InputError: With E_INPUT_MISSING, if the folder holds no job.
        InputError: With E_PATH_ESCAPES, if the job that stands there wrote somewhere else: whoever
            made the folder shall not say where else something is written.
        OutputError: With E_JOURNAL, if what stands there makes no sense.
    """
    text = results.read(FILE)
    try:
        said = json.loads(text.decode("utf-8", "surrogateescape"))
        if said.pop("version") != VERSION:
            raise ValueError(f"version {VERSION} was wanted")
        items = said["document"].get("items")
        if isinstance(items, dict):
            said["document"]["items"] = entries_of(Path(items["file"]))
        home, folders = Path(said.pop("home")), tuple(map(Path, said.pop("folders")))
        found = Asked(home=home, folders=folders, **{**said, "allow_url": False})
        wrote = selecting.where(found.out) if found.selects else found.out
        there = wrote == results.where or _real(wrote) == _real(results.where)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{results.where}/{FILE} cannot be read: {error}"
        raise OutputError("E_JOURNAL", message, "Give the job itself again, to run.") from error
    if not there and not moved:
        message = f"{results.where} holds a job that writes to {wrote!r}, and not there"
        raise InputError("E_PATH_ESCAPES", message, "Give the job itself again, to run, with -o.")
    return found


def of(job: str, out: str | None = None) -> Store:
    """Return the results of a job that was run.

    Args:
        job: The folder of its results, or what it was run with.
        out: The folder of its results, if it is not where `job` says.

    Raises:
        InputError: With E_INPUT_MISSING, if no such job was run.
        DocumentError: If the manifest has mistakes.
    """
    if out:
        return _run(places.store(out), job)
    given = places.store(job)
    if among(given) is None:
        given = asked.found(job).manifest().results
    return _run(given, job)


def among(results: Store) -> Store | None:
    """Return the store of results or, if only masks were made yet, that of those. None if none."""
    masks = places.store(f"{results.where}/{selecting.FOLDER}")
    return next((each for each in (results, masks) if each.state(FILE) is not None), None)


def _run(results: Store, job: str) -> Store:
    """Return a store of results, or refuse one that holds none."""
    found = among(results)
    if found is None:
        message = f"no job was run yet for {job}: {results.where} holds no journal"
        raise InputError("E_INPUT_MISSING", message, f"Run: fastseg-edit batch run {job}")
    return found


def _real(where: str) -> str:
    """Return a place with links resolved."""
    return where.rstrip("/") if places.is_url(where) else os.path.realpath(where)
