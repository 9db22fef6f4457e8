"""What states of AWS Step Functions call by HTTP, the same in every source that holds a definition.

Source: docs.aws.amazon.com/step-functions, "Call HTTPS APIs in Step Functions workflows".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ENDPOINT = "ApiEndpoint"
"""Argument of a state that holds the address it calls."""
COMPUTED = "is computed while the machine runs: state the dependency in blastradius.yaml"
"""Why the address of such a state may not be known."""
_MOST = 20_000


def computed_at_run(name: str, text: str | None) -> bool:
    """Whether a value is taken from the input of a run: a path, or an expression in JSONata.

    Args:
        name: of the argument; a path is said by `.$` behind it.
        text: its value; None where that is no text.
    """
    return name.endswith(".$") or (text or "").lstrip().startswith(("{%", "$.", "$$."))


def endpoints(definition: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of the addresses that states call, in the order in which they stand."""
    left = [definition]
    for _ in range(_MOST):
        if not left:
            return
        one = left.pop()
        if isinstance(one, dict):
            yield from ((key, value) for key, value in one.items() if str(key).removesuffix(".$") == ENDPOINT)
            left.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            left.extend(reversed(one))
