"""The same files read by python-hcl2, an independent parser: the same blocks, labels, arguments and literals."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import hcl2
import pytest

from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.syntax import Body, Items, Literal, Node, Object

SAMPLES = {
    "blocks": """
        # a comment
        terraform {
          required_version = ">= 1.5"
          required_providers {
            aws = { source = "hashicorp/aws", version = "~> 6.0" }
          }
          backend "s3" {}
        }
        provider "aws" {
          alias  = "disaster-recovery"
          region = "us-east-1"
        }
        resource "aws_sqs_queue" "jobs" {
          name       = "jobs" // trailing
          fifo_queue = true
          delay      = 30
          tags       = { Name = "jobs", Team = "shop" }
          lifecycle { ignore_changes = [tags] }
          timeouts {
            create = "5m"
          }
        }
        """,
    "expressions": """
        locals {
          sum      = 1 + 2 * 3
          choice   = var.on ? "yes" : "no"
          names    = [for s in var.subnets : upper(s.name) if s.public]
          by_name  = { for k, v in var.all : k => v... }
          arns     = aws_sqs_queue.q[*].arn
          legacy   = aws_sqs_queue.q.*.arn
          first    = aws_sqs_queue.q[0].arn
          text     = "a-${var.x}-${join(",", ["b", "c"])}"
          escaped  = "$${not} \\"quoted\\""
          nested   = { a = { b = [1, 2, { c = "d" }] } }
          empty    = {}
          none     = []
          multi = [
            "a",
            "b",
          ]
          call = merge(
            local.a,
            { b = 1 },
          )
        }
        """,
    "heredocs": """
        resource "aws_iam_policy" "p" {
          policy = <<EOF
        {"Version": "2012-10-17", "Statement": [{"Resource": "${aws_sqs_queue.q.arn}"}]}
        EOF
          other = <<-EOF
            indented
          EOF
          after = 1
        }
        """,
    "dynamic": """
        resource "aws_dynamodb_table" "t" {
          dynamic "replica" {
            for_each = var.replicas
            content {
              region_name = replica.value.region_name
            }
          }
          attribute {
            name = "id"
            type = "S"
          }
          attribute {
            name = "at"
            type = "N"
          }
        }
        """,
}
_NOTES = {"__is_block__", "__comments__", "__inline_comments__", "__start_line__", "__end_line__"}


def _ours(body: Body) -> Any:
    arguments = {name: _literal(argument.value) for name, argument in body.arguments.items()}
    return arguments, sorted(((one.type, one.labels, _ours(one.body)) for one in body.blocks), key=repr)


def _literal(node: Node) -> Any:
    """Literals and what is made of them alone; anything else is the same for both."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, int | bool) or node.value is None else _plain(node.value)
    if isinstance(node, Items):
        return [_literal(item) for item in node.items]
    if isinstance(node, Object):
        return {key.value: _literal(value) for key, value in node.items if isinstance(key, Literal)}
    return "<expression>"


def _plain(text: str) -> Any:
    simple = text.replace("-", "").replace(" ", "").replace("/", "").replace("_", "").isalnum()
    return text if simple else "<expression>"


def _theirs(body: dict[str, Any]) -> Any:
    arguments: dict[str, Any] = {}
    blocks: list[Any] = []
    for name, value in body.items():
        if name in _NOTES:
            continue
        inner = [_unlabelled(one) for one in value] if isinstance(value, list) else []
        if inner and all(one is not None for one in inner):
            blocks.extend((name, labels, _theirs(one)) for labels, one in inner)
        else:
            arguments[name] = _value(value)
    return arguments, sorted(blocks, key=repr)


def _unlabelled(value: Any) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    labels: list[str] = []
    while isinstance(value, dict) and "__is_block__" not in value:
        names = [name for name in value if name not in _NOTES]
        if len(names) != 1:
            return None
        labels.append(names[0].strip('"'))
        value = value[names[0]]
    return (tuple(labels), value) if isinstance(value, dict) else None


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {key.strip('"'): _value(one) for key, one in value.items() if key not in _NOTES}
    if isinstance(value, str):
        return _plain(value[1:-1]) if value.startswith('"') and value.endswith('"') else "<expression>"
    return value


@pytest.mark.parametrize("name", SAMPLES)
def test_an_independent_parser_reads_the_same(name):
    text = dedent(SAMPLES[name])
    assert _ours(parse(text)) == _theirs(hcl2.loads(text))
