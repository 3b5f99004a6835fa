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

Each error has a stable code; `CODES` says what it means and with which status the command ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Code(NamedTuple):
    """What a stable error code stands for.

    Attributes:
        status: Exit status of the command.
        about: When it is given, in one line.
    """

    status: int
    about: str


CODES = {
    "E_INTERNAL": Code(1, "a defect of fastseg-edit itself"),
    "E_SPEC": Code(2, "an option is unknown, out of range, or missing"),
    "E_RECIPE": Code(2, "a recipe cannot be read or cannot become a pipeline"),
    "E_PIPELINE": Code(2, "the stages do not fit together, or do not fit the edit"),
    "E_NAME": Code(2, "nothing of this kind is registered under the name"),
    "E_DEVICE": Code(2, "the device does not exist on this machine"),
    "E_PATH_ESCAPES": Code(2, "a path leads out of the folders that were given"),
    "E_POINT_RANGE": Code(2, "a click lies outside the photo or is not a number"),
    "E_BOX_EMPTY": Code(2, "a box has no area, is reversed, or lies outside the photo"),
    "E_NO_POSITIVE": Code(2, "every click says what the object is not"),
    "E_TEXT_EMPTY": Code(2, "a text prompt or caption is blank or unreadable"),
    "E_MASK_SIZE": Code(2, "a mask has another size than the photo"),
    "E_MASK_EMPTY": Code(2, "a ready mask selects no pixel"),
    "E_MASK_ALPHA": Code(2, "a mask file is blank, but its alpha channel is not"),
    "E_MASK_COVERAGE": Code(2, "the mask covers more of the photo than is allowed"),
    "E_OUTPUT_IS_INPUT": Code(2, "the output would overwrite a file that is read"),
    "E_OUTPUT_EXISTS": Code(2, "the output is there already"),
    "E_INPUT_MISSING": Code(5, "a file that should be read does not exist"),
    "E_INPUT_CHANGED": Code(5, "a file is not the one that it was when it was written down"),
    "E_INPUT_FORMAT": Code(5, "a file is not a photo in a format that is read"),
    "E_INPUT_EMPTY": Code(5, "a file has no bytes"),
    "E_INPUT_TRUNCATED": Code(5, "a photo is cut off or damaged"),
    "E_INPUT_IS_DIR": Code(5, "a folder was given where a photo is wanted"),
    "E_INPUT_ACCESS": Code(5, "a file may not be read"),
    "E_TOO_MANY_PIXELS": Code(5, "a photo has more pixels than is allowed"),
    "E_TOO_MANY_BYTES": Code(5, "a file has more bytes than is allowed"),
    "E_TOO_SMALL": Code(5, "a photo has a side below 8 pixels"),
    "E_MULTI_FRAME": Code(5, "a file holds several pictures"),
    "E_MODEL_MISSING": Code(6, "a library or the weights of a model are not on this machine"),
    "E_MODEL_FAMILY": Code(6, "what is added to a model was made for another family of models"),
    "E_MODEL_HASH": Code(6, "a file of weights is not the one that was published"),
    "E_DOWNLOAD": Code(6, "a download failed, or was cut and can go on"),
    "E_MODEL_OUTPUT": Code(6, "a model returned something that is not a photo or a mask"),
    "E_GATE": Code(7, "a mask is not as the gates of a batch want it"),
    "E_NO_OBJECT": Code(7, "nothing in the photo answers the prompt"),
    "E_TIMEOUT": Code(8, "an item took longer than the limit"),
    "E_WORKER": Code(8, "the process that did an item died"),
    "E_MEMORY": Code(8, "memory ran out, after every fallback"),
    "E_CANCELLED": Code(130, "whoever watched the edit wanted it to end; nothing was written"),
    "E_OUTPUT_COLLISION": Code(2, "two items would write one file"),
    "E_BUSY": Code(2, "another run writes into the folder"),
    "E_JOURNAL": Code(9, "the journal of a batch is damaged"),
    "E_OUTPUT_SPACE": Code(9, "there is not enough room for the results"),
    "E_OUTPUT_WRITE": Code(9, "the output cannot be written"),
    "E_GUARANTEE": Code(1, "a pixel outside the mask would have changed; nothing was written"),
}
"""Every code, for `fastseg-edit schema --errors`."""


NOTICES = {
    "W_COMPRESSION": "the output is compressed in another way, without loss",
    "W_CONVERTED": "the output has other colours than the photo could hold",
    "W_DOUBTFUL": "a mask or a result has faults, and is the best there was",
    "W_DRAWN_ONLY": "the model used knows drawn scenes only, and not photos",
    "W_FALLBACK": "what was asked first found nothing, and something else did",
    "W_GATE": "a mask is not as the gates of a batch want it, and the photo was copied",
    "W_FEWER": "words ask for more objects than were found",
    "W_MEMORY": "memory ran out, and the model goes on with less",
    "W_METADATA_DROPPED": "something that came with the photo could not be kept",
    "W_MODEL": "what a model has to say of itself",
    "W_NO_OBJECT": "one part of several that were asked for is not there",
    "W_PRECISION": "half precision gave no picture, and single precision did",
    "W_REPLAY": "an edit was repeated under other conditions than it was made",
    "W_TEXT_TRUNCATED": "words are more than the model reads; the last ones play no part",
}
"""Every code of a notice, for `fastseg-edit schema --errors`. The edit goes on."""


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
        code: One of `CODES`.
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
        code: One of `CODES`.
        message: What was wanted and what came.
        hint: What to do about it, or empty.
    """

    place: str
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.place or '/'}: {self.message}"
        return f"{said}. {self.hint}" if self.hint else said


class DocumentError(SpecError):
    """A document has mistakes.

    Args:
        problems: All of them, at least one.
        origin: What the document is called.
    """

    def __init__(self, problems: Sequence[Problem], origin: str) -> None:
        codes = {problem.code for problem in problems}
        code = codes.pop() if len(codes) == 1 else "E_SPEC"
        super().__init__(code, "\n".join(f"{origin}: {problem}" for problem in problems))
        self.problems, self.origin = tuple(problems), origin

    @property
    def status(self) -> int:
        """Exit status of the command: the document is at fault, whatever it names."""
        return CODES["E_SPEC"].status

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.problems, self.origin)


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
