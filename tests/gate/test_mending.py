"""What counts as fixed: what somebody mended, not what went out of sight or turned into something worse."""

from __future__ import annotations

import json

import pytest
from gate.judging import drawn, judged
from gate.repository import Repository
from gate.shop import FILES

from blastradius.model import Gap

ALL = "journeys: {checkout: {entries: ['function:*']}}\n"
JOBS = """provider "aws" {
  region = "us-east-1"
}
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
resource "aws_lambda_function" "job" {
  function_name = "job"
  environment {
    variables = { QUEUE = aws_sqs_queue.jobs.url }
  }
}
"""


def _gated(shop: Repository, capsys) -> tuple[int, dict]:
    capsys.readouterr()
    code = shop.gate("--format", "json")
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


@pytest.fixture
def shop(tmp_path):
    return Repository(tmp_path / "shop", FILES | {"blastradius.yaml": ALL, "jobs/main.tf": JOBS})


def _delete(shop: Repository, name: str) -> None:
    (shop.folder / name).unlink()


def test_a_deleted_file_mends_nothing(shop, capsys):
    """The journey asks for its entries as before: nobody took a need out."""
    _delete(shop, "jobs/main.tf")
    _, result = _gated(shop, capsys)
    assert result["counts"]["fixed"] == 0, result["fixed"]
    assert any(
        one.startswith("jobs/main.tf is gone, and with it function:job, queue:jobs, needed by checkout;")
        for one in result["notices"]
    )


def test_a_need_that_was_taken_out_is_fixed(shop, capsys):
    shop.replace("infra/main.tf", "      AUDIT = aws_sqs_queue.audit.url\n", "")
    _delete(shop, "infra/queues.tf")
    code, result = _gated(shop, capsys)
    assert code == 0, result["findings"]
    assert {one["dependency"].rpartition(".")[2] for one in result["fixed"]} == {"audit"}
    assert result["notices"] == []


def test_what_is_moved_is_not_gone(shop, capsys):
    shop.move("infra", "platform/terraform")
    _, result = _gated(shop, capsys)
    assert (result["counts"]["fixed"], result["notices"]) == (0, [])


def test_what_was_unknown_and_breaks_now_is_not_fixed():
    shop = "journey checkout: web tier 1\nweb -> price\n"
    gap = Gap(scope="price", component="price", hides="dependency", reason="an address leads nowhere")
    base = drawn(shop).model_copy(update={"gaps": (gap,)})
    result = judged(base, shop + "price -> us-east-1\n")
    assert {one.rule for one in result.findings if one.status == "new"} == {"BR001"}
    assert {(one.rule, one.domain_name) for one in result.fixed} == {("BR005", "eu-west-1"), ("BR005", None)}
    assert judged(base, shop).counts.fixed == 3


def test_a_journey_that_is_gone_took_its_findings_with_it():
    shop = "journey other: web tier 1\njourney checkout: web tier 1\nweb -> us-east-1\n"
    result = judged(shop, shop.replace("journey checkout: web tier 1\n", ""))
    assert result.counts.fixed == 0
