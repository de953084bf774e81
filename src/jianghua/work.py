"""Work side by side: the one seam through which the rooms share work out.

Here, joblib's threads or processes; where a Dask client is active, its cluster, wherever its
machines are. Whoever shares work out says neither: the same results come back in the same order.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from jianghua.errors import JianghuaError

Item = TypeVar("Item")
Result = TypeVar("Result")
Told = Callable[[int, int], None]

PATIENCE = 30  # seconds for a cluster to answer


def each(
    do: Callable[..., Result],
    items: Iterable[Any],
    shared: Sequence[Any] = (),
    workers: int | None = None,
    threads: bool = False,
    told: Told = lambda done, of: None,
) -> Iterator[Result]:
    """``do(*shared, item)`` for every item: the results, in the order of the items.

    ``shared`` goes to every worker once. ``workers`` are threads (for work that leaves the
    interpreter free) or processes, one a processor where not said; with an active Dask client its
    workers do it, and what a lost one had begun is done again by another. An error in one item is
    raised when its turn comes. ``told(done, of)`` hears of progress.
    """
    items = list(items)
    client = active_client() if len(items) > 1 else None
    if client is not None:
        results = _on_cluster(client, do, items, shared)
    else:
        results = _here(partial(do, *shared), items, workers, threads)
    for done, result in enumerate(results, start=1):
        told(done, len(items))
        yield result


def combined(
    do: Callable[..., Result],
    items: Iterable[Any],
    merge: Callable[[Result, Result], Result],
    shared: Sequence[Any] = (),
    workers: int | None = None,
) -> Result:
    """All results of `each` in one, merged two by two, neighbours first.

    The order of merging follows from the number of items alone, so that sums of floating-point
    numbers have the same bits wherever they are made. On a cluster the merging is done there.
    """
    items = list(items)
    client = active_client()
    if client is None:
        return _merged(each(do, items, shared, workers), merge)
    futures = _submitted(client, do, items, shared)
    while len(futures) > 1:
        last = futures[len(futures) - len(futures) % 2 :]
        pairs = zip(futures[::2], futures[1::2], strict=False)
        futures = [client.submit(merge, a, b, pure=False) for a, b in pairs] + last
    return futures[0].result()


def _merged(results: Iterable[Result], merge: Callable[[Result, Result], Result]) -> Result:
    """The same tree, with no more than log₂ of the results waiting at any time."""
    waiting: list[tuple[int, Result]] = []  # how many results are in it
    for result in results:
        size = 1
        while waiting and waiting[-1][0] == size:
            size, result = 2 * size, merge(waiting.pop()[1], result)
        waiting.append((size, result))
    last = waiting.pop()[1]
    while waiting:
        last = merge(waiting.pop()[1], last)
    return last


def processors() -> int:
    """How many processors this process may use; one where its task is one of many."""
    if "distributed" in sys.modules and _in_task():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(
    do: Callable[[Any], Result], items: Sequence[Any], workers: int | None, threads: bool
) -> Iterator[Result]:
    workers = min(processors() if workers is None else workers, len(items))
    if workers < 2:
        return map(do, items)
    from joblib import Parallel, delayed

    if threads:
        share = Parallel(workers, prefer="threads", return_as="generator")
    else:
        share = Parallel(
            workers, prefer="processes", return_as="generator",
            initializer=_end_with, initargs=(os.getpid(),),
        )  # fmt: skip
    return share(delayed(do)(item) for item in items)


def _end_with(parent: int) -> None:
    """Let this process end when its parent does, even a parent that was killed, and one that had
    died before this process was ready for work."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


# --- a cluster ------------------------------------------------------------------------------------


def active_client() -> Any:
    """The Dask client to share work out through; None where there is none, and inside a task of
    a cluster, whose work is shared out already."""
    if "distributed" not in sys.modules or _in_task():  # importing it takes time
        return None
    from distributed import get_client

    try:
        return get_client()
    except ValueError:
        return None


def _in_task() -> bool:
    from distributed import get_worker

    try:
        get_worker()
    except ValueError:
        return False
    return True


def _on_cluster(
    client: Any, do: Callable[..., Result], items: Sequence[Any], shared: Sequence[Any]
) -> Iterator[Result]:
    futures = _submitted(client, do, items, shared)
    while futures:
        yield futures.pop(0).result()


def _submitted(
    client: Any, do: Callable[..., Any], items: Sequence[Any], shared: Sequence[Any]
) -> list[Any]:
    # Submitted, not scattered: what a lost worker held is made again from the task.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        given = [client.submit(_given, value, pure=False) for value in shared]
    return [client.submit(do, *given, item, pure=False) for item in items]


def _given(value: Any) -> Any:
    return value


@contextmanager
def cluster(address: str | None) -> Iterator[None]:
    """Work goes to the Dask cluster at ``address`` inside this block; "local" starts one of
    processes on this machine, None changes nothing."""
    if address is None:
        yield
        return
    with _client(address) as client:
        _same_version(client)
        yield


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise JianghuaError(
            "Dask is not installed", "--cluster", "pip install 'jianghua[scale]'"
        ) from None
    if address == "local":
        with (
            LocalCluster(threads_per_worker=1, dashboard_address="127.0.0.1:0") as made,  # type: ignore[no-untyped-call]
            Client(made) as client,  # type: ignore[no-untyped-call]
        ):
            yield client
        return
    try:
        client = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise JianghuaError(
            f"no Dask cluster answers: {error}", address, "dask scheduler, and its address"
        ) from None
    with client:
        yield client


def _same_version(client: Any) -> None:
    """Workers with another version of this package would answer differently."""
    ours = _version()
    others = set(client.run(_version).values()) - {ours}
    if others:
        raise JianghuaError(
            f"workers have version {', '.join(sorted(others))}, here is {ours}",
            "--cluster",
            "the same version everywhere",
        )


def _version() -> str:
    from importlib.metadata import version

    return version("jianghua")
