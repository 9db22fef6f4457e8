"""How CloudFront chooses between the origins of a group, whatever declares it.

Source: Amazon CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover" and "Request and
response behavior for origin groups": a request is sent to the second origin where the first cannot be reached, or
answers with a status code that the group names; only GET, HEAD and OPTIONS are.
"""

from __future__ import annotations

from collections.abc import Iterable

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_GUIDE = "CloudFront Developer Guide, origin failover"
GROUP = f"a request that the first origin fails is sent to the second; only reads fail over ({_GUIDE})"
NEVER = f"its origin group names no 5xx status code: where the first answers with errors, nothing fails over ({_GUIDE})"
SECOND = "used where the first origin answers with a status code that the group names"
WRITES = f"requests that write do not fail over to another origin ({_GUIDE})"


def fails_over(codes: Iterable[str | None]) -> bool:
    """Whether a group goes to its second origin when the first is in trouble.

    Args:
        codes: status codes that it names; none where they are not known, which is taken as the usual ones.
    """
    known = [code for code in codes if code]
    return not known or any(code.startswith("5") for code in known)


def writes(methods: Iterable[str | None]) -> bool:
    """Whether requests that write are let through."""
    return any(method and method.upper() not in _READS for method in methods)
