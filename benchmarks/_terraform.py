"""Terraform source for benchmarks: root modules with local modules, as teams write them."""

from __future__ import annotations

from pathlib import Path

_VERSIONS = """\
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
"""

_PROVIDERS = """
provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "replica"
  region = var.replica_region
}
"""

_ROOT = """\
locals {
  name = "team-@@-${var.environment}"
  tags = { team = "team-@@", environment = var.environment }
}

resource "aws_ecs_cluster" "main" {
  name = local.name
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_sqs_queue" "events" {
  name                       = "${local.name}-events"
  visibility_timeout_seconds = 120
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "${local.name}-events-dead"
  message_retention_seconds = 1209600
}
"""

_CALL = """
module "##" {
  source          = "./modules/##"
  name            = "${local.name}-##"
  cluster_arn     = aws_ecs_cluster.main.arn
  vpc_id          = aws_vpc.main.id
  subnet_ids      = [for subnet in aws_subnet.private : subnet.id]
  queue_url       = aws_sqs_queue.events.url
  queue_arn       = aws_sqs_queue.events.arn
  settings        = { LOG_LEVEL = var.log_level, PARTNER = "https://api.partner.example/v1" }
  tags            = local.tags
  providers       = { aws = aws, aws.replica = aws.replica }
}
"""

_NETWORK = """\
data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { Name = local.name })
}

resource "aws_subnet" "private" {
  for_each          = { for index, zone in var.zones : zone => index }
  vpc_id            = aws_vpc.main.id
  availability_zone = "${var.region}${each.key}"
  cidr_block        = cidrsubnet(var.cidr, 4, each.value)
  tags              = merge(local.tags, { Name = "${local.name}-${each.key}" })
}

resource "aws_route53_zone" "internal" {
  name = "team-@@.internal"
  vpc {
    vpc_id = aws_vpc.main.id
  }
}
"""

_ROOT_VARIABLES = """\
variable "region" {
  description = "Where everything runs."
  type        = string
  default     = "eu-west-1"
}

variable "replica_region" {
  type    = string
  default = "eu-central-1"
}

variable "environment" {
  type    = string
  default = "production"
  validation {
    condition     = contains(["production", "staging"], var.environment)
    error_message = "Choose production or staging."
  }
}

variable "log_level" {
  type    = string
  default = "info"
}

variable "zones" {
  type    = list(string)
  default = ["a", "b", "c"]
}

variable "cidr" {
  type    = string
  default = "10.@@.0.0/16"
}
"""

_ALIASES = """\
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.replica]
    }
  }
}

"""

_SERVICE = """\
resource "aws_ecs_task_definition" "service" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([{
    name  = var.name
    image = "registry.shop.example/##:${var.image_tag}"
    portMappings = [{ containerPort = 8080 }]
    environment = concat(
      [for key, value in var.settings : { name = key, value = value }],
      [
        { name = "QUEUE_URL", value = var.queue_url },
        { name = "TABLE_NAME", value = aws_dynamodb_table.state.name },
        { name = "CACHE_HOST", value = aws_elasticache_replication_group.cache.primary_endpoint_address },
        { name = "DATABASE_URL", value = "postgres://${aws_rds_cluster.main.endpoint}:5432/##" },
      ]
    )
  }])
  tags = var.tags
}

resource "aws_ecs_service" "service" {
  name            = var.name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.service.arn
  desired_count   = var.environment_size == "large" ? 6 : 2
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.service.id]
  }
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_security_group" "service" {
  name   = var.name
  vpc_id = var.vpc_id
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}
"""

_DATA = """\
resource "aws_dynamodb_table" "state" {
  name         = "${var.name}-state"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  tags = var.tags
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = var.name
  description                = "Cache of ${var.name}"
  engine                     = "redis"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
}

resource "aws_rds_cluster" "main" {
  cluster_identifier      = var.name
  engine                  = "aurora-postgresql"
  database_name           = "main"
  backup_retention_period = 14
  storage_encrypted       = true
}

resource "aws_s3_bucket" "exports" {
  bucket = "${var.name}-exports"
}

resource "aws_s3_bucket" "copy" {
  provider = aws.replica
  bucket   = "${var.name}-exports-copy"
}
"""

_ACCESS = """\
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "task" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "task" {
  role   = aws_iam_role.task.id
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": ["dynamodb:*Item", "dynamodb:Query"], "Resource": "${aws_dynamodb_table.state.arn}"},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${var.queue_arn}"}
      ]
    }
  EOT
}

resource "aws_lambda_function" "worker" {
  function_name = "${var.name}-worker"
  role          = aws_iam_role.task.arn
  runtime       = "python3.12"
  handler       = "worker.handle"
  filename      = "${path.module}/worker.zip"
  timeout       = 60
  environment {
    variables = merge(var.settings, { TABLE_NAME = aws_dynamodb_table.state.name })
  }
}

resource "aws_lambda_event_source_mapping" "worker" {
  event_source_arn = var.queue_arn
  function_name    = aws_lambda_function.worker.arn
  batch_size       = 10
}
"""

_OUTPUTS = """\
output "service_name" {
  value = aws_ecs_service.service.name
}

output "table_arn" {
  description = "Table with what the service keeps."
  value       = aws_dynamodb_table.state.arn
}
"""

_TYPES = {"cpu": "number", "memory": "number", "settings": "map(string)", "tags": "map(string)"} | {
    "subnet_ids": "list(string)",
    "ports": "list(number)",
}
_DEFAULTS = {"cpu": "512", "memory": "1024", "image_tag": '"1.4.2"', "environment_size": '"large"', "ports": "[8080]"}
_INPUTS = ("name", "cluster_arn", "vpc_id", "subnet_ids", "queue_url", "queue_arn", "settings", "tags", *_DEFAULTS)
_SERVICES = ("checkout", "orders", "search", "notify")


def write(folder: Path, teams: int) -> int:
    """Write root modules with four local modules each.

    Returns:
        How many files that are: 25 a team.
    """
    variables = "\n".join(map(_variable, dict.fromkeys(_INPUTS)))
    count = 0
    for team in range(teams):
        files = {
            "versions.tf": _VERSIONS + _PROVIDERS,
            "main.tf": _ROOT + "".join(_CALL.replace("##", name) for name in _SERVICES),
            "network.tf": _NETWORK,
            "variables.tf": _ROOT_VARIABLES,
            "outputs.tf": "".join(f'output "{name}" {{\n  value = module.{name}.table_arn\n}}\n' for name in _SERVICES),
        }
        for name in _SERVICES:
            module = {
                "main": _ALIASES + _SERVICE,
                "data": _DATA,
                "access": _ACCESS,
                "outputs": _OUTPUTS,
                "variables": variables,
            }
            files |= {f"modules/{name}/{part}.tf": text.replace("##", name) for part, text in module.items()}
        for path, text in files.items():
            target = folder / f"team-{team:02}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # No two files are alike: one that was read before would otherwise come out of a cache.
            target.write_text(f"# {path} of team {team}\n\n" + text.replace("@@", f"{team}"), encoding="utf-8")
            count += 1
    return count


def _variable(name: str) -> str:
    default = f"  default = {_DEFAULTS[name]}\n" if name in _DEFAULTS else ""
    return f'variable "{name}" {{\n  type    = {_TYPES.get(name, "string")}\n{default}}}\n'
