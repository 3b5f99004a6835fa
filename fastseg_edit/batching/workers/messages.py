"""What a job and its workers say to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store

State: TypeAlias = Literal["done", "unchanged", "skipped", "no-object", "failed", "cancelled"]
"""How an item may end: painted; copied as it was; left out by a gate, or because a file lies where
its result would; nothing found in it; not possible; stopped by the user."""


class Order(NamedTuple):
    """One item to be done.

    Attributes:
        attempt: The number of the attempt in the journal.
        item: What to do.
    """

    attempt: int
    item: Item


class At(NamedTuple):
    """A worker has begun a stage of an item.

    Attributes:
        attempt: Which.
        stage: "read", "select", "paint" or "write".
    """

    attempt: int
    stage: str


class Part(NamedTuple):
    """One file of a result, complete but not yet under its name.

    Attributes:
        name: What it will be called in the store of results.
        part: What it is called there until then.
        sha256: Of its bytes, in hexadecimal digits.
        size: How many bytes they are.
    """

    name: str
    part: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Made:
    """What came of an item.

    Attributes:
        attempt: Which.
        state: How it ended.
        key: What its result depends on; see `keys`. Empty if that is not known.
        parts: The files of the result.
        facts: What is worth knowing of it, as values for JSON.
        error: Code, message and hint, if something went wrong.
        hashes: Of files that were read: name, `Store.state` before that, and SHA-256.
    """

    attempt: int
    state: State
    key: str = ""
    parts: tuple[Part, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: tuple[str, str, str] | None = None
    hashes: tuple[tuple[str, str, str], ...] = ()


Message: TypeAlias = "At | Made"


@dataclass(frozen=True)
class Setup:
    """What a worker has to know before its first order.

    Attributes:
        photos: The store of photos.
        results: The store of results.
        run: The number of the run: names of parts begin with it.
        threads: How many threads networks may use in it; 0 for as many as the variable
            OMP_NUM_THREADS says, or as there are cores. It does not depend on how many workers
            there are: with another number, networks round otherwise. All else uses one.
        group: How many photos it may paint together. Above 1 a network is quicker, and rounds
            otherwise in other company.
        pixels: How many pixels of photos it may hold at a time, unless a single one has more.
        preload: Modules that it will need in any case, to be imported once for all workers.
    """

    photos: Store
    results: Store
    run: int
    threads: int = 0
    group: int = 1
    pixels: int = 100_000_000
    preload: tuple[str, ...] = ()
