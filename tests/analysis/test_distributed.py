"""Work spread over a real cluster of two processes, one of them killed on the way, gives the same bytes."""

from __future__ import annotations

import os
import pickle
import signal
import socket
from contextlib import contextmanager
from operator import methodcaller

import pytest
from drawing import draw, parse
from hypothesis import given, note, settings
from hypothesis import strategies as st
from strategies import EVERYTHING, TIGHT, gapped, inventories

from blastradius.analysis.availability import availability
from blastradius.analysis.figures import Figures
from blastradius.analysis.sweep import counting, pairs, spreading, sweep
from blastradius.engine import cluster as clusters
from blastradius.engine import sampling
from blastradius.engine.packed import passes
from blastradius.engine.timed.walker import Walker
from blastradius.errors import InputError, UsageError
from blastradius.graph import DependencyGraph

COUNT = 24
ASSUMED = Figures(assume=0.97)
pytestmark = pytest.mark.filterwarnings("ignore")  # of what Dask leaves behind when one of its workers is killed


@pytest.fixture(scope="module")
def system():
    """A chain with failovers and tolerances, so that losses are walked on the workers as well."""
    rows = [
        f"c{n} -> c{n + 1} (9s)\nc{n} -> c{(n * 7 + 3) % COUNT} || c{(n * 7 + 20) % COUNT} takes 4s"
        for n in range(COUNT - 1)
    ]
    return DependencyGraph(parse("\n".join([*rows, "journey one: c0", "journey two: c12"])))


@pytest.fixture(scope="module")
def local():
    """Two worker processes of one thread each, started anew where one is killed."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "3s"}),  # to one just killed
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as found,
    ):
        yield found


@pytest.fixture
def killing(local):
    """A function that kills a worker when it is called first, and the ids of what it killed."""
    killed = []

    def kill(_):
        if not killed:
            killed.append(next(worker.pid for worker in local.workers.values() if worker.pid))
            os.kill(killed[0], signal.SIGKILL)

    return kill, killed


def test_a_sweep_that_loses_a_worker_says_the_same(system, local, killing, monkeypatch):
    monkeypatch.setattr(counting, "PLAIN", -1)
    monkeypatch.setattr(spreading, "LEAST", 4)
    expected = sweep(system, "component", 2).model_dump_json()
    kill, killed = killing
    assert sweep(system, "component", 2, scheduler=local.scheduler_address, progress=kill).model_dump_json() == expected
    assert killed


def test_draws_that_lose_a_worker_are_the_same(system, local, killing, monkeypatch):
    monkeypatch.setattr(sampling, "BATCH", 500)
    expected = availability(system, figures=ASSUMED, check=10_250, seed=7).model_dump_json()
    kill, killed = killing
    found = availability(
        system, figures=ASSUMED, check=10_250, seed=7, scheduler=local.scheduler_address, progress=kill
    )
    assert killed
    assert found.model_dump_json() == expected


def test_what_kills_every_worker_is_given_up(local):
    with (
        pytest.raises(InputError, match="its workers were lost again and again"),
        clusters.connected(local.scheduler_address) as cluster,
    ):
        list(cluster.answers(clusters.Held(os._exit, 1), [methodcaller("anything")]))


def test_the_scheduler_goes_away(system, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(sampling, "BATCH", 500)
    with (
        LocalCluster(1, processes=False, protocol="tcp://", dashboard_address=None, host="127.0.0.1") as short,
        pytest.raises(InputError, match="the scheduler or its workers were lost again and again"),
    ):
        availability(
            system,
            figures=ASSUMED,
            check=1_000_000,
            scheduler=short.scheduler_address,
            progress=lambda _: short.close(),
        )


def test_a_worker_of_another_version(system, local, monkeypatch):
    monkeypatch.setattr(clusters, "VERSION", "99.0")
    with pytest.raises(InputError, match=r"a worker has blastradius .*, this is 99\.0: install the same"):
        sweep(system, scheduler=local.scheduler_address)


def test_no_worker(system, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(clusters, "PATIENCE", 1)
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=None, host="127.0.0.1") as empty,
        pytest.raises(InputError, match="has no worker: start one with `dask worker tcp://"),
    ):
        sweep(system, scheduler=empty.scheduler_address)


def test_an_encrypted_address_wants_certificates(system):
    with pytest.raises(InputError, match=r"tls://127\.0\.0\.1:1: Dask knows no certificates"):
        sweep(system, scheduler="tls://127.0.0.1:1")


def test_nobody_answers(system, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InputError, match="no scheduler answers"):
        sweep(system, scheduler=address)


@pytest.mark.parametrize("address", ["nonsense://x", "127.0.0.1:8786", "tcp://:1", "tcp://host", "tcp://a:99999", ""])
def test_no_address(system, address):
    with pytest.raises(UsageError, match="is no address"):
        sweep(system, scheduler=address)


def test_no_dask(system, monkeypatch):
    monkeypatch.setattr(clusters, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"Dask is not installed: install blastradius\[distributed\]"):
        sweep(system, scheduler="tcp://127.0.0.1:1")


def test_nothing_to_draw(system):
    with pytest.raises(UsageError, match="nothing is drawn: give --check N"):
        availability(system, figures=ASSUMED, scheduler="tcp://127.0.0.1:1")


class Here:
    """A cluster in this process: what it is told is pickled and nothing else reaches it.

    Args:
        lose: how often all that workers hold is lost.
    """

    def __init__(self, lose=0):
        self.lose, self.sent, self.done = lose, 0, 0

    status = "running"

    def nthreads(self):
        return {"one": 1, "other": 1}

    def scatter(self, what, **_):
        self.sent += 1
        return pickle.loads(pickle.dumps(what))

    def submit(self, function, *arguments, **_):
        here, told = self, pickle.dumps((function, arguments[1]))

        class Future:
            def result(self):
                from distributed.client import FutureCancelledError

                if here.lose and here.done:
                    here.lose -= 1
                    raise FutureCancelledError("key", "lost")
                here.done += 1
                work, task = pickle.loads(told)
                return pickle.loads(pickle.dumps(work(arguments[0], task)))

        return Future()


def there(inventory, cluster, way="all", graph_pays=True, order=2):
    """A sweep by such a cluster, and by this process, in the same way; both as bytes."""

    @contextmanager
    def connected(_):
        yield clusters.Cluster(cluster, "tcp://here:1")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "connected", connected)
        patch.setattr(counting, "PLAIN", -1)
        patch.setattr(spreading, "LEAST", 2)
        patch.setattr(spreading, "_WALKED", 1)
        patch.setattr(spreading, "_GRAPH", 1 << 30 if graph_pays else 0)
        patch.setattr(pairs, "EVERY_PAIR", 400 if way == "all" else 0)
        patch.setattr(pairs, "WORTH", -1 if way == "met" else 1 << 60)
        graph = DependencyGraph(inventory)
        return [
            sweep(graph, "component", order, scheduler=scheduler).model_dump_json()
            for scheduler in ("tcp://here:1", None)
        ]


@pytest.mark.parametrize("features", [EVERYTHING, TIGHT], ids=["everything", "tight"])
@settings(max_examples=25)
@given(data=st.data())
def test_workers_say_what_one_process_says(features, data):
    inventory = data.draw(gapped(features.but(largest=min(features.largest, 6))))
    note(draw(inventory))
    way = data.draw(st.sampled_from(["all", "filter", "met"]))
    found, expected = there(inventory, Here(), way, data.draw(st.booleans()))
    assert found == expected


@settings(max_examples=40)
@given(data=st.data())
def test_draws_are_the_same_whoever_draws_and_however(data):
    inventory = data.draw(inventories(EVERYTHING))
    note(draw(inventory))
    circuit = DependencyGraph(inventory).circuit
    nodes = list(range(circuit.named_count))
    chance = {node: data.draw(st.sampled_from([0.0, 0.01, 0.3, 1.0])) for node in range(circuit.component_count)}
    trials, seed = data.draw(st.integers(0, 90)), data.draw(st.integers(0, 9))
    when = data.draw(st.sampled_from(["at_once", "eventually"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "BATCH", 40)
        plain = sampling.sampled(circuit, nodes, chance, trials, seed, when)
        spread = sampling.sampled(
            circuit, nodes, chance, trials, seed, when, cluster=clusters.Cluster(Here(), "tcp://here:1")
        )
        patch.setattr(sampling, "PLAIN", -1)
        assert sampling.sampled(circuit, nodes, chance, trials, seed, when) == plain == spread


def test_batches_are_drawn_apart():
    circuit = DependencyGraph(parse("journey buy: shop\nshop -> db")).circuit
    sampler = sampling.Sampler(sampling.Plain(circuit, [0, 1], "eventually").down, [(0, 0.4), (1, 0.4)], 3)
    first, second = sampler.batch(0, 1000), sampler.batch(1, 1000)
    assert first != second
    assert sampler.batch(0, 1000) == first


SHOP = "shop -> db || copy takes 9s\nshop -> cart (5s)\ncart -> copy\ncopy: recovery 5m\njourney buy: shop"


def test_what_all_workers_lost_is_sent_again():
    cluster = Here(lose=2)
    found, expected = there(parse(SHOP), cluster)
    once = Here()
    there(parse(SHOP), once)
    assert found == expected
    assert cluster.lose == 0
    assert cluster.sent == once.sent + 2


def test_workers_that_lose_everything_again_and_again_are_given_up():
    with pytest.raises(InputError, match="tcp://here:1: the scheduler or its workers were lost again and again"):
        there(parse(SHOP), Here(lose=1000))


def test_a_worker_without_numba_walks_as_one_with_it(monkeypatch):
    graph = DependencyGraph(parse(SHOP.replace("copy: recovery 5m\n", "")))
    walker = Walker(graph.circuit, (), [None], compiled=True)
    losses = [[number] for number in range(graph.circuit.component_count)]
    expected = walker.walk(losses, states=True)
    told = pickle.dumps(walker)
    monkeypatch.setattr(passes, "has_numba", lambda: False)
    other = pickle.loads(told)
    assert not other.compiled
    found = other.walk(losses, states=True)
    for name in ("left", "down", "degraded", "exposed", "ends", "states"):
        assert list(getattr(found, name)) == list(getattr(expected, name))
