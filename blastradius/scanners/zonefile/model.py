"""What was read of DNS: zones and their records, before they become facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from blastradius.model import Basis, Gap

ADDRESSES = frozenset({"A", "AAAA"})
NAMES = frozenset({"CNAME", "ALIAS", "ANAME"})
"""Types whose value is another name that answers in its place."""
MAX_TTL = 2**31 - 1
"""Seconds; RFC 2181, section 8: a TTL has 31 bits."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Targets that health checks choose among.

    Attributes:
        active: values that answers name while all is well.
        standby: values that take over.
        automatic: whether health checks move answers; not where a value is forced to be served.
        checks: seconds until a check has found a target lost.
        reason: in words.
    """

    active: tuple[str, ...]
    standby: tuple[str, ...]
    automatic: bool
    checks: int
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One set of answers for one name.

    Attributes:
        name: the name, lower case, without the final dot.
        type: upper case, such as `A`.
        values: addresses or names that it answers with; values of other types are never kept.
        ttl: seconds; None where none is stated.
        path: file.
        line: in the file.
        pools: where health checks choose among its values.
    """

    name: str
    type: str
    values: tuple[str, ...]
    ttl: int | None
    path: str
    line: int
    pools: Pools | None = None


@dataclass(slots=True)
class Zone:
    """One zone.

    Attributes:
        name: lower case, without the final dot.
        path: file that says so.
        line: in the file.
        basis: `inferred` where only the file's name tells the zone's name.
        records: all that point somewhere.
        other: how many records of each other type it holds.
        targets: texts for the providers that it is pushed to, where a tool says so.
        unknown: classes of such providers that nobody here knows.
        gaps: what could not be read of it.
        unread: why its records were not read; empty where they were.
        view: the view of a name server that it is in; empty for none.
    """

    name: str
    path: str
    line: int
    basis: Basis = "declared"
    records: list[Record] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)
    unread: str = ""
    view: str = ""


def is_reverse(name: str) -> bool:
    """Whether a zone holds names for addresses, or those of one machine: nobody is served by such a name."""
    return name in ("", "localhost", "arpa") or name.endswith((".arpa", ".localhost"))
