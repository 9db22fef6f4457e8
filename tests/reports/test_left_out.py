"""Of a large system machine-readable answers list the worst components, and say how many they leave out."""

from __future__ import annotations

import csv
import io
import json

import pytest
from drawing import parse

from blastradius import storage
from blastradius.analysis.regions import regions
from blastradius.cli import main
from blastradius.graph import DependencyGraph
from blastradius.pipeline import simulate
from blastradius.reports import View, render

DRAWING = "a -> db\nb ~> db\nc -> d\ne -> a | c\njourney buy: e\n"


@pytest.fixture
def answer():
    return simulate(DependencyGraph(parse(DRAWING)), ["id:db"])


def test_the_worst_are_listed_and_the_rest_counted(answer) -> None:
    for most in range(len(answer.components) + 2):
        found = answer.worst(most)
        assert list(found.components) == sorted(found.components, key=lambda one: one.id)
        assert len(found.components) + sum(found.omitted.values()) == len(answer.components)
        states = [one.state for one in answer.components if one not in found.components]
        assert {state: states.count(state) for state in states} == found.omitted
    assert {one.id for one in answer.worst(2).components} == {"a", "db"}
    assert answer.worst(3).worst(1).omitted == answer.worst(1).omitted
    assert answer.worst(0).journeys == answer.journeys


def test_every_format_says_so(answer) -> None:
    found = answer.worst(1)
    whole = f"2 down and 1 degraded of {len(answer.components)} components"
    assert whole in render(answer, "markdown", View())
    text = render(found, "markdown", View())
    assert whole in text
    assert "not listed: " in text
    assert json.loads(render(found, "json", View()))["omitted"] == found.omitted
    rows = [row for row in csv.reader(io.StringIO(render(found, "csv", View()))) if row[0] == "omitted"]
    assert [(row[1], row[2].split()[0]) for row in rows] == [(s, str(n)) for s, n in found.omitted.items()]


def test_regions_say_so_too() -> None:
    inventory = parse(DRAWING)
    whole = regions(inventory)
    found = whole.least(2)
    assert (len(found.components), found.omitted) == (2, len(whole.components) - 2)
    assert found.verdict == whole.verdict
    assert whole.least(100) == whole
    for form in ("csv", "markdown"):
        assert f"{found.omitted} more" in render(found, form, View())


def test_the_command_line_lists_as_many_as_it_is_told(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "i.json"
    storage.write(path, parse(DRAWING))
    for command in (["simulate", str(path), "--remove", "id:db"], ["regions", str(path)]):
        main([*command, "--format", "json", "--components", "1"])
        found = json.loads(capsys.readouterr().out)
        assert len(found["components"]) == 1
        assert found["omitted"]
        main([*command, "--format", "json"])
        assert not json.loads(capsys.readouterr().out)["omitted"]
