"""When something is needed is the same whoever declares it; what only starts others leaves the regions known."""

from __future__ import annotations

import pytest
from rooted import Shop

from blastradius.analysis.regions import regions
from blastradius.assemble import assemble
from blastradius.scanners import scan

TERRAFORM = """
provider "aws" { region = "eu-west-1" }
resource "aws_ecs_cluster" "c" { name = "c" }
resource "aws_secretsmanager_secret" "s" { name = "s" }
resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "t", secrets = [{ name = "KEY", valueFrom = aws_secretsmanager_secret.s.arn }] }])
}
resource "aws_ecs_service" "t" {
  name            = "t"
  cluster         = aws_ecs_cluster.c.id
  task_definition = aws_ecs_task_definition.t.arn
}
"""
RUN = """
resource "google_secret_manager_secret" "s" {
  secret_id = "s"
  replication {
    auto {}
  }
}
resource "google_cloud_run_v2_service" "t" {
  name     = "t"
  location = "europe-west1"
  template {
    containers {
      image = "%s"
      env {
        name = "KEY"
        value_source {
          secret_key_ref { secret = google_secret_manager_secret.s.secret_id }
        }
      }
    }
  }
}
"""
STACK = """
Resources:
  C: {Type: AWS::ECS::Cluster, Properties: {ClusterName: c}}
  S: {Type: AWS::SecretsManager::Secret, Properties: {Name: s}}
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: t
      ContainerDefinitions:
        - {Name: t, Image: t, Secrets: [{Name: KEY, ValueFrom: !Ref S}]}
  V:
    Type: AWS::ECS::Service
    Properties: {ServiceName: t, Cluster: !Ref C, TaskDefinition: !Ref T}
"""


@pytest.mark.parametrize(
    ("path", "text"), [("main.tf", TERRAFORM), ("main.tf", RUN % "x/y"), ("stack.yaml", STACK)]
)  # fmt: skip
def test_clusters_and_secrets_in_variables_are_needed_to_start(tmp_path, path, text):
    (tmp_path / path).write_text(text)
    result = scan([tmp_path])
    found = assemble(result.facts, result.coverage, result.roots)
    kinds = {one.id: one.kind for one in found.components}
    phases = {
        (kinds[one.dependency], one.phase)
        for one in found.dependencies
        if kinds[one.dependent] == "service" and kinds[one.dependency] in ("cluster", "secret")
    }
    assert {kind for kind, _ in phases} >= {"secret"}
    assert {phase for _, phase in phases} == {"startup"}


@pytest.mark.parametrize("image", ["europe-docker.pkg.dev/p/r/i:1", "eu.gcr.io/p/i:1"])
def test_images_of_a_multi_region_registry_leave_the_answer_known(tmp_path, image):
    assert regions(Shop(tmp_path, {"main.tf": RUN % image}).inventory).verdict == "single-region"
