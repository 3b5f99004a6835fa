"""Every error that fastseg_edit raises on purpose.

FastsegError
├── SpecError        an option, a recipe or a set of stages that cannot work
│   ├── RecipeError      a YAML recipe that cannot become a pipeline
│   ├── DocumentError    a document with mistakes, all of them
│   ├── PipelineError    stages that do not fit together, or do not fit the edit
│   ├── PromptError      a prompt that makes no sense on this photo
│   └── UnknownNameError a stage, model, profile or option that nobody has registered
├── InputError       a file that cannot be read as a photo, a mask or a recipe
├── GateError        a mask that is not as a batch wants it
├── NoObjectError    nothing is selected, so there is nothing to repaint
├── ModelError       a library or a model file that is missing or fails its check
├── ResourceError    not enough memory or time, even after every fallback
├── Cancelled        whoever watched the edit wanted it to end
└── OutputError      a result that cannot be written

Each error has a stable code; `codes.CODES` says what it means, and how the command ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastseg_edit.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence


class Notice(NamedTuple):
    """Something that the owner of the photo should know; the edit goes on.

    Attributes:
        code: Stable name, such as "W_METADATA_DROPPED".
        text: What happened, in one line.
    """

    code: str
    text: str


class FastsegError(Exception):
    """Base class, so that `except FastsegError` catches all of them and nothing else.

    Args:
        code: One of `codes.CODES`.
        message: What was wanted and what came, in one line, lower case, without a full stop.
        hint: What to do about it, as a sentence or a command. Empty if the message says it.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint
        self.photo = ""  # set by whoever knows which photo it is about

    @property
    def status(self) -> int:
        """Exit status of the command that fails with this error."""
        return CODES[self.code].status

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


def told(error: BaseException) -> FastsegError:
    """Return an error as one of ours, for whoever has to go on: what is none becomes E_INTERNAL."""
    if isinstance(error, FastsegError):
        return error
    if isinstance(error, MemoryError):
        return ResourceError("E_MEMORY", "memory ran out", "Lower --jobs, or close other programs.")
    reason = str(error).strip().partition("\n")[0][:200]
    ours = FastsegError("E_INTERNAL", f"{type(error).__name__}: {reason}")
    ours.__cause__ = error
    return ours


class SpecError(FastsegError, ValueError):
    """What was asked for cannot work."""


class RecipeError(SpecError):
    """A recipe cannot be read."""


class Problem(NamedTuple):
    """One mistake in a document.

    Attributes:
        place: Where, as a JSON pointer such as "/steps/1/prompt/0/point".
        code: One of `codes.CODES`.
        message: What was wanted and what came.
        hint: What to do about it, or empty.
    """

    place: str
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.said}"

    @property
    def said(self) -> str:
        """The mistake without its place, for whoever sees no document."""
        return f"{self.message}. {self.hint}" if self.hint else self.message


class DocumentError(SpecError):
    """A document has mistakes.

    Args:
        problems: All of them, at least one.
        origin: What the document is called.
        placed: False if the user has never seen it, so that places in it say nothing.
    """

    def __init__(self, problems: Sequence[Problem], origin: str, placed: bool = True) -> None:
        codes = {problem.code for problem in problems}
        code = codes.pop() if len(codes) == 1 else "E_SPEC"
        told = dict.fromkeys(str(each) if placed else each.said for each in problems)
        super().__init__(code, "\n".join(f"{origin}: {each}" for each in told))
        self.problems, self.origin, self.placed = tuple(problems), origin, placed

    @property
    def status(self) -> int:
        """Exit status of the command: the document is at fault, whatever it names."""
        return CODES["E_SPEC"].status

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.problems, self.origin, self.placed)


class PipelineError(SpecError):
    """The stages do not fit together, or do not fit the edit."""


class PromptError(SpecError):
    """A prompt makes no sense on this photo."""


class UnknownNameError(SpecError, LookupError):
    """Nothing is registered under this name."""


class InputError(FastsegError, ValueError):
    """A file cannot be read as what it should be."""


class NoObjectError(FastsegError, ValueError):
    """Nothing is selected."""


class GateError(FastsegError, ValueError):
    """A mask is not as the gates of a batch want it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__("E_GATE", message, hint)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.message, self.hint)


class ModelError(FastsegError, RuntimeError):
    """A model cannot be used on this machine."""


class ResourceError(FastsegError, RuntimeError):
    """The machine is too small for this edit."""


class Cancelled(FastsegError):  # noqa: N818 (it is no mistake of anybody)
    """Whoever watched the edit wanted it to end. Nothing was written."""

    def __init__(self, message: str = "the edit was cancelled") -> None:
        super().__init__("E_CANCELLED", message)


class OutputError(FastsegError, OSError):
    """A result cannot be written."""

    def __str__(self) -> str:  # OSError has its own, which shows the arguments as errno
        return FastsegError.__str__(self)
