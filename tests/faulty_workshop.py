"""What goes wrong in a workshop, as tests want it."""

from dataclasses import dataclass

import numpy as np

from fastseg_edit.batching.storage.stores import Folder

RAISED = (ValueError, MemoryError, KeyboardInterrupt, SystemExit)
"""What the painter of these tests raises, by the seed of the edit, from `FIRST`."""

FIRST = 100


@dataclass(frozen=True)
class Painter:
    """Paints grey, or raises what the seed stands for."""

    native = None
    multiple = 1
    context = 8

    def inpaint(self, hole, /):
        if hole.seed >= FIRST:
            raise RAISED[hole.seed - FIRST]("painting")
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
