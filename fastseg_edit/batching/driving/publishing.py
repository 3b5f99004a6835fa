"""Letting results appear under their names, none but ours, and each whole."""

from __future__ import annotations

import errno
import hashlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from fastseg_edit.batching.storage import stores
from fastseg_edit.batching.storage.stores import OURS
from fastseg_edit.batching.workers.messages import Made
from fastseg_edit.errors import FastsegError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastseg_edit.batching.journals.journal import Journal
    from fastseg_edit.batching.journals.tables import Attempt, Output
    from fastseg_edit.batching.manifests.items import Item
    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.messages import State

    Group: TypeAlias = Sequence[tuple[Item, Made]]

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

    def publish(self, group: Group) -> tuple[list[Made], FastsegError | None]:
        """Let the files of several items appear together: the disk is waited for but once.

        Args:
            group: The items, and what was made of each.

        Returns:
            What came of each, in order; fewer than there are, and an error, if nothing else can
            appear either, or the journal not be written.
        """
        try:
            return self._published(group)
        except FastsegError as error:
            return [], error

    def _published(self, group: Group) -> tuple[list[Made], FastsegError | None]:
        made = self._allowed(group)
        ready = [number for number, one in enumerate(made) if one.parts]
        overwrites = (group[number][0].writing.if_exists == "overwrite" for number in ready)
        noted = [(made[number], each) for number, each in zip(ready, overwrites, strict=True)]
        written = self.journal.writing_all(noted) if noted else []
        try:
            self._appear(one for outputs in written for one in outputs)
        except OutputError:  # that of one item: see which
            return self._one_by_one(group, made, dict(zip(ready, written, strict=True)))
        return made, None

    def _allowed(self, group: Group) -> list[Made]:
        """Return what was made of items; without the files if somebody else's lie there."""
        guarded = [each for each in group if each[0].writing.if_exists != "overwrite"]
        names = (part.name for _, made in guarded for part in made.parts)
        states = self.results.states(names)
        allowed = []
        for item, made in group:
            strange = (
                part.name
                for part in made.parts
                if states.get(part.name) is not None and not self.journal.owns(part.name)
            )
            name = next(strange, None)
            error = stores.exists(f"{self.results.where}/{name}") if name else None
            allowed.append(made if error is None else left_out(item, made, error))
        return allowed

    def _one_by_one(
        self, group: Group, made: list[Made], written: dict[int, list[Output]]
    ) -> tuple[list[Made], FastsegError | None]:
        """Let files appear that have not yet, item by item. Returns as of `publish`."""
        for number, outputs in written.items():
            waiting = [one for one in outputs if self.results.state(one.part) is not None]
            lost = [one for one in outputs if one not in waiting and not self.holds(one.name, one)]
            try:
                self._appear([*waiting, *lost])
            except OutputError as reason:
                if reason.errno not in OF_THE_NAME:
                    return made[:number], reason
                self._withdraw(outputs)
                made[number] = left_out(group[number][0], made[number], reason)
        return made, None

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


def left_out(item: Item, made: Made, error: FastsegError) -> Made:
    """Return what comes of an item whose results cannot have their names.

    It has no key, as that may change without anything that a key knows of.
    """
    skips = item.writing.if_exists == "skip" and error.code == "E_OUTPUT_EXISTS"
    about = (error.code, error.message, error.hint)
    state: State = "skipped" if skips else "failed"
    facts = {name: value for name, value in made.facts.items() if name != "files"}
    return replace(made, state=state, key="", parts=(), facts=facts, error=about)
