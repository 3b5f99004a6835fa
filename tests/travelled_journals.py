"""Journals of results that are not on this machine."""

from fastseg_edit import requests
from fastseg_edit.batching.journals import holding
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import Made, Part

ASKED = requests.read({"operation": "remove", "prompt": [{"point": [1, 1]}]})
ITEMS = [Item(number, name, name, (ASKED,), name) for number, name in enumerate(("a", "b", "c"))]


def made(attempt, name, state="done"):
    return Made(attempt, state, "key", (Part(name, f"{OURS}/parts/{attempt}", "0" * 64, 5),))


def do(journal, run, item):
    """Note an item as the driver does."""
    attempt = journal.begun(item, run)
    journal.writing(made(attempt, item.output))
    journal.ended(made(attempt, item.output), 1.0, {item.output: "5:tag:1"})


def killed(journal, place):
    """Leave a journal as a machine does that stops, and the place as it is a while later."""
    journal._courier.join(0)
    place.remove(holding.NAME)
