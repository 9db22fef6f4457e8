"""Environments: which one a path speaks of, and that each is told apart from the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scanning import Scan, deployment, scanned, service, written

from blastradius.assemble import assemble
from blastradius.model import Component, Inventory
from blastradius.scanners import scan
from blastradius.scanners.environments import stage_of
from templates import read

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {}}}\n"
BASE = {
    "base/kustomization.yaml": HEAD + "resources: [web.yaml, db.yaml]\n",
    "base/web.yaml": deployment("web", env={"DB_HOST": "db", "CACHE_HOST": "cache"}) + service("web"),
    "base/db.yaml": deployment("db") + service("db"),
}
needs_kustomize = pytest.mark.skipif(
    not (shutil.which("kustomize") or shutil.which("kubectl")), reason="neither kustomize nor kubectl is installed"
)


def overlay(name: str, replicas: int) -> dict[str, str]:
    return {
        f"{name}/kustomization.yaml": HEAD
        + f"resources: [{'../' * (name.count('/') + 1)}base]\npatches: [{{path: p.yaml}}]\n",
        f"{name}/p.yaml": PATCH.format(replicas),
    }


def assembled(folder: Path, files: dict[str, str]) -> Inventory:
    result = scan([written(folder, files)])
    return assemble(result.facts, result.coverage, result.roots)


def environments(found: Scan) -> dict[str, str | None]:
    return {id.partition(":")[2]: one.environment for id, one in sorted(found.components.items())}


@pytest.mark.parametrize(("path", "stage"), [
    ("overlays/staging", "staging"), ("envs/PROD/main.tf", "prod"), ("values-dev.yaml", "dev"), ("prod-eu/x.yaml", "prod"),
    ("docker-compose.prod.yml", "prod"), ("staging/us-east-1/x.yaml", "staging"), ("prod/qa/x", "qa"), ("pre-prod/x", "preprod"),
    ("product/x.yaml", None), ("latest/devices/x", None), ("reproduction.yaml", None), ("dev-to-prod/x", None), ("", None),
    ("testdata/x", None), ("prod/dev-vs-test.yaml", None),
])  # fmt: skip
def test_a_path_speaks_of_an_environment_by_whole_words_alone(path, stage):
    found = stage_of(path)
    assert (found.name if found else None) == stage


def test_evidence_says_which_part_of_the_path_told_it():
    found = stage_of("overlays/staging", where="overlays/staging/kustomization.yaml")
    assert found is not None
    piece = found.evidence("kubernetes")
    assert (piece.basis, piece.locator) == ("inferred", "overlays/staging/kustomization.yaml:1")
    assert piece.note == "environment staging: by the word in staging"


@needs_kustomize
def test_overlays_of_stages_are_environments_and_a_base_is_none(tmp_path):
    files = {**BASE, **overlay("overlays/staging", 2), **overlay("overlays/prod", 5)}
    files["common/cache.yaml"] = deployment("cache") + service("cache")
    found = scanned(tmp_path, files)
    assert environments(found) == {
        "shop-prod/default/Deployment/db": "prod",
        "shop-prod/default/Deployment/web": "prod",
        "shop-staging/default/Deployment/db": "staging",
        "shop-staging/default/Deployment/web": "staging",
        "shop/default/Deployment/cache": None,
    }
    assert found.gaps == []
    assert found.lines() == [
        "k8s:shop-prod/default/Deployment/web -> Deployment/cache",
        "k8s:shop-prod/default/Deployment/web -> k8s:shop-prod/default/Deployment/db",
        "k8s:shop-staging/default/Deployment/web -> Deployment/cache",
        "k8s:shop-staging/default/Deployment/web -> k8s:shop-staging/default/Deployment/db",
    ]


@needs_kustomize
def test_an_overlay_that_changes_nothing_is_an_environment_beside_one_that_does(tmp_path):
    files = {**BASE, **overlay("prod", 5), "dev/kustomization.yaml": HEAD + "resources: [../base]\n"}
    found = scanned(tmp_path, files)
    assert set(environments(found).values()) == {"dev", "prod"}
    assert len(found.components) == 4


@needs_kustomize
def test_overlays_of_no_stage_that_disagree_are_kept_apart_without_an_environment(tmp_path):
    found = scanned(tmp_path, {**BASE, **overlay("sites/lisbon", 2), **overlay("sites/porto", 5)})
    assert found.gaps == []
    assert set(environments(found)) == {
        f"shop-{site}/default/Deployment/{name}" for site in ("lisbon", "porto") for name in ("db", "web")
    }
    assert set(environments(found).values()) == {None}


@needs_kustomize
def test_overlays_of_one_stage_for_two_places_are_one_environment_and_two_systems(tmp_path):
    found = scanned(tmp_path, {**BASE, **overlay("prod/east", 2), **overlay("prod/west", 5)})
    assert {id.partition("/")[0]: stage for id, stage in environments(found).items()} == {
        "shop-east": "prod", "shop-west": "prod",
    }  # fmt: skip


def test_parts_of_one_environment_in_several_folders_are_one_system(tmp_path):
    files = {}
    for stage in ("dev", "prod"):
        files[f"web/{stage}/web.yaml"] = deployment("web", env={"DB_HOST": "db"})
        files[f"db/{stage}/db.yaml"] = deployment("db") + service("db")
    assert scanned(tmp_path, files).lines() == [
        f"k8s:shop-{stage}/default/Deployment/web -> k8s:shop-{stage}/default/Deployment/db"
        for stage in ("dev", "prod")
    ]


def test_environments_that_declare_nothing_twice_stay_one_system(tmp_path):
    found = scanned(tmp_path, {
        "dev/web.yaml": deployment("web", namespace="dev"), "prod/web.yaml": deployment("web", namespace="prod"),
    })  # fmt: skip
    assert environments(found) == {"shop/dev/Deployment/web": "dev", "shop/prod/Deployment/web": "prod"}


def test_journeys_are_named_after_their_environments(tmp_path):
    public = service("web", spec="type: LoadBalancer")
    files = {
        f"{stage}/web.yaml": deployment("web", extra=f"priorityClassName: {stage}") + public
        for stage in ("dev", "prod")
    }
    assert [one.id for one in assembled(tmp_path, files).journeys] == ["journey:web-dev", "journey:web-prod"]


WEB = """
services:
  web: {image: x/web, build: ./web, environment: {DB_HOST: db}, networks: [shared]}
  db: {image: postgres, networks: [shared]}
networks: {shared: {name: shared}}
"""


def test_a_compose_file_for_a_stage_is_an_environment_on_top_of_its_base(tmp_path):
    over = "services:\n  web: {environment: {MAIL_HOST: mail.example.com}}\n"
    found = scanned(tmp_path, {"docker-compose.yml": WEB, "docker-compose.prod.yml": over})
    assert environments(found) == {"shop-prod/db": "prod", "shop-prod/web": "prod", "shop/db": None, "shop/web": None}
    assert found.gaps == []
    assert {
        "compose:shop-prod/web -> (mail.example.com)", "compose:shop-prod/web -> compose:shop-prod/db",
        "compose:shop/web -> compose:shop/db",
    } <= set(found.lines())  # fmt: skip
    assert "compose:shop/web -> (mail.example.com)" not in found.lines()


def test_a_file_that_only_adds_services_puts_nobody_in_its_environment(tmp_path):
    found = scanned(
        tmp_path, {"docker-compose.yml": WEB, "docker-compose.test.yml": "services:\n  sut: {image: x/sut}\n"}
    )
    assert set(environments(found).values()) == {None}


def test_settings_of_a_folder_speak_for_its_service_in_every_environment(tmp_path):
    over = "services:\n  web: {restart: always}\n"
    settings = "spring.datasource.url=jdbc:postgresql://orders.example.com:5432/orders\n"
    files = {"docker-compose.yml": WEB, "docker-compose.prod.yml": over}
    found = assembled(tmp_path, {**files, "web/src/main/resources/application.properties": settings})
    assert {one.dependent for one in found.dependencies if one.dependency == "external:orders.example.com"} == {
        "compose:shop/web", "compose:shop-prod/web",
    }  # fmt: skip


QUEUE = 'variable "region" {}\nprovider "aws" {\n  region = var.region\n}\nresource "aws_sqs_queue" "q" {}\n'


def queues(found: Scan) -> list[tuple[str, str | None, str | None]]:
    return sorted((one.id, one.region, one.environment) for one in found.components.values() if one.kind == "queue")


def test_terraform_roots_carry_the_environment_of_their_folder(tmp_path):
    files = {f"envs/{stage}/main.tf": QUEUE for stage in ("dev", "prod")}
    files["envs/prod/terraform.tfvars"] = 'region = "us-east-1"\n'
    assert queues(scanned(tmp_path, files)) == [
        ("tf:shop/envs/dev:aws_sqs_queue.q", None, "dev"),
        ("tf:shop/envs/prod:aws_sqs_queue.q", "us-east-1", "prod"),
    ]


@pytest.mark.parametrize("folder", ["", "vars/"])
def test_files_of_values_for_stages_make_a_root_for_each(tmp_path, folder):
    files = {
        "main.tf": QUEUE,
        f"{folder}dev.tfvars": 'region = "eu-west-1"\n',
        f"{folder}prod.tfvars": 'region = "us-east-1"\n',
    }
    assert queues(scanned(tmp_path, files)) == [
        ("tf:shop-dev:aws_sqs_queue.q", "eu-west-1", "dev"),
        ("tf:shop-prod:aws_sqs_queue.q", "us-east-1", "prod"),
    ]


def test_what_a_root_only_looks_up_may_be_of_another_environment(tmp_path):
    text = 'data "aws_sqs_queue" "q" {\n  name = "q"\n}\nresource "aws_lambda_function" "f" {\n  environment {\n    variables = { Q = data.aws_sqs_queue.q.url }\n  }\n}\n'
    assert {one.kind: one.environment for one in scanned(tmp_path, {"prod/main.tf": text}).components.values()} == {
        "queue": None, "function": "prod",
    }  # fmt: skip


TEMPLATE = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Q: {Type: AWS::SQS::Queue}\n"


def test_environments_of_a_stack_are_stacks_of_their_own(tmp_path):
    settings = "".join(
        f'[{stage}.deploy.parameters]\nregion = "{region}"\nstack_name = "{stage}"\n'
        for stage, region in (("dev", "eu-west-1"), ("prod", "eu-west-1"))
    )
    found = read(tmp_path, {"template.yaml": TEMPLATE, "samconfig.toml": f"version = 0.1\n{settings}"})
    components: list[Component] = list(found.components.values())
    assert sorted((one.environment, one.region) for one in components) == [("dev", "eu-west-1"), ("prod", "eu-west-1")]


def test_a_template_in_the_folder_of_a_stage_is_in_that_environment(tmp_path):
    (one,) = read(tmp_path, {"stacks/prod/queue.yaml": TEMPLATE}).components.values()
    assert one.environment == "prod"
    assert one.evidence[-1].note == "environment prod: by the word in prod"
