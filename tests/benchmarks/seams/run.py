"""Compare ways to hide the seam: python tests/benchmarks/seams/run.py [--split S] [--count N].

Each way gets the same patches. `seam` is the step at the border in levels (see `ops/seam.py`), and
its ratio to that of the plain paste; `PSNR` is that in the hole, and `gained` what the plain paste
has not; `right` is how often the colour asked for is seen. `photo` is what the border has where
nothing was painted: less than that is chance. The time is that of all but the painting.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from cases import KINDS, Case, cases
from painters import WAYS, Autoencoded, Kept, painted
from PIL import Image

from fastseg_edit import models
from fastseg_edit.ops import seam
from fastseg_edit.world import Split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastseg_edit.protocols import Inpainter

NAMES = {
    "removal": ("exemplar", "lama", "diffusion", "autoencoder"),
    "tight": ("exemplar", "lama", "diffusion", "autoencoder"),
    "filling": ("diffusion",),
    "photo": ("exemplar", "lama", "diffusion", "autoencoder"),
}

Rows = dict[str, list[tuple[float, float, float, float]]]


def main() -> None:
    """Run all ways on all kinds of holes."""
    options = _options()
    torch.set_num_threads(1)
    for kind in options.kinds:
        for name in NAMES[kind]:
            rows, floor = _measured(kind, name, options)
            _print(f"{kind}, {name}", rows, floor)


def _measured(kind: str, name: str, options: argparse.Namespace) -> tuple[Rows, float]:
    rows, floor = defaultdict(list), []
    for number, case in enumerate(cases(kind, Split(options.split), options.count)):
        kept = Kept(_inpainter(name, case))
        painted(case, kept, WAYS["plain paste"])  # so that the painting itself is not timed
        for way, picture, seconds in _ways(case, kept):
            figures = seam.energy(picture, case.mask), case.psnr(picture), case.right(picture)
            rows[way].append((*figures, seconds))
            if options.save:
                _save(options.save, f"{kind}-{name}-{number}-{way}", picture)
        if case.truth is not None:
            floor.append(seam.energy(case.truth, case.mask))
    return rows, float(np.mean(floor)) if floor else float("nan")


def _ways(case: Case, kept: Kept) -> Iterator[tuple[str, np.ndarray, float]]:
    for name, way in WAYS.items():
        start = time.perf_counter()
        picture = painted(case, kept, way)
        yield name, picture, time.perf_counter() - start


def _inpainter(name: str, case: Case) -> Inpainter:
    if name == "autoencoder":
        return Autoencoded(case.truth)
    return models.get("inpainter", {"name": name})


def _print(title: str, rows: Rows, floor: float) -> None:
    means = {way: np.mean(figures, axis=0) for way, figures in rows.items()}
    plain = means["plain paste"]
    count = len(rows["plain paste"])
    print(f"\n{title}: {count} holes; photo {floor:.2f}")
    print(f"{'':21s}   seam  ratio   PSNR  gained  right      ms")
    for way, (border, psnr, right, seconds) in means.items():
        gained = psnr - plain[1]
        print(
            f"{way:21s} {border:6.2f} {border / max(plain[0], 1e-6):6.2f} {psnr:6.2f} "
            f"{gained:+7.2f} {right:6.2f} {1000 * seconds:7.1f}",
            flush=True,
        )


def _save(folder: Path, name: str, picture: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(folder / f"{name.replace(', ', '+').replace(' ', '-')}.png")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--count", type=int, default=20, help="scenes of each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--save", type=Path, help="where to write the pictures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
