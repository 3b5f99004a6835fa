"""Every order is answered once, whatever a stage raises, and memory stays within its bounds."""

import threading
from dataclasses import dataclass
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fastseg_edit.batching.gates import Bounds, Gates
from fastseg_edit.batching.items import Item, Writing
from fastseg_edit.batching.messages import At, Made, Order, Setup
from fastseg_edit.batching.stores import Folder
from fastseg_edit.batching.workshop import Workshop
from fastseg_edit import registry
from fastseg_edit.requests import Folders, reading

SIZE = (40, 32)
PIXELS = SIZE[0] * SIZE[1]

RAISED = (ValueError, MemoryError, KeyboardInterrupt, SystemExit)
"""What the painter of these tests raises, by the seed of the edit; from 1."""

KINDS = ("good", "missing", "text", "cut", "large mask", "unread", "unwritten", *RAISED)

STATES = {"good": "done"}


@dataclass(frozen=True)
class Painter:
    """Paints grey, or raises what the seed stands for."""

    native = None
    multiple = 1
    context = 8

    def inpaint(self, hole, /):
        if hole.seed:
            raise RAISED[hole.seed - 1]("painting")
        return np.where(hole.mask[..., None], np.uint8(128), hole.image)


class Faulty(Folder):
    """A store of which some files cannot be read or written."""

    def source(self, name):
        if name.startswith("unread"):
            raise KeyboardInterrupt("reading")
        return super().source(name)

    def put(self, name, content):
        if b"unwritten" in content:
            raise MemoryError
        super().put(name, content)


@pytest.fixture(scope="module", autouse=True)
def painter():
    """Let the painter be known by name, as one of another package is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry.BUILT_IN["inpainter"], "faulty", f"{__name__}:Painter")
        registry.names.cache_clear()
        yield
    registry.names.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one photo of each kind."""
    folder = tmp_path_factory.mktemp("photos")
    picture = np.random.default_rng(0).integers(0, 256, (*SIZE[::-1], 3), np.uint8)
    for name in map(name_of, KINDS):
        said = PngInfo()
        said.add_text("Comment", name)  # kept in the result, so that a store knows it
        Image.fromarray(picture).save(folder / f"{name}.png", pnginfo=said)
    (folder / "missing.png").unlink()
    (folder / "text.png").write_text("no photo")
    (folder / "cut.png").write_bytes((folder / "good.png").read_bytes()[:600])
    Image.new("L", (9, 9), 255).save(folder / "mask.png")
    return folder


def name_of(kind):
    return kind if isinstance(kind, str) else kind.__name__


def item(folder, kind, number=0, **changes):
    seed = RAISED.index(kind) + 1 if kind in RAISED else 0
    prompt = [{"mask": "mask.png"}] if kind == "large mask" else [{"box": [10, 10, 20, 20]}]
    edit = {"operation": "remove", "prompt": prompt, "profile": "classical", "model": "faulty"}
    request = reading.read({**edit, "seed": seed}, Folders(folder))
    values = {"output": f"{number}-{name_of(kind)}.png", "writing": Writing(sidecar=True)}
    values |= {"gates": Gates(), **changes}
    return Item(number, f"i{number}", f"{name_of(kind)}.png", (request,), **values)


def run(folder, items, **setup):
    """Let a workshop do items, and return what it says."""
    said = []
    setup = {"photos": Faulty(folder), "results": Faulty(folder / "out"), "run": 1, **setup}
    workshop = Workshop(Setup(**setup), said.append)
    for attempt, each in enumerate(items, 100):
        workshop.take(Order(attempt, each))
    workshop.take(None)
    running = threading.Thread(target=workshop.run, daemon=True)
    running.start()
    running.join(60)
    assert not running.is_alive()
    return said


def made(said):
    return [one for one in said if isinstance(one, Made)]


@given(
    st.lists(st.sampled_from(KINDS), max_size=8),
    st.integers(1, 3),
    st.sampled_from([1, PIXELS, 3 * PIXELS]),
)
@hypothesis_settings(max_examples=25)
def test_every_order_is_answered_once_and_only_good_ones_are_done(folder, kinds, group, pixels):
    said = run(
        folder, [item(folder, *each) for each in zip(kinds, count())], group=group, pixels=pixels
    )
    answered = {one.attempt: one for one in made(said)}
    assert len(made(said)) == len(kinds)
    assert [answered[100 + n].state for n in range(len(kinds))] == [
        STATES.get(kind, "failed") for kind in kinds
    ]
