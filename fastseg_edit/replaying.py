"""Edits made again from their records."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastseg_edit import assembly, pasting, photos, records, sequence
from fastseg_edit.errors import InputError, NoObjectError, Notice
from fastseg_edit.job import Job
from fastseg_edit.pasting import PasteSpec
from fastseg_edit.records import Record
from fastseg_edit.requests import Folders
from fastseg_edit.sources import Opened, open_source
from fastseg_edit.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastseg_edit.edit import Edit
    from fastseg_edit.edited import Edited
    from fastseg_edit.photos import Photo
    from fastseg_edit.protocols import Stage
    from fastseg_edit.records import RecordedEdit
    from fastseg_edit.sources import Source


class Comparison(NamedTuple):
    """What became of a replay.

    Attributes:
        identical: True if it has the bytes of the recorded output. None if none was recorded.
        differing: Pixels that differ from it. None if it is not there to be looked at.
    """

    identical: bool | None
    differing: int | None

    def __str__(self) -> str:
        if self.identical is None:
            return "no output was recorded to compare with"
        if self.identical:
            return "identical to the recorded output"
        if self.differing is None:
            return "not identical to the recorded output, which is not there to be looked at"
        return f"{self.differing} pixels differ from the recorded output"


def replay(
    record: str | Path | Mapping[str, Any] | Record,
    photo: Source | None = None,
    select_again: bool = False,
    folders: Folders | None = None,
    watch: Callable[[int, Stage], None] | None = None,
) -> Edited:
    """Make an edit again, from what `Edited.record` said of it.

    It paints in the recorded mask, with the recorded stages and seeds. On the same machine the
    result is the same to the bit. Where weights or libraries are others today, W_REPLAY says so.

    Args:
        record: The file that --sidecar wrote, or what is in it.
        photo: The photo. None for the recorded one.
        select_again: True to find the mask again with the recorded prompt.
        folders: Where the files that the record names may lie. None for its own folder and the
            current one. Only where they are `free` may weights be files that can run a program.
        watch: Called before each stage that paints with its number, from 1, and the stage.

    Returns:
        The outcome, as that of the edit that was recorded.

    Raises:
        InputError: With E_INPUT_CHANGED, if the photo is another one; with E_PATH_ESCAPES, if the
            record names a file out of the folders.
        RecipeError: With E_RECIPE, if it is no record, or says of itself that it cannot be
            repeated.
    """
    known = record if isinstance(record, Record) else records.load(record, folders)
    source = recorded_photo(known, folders) if photo is None else photo
    opened = open_source(source, known.edits[0].request.settings)
    if "pasted" in known.edits[0].document:
        return _with_notices(known, _pasted(known, opened, select_again, folders))
    begun = [_begun(each, opened, select_again) for each in known.edits]
    _check_photo(begun[0][0].opened.photo, known.photo, known.origin)
    if known.document["operation"] == "steps":
        edited = sequence.paint(begun, watch)
    else:
        edited = _single(known.edits[0], *begun[0], watch)
    return _with_notices(known, edited)


def compare(record: Record, edited: Edited) -> Comparison:
    """Compare a replay with the output that was recorded."""
    written = record.document.get("output")
    if not written:
        return Comparison(None, None)
    stored = edited.encode(written["format"], written["metadata"])
    if records.Written.of(stored, written["format"], "").sha256 == written["sha256"]:
        return Comparison(True, 0)
    name = Path(written.get("name") or "").name  # a path would lead out of the folder
    old = record.folder / name if record.folder and name else None
    if old is None or not old.is_file():
        return Comparison(False, None)
    before, after = photos.open_photo(old), photos.open_photo(stored)
    if before.pixels.shape != after.pixels.shape or before.sha256 != written["sha256"]:
        return Comparison(False, None)
    differs = before.pixels != after.pixels
    return Comparison(False, int(np.count_nonzero(differs.reshape(*before.size, -1).any(axis=2))))


def _begun(known: RecordedEdit, opened: Opened, select_again: bool) -> tuple[Job, Edit | None]:
    """Return what runs, and the edit as painting begins; None to select it later."""
    spec = known.request.spec(opened)
    job = Job.running(spec, *assembly.halves(known.stages, spec.options))
    if not select_again:
        return job, known.selected(job.edit)
    if spec.afterwards:
        return job, None
    with job.at_work():
        return job, job.selecting(job.edit)


def _single(
    known: RecordedEdit,
    job: Job,
    selected: Edit | None,
    watch: Callable[[int, Stage], None] | None,
) -> Edited:
    if selected is None or not (selected.mask is not None and selected.mask.any()):
        return job.nothing_found(NoObjectError("E_NO_OBJECT", "the recorded mask selects no pixel"))
    with job.at_work():
        if known.seeds:
            painted = job.variants(selected, known.seeds)
            number = known.seeds.index(selected.seed or 0)
            return replace((painted, *painted.variants)[number], variants=())
        return job.done(job.painting(selected, watch), job.work(selected))


def _pasted(record: Record, opened: Opened, select_again: bool, folders: Folders | None) -> Edited:
    """Lay the recorded object over the photo again."""
    (known,) = record.edits
    about = known.document["pasted"]
    source = open_source(_located(about["source"], record, folders), known.request.settings)
    job, selected = _begun(known, source, select_again)
    _check_photo(opened.photo, record.photo, record.origin)
    _check_photo(source.photo, about["source"], record.origin)
    spot, own = Spot(**about["spot"]), about["settings"]
    selected = selected or job.selecting(job.edit)
    return pasting.lay(job, selected, PasteSpec(opened, source, None, spot, own))


def recorded_photo(record: Record, folders: Folders | None) -> Path:
    """Return where the recorded photo lies.

    Raises:
        InputError: With E_INPUT_MISSING, if it was no file; with E_PATH_ESCAPES, if it lies out of
            the folders.
    """
    return _located(record.photo, record, folders)


def _located(photo: Mapping[str, Any], record: Record, folders: Folders | None) -> Path:
    path = photo.get("path")
    if not isinstance(path, str):
        hint = "Say which photo it is, with --photo."
        raise InputError("E_INPUT_MISSING", f"{record.origin} names no file of a photo", hint)
    home = Folders(record.folder or Path(), (Path(),)) if folders is None else folders
    try:
        return Path(os.path.normpath(home.path(path)))
    except InputError as error:
        error.hint = "Name it with --photo."
        raise


def _check_photo(photo: Photo, recorded: Mapping[str, Any], origin: str) -> None:
    known = records.about_photo(photo, None, None)
    for name in ("sha256", "pixels_sha256"):
        wanted, came = recorded.get(name), known.get(name)
        if wanted and came and wanted != came:
            raise InputError(
                "E_INPUT_CHANGED",
                f"the photo is not the one that {origin} was made of: its hash is "
                f"{came[:12]}..., and {wanted[:12]}... was recorded",
                "Name the right one with --photo.",
            )


def _with_notices(record: Record, edited: Edited) -> Edited:
    edited.warnings = (*edited.warnings, *_changes(record, edited))
    return edited


def _changes(record: Record, edited: Edited) -> list[Notice]:
    """Say what is other today than it was."""
    today = edited.record()
    found = list[str]()
    weights = {each["name"]: each for each in today["weights"]}
    for each in record.document.get("weights", []):
        if weights.get(each["name"]) != each:
            found.append(f"the weights {each['name']} are not those that were recorded")
    for name, version in record.document.get("versions", {}).items():
        if (came := today["versions"].get(name)) not in (None, version):
            found.append(f"{name} was {version}, and is {came}")
    return [Notice("W_REPLAY", text) for text in found]
