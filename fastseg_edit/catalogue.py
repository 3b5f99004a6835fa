"""The weights that fastseg-edit knows by name: where they lie, what they are, and their hashes."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fastseg_edit import documents, registry
from fastseg_edit.errors import ModelError
from fastseg_edit.hub import cache as hub_cache
from fastseg_edit.hub import checks, hashes, lock
from fastseg_edit.hub.cache import Repository
from fastseg_edit.hub.checks import Finding
from fastseg_edit.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fastseg_edit.hub.order import Order

FILE = Path(__file__).with_name("catalogue.yaml")

REINSTALL = "Install fastseg-edit again."

_allowed: ContextVar[bool] = ContextVar("downloads are allowed", default=False)


@cache
def known() -> Mapping[str, Weights]:
    """Return everything in the catalogue, by name."""
    return MappingProxyType(
        {name: Weights(name, **entry) for name, entry in documents.read(FILE).items()}
    )


def find(weights: str) -> Weights:
    """Return what is known of weights.

    Args:
        weights: A name in the catalogue; or owner/name of a model hub, after which @revision and
            :file may follow, as in owner/name@main:model.pt.

    Raises:
        ModelError: With E_MODEL_MISSING and the nearest name, for any other text.
    """
    if weights in known():
        return known()[weights]
    named, _, file = weights.partition(":")
    if repository := Repository.parse(named):
        files = {file: ""} if file else {}
        return Weights(
            weights, hub=repository.id, revision=repository.revision, loads=file, files=files
        )
    hint = registry.suggest(weights, known())
    message = f"weights {weights!r} are neither in the catalogue nor a path on this machine"
    raise ModelError("E_MODEL_MISSING", message, hint)


def present() -> list[Weights]:
    """Return the weights that are on this machine: of the catalogue, and fetched by their id."""
    found = [entry for entry in known().values() if entry.place and not entry.lacking]
    places = [entry.place for entry in found]
    for snapshot in lock.remembered(hub_cache.root()):
        if snapshot not in places:
            repository = Repository.of(snapshot)
            found.append(Weights(str(repository), hub=repository.id, revision=repository.revision))
    return found


@contextmanager
def downloads(allowed: bool = True) -> Iterator[None]:
    """Let `folder` download what is missing, inside this block and in this thread."""
    token = _allowed.set(allowed)
    try:
        yield
    finally:
        _allowed.reset(token)


def folder(weights: str) -> Path:
    """Return where weights lie, after a look at their hashes.

    The network is not touched, but inside `downloads`.

    Args:
        weights: A name in the catalogue; or a folder or file, which is taken as it is; or
            owner/name, owner/name@revision or owner/name:file of a model hub, which is looked for
            in the cache of the hub. The first of them that there is counts.

    Raises:
        ModelError: With E_MODEL_MISSING, if there is no such name and no such path, or its files
            are not on this machine; with E_MODEL_HASH, if a file is not the one that it should be.
    """
    if weights not in known() and Path(weights).exists():
        return Path(weights)
    found = find(weights)
    if found.folder:
        return verified(weights)
    if _allowed.get() and (found.place is None or found.lacking):
        fetch(found.order())
    return _checked(found)


def fetch(order: Order) -> Path:
    """Download weights into the cache of the hub, and return the folder of the snapshot.

    Raises:
        ModelError: With E_MODEL_MISSING, E_MODEL_HASH or E_DOWNLOAD.
        OutputError: With E_OUTPUT_WRITE, if there is no room.
    """
    try:
        downloader: Any = import_module("fastseg_edit.hub.fetch")
    except ModuleNotFoundError as error:
        message = f"downloads need {error.name!r}, which is not installed"
        hint = "Run: pip install huggingface_hub"
        raise ModelError("E_MODEL_MISSING", message, hint) from error
    path: Path = downloader.fetch(order)
    return path


def trusted(path: Path) -> bool:
    """Say whether a file has a SHA-256 that the catalogue names: then it is safe to unpickle.

    Only its content counts, and not its name or where it lies. The whole file is read.
    """
    hashes_known = {sha256 for entry in known().values() for sha256 in entry.files.values()}
    return path.is_file() and digest(path) in hashes_known


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashes.sha256(path)


@cache
def verified(name: str) -> Path:
    """Return where weights of the package lie, after one look at every file. Errors as above."""
    return _checked(known()[name])


def findings(weights: Weights, thorough: bool = False) -> list[Finding]:
    """Compare the files of weights that are on this machine with what is known of them.

    Args:
        weights: The weights.
        thorough: True to read also files that have kept their size and time since the last look.
    """
    place = _whole(weights)
    if not weights.folder:
        return checks.look(place, weights.files, thorough)
    files = weights.files.items()
    return [Finding(name, "catalogue", digest(place / name) == sha) for name, sha in files]


def refuse_wrong(weights: Weights, looked_at: Iterable[Finding]) -> None:
    """Raise E_MODEL_HASH, if a file is not the one that it should be."""
    for finding in looked_at:
        if not finding.right:
            came = "was shipped" if weights.folder else "was fetched or published"
            message = (
                f"{finding.name} of {weights.name} is not the file that {came}: its hash differs"
            )
            hint = REINSTALL if weights.folder else f"Run: {weights.order().command} --force"
            raise ModelError("E_MODEL_HASH", message, hint)


def _checked(weights: Weights) -> Path:
    """Return where weights lie, after a look at every file that may have changed."""
    refuse_wrong(weights, findings(weights))
    return _whole(weights) / weights.loads


def _whole(weights: Weights) -> Path:
    """Return the folder of weights, or raise E_MODEL_MISSING if not all of them are there."""
    place, hint = weights.place, f"Run: {weights.order().command}"
    if weights.folder:
        hint = REINSTALL
    elif weights.gated:
        hint += f" Its licence has to be accepted first, at {weights.hub}."
    if place is None:
        message = f"{weights.name} is not on this machine"
        if not weights.family:
            message += ", neither as a path nor in the cache of the hub"
        raise ModelError("E_MODEL_MISSING", message, hint)
    if lacking := weights.lacking:
        raise ModelError("E_MODEL_MISSING", f"{weights.name} lacks its file {lacking[0]}", hint)
    return place
