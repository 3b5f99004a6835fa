"""Workers on many machines: actors of Ray [1].

Each is a process somewhere in the cluster that loads its models once, reads photos and writes parts
of results where the job says: in a folder that all machines share, or at a URL. What travels to it
and back are orders and short messages; pixels never do.

An actor for each worker it is, and not a pipeline of Ray Data, for four reasons. A job is told of
each item when its stages begin and end, which its journal needs to do nothing twice. What was lost
with a worker is tried again alone, to learn which photo it was. A worker that hangs in one photo is
ended, and the others go on. And photos would go through Ray's store of objects for nothing.

Every machine has to have this package and its libraries: give all of them the same image. Who may
read and write at URLs is said by the environment of each.

References:
    [1] Moritz et al. Ray: a distributed framework for emerging AI applications. OSDI 2018.
        arXiv:1712.05889
"""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastseg_edit.batching.storage.stores import Folder
from fastseg_edit.batching.workers import joining, nurseries
from fastseg_edit.batching.workers.station import Station
from fastseg_edit.errors import FastsegError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastseg_edit.batching.storage.stores import Store
    from fastseg_edit.batching.workers.messages import Message, Order, Setup


@dataclass(frozen=True)
class Cluster:
    """Where a cluster is, and what each worker gets of it.

    Attributes:
        address: As Ray has it: "auto", "host:port", "ray://host:port"; "local" for one of this
            machine's own, which ends with the job.
        gpus: How many graphics cards each worker gets; fractions share one.
        cpus: How many processors each gets.
    """

    address: str = "local"
    gpus: float = 0.0
    cpus: int = 1

    @property
    def one_machine(self) -> bool:
        """Whether all workers surely share the memory of one machine."""
        return self.address == "local"

    def crew(self, setup: Setup) -> Actors:
        """Return what workers come from. Raises a FastsegError if there is no cluster."""
        return Actors(self, setup)


class Actor:
    """A worker somewhere in a cluster.

    Args:
        handle: Ray's name for it.
        ray: The library.
    """

    def __init__(self, handle: Any, ray: Any) -> None:
        self._handle, self._ray = handle, ray
        self._said = deque["Message"]()
        self._end = ""
        self.next = handle.hear.remote()

    @property
    def speaks(self) -> bool:
        """Whether it has said something that nobody has heard yet."""
        return bool(self._said)

    def give(self, order: Order) -> None:
        """Let it do an item, after those that it has. Whether it lives, hearing it will tell."""
        with suppress(self._ray.exceptions.RayError):
            self._handle.take.remote(order)

    def heard(self) -> Message | None:
        """Return what it says. None if it is dead."""
        try:
            while not self._said:
                self._said.extend(self._ray.get(self.next))
                self.next = self._handle.hear.remote()
        except self._ray.exceptions.RayError as error:
            self._end = joining.reason(error)
            return None
        return self._said.popleft()

    def dismiss(self) -> str:
        """End it, and return how it ended."""
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(self._handle)
        return self._end or "it was ended"


class Actors:
    """Workers that are actors of Ray.

    Args:
        cluster: Where, and with how much.
        setup: What each has to know.

    Raises:
        ModelError: With E_MODEL_MISSING, if Ray is not installed.
        FastsegError: With E_WORKER, if the cluster cannot be reached, or gives no such worker.
    """

    def __init__(self, cluster: Cluster, setup: Setup) -> None:
        self._ray = joining.library()
        self._ours = not self._ray.is_initialized()
        if self._ours:
            joining.connect(self._ray, cluster.address)
        self._setup = replace(
            setup,
            photos=_absolute(setup.photos),
            results=_absolute(setup.results),
            threads=setup.threads or nurseries.usual_threads(),
        )
        self._kind = self._ray.remote(
            num_cpus=cluster.cpus, num_gpus=cluster.gpus, max_restarts=0, max_concurrency=2
        )(Station)
        self._check(cluster)

    def hire(self) -> Actor:
        """Return a new worker. It begins when the cluster has room for it."""
        return Actor(self._kind.remote(self._setup, os.getcwd()), self._ray)  # noqa: PTH109 (text)

    def listen(self, hands: Sequence[Actor], seconds: float) -> list[Actor]:
        """Wait until some have something to say or are dead, and return them."""
        if not hands:
            time.sleep(seconds)  # there may be workers later: for photos that are still to come
        if speaking := [hand for hand in hands if hand.speaks]:
            seconds = 0.0
        waiting = {hand.next: hand for hand in hands if not hand.speaks}
        if waiting:
            self._ray.wait([*waiting], num_returns=1, timeout=seconds, fetch_local=False)
            ready, _ = self._ray.wait(
                [*waiting], num_returns=len(waiting), timeout=0, fetch_local=False
            )
            speaking += [waiting[each] for each in ready]
        return speaking

    def close(self) -> None:
        """Leave the cluster, and end it if it is ours alone."""
        if self._ours:
            self._ray.shutdown()

    def _check(self, cluster: Cluster) -> None:
        """Refuse to wait for what no machine of the cluster can give."""
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        if not any(
            node.get("CPU", 0) >= cluster.cpus and node.get("GPU", 0) >= cluster.gpus
            for node in nodes
        ):
            most = max((node.get("GPU", 0) for node in nodes), default=0)
            self.close()
            raise FastsegError(
                "E_WORKER",
                f"no machine of the cluster has {cluster.cpus} processors and {cluster.gpus:g} "
                f"graphics cards; the most cards that one has are {most:g}",
            )


@contextmanager
def joined(cluster: Cluster) -> Iterator[int]:
    """Join a cluster for a while, and yield how many workers it has room for, at least 1.

    Raises:
        FastsegError: As of `Actors`.
    """
    ray = joining.library()
    ours = not ray.is_initialized()
    if ours:
        joining.connect(ray, cluster.address)
    try:
        room = ray.cluster_resources()
        counts = [room.get("CPU", 0) / cluster.cpus]
        if cluster.gpus:
            counts.append(room.get("GPU", 0) / cluster.gpus)
        yield max(1, int(min(counts)))
    finally:
        if ours:
            ray.shutdown()


def _absolute(store: Store) -> Store:
    """Return a store that is the same wherever a process runs."""
    return Folder(Path(store.path).absolute()) if isinstance(store, Folder) else store
