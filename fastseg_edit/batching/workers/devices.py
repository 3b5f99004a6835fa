"""How many workers a job gets where nobody says it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from fastseg_edit import assembly, requests
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.requests import Request


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Counts the workers that fit the items of a job.

    A model that can run on a device fills it, or all cores, and each process would load its own.
    All others work on one core.
    """

    def __init__(self) -> None:
        self._seen = set[str]()
        self._takes_device = False

    def see(self, item: Item) -> None:
        """Take note of an item."""
        for request in () if self._takes_device else item.requests:
            # A seed is the item's own, and says nothing of models.
            settings = {name: said for name, said in request.settings.items() if name != "seed"}
            asked = (request.operation, bool(request.caption), requests.plain(settings))
            if (key := json.dumps(asked)) not in self._seen:
                self._seen.add(key)
                self._takes_device |= _takes_device(request)

    def count(self) -> int:
        """Return how many there should be."""
        return 1 if self._takes_device else cores()


def _takes_device(request: Request) -> bool:
    """Tell whether a model of an edit takes a device. An edit that cannot be built needs none."""
    with suppress(FastsegError):
        built = assembly.build(request.operation, request.settings, False, request.caption)
        return any(assembly.takes_device(stages) for stages in built)
    return False
