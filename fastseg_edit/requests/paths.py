"""Where the files of a document may lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastseg_edit.errors import InputError


@dataclass(frozen=True)
class Folders:
    """The folders that a document may read from.

    Attributes:
        home: What paths are relative to: the document's own folder.
        others: Further folders in which they may end.
        free: True if paths may lead anywhere: for what the user typed.
    """

    home: Path = Path()
    others: tuple[Path, ...] = ()
    free: bool = False

    def path(self, named: str | Path) -> Path:
        """Return where a file lies that a document names.

        Args:
            named: Relative to `home`, with links resolved before it is looked at. Whether it is
                there is not asked.

        Raises:
            InputError: With E_PATH_ESCAPES, if it lies in none of the folders; with
                E_INPUT_MISSING, if it can be no path.
        """
        joined = self.home / named
        if self.free:
            return joined
        try:
            real = Path(os.path.realpath(joined))
            roots = self._roots
        except (OSError, ValueError) as error:  # a NUL in the name
            raise InputError("E_INPUT_MISSING", f"{str(named)!r} is no path") from error
        if not any(real.is_relative_to(root) for root in roots):
            raise InputError(
                "E_PATH_ESCAPES",
                f"{str(named)!r} leads out of {', '.join(map(str, roots))}",
                "Put the file into that folder, or name it on the command line.",
            )
        return joined

    @cached_property
    def _roots(self) -> tuple[Path, ...]:
        """The folders with links resolved, each once."""
        folders = (Path(os.path.realpath(folder)) for folder in (self.home, *self.others))
        return tuple(dict.fromkeys(folders))
