"""Functions take one text where they take several, and say what they cannot take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drawing import parse

import blastradius as br
from blastradius.errors import UsageError
from blastradius.graph import DependencyGraph


@pytest.fixture(scope="module")
def graph():
    return DependencyGraph(parse("web -> db\njourney buy: web"))


@pytest.mark.parametrize(
    "asked",
    [
        lambda g, one: br.drain(g, one("id:db")),
        lambda g, one: br.drain(g, remove=one("id:db")),
        lambda g, one: br.cuts(g, one("buy")),
        lambda g, one: br.availability(g, one("buy")),
        lambda g, one: br.simulate(g, one("id:db")),
        lambda g, one: br.simulate(g, one("id:db"), degrade=one("id:web")),
        lambda g, one: br.explain(g, "buy", one("id:db")),
        lambda g, one: br.diff(g, g, one("id:db")),
        lambda g, one: br.report(g, by=one("component")),
    ],
)
def test_one_text_is_one(graph, asked):
    assert asked(graph, lambda text: text) == asked(graph, lambda text: [text])


def test_what_has_no_tables_is_said(graph):
    for what in (42, br.show(graph), None, [1]):
        with pytest.raises(UsageError, match=r"^frame: of a \w+ there are no tables: give a result"):
            br.frame(what)


@pytest.mark.parametrize(
    "text",
    [
        "journeys: {buy: {entries: [id:db]}}",
        "{journeys: {buy: {entries: [id:db]}}}",
        "journeys:\n  buy:\n    entries: [id:db]\n",
    ],
)
def test_an_overlay_is_a_text_or_a_path(graph, text, tmp_path):
    bare = graph.inventory.model_copy(update={"journeys": ()})
    assert [one.name for one in br.load(bare, overlay=text).journeys.values()] == ["buy"]
    path = tmp_path / "overlay.yaml"
    path.write_text(text)
    assert [one.name for one in br.load(bare, overlay=str(path)).journeys.values()] == ["buy"]


def test_the_overlay_of_the_readme_works_as_written():
    found = DependencyGraph(parse("web -> db")).inventory
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"`(br\.load\(found, overlay=.+?\))`", readme)
    made = eval(code, {"br": br, "found": found})  # the README's own words
    assert list(made.journeys) == ["journey:checkout"]
