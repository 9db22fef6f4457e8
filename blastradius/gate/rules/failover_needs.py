"""BR004: a failover or recovery that needs something in the very domain that it recovers from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blastradius.circuit import Group
from blastradius.engine import DOWN
from blastradius.gate.losing import Loss
from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System


class FailoverNeeds(GateRule):
    """A way out that leads through the fire."""

    id = "BR004"
    name = "failover-needs-what-is-lost"
    summary = "A failover or recovery needs something in the domain that it recovers from."
    docs = (
        "It fires where losing a region or zone takes the active members of a redundancy down, and with them something "
        "that the failover needs (a control plane, a pipeline, a tool), or something that a cold standby needs to start.\n\n"
        "It does not fire where what is needed outlives the loss.\n\n"
        "Fail over by what is elsewhere: health checks of the data plane, a standby that runs already, a pipeline in "
        "another region."
    )

    def matches(self, system: System) -> Iterable[Match]:
        """Each failover of a judged journey, with what it needs and the domain that takes both."""
        circuit = system.graph.circuit
        groups = [
            group for group in circuit.groups if group.active and circuit.rule_node[group.rule] in system.losses.needed
        ]
        for domain in system.of_kind("region", "zone") if groups else ():
            loss = system.losses.of(domain)
            for group in groups:
                up = sum(loss.state[node] != DOWN for node in group.active)
                if up >= group.required:
                    continue
                for need in sorted({*_lost_needs(group, loss), *_lost_starts(group, loss, system)}):
                    for journey in system.losses.judged(group.record.dependent):
                        yield Match(
                            journey, domain, group.record.dependent, circuit.ids[need], detail=(need, group.rule)
                        )

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Names what cannot be reached, and why it is down."""
        need, rule = match.detail
        dependent, needed = system.label(match.dependent or ""), system.label(match.dependency or "")
        place = system.graph.name(match.domain or "")
        return Told(
            f"the failover of {dependent} needs {needed}, which falls with {place} as well",
            f"nothing that the failover of {dependent} needs fell with {place}" if base is not None else None,
            f"a failover that needs nothing in {place}",
            system.losses.of(match.domain or "").proof(need) if base is not None else (),
            evidence=system.graph.circuit.rules[rule].record.evidence,
        )


def _lost_needs(group: Group, loss: Loss) -> Iterator[int]:
    yield from (need for need in group.needs if loss.state[need] == DOWN)


def _lost_starts(group: Group, loss: Loss, system: System) -> Iterator[int]:
    """What cold standbys need to start and cannot have."""
    circuit = system.graph.circuit
    for member in group.members:
        component = system.graph.components.get(circuit.ids[member])
        node = circuit.phase_node(member, "startup")
        cold = component is not None and component.restart == "cold"
        if cold and node is not None and member not in group.active and loss.state[member] != DOWN:
            yield from (cause for _, _, cause in loss.causes(node) if loss.state[node] == DOWN)


RULES.register("BR004")(FailoverNeeds)
