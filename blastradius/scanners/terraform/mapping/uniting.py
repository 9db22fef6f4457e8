"""One DNS name whose records stand in several roots is one way in: its routing is read across them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from blastradius.model import Component, DependencyFact, Evidence, Fact, Failover, RedundancyFact, Reference


@dataclass(frozen=True, slots=True)
class Answer:
    """One of several records of a name.

    Attributes:
        key: name, type and whether its zone is private; records of one key answer for each other.
        id: of the component of the name in its root.
        target: what it points to, first of all the thing itself, then what stands behind that.
        policy: attribute that says how it is chosen.
        active: whether it is answered with now.
        checked: whether something tells that its target is lost.
        takes: seconds until clients are sent elsewhere.
        evidence: where it stands.
        told: whether what stands by is answered with once its target is lost.
    """

    key: tuple[str, str, bool]
    id: str
    target: Reference
    policy: str
    active: bool
    checked: bool
    takes: int
    evidence: Evidence
    told: bool = False


def united(facts: Sequence[Fact], answers: Sequence[Answer]) -> list[Fact]:
    """Facts of all roots, names with records in several roots made one.

    Args:
        facts: of all roots.
        answers: of all names whose records share a routing policy.
    """
    by_key: dict[tuple[str, str, bool], list[Answer]] = defaultdict(list)
    for one in answers:
        by_key[one.key].append(one)
    groups = [group for group in by_key.values() if len({one.id for one in group}) > 1]
    first = {one.id: group[0].id for group in groups for one in group}
    via = {"target", *(one.policy for group in groups for one in group)}
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, DependencyFact | RedundancyFact) and fact.dependent in first and fact.via in via:
            continue
        if isinstance(fact, Component) and first.get(fact.id, fact.id) != fact.id:
            fact = fact.model_copy(update={"identities": tuple(sorted({*fact.identities, first[fact.id]}))})
        kept.append(fact)
    return [*kept, *(_routing(group) for group in groups)]


def _routing(group: list[Answer]) -> RedundancyFact:
    members = list(dict.fromkeys(one.target for one in group))
    active = [one for one in group if one.active]
    serving = {one.target for one in active}
    failover = None
    if 0 < len(serving) < len(members):
        chosen = ("failover_routing_policy", "weighted_routing_policy")  # weight 0 counts once the others are unhealthy
        automatic = group[0].policy in chosen and all(one.told for one in active)
        takes = max(one.takes for one in active) if automatic else None
        failover = Failover(mode="automatic" if automatic else "manual", takes=takes)
    checked = all(one.checked for one in group)
    return RedundancyFact(
        dependent=group[0].id,
        members=tuple(members),
        full=None if checked or failover else len(members),
        active=tuple(at for at, one in enumerate(members) if one in serving) if failover else (),
        failover=failover,
        via=group[0].policy,
        reason="records of one name in several roots"
        + ("" if checked or failover else "; no health checks: who is sent to a lost target fails"),
        evidence=tuple(dict.fromkeys(one.evidence for one in group)),
    )
