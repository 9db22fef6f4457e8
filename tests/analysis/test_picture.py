"""What is drawn is all of the system, each thing once, never more than can be read, and every proof."""

from __future__ import annotations

import pytest
from drawing import parse
from hypothesis import given
from hypothesis import strategies as st
from strategies import inventories
from systems import graph, hostile, system

from blastradius.analysis.picture import MOST, picture
from blastradius.analysis.proofs import proofs
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph
from blastradius.model import Scenario
from blastradius.reports.html.layout import positions
from blastradius.simulate import scenario, simulate


def told(found, components):
    """Every component is drawn once: by itself, in a group, or as a place that stands and is left out."""
    single = [node.id for node in found.nodes if node.kind != "journey" and not node.count]
    assert len(set(single)) == len(single)
    assert sum(node.count for node in found.nodes) == found.grouped
    assert len(single) + found.grouped + found.places == components
    ends = {node.id for node in found.nodes}
    assert len(ends) == len(found.nodes)
    assert {end for edge in found.edges for end in (edge.dependent, edge.dependency)} <= ends


@given(inventories(), st.data())
def test_every_component_is_told_once_and_every_step_of_a_proof_is_drawn(inventory, data):
    whole = graph(inventory)
    lost = data.draw(st.sampled_from(sorted(whole.components)))
    answer = simulate(whole, scenario([f"id:{lost}"]))
    found = picture(whole, answer)
    told(found, len(whole.components))
    steps = {(edge.dependent, edge.dependency) for edge in found.edges if edge.proven}
    for journey in answer.journeys:
        assert {
            (link.dependent, link.dependency) for link in journey.chain if link.dependent != link.dependency
        } <= steps
    assert next(node.mark for node in found.nodes if node.id == lost) == "removed"
    told(picture(whole), len(whole.components))


@given(inventories())
def test_the_order_of_records_is_irrelevant(inventory):
    turned = inventory.model_copy(
        update={
            "components": inventory.components[::-1],
            "dependencies": inventory.dependencies[::-1],
            "redundancies": inventory.redundancies[::-1],
            "journeys": inventory.journeys[::-1],
        }
    )
    assert picture(graph(inventory)) == picture(graph(turned))


@pytest.mark.parametrize("most", [20, 60, MOST])
@pytest.mark.parametrize("remove", ["region:us-east-1", "region:*", "vendor:Pay", "service:*", None])
def test_a_picture_stays_small_whatever_is_lost(most, remove):
    whole = graph(system(900))
    answer = simulate(whole, scenario([remove])) if remove else None
    found = picture(whole, answer, most=most)
    told(found, len(whole.components))
    assert len(found.nodes) <= most


def test_a_group_has_one_mark_and_says_where_it_is():
    whole = graph(system(900))
    found = picture(whole, simulate(whole, scenario(["region:us-east-1"])))
    groups = {(node.mark, node.region, node.name): node.count for node in found.nodes if node.count}
    assert groups["down", "us-east-1", "database"] == 60
    assert groups["up", "eu-west-1", "cache"] == 60


@given(inventories())
def test_no_two_nodes_stand_at_one_place(inventory):
    found = picture(graph(inventory))
    places = positions(found)
    assert len(set(places)) == len(found.nodes)
    assert places == positions(found)


def test_needs_lead_to_the_right_where_nothing_is_circular():
    found = picture(graph(hostile()))
    across = {node.id: place[0] for node, place in zip(found.nodes, positions(found), strict=True)}
    assert all(across[edge.dependent] < across[edge.dependency] for edge in found.edges)


def test_a_kind_that_is_none_is_refused():
    from blastradius.analysis.report import report

    with pytest.raises(UsageError, match="planet"):
        report(graph(system(10)), by=["planet"])


def test_a_proof_and_the_picture_of_a_system_show_the_same_states():
    drawn = "shop -> db\nshop ~> mail\nweb -> a || b takes 1m\njourney buy: shop\njourney look: web\njourney read: mail"
    graph = DependencyGraph(parse(drawn))
    phases = [{"remove": ["id:db", "id:mail"], "for": "10m"}, {"remove": ["id:a"], "for": "30m"}]
    answer = simulate(graph, Scenario.model_validate({"phases": phases, "horizon": "20m"}))
    whole = {node.id: node.mark for node in picture(graph, answer).nodes}
    proven = {node.id: node.mark for node in proofs(answer, most=50).nodes}
    assert proven == {id: whole[id] for id in proven}
    assert whole["shop"] == "down"  # back before the horizon, and a journey broke by it
    assert whole["web"] == "exposed"  # a failover took over: shown as it is since
