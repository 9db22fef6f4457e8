"""One peer on one graph: prints seconds a loss and what it found, as JSON. Runs in the peer's own environment.

    python _peer.py rustworkx|faultray EDGES LOSSES SECONDS

EDGES: a line `dependent dependency` each, by number. LOSSES: the losses to try, in their order, as long as SECONDS last.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable


def rustworkx(edges: list[tuple[int, int]], count: int) -> dict[str, Callable[[int], int]]:
    import rustworkx as rx

    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from_no_data([(dependency, dependent) for dependent, dependency in edges])
    return {"reachability": lambda lost: len(rx.descendants(graph, lost)) + 1}


def faultray(edges: list[tuple[int, int]], count: int) -> dict[str, Callable[[int], int]]:
    from faultray.model.components import Component, ComponentType, Dependency
    from faultray.model.graph import InfraGraph
    from faultray.simulator.cascade import CascadeEngine
    from faultray.simulator.scenarios import Fault, FaultType

    graph = InfraGraph()
    for number in range(count):
        graph.add_component(Component(id=str(number), name=str(number), type=ComponentType.APP_SERVER))
    for dependent, dependency in edges:
        graph.add_dependency(Dependency(source_id=str(dependent), target_id=str(dependency)))
    engine = CascadeEngine(graph)

    def cascade(lost: int) -> int:
        fault = Fault(target_component_id=str(lost), fault_type=FaultType.COMPONENT_DOWN)
        return len(
            {effect.component_id for effect in engine.simulate_fault(fault).effects if effect.health.value == "down"}
        )

    return {"reachability": lambda lost: len(graph.get_all_affected(str(lost))) + 1, "cascade": cascade}


def main() -> None:
    """Build the graph, try losses until the time is up."""
    name, path, chosen, seconds = sys.argv[1:]
    with open(path, encoding="ascii") as file:
        count, *rows = ([int(text) for text in line.split()] for line in file)
    started = time.perf_counter()
    ways = {"rustworkx": rustworkx, "faultray": faultray}[name]([(one, other) for one, other in rows], count[0])
    told: dict[str, object] = {"built": time.perf_counter() - started}
    for way, ask in ways.items():
        found, began = {}, time.perf_counter()
        problem = None
        for lost in map(int, chosen.split(",")):
            try:
                found[lost] = ask(lost)
            except RecursionError:
                problem = "RecursionError"
                break
            if time.perf_counter() - began > float(seconds):
                break
        told[way] = {"each": (time.perf_counter() - began) / max(len(found), 1), "found": found, "problem": problem}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
