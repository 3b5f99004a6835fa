"""What is to be downloaded, and the choice of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastseg_edit.errors import ModelError

if TYPE_CHECKING:
    from fastseg_edit.hub.cache import Repository

NOT_READ = (
    *("*.bin", "*.ckpt", "*.pt", "*.pth", "*.pkl", "*.pickle", "*.npz"),  # may run programs
    *("*.h5", "*.msgpack", "*.ot", "*.onnx", "*.onnx_data", "*.tflite", "*.gguf", "*.mlmodel"),
    *("*.png", "*.jpg", "*.jpeg", "*.gif", "*.mp4", ".gitattributes"),
)
"""What is left out of a repository that the catalogue does not know: nothing here reads it."""


class Step(NamedTuple):
    """How far a download is.

    Attributes:
        file: The file that is coming now.
        done: Bytes that are there, of all files together.
        total: Bytes of all files together.
    """

    file: str
    done: int
    total: int


Tell: TypeAlias = Callable[[Step], None]
"""Is called as bytes come in."""


@dataclass(frozen=True)
class Order:
    """What is to be downloaded.

    Attributes:
        name: What the user calls it, to be typed after `fastseg-edit models fetch`.
        repository: Where it is.
        files: Names of files, or patterns such as "unet/*.json", and the SHA-256 of each, empty
            where it is not known. Empty for everything that can be read.
        force: True to download even what is there.
    """

    name: str
    repository: Repository
    files: Mapping[str, str] = field(default_factory=dict)
    force: bool = False

    @property
    def command(self) -> str:
        """What to type."""
        return f"fastseg-edit models fetch {self.name}"

    def chosen(self, offered: Iterable[str]) -> list[str]:
        """Return those of a repository's files that are wanted.

        Raises:
            ModelError: With E_MODEL_MISSING, if one that is wanted is not there.
        """
        names = sorted(offered)
        if not self.files:
            names = [name for name in names if not _any(name, NOT_READ)]
            if not names:
                message = f"{self.repository} has no weights in a format that is safe to read"
                hint = f"If you trust its author, name the file: {self.command}:FILE"
                raise ModelError("E_MODEL_MISSING", message, hint)
            return names
        for wanted in self.files:
            if not any(fnmatch(name, wanted) for name in names):
                message = f"the hub's repository {self.repository} has no file {wanted}"
                hint = "It may have changed; name another revision, as owner/name@revision."
                raise ModelError("E_MODEL_MISSING", message, hint)
        return [name for name in names if _any(name, self.files)]


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
