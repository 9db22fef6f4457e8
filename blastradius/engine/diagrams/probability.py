"""The probability of a formula whose variables are independent, and what each variable has to do with it.

Exact: Shannon's expansion along the diagram of each module, a module standing in the rest as one variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blastradius.engine.diagrams.solving import Solution
from blastradius.engine.diagrams.tables import Table


def probability(solution: Solution, chance: Mapping[int, float]) -> float:
    """The probability of the top.

    Args:
        solution: a solved formula of which every module has its diagram.
        chance: probability of each variable, 0 to 1.
    """
    return _values(solution, chance)[0]


def sensitivities(solution: Solution, chance: Mapping[int, float]) -> tuple[float, dict[int, float]]:
    """The probability of the top, and its derivative by the probability of each variable (Birnbaum's importance).

    The derivative is the probability that the variable decides: Z. W. Birnbaum, *On the importance of different
    components in a multicomponent system*, 1969.

    Args:
        solution: a solved formula of which every module has its diagram.
        chance: probability of each variable, 0 to 1.
    """
    total, weight, values = _values(solution, chance)
    slope: dict[int, float] = {solution.modules[-1].root: 1.0}
    for module, known in zip(reversed(solution.modules), reversed(values), strict=True):
        diagram = module.diagram
        assert diagram is not None
        passing = [0.0] * len(known)
        passing[diagram.top] = slope.get(module.root, 0.0) if module.leaves != (module.root,) else 1.0
        own = [0.0] * len(module.leaves)
        for node in range(diagram.top, 1, -1):
            level, high, low = diagram.level[node], diagram.high[node], diagram.low[node]
            part, likely = passing[node], weight[module.leaves[level]]
            own[level] += part * (known[high] - known[low])
            passing[high] += part * likely
            passing[low] += part * (1.0 - likely)
        slope.update(zip(module.leaves, own, strict=True))
    return total, {variable: slope.get(variable, 0.0) for variable in chance}


def told(chance: float) -> float:
    """A probability to as many digits as do not depend on the order of a sum, hence on which diagram was made."""
    return float(f"{chance:.12g}")


def certain(
    solution: Solution, chance: Mapping[int, float], variables: Iterable[int], value: float
) -> dict[int, float]:
    """The probability of the top were a variable certain, for each of some variables.

    Evaluated anew, for a difference of two probabilities loses the digits of what is left.

    Args:
        solution: a solved formula of which every module has its diagram.
        chance: probability of each variable, 0 to 1.
        variables: which ones.
        value: 0 for never, 1 for always.
    """
    _, known, _ = _values(solution, chance)
    holder = {leaf: at for at, module in enumerate(solution.modules) for leaf in module.leaves}
    found = {}
    for variable in variables:
        # only the modules around it differ
        changed, at = {variable: value}, holder.get(variable)
        while at is not None:
            module = solution.modules[at]
            diagram = module.diagram
            assert diagram is not None
            weights = [changed[leaf] if leaf in changed else known[leaf] for leaf in module.leaves]
            result = _along(diagram, weights)[diagram.top]
            changed = {module.root: result}
            outer = holder.get(module.root)
            at = None if at == len(solution.modules) - 1 or outer == at else outer
        found[variable] = changed.get(solution.modules[-1].root, known[solution.modules[-1].root])
    return found


def _values(solution: Solution, chance: Mapping[int, float]) -> tuple[float, dict[int, float], list[list[float]]]:
    """The probability of the top, of every variable and module, and of every node of each module's diagram."""
    weight = dict(chance)
    total = 0.0
    values = []
    for module in solution.modules:
        diagram = module.diagram
        assert diagram is not None
        known = _along(diagram, [weight[leaf] for leaf in module.leaves])
        total = weight[module.root] = known[diagram.top]
        values.append(known)
    return total, weight, values


def _along(diagram: Table, weights: Sequence[float]) -> list[float]:
    """The probability of every node of a diagram, by those of its levels."""
    known = [0.0, 1.0] + [0.0] * (len(diagram.level) - 2)
    for node in range(2, len(known)):
        likely = weights[diagram.level[node]]
        known[node] = likely * known[diagram.high[node]] + (1.0 - likely) * known[diagram.low[node]]
    return known
