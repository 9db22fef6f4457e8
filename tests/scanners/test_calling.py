"""Spans, attempts, and retries of the AWS SDKs wherever a program is told its variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import written

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.calling import attempts, span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2s", 2.0), ("250ms", 0.25), ("1m30s", 90.0), ("0.5s", 0.5), ("1h", 3600.0), ("PT2M", 120.0), ("pt0.5s", 0.5),
        ("P1D", 86400.0), (3, 3.0), ("3", 3.0), ("", None), ("s", None), ("1x", None), ("1s2", None), ("-1s", None),
        ("P", None), ("PT", None), (True, None), (None, None), (-1, None), ([], None), ("1 s", 1.0), ("${T}", None),
    ],
)  # fmt: skip
def test_spans(text, seconds):
    assert span(text) == (pytest.approx(seconds) if seconds is not None else None)


def test_a_bare_number_is_of_the_unit_that_its_setting_has():
    assert span("1500", unit="ms") == 1.5
    assert span("2s", unit="ms") == 2.0


@pytest.mark.parametrize(
    ("value", "extra", "count"),
    [(3, 0, 3), ("3", 1, 4), (0, 0, None), (0, 1, 1), (-1, 0, None), ("x", 0, None), (True, 0, None), (99999, 0, 10_000), ("2147483647", 1, 10_000), (2.5, 0, None)],
)  # fmt: skip
def test_attempts(value, extra, count):
    assert attempts(value, extra) == count


@given(st.text(max_size=80) | st.integers() | st.floats() | st.none())
def test_anything_is_a_span_or_none(value):
    found = span(value)
    assert found is None or found >= 0


TERRAFORM = """
    provider "aws" { region = "eu-west-1" }
    resource "aws_sqs_queue" "orders" { name = "orders" }
    resource "aws_lambda_function" "pay" {
      function_name = "pay"
      environment {
        variables = {
          QUEUE_URL        = aws_sqs_queue.orders.url
          AWS_MAX_ATTEMPTS = "7"
        }
      }
    }
"""
TEMPLATE = """
    Resources:
      Orders: {Type: AWS::SQS::Queue}
      Pay:
        Type: AWS::Lambda::Function
        Properties:
          Environment:
            Variables:
              QUEUE_URL: !Ref Orders
              AWS_MAX_ATTEMPTS: "7"
              AWS_RETRY_MODE: standard
"""


@pytest.mark.parametrize(("name", "text"), [("main.tf", TERRAFORM), ("template.yaml", TEMPLATE)])
def test_retries_of_functions(tmp_path, name, text):
    result = scan([written(tmp_path, {name: text})])
    inventory = assemble(result.facts, result.coverage, result.roots)
    kinds = {one.id: one.kind for one in inventory.components}
    stated = {(kinds[one.dependent], kinds[one.dependency]): one for one in inventory.dependencies if one.attempts}
    assert {key: one.attempts for key, one in stated.items()} == {("function", "queue"): 7}
    line = {"main.tf": 9, "template.yaml": 10}[name]
    (found,) = stated.values()
    assert f"{name}:{line}" in [one.locator for one in found.evidence]
