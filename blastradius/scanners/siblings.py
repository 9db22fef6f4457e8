"""Which hosts of a list look like members of one thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Second labels under which a country's registry sells names: `shop.co.uk`.
_SECOND = frozenset({"co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob"})
#: Last labels of names that nobody registers: what lies under them shares a cluster or a network, not a purpose.
_PRIVATE = frozenset({"local", "svc", "internal", "localdomain", "lan", "consul", "cluster"})
_NUMBER = re.compile(r"\d+|(?<=-)[a-z](?=\.|$)")


def are_siblings(hosts: Sequence[str]) -> bool:
    """Whether hosts have one name with differing numbers (`kafka-0`, `kafka-1`) or one registrable parent domain."""
    stems = {_NUMBER.sub("#", host) for host in hosts}
    if len(stems) == 1:
        return True
    parents = {_parent(host) for host in hosts}
    return len(parents) == 1 and None not in parents


def _parent(host: str) -> str | None:
    """The registrable domain of a public host name; None for addresses and names that are not public."""
    labels = host.rstrip(".").split(".")
    if len(labels) < 3 or ":" in host or labels[-1].isdigit() or labels[-1] in _PRIVATE or "svc" in labels:
        return None
    count = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND else 2
    return ".".join(labels[-count:]) if len(labels) > count else None
