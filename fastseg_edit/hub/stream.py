"""One file over HTTP, going on where it stopped."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TIMEOUT = 30.0  # seconds without a byte
PATIENCE = 3  # tries in a row that bring nothing
PAUSE = 1.0  # seconds before the next try


class Source:
    """A file on a server.

    Args:
        url: The address. What it redirects to may change, and is looked up for each try.
        headers: Of each request. `Authorization` is not passed on to other hosts.
        size: Bytes of the whole file. None if the server does not say.
    """

    def __init__(self, url: str, headers: Mapping[str, str], size: int | None) -> None:
        self.url = url
        self.headers = {**headers, "Accept-Encoding": "identity"}  # bytes as they are stored
        self.size = size

    def save(self, part: Path, tell: Callable[[int], None]) -> None:
        """Download until the file is whole.

        Args:
            part: Where to. What it holds already is taken as the file's beginning.
            tell: Is called with the bytes that are there.

        Raises:
            httpx2.HTTPError: If several tries in a row bring nothing. `part` stays.
        """
        idle = 0
        with httpx2.Client(headers=self.headers, follow_redirects=True, timeout=TIMEOUT) as client:
            while not self._is_whole(part):
                before = length(part)
                failure = self._go_on(client, part, tell)
                if failure is None and self.size is None:
                    return
                idle = 0 if length(part) > before else idle + 1
                if idle == PATIENCE:
                    raise failure or httpx2.RemoteProtocolError("the file is shorter than stated")
                time.sleep(PAUSE if failure else 0)

    def _is_whole(self, part: Path) -> bool:
        if self.size is not None and length(part) > self.size:
            part.unlink()  # the rest of something else
        return part.is_file() and length(part) == self.size

    def _go_on(
        self, client: httpx2.Client, part: Path, tell: Callable[[int], None]
    ) -> httpx2.TransportError | None:
        """Add what comes to the file. Returns what cut it off, if something did."""
        have = length(part)
        wanted = {"Range": f"bytes={have}-"} if have else {}
        try:
            with client.stream("GET", self.url, headers=wanted) as response:
                if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    part.unlink()  # the beginning of something else
                    return None
                response.raise_for_status()
                goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT
                with part.open("ab" if goes_on else "wb") as file:
                    for piece in response.iter_bytes():
                        file.write(piece)
                        tell(file.tell())
        except httpx2.TransportError as error:
            return error
        return None


def length(path: Path) -> int:
    """Return the bytes of a file, 0 if there is none."""
    return path.stat().st_size if path.is_file() else 0
