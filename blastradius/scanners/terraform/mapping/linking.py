"""What one root looks up and another one creates is one thing: a data source takes the other's identity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from blastradius.model import Component, DependencyFact, Evidence, Fact
from blastradius.scanners.terraform.mapping.arns import without_account
from blastradius.scanners.terraform.mapping.rows import types
from blastradius.scanners.terraform.mapping.translating import Translated
from blastradius.scanners.terraform.mapping.uniting import united


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
    same = {id: created[key][0] for id, key in looked_up.items() if len(created[key]) == 1}
    told = {id: held for root in roots for id, held in root.told.items()}
    found: list[Fact] = []
    for root in roots:
        for fact in root.facts:
            if isinstance(fact, Component) and fact.id in looked_up:
                found.append(_with_identity(fact, created[looked_up[fact.id]]))
            elif isinstance(fact, DependencyFact):
                found.append(placed := _placed(fact, arns))
                found.extend(_held(placed, same, root.told, told))
            else:
                found.append(fact)
    read = {id for root in roots for id in root.read}
    for root in roots:
        found.extend(fact for ids, fact in root.unheld if not any(same.get(id, id) in read for id in ids))
    found = _said_more(found, [one for root in roots for one in root.changed])
    return united(found, [one for root in roots for one in root.answers])


def _said_more(facts: list[Fact], changed: list[tuple[Component, Component]]) -> list[Fact]:
    """Facts with what roots say of the components of others: that one is a copy, what it is used as."""
    said: dict[str, list[tuple[Component, Component]]] = defaultdict(list)
    for was, now in changed:
        said[was.id].append((was, now))
    found: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Component):
            for was, now in said.get(fact.id, ()):
                fact = _with(fact, was, now)
        found.append(fact)
    return found


def _with(component: Component, was: Component, now: Component) -> Component:
    attributes = {key: one for key, one in now.attributes.items() if was.attributes.get(key) != one}
    evidence = tuple(one for one in now.evidence if one not in component.evidence)
    update = {"attributes": {**component.attributes, **attributes}, "evidence": (*component.evidence, *evidence)}
    return component.model_copy(update=update)


def _held(
    fact: DependencyFact,
    same: dict[str, str],
    own: dict[str, dict[str, Evidence]],
    told: dict[str, dict[str, Evidence]],
) -> list[DependencyFact]:
    """Needs of what a secret or parameter that is looked up holds the address of: who takes the one calls the other."""
    holder = same.get(fact.reference.texts[0], fact.reference.texts[0])
    return [
        DependencyFact(
            dependent=fact.dependent,
            reference=fact.reference.model_copy(update={"texts": (id,)}),
            via=f"{fact.via} holds its address",
            sets_going=fact.sets_going,
            evidence=(*fact.evidence, where),
        )
        for id, where in (told.get(holder, {}) if fact.reference.texts[0] not in own else {}).items()
        if id != fact.dependent
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
