"""What one root looks up and another one creates is one thing: a data source takes the other's identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from blastradius.model import Component, DependencyFact, Fact
from blastradius.scanners.terraform.mapping.arns import without_account
from blastradius.scanners.terraform.mapping.rows import types
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
    arns = _arns(created)
    return [
        _with_identity(fact, created[looked_up[fact.id]])
        if isinstance(fact, Component) and fact.id in looked_up
        else _placed(fact, arns)
        if isinstance(fact, DependencyFact)
        else fact
        for root in roots
        for fact in root.facts
    ]


def _arns(created: dict[tuple[str, str, str], list[str]]) -> dict[str, list[str]]:
    """Ids of what the roots create, by their ARNs without an account."""
    found: dict[str, list[str]] = defaultdict(list)
    for (type, name, region), ids in created.items():
        row = types().rows.get(type)
        if row is not None and (arn := without_account(row, name, region)):
            found[arn].extend(ids)
    return found


def _placed(fact: DependencyFact, arns: dict[str, list[str]]) -> DependencyFact:
    """A need of what an ARN without an account names, with the one resource of all roots that has it."""
    ids = arns.get(fact.reference.texts[0], ()) if len(fact.reference.texts) == 1 else ()
    if len(ids) != 1 or ids[0] == fact.dependent:
        return fact
    return fact.model_copy(
        update={"reference": fact.reference.model_copy(update={"texts": (*ids, *fact.reference.texts)})}
    )


def _with_identity(component: Component, created: list[str]) -> Component:
    if len(created) != 1:
        return component
    attributes = {key: value for key, value in component.attributes.items() if key != "declared"}
    identities = tuple(sorted({*component.identities, *created}))
    return component.model_copy(update={"identities": identities, "attributes": attributes})
