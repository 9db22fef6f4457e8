"""What has another shape than its format is a gap with its line, wherever it lies: read as nothing, it would be silence."""

from __future__ import annotations

import json

import pytest
from scanning import deployment, written

from blastradius.scanners import scan

HEAD = "apiVersion: apps/v1\nkind: Deployment\n"


@pytest.mark.parametrize(
    ("name", "text", "line", "what"),
    [
        ("k.yaml", HEAD + "metadata: {name: a}\nspec: 3\n", 4, "Kubernetes writes it: spec is a number, not a mapping"),
        ("k.yaml", HEAD + "metadata: 3\nspec: {}\n", 3, "metadata is a number, not a mapping; metadata tells no name"),
        ("k.yaml", HEAD + "metadata: {name: a}\nspec: {template: [x]}\n", 4, "spec.template is a list, not a mapping"),
        ("k.yaml", HEAD + "metadata: {name: a}\nspec: {template: {spec: {containers: {a: b}}}}\n", 4, "containers is a mapping, not a list"),
        ("k.yaml", HEAD + "metadata: {name: a}\nspec: {template: {spec: {containers: [a]}}}\n", 4, "containers[0] is a text, not a mapping"),
        ("k.yaml", "apiVersion: v1\nkind: [x]\nmetadata: {name: c}\n", 2, "kind is a list, not a text"),
        ("k.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: x\n", 4, "data is a text, not a mapping"),
        ("t.yaml", "AWSTemplateFormatVersion: 2010-09-09\nResources: 3\n", 2, "CloudFormation writes it: Resources is a number"),
        ("compose.yaml", "services: 3\n", 1, "compose writes it: services is a number, not a mapping"),
        ("plan.json", json.dumps({"format_version": "1.2", "terraform_version": "1.5.0", "planned_values": 3}), 1, "planned_values is a number"),
    ],
)  # fmt: skip
def test_what_has_another_shape_is_a_gap_of_its_line(tmp_path, name, text, line, what):
    found = scan([written(tmp_path, {name: text, "other.yaml": deployment("web")})])
    (gap,) = [one for one in found.facts if getattr(one, "scope", "") == name and hasattr(one, "hides")]
    assert what in gap.reason
    assert gap.evidence[0].locator == f"{name}:{line}"


@pytest.mark.parametrize(
    "text",
    ["metadata: {name: a}\nspec:\n", "metadata: {name: a}\nspec: {template: {spec: {containers: }}}\n", "metadata: {generateName: a-}\n"],
)  # fmt: skip
def test_what_is_left_empty_is_no_fault(tmp_path, text):
    found = scan([written(tmp_path, {"k.yaml": HEAD + text})])
    assert not [one for one in found.facts if hasattr(one, "hides")]
