"""Every scanner that reads settings leaves it to what answers an address whether that is the program's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from clouds import MAIN
from recorded import Recorded
from scanning import deployment, scanned

from blastradius.assemble import assemble
from blastradius.model import Coverage, DependencyFact, Inventory
from blastradius.scanners import scan

_NAME, _PARTNER, _OWN = "WEBHOOK_URL", "https://hooks.partner.example/x?token=hunter2", "https://shop.example.com/"
_FILES = {
    "kubernetes": {"web.yaml": deployment("web", env={"WEBHOOK_URL": _PARTNER})},
    "compose": {"compose.yaml": f"services: {{web: {{image: x/web, environment: {{{_NAME}: '{_PARTNER}'}}}}}}"},
    "terraform": {
        "main.tf": 'provider "aws" { region = "eu-west-1" }\nresource "aws_lambda_function" "web" {\n function_name = "web"\n'
        f' environment {{\n  variables = {{ {_NAME} = "{_PARTNER}" }}\n }}\n}}\n'
    },
    "cloudformation": {
        "template.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Web:\n    Type: AWS::Lambda::Function\n"
        f"    Properties: {{Handler: a.b, Environment: {{Variables: {{{_NAME}: '{_PARTNER}'}}}}}}\n"
    },
    "serverless": {
        "serverless.yml": "service: shop\nprovider: {name: aws, region: eu-west-1}\nfunctions:\n  web:\n    handler: a.b\n"
        f"    environment: {{{_NAME}: '{_PARTNER}'}}\n"
    },
    "dockerfile": {"Dockerfile": f"FROM scratch\nENV {_NAME}={_PARTNER}\n"},
    "plain": {".env.production": f"{_NAME}={_PARTNER}\n", "Dockerfile": "FROM scratch\n"},
}


@pytest.mark.parametrize("source", _FILES)
def test_the_name_alone_tells_nothing(tmp_path: Path, source: str) -> None:
    found = scanned(tmp_path, _FILES[source])
    told = [
        (fact.reference.texts, fact.perhaps_own)
        for fact in found.rules
        if isinstance(fact, DependencyFact) and fact.via.endswith(_NAME)
    ]
    assert told == [(("hooks.partner.example",), True)], found.lines()
    assert "hunter2" not in found.dump()


def test_of_an_account() -> None:
    arn = f"arn:aws:lambda:us-east-1:{MAIN}:function:web"
    told = Recorded().told(
        "lambda:ListFunctions",
        {"Functions": [{"FunctionName": "web", "FunctionArn": arn, "Environment": {"Variables": {_NAME: _PARTNER}}}]},
    )
    fact = told.facts().needs[arn, "hooks.partner.example"]
    assert fact.perhaps_own


def _inventory(folder: Path, files: dict[str, str]) -> Inventory:
    scanned(folder, files)
    return assemble(scan([folder / "shop"]).facts, Coverage(), ["shop"])


def test_its_own_ingress_is_nothing_and_a_vendor_is_needed(tmp_path: Path) -> None:
    env = {
        "WEBHOOK_URL": _OWN,
        "APP_URL": "https://hooks.slack.com/services/x",
        "SITE_URL": "https://other.example.net",
    }
    ingress = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec: {rules: [{host: shop.example.com, http: {paths: [{path: /, backend: {service: {name: web}}}]}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
---
"""
    here = _inventory(tmp_path, {"web.yaml": ingress + deployment("web", env=env)})
    web = "k8s:shop/default/Deployment/web"
    runtime = {one.dependency for one in here.dependencies if one.dependent == web and one.phase != "startup"}
    assert runtime == {"vendor:slack"}
    assert {gap.reference for gap in here.gaps if gap.component == web} == {"external:other.example.net"}


def test_a_name_that_a_proxy_is_told_to_show_is_its_own(tmp_path: Path) -> None:
    text = f"services: {{web: {{image: x/web, environment: {{VIRTUAL_HOST: shop.example.com, {_NAME}: '{_OWN}'}}}}}}"
    found = scanned(tmp_path, {"compose.yaml": text})
    assert not [one for one in found.rules if isinstance(one, DependencyFact) and one.perhaps_own]


@pytest.mark.parametrize("value", ["https://${HOST}/", "${WEBHOOK}"])
def test_a_variable_under_such_a_name_is_a_gap(tmp_path: Path, value: str) -> None:
    found = scanned(tmp_path, {"web.yaml": deployment("web", env={_NAME: value})})
    assert [gap.component for gap in found.gaps if "is not resolved" in gap.reason] == [
        "k8s:shop/default/Deployment/web"
    ]
