"""Formulas for tests: random systems of gates, fat trees, and brute force over all losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

from hypothesis import strategies as st

from blastradius.engine.diagrams.formula import Draft, Formula, evaluate, users


@st.composite
def formulas(draw: st.DrawFn, variables: int = 6, gates: int = 8) -> Formula:
    """A random system of threshold gates, cycles and founded nodes included."""
    draft = Draft()
    names = [draft.variable(f"v{number}") for number in range(draw(st.integers(1, variables)))]
    made = [draft.reserve() for _ in range(draw(st.integers(1, gates)))]
    for node in made:
        inputs = draw(st.lists(st.sampled_from([*names, *made]), min_size=1, max_size=4))
        draft.say(node, draw(st.integers(0, 4 if draw(st.booleans()) else 2)), inputs)
        if draw(st.integers(0, 5)) == 0:
            draft.founded.add(node)
    return draft.formula(made[0])


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


def fat_tree(ports: int, replicas: int = 2) -> Formula:
    """A service with replicas in as many pods of a fat tree, lost when no server that holds one is reached.

    A server is lost with itself, with its switch, or when of each aggregation switch of its pod either that or all of its
    cores are lost: M. Al-Fares et al., *A scalable, commodity data center network architecture*, SIGCOMM 2008.
    """
    half, draft = ports // 2, Draft()
    cores = [[draft.variable(f"core{a}-{c}") for c in range(half)] for a in range(half)]
    behind = [draft.gate(half, row) for row in cores]
    lost = []
    for pod in range(replicas):
        paths = [draft.gate(1, [draft.variable(f"agg{pod}-{a}"), behind[a]]) for a in range(half)]
        server, switch = draft.variable(f"server{pod}"), draft.variable(f"switch{pod}")
        lost.append(draft.gate(1, [server, switch, draft.gate(half, paths)]))
    return draft.formula(draft.gate(replicas, lost))


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
