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
from blastradius.assemble.citing import is_cited
from blastradius.catalog import data
from blastradius.catalog.records import ServiceDependency, Vendor
from blastradius.catalog.services import service_dependencies, vendors
from blastradius.durations import parse_duration
from blastradius.graph import DependencyGraph
from blastradius.model import BlastRadius, JourneyResult, Scenario
from blastradius.pipeline import explain, open_all
from blastradius.reports import render
from blastradius.simulate import read_scenario, scenario, simulate

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(found.parent for found in (ROOT / "inventories").glob("*/expected.yaml"))
TODAY = date(2026, 10, 1)
QUESTION = {"name", "inventory", "scenario", "remove", "degrade", "for", "journeys", "components", "blocked"}
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
    if "catalog" in wanted:
        cites = [one.locator.split()[-1] for link in result.chain for one in link.evidence if one.scanner == "catalog"]
        said["catalog"] = wanted["catalog"] if wanted["catalog"] in cites else cites
    if "via" in wanted:
        chain = [link.dependency for link in result.chain]
        said["via"] = wanted["via"] if wanted["via"] in chain else chain
    return said


def told(wanted: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(wanted, str):
        return {"verdict": wanted}
    assert set(wanted) <= set(ANSWERS) | {"via", "catalog"}, f"unknown keys in {wanted}"
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
    cannot = {one.id: list(one.cannot) for one in result.components if one.state != "down"}
    assert {id: cannot[id] for id in row.get("components", {})} == row.get("components", {})
    if "blocked" in row:
        assert {one.dependent: list(one.needs) for one in result.refused} == row["blocked"]


CITED = [
    pytest.param(*case.values, name, wanted["catalog"], id=f"{case.id}: {name}")
    for case in rows()
    for name, wanted in case.values[1]["journeys"].items()
    if "catalog" in wanted
]


@pytest.mark.parametrize(("folder", "row", "name", "record"), CITED)
def test_a_proof_by_the_catalog_names_the_record_and_its_sources(
    folder: Path, row: dict[str, Any], name: str, record: str
) -> None:
    told = explain(opened(folder / row["inventory"]), name, scenario=asked(folder, row))
    text = " ".join(render(told, "text").split())
    (said,) = {
        (one.locator, one.note)
        for step in told.steps
        if step.link
        for one in step.link.evidence
        if one.scanner == "catalog" and one.locator.endswith(f" {record}")
    }
    assert f"{said[0]} {said[1]}" in text
    file = said[0].split()[1]
    found = record_of(file, record)
    assert re.match(r"confidence (high|medium|low), (source [\w, -]+|a recollection)", said[1] or "")
    pages = data.read(file)["sources"]
    named = [need.source for need in found.needs] if isinstance(found, Vendor) else [found.source]
    assert any(f"source {', '.join(one)}" in text for one in named)
    assert all(pages[key]["url"].startswith("https://") for one in named for key in one if key != "unverified")


@pytest.mark.parametrize(("folder", "row", "name", "record"), CITED)
def test_without_the_catalog_it_would_not_fall(folder: Path, row: dict[str, Any], name: str, record: str) -> None:
    """The same inventory less what the catalog says of what its platforms and vendors need."""
    whole = opened(folder / row["inventory"]).inventory
    kept = tuple(one for one in whole.dependencies if not is_cited(one))
    graph = DependencyGraph(whole.model_copy(update={"dependencies": kept}))
    result = simulate(graph, asked(folder, row), today=TODAY)
    (journey,) = [one for one in result.journeys if one.name == name]
    assert not any(one.scanner == "catalog" for link in journey.chain for one in link.evidence if record in one.locator)
    worst = ("survives", "degrades", "breaks")
    wanted = row["journeys"][name]["verdict"]
    assert worst.index(journey.verdict) < worst.index(wanted), record


def record_of(file: str, id: str) -> ServiceDependency | Vendor:
    if file == "vendors.yaml":
        return vendors()[id]
    (found,) = [one for one in service_dependencies() if (one.file, one.id) == (file, id)]
    return found


def test_evacuation_by_records_does_not_happen_without_the_region_they_are_changed_in(tmp_path: Path) -> None:
    """The README's words: nobody says how the switch works, so the catalog takes it for a change of records."""
    source = ROOT / "inventories/artifact-registry"
    text = (source / "after.yaml").read_text(encoding="utf-8")
    assert text.count(", needs: [dns/switch]") == 1
    (tmp_path / "after.yaml").write_text(text.replace(", needs: [dns/switch]", ""), encoding="utf-8")
    (tmp_path / "blastradius.yaml").write_bytes((source / "blastradius.yaml").read_bytes())
    graph = opened(tmp_path / "after.yaml")
    result = simulate(graph, scenario(("region:us-east-1", "id:dns/health-checks"), (), 3 * 3600), today=TODAY)
    verdicts = {one.name: one.verdict for one in result.journeys}
    assert [verdicts[name] for name in ("download", "upload", "read-resident")] == ["breaks"] * 3
    assert ("aws:control-plane/us-east-1/route53",) in [one.needs for one in result.refused]


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
