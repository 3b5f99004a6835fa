"""Compare the embedded fill with others: python tests/benchmarks/fill/run.py [--photos DIR].

Prints one table for the photos that options were chosen on and one for the others. Seconds are
of the processor, in one thread.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
from cases import Case, cases
from methods import Fill, methods
from metrics import Scores, compare
from PIL import Image

Table = dict[str, list[tuple[float, ...]]]


def main() -> None:
    """Run all methods on all cases."""
    options = _options()
    _restart_in_one_thread()
    found, absent = methods()
    print(*absent, sep="\n")
    chosen = {name: found[name] for name in options.methods or found}
    tables = _measured(list(cases(options.photos))[:: options.every], chosen, options)
    for tuned, title in ((True, "photos that options were chosen on"), (False, "kept out")):
        _print_table(title, tables[tuned])


def _restart_in_one_thread() -> None:
    if os.environ.get("OMP_NUM_THREADS") != "1":  # numpy has read it already
        os.execve(
            sys.executable, [sys.executable, *sys.argv], os.environ | {"OMP_NUM_THREADS": "1"}
        )
    cv2.setNumThreads(1)


def _measured(
    chosen: list[Case], found: dict[str, Fill], options: argparse.Namespace
) -> dict[bool, Table]:
    tables: dict[bool, Table] = {True: defaultdict(list), False: defaultdict(list)}
    for case in chosen:
        for name, fill in found.items():
            start = time.process_time()
            result = fill(case.image, case.mask)
            seconds = time.process_time() - start
            tables[case.tuned][name].append((*compare(result, case.image, case.mask), seconds))
            if options.save:
                _save(options.save / f"{case.name}-{name}.png", result)
        if options.verbose:
            _print_case(case.name, tables[case.tuned])
    return tables


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="folder with more photos")
    parser.add_argument("--methods", nargs="+", help="only these")
    parser.add_argument("--every", type=int, default=1, help="only every N-th case")
    parser.add_argument("--save", type=Path, help="folder for the results as PNG")
    parser.add_argument("--verbose", action="store_true", help="print each case")
    return parser.parse_args()


def _save(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def _print_case(name: str, table: Table) -> None:
    for method, rows in table.items():
        print(f"{name:28}{method:12}" + "".join(f"{value:9.3f}" for value in rows[-1]))
    sys.stdout.flush()


def _print_table(title: str, table: Table) -> None:
    if not table:
        return
    print(f"\n{title}: {len(next(iter(table.values())))} cases (x: over Telea's)")
    columns = [*Scores._fields, "seconds"]
    print(f"{'':12}" + "".join(f"{column:>16}" for column in columns))
    means = {name: np.mean(rows, axis=0) for name, rows in table.items()}
    base = means.get("telea", next(iter(means.values())))
    for name, row in means.items():
        pairs = zip(row, base, strict=True)
        print(f"{name:12}" + "".join(f"{_figure(value, other):>16}" for value, other in pairs))


def _figure(value: float, base: float) -> str:
    return f"{value:.3f} x{value / base:.2f}" if base else f"{value:.3f}"


if __name__ == "__main__":
    main()
