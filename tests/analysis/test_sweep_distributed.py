"""A sweep spread over a real cluster of two processes, one of them killed on the way, gives the same bytes."""

from __future__ import annotations

import os
import signal
import socket

import pytest
from drawing import parse

from blastradius.analysis.sweep import spreading, sweep
from blastradius.errors import InputError, UsageError
from blastradius.graph import DependencyGraph

COUNT = 60


@pytest.fixture(scope="module")
def system():
    """A chain with failovers and tolerances, so that losses are walked on the workers as well."""
    rows = [
        f"c{n} -> c{n + 1} (9s)\nc{n} -> c{(n * 7 + 3) % COUNT} || c{(n * 7 + 20) % COUNT} takes 4s"
        for n in range(COUNT - 1)
    ]
    return DependencyGraph(parse("\n".join([*rows, "journey one: c0", "journey two: c30"])))


@pytest.fixture
def cluster():
    """Two worker processes of one thread each."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as found:
        yield found


@pytest.mark.filterwarnings("ignore")  # of what Dask leaves behind when one of its workers is killed
def test_a_killed_worker_changes_no_byte(system, cluster, monkeypatch):
    monkeypatch.setattr(spreading, "BATCH", 16)
    expected = sweep(system, "component", 2).model_dump_json()
    killed = []

    def kill(_):
        if not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    found = sweep(system, "component", 2, scheduler=cluster.scheduler_address, progress=kill).model_dump_json()
    assert killed
    assert found == expected


def test_nobody_answers(system, monkeypatch):
    monkeypatch.setattr(spreading, "PATIENCE", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InputError, match="no scheduler answers"):
        sweep(system, "component", scheduler=address)


def test_no_address(system):
    with pytest.raises(UsageError, match="no address"):
        sweep(system, "component", scheduler="nonsense://x")
