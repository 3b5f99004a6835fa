"""What a job is asked for with: a manifest, a folder, a pattern, a photo, or several of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from fastseg_edit import photos
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.batching.storage import places
from fastseg_edit.errors import InputError, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastseg_edit.batching.manifests.manifest import Manifest

MANIFESTS = (".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv")
"""Endings of manifests."""

PHOTOS = "**/*.{" + ",".join(ending[1:] for ending in photos.ENDINGS) + "}"
"""Of a folder, its photos."""


@dataclass(frozen=True)
class Asked:
    """What is asked for, as a document and what the user says besides.

    Attributes:
        document: As of a manifest.
        home: The folder that its paths are relative to.
        origin: What it is called.
        free: True if its paths may lead anywhere, because the user gave all of them.
        root: Where the photos lie, if the user says so besides.
        out: Where the results go, if the user says so besides.
        folders: Further folders that the user lets its edits read from.
        selects: True to make masks only; see `selecting`.
        allow_url: True if a manifest may name places on other machines.
    """

    document: Mapping[str, Any]
    home: Path = field(default_factory=Path.cwd)
    origin: str = "job"
    free: bool = False
    root: str = ""
    out: str = ""
    folders: tuple[Path, ...] = ()
    selects: bool = False
    allow_url: bool = False

    def manifest(self) -> Manifest:
        """Read it. Errors as of `manifest.read`."""
        document = dict(self.document)
        for key in ("root", "out"):
            if getattr(self, key):
                document.pop(key, None)
        read = manifest.read(document, self.home, self.origin, self.free, self.allow_url)
        others = (*read.folders.others, *self.folders)
        read = replace(read, folders=replace(read.folders, others=others))
        if self.root:
            home = read.folders.home if places.is_url(self.root) else Path(self.root)
            read = replace(
                read, photos=places.store(self.root), folders=replace(read.folders, home=home)
            )
        return replace(read, results=places.store(self.out)) if self.out else read

    def settled(self, read: Manifest) -> Asked:
        """Return it as it can be read from any folder.

        Args:
            read: The same, read from the current one.
        """
        return replace(
            self,
            home=self.home.absolute(),
            root=_whole(read.photos.where),
            out=_whole(read.results.where),
            folders=(*self.folders, Path.cwd()),
        )

    def with_defaults(self, said: Mapping[str, Any]) -> Asked:
        """Return it with other defaults, where they say something."""
        known = self.document.get("defaults", {})
        if not said or not isinstance(known, dict):  # reading it tells what else it is
            return self
        return replace(self, document={**self.document, "defaults": {**known, **said}})


def found(job: str, root: str | None = None, out: str | None = None) -> Asked:
    """Return what the name of a job stands for.

    Args:
        job: A manifest, a folder, a pattern such as "shoot/**/*.jpg", or a photo.
        root: The folder that names of photos are relative to. None for the one that `job` says.
        out: The folder of results. None for that of the manifest, or else for one beside the root
            that is called like it, with "-edited" at the end.

    Raises:
        InputError: If there is no such file.
        SpecError: With E_SPEC, if the folders make no sense.
    """
    _check_out(out)
    if job == "-":
        raise SpecError("E_SPEC", "a job is a file or a folder, not standard input")
    if places.is_url(job):
        folder = root or job
        return _everything(folder, out or f"{job.rstrip('/')}-edited", job)
    path = Path(job)
    if path.suffix.lower() in MANIFESTS and not path.is_dir():
        document = manifest.opened(path)
        return Asked(document, path.parent, job, root=root or "", out=out or "")
    if path.is_dir():
        return _under(path, PHOTOS, root, out, job)
    if path.exists():
        return _under(path.parent, path.name, root, out, job)
    parts = path.parts
    plain = next((n for n, part in enumerate(parts) if set(part) & set("*?[{")), None)
    if plain is None:
        raise InputError("E_INPUT_MISSING", f"{job!r} does not exist")
    return _under(Path(*parts[:plain]), "/".join(parts[plain:]), root, out, job)


def of_photos(names: Iterable[str | PurePath], out: str | None = None) -> Asked:
    """Return what several photos stand for.

    Args:
        names: Their paths.
        out: As for `found`.
    """
    _check_out(out)
    paths = [_plain(name) for name in names]
    if not paths:
        raise SpecError("E_SPEC", "at least one photo was wanted, got none")
    root = Path(os.path.commonpath([path.parent for path in paths]))
    items = [{"photo": path.relative_to(root).as_posix()} for path in paths]
    return _job(root, items, out, "job")


def of_files(names: Sequence[str], root: str | None = None, out: str | None = None) -> Asked:
    """Return what several photos stand for, of which each has to be there.

    Args:
        names: Their paths.
        root: As for `found`. None for the folder that holds all of them.
        out: The folder of results. None for one beside the first photo's folder that is called like
            it, with "-edited" at the end.

    Raises:
        InputError: If one is not there.
        SpecError: With E_SPEC, if one is no photo, or the folders make no sense.
    """
    for name in names:
        if places.is_url(name) or Path(name).is_dir() or Path(name).suffix.lower() in MANIFESTS:
            hint = "Give one manifest, one folder, one pattern in quotes, or photos."
            raise SpecError("E_SPEC", f"of several names each is a photo, got {name!r}", hint)
        if not Path(name).exists():
            raise InputError("E_INPUT_MISSING", f"{name!r} does not exist")
    job = of_photos(names, out or str(_beside(Path(names[0]).parent)))
    if root is None:
        return job
    top = _plain(root)
    if outside := [name for name in names if not _plain(name).is_relative_to(top)]:
        raise SpecError("E_SPEC", f"{outside[0]} lies outside of --root {root}")
    items = [{"photo": _plain(name).relative_to(top).as_posix()} for name in names]
    return _job(Path(root), items, job.out, job.origin)


def of_document(document: Mapping[str, Any], out: str | None = None) -> Asked:
    """Return what a document stands for. Its paths are relative to the current folder.

    Args:
        document: As it stands in a manifest.
        out: As for `found`.
    """
    _check_out(out)
    return Asked(document, Path.cwd(), out=out or "")


def _under(folder: Path, name: str, root: str | None, out: str | None, origin: str) -> Asked:
    """Return the job of one photo, or of those that a pattern names, in a folder."""
    inside = _plain(folder)
    top = _plain(root) if root else inside
    if not inside.is_relative_to(top):
        raise SpecError("E_SPEC", f"{origin} lies outside of --root {root}")
    prefix = "" if inside == top else f"{inside.relative_to(top).as_posix()}/"
    several = bool(set(name) & set("*?[{")) and not (inside / name).exists()
    shown = Path(root) if root else folder
    return _job(shown, [{"photos" if several else "photo": prefix + name}], out, origin)


def _everything(root: str, out: str, origin: str) -> Asked:
    """Return the job of all photos of a place that is no folder of this machine."""
    document = {"version": manifest.VERSION, "items": [{"photos": PHOTOS}]}
    return Asked(document, Path.cwd(), origin, free=True, root=root, out=out)


def _job(root: Path, items: list[dict[str, Any]], out: str | None, origin: str) -> Asked:
    """Return the job of items in a folder, which is called as the user calls it."""
    results = out or str(_beside(root))
    document: dict[str, Any] = {"version": manifest.VERSION, "items": items}
    inner = _plain(results)
    if not places.is_url(results) and inner.is_relative_to(_plain(root)):
        skipped = f"{inner.relative_to(_plain(root)).as_posix()}/**"
        document["items"] = [
            {**item, "exclude": [skipped]} if "photos" in item else item for item in items
        ]
    return Asked(document, root, origin, free=True, root=str(root), out=results)


def _beside(root: Path) -> Path:
    """Return where results go if nobody says it."""
    named = root if root.name not in ("", "..") else _plain(root)
    if not named.name:
        raise SpecError("E_SPEC", f"nothing is beside {named}", "Say with -o where results go.")
    return named.with_name(f"{named.name}-edited")


def _check_out(out: str | None) -> None:
    """Refuse what is no folder."""
    if out == "-":
        raise SpecError("E_SPEC", "a batch writes into a folder, not to standard output")
    if out is None or places.is_url(out):
        return
    if not out or "{" in out:
        hint = "What results are called says --name."
        raise SpecError("E_SPEC", f"-o wants a folder, got {out!r}", hint)
    if Path(out).is_file():
        raise SpecError("E_SPEC", f"-o wants a folder, and {out!r} is a file")


def _whole(where: str | None) -> str:
    """Return a folder as it is found from everywhere, "" for none."""
    if not where or places.is_url(where):
        return where or ""
    return str(_plain(where))


def _plain(path: str | PurePath) -> Path:
    """Return a path as it is found from everywhere, without looking at links."""
    return Path(os.path.normpath(Path(path).absolute()))
