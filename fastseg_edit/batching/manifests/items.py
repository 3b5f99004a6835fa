"""One photo of a batch, and what is to be done to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastseg_edit.batching.manifests.gates import Gates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastseg_edit.requests import Request

IfExists: TypeAlias = Literal["error", "skip", "overwrite"]


@dataclass(frozen=True)
class Writing:
    """How the results of an item are written.

    Attributes:
        format: "keep", or one of `photos.FORMATS`.
        metadata: As for `Edited.encode`.
        save: What is written besides the result: of `pictures.SAVED`.
        sidecar: True to write a record, enough for `replay`.
        if_exists: What to do where a file lies that no run of this job has written.
    """

    format: str = "keep"
    metadata: str = "keep"
    save: tuple[str, ...] = ()
    sidecar: bool = True
    if_exists: IfExists = "error"


@dataclass(frozen=True)
class Item:
    """One photo of a batch, and what is to be done to it.

    Attributes:
        number: Its place in the job, from 0.
        id: What it is called in the journal; no two items of a job are called the same.
        photo: Its name in the store of photos.
        requests: The edits, in order; at least one.
        output: The name of its result in the store of results.
        writing: How the results are written.
        gates: What its mask must be like before it is painted.
        place: Where in the manifest it stands, as a JSON pointer.
    """

    number: int
    id: str
    photo: str
    requests: tuple[Request, ...]
    output: str
    writing: Writing = Writing()
    gates: Gates = field(default_factory=Gates)
    place: str = ""

    @property
    def operation(self) -> str:
        """What is done, in one word."""
        return self.requests[0].operation if len(self.requests) == 1 else "steps"

    def files(self) -> Iterator[Path]:
        """Yield the files that it reads besides the photo."""
        for request in self.requests:
            yield from request.files()

    def seeded(self, seed: int, asked: tuple[bool, ...] = (), rest: bool = True) -> Item:
        """Return the item with a seed of its own, from that of the job and its id.

        It does not depend on the order of the items, nor on how many are at work.

        Args:
            seed: That of the job.
            asked: For each edit, True to give it the seed even if it states one. Empty for none.
            rest: True to give it to all others that state none.
        """
        digest = hashlib.sha256(f"{seed}\0{self.id}".encode("utf-8", "surrogateescape")).digest()
        own = {"seed": int.from_bytes(digest[:7])}
        given: list[Request] = []
        for number, edit in enumerate(self.requests):
            wanted = any(asked[number : number + 1]) or (rest and "seed" not in edit.settings)
            seeded = {**edit.settings, **own}
            given.append(replace(edit, settings=seeded) if wanted else edit)
        return replace(self, requests=tuple(given))
