"""What one root looks up and another one creates is one thing: a data source takes the other's identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from blastradius.model import Component, Fact
from blastradius.scanners.terraform.mapping.translating import Translated


def linked(roots: Sequence[Translated]) -> list[Fact]:
    """Facts of all roots, data sources tied to the one resource of that type, name and region, if there is one."""
    created: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    looked_up: dict[str, tuple[str, str, str]] = {}
    for root in roots:
        described = {fact.id: fact for fact in root.facts if isinstance(fact, Component)}
        for id, key in root.named.items():
            if described[id].attributes.get("declared") == "elsewhere":
                looked_up[id] = key
            else:
                created[key].append(id)
    return [
        _with_identity(fact, created[looked_up[fact.id]])
        if isinstance(fact, Component) and fact.id in looked_up
        else fact
        for root in roots
        for fact in root.facts
    ]


def _with_identity(component: Component, created: list[str]) -> Component:
    if len(created) != 1:
        return component
    attributes = {key: value for key, value in component.attributes.items() if key != "declared"}
    identities = tuple(sorted({*component.identities, *created}))
    return component.model_copy(update={"identities": identities, "attributes": attributes})
