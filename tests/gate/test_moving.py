"""What is moved is what it was; what is swapped, in one change, for another of its name is new."""

from __future__ import annotations

import json
import os

import pytest
from gate.judging import drawn, judged, new, places
from gate.repository import Repository
from gate.shop import FILES
from gate.test_pull_requests import _table as add_table

from blastradius.gate.ends import called
from blastradius.model import Component, Evidence, Gap

BOTH = "journey checkout: top\ntop -> web\ntop -> site\n"
NAMED = {"site": {"name": "web"}}


def _gated(shop: Repository, capsys) -> tuple[int, dict]:
    capsys.readouterr()
    code = shop.gate("--format", "json")
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


def test_one_mended_does_not_let_another_of_its_name_through():
    base = drawn(BOTH + "web -> a\na -> us-east-1", **NAMED)
    head = drawn(BOTH + "site -> a\na -> us-east-1", **NAMED)
    (found,) = new(base, head, "BR001")
    assert (found.dependent, found.dependency) == ("site", "a")
    assert new(head, head, "BR001") == []
    assert judged(base, head).counts.fixed == 1


def test_what_comes_in_the_place_of_another_is_not_said_to_be_beside_it():
    base = "journey checkout: web\nweb -> a\na -> us-east-1\nb -> us-east-1"
    (found,) = new(base, base.replace("web -> a", "web -> b"), "BR001")
    assert found.message == "checkout now depends on us-east-1 through service:b"
    assert found.was == "checkout fell with us-east-1 through service:a"


def test_one_hardened_beside_another_of_its_name():
    base = drawn(BOTH + "web ~> mail\nsite -> mail", **NAMED)
    head = drawn(BOTH + "web -> mail\nsite -> mail", **NAMED)
    assert [one.dependent for one in new(base, head, "BR006")] == ["web"]


def test_a_place_lost_beside_another_of_its_name():
    there = drawn(BOTH, **NAMED)
    base = places(there, {"web": "eu-west-1", "site": "eu-west-1"})
    head = places(there, {"web": "eu-west-1", "site": None})
    assert [one.dependency for one in new(base, head, "BR011")] == ["site"]


@pytest.mark.parametrize("folder", ["envs/prod", "staging", "live/test-eu"])
def test_a_folder_that_names_an_environment_changes_nothing(folder, tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    add_table(shop)
    shop.commit()
    before = _gated(shop, capsys)[1]
    shop.move("infra", f"{folder}/infra")
    code, result = _gated(shop, capsys)
    assert (code, result["counts"]["new"], result["counts"]["fixed"]) == (0, 0, 0), [
        one["message"] for one in result["findings"] if one["status"] == "new"
    ]
    assert result["counts"]["known"] == before["counts"]["known"]


def test_an_environment_counts_where_something_states_it():
    read = Evidence(
        scanner="terraform", locator="prod/x.tf:1", basis="inferred", note="environment prod: by the word in prod"
    )
    plain = Component(id="tf:a:x", kind="database", name="x")
    assert called(plain) == called(plain.model_copy(update={"environment": "prod", "evidence": (read,)}))
    assert called(plain) != called(plain.model_copy(update={"environment": "prod"}))
    assert called(plain) != called(plain.model_copy(update={"environment": "test", "evidence": (read,)}))


def test_one_environment_mended_and_another_broken(tmp_path, capsys):
    """Both hold the same code; the need of production is not excused by the one that staging had."""
    table = 'resource "aws_dynamodb_table" "t" {\n  name = "t"\n  hash_key = "id"\n}\n'
    need = "    environment {\n    variables = { T = aws_dynamodb_table.t.name }\n  }\n"
    function = 'resource "aws_lambda_function" "f" {{\n  function_name = "f"\n  {need}}}\n'
    region = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    files = {"blastradius.yaml": "journeys: {checkout: {entries: ['function:f']}}\n"}
    for stage, said in (("staging", need), ("prod", "")):
        files |= {f"{stage}/a.tf": region + table, f"{stage}/f.tf": function.format(need=said)}
    shop = Repository(tmp_path / "shop", files)
    shop.write("staging/f.tf", function.format(need=""))
    shop.write("prod/f.tf", function.format(need=need))
    code, result = _gated(shop, capsys)
    places = {one["location"]["path"] for one in result["findings"] if one["status"] == "new"}
    assert (code, places) == (1, {"prod/f.tf"})


def test_a_chart_that_no_program_here_renders_is_the_same_on_both_sides(tmp_path, capsys, monkeypatch):
    """Neither helm nor kubectl: what is in the chart is a gap of both, and a change elsewhere is judged."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").symlink_to(next(f"{one}/git" for one in os.get_exec_path() if os.access(f"{one}/git", os.X_OK)))
    monkeypatch.setenv("PATH", str(tools))
    from blastradius.scanners.kubernetes import programs

    programs._kustomize.cache_clear()
    chart = {
        "charts/cart/Chart.yaml": "apiVersion: v2\nname: cart\nversion: 1.0.0\n",
        "charts/cart/templates/d.yaml": "kind: Deployment\nmetadata: {name: {{ .Release.Name }}}\n",
        "deploy/kustomization.yaml": "resources: [d.yaml]\nnamePrefix: x-\n",
        "deploy/d.yaml": """\
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: cart}
            spec:
              selector: {matchLabels: {app: cart}}
              template:
                metadata: {labels: {app: cart}}
                spec:
                  containers: [{name: cart, image: "example.org/cart:1"}]
            """,
    }
    shop = Repository(tmp_path / "shop", FILES | chart)
    code, result = _gated(shop, capsys)
    assert (code, result["counts"]["new"], result["notices"]) == (0, 0, [])
    assert sum("is not installed" in gap["reason"] or "is installed" in gap["reason"] for gap in result["gaps"]) >= 2
    add_table(shop)
    code, result = _gated(shop, capsys)
    assert (code, result["counts"]["new"]) == (1, 1)
    programs._kustomize.cache_clear()


def test_a_base_that_was_read_where_a_program_is(tmp_path):
    """A nightly inventory of a machine with helm, judged on one without: nothing is new by that, and it is said."""
    chart = Evidence(scanner="kubernetes", locator="charts/cart/Chart.yaml:1")
    base = drawn("journey checkout: web\nweb -> cart\ncart -> us-east-1", cart={"evidence": (chart,)})
    lost = drawn("journey checkout: web")
    area = Gap(
        scope="charts/cart/Chart.yaml", hides="dependency", evidence=(chart,),
        reason="could not be read: the Helm chart was not rendered: helm is not installed",
    )  # fmt: skip
    address = Gap(scope="web", component="web", reference="cart:80", hides="dependency", reason="cart leads nowhere")
    head = lost.model_copy(update={"gaps": (area, address)})
    result = judged(base, head)
    assert result.passed, [one.message for one in result.findings]
    assert [one for one in result.notices if "helm is not installed, and it was read where it was" in one]
    other = area.model_copy(update={"reason": "could not be read: line 3: no mapping"})
    assert [one.rule for one in judged(base, lost.model_copy(update={"gaps": (other, address)})).findings if one.fails]
