"""How a job deals with its workers and with what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

TRANSIENT = frozenset({"E_MEMORY", "E_TIMEOUT", "E_WORKER", "E_INTERNAL", "E_INPUT_ACCESS"})
"""Errors after which trying once more may help."""

NO_ROOM = frozenset({"E_OUTPUT_WRITE", "E_OUTPUT_SPACE"})
"""Errors of workers that every other item would meet, too."""


CHOSEN = ("timeout", "retries", "max_failures")
"""Fields that a command or a call may say besides how many workers there are."""


@dataclass(frozen=True)
class Policy:
    """How a job deals with its workers and with what goes wrong.

    Attributes:
        jobs: How many workers.
        ahead: How many items each has besides the one that it paints.
        timeout: Seconds that a stage of an item may take; photos that are painted together may take
            as long as one after the other.
        warming: How many times that a worker has for its first item: it may have to wait for its
            place, and loads models.
        retries: How often an item is tried once more after an error that may pass. At least once
            after its worker died or its memory ran out, and then with nothing else at work.
        max_failures: Stop after so many. None never to.
        solitary: True if workers share the memory of one machine: then nothing else runs while an
            item is tried alone. False if it is enough that its worker has nothing else.
    """

    jobs: int = 1
    ahead: int = 2
    timeout: float = 300.0
    warming: float = 4.0
    retries: int = 1
    max_failures: int | None = None
    solitary: bool = True
