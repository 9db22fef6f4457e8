"""A small shop: what pull requests are tried on."""

FILES = {
    "blastradius.yaml": """\
        journeys:
          checkout:
            entries: ["gateway:api GET*", "service:web"]
            tier: 1
          reports:
            entries: ["function:report"]
            tier: 3
        place:
          - {match: "*:*", provider: aws, region: eu-west-1, reason: our only cluster}
        annotate:
          - {dependent: "function:price", dependency: "queue:audit", strength: soft, reason: the trail may lag}
        ignore:
          - {gap: "vendor:*", reason: they are everywhere}
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
    "infra/tables.tf": """\
        resource "aws_dynamodb_table" "prices" {
          name             = "prices"
          hash_key         = "id"
          stream_enabled   = true
          stream_view_type = "NEW_AND_OLD_IMAGES"
          attribute {
            name = "id"
            type = "S"
          }
          replica {
            region_name = "us-east-1"
          }
        }
        """,
    "infra/queues.tf": """\
        resource "aws_sqs_queue" "audit" {
          provider = aws.us
          name     = "audit"
        }
        """,
    "infra/main.tf": """\
        resource "aws_lambda_function" "price" {
          function_name = "price"
          environment {
            variables = {
              TABLE = aws_dynamodb_table.prices.name
              AUDIT = aws_sqs_queue.audit.url
            }
          }
        }
        resource "aws_lambda_function" "report" {
          function_name = "report"
        }
        resource "aws_apigatewayv2_api" "api" {
          name          = "api"
          protocol_type = "HTTP"
        }
        resource "aws_apigatewayv2_integration" "price" {
          api_id           = aws_apigatewayv2_api.api.id
          integration_type = "AWS_PROXY"
          integration_uri  = aws_lambda_function.price.invoke_arn
        }
        resource "aws_apigatewayv2_route" "price" {
          api_id    = aws_apigatewayv2_api.api.id
          route_key = "GET /price"
          target    = "integrations/${aws_apigatewayv2_integration.price.id}"
        }
        """,
    "compose.yaml": """\
        services:
          web:
            build: web
            environment:
              REDIS_ADDR: redis:6379
          redis:
            image: redis:7
        """,
    "web/Dockerfile": """\
        FROM python:3.12
        COPY . .
        CMD ["python", "app.py"]
        """,
    "web/requirements.txt": """\
        flask
        """,
}
