"""Values handed into modules: the line of the call shows a need as well as the line within."""

from __future__ import annotations

from pathlib import Path

import pytest
from rooted import Shop

MAIN = """\
provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
resource "aws_elasticache_cluster" "sessions" {
  provider   = aws.eu
  cluster_id = "sessions"
}
module "eu" {
  source    = "./app"
  providers = { aws = aws.eu }
  name      = "shop.app"
  cache     = HERE
}
module "us" {
  source    = "./app"
  providers = { aws = aws.us }
  name      = "shop.app"
  cache     = HERE
}
"""
APP = """\
variable "cache" {}
variable "name" {}
resource "aws_sqs_queue" "own" { name = var.name }
resource "aws_lambda_function" "web" {
  function_name = var.name
  environment {
    variables = { CACHE = var.cache, QUEUE = aws_sqs_queue.own.url }
  }
}
"""
REFERENCE = "aws_elasticache_cluster.sessions.cache_nodes[0].address"


def shop(folder: Path, value: str = REFERENCE, app: str = APP, **more: str) -> Shop:
    return Shop(folder, {"main.tf": MAIN.replace("HERE", value), "app/main.tf": app, **more})


def test_what_is_pinned_names_the_call_that_hands_it_to_the_other_region(tmp_path: Path) -> None:
    (pin,) = shop(tmp_path).regions.pinned
    assert (pin.region, pin.needed_from) == ("eu-west-1", ("eu-west-1", "us-east-1"))
    assert [piece.locator for piece in pin.evidence] == ["app/main.tf:7", "main.tf:23"]
    assert pin.evidence[1].note == "cache of module.us"


def test_a_need_within_the_module_is_shown_by_its_own_line_alone(tmp_path: Path) -> None:
    places = shop(tmp_path).where("module.us.aws_lambda_function.web -> module.us.aws_sqs_queue.own")
    assert [place.split()[0] for place in places] == ["app/main.tf:7"]


@pytest.mark.parametrize("value", [f'"redis://${{{REFERENCE}}}:6379"', f"{{ host = {REFERENCE} }}", "local.cache"])
def test_texts_maps_and_locals_carry_it_as_well(tmp_path: Path, value: str) -> None:
    app = APP.replace("CACHE = var.cache", "CACHE = jsonencode(var.cache)")
    found = shop(tmp_path, value, app, **{"locals.tf": f"locals {{ cache = {REFERENCE} }}"})
    places = found.where("module.us.aws_lambda_function.web -> aws_elasticache_cluster.sessions")
    line = 6 if value.startswith("{") else 7  # a key within encoded text is found where the whole stands
    assert [place.split()[0] for place in places] == [f"app/main.tf:{line}", "main.tf:23"]


def test_a_host_written_out_in_the_call_is_shown_there(tmp_path: Path) -> None:
    found = shop(tmp_path, '"cache.example.net"')
    places = found.where("module.us.aws_lambda_function.web -> external:cache.example.net")
    assert [place.split()[0] for place in places] == ["app/main.tf:7", "main.tf:23"]


def test_through_two_modules_both_calls_are_shown_the_inner_first(tmp_path: Path) -> None:
    outer = 'variable "cache" {}\nvariable "name" {}\nmodule "in" {\n source = "../inner"\n name = var.name\n cache = var.cache\n}\n'
    found = shop(tmp_path, REFERENCE, outer, **{"inner/main.tf": APP})
    places = found.where("module.us.module.in.aws_lambda_function.web -> aws_elasticache_cluster.sessions")
    assert places[1:] == ["app/main.tf:6 cache of module.us.module.in", "main.tf:23 cache of module.us"]


def test_a_secret_in_an_argument_stays_out_of_what_is_shown(tmp_path: Path) -> None:
    found = shop(tmp_path, '"redis://:planted.Secret1@cache.example.net:6379"')
    assert "planted" not in found.inventory.model_dump_json()
