"""Formulas for tests and benchmarks: fat trees, and brute force over all losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

import numpy as np

from blastradius.engine.diagrams.formula import Draft, Formula, evaluate, users


def minimal_sets(labels: Iterable[str], breaks: Callable[[frozenset[str]], bool]) -> set[frozenset[str]]:
    """Every minimal set of labels for which something holds, by trying all sets."""
    found: set[frozenset[str]] = set()
    everything = sorted(labels)
    for size in range(len(everything) + 1):
        for chosen in map(frozenset, combinations(everything, size)):
            if not any(one <= chosen for one in found) and breaks(chosen):
                found.add(chosen)
    return found


def holds(formula: Formula) -> Callable[[frozenset[str]], bool]:
    """Whether the top holds when some labels are true."""
    used, nodes = users(formula), {label: node for node, label in formula.labels.items()}
    return lambda lost: bool(evaluate(formula, [nodes[one] for one in lost if one in nodes], used)[formula.top])


def probability_by_states(chance: Mapping[str, float], breaks: Callable[[frozenset[str]], bool]) -> float:
    """The sum over all states of everything."""
    labels = sorted(chance)
    total = 0.0
    for size in range(len(labels) + 1):
        for chosen in map(frozenset, combinations(labels, size)):
            if breaks(chosen):
                part = 1.0
                for label in labels:
                    part *= chance[label] if label in chosen else 1.0 - chance[label]
                total += part
    return total


def fat_tree(ports: int, replicas: int = 2, services: int = 1, *, links: bool = False) -> Formula:
    """Services with replicas in as many pods of a fat tree, lost when of one of them no server that holds a replica is reached.

    A server is lost with itself, with its switch (one for all services of a pod), or when of each aggregation switch of its
    pod either that or all of its cores are lost: M. Al-Fares et al., *A scalable, commodity data center network architecture*,
    SIGCOMM 2008. With `links`, every cable may be lost as well.
    """
    half, draft = ports // 2, Draft()

    def lossy(name: str, *parts: int) -> int:
        return draft.gate(1, [*parts, *([draft.variable(name)] if links else [])])

    cores = [[draft.variable(f"core{a}-{c}") for c in range(half)] for a in range(half)]
    reached = []
    for pod in range(replicas):
        switch, paths = draft.variable(f"switch{pod}"), []
        for a in range(half):
            above = draft.gate(half, [lossy(f"up{pod}-{a}-{c}", core) for c, core in enumerate(cores[a])])
            paths.append(lossy(f"down{pod}-{a}", draft.variable(f"agg{pod}-{a}"), above))
        reached.append(draft.gate(1, [switch, draft.gate(half, paths)]))
    lost = [
        draft.gate(
            replicas,
            [lossy(f"port{pod}-{s}", draft.variable(f"server{pod}-{s}"), reached[pod]) for pod in range(replicas)],
        )
        for s in range(services)
    ]
    return draft.formula(draft.gate(1, lost))


def fat_tree_counts(ports: int, services: int = 1, *, links: bool = False) -> dict[int, int]:
    """How many minimal sets `fat_tree` has by order with two replicas, counted by hand: a polynomial in the order.

    Let *a* be what alone takes an aggregation switch's way from one pod, *c* what alone takes one of its cores from that pod
    alone (its link, if links fail), s what alone takes one server, t its switch. One way is cut in one pod by a or by cutting
    each core: a + (c + z)^h. In both pods: by a in each; by a in one and the cores of the other, not all of them by the core
    itself, which would cut both; or each core by itself or by its link in both pods: a^2 + 2a((c + z)^h - z^h) + (z + c^2)^h.
    Ways do not share anything, so all of them multiply; and a set of all cores cuts both pods and needs nothing beside it.
    """
    half = ports // 2
    z = [0, 1]
    link = z if links else [0]
    way = _plus(z, link)
    core = _plus(z, link)
    apart = _times([2], way, _plus(_power(core, half), _power(z, half), -1))
    both = _plus(_plus(_times(way, way), apart), _power(_plus(z, _times(link, link)), half))
    pod = _plus(_power(_plus(way, _power(core, half)), half), _power(z, half * half), -1)
    server = _plus(z, link)
    servers = _plus(_times([services], server, server), _times([2 * services], server, z), 1)
    total = _plus(
        _plus(servers, _times(z, z)), _plus(_times([2], _plus(_times([services], server), z), pod), _power(both, half))
    )
    return {order: count for order, count in enumerate(total) if count}


def _plus(one: list[int], other: list[int], times: int = 1) -> list[int]:
    """A polynomial plus another, a number of times."""
    width = max(len(one), len(other))
    padded = [[*p, *[0] * (width - len(p))] for p in (one, other)]
    return [a + times * b for a, b in zip(*padded, strict=True)]


def _times(*factors: list[int]) -> list[int]:
    made = [1]
    for factor in factors:
        product = [0] * (len(made) + len(factor) - 1)
        for at, a in enumerate(made):
            for to, b in enumerate(factor):
                product[at + to] += a * b
        made = product
    return made


def _power(base: list[int], exponent: int) -> list[int]:
    return _times(*[base] * exponent)


def cut_sets_by_reach(ports: int, services: int, *, links: bool) -> dict[int, int]:
    """Minimal sets of `fat_tree` by order: in every state of all parts at once, what the cores reach by cables that stand.

    Knows no formula: a bit for each state, spread over the cables until nothing more is reached.
    """
    half = ports // 2
    cables: dict[str, tuple[str, str]] = {}
    for pod in range(2):
        cables |= {f"port{pod}-{s}": (f"server{pod}-{s}", f"switch{pod}") for s in range(services)}
        cables |= {f"down{pod}-{a}": (f"switch{pod}", f"agg{pod}-{a}") for a in range(half)}
        for a in range(half):
            cables |= {f"up{pod}-{a}-{c}": (f"agg{pod}-{a}", f"core{a}-{c}") for c in range(half)}
    devices = sorted({end for ends in cables.values() for end in ends})
    parts = [*devices, *(sorted(cables) if links else ())]
    states = np.zeros(1 << len(parts), np.bool_)

    def standing(at: int) -> np.ndarray:
        up = states.copy()
        up.reshape(-1, 2, 1 << at)[:, 0] = True
        return np.packbits(up)

    stands = {part: standing(at) for at, part in enumerate(parts)}
    reached = {device: stands[device] if device.startswith("core") else stands[device] & 0 for device in devices}
    changed = True
    while changed:
        changed = False
        for name, ends in cables.items():
            for here, there in (ends, ends[::-1]):
                more = reached[here] | reached[there] & stands[here] & stands.get(name, 0xFF)
                changed |= bool((more != reached[here]).any())
                reached[here] = more
    lost = reached["core0-0"] & 0
    for s in range(services):
        lost |= ~(reached[f"server0-{s}"] | reached[f"server1-{s}"])
    breaks = np.unpackbits(lost).view(np.bool_)
    minimal, orders = breaks.copy(), np.zeros(states.size, np.uint8)
    for at in range(len(parts)):  # as rows of two: without a part, and with it lost
        without, minimal_with, more = (x.reshape(-1, 2, 1 << at) for x in (breaks, minimal, orders))
        minimal_with[:, 1] &= ~without[:, 0]
        more[:, 1] += 1
    counted = np.bincount(orders[minimal])
    return {order: int(count) for order, count in enumerate(counted) if count}


def as_open_psa(formula: Formula, chance: float = 0.001) -> str:
    """A formula without cycles as a model in Open-PSA XML, every basic event of the same probability."""
    gates = []
    for node, inputs in enumerate(formula.inputs):
        if formula.thresholds[node] < 1:
            continue
        parts = "".join(
            f'<basic-event name="{formula.labels[one]}"/>' if one in formula.labels else f'<gate name="g{one}"/>'
            for one in inputs
        )
        kind, count = formula.thresholds[node], len(inputs)
        # others refuse an at-least of one or of all
        open_, close = (
            ("or", "or") if kind == 1 else ("and", "and") if kind == count else (f'atleast min="{kind}"', "atleast")
        )
        body = parts if count == 1 else f"<{open_}>{parts}</{close}>"
        gates.append(f'<define-gate name="g{node}">{body}</define-gate>')
    events = "".join(
        f'<define-basic-event name="{label}"><float value="{chance}"/></define-basic-event>'
        for label in formula.labels.values()
    )
    head = '<?xml version="1.0"?><opsa-mef><define-fault-tree name="t">'
    return f"{head}{''.join(gates)}</define-fault-tree><model-data>{events}</model-data></opsa-mef>"
