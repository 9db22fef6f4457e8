"""BR008: something on a critical journey starts from a public registry, and nothing else has what it needs."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.gate.ruling import RULES, GateRule, Match, Told
from blastradius.gate.system import System
from blastradius.model import Dependency

_PUBLIC = frozenset({"container-registry", "package-registry"})


class PublicRegistry(GateRule):
    """A start that needs a public registry."""

    id = "BR008"
    name = "starts-from-public-registry"
    summary = "Something on a critical journey cannot start without a public registry."
    docs = (
        "It fires where a workload that a critical journey needs pulls its image, or what it installs while it starts, "
        "from a public registry and from nowhere else. It keeps running when that registry is down; it cannot be "
        "replaced, scaled or recovered, which is when it is needed most.\n\n"
        "It does not fire for registries in your own account, nor where a redundancy names a mirror.\n\n"
        "Pull through a cache or copy the image into a registry of your own."
    )
    level = "warn"

    def matches(self, system: System) -> Iterable[Match]:
        """Each start that needs such a registry alone."""
        for record in system.graph.inventory.dependencies:
            needed = record.phase == "startup" and record.strength == "hard" and _is_public(record, system)
            if needed and system.losses.judged(record.dependent):
                yield Match(None, None, record.dependent, record.dependency, detail=record)

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Names the workload, the registry and the journeys."""
        journeys = [system.graph.name(one) for one in system.losses.judged(match.dependent or "")]
        who, registry = system.label(match.dependent or ""), system.graph.name(match.dependency or "")
        named = ", ".join(journeys[:3]) + (f" and {len(journeys) - 3:,} more" if len(journeys) > 3 else "")
        there = base is not None and system.loose(match.dependent or "") in base.by_loose_name
        return Told(
            f"{who}, on {named}, cannot start without {registry}",
            None if base is None else f"it started without {registry}" if there else "it was not there",
            f"a mirror of {registry} in an account of your own",
            evidence=match.detail.evidence,
        )


def _is_public(record: Dependency, system: System) -> bool:
    needed = system.graph.components[record.dependency]
    return needed.kind == "vendor" and needed.attributes.get("category") in _PUBLIC


RULES.register("BR008")(PublicRegistry)
