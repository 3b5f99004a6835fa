"""The command `fastseg-edit`, and how any command turns each failure into a line and a status."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import click

from fastseg_edit.apps.commands import group
from fastseg_edit.codes import CODES
from fastseg_edit.errors import DocumentError, FastsegError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `fastseg-edit` and return its exit status.

    Args:
        arguments: As on the command line, without the program's name. None for the real ones.
    """
    return run(group, "fastseg-edit", arguments)


def run(command: click.Command, name: str, arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        command: What to run.
        name: What it is called in its help.
        arguments: As for `main`.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    _print_anything()
    try:
        status = command.main(given, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return CODES["E_SPEC"].status
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # nobody reads it any more; do not fail once more on closing it
        return CODES["E_OUTPUT_WRITE"].status
    except Exception as error:
        if "-vv" in given:
            raise
        return _fail(_known(error), as_json="--json" in given)
    return status if isinstance(status, int) else 0


def _known(error: Exception) -> FastsegError:
    """Return any error as one of ours, so that no traceback reaches the user."""
    match error:
        case FastsegError():
            return error
        case click.UsageError():
            hint = f"Run: {error.ctx.command_path} --help" if error.ctx else ""
            return FastsegError("E_SPEC", error.format_message().rstrip("."), hint)
        case click.ClickException():
            return FastsegError("E_SPEC", error.format_message().rstrip("."))
        case MemoryError():
            hint = "Use a smaller photo or a smaller mask."
            return FastsegError("E_MEMORY", "memory ran out", hint)
    message = f"{type(error).__name__}: {error}"
    return FastsegError("E_INTERNAL", message, "Add -vv to see where, and report it.")


def _fail(error: FastsegError, as_json: bool) -> int:
    photo = f" {error.photo}" if error.photo else ""
    said = str(error).splitlines() if isinstance(error, DocumentError) else [str(error)]
    for line in said:  # of a document, every mistake at once
        click.echo(" ".join(f"error[{error.code}]{photo}: {line}".split()), err=True)
    if as_json:
        failure = {"code": error.code, "message": error.message, "hint": error.hint}
        outcome = {"state": "failed", "photo": error.photo or None, "error": failure}
        click.echo(json.dumps(outcome))
    return error.status


def _print_anything() -> None:
    """Escape what the terminal's encoding cannot show, instead of failing on a file's name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
