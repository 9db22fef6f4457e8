"""Concentration, held against a brute force that tries every loss on every journey."""

from __future__ import annotations

import drawing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.untimed import untimed
from strategies import EVERYTHING, inventories

from blastradius.analysis import concentration as module
from blastradius.analysis import resting
from blastradius.analysis.concentration import DIMENSIONS, Concentration, concentration
from blastradius.analysis.sweep import counting
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Component, Gap, Inventory

KINDS = ["service", "service", "database", "vendor", "external", "platform", "control-plane", "region", "provider"]
OWN = {"service", "database"}
CONTAINERS = {"region", "provider", "zone", "account"}


@st.composite
def mixed(draw: st.DrawFn) -> Inventory:
    """A random inventory whose components are of the user's own and of other parties."""
    made = draw(inventories(EVERYTHING.but(largest=7)))
    components = tuple(one.model_copy(update={"kind": draw(st.sampled_from(KINDS))}) for one in made.components)
    revenue = st.none() | st.sampled_from([0.0, 10.0, 250.0])
    journeys = tuple(one.model_copy(update={"revenue_per_hour": draw(revenue)}) for one in made.journeys)
    return made.model_copy(update={"components": components, "journeys": journeys})


@st.composite
def unseen(draw: st.DrawFn) -> Inventory:
    """The same, where nobody could look in some places."""
    made = draw(mixed())
    ids = [one.id for one in made.components]
    gap = st.builds(
        lambda id, hides, other: Gap(
            scope=id,
            component=id,
            hides=hides,
            reference=other if hides == "dependency" else None,
            reason="nobody looked",
        ),
        st.sampled_from(ids),
        st.sampled_from(["location", "dependency"]),
        st.none() | st.sampled_from(ids),
    )
    gaps = draw(st.lists(gap, max_size=3))
    lost = {one.component for one in gaps if one.hides == "location"}
    nowhere = {"provider": None, "region": None}
    components = tuple(one.model_copy(update=nowhere) if one.id in lost else one for one in made.components)
    return made.model_copy(update={"components": components, "gaps": tuple(gaps)})


def direct(inventory: Inventory) -> Inventory:
    """The same without what other parties need of others; written anew, from the definition."""
    kind = {one.id: one.kind for one in inventory.components}
    own = {id for id, of in kind.items() if of in OWN} | {one.id for one in inventory.journeys}
    contained = {id for id, of in kind.items() if of in CONTAINERS | {"platform", "control-plane"}}
    needs = [
        one
        for one in inventory.dependencies
        if one.dependent in own or (one.dependent in contained and kind[one.dependency] in CONTAINERS)
    ]
    groups = [one for one in inventory.redundancies if one.dependent in own]
    return inventory.model_copy(update={"dependencies": tuple(needs), "redundancies": tuple(groups)})


def reached(inventory: Inventory, journey: str) -> set[str]:
    """What a journey reaches, rule by rule; its entries are read in its own phase, all else at run time."""
    edges: dict[tuple[str, str], set[str]] = {}
    for one in inventory.dependencies:
        edges.setdefault((one.dependent, one.phase), set()).add(one.dependency)
    for group in inventory.redundancies:
        needs = group.failover.needs if group.failover else ()
        edges.setdefault((group.dependent, group.phase), set()).update(group.members)
        for need in needs:  # read at run time, whatever the phase
            edges.setdefault((group.dependent, f"{group.phase} needs"), set()).add(need)
    asked = next(one for one in inventory.journeys if one.id == journey)
    first = {entry.component for entry in asked.entries} | edges.get((journey, asked.phase), set())
    met: set[str] = set(edges.get((journey, f"{asked.phase} needs"), set()))
    if asked.phase == "runtime":
        met |= first
    else:
        for entry in first:
            met |= edges.get((entry, asked.phase), set()) | edges.get((entry, f"{asked.phase} needs"), set())
    work = list(met)
    while work:
        node = work.pop()
        new = (edges.get((node, "runtime"), set()) | edges.get((node, "runtime needs"), set())) - met
        met |= new
        work += new
    return met


def down(inventory: Inventory, removed: str) -> set[str]:
    state = untimed(inventory, {removed}, when="eventually")
    return {one.id for one in inventory.journeys if state[one.id] == 2}


@settings(max_examples=150, deadline=None)
@given(mixed())
def test_it_counts_what_trying_every_loss_counts(inventory: Inventory) -> None:
    result = concentration(DependencyGraph(inventory), DIMENSIONS)
    near = direct(inventory)
    count = len(inventory.journeys)
    revenue = {one.id: one.revenue_per_hour for one in inventory.journeys}
    assert {one.id for one in result.providers} == {one.id for one in inventory.components if one.kind in DIMENSIONS}
    for one in result.providers:
        uses = {journey.id for journey in inventory.journeys if one.id in reached(inventory, journey.id)}
        close = {journey.id for journey in inventory.journeys if one.id in reached(near, journey.id)}
        critical, directly = down(inventory, one.id), down(near, one.id)
        assert set(one.uses) == uses
        assert set(one.uses_directly) == close
        assert {found.journey for found in one.critical} == critical
        assert {found.journey for found in one.critical if found.direct} == directly
        assert one.concentration == pytest.approx(len(uses) / count, abs=1e-6)
        assert one.impact == pytest.approx(len(critical) / count, abs=1e-6)
        assert one.impact_amplification == (
            pytest.approx(len(critical) / len(directly), abs=1e-3) if directly else None
        )
        assert one.concentration_amplification == (pytest.approx(len(uses) / len(close), abs=1e-3) if close else None)
        stated = [worth for id in critical if (worth := revenue[id]) is not None]
        assert one.revenue_per_hour == (sum(stated) if stated else None)


@settings(max_examples=60, deadline=None)
@given(unseen())
def test_many_losses_at_once_say_what_one_after_the_other_says(inventory: Inventory) -> None:
    """The packed engine, and what is known of the unseen without a walk, beside a walk for each provider."""
    graph = DependencyGraph(inventory)
    plain = concentration(graph, DIMENSIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resting, "PLAIN", 0)
        patch.setattr(counting, "PLAIN", 0)
        patch.setattr(resting, "_AT_ONCE", 3)
        assert concentration(graph, DIMENSIONS) == plain
    scale = module._Scale(graph)
    for one in plain.providers:
        worst = {graph.circuit.ids[node] for node in module._down_at_worst(graph, one.id, scale)}
        assert set(one.unknown) == worst - {found.journey for found in one.critical}


@settings(max_examples=60, deadline=None)
@given(mixed())
def test_laws(inventory: Inventory) -> None:
    """Direct is part of all, critical part of use, and every proof leads from the journey to the provider."""
    result = concentration(DependencyGraph(inventory), DIMENSIONS)
    for one in result.providers:
        assert set(one.uses_directly) <= set(one.uses)
        assert {found.journey for found in one.critical} <= set(one.uses)
        for found in one.critical:
            assert found.chain[0].dependent == found.journey
            assert found.chain[-1].dependency == one.id
            assert all(a.dependency == b.dependent for a, b in zip(found.chain, found.chain[1:], strict=False))


@settings(max_examples=30, deadline=None)
@given(mixed(), st.randoms())
def test_the_order_of_records_is_irrelevant(inventory: Inventory, random: object) -> None:
    def shuffled(records: tuple) -> tuple:
        return tuple(random.sample(records, len(records)))  # type: ignore[attr-defined]

    fields = ("components", "dependencies", "redundancies", "journeys")
    other = inventory.model_copy(update={name: shuffled(getattr(inventory, name)) for name in fields})
    assert concentration(DependencyGraph(inventory)) == concentration(DependencyGraph(other))


def asked(text: str, *by: str) -> Concentration:
    return concentration(DependencyGraph(drawing.parse(text)), by)


FOURTH = """
    pay: kind service
    psp: kind vendor
    cloud: kind vendor
    cdn: kind vendor
    other: kind vendor
    journey buy: pay revenue 1000
    journey look: page revenue 50
    journey tell: mail
    pay -> psp
    psp -> cloud
    page -> cdn | other
    cdn -> cloud
    mail ~> cloud
"""


def test_a_vendors_vendor_counts_where_no_spare_stands_in() -> None:
    found = {one.id: one for one in asked(FOURTH, "vendor").providers}
    cloud = found["cloud"]
    assert [critical.journey for critical in cloud.critical] == ["journey:buy"]
    assert not cloud.critical[0].direct
    assert cloud.through == ("psp",)
    assert (cloud.uses, cloud.uses_directly) == (("journey:buy", "journey:look", "journey:tell"), ("journey:tell",))
    assert (cloud.concentration_amplification, cloud.impact_amplification) == (3.0, None)
    assert (cloud.revenue_per_hour, cloud.direct_revenue_per_hour) == (1000.0, None)
    assert found["psp"].impact_amplification == 1.0
    assert found["cdn"].critical == ()


def test_a_region_is_direct_through_ones_own_platform_service_and_not_through_a_vendor() -> None:
    text = """
        ddb: kind platform
        east: kind region
        chat: kind vendor
        journey a: table
        journey b: bot
        table -> ddb
        ddb -> east
        bot -> chat
        chat -> east
    """
    (east,) = asked(text, "region").providers
    assert {one.journey: one.direct for one in east.critical} == {"journey:a": True, "journey:b": False}
    assert east.impact_amplification == 2.0


def test_a_tolerance_only_puts_off_what_eventually_comes() -> None:
    (chat,) = asked("chat: kind vendor\njourney j: a\na -> chat (2h)", "vendor").providers
    assert chat.impact == 1.0


def test_what_nobody_saw_is_said_and_not_counted() -> None:
    """A vendor of unknown place may be in the region: the journey is neither critical nor cleared."""
    inventory = drawing.parse("chat: kind vendor\neast: kind region\njourney j: a\njourney k: b\na -> chat\nb -> east")
    bare = Component(id="chat", name="chat", kind="vendor")
    gap = Gap(scope="chat", component="chat", hides="location", reason="nobody knows")
    inventory = inventory.model_copy(
        update={"components": (bare, *(one for one in inventory.components if one.id != "chat")), "gaps": (gap,)}
    )
    (east,) = concentration(DependencyGraph(inventory), ("region",)).providers
    assert [one.journey for one in east.critical] == ["journey:k"]
    assert east.unknown == ("journey:j",)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="--by: no kind 'cloud': choose one of region, provider"):
        asked("journey j: a", "cloud")
