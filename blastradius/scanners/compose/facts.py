"""Facts about compose services in the making: each need and each gap once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from blastradius.model import (
    DependencyFact,
    Evidence,
    Fact,
    Failover,
    Gap,
    Kind,
    Phase,
    RedundancyFact,
    Reference,
    Role,
    Strength,
)
from blastradius.scanners.compose.machine import Machine
from blastradius.scanners.compose.names import Names

_ANY = "behind one name any of them answers; with fewer there is less capacity"


class Facts:
    """Facts in the making.

    Args:
        names: of all projects.
        machine: their ports.
    """

    def __init__(self, names: Names, machine: Machine) -> None:
        self.names = names
        self.machine = machine
        self.found: list[Fact] = []
        self.calls: dict[str, set[str]] = defaultdict(set)
        self.served: dict[str, set[str]] = defaultdict(set)
        self.unmapped: Counter[str] = Counter()
        self._seen: set[tuple[object, ...]] = set()

    def need(
        self,
        dependent: str,
        members: Iterable[tuple[str, ...]],
        scope: str,
        via: str,
        evidence: tuple[Evidence, ...],
        *,
        role: Role = "address",
        phase: Phase | None = None,
        kind: Kind | None = None,
        strength: Strength | None = None,
        reason: str | None = None,
        standby: int = 0,
    ) -> None:
        """Write down that something refers to one thing, or to several of which any will do; the last may stand by."""
        texts = list(dict.fromkeys(members))
        key = (dependent, tuple(texts), via, phase, evidence[0].locator)
        if key in self._seen or not texts:
            return
        self._seen.add(key)
        if "scrape" not in via:  # who collects metrics reaches everything and fronts nothing
            self.calls[dependent].update(one[0] for one in texts if one[0].startswith("compose:"))
        if phase in (None, "runtime"):
            self.served[dependent].update(one[0] for one in texts)
        references = tuple(Reference(texts=one, scope=scope, role=role, kind=kind) for one in texts)
        said: dict[str, Any] = {"via": via, "phase": phase, "evidence": evidence}
        if len(references) == 1:
            self.found.append(
                DependencyFact(dependent=dependent, reference=references[0], strength=strength, reason=reason, **said)
            )
        else:
            used = len(references) - standby
            if standby and used:  # which is in use and which takes over by itself
                said |= {"active": tuple(range(used)), "failover": Failover(mode="automatic", takes=0)}
            said |= {"strength": strength, "full": used or None, "reason": reason or _ANY}
            self.found.append(RedundancyFact(dependent=dependent, members=references, **said))

    def gap(self, id: str, reason: str, evidence: Evidence, reference: str | None) -> None:
        """Write down that a need of a service could not be seen."""
        key = ("gap", id, reason)
        if key in self._seen:
            return
        self._seen.add(key)
        self.found.append(
            Gap(scope=id, reason=reason, hides="dependency", component=id, reference=reference, evidence=(evidence,))
        )
