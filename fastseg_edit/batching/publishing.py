"""Letting results appear under their names, none but ours, and each whole."""

from __future__ import annotations

import errno
import hashlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastseg_edit.batching import finishing, stores
from fastseg_edit.batching.messages import Made
from fastseg_edit.batching.stores import OURS
from fastseg_edit.errors import FastsegError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastseg_edit.batching.items import Item
    from fastseg_edit.batching.journal import Journal
    from fastseg_edit.batching.messages import State
    from fastseg_edit.batching.stores import Store
    from fastseg_edit.batching.tables import Attempt, Output

OF_THE_NAME = frozenset({
    errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ,
    errno.ELOOP, errno.ENOTEMPTY,
})  # fmt: skip
"""What a system answers where a name is to blame, so that other items may do better."""


@dataclass(frozen=True)
class Publisher:
    """Gives files their names.

    Attributes:
        journal: Where it is written down.
        results: The store of results.
    """

    journal: Journal
    results: Store

    def taken(self, item: Item, names: Iterable[str]) -> OutputError | None:
        """Return why an item may not write files, if one lies there that is not ours."""
        if item.writing.if_exists == "overwrite":
            return None
        for name in names:
            if self.results.state(name) is not None and not self.journal.owns(name):
                return stores.exists(f"{self.results.where}/{name}")
        return None

    def publish(self, item: Item, made: Made) -> Made:
        """Let the files of an item appear, and return what came of that.

        Raises:
            OutputError: If nothing else can appear either.
        """
        error = self.taken(item, (part.name for part in made.parts))
        if error is not None:
            return left_out(item, made, error)
        outputs = self.journal.writing(made, item.writing.if_exists == "overwrite")
        try:
            self._appear(outputs)
        except OutputError as reason:
            if reason.errno not in OF_THE_NAME:
                raise
            self._withdraw(outputs)
            return left_out(item, made, reason)
        return made

    def recover(self) -> None:
        """Let those files appear that were complete when an earlier run ended suddenly.

        Everything else that earlier runs have left half done is removed.
        """
        for attempt in self.journal.unpublished():
            outputs = self.journal.outputs(attempt.attempt)
            waiting = [one for one in outputs if not self.holds(one.name, one)]
            if whole := all(self.holds(one.part, one) for one in waiting):
                try:
                    self._appear(waiting)
                except OutputError as reason:
                    if reason.errno not in OF_THE_NAME:
                        raise
                    whole = False
            if not whole:
                self._withdraw(outputs)
            self._note(attempt, outputs if whole else [])
        self.journal.abandon()
        self.results.discard(f"{OURS}/parts")

    def holds(self, name: str, output: Output, recheck: bool = False) -> bool:
        """Tell whether a file holds the bytes that an attempt made.

        Args:
            name: Of the file.
            output: What the attempt made.
            recheck: True to read it even if it seems not to have changed.
        """
        state = self.results.state(name)
        if state is None or state.partition(":")[0] != str(output.size):
            return False
        if state == output.state and not recheck:
            return True
        try:
            return hashlib.sha256(self.results.read(name)).hexdigest() == output.sha256
        except FastsegError:  # it cannot be read any more, so it is made again
            return False

    def _appear(self, outputs: Iterable[Output]) -> None:
        outputs = list(outputs)
        fresh = frozenset(one.name for one in outputs if not one.replaces)
        self.results.publish(((one.part, one.name) for one in outputs), fresh)

    def _withdraw(self, outputs: Iterable[Output]) -> None:
        """Let no name be ours under which none of our files has appeared."""
        self.journal.disown([one.name for one in outputs if not self.holds(one.name, one)])

    def _note(self, attempt: Attempt, outputs: list[Output]) -> None:
        """Note how an attempt ended that nobody saw the end of."""
        facts = dict(attempt.facts)
        state = facts.pop("state", "failed")
        made = Made(attempt.attempt, state if outputs else "cancelled", attempt.key, facts=facts)
        states = {one.name: self.results.state(one.name) for one in outputs}
        self.journal.ended(made, time.time() - attempt.began, states)


def names_of(item: Item) -> Iterator[str]:
    """Yield the files that an item will write, as far as that is known before it is done."""
    writing, settings = item.writing, item.requests[0].settings
    count = settings.get("variants", 1) if len(item.requests) == 1 else 1
    return finishing.names(item.output, writing.save, writing.sidecar, count)


def left_out(item: Item, made: Made, error: FastsegError) -> Made:
    """Return what comes of an item whose results cannot have their names.

    It has no key, as that may change without anything that a key knows of.
    """
    skips = item.writing.if_exists == "skip" and error.code == "E_OUTPUT_EXISTS"
    about = (error.code, error.message, error.hint)
    state: State = "skipped" if skips else "failed"
    facts = {name: value for name, value in made.facts.items() if name != "files"}
    return replace(made, state=state, key="", parts=(), facts=facts, error=about)
