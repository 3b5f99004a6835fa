"""The library huggingface_hub, as far as it is used. Nothing else of fastseg_edit imports it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import httpx2
from filelock import FileLock
from huggingface_hub import (
    HfApi,
    constants,
    get_hf_file_metadata,
    get_token,
    hf_hub_download,
    hf_hub_url,
)
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from fastseg_edit.errors import FastsegError, ModelError, OutputError
from fastseg_edit.hub import cache, hashes
from fastseg_edit.hub.stream import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastseg_edit.hub.cache import Repository
    from fastseg_edit.hub.order import Order


class Remote(NamedTuple):
    """A file on the hub.

    Attributes:
        name: Its name, with `/` between folders.
        size: Bytes.
        hash: SHA-256 of a large file, git's hash of a small one. Empty if the hub says neither.
    """

    name: str
    size: int
    hash: str


def listing(repository: Repository) -> tuple[str, dict[str, Remote]]:
    """Ask the hub for the commit that a revision stands for, and for its files by name.

    Raises:
        ValueError: If the answer would lead out of the cache.
    """
    api = HfApi(endpoint=cache.endpoint())
    info = api.model_info(repository.id, revision=repository.revision, files_metadata=True)
    files = {
        file.rfilename: Remote(
            file.rfilename, file.size or 0, file.lfs.sha256 if file.lfs else file.blob_id or ""
        )
        for file in info.siblings or ()
    }
    commit = info.sha or ""
    if not hashes.GIT.fullmatch(commit) or not all(map(_stays_inside, files)):
        raise ValueError("a commit or a name of a file that no hub has")  # `explained` words it
    return commit, files


def _stays_inside(name: str) -> bool:
    """Say whether a file of this name would lie inside the folder that it is put in."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def source(repository: Repository, commit: str, name: str) -> tuple[Source, str]:
    """Ask the hub for a file's address, and for the name that the cache gives its content."""
    endpoint = cache.endpoint()
    url = hf_hub_url(repository.id, name, revision=commit, endpoint=endpoint)
    found = get_hf_file_metadata(url, endpoint=endpoint, token=_token())
    etag = found.etag or ""
    if not re.fullmatch(r"[\w-]+", etag):
        raise ModelError("E_DOWNLOAD", f"the hub calls the content of {name} {etag!r}")
    authorized = {"Authorization": f"Bearer {_token()}"} if _token() else {}
    return Source(url, authorized, found.size), etag


def link(repository: Repository, commit: str, name: str) -> None:
    """Put a file, whose content is in the cache, into the snapshot of a commit."""
    hf_hub_download(
        repository.id, name, revision=commit, cache_dir=cache.root(), endpoint=cache.endpoint()
    )


def locked(blob: Path) -> AbstractContextManager[object]:
    """Keep other processes from downloading the same content at the same time."""
    folder = cache.root() / ".locks" / blob.parent.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / f"{blob.name}.part.lock")


def _token() -> str | None:
    return None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()


@contextmanager
def explained(order: Order) -> Iterator[None]:
    """Turn whatever the library, the network or the disk raises into an error of ours."""
    try:
        yield
    except FastsegError:
        raise
    except (httpx2.HTTPError, OSError, ValueError, TypeError, LookupError) as error:
        explanation = next(each for each in _EXPLANATIONS if isinstance(error, each.kinds))
        raise explanation.of(order, error) from error


class _Explanation(NamedTuple):
    """What an error of the library is in our words.

    Attributes:
        kinds: Classes of errors that it explains.
        code: Our code.
        message: What is wrong.
        hint: What to do.
    """

    kinds: tuple[type[Exception], ...]
    code: str
    message: str
    hint: str

    def of(self, order: Order, error: Exception) -> FastsegError:
        """Return our error."""
        words = {
            "hub": cache.endpoint(),
            "id": order.repository.id,
            "revision": order.repository.revision,
            "name": order.name,
            "command": order.command,
            "cache": cache.root(),
            "status": getattr(getattr(error, "response", None), "status_code", "nothing"),
            "reason": getattr(error, "strerror", None) or type(error).__name__,
        }
        kind = OutputError if self.code == "E_OUTPUT_WRITE" else ModelError
        return kind(self.code, self.message.format_map(words), self.hint.format_map(words))


_EXPLANATIONS = (
    _Explanation(
        (GatedRepoError,),
        "E_MODEL_MISSING",
        "the hub lets nobody have {id} who has not accepted its licence",
        "Accept it at {hub}/{id}, set HF_TOKEN to a token of yours, and run: {command}",
    ),
    _Explanation(
        (RevisionNotFoundError,),
        "E_MODEL_MISSING",
        "the hub's repository {id} has no revision {revision!r}",
        "Name a branch, a tag or a commit that it has.",
    ),
    _Explanation(
        (RepositoryNotFoundError,),
        "E_MODEL_MISSING",
        "the hub at {hub} has no repository {id}, or shows it to nobody without a token",
        "Look at {hub}/{id}; if it is private or gated, set HF_TOKEN.",
    ),
    _Explanation(
        (RemoteEntryNotFoundError,),
        "E_MODEL_MISSING",
        "the hub lists a file of {id} and then does not have it",
        "Try later: {command}",
    ),
    _Explanation(
        (HfHubHTTPError, httpx2.HTTPStatusError),
        "E_DOWNLOAD",
        "the hub at {hub} answered with status {status} when asked for {id}",
        "If it wants a token, set HF_TOKEN. Try again: {command}",
    ),
    _Explanation(
        (httpx2.HTTPError, ConnectionError, LocalEntryNotFoundError),
        "E_DOWNLOAD",
        "the connection to the hub at {hub} failed or was cut",
        "What has come is kept. To go on, run: {command}",
    ),
    _Explanation(
        (OSError,),
        "E_OUTPUT_WRITE",
        "{name} cannot be stored in {cache}: {reason}",
        "Make room, or set HF_HOME to another folder.",
    ),
    _Explanation(
        (ValueError, TypeError, LookupError),
        "E_DOWNLOAD",
        "what {hub} answers is not what a model hub does",
        "See whether HF_ENDPOINT is right.",
    ),
)
"""How each kind of failure is explained. The first that fits counts."""
