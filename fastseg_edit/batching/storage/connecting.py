"""Connections to other machines, by the library of each protocol, and their errors as ours."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastseg_edit.errors import FastsegError, InputError, ModelError, OutputError, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TAGS = ("ETag", "etag", "generation", "md5Hash", "content_md5", "checksum")
"""Where file systems say by a hash or a number which content a file has."""

TIMES = ("LastModified", "mtime", "updated", "last_modified", "modified", "created")
"""Where file systems say when a file was written."""

LIBRARIES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}
"""What has to be installed besides fsspec, by the scheme of a URL."""


@cache
def connected(url: str, process: int) -> tuple[Any, str]:  # noqa: ARG001 (part of the cache's key)
    """Return the file system of a URL, and what it calls that place. For one process only."""
    scheme = url.partition("://")[0]
    try:
        fsspec = import_module("fsspec")
        # What others write in the meantime is to be seen, so nothing may be remembered.
        system, root = fsspec.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        library = LIBRARIES.get(scheme, "")
        raise ModelError(
            "E_MODEL_MISSING",
            f"{scheme}:// needs {error.name or library or 'a library'!r}, which is not installed",
            f"Run: pip install 'fastseg-edit[cloud]' {library}".rstrip(),
        ) from error
    except ValueError as error:
        raise SpecError("E_SPEC", f"{url!r} cannot be used: {_reason(error)}") from error
    return system, root.rstrip("/")


def version(found: Mapping[str, Any]) -> str:
    """Return what tells one content of a file from another: a hash, or else a time."""
    if tag := next((found[key] for key in TAGS if found.get(key)), None):
        return f"tag:{str(tag).strip(chr(34))}"
    written = next((found[key] for key in TIMES if found.get(key)), None)
    if isinstance(written, datetime):
        written = written.timestamp()
    return f"time:{written}" if isinstance(written, int | float) else "unknown:"


@contextmanager
def told_reading(shown: str) -> Iterator[None]:
    """Turn errors of any protocol's library into ours."""
    try:
        yield
    except FastsegError:
        raise
    except FileNotFoundError as error:
        raise InputError("E_INPUT_MISSING", f"{shown} does not exist") from error
    except Exception as error:  # the libraries' errors have nothing else in common
        message = f"{shown!r} cannot be read: {_reason(error)}"
        raise InputError("E_INPUT_ACCESS", message) from error


@contextmanager
def told_writing(shown: str) -> Iterator[None]:
    """Turn errors of any protocol's library into ours."""
    try:
        yield
    except FastsegError:
        raise
    except Exception as error:  # the libraries' errors have nothing else in common
        message = f"{shown!r} cannot be written: {_reason(error)}"
        raise OutputError("E_OUTPUT_WRITE", message) from error


def _reason(error: Exception) -> str:
    """Return why something failed, in one line."""
    told = str(getattr(error, "strerror", None) or error).strip().partition("\n")[0][:200]
    return told or type(error).__name__
