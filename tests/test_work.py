"""The seam for work side by side: the same results wherever they are made."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jianghua import work
from jianghua.errors import JianghuaError
from jianghua.work import cluster, combined, each

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")


def scaled(factor: int, number: int) -> int:
    return factor * number


def inside(_: int) -> tuple[bool, int]:
    return work.active_client() is None, work.processors()


def bracket(a: str, b: str) -> str:
    return f"({a}{b})"


def refuse(number: int) -> int:
    if number == 2:
        raise JianghuaError("two is refused", "number", "three")
    return number


def die_once(mark: str, number: int) -> int:
    """The first to come to number 3 takes its worker with it."""
    if number == 3 and not Path(mark).exists():
        Path(mark).touch()
        os._exit(1)
    time.sleep(0.01)
    return number


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local,
        distributed.Client(local) as client,
    ):
        yield client


@pytest.mark.parametrize("how", [{"workers": 1}, {"workers": 2}, {"workers": 2, "threads": True}])
def test_results_come_in_the_order_of_the_items(how: dict[str, Any]) -> None:
    """One worker or two, processes or threads: the same results in the same order."""
    assert list(each(scaled, range(20), shared=(3,), **how)) == [3 * n for n in range(20)]


@pytest.mark.parametrize("items", [*range(1, 18), 64])
def test_results_merge_as_a_tree(items: int) -> None:
    """Neighbours merge first; what is left over waits for the next round."""

    def level(parts: list[str]) -> str:
        while len(parts) > 1:
            odd = parts[len(parts) - len(parts) % 2 :]
            parts = [bracket(a, b) for a, b in zip(parts[::2], parts[1::2], strict=False)] + odd
        return parts[0]

    assert combined(str, range(items), bracket, workers=1) == level([str(n) for n in range(items)])


def test_a_cluster_merges_in_the_same_order(client: Any) -> None:
    """The same tree, and so the same bits of a sum, here and on a cluster."""
    assert work.active_client() is client
    assert combined(str, range(7), bracket) == "(((01)(23))((45)6))"


def test_nothing_to_do_is_done() -> None:
    """No items, no results."""
    assert list(each(scaled, [], shared=(3,))) == []


def test_progress_is_told() -> None:
    """Every result is told as it comes."""
    heard: list[tuple[int, int]] = []
    list(each(scaled, range(3), shared=(1,), workers=1, told=lambda d, of: heard.append((d, of))))
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_a_cluster_gives_the_same(client: Any) -> None:
    """An active client is used unasked, and gives the same results in the same order."""
    assert work.active_client() is client
    assert list(each(scaled, range(20), shared=(3,))) == [3 * n for n in range(20)]


def test_a_task_shares_nothing_out(client: Any) -> None:
    """Inside a task the work is shared out already: no client, one processor."""
    assert list(each(inside, [1, 2])) == [(True, 1)] * 2


@pytest.mark.filterwarnings("ignore")
def test_a_lost_worker_is_survived(client: Any, tmp_path: Path) -> None:
    """What a worker had begun when it died is done again by another."""
    mark = tmp_path / "died"
    assert list(each(die_once, range(8), shared=(str(mark),))) == list(range(8))
    assert mark.exists()


def test_an_error_on_a_cluster_is_the_error(client: Any) -> None:
    """What is wrong with an item is said as it is said here."""
    with pytest.raises(JianghuaError, match=r"number: two is refused\. Try: three"):
        list(each(refuse, range(4)))


def test_no_cluster_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers is one line."""
    monkeypatch.setattr(work, "PATIENCE", 1)
    with pytest.raises(JianghuaError, match="no Dask cluster answers"), cluster("127.0.0.1:9"):
        pass


def test_a_local_cluster_is_made_and_ended() -> None:
    """Inside the block there is a client, after it none of ours."""
    before = work.active_client()
    with cluster("local"):
        assert work.active_client() is not before
        assert list(each(scaled, range(4), shared=(2,))) == [0, 2, 4, 6]
