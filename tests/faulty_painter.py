"""A package with an inpainter that does what the caption says, until it is healed.

The nursery of a job finds it as it finds any other package: on its path, with an entry point.
"""

from pathlib import Path

MODULE = """
import os, time
from pathlib import Path
import numpy as np
from fastseg_edit.backends.plain import Blur

HERE = Path(__file__).parent


class Faulty(Blur):
    def inpaint(self, hole, /):
        fault, _, often = hole.caption.partition(" ")
        mark = HERE / hole.caption.replace(" ", "-")
        if not (HERE / "healed").exists() and not (often == "once" and mark.exists()):
            mark.touch()
            self.fail(fault, hole)
        return super().inpaint(hole)

    def fail(self, fault, hole):
        match fault:
            case "abort":
                os.abort()
            case "exit":
                os._exit(0)
            case "hang":
                time.sleep(60)
            case "wait":
                while not (HERE / "healed").exists():
                    time.sleep(0.01)
            case "memory":
                raise MemoryError
            case "error":
                raise RuntimeError("a defect")
"""


def install(folder: Path) -> Path:
    """Write the package into a folder that is to be on the path of Python, and return that."""
    about = folder / "faulty-1.dist-info"
    about.mkdir(parents=True)
    (folder / "faulty.py").write_text(MODULE)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[fastseg_edit.inpainter]\nfaulty = faulty:Faulty\n")
    return folder


def heal(folder: Path) -> None:
    """Let it paint from now on."""
    (folder / "healed").touch()
