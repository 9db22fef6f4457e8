"""The probability of a formula whose variables are independent, and what each variable has to do with it.

Exact: Shannon's expansion along the diagram of each module, a module standing in the rest as one variable.
"""

from __future__ import annotations

from collections.abc import Mapping

from blastradius.engine.diagrams.solving import Solution


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


def _values(solution: Solution, chance: Mapping[int, float]) -> tuple[float, dict[int, float], list[list[float]]]:
    """The probability of the top, of every variable and module, and of every node of each module's diagram."""
    weight = dict(chance)
    total = 0.0
    values = []
    for module in solution.modules:
        diagram = module.diagram
        assert diagram is not None
        weights = [weight[leaf] for leaf in module.leaves]
        known = [0.0, 1.0] + [0.0] * (len(diagram.level) - 2)
        for node in range(2, len(known)):
            likely = weights[diagram.level[node]]
            known[node] = likely * known[diagram.high[node]] + (1.0 - likely) * known[diagram.low[node]]
        total = weight[module.root] = known[diagram.top]
        values.append(known)
    return total, weight, values
