"""Hypothesis strategies: random inventories of every rule there is, and random scenarios over them.

Components are of a user's own kind and carry provider and region, so nothing is unseen and no verdict is unknown;
`meta.assembled` is set, so nobody adds containment. Cycles, self-needs through groups and failovers whose needs lie
within the very cycle they serve come by themselves: everything is drawn from a handful of names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from blastradius.model import Component, Dependency, Failover, Gap, Inventory, Journey, JourneyEntry, Meta, Redundancy

NAMES = "abcdefgh"
_PHASES = st.sampled_from(["runtime"] * 6 + ["startup", "startup", "deploy", "operate"])
_JOURNEY_PHASES = st.sampled_from(["runtime"] * 5 + ["startup", "deploy", "operate"])


@dataclass(frozen=True)
class Features:
    """What may occur in an inventory.

    Attributes:
        soft, groups, full, failovers: rules of that sort.
        takes: seconds a failover may take at most; 0 for at once only.
        manual: failovers by hand.
        delays: seconds of a tolerance or of `hardens_after` at most; 0 for none.
        phases: rules and journeys of other phases.
        recovery: seconds of recovery at most; 0 for none, nor cold restarts.
        largest: components at most.
    """

    soft: bool = True
    groups: bool = True
    full: bool = True
    failovers: bool = True
    takes: int = 6
    manual: bool = True
    delays: int = 6
    phases: bool = True
    recovery: int = 5
    largest: int = 7

    def but(self, **changes: Any) -> Features:
        """The same with some changed."""
        return replace(self, **changes)


EVERYTHING = Features()
#: Few names, short times, little else than hard needs and failovers: events meet in one instant far more often.
TIGHT = Features(soft=False, full=False, takes=3, manual=False, delays=2, phases=False, recovery=2, largest=4)
UNTIMED = EVERYTHING.but(recovery=0)
HARD_ONLY = Features(False, False, False, False, 0, False, 0, False, 0, 8)


@st.composite
def inventories(draw: st.DrawFn, features: Features = EVERYTHING) -> Inventory:
    """A random inventory with at least one component and one journey."""
    names = list(NAMES[: draw(st.integers(1, features.largest))])
    phases = _PHASES if features.phases else st.just("runtime")
    dependencies = draw(st.lists(_dependency(names, phases, features), max_size=2 * len(names)))
    redundancies = draw(st.lists(_redundancy(names, phases, features), max_size=4)) if features.groups else []
    journeys = [_named(j, k) for k, j in enumerate(draw(st.lists(_journey(names, features), min_size=1, max_size=2)))]
    if features.groups:
        for journey in journeys:
            groups = _redundancy([journey.id], st.just(journey.phase), features, members=names)
            redundancies += draw(st.lists(groups, max_size=1))
    return Inventory(
        meta=Meta(assembled=True),
        components=tuple(draw(_component(name, features)) for name in names),
        dependencies=tuple(_distinct(dependencies)),
        redundancies=tuple(redundancies),
        journeys=tuple(journeys),
    )


@st.composite
def gapped(draw: st.DrawFn, features: Features) -> Inventory:
    """An inventory in which something is not seen: places, addresses, whether two are the same, whole areas."""
    inventory = draw(inventories(features))
    names = [component.id for component in inventory.components]
    some = st.none() | st.sampled_from(names)
    gaps = draw(
        st.lists(
            st.builds(
                Gap,
                scope=st.just("somewhere"),
                reason=st.just("not seen"),
                hides=st.sampled_from(["location", "dependency"]),
                component=some,
                candidates=st.just(()) | st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple),
                same_as=st.none() | st.none() | st.sampled_from(names),
                reference=st.none() | st.just("text") | st.sampled_from(names),
                provider=st.sampled_from([None, None, "own", "other"]),
                region=st.sampled_from([None, None, "here", "there"]),
                zone=st.sampled_from([None, None, None, "z"]),
                account=st.sampled_from([None, None, None, "1"]),
                kind=st.sampled_from([None, None, "service", "database"]),
            ),
            max_size=4,
        )
    )
    kinds = st.sampled_from(
        ["service", "database", "region", "provider", "zone", "account", "platform", "control-plane", "vendor"]
    )
    places = st.sampled_from([None, "own", "other"])
    components = tuple(
        component.model_copy(
            update={"kind": draw(kinds), "provider": draw(places), "region": draw(st.sampled_from([None, "here"]))}
        )
        for component in inventory.components
    )
    return inventory.model_copy(update={"gaps": tuple(gaps), "components": components})


def _distinct(dependencies: list[Dependency]) -> list[Dependency]:
    """One need for each dependent, dependency and phase: an assembled inventory has no more."""
    return list({(d.dependent, d.dependency, d.phase): d for d in dependencies}.values())


def _named(journey: Journey, number: int) -> Journey:
    return journey.model_copy(update={"id": f"journey:j{number}", "name": f"j{number}"})


def _component(name: str, features: Features) -> st.SearchStrategy[Component]:
    recovery: st.SearchStrategy[int | None] = st.none()
    restart: st.SearchStrategy[str | None] = st.none()
    if features.recovery:
        recovery = st.none() | st.none() | st.integers(0, features.recovery)
        restart = st.sampled_from([None, None, None, "warm", "cold"])
    fixed = {"id": st.just(name), "name": st.just(name), "kind": st.sampled_from(["service", "database"])}
    place = {"provider": st.just("own"), "region": st.just("here")}
    return st.builds(Component, **fixed, **place, recovery=recovery, restart=restart)  # type: ignore[arg-type]


def _delay(features: Features) -> st.SearchStrategy[int | None]:
    if not features.delays:
        return st.none()
    return st.none() | st.none() | st.integers(0, features.delays)


@st.composite
def _strength(draw: st.DrawFn, features: Features) -> dict[str, Any]:
    """Strength, tolerance and, for a soft rule, perhaps hardening (never at once: that would be a hard one)."""
    tolerance = draw(_delay(features))
    if not features.soft or draw(st.sampled_from([True, True, False])):
        return {"strength": "hard", "tolerance": tolerance}
    hardens = draw(st.none() | st.integers(1, features.delays)) if features.delays else None
    return {"strength": "soft", "tolerance": tolerance, "hardens_after": hardens}


@st.composite
def _dependency(draw: st.DrawFn, names: list[str], phases: st.SearchStrategy[str], features: Features) -> Dependency:
    dependent, dependency = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    return Dependency(dependent=dependent, dependency=dependency, phase=draw(phases), **draw(_strength(features)))


@st.composite
def _redundancy(
    draw: st.DrawFn,
    dependents: list[str],
    phases: st.SearchStrategy[str],
    features: Features,
    members: list[str] | None = None,
) -> Redundancy:
    names = members or dependents
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=min(4, len(names)), unique=True))
    required = draw(st.integers(1, len(chosen)))
    fields: dict[str, Any] = {"dependent": draw(st.sampled_from(dependents)), "phase": draw(phases)}
    if features.full and draw(st.booleans()):
        fields["full"] = draw(st.integers(required, len(chosen)))
    if features.failovers and draw(st.sampled_from([True, features == TIGHT, False])):
        fields["active"] = tuple(chosen[: draw(st.integers(required, len(chosen)))])
        fields["failover"] = draw(_failover(names, features))
    return Redundancy(members=tuple(chosen), required=required, **fields, **draw(_strength(features)))


@st.composite
def _failover(draw: st.DrawFn, names: list[str], features: Features) -> Failover:
    manual = features.manual and draw(st.booleans())
    # By hand and nobody says how long is a failover that never happens: kept rare.
    unset = st.none() if not manual or draw(st.integers(0, 3)) == 0 else st.integers(0, features.takes)
    return Failover(
        mode="manual" if manual else "automatic",
        takes=draw(unset | st.integers(0, features.takes)),
        needs=tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))),
    )


@st.composite
def _journey(draw: st.DrawFn, names: list[str], features: Features) -> Journey:
    entries = draw(st.lists(st.sampled_from(names), min_size=1, max_size=min(3, len(names)), unique=True))
    return Journey(
        id="journey:j",
        name="j",
        entries=tuple(JourneyEntry(component=e, tolerance=draw(_delay(features))) for e in entries),
        phase=draw(_JOURNEY_PHASES) if features.phases else "runtime",
        rto=draw(st.none() | st.integers(0, 10)),
    )


def subsets(inventory: Inventory, largest: int = 3) -> st.SearchStrategy[frozenset[str]]:
    """A few ids of components, perhaps none."""
    ids = [component.id for component in inventory.components]
    return st.frozensets(st.sampled_from(ids), max_size=largest)


@dataclass(frozen=True)
class Play:
    """A random scenario as the oracle reads it: (at, duration or None, removed, degraded) and a horizon in seconds."""

    stretches: tuple[tuple[int, int | None, tuple[str, ...], tuple[str, ...]], ...]
    horizon: int


@st.composite
def plays(draw: st.DrawFn, inventory: Inventory, longest: int = 40) -> Play:
    """One to three stretches that may overlap, touch or lie beyond the horizon; something is removed or degraded."""
    stretches = []
    for _ in range(draw(st.integers(1, 3))):
        removed, degraded = draw(subsets(inventory, 2)), draw(subsets(inventory, 1))
        if not removed and not degraded:
            removed = frozenset({inventory.components[0].id})
        duration = draw(st.none() | st.integers(1, 15))
        stretches.append((draw(st.integers(0, 15)), duration, tuple(sorted(removed)), tuple(sorted(degraded))))
    return Play(tuple(stretches), draw(st.integers(1, longest)))
