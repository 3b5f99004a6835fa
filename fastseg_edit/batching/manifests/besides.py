"""What the files of an item are called: its result, and what lies beside that."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastseg_edit import pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.manifests.items import Item


def of(item: Item) -> Iterator[str]:
    """Yield the files that an item will write, as far as that is known before it is done."""
    writing, settings = item.writing, item.requests[0].settings
    count = settings.get("variants", 1) if len(item.requests) == 1 else 1
    return names(item.output, writing.save, writing.sidecar, count)


def names(output: str, save: tuple[str, ...], sidecar: bool, count: int = 1) -> Iterator[str]:
    """Yield the files that an item will write, as far as that is known before it is done.

    Args:
        output: The name of the result.
        save: What is written besides; of `settings.SAVED`.
        sidecar: Whether a record is.
        count: How many results there are, with those of further seeds.
    """
    for number in range(1, count + 1):
        name = numbered(output, number)
        yield name
        yield from (beside(name, ending) for kind in save for ending in pictures.endings(kind))
        if sidecar:
            yield beside(name, "edit.json")


def numbered(output: str, number: int) -> str:
    """Return what the result of a further seed is called: name-2, name-3..."""
    if number == 1:
        return output
    path = PurePosixPath(output)
    return str(path.with_name(f"{path.stem}-{number}{path.suffix}"))


def beside(output: str, ending: str) -> str:
    """Return what a file is called that lies beside a result.

    It bears the whole name: a folder may well hold a.jpg and a.png. Only what other programs look
    for by the name without its ending bears that.
    """
    name = posixpath.splitext(output)[0] if pictures.is_annotation(ending) else output
    return f"{name}.{ending}"
