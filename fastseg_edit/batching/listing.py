"""The items of a job, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching import naming
from fastseg_edit.batching.items import Item, Writing
from fastseg_edit.requests import Defaults, plans, reading
from fastseg_edit.requests.problems import Problems, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.batching.manifest import Manifest

OWN = ("id", "photo", "photos", "exclude", "name", "steps")
"""What an item says besides its edit and how that is written."""

WRITING = ("format", "metadata", "save", "sidecar", "if_exists")


def items(manifest: Manifest, problems: Problems) -> Iterator[Item]:
    """Yield the items of a job.

    Args:
        manifest: The job.
        problems: Takes what is wrong with them.
    """
    shared = {k: v for k, v in manifest.defaults.items() if k not in WRITING}
    usual = Defaults(shared, besides=(*OWN, *WRITING))
    number = 0
    for place, entry in ((f"/items/{n}", each) for n, each in enumerate(manifest.items)):
        if not isinstance(entry, Mapping):
            problems.say(place, f"a mapping was wanted, got {entry!r}")
            continue
        read = _requests(manifest, entry, usual, problems, place)
        if not read:
            continue
        writing = _writing({**manifest.defaults, **entry})
        for photo in _photos(manifest, entry, problems, place):
            item_id = str(entry.get("id", photo))
            name = entry.get("name", manifest.name)
            with problems.at(place):
                output = naming.filled(name, photo, item_id, naming.ending(writing.format))
                item = Item(number, item_id, photo, read, output, writing, place=place)
                yield item if manifest.seed is None else item.seeded(manifest.seed)
                number += 1


def _requests(
    manifest: Manifest, entry: Mapping[str, Any], usual: Defaults, problems: Problems, place: str
) -> tuple[Any, ...]:
    if "steps" in entry:
        document = {"defaults": usual.entries, "steps": entry["steps"]}
        found = plans.requests(document, manifest.folders, problems, place)
    else:
        edit = {k: v for k, v in entry.items() if k not in (*OWN, *WRITING)}
        found = [reading.read(edit, manifest.folders, problems, place, usual)]
    return tuple(each for each in found if each)


def _photos(
    manifest: Manifest, entry: Mapping[str, Any], problems: Problems, place: str
) -> Iterator[str]:
    if "photos" in entry:
        yield from manifest.photos.names(str(entry["photos"]).rstrip("/"))
    elif "photo" in entry:
        with problems.at(inside(place, "photo")):
            yield naming.inside(str(entry["photo"]))
    else:
        problems.say(place, "an item names a photo, or photos")


def _writing(told: Mapping[str, Any]) -> Writing:
    known = {name: told[name] for name in WRITING if name in told}
    if "save" in known:
        known["save"] = tuple(known["save"])
    return Writing(**known)
