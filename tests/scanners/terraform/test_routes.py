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


FUNCTION = """
    resource "aws_lambda_function" "NAME" {
      PLACE
      function_name = "NAME"
      role          = "r"
    }
    """
BODY = """
    resource "aws_api_gateway_rest_api" "shop" {
      PLACE
      name = "shop"
      body = jsonencode({ paths = {
        "/hello" = { get = { x-amazon-apigateway-integration = { type = "MOCK" } } }
        "/pay"   = { post = { x-amazon-apigateway-integration = { type = "AWS_PROXY", uri = aws_lambda_function.pay.invoke_arn } } }
        SECOND
      } })
    }
    resource "aws_api_gateway_domain_name" "shop" {
      PLACE
      domain_name = "api.example.com"
    }
    resource "aws_api_gateway_base_path_mapping" "shop" {
      PLACE
      api_id      = aws_api_gateway_rest_api.shop.id
      domain_name = aws_api_gateway_domain_name.shop.domain_name
    }
    """
STOCK = '"/stock" = { get = { x-amazon-apigateway-integration = { type = "AWS_PROXY", uri = aws_lambda_function.stock.invoke_arn } } }'
REST = """
    resource "aws_api_gateway_rest_api" "shop" { name = "shop" }
    resource "aws_api_gateway_integration" "pay" {
      rest_api_id = aws_api_gateway_rest_api.shop.id
      type        = "AWS_PROXY"
      uri         = aws_lambda_function.pay.invoke_arn
    }
    resource "aws_api_gateway_integration" "options" {
      rest_api_id = aws_api_gateway_rest_api.shop.id
      type        = "MOCK"
    }
    resource "aws_api_gateway_domain_name" "shop" { domain_name = "api.example.com" }
    resource "aws_api_gateway_base_path_mapping" "shop" {
      api_id      = aws_api_gateway_rest_api.shop.id
      domain_name = aws_api_gateway_domain_name.shop.domain_name
    }
    """
HTTP = """
    resource "aws_apigatewayv2_api" "shop" { name = "shop" }
    resource "aws_apigatewayv2_integration" "pay" {
      api_id          = aws_apigatewayv2_api.shop.id
      integration_uri = aws_lambda_function.pay.invoke_arn
    }
    resource "aws_apigatewayv2_route" "pay" {
      api_id    = aws_apigatewayv2_api.shop.id
      route_key = "POST /pay"
      target    = "integrations/${aws_apigatewayv2_integration.pay.id}"
    }
    resource "aws_api_gateway_domain_name" "shop" { domain_name = "api.example.com" }
    resource "aws_apigatewayv2_api_mapping" "shop" {
      api_id      = aws_apigatewayv2_api.shop.id
      domain_name = aws_api_gateway_domain_name.shop.domain_name
    }
    """
RECORD = """
    resource "aws_route53_record" "NAME" {
      zone_id = "Z1"
      name    = "api.example.com"
      type    = "A"
      MORE
      alias {
        name                   = aws_api_gateway_domain_name.NAME.regional_domain_name
        zone_id                = "Z2"
        evaluate_target_health = true
      }
    }
    """
ONE = 'provider "aws" { region = "eu-west-1" }' + FUNCTION.replace("NAME", "pay") + RECORD.replace("NAME", "shop")


@pytest.mark.parametrize("gateway", [BODY.replace("SECOND", ""), REST, HTTP])
def test_a_name_for_a_gateway_of_one_route_breaks_with_what_answers_there(tmp_path, gateway):
    shop = Shop(tmp_path, {"main.tf": (ONE + gateway).replace("PLACE", "").replace("MORE", "")})
    assert verdicts(shop, "function:pay")["api-example-com"] == "breaks"
    assert any(need.startswith("aws_route53_record.shop -> aws_api") and "#" not in need for need in shop.needs)


def test_a_name_for_a_gateway_of_several_routes_degrades_without_one_and_breaks_without_all(tmp_path):
    text = ONE + BODY.replace("SECOND", STOCK) + FUNCTION.replace("NAME", "stock")
    shop = Shop(tmp_path, {"main.tf": text.replace("PLACE", "").replace("MORE", "")})
    assert verdicts(shop, "function:pay")["api-example-com"] == "degrades"
    assert verdicts(shop, "function:pay", "function:stock")["api-example-com"] == "breaks"


def test_latency_records_over_gateways_stand_on_gateways_and_on_what_answers_behind_them(tmp_path):
    def side(name, region):
        text = BODY.replace("SECOND", "") + FUNCTION.replace("NAME", "pay") + RECORD
        more = f'set_identifier = "{name}"\n latency_routing_policy {{ region = "{region}" }}'
        text = text.replace("MORE", more).replace("PLACE", f"provider = aws.{name}").replace("NAME", name)
        text = text.replace('"shop"', f'"{name}"').replace(".shop.", f".{name}.")
        return text.replace('"pay"', f'"pay-{name}"').replace(".pay.", f".pay-{name}.")

    provider = 'provider "aws" {{\n alias = "{}"\n region = "{}"\n}}\n'
    text = "".join(provider.format(*one) + side(*one) for one in (("one", "eu-west-1"), ("two", "us-east-1")))
    shop = Shop(tmp_path, {"main.tf": text})
    for lost in ("function:pay-one", "gateway:one", "region:eu-west-1"):
        assert verdicts(shop, lost)["api-example-com"] in ("survives", "degrades"), lost
        assert verdicts(shop, lost, "function:pay-two")["api-example-com"] == "breaks", lost
        assert verdicts(shop, lost, "gateway:two")["api-example-com"] == "breaks", lost
    groups = [one.members for one in shop.inventory.redundancies if one.dependent.endswith("aws_route53_record.one")]
    assert len(groups) == 2


def test_routes_that_could_not_be_read_leave_those_who_come_by_the_gateway_unknown(tmp_path):
    api = """
        resource "aws_api_gateway_rest_api" "shop" {
          name = "shop"
          body = file("${path.module}/made-elsewhere.json")
        }
        """
    rest = BODY.partition('resource "aws_api_gateway_domain_name"')
    text = (ONE + api + rest[1] + rest[2]).replace("PLACE", "").replace("MORE", "")
    shop = Shop(tmp_path, {"main.tf": text})
    assert verdicts(shop, "function:pay")["api-example-com"] == "unknown"


MODULE = """
    provider "aws" { region = "eu-west-1" }
    module "front" {
      source   = "terraform-aws-modules/alb/aws"
      for_each = toset(["shop", "mail"])
      name     = each.key
    }
    module "store" {
      source     = "terraform-aws-modules/rds/aws"
      identifier = "store"
    }
    resource "aws_ecs_service" "ui" {
      name = "ui"
      load_balancer { target_group_arn = module.front["shop"].target_group_arns[0] }
    }
    resource "aws_route53_record" "shop" {
      zone_id = "Z1"
      name    = "shop.example.com"
      type    = "CNAME"
      records = [module.front["shop"].dns_name]
    }
    resource "aws_route53_record" "store" {
      zone_id = "Z1"
      name    = "store.example.com"
      type    = "CNAME"
      records = [module.store.endpoint]
    }
    resource "aws_route53_record" "mail" {
      zone_id = "Z1"
      name    = "mail.example.com"
      type    = "CNAME"
      records = [module.front["mail"].dns_name]
    }
    """


def test_a_balancer_that_an_absent_module_makes_passes_on_to_what_registers_with_it(tmp_path):
    shop = Shop(tmp_path, {"main.tf": MODULE})
    assert verdicts(shop, "service:ui") == {
        "shop-example-com": "breaks", "mail-example-com": "unknown", "store-example-com": "survives",
    }  # fmt: skip
    (basis,) = {
        piece.basis
        for one in shop.inventory.dependencies
        if one.dependent.endswith("#route") and one.dependency.endswith("aws_ecs_service.ui")
        for piece in one.evidence
    }
    assert basis == "inferred"
