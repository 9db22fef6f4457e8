"""Stacks that nest themselves, that nest too deep and that are too many: one gap each, and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from blastradius.scanners.cloudformation import world
from templates import Read, read

HEAD = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Q: {Type: AWS::SQS::Queue}\n"


def nests(path: str, *names: str) -> str:
    return "".join(
        f"  {name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {path}}}}}\n" for name in names
    )


def limits(found: Read) -> list[str]:
    return [reason for reason in found.gaps if "nothing says in which region" not in reason]


def test_a_stack_that_nests_itself_is_one_gap_with_the_way_round(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.yaml": HEAD + nests("./a.yaml", "Me")})

    assert limits(found) == [
        "nested stack Me includes itself through a.yaml → a.yaml: it can never be deployed so",
    ]
    assert list(found.components) == ["a.yaml:Q"]


def test_stacks_that_nest_each_other_are_one_gap_however_they_are_reached(tmp_path: Path) -> None:
    files = {
        "main.yaml": HEAD + nests("a.yaml", "One", "Two"),
        "a.yaml": HEAD + nests("b.yaml", "B"),
        "b.yaml": HEAD + nests("a.yaml", "A"),
    }

    found = read(tmp_path, files)

    assert limits(found) == [
        "nested stack A includes itself through a.yaml → b.yaml → a.yaml: it can never be deployed so",
    ]
    assert len(found.components) == 5


def test_stacks_nested_too_deep_are_one_gap_and_all_templates_are_read(tmp_path: Path) -> None:
    files = {f"l{n:02}.yaml": HEAD + (nests(f"l{n + 1:02}.yaml", "N") if n < 39 else "") for n in range(40)}

    found = read(tmp_path, files)

    assert limits(found) == ["stacks are nested more than 12 levels deep: what lies deeper is not read in its place"]
    assert len(found.components) == 40


def test_a_flood_of_stacks_is_one_gap_and_takes_nothing_from_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "MAX_STACKS", 60)
    names = [f"N{n}" for n in range(10)]
    flood = {f"l{n}.yaml": HEAD + nests(f"l{n + 1}.yaml", *names) for n in range(5)}
    beside = {"l5.yaml": HEAD, "x.yaml": HEAD + nests("y.yaml", "Y"), "y.yaml": HEAD, "z.yaml": HEAD}

    found = read(tmp_path, {**flood, **beside})

    (gap,) = limits(found)
    assert gap.startswith("more than 60 stacks")
    assert {"x.yaml:Q", "y.yaml:Q", "z.yaml:Q", "l5.yaml:Q"} <= found.components.keys()


def test_a_nested_stack_is_in_the_environment_of_the_one_around_it(tmp_path: Path) -> None:
    settings = """\
version = 0.1
[production.deploy.parameters]
region = "eu-west-1"
stack_name = "shop"
"""
    files = {"template.yaml": HEAD + nests("in.yaml", "N"), "in.yaml": HEAD, "samconfig.toml": settings}

    found = read(tmp_path, files)

    assert {one.environment for one in found.components.values()} == {"production"}
    assert {one.region for one in found.components.values()} == {"eu-west-1"}
