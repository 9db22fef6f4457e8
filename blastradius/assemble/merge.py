"""Merging: what several sources describe becomes one component where that is certain enough, else a gap says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from blastradius.assemble.draft import Draft, joined
from blastradius.assemble.groups import Groups
from blastradius.assemble.matching import SCOPES, best_id, compatible, look, scanners
from blastradius.assemble.mentions import doubt, matched
from blastradius.assemble.ways import same_names
from blastradius.assemble.zones import Zones, by_id, settle_zones, zone_names
from blastradius.model import Component, Evidence, Gap, Mention

_FIRST_SEEN = ("type", "service", *SCOPES, "scope", "customer_facing", "recovery", "restart")
_MOST_DOUBTS = 10
BY_LOOK = "kind, type and name are equal"
BY_NAME = "they bear one name, and nothing else does"


def merge(draft: Draft) -> None:
    """Merge what shares an id or an identity, then what only looks the same, across scanners."""
    draft.zones = zone_names(draft.described)
    groups = Groups()
    described = _by_id(draft)
    _same_identity(described, groups)
    for ids in same_names(described.values()):
        groups.join(ids)
    merged = _apply(draft, described, groups)
    lookalikes = Groups()
    draft.gaps += _same_look(merged.values(), lookalikes, draft.zones)
    draft.components = _apply(draft, merged, lookalikes, why=BY_LOOK)
    if draft.mentions:
        _merge_mentions(draft)
    settle_zones(draft)


def _merge_mentions(draft: Draft) -> None:
    """Merge what sources only name with what others describe: by identity, else by name where nothing else bears it."""
    described = list(draft.components.values())
    same: dict[str, list[Mention]] = defaultdict(list)
    for mention in draft.mentions:
        same[mention.component.id].append(mention)
    mentions = {
        id: found[0].model_copy(update={"component": _combined(id, [one.component for one in found], draft)})
        for id, found in sorted(same.items())
        if id not in draft.components
    }
    named = frozenset(mentions)
    draft.components.update({id: one.component for id, one in mentions.items()})
    identical, lookalikes = Groups(), Groups()
    _same_identity(draft.components, identical)
    pairs, doubts = matched(
        (one for id, one in mentions.items() if id not in identical.members()),
        described,
        partial(compatible, zones=draft.zones),
    )
    there = {one.id: one for one in described}
    for one, other in pairs:
        lookalikes.join([one, other])
        if other in there and there[other].region is None and mentions[one].component.region is not None:
            draft.gaps.append(_seen_there(there[other], mentions[one].component))
    draft.gaps += [doubt(one, other) for one, other in doubts]
    joined_up = _apply(draft, draft.components, identical, last=named)
    draft.components = _apply(draft, joined_up, lookalikes, why=BY_NAME, last=named)


def _seen_there(described: Component, mentioned: Component) -> Gap:
    """What was seen in one region at run time may run in others, too: not every call is recorded."""
    return Gap(
        scope=described.id,
        reason=f"was seen in {mentioned.region} at run time, and nothing says that it runs there alone: state it with "
        "`place:` in blastradius.yaml",
        hides="location",
        component=described.id,
        evidence=mentioned.evidence[:1],
    )


def adopt(draft: Draft, recognised: dict[str, Component]) -> None:
    """Take what the catalog made of addresses for a scanned component that looks the same, where there is only one.

    Args:
        draft: its components are complete.
        recognised: new components by id; those that stay are added to the draft, which knows the ids of all others.
    """
    groups = Groups()
    own = {id: one for id, one in recognised.items() if one.service and one.kind not in ("platform", "control-plane")}
    keys = {key for one in own.values() if (key := look(one)) is not None}
    near = [one for one in draft.components.values() if look(one) in keys]
    draft.gaps += _same_look([*near, *own.values()], groups, draft.zones)
    draft.components.update({id: one for id, one in recognised.items() if id not in draft.components})
    pool = {id: draft.components[id] for id in groups.members()}
    after = _apply(draft, pool, groups, why=BY_LOOK)
    for id in pool:
        del draft.components[id]
    draft.components.update(after)


def follow_merges(draft: Draft) -> None:
    """Let gaps follow the components they are about; one between two that became one is answered."""
    gaps = []
    for gap in draft.gaps:
        component = draft.current(gap.component) if gap.component else None
        same = draft.current(gap.same_as) if gap.same_as else None
        if same and same == component:
            continue
        named = draft.current(gap.reference) if gap.reference else None
        if (component, same, named) != (gap.component, gap.same_as, gap.reference):
            scope = draft.current(gap.scope)
            gap = gap.model_copy(update={"component": component, "same_as": same, "scope": scope, "reference": named})
        if gap.candidates:
            left = sorted({draft.current(id) for id in gap.candidates} & draft.components.keys())
            gap = gap.model_copy(update={"candidates": tuple(left)})
        if component and component not in draft.components:  # a scanner tells of what nobody described
            gap = gap.model_copy(update={"component": None})
        if same and same not in draft.components:
            gap = gap.model_copy(update={"same_as": None})
        gaps.append(gap)
    draft.gaps = gaps


def _by_id(draft: Draft) -> dict[str, Component]:
    """One component for each id; several descriptions of one id are combined."""
    same: dict[str, list[Component]] = defaultdict(list)
    for component in draft.described:
        same[component.id].append(component)
    return {id: _combined(id, same[id], draft) for id in sorted(same)}


def _same_identity(components: dict[str, Component], groups: Groups) -> None:
    """Components that share a text which is one thing and no other; not those that one scope keeps apart."""
    holders: dict[str, list[Component]] = defaultdict(list)
    for component in components.values():
        for text in {component.id, *component.identities}:
            holders[text].append(component)
    for text in sorted(text for text, found in holders.items() if len(found) > 1):
        scopes = [one.scope for one in holders[text] if one.scope]
        if len(set(scopes)) == len(scopes):  # two workloads behind one Service name are two
            groups.join([one.id for one in holders[text]])


def _same_look(components: Iterable[Component], groups: Groups, zones: Zones) -> list[Gap]:
    """Join pairs of different scanners that are each other's only candidate; the doubtful become gaps."""
    alike: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
    for component in components:
        key = look(component)
        if key is not None:
            alike[key].append(component)
    gaps = []
    for key in sorted(key for key, found in alike.items() if len(found) > 1):
        found = sorted(alike[key], key=lambda one: one.id)
        seen_by = {one.id: scanners(one) for one in found}
        if len(set(seen_by.values())) == 1:
            continue  # one scanner keeps its own things apart
        gaps += _pairs(found, seen_by, groups, zones)
    return gaps


def _pairs(found: Sequence[Component], seen_by: dict[str, frozenset[str]], groups: Groups, zones: Zones) -> list[Gap]:
    candidates = {
        one.id: [
            other
            for other in found
            if other.id != one.id and seen_by[one.id].isdisjoint(seen_by[other.id]) and compatible(one, other, zones)
        ]
        for one in found
    }
    gaps = []
    for one in found:
        others = candidates[one.id]
        if len(others) == 1 and len(candidates[others[0].id]) == 1:
            groups.join([one.id, others[0].id])
            continue
        more = "" if len(others) <= _MOST_DOUBTS else f" ({len(others)} candidates in all)"
        gaps += [_doubt(one, other, more) for other in others[:_MOST_DOUBTS]]
    return gaps


def _doubt(one: Component, other: Component, more: str) -> Gap:
    return Gap(
        scope=one.id,
        reason=f"may be the same as {other.id}: kind, type and name are equal{more}; "
        "say so with `same:` or set them apart with `place:` in blastradius.yaml",
        hides="dependency",
        component=one.id,
        same_as=other.id,
        evidence=one.evidence[:1],
    )


def _apply(
    draft: Draft,
    components: dict[str, Component],
    groups: Groups,
    why: str = "",
    last: frozenset[str] = frozenset(),
) -> dict[str, Component]:
    """Combine the components of each group under one id; the ids of the others go on as aliases.

    Args:
        draft: told of the new ids.
        components: by id.
        groups: of ids.
        why: what makes them one, where that is inferred.
        last: ids whose descriptions count after those of the others.
    """
    result = dict(components)
    for members in groups.groups():
        id = best_id([components[one] for one in members], last)
        for one in members:
            del result[one]
            draft.renamed[one] = id
        result[id] = _combined(id, [components[one] for one in members], draft, why, last)
    for old, new in list(draft.renamed.items()):
        draft.renamed[old] = draft.renamed.get(new, new)
    return result


def _combined(
    id: str, members: Sequence[Component], draft: Draft, why: str = "", last: frozenset[str] = frozenset()
) -> Component:
    """One component of several descriptions, whatever their order."""
    if len(members) == 1 and members[0].id == id:
        return members[0]
    account = next((one.account for one in members if one.account), None)
    members = [by_id(one, draft.zones, account) for one in members]
    members = sorted(members, key=lambda one: (_rank(one, last), one.id, one.model_dump_json()))
    values: dict[str, Any] = {"id": id}
    for name in _FIRST_SEEN:
        seen = [value for one in members if (value := getattr(one, name)) is not None]
        values[name] = seen[0] if seen else None
        if name in SCOPES and len(set(seen)) > 1:
            draft.gaps.append(_disagree(id, name, sorted(set(seen)), members))
    kinds = [one.kind for one in members]
    values["kind"] = next((kind for kind in kinds if kind not in ("service", "external")), kinds[0])
    values["name"] = members[0].name
    old = {one.id for one in members} - {id}
    values["identities"] = tuple(sorted({text for one in members for text in one.identities}))
    values["aliases"] = tuple(sorted({text for one in members for text in one.aliases} | old))
    for name in ("tags", "attributes"):
        values[name] = {key: value for one in reversed(members) for key, value in sorted(getattr(one, name).items())}
    evidence = [piece for one in members for piece in one.evidence]
    if why:
        note = f"taken for one thing: {', '.join(sorted({one.id for one in members}))}: {why}"
        locator = members[0].evidence[0].locator if members[0].evidence else id
        evidence.append(Evidence(scanner="assemble", locator=locator, basis="inferred", note=note))
    values["evidence"] = joined(evidence)
    return members[0].model_copy(update=values)


def _rank(component: Component, last: frozenset[str]) -> tuple[bool, bool]:
    return component.id in last, scanners(component) == {"catalog"}


def _disagree(id: str, scope: str, seen: list[str], members: Sequence[Component]) -> Gap:
    return Gap(
        scope=id,
        reason=f"sources disagree on its {scope}: {', '.join(seen)}; the first is used",
        hides="location",
        component=id,
        evidence=joined(piece for one in members for piece in one.evidence),
    )
