"""The shipped inventories answer as their `expected.yaml` says, and their READMEs show what the program prints."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from readmes import fresh, hold

from blastradius import examples
from blastradius.durations import parse_duration
from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, JourneyResult, Scenario
from blastradius.pipeline import open_all
from blastradius.simulate import read_scenario, scenario, simulate

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(found.parent for found in (ROOT / "inventories").glob("*/expected.yaml"))
TODAY = date(2026, 10, 1)
QUESTION = {"name", "inventory", "scenario", "remove", "degrade", "for", "journeys"}
ANSWERS = {
    "verdict": lambda result: result.verdict,
    "by_hand": lambda result: result.by_hand,
    "unrehearsed": lambda result: result.unrehearsed,
    "interrupted": lambda result: result.interrupted_for,
    "down": lambda result: result.downtime,
    "cost": lambda result: result.cost,
    "meets_rto": lambda result: result.meets_rto,
    "meets_rpo": lambda result: result.meets_rpo,
}
DURATIONS = {"interrupted", "down"}


def rows() -> list[Any]:
    found = []
    for folder in FOLDERS:
        for row in yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))["rows"]:
            found.append(pytest.param(folder, row, id=f"{folder.name}: {row['name']}"))
    return found


@cache
def opened(path: Path) -> DependencyGraph:
    return open_all(path).graph


def asked(folder: Path, row: dict[str, Any]) -> Scenario:
    if "scenario" in row:
        return read_scenario(folder / row["scenario"])
    duration = parse_duration(row["for"]) if "for" in row else None
    return scenario(tuple(row.get("remove", ())), tuple(row.get("degrade", ())), duration)


def answer(folder: Path, row: dict[str, Any]) -> BlastRadius:
    return simulate(opened(folder / row["inventory"]), asked(folder, row), today=TODAY)


def seen(result: JourneyResult, wanted: dict[str, Any]) -> dict[str, Any]:
    """What a result says about the questions that a row asks; `via` shows the chain where it lacks the id."""
    said = {key: ANSWERS[key](result) for key in wanted if key in ANSWERS}
    if "via" in wanted:
        chain = [link.dependency for link in result.chain]
        said["via"] = wanted["via"] if wanted["via"] in chain else chain
    return said


def told(wanted: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(wanted, str):
        return {"verdict": wanted}
    assert set(wanted) <= set(ANSWERS) | {"via"}, f"unknown keys in {wanted}"
    return {key: parse_duration(value) if key in DURATIONS else value for key, value in wanted.items()}


@pytest.mark.parametrize(("folder", "row"), rows())
def test_an_inventory_answers_as_expected(folder: Path, row: dict[str, Any]) -> None:
    assert set(row) <= QUESTION
    wanted = {name: told(value) for name, value in row["journeys"].items()}
    result = answer(folder, row)
    assert result.not_present == ()
    by_name = {journey.id.removeprefix("journey:"): journey for journey in result.journeys}
    assert set(by_name) == set(wanted), "a row names every journey"
    assert {name: seen(by_name[name], wanted[name]) for name in wanted} == wanted


@pytest.mark.parametrize(("folder", "row"), rows())
def test_nothing_is_left_unknown(folder: Path, row: dict[str, Any]) -> None:
    """Every place is stated, so that at worst nothing is worse than what is seen."""
    for journey in answer(folder, row).journeys:
        assert journey.at_worst == journey.verdict, journey.id


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_record_stands_on_a_cited_source(folder: Path) -> None:
    """Evidence is a page that the README cites, or a section of that README."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", readme, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    for path in sorted(folder.glob("*.yaml")):
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
        records = [*value.get("components", ()), *value.get("dependencies", ()), *value.get("redundancies", ())]
        for record in records:
            assert record["evidence"], record
            for evidence in record["evidence"]:
                page, _, anchor = evidence["locator"].partition("#")
                assert anchor in anchors if page == "README.md" else page in readme, (path.name, record)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_readme_shows_what_the_program_prints(folder: Path, request: pytest.FixtureRequest) -> None:
    """`pytest --snapshot-update` writes the output of each block anew."""
    path = folder / "README.md"
    wanted = fresh(path.read_text(encoding="utf-8"), ROOT)
    hold(path, wanted, request.config.getoption("--snapshot-update", default=False))


def test_every_shipped_inventory_is_tried() -> None:
    assert examples.names() == [folder.name for folder in FOLDERS]
    assert examples.path().is_file()


def test_an_unknown_example_is_refused_with_those_there_are() -> None:
    from blastradius.errors import UsageError

    with pytest.raises(UsageError, match="no shipped inventory is called 'nowhere': choose one of artifact-registry"):
        examples.path("nowhere")


@pytest.mark.parametrize("name", ["artifact-registry/inventory.yaml", "trading-single-region/multi-region.yaml"])
def test_every_cut_set_of_few_losses_is_proved_by_the_simulator(name: str) -> None:
    from blastradius.analysis.cuts import cuts

    graph = opened(ROOT / "inventories" / name)
    for journey in cuts(graph, max_order=2, limit=40).journeys:
        for one in journey.sets:
            result = simulate(graph, scenario(tuple(f"id:{id}" for id in one.ids)), today=TODAY)
            (found,) = [found for found in result.journeys if found.id == journey.id]
            assert found.verdict == "breaks", (journey.id, one.ids)
