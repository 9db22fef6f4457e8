"""Why a system is said to be single-region, multi-region or neither, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from blastradius.analysis.pinned import Pinned
from blastradius.analysis.serving import GLOBAL, Serving, by_region, hosted, needs
from blastradius.model import Component, Inventory

_ADVICE = "state it under place: in blastradius.yaml"
_MOST = 3


def reasons(
    inventory: Inventory,
    own: Sequence[Component],
    unplaced: Sequence[str],
    found: Serving,
    trapped: Sequence[Pinned],
    apart_from_that: str,
) -> tuple[str, ...]:
    """Say why, a sentence each, the most telling first.

    Args:
        inventory: assembled facts.
        own: the user's own components.
        unplaced: ids of those without a region.
        found: which regions serve.
        trapped: what is pinned to one region.
        apart_from_that: the answer if what has no region were not there.
    """
    names = {component.id: component.name for component in inventory.components}
    said = list(_unknown(own, unplaced, found, apart_from_that))
    if found.regions and len(unplaced) < len(own):
        said += _known(found, {pin.component for pin in trapped}, placed=not unplaced)
        said += _across(inventory, found, trapped, names)
    for region, held in found.apart.items():
        said.append(
            f"{region} holds {_some(held)}, which neither copies nor needs what runs elsewhere: it is not counted"
        )
    home, cluster = hosted(own)
    if cluster is not None and any(one.id.startswith("k8s:") and one.region == home for one in own):
        said.append(f"Kubernetes workloads are taken to run in the only cluster seen, {cluster.name} in {home}")
    return tuple(said)


def _unknown(own: Sequence[Component], unplaced: Sequence[str], found: Serving, apart_from_that: str) -> Iterator[str]:
    if not own:
        yield "no component of your own was found"
    elif len(unplaced) == len(own):
        yield f"nothing says in which region the {len(own)} components run: {_ADVICE}"
    elif unplaced:
        elsewhere = {one.region for one in own} - {None, GLOBAL, *found.regions}
        others = "of the others, what serves runs" if elsewhere else "the others run"
        seen = (
            f"; {others} in {', '.join(found.regions)}, which alone would be {apart_from_that}" if found.regions else ""
        )
        yield (
            f"nothing says in which region {len(unplaced)} of {len(own)} components run, "
            f"such as {unplaced[0]}: {_ADVICE}{seen}"
        )
    elif not found.regions:
        yield "no component that serves has a region of its own"


def _known(found: Serving, trapped: set[str], *, placed: bool) -> Iterator[str]:
    """What serves where, and what holds what for it."""
    shared, front = list(found.shared), list(found.front)
    if len(shared) > 1:
        yield from (_each(by_region(held)) for held in found.sets.values())
        yield from _alone(found, trapped) if placed else ()
    elif len(front) > 1:
        parts = "; ".join(f"{region} holds {_some(found.front[region])}" for region in front)
        yield f"split over {_and(front)}, neither a copy of the other: {parts}: losing either takes its part away"
    elif placed:
        yield f"everything that serves runs in {front[0]}, such as {_some(found.front[front[0]])}"
    for region, copies in found.readable.items():
        if len(shared) > 1:
            yield f"{region} holds a readable copy of {_some(copies)}"
        else:
            yield f"{region} holds a readable copy of {_some(copies)}, and nothing there takes requests"
    if found.backup:
        yield f"{_and(found.backup)} {'holds' if len(found.backup) == 1 else 'hold'} a backup, a witness or a standby only"


def _across(inventory: Inventory, found: Serving, trapped: Sequence[Pinned], names: Mapping[str, str]) -> Iterator[str]:
    """What of one region is needed from another."""
    if trapped:
        platforms = {one.id for one in inventory.components if one.kind in ("platform", "control-plane")}
        first = next((pin for pin in trapped if pin.component not in platforms), trapped[0])
        more = f" and {len(trapped) - 1} more" if len(trapped) > 1 else ""
        what = f"{names.get(first.component, first.component)}{more}"
        if len(found.shared) > 1:
            yield (
                f"{what} lives in one region and is needed from others, as by {_by(first, names)}: "
                f"losing {first.region} breaks them too"
            )
        else:
            places = sorted({*found.front, *(pin.region for pin in trapped), *first.needed_from})
            either = "either" if len(places) == 2 else "any"
            by = _by(first, names)
            yield f"split over {_and(places)}: losing {either} breaks it, for {by} needs {what} in {first.region}"
    hard = {pin.component for pin in trapped}
    loose = sorted(set(_loose(inventory, found, hard)))
    if loose:
        dependent, dependency, region = loose[0]
        more = f" and {len(loose) - 1} more of the kind" if len(loose) > 1 else ""
        yield f"{names[dependent]} also uses {names[dependency]} in {region}, and can do without it{more}"


def _by(pin: Pinned, names: Mapping[str, str]) -> str:
    """The first that needs a pinned thing."""
    return names.get(pin.needed_by[0], pin.needed_by[0]) if pin.needed_by else "something"


def _loose(inventory: Inventory, found: Serving, hard: set[str]) -> Iterator[tuple[str, str, str]]:
    """What of a region that does not serve is used from another without being pinned."""
    by_id: dict[str, Component] = {one.id: one for one in inventory.components}
    for dependent, dependency in needs(inventory):
        first, second = by_id.get(dependent), by_id.get(dependency)
        if first is None or second is None or dependency in hard or not second.region:
            continue
        if first.kind in ("platform", "control-plane"):
            continue  # what a provider needs of itself is nobody's own use
        crosses = first.region and GLOBAL not in (first.region, second.region) and first.region != second.region
        if crosses and second.region not in (*found.regions, *found.backup):
            yield dependent, dependency, second.region


def _each(shared: Mapping[str, Sequence[Component]]) -> str:
    """What copies some regions hold of one thing."""
    said = {region: _some(held) for region, held in shared.items()}
    if len(set(said.values())) == 1:
        return f"{_and(list(said))} each hold {said[min(said)]}"
    return f"{_and(list(said))} hold alternatives of each other: {'; '.join(f'{text} in {one}' for one, text in said.items())}"


def _alone(found: Serving, trapped: set[str]) -> Iterator[str]:
    """What a multi-region system has in one region only, and which of its data have no copy that anybody declared."""
    copied = {one.id for held in found.shared.values() for one in held}
    for region, held in found.front.items():
        if alone := [one for one in held if one.id not in copied]:
            yield f"only {region} holds {_some(alone)}"
    for region, held in found.lone.items():
        known = trapped | {one.id for one in found.front.get(region, [])}
        if lone := [one for one in held if one.id not in known]:
            yield f"only {region} holds the data of {_some(lone)}"
    if len(found.twins) > 1:
        first = next(iter(found.twins.values()))
        yield f"{_and(list(found.twins))} each have their own {_some(first)}: nothing says that they hold the same data"


def _some(components: Iterable[Component]) -> str:
    names = list(dict.fromkeys(one.name for one in components))
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
