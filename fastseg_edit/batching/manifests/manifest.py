"""A job as a document: photos, what is to be done to each, and where the results go.

version: 1
root: photos
out: edited
defaults: {operation: remove, prompt: [{text: the car}], dilate: 2%, on_empty: copy}
items:
- {id: a1, photo: a.jpg}
- {photo: b.jpg, prompt: [{point: [300, 580]}]}
- {photos: "shoot2/**/*.{jpg,png}", exclude: ["**/*_mask.png"]}
- {photo: c.png, steps: [{operation: remove, prompt: [{text: sign}]}]}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from fastseg_edit import options
from fastseg_edit.batching.manifests import entries, notation, terms
from fastseg_edit.batching.manifests.listing import PER_ITEM
from fastseg_edit.batching.manifests.policy import CHOSEN, Policy
from fastseg_edit.batching.storage import naming, places
from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.errors import DocumentError, SpecError
from fastseg_edit.options import Range
from fastseg_edit.requests import Folders, Problems, words
from fastseg_edit.requests.problems import inside
from fastseg_edit.requests.reading import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.manifests.entries import Entries
    from fastseg_edit.batching.storage.stores import Store

VERSION = 1

KEYS = ("version", "root", "out", "name", "seed", "defaults", "limits", "items")
"""What a job says."""

EDIT = frozenset({*known(), *terms.KEYS})
"""What the defaults may say, and an item."""


class Limits(TypedDict, total=False):
    """What `limits` may say. See `Policy` and `Setup`."""

    timeout: Annotated[float, Range(0, beyond=True)]
    retries: Annotated[int, Range(0, 100)]
    max_failures: Annotated[int, Range(1)]
    jobs: Annotated[int, Range(0, 1024)]
    group: Annotated[int, Range(1, 1024)]


@dataclass(frozen=True)
class Manifest:
    """A job, read but for its items.

    Attributes:
        photos: Where the photos lie.
        results: Where the results go.
        items: The entries of the document, each as it stands there.
        folders: Where the files may lie that edits name.
        defaults: What an item says where it says nothing else.
        name: The pattern of the names of results.
        seed: A seed from which each item gets one of its own that states none. None for that of
            its recipe.
        limits: Of `Limits`.
        origin: What the document is called.
        waits: True if photos may come later, so that there may be none yet.
        painted: Where results go of the same job when it paints, if it only selects. None if it
            does paint.
    """

    photos: Store
    results: Store
    items: Entries
    folders: Folders = field(default_factory=Folders)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    name: str = naming.PATTERN
    seed: int | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "job"
    waits: bool = False
    painted: Store | None = None

    def policy(self, **chosen: Any) -> Policy:
        """Return how workers are dealt with: what is chosen, or else the limits."""
        names = {*CHOSEN, "jobs"} & self.limits.keys()
        told = {name: self.limits[name] for name in names}
        return Policy(**{**told, **{k: v for k, v in chosen.items() if v is not None}})


def load(path: Path) -> Manifest:
    """Read a job from a file: YAML, JSON, JSONL or CSV. Its paths are relative to its folder.

    Raises:
        InputError: If the file cannot be read.
        SpecError: With E_SPEC, if it is neither.
        DocumentError: With all mistakes but those of the items.
    """
    return read(opened(path), path.parent, str(path))


def opened(path: Path) -> dict[str, Any]:
    """Return the document of a file, for `read`.

    The items of a JSONL or CSV file are read as they are needed, and never all in memory. Results
    go beside it into a folder that is called like it, with "-edited" at the end, if it says nothing
    else: two jobs in one folder have nothing in common.

    Args:
        path: The file. What it holds is told by its ending; YAML, if by none.

    Raises:
        InputError: If it cannot be read.
        SpecError: With E_SPEC, if it is not what it is called.
    """
    problems = Problems()
    rows = entries.entries_of(path)
    if rows is None:
        document = notation.document_of(path, problems)
    else:
        document = rows.head(problems) if isinstance(rows, entries.Lines) else {}
        if "items" in document:
            problems.say("line 1/items", "the items stand on the lines below")
        document = {**document, "items": rows}
    problems.refuse(str(path))
    if not isinstance(document, dict):
        kind = type(document).__name__
        raise SpecError("E_SPEC", f"{path}: a mapping with items was wanted, got a {kind}")
    return {"out": f"{path.stem}-edited", **document}


def read(
    document: Mapping[str, Any],
    home: Path,
    origin: str = "job",
    free: bool = False,
    allow_url: bool = False,
) -> Manifest:
    """Read a job.

    Args:
        document: What stands in the file.
        home: The folder that its paths are relative to.
        origin: What it is called.
        free: True if its paths may lead anywhere, because the user typed them.
        allow_url: True if it may name places on other machines.

    Raises:
        DocumentError: With all mistakes but those of the items.
    """
    problems = Problems()
    if not words.is_mapping(document, "", problems):
        raise DocumentError(problems.found, origin)
    words.refuse_unknown(document, KEYS, "", problems)
    _check(document, problems)
    allowed = Folders(home, (Path(),), free)
    stores = list[Any]()
    for key, usual in (("root", "."), ("out", "edited")):
        with problems.at(f"/{key}"):
            stores.append(_store(document.get(key, usual), key, allowed, allow_url))
    listed = _items(document.get("items", []), allowed, problems)
    problems.refuse(origin, placed=not free)
    photos, results = stores
    root = Path(photos.where) if isinstance(photos, Folder) else home
    seed, defaults = document.get("seed"), dict(document.get("defaults", {}))
    if defaults.get("seed") == PER_ITEM or seed == PER_ITEM:
        seed = 0 if seed in (None, PER_ITEM) else seed
        defaults.pop("seed", None)
    return Manifest(
        photos,
        results,
        listed,
        Folders(root, (home, Path()), free),
        defaults,
        document.get("name", naming.PATTERN),
        seed,
        document.get("limits", {}),
        origin,
    )


def _check(document: Mapping[str, Any], problems: Problems) -> None:
    """Note what is wrong with a job besides its folders and items."""
    with problems.at("/version"):
        version = document.get("version", VERSION)
        options.check("version", version, int)
        if version != VERSION:
            hint = "A newer fastseg-edit may read it."
            raise SpecError("E_SPEC", f"version {VERSION} was wanted, got {version}", hint)
    with problems.at("/name"):
        naming.check(document.get("name", naming.PATTERN))
    with problems.at("/seed"):
        check_seed(document.get("seed", 0))
    limits, defaults = document.get("limits", {}), document.get("defaults", {})
    if words.is_mapping(limits, "/limits", problems):
        hints = options.hints_of(Limits)
        words.refuse_unknown(limits, hints, "/limits", problems)
        for key in limits.keys() & hints:
            with problems.at(inside("/limits", key)):
                options.check(key, limits[key], hints[key])
    if words.is_mapping(defaults, "/defaults", problems):
        words.refuse_unknown(defaults, EDIT, "/defaults", problems)


def check_seed(seed: Any) -> None:
    """Refuse what is neither a seed nor "per-item". Raises a SpecError with E_SPEC."""
    if seed != PER_ITEM:
        options.check("seed", seed, Annotated[int, Range(0, 2**63 - 1)])


def _store(where: Any, key: str, allowed: Folders, allow_url: bool) -> Store:
    options.check(key, where, str)
    if allowed.free:
        return places.store(where if places.is_url(where) else str(allowed.path(where)))
    return places.named(where, allow_url) or Folder(allowed.path(where or "."))


def _items(listed: Any, allowed: Folders, problems: Problems) -> Entries:
    """Return the entries: a list, or those of a JSONL or CSV file."""
    with problems.at("/items"):
        if isinstance(listed, str):
            rows = entries.entries_of(allowed.path(listed))
            if rows is None:
                message = f"items are a list, or a JSONL or CSV file, got {listed!r}"
                raise SpecError("E_SPEC", message)
            return rows
        if isinstance(listed, list):
            return entries.Listed(listed)
        if isinstance(listed, entries.Lines | entries.Table):
            return listed
        raise SpecError("E_SPEC", f"a list of items was wanted, got {listed!r}"[:300])
    return entries.Listed([])
