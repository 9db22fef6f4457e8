"""A small shop in two regions: what pull requests are tried on."""

FILES = {
    "blastradius.yaml": """\
        journeys:
          checkout:
            entries: ["dns:shop.example.com"]
            tier: 1
          reports:
            entries: ["function:report"]
            tier: 3
        annotate:
          - {dependent: "function:price*", dependency: "queue:audit*", strength: soft, reason: the trail may lag}
          - {dependent: "function:price-eu", dependency: "cache:*", strength: soft, reason: it asks the table}
        policy: {critical_tier: 1}
        """,
    "infra/providers.tf": """\
        provider "aws" {
          region = "eu-west-1"
        }
        provider "aws" {
          alias  = "us"
          region = "us-east-1"
        }
        """,
    "infra/dns.tf": """\
        resource "aws_route53_zone" "shop" {
          name = "example.com"
        }
        resource "aws_route53_record" "eu" {
          zone_id         = aws_route53_zone.shop.zone_id
          name            = "shop.example.com"
          type            = "A"
          set_identifier  = "eu"
          health_check_id = aws_route53_health_check.eu.id
          latency_routing_policy { region = "eu-west-1" }
          alias {
            name                   = aws_lb.eu.dns_name
            zone_id                = aws_lb.eu.zone_id
            evaluate_target_health = true
          }
        }
        resource "aws_route53_record" "us" {
          zone_id         = aws_route53_zone.shop.zone_id
          name            = "shop.example.com"
          type            = "A"
          set_identifier  = "us"
          health_check_id = aws_route53_health_check.us.id
          latency_routing_policy { region = "us-east-1" }
          alias {
            name                   = aws_lb.us.dns_name
            zone_id                = aws_lb.us.zone_id
            evaluate_target_health = true
          }
        }
        """,
}
