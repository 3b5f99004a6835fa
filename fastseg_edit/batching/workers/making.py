"""What is done to photos that are open: something is selected, judged, and painted."""

from __future__ import annotations

from dataclasses import asdict
from functools import reduce
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from fastseg_edit import quality, sequence, together
from fastseg_edit.batching.workers import finishing
from fastseg_edit.edit import required
from fastseg_edit.errors import FastsegError, GateError, told
from fastseg_edit.ops import morphology
from fastseg_edit.together import Selected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastseg_edit.arrays import MaskArray
    from fastseg_edit.batching.workers.bench import Bench
    from fastseg_edit.quality import Quality


def select(bench: Bench) -> None:
    """Find what is to be painted, or settle what comes of an item that is not to be.

    Raises:
        FastsegError: If nothing is found, or what is found is not as it must be.
    """
    if len(bench.specs) > 1:
        steps = sequence.begin(bench.opened, bench.specs)
        known = [Selected(each.job, each.edit) for each in steps if each.edit is not None]
        if not known or _passes(bench, known):
            bench.begun = steps
        return
    begun = together.select(bench.specs[0])
    if isinstance(begun, FastsegError):
        raise begun
    if not isinstance(begun, Selected):
        bench.came(begun)
    elif _passes(bench, [begun]):
        bench.begun = begun


def paint(group: Sequence[Bench]) -> None:
    """Paint what is selected, and note what came of each, and its share of the time."""
    for bench in group:
        if isinstance(bench.begun, list):
            with bench.stage("paint"):
                bench.came(sequence.paint(bench.begun))
    single = {n: each.begun for n, each in enumerate(group) if isinstance(each.begun, Selected)}
    start = perf_counter()
    outcomes = _painted([*single.values()])
    share = (perf_counter() - start) / max(len(single), 1)
    for number, outcome in zip(single, outcomes, strict=True):
        bench = group[number]
        bench.spent("paint", share)
        if isinstance(outcome, FastsegError):
            bench.error = outcome
        else:
            bench.came(outcome)
    for bench in group:
        bench.begun = None  # what is written holds the photo anyway, and not the stages' arrays


def _painted(begun: Sequence[Selected]) -> list[together.Outcome]:
    """Paint what is selected; what fails in company is painted once more alone."""
    outcomes = _tried(begun)
    if len(begun) > 1:
        for number, outcome in enumerate(outcomes):
            if isinstance(outcome, FastsegError):
                [outcomes[number]] = _tried([begun[number]])
    return outcomes


def _tried(begun: Sequence[Selected]) -> list[together.Outcome]:
    try:
        return together.paint(begun)
    except BaseException as error:  # no user is here: whatever it is, it is of these items only
        return [told(error)] * len(begun)


def _passes(bench: Bench, begun: Sequence[Selected]) -> bool:
    """Tell whether all that is selected is as it must be; if not, settle what becomes of it.

    Args:
        bench: The item.
        begun: Its edits that have their masks; at least one.
    """
    gates = bench.order.item.gates
    if not gates:
        return True
    judged = (quality.judge(together.found(each), each.edit.candidates) for each in begun)
    found = list(chain.from_iterable(judged))
    mask = reduce(np.logical_or, [required(each.edit.mask, "mask") for each in begun])
    job, edit = begun[0]
    bench.gated = gates.missed(edit.evolve(mask=mask), found)
    if not bench.gated:
        return True
    bench.facts = _facts(mask, found)  # of what was not painted nobody else tells
    if gates.otherwise == "fail":
        raise GateError(bench.gated)
    bench.state = "skipped"
    if gates.otherwise == "copy":
        bench.came(job.untouched(edit.noted("W_GATE", bench.gated)))
    return False


def _facts(mask: MaskArray, found: Sequence[Quality]) -> dict[str, Any]:
    """Return what is worth knowing of a selection."""
    height, width = mask.shape
    return {
        "size": [width, height],
        "coverage": round(float(np.count_nonzero(mask)) / mask.size, 6),
        "mask_box": list(morphology.bounding_box(mask) or ()) or None,
        **finishing.numbers([asdict(one) for one in found]),
    }
