"""Small jobs that are over, for tests of what is said about them."""

import hashlib
import io
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image

from fastseg_edit.annotate import runlengths
from fastseg_edit.batching.journals.journal import Journal
from fastseg_edit.batching.manifests import besides
from fastseg_edit.batching.manifests.items import Item
from fastseg_edit.batching.storage.stores import OURS, Folder
from fastseg_edit.batching.workers.messages import Made, Part
from fastseg_edit.requests import Request

SIZE = (60, 80)
"""(height, width) of every photo."""

GROUND, OBJECT, PATCH = (40, 90, 160), (210, 60, 30), (45, 95, 165)

EVIL = "<img src=x onerror=document.title='run'>.jpg"


def encoded(image, format_="JPEG", **options):
    file = io.BytesIO()
    Image.fromarray(image).save(file, format_, **options)
    return file.getvalue()


def square():
    mask = np.zeros(SIZE, bool)
    mask[20:40, 30:60] = True
    return mask


def picture(colour=OBJECT):
    image = np.full((*SIZE, 3), GROUND, np.uint8)
    image[square()] = colour
    return image


@dataclass
class ReportedJob:
    """A folder with photos, results, records and a journal."""

    home: Path
    count: int = 0
    journal: Journal = field(init=False)

    def __post_init__(self):
        for folder in (self.home / "photos", self.home / "out"):
            folder.mkdir(parents=True)
        self.journal = Journal(self.home / "out" / OURS / "journal.sqlite")
        self.run = self.journal.begin({})

    @property
    def photos(self):
        return Folder(self.home / "photos")

    @property
    def results(self):
        return Folder(self.home / "out")

    @property
    def out(self):
        return self.home / "out"

    def listed(self, photo, operation="remove", item_id=None, output=None):
        """Put a photo into the job, and nobody has begun it."""
        item = Item(self.count, item_id or photo, photo, (Request(operation, ()),), output or photo)
        self.count += 1
        self.photos.put(photo, encoded(picture()))
        self.journal.enlist([item], self.run)
        return item

    def ended(self, photo, state="done", error=None, files=None, **known):
        """Put a photo into the job, and what came of it."""
        facts = known.pop("facts", {})
        item = self.listed(photo, **known)
        attempt = self.journal.begun(item, self.run)
        made = Made(attempt, state, "key", (), facts, error)
        for name, content in (files or {}).items():
            self.results.put(name, content)
            digest = hashlib.sha256(content).hexdigest()
            made = Made(
                attempt, state, "key", (*made.parts, Part(name, name, digest, len(content))), facts
            )
        if made.parts:
            self.journal.writing(made)
        self.journal.ended(made, 1.5, {})
        return item

    def painted(self, photo, **known):
        """Put a photo into the job that was edited as it should be."""
        record = {"edits": [{"mask": runlengths.written(square())}]}
        output = known.get("output", photo)
        files = {
            output: encoded(picture(PATCH)),
            besides.beside(output, "edit.json"): json.dumps(record).encode(),
        }
        return self.ended(photo, **{"files": files, "facts": facts(), **known})


def facts(**changed):
    """Return what a journal notes of a good edit."""
    usual = {
        "operation": "remove",
        "size": [SIZE[1], SIZE[0]],
        "mask_box": [30, 20, 60, 40],
        "coverage": 0.125,
        "warnings": [],
        "count": 1,
        "score": 0.9,
        "margin": 0.3,
        "border": 0.0,
        "seconds": {"read": 0.1, "select": 0.2, "paint": 0.5, "write": 0.05},
    }
    return {**usual, **changed}


class Parsed(HTMLParser):
    """A page taken apart: tags with their attributes, and the texts of headings of items."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.titles, self.inline = [], [], {"style": [], "script": []}
        self._within = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._within = tag
        if tag == "h2" and ("id", "view-name") not in attributes:
            self.titles.append("")

    def handle_endtag(self, tag):
        if tag in ("h2", "style", "script"):
            self._within = ""

    def handle_data(self, text):
        if self._within in ("h2", "bdi") and self.titles and self._in_title():
            self.titles[-1] += text
        if self._within in self.inline:
            self.inline[self._within].append(text)

    def _in_title(self):
        return [tag for tag, _ in self.tags[-2:]] == ["h2", "bdi"]
