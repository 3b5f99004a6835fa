"""A model hub on this machine: the part of the real one's HTTP that a download needs."""

import hashlib
import json
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".pt", ".bin")
"""Files that the hub stores as large ones, and names by their SHA-256."""


def large(name):
    return name.endswith(LARGE)


def named(name, content):
    """Return what the hub calls a file's content: SHA-256 of a large one, or git's hash."""
    if large(name):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Repository:
    files: dict[str, bytes]
    gated: bool = False
    token: str = "accepted"

    @property
    def commit(self):
        names = "".join(named(*file) for file in sorted(self.files.items()))
        return hashlib.sha1(names.encode()).hexdigest()

    @classmethod
    def of(cls, folder, **options):
        paths = [path for path in Path(folder).rglob("*") if path.is_file()]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        return cls(files, **options)


@dataclass
class Hub:
    """What is on the hub, what goes wrong there, and what was asked of it.

    Attributes:
        repositories: By owner/name.
        cuts: Bytes after which the next answers break off, one for each.
        down: Status of every answer with a file's content, such as 503. 0 for none.
        altered: Files whose content comes with another first byte.
        lost: Files that are listed and not there.
        storage: Address of another hub that large files are fetched from. Empty for this one.
        ranges: False to ignore `Range`, and send the whole file.
        served: Bytes of content that went out, by file.
        requests: Method, path and headers of each request.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    down: int = 0
    altered: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    storage: str = ""
    ranges: bool = True
    served: Counter = field(default_factory=Counter)
    requests: list = field(default_factory=list)
    url: str = ""


@contextmanager
def running(hub):
    """Serve a hub on a free port of this machine."""

    class Handler(_Handler):
        pass

    Handler.hub = hub
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append((self.command, path, dict(self.headers)))
        match path.strip("/").split("/"):
            case ["api", "models", owner, name, "revision", revision]:
                self.list(self.hub.repositories.get(f"{owner}/{name}"), f"{owner}/{name}", revision)
            case [owner, name, "resolve", _, *rest]:
                self.file(self.hub.repositories.get(f"{owner}/{name}"), "/".join(rest), body)
            case _:
                self.fail(404, "NoSuchPage")

    def fail(self, status, code):
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def list(self, repository, name, revision):
        if repository is None:
            return self.fail(401, "RepoNotFound")
        if revision not in ("main", "v1", repository.commit):
            return self.fail(404, "RevisionNotFound")
        siblings = [
            {"rfilename": file, "size": len(content), "blobId": "0" * 40}
            | {"blobId": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()}
            | ({"lfs": self.lfs(content)} if large(file) else {})
            for file, content in repository.files.items()
        ]
        listing = {"id": name, "sha": repository.commit, "siblings": siblings}
        content = json.dumps(listing).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    @staticmethod
    def lfs(content):
        return {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "pointerSize": 130,
        }

    def file(self, repository, name, body):
        if repository is None:
            return self.fail(401, "RepoNotFound")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if repository.gated and token != repository.token:
            return self.fail(403 if token else 401, "GatedRepo")
        if name in self.hub.lost or name not in repository.files:
            return self.fail(404, "EntryNotFound")
        if body and self.hub.down:
            return self.fail(self.hub.down, "Down")
        if large(name) and self.hub.storage:
            return self.redirect(repository, name)
        self.content(repository, name, body)
        return None

    def redirect(self, repository, name):
        self.send_response(302)
        self.send_header("Location", f"{self.hub.storage}{self.path}")
        self.send_header("X-Repo-Commit", repository.commit)
        self.send_header("X-Linked-Etag", named(name, repository.files[name]))
        self.send_header("X-Linked-Size", str(len(repository.files[name])))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def content(self, repository, name, body):
        content = repository.files[name]
        etag = named(name, content)
        if name in self.hub.altered:
            content = bytes([content[0] ^ 1]) + content[1:]
        start = self.start(len(content))
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", repository.commit)
        self.send_header("X-Linked-Etag" if large(name) else "ETag", f'"{etag}"')
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            whole = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send_header("Content-Range", whole)
        self.end_headers()
        if body:
            self.send(name, content[start:])

    def start(self, size):
        wanted = self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").removesuffix("-") or 0) if wanted else 0
        return start if self.hub.ranges and start < size else 0

    def send(self, name, content):
        if large(name) and self.hub.cuts:
            content = content[: self.hub.cuts.pop(0)]
            self.close_connection = True
        self.hub.served[name] += len(content)
        self.wfile.write(content)
