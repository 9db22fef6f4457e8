"""Folders of tests, examples and other people's code: passed by, counted, and read where somebody means them."""

from __future__ import annotations

import pytest
from scanning import Scan, deployment, written

from blastradius.errors import InputError
from blastradius.scanners import scan

WEB = {"deploy/web.yaml": deployment("web")}


def names(result) -> list[str]:
    return sorted(component.name for component in Scan(result).components.values())


@pytest.mark.parametrize(
    "folder", ["test", "tests/unit", "testdata", "src/__tests__", "spec", "fixtures", "examples/complete", "example", "samples", "e2e"]
)  # fmt: skip
def test_tests_and_examples_are_passed_by_and_their_files_counted(tmp_path, folder):
    top = written(tmp_path, {**WEB, f"{folder}/a.yaml": deployment("a"), f"{folder}/b/c.yaml": deployment("c")})
    result = scan([top])
    assert names(result) == ["web"]
    (left,) = result.coverage.skipped.items()
    assert left[0] == f"in {next(part for part in folder.split('/') if part not in ('src', 'unit', 'complete'))}/"
    assert left[1] == 2
    assert names(scan([top], include_tests=True)) == ["a", "c", "web"]
    assert scan([top], include_tests=True).coverage.skipped == {}


@pytest.mark.parametrize(
    "folder", ["testing-grounds", "latest", "contest", "inspector", "exampleshop", "Tests", "vendor"]
)
def test_a_name_that_only_resembles_one_is_read(tmp_path, folder):
    top = written(tmp_path, {**WEB, f"{folder}/a.yaml": deployment("a")})
    assert names(scan([top])) == ["a", "web"]
    assert scan([top]).coverage.skipped == {}


@pytest.mark.parametrize("manager", ["go.mod", "composer.json", "Gemfile"])
def test_vendor_beside_its_manager_is_other_peoples_code(tmp_path, manager):
    top = written(tmp_path, {**WEB, "vendor/x/a.yaml": deployment("a"), "vendor/b.yaml": deployment("b"), manager: ""})
    result = scan([top])
    assert names(result) == ["web"]
    assert result.coverage.skipped == {"in vendor/": 1}


def test_test_beside_other_stages_is_a_stage(tmp_path):
    top = written(tmp_path, {"overlays/test/a.yaml": deployment("a"), "overlays/prod/b.yaml": deployment("b")})
    assert names(scan([top])) == ["a", "b"]


@pytest.mark.parametrize("named", ["examples/complete", "examples", "examples/complete/a.yaml"])
def test_what_is_named_is_read_and_all_below_it(tmp_path, named):
    top = written(tmp_path, {**WEB, "examples/complete/a.yaml": deployment("a"), "examples/complete/tests/b.yaml": "["})
    (top / ".git").mkdir()
    result = scan([top / named])
    assert names(result) == ["a"]
    assert result.coverage.skipped == {}


def test_standing_in_a_folder_of_tests_is_naming_it(tmp_path, monkeypatch):
    top = written(tmp_path, {**WEB, "tests/data/fixtures/a.yaml": deployment("a")})
    (top / ".git").mkdir()
    monkeypatch.chdir(top / "tests" / "data")
    from pathlib import Path

    assert names(scan([Path(".")])) == ["a"]


def test_a_repository_of_examples_alone_is_read(tmp_path):
    top = written(tmp_path, {"README.md": "", "examples/a.yaml": deployment("a"), "tests/b.yaml": deployment("b")})
    result = scan([top])
    assert names(result) == ["a"]
    assert result.coverage.skipped == {"in tests/": 1}


def test_with_nothing_else_to_scan_it_says_what_was_passed_by(tmp_path):
    top = written(tmp_path, {"README.md": "", "tests/b.yaml": deployment("b")})
    with pytest.raises(InputError, match=r"among 1 file \(skipped: 1 in tests/; --include-tests"):
        scan([top])


def test_tests_of_a_chart_do_not_count_as_its_templates(tmp_path):
    chart = {"chart/Chart.yaml": "name: c", "chart/templates/tests/t.yaml": "{{", "chart/templates/a.yaml": "{{"}
    top = written(tmp_path, {**WEB, **chart})
    result = scan([top])
    assert result.coverage.skipped == {"in tests/": 1}
    assert all("tests/" not in gap.scope for gap in Scan(result).gaps)


def test_each_scanner_says_what_it_wrote_down(tmp_path):
    result = scan([written(tmp_path, {"web.yaml": deployment("web", env={"DB_HOST": "db"})})])
    (seen,) = [one for one in result.coverage.scanners if one.scanner == "kubernetes"]
    assert (seen.parsed, seen.components) == (1, 1)
    assert seen.dependencies >= 1


@pytest.mark.parametrize(
    "folder", ["template/skeleton", "skeletons/web", "{{cookiecutter.name}}", "${{ values.name }}"]
)
def test_what_a_tool_copies_into_a_new_repository_is_passed_by_and_counted(tmp_path, folder):
    top = written(tmp_path, {**WEB, f"{folder}/a.yaml": deployment("a")})
    assert names(scan([top])) == ["web"]
    assert sum(scan([top]).coverage.skipped.values()) == 1
    assert names(scan([top / folder])) == ["a"]


def test_a_file_that_a_scaffolder_fills_in_is_passed_by_and_counted(tmp_path):
    text = deployment("a").replace("name: a", "name: ${{ values.name }}")
    result = scan([written(tmp_path, {**WEB, "content/a.yaml": text})])
    assert names(result) == ["web"]
    assert result.coverage.skipped == {"templates of a scaffolder": 1}


@pytest.mark.parametrize("sign", ["%{ if x }", "%{~ for a in b ~}", "{% if x %}", "{{- if x }}"])
def test_a_template_that_is_no_yaml_is_called_a_template(tmp_path, sign):
    result = scan([written(tmp_path, {"a.yaml": f"kind: Deployment\na: [\n{sign}\nb: c\n"})])
    assert any("is a template" in gap.reason for gap in Scan(result).gaps)
