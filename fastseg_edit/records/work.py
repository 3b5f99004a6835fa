"""What has to be known of an edit to make it again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastseg_edit.edit import Edit
    from fastseg_edit.photos import Photo
    from fastseg_edit.pipeline import Pipeline
    from fastseg_edit.specs import EditSpec


class Written(NamedTuple):
    """What was made into the bytes of a file.

    Attributes:
        format: One of `photos.FORMATS`.
        metadata: As for `Edited.encode`.
        sha256: Of the bytes, in hexadecimal digits.
        size: How many bytes they are.
    """

    format: str
    metadata: str
    sha256: str
    size: int

    @classmethod
    def of(cls, stored: bytes, format_: str, metadata: str) -> Written:
        """Say what bytes they are."""
        return cls(format_, metadata, hashlib.sha256(stored).hexdigest(), len(stored))


class Pasted(NamedTuple):
    """How an object of another photo was laid over a photo.

    Attributes:
        photo: The other one.
        path: Its file, if it was one.
        spot: Where the object went, and how large: the fields of `spots.Spot`.
        settings: Those of the paste itself.
    """

    photo: Photo
    path: Path | None
    spot: Mapping[str, Any]
    settings: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Work:
    """What has to be known of an edit to make it again.

    Attributes:
        spec: What was asked for.
        stages: What ran.
        selected: The edit as painting began: with its mask, and with the seed that it had.
        seeds: Of all variants that were painted together with it, its own among them. Empty if it
            was painted alone.
        pasted: For a paste, which paints nothing: all else is about the other photo.
    """

    spec: EditSpec
    stages: Pipeline
    selected: Edit
    seeds: tuple[int, ...] = ()
    pasted: Pasted | None = None
