"""The files of a result, and what is worth knowing of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from fastseg_edit import pictures
from fastseg_edit.batching.manifests import besides
from fastseg_edit.batching.storage import places
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.bench import Bench
    from fastseg_edit.batching.workers.messages import Setup
    from fastseg_edit.edited import Edited

FACTS = ("operation", "size", "mask_box", "coverage", "unmasked_changed_pixels", "warnings")
"""What is noted of an edit in the journal, as `Edited.report` has it."""


def files(item: Item, edited: Edited, photos: Store, results: Store) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an item: name and bytes. The result itself comes first.

    Args:
        item: What was to be done.
        edited: What came of it.
        photos: Where the photo lies.
        results: Where the files will: records say where from there the photo lies.
    """
    for number, one in enumerate((edited, *edited.variants), 1):
        name = besides.numbered(item.output, number)
        target = Path(results.where) / name
        if one.source is None:  # it came as bytes, and had a name nevertheless
            one.source = target.with_name(PurePosixPath(item.photo).name)
        yield name, one.encode(item.writing.format, item.writing.metadata)
        one.path = target
        for kind in item.writing.save:
            for ending, stored in pictures.draw_all(kind, one, target.parent):
                yield besides.beside(name, ending), stored
        if item.writing.sidecar:
            said = one.record(target.parent)
            said["photo"] |= places.lying(item.photo, photos, results)
            yield besides.beside(name, "edit.json"), _json(said)


def written(bench: Bench, setup: Setup) -> tuple[tuple[Part, ...], dict[str, Any]]:
    """Write the files of an item, so that only their names are wanting.

    Args:
        bench: The item, with what came of it.
        setup: Where to.

    Returns:
        The files, and what is worth knowing of the edit.
    """
    if bench.edited is None:
        return (), {}
    place = f"{OURS}/parts/{setup.run}/{bench.order.attempt}"
    made = files(bench.order.item, bench.edited, setup.photos, setup.results)
    parts = tuple(
        part(setup.results, f"{place}.{number}", name, content)
        for number, (name, content) in enumerate(made)
    )
    return parts, facts(bench.edited)


def part(store: Store, place: str, name: str, content: bytes) -> Part:
    """Write a file so that only its name is wanting.

    Args:
        store: The store of results.
        place: What it is called until then.
        name: What it will be called.
        content: The bytes.
    """
    store.put(place, content)
    return Part(name, place, hashlib.sha256(content).hexdigest(), len(content))


def facts(edited: Edited) -> dict[str, Any]:
    """Return what is worth knowing of an edit, as values for JSON."""
    known = edited.report()
    return {**{name: known[name] for name in FACTS}, **numbers(known["objects"])}


def numbers(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is worth knowing of objects all together: the worst of each number.

    Args:
        found: The fields of `quality.Quality` of each.
    """
    margins = [one["margin"] for one in found if one["margin"] is not None]
    return {
        "count": len(found),
        "score": min((one["score"] for one in found), default=None),
        "margin": min(margins, default=None),
        "border": max((one["border"] for one in found), default=0.0),
    }


def _json(document: Mapping[str, Any]) -> bytes:
    """Return JSON in UTF-8, as people like to read it; escaped, where a name is no UTF-8."""
    try:
        return json.dumps(document, indent=1, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(document, indent=1).encode()
