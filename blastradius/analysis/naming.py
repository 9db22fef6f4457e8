"""Who answers for a zone, and which names move traffic: read off the needs of the components of kind `dns`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from blastradius.assemble.ways import is_zone
from blastradius.model import ChainLink, Component, Dependency, Inventory, Redundancy

if TYPE_CHECKING:
    from tldextract import TLDExtract

Rule = Dependency | Redundancy
OWN = "its own name servers"
_ANSWERING = frozenset({"platform", "vendor", "external", "service", "cluster"})


@dataclass(frozen=True, slots=True)
class Serving:
    """One need of a zone for somebody who answers.

    Attributes:
        rule: the need.
        operators: ids of what answers, by who operates it; those of one operator stand or fall together.
    """

    rule: Rule
    operators: dict[str, tuple[str, ...]]


class Names:
    """The names and zones of an inventory.

    Args:
        inventory: assembled facts.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.components = {one.id: one for one in inventory.components}
        self._rules: dict[str, list[Rule]] = defaultdict(list)
        rules: list[Rule] = [*inventory.dependencies, *inventory.redundancies]
        for rule in rules:
            component = self.components.get(rule.dependent)
            ours = component is not None and (component.kind == "dns" or "host" in component.attributes)
            if ours and rule.phase == "runtime":
                self._rules[rule.dependent].append(rule)

    def is_name(self, id: str) -> bool:
        """Whether it is a name that is asked for, and no zone and no name server."""
        one = self.components.get(id)
        return one is not None and one.kind == "dns" and not is_zone(one) and one.type != "dns/server"

    def is_zone(self, id: str) -> bool:
        """Whether it is a zone."""
        return id in self.components and is_zone(self.components[id])

    def zone_of(self, id: str) -> str | None:
        """The zone that a name is in; None where none was seen."""
        found = [one for rule in self._rules[id] for one in members(rule) if self.is_zone(one)]
        return found[0] if found else None

    def answers(self, id: str) -> list[str]:
        """Names and zones that a way in is known by."""
        found = [one for rule in self._rules[id] for one in members(rule)]
        return [one for one in found if self.is_name(one) or self.is_zone(one)]

    def serving(self, id: str) -> list[Serving]:
        """The needs of a zone, or of a name without one, for who answers; none where nobody tells."""
        found = []
        for rule in self._rules[id]:
            if rule.strength != "hard":
                continue
            operators: dict[str, list[str]] = defaultdict(list)
            for member in members(rule):
                operator = self._operator(id, self.components[member])
                if operator:
                    operators[operator].append(member)
            if operators:
                found.append(Serving(rule, {name: tuple(operators[name]) for name in sorted(operators)}))
        return found

    def _operator(self, id: str, component: Component) -> str:
        """Who runs what answers for a zone; empty where it is no such thing, but a target or the zone above."""
        asked = self.components[id]
        if component.kind == "dns":
            return OWN if is_zone(asked) and component.type == "dns/server" else ""
        if not is_zone(asked):
            # a name without a zone: only the service that it is kept in answers for it, not what it points to
            kept = asked.service is not None and component.service == asked.service
            return component.id if component.kind == "platform" and kept else ""
        if component.kind not in _ANSWERING:
            return ""
        return brand(component.name) if component.kind == "external" else component.id

    def moves(self, id: str) -> Redundancy | None:
        """The alternatives of a name among which its answers choose by themselves; None where they do not."""
        for rule in self._rules[id]:
            if isinstance(rule, Redundancy) and rule.strength == "hard":
                checked = rule.failover is None and rule.full is None and rule.required < len(rule.members)
                if rule.failover is not None or checked:
                    return rule
        return None

    def ttl(self, id: str) -> int | None:
        """Seconds for which answers are kept; None where nothing tells."""
        text = self.components[id].attributes.get("ttl", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def members(rule: Rule) -> tuple[str, ...]:
    """Ids of what a rule needs."""
    return rule.members if isinstance(rule, Redundancy) else (rule.dependency,)


def link(rule: Rule, dependency: str) -> ChainLink:
    """A rule as the step of a proof."""
    return ChainLink(
        dependent=rule.dependent,
        dependency=dependency,
        strength=rule.strength,
        phase=rule.phase,
        tolerance=rule.tolerance,
        hardens_after=rule.hardens_after,
        group=members(rule) if isinstance(rule, Redundancy) else (),
        basis=rule.basis,
        reason=rule.reason,
        evidence=rule.evidence,
    )


def brand(host: str) -> str:
    """Who a name server of nobody known belongs to: the label that its owner registered, under whatever ending.

    A provider spreads its servers over `.net`, `.org` and others so that a registry's failure takes not all of them.
    """
    found = _suffixes()(host)
    return found.domain or host


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # its bundled list of public suffixes; it never asks the network

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
