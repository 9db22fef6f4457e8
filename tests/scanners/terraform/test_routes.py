"""What is reached through a balancer, and what losing a backend does to those who come by its names."""

from __future__ import annotations

import pytest
from rooted import Shop

from blastradius.graph import DependencyGraph
from blastradius.simulate import scenario, simulate

BALANCER = """
    provider "aws" { region = "eu-west-1" }
    resource "aws_lb" "front" { name = "front" }
    resource "aws_lb_target_group" "web" {}
    resource "aws_lb_target_group" "api" {}
    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.front.arn
      port              = 443
      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }
    resource "aws_lb_listener_rule" "api" {
      listener_arn = aws_lb_listener.https.arn
      action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.api.arn
      }
      condition { CONDITION }
    }
    resource "aws_ecs_service" "web" {
      name = "web"
      load_balancer { target_group_arn = aws_lb_target_group.web.arn }
    }
    resource "aws_ecs_service" "api" {
      name = "api"
      load_balancer { target_group_arn = aws_lb_target_group.api.arn }
    }
    resource "aws_route53_record" "shop" {
      zone_id = "Z1"
      name    = "shop.example.com"
      type    = "A"
      alias {
        name                   = aws_lb.front.dns_name
        zone_id                = aws_lb.front.zone_id
        evaluate_target_health = true
      }
    }
    """
PATH = BALANCER.replace("CONDITION", 'path_pattern { values = ["/api/*"] }')


def verdicts(shop, *lost):
    answer = simulate(DependencyGraph(shop.inventory), scenario(remove=list(lost)))
    return {one.name: one.verdict for one in answer.journeys}


def test_a_name_for_several_routes_never_survives_the_loss_of_a_backend(tmp_path):
    shop = Shop(tmp_path, {"main.tf": PATH})
    assert verdicts(shop, "service:api") == {
        "shop-example-com": "degrades", "front-443": "survives", "front-api": "breaks",
    }  # fmt: skip
    assert verdicts(shop, "service:web")["shop-example-com"] == "degrades"
    assert verdicts(shop, "service:api", "service:web")["shop-example-com"] == "breaks"
    assert verdicts(shop, "load-balancer:front")["shop-example-com"] == "breaks"


def test_a_caller_of_several_routes_is_degraded_without_one(tmp_path):
    caller = """
        resource "aws_lambda_function" "job" {
          function_name = "job"
          environment { variables = { API_URL = "http://${aws_lb.front.dns_name}/api" } }
        }
        resource "aws_lambda_function_url" "job" { function_name = aws_lambda_function.job.function_name }
        """
    shop = Shop(tmp_path, {"main.tf": PATH, "job.tf": caller})
    assert verdicts(shop, "service:api")["job"] == "degrades"
    assert verdicts(shop, "service:web", "service:api")["job"] == "breaks"


@pytest.mark.parametrize(("asked", "backend"), [("shop.example.com", "api"), ("*.example.com", "api"), ("other.example.com", "web")])  # fmt: skip
def test_a_name_takes_the_route_that_asks_for_it(tmp_path, asked, backend):
    text = BALANCER.replace("CONDITION", f'host_header {{ values = ["{asked}"] }}')
    shop = Shop(tmp_path, {"main.tf": text})
    other = {"api": "web", "web": "api"}[backend]
    assert verdicts(shop, f"service:{backend}")["shop-example-com"] == "breaks"
    assert verdicts(shop, f"service:{other}")["shop-example-com"] == "survives"


def test_a_failover_between_balancers_of_several_routes_stands_on_all_of_them(tmp_path):
    alias = """
        resource "aws_route53_record" "NAME" {
          zone_id         = "Z1"
          name            = "both.example.com"
          type            = "A"
          set_identifier  = "NAME"
          failover_routing_policy { type = "KIND" }
          alias {
            name                   = aws_lb.LB.dns_name
            zone_id                = "Z2"
            evaluate_target_health = true
          }
        }
        """
    records = "".join(
        alias.replace("NAME", name).replace("KIND", kind).replace("LB", lb)
        for name, kind, lb in (("one", "PRIMARY", "front"), ("two", "SECONDARY", "spare"))
    )
    shop = Shop(tmp_path, {"main.tf": PATH, "more.tf": records + 'resource "aws_lb" "spare" { name = "spare" }'})
    assert shop.groups["aws_route53_record.one"] == ("aws_lb.front#routes", "aws_lb.spare")
    both = ("service:web", "service:api")
    assert verdicts(shop, *both)["both-example-com"] == "survives"
    assert verdicts(shop, *both, "load-balancer:spare")["both-example-com"] == "breaks"


def test_a_classic_balancer_has_its_route_before_anybody_calls_it(tmp_path):
    text = """
        provider "aws" { region = "eu-west-1" }
        resource "aws_instance" "web" { availability_zone = "eu-west-1a" }
        resource "aws_elb" "old" {
          name      = "old"
          instances = [aws_instance.web.id]
        }
        resource "aws_autoscaling_group" "a" { name = "a" }
        resource "aws_lambda_function" "caller" {
          function_name = "caller"
          environment { variables = { WEB_HOST = aws_elb.old.dns_name } }
        }
        """
    assert "aws_lambda_function.caller -> aws_elb.old#route" in Shop(tmp_path, {"main.tf": text}).needs
