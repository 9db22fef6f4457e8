"""No two losses and no two journeys share a label in any table or heat map."""

from __future__ import annotations

import pytest
from drawing import parse
from hypothesis import given
from hypothesis import strategies as st

import blastradius as br
from blastradius.graph import DependencyGraph
from blastradius.reports.html.matrix import matrix
from blastradius.reports.html.texts import labels
from blastradius.reports.tables import sheets
from blastradius.reports.text import pages
from blastradius.reports.view import View


@pytest.fixture
def graph():
    drawn = parse("web -> us/db\napi -> eu/db\njourney buy: web\njourney read: api")
    names = {"us/db": "db", "eu/db": "db"}
    components = tuple(one.model_copy(update={"name": names.get(one.id, one.name)}) for one in drawn.components)
    journeys = tuple(one.model_copy(update={"name": "shop"}) for one in drawn.journeys)
    return DependencyGraph(drawn.model_copy(update={"components": components, "journeys": journeys}))


def test_the_page_tells_them_apart(graph):
    found = matrix(br.report(graph, by=["component"]))
    (group,) = found.groups
    assert {one["name"] for one in group["columns"]} == {"us/db", "eu/db", "web", "api"}
    assert {row["name"] for row in found.rows} == {"journey:buy", "journey:read"}
    assert "journey:buy breaks without us/db" in {cell["said"] for row in found.rows for cell in row["cells"][0]}


def test_the_tables_and_the_screen_tell_them_apart(graph):
    made = br.report(graph, by=["component"])
    from blastradius.reports.sheets import report  # noqa: F401  # enters the tables

    for table in sheets["Report"].tables(made):
        if table.title in ("Losing each component", "Single points of failure"):
            assert {row[0] for row in table.rows} >= {"us/db", "eu/db"}
    from blastradius.reports.text import report as _  # noqa: F401  # enters the page

    said = "\n".join(pages["Report"](made, View(width=None)))
    assert "us/db  1 broken: journey:buy" in said


def test_a_heat_map_tells_them_apart(graph):
    made = br.heatmap(br.sweep(graph, by="component"))
    assert sorted(made.labels[0]) == ["journey:buy", "journey:read"]
    assert sorted(made.labels[1]) == ["api", "eu/db", "us/db", "web"]


@given(st.dictionaries(st.text("ab", max_size=30), st.sampled_from(["x", "y" * 30, "y" * 31]), max_size=6))
def test_labels_are_never_the_same_and_never_too_long(names):
    found = labels(names.items(), 12)
    assert len(set(found.values())) == len(names)
    assert all(len(label) <= 12 for label in found.values())
