from terraforming import block, draw, regions, root, values

MODULE = {
    "main.tf": """
        provider "aws" { region = "eu-west-1" }
        resource "aws_sqs_queue" "jobs" { name = "jobs" }
        module "worker" {
          source = "./worker"
          env    = { QUEUE = aws_sqs_queue.jobs.url, MODE = "fast" }
        }
        resource "aws_lambda_function" "user" {
          environment { variables = { WORKER = module.worker.table_arn, ALL = module.worker.nothing } }
        }
        output "table" { value = module.worker.table_arn }
        """,
    "worker/main.tf": """
        variable "env" { type = map(string) }
        variable "size" {
          type    = object({ cpu = optional(number, 256), memory = optional(number), extra = optional(list(string), ["x"]) })
          default = { memory = "512" }
        }
        locals { all = merge(var.env, { TABLE = aws_dynamodb_table.state.name }) }
        resource "aws_dynamodb_table" "state" { name = "state" }
        resource "aws_ecs_task_definition" "t" {
          cpu    = var.size.cpu
          memory = var.size.memory
          container_definitions = jsonencode([{
            name = "worker", image = "example/worker:1",
            environment = [for k, v in local.all : { name = k, value = v }]
          }])
        }
        output "table_arn" { value = aws_dynamodb_table.state.arn }
        """,
}


def test_references_are_followed_through_arguments_locals_and_outputs(tmp_path):
    found = root(tmp_path, MODULE)
    task = values(found, "module.worker.aws_ecs_task_definition.t")
    assert task["container_definitions"][0]["environment"] == [
        {"name": "QUEUE", "value": "<aws_sqs_queue.jobs.url>"},
        {"name": "MODE", "value": "fast"},
        {"name": "TABLE", "value": "<module.worker.aws_dynamodb_table.state.name>"},
    ]
    assert (task["cpu"], task["memory"]) == (256, 512)
    user = values(found, "aws_lambda_function.user")["environment"][0]["variables"]
    assert user == {"WORKER": "<module.worker.aws_dynamodb_table.state.arn>", "ALL": "?"}
    assert draw(found.outputs["table"]) == "<module.worker.aws_dynamodb_table.state.arn>"


def test_evidence_names_the_file_and_line_of_each_argument(tmp_path):
    task = block(root(tmp_path, MODULE), "module.worker.aws_ecs_task_definition.t")
    assert task.evidence.locator == "worker/main.tf:9"
    assert task.lines == {"cpu": 10, "memory": 11, "container_definitions": 12}
    assert task.module == "module.worker"


def test_a_reference_knows_what_it_comes_to_where_the_files_say_so(tmp_path):
    found = root(tmp_path, MODULE)
    environment = block(found, "module.worker.aws_ecs_task_definition.t").values["container_definitions"][0][
        "environment"
    ]
    assert [getattr(one["value"], "value", None) for one in environment][2] == "state"


REPEATED = """
variable "on" { default = true }
variable "unknown" {}
locals { queues = { a = "one", b = "two" } }
resource "aws_sqs_queue" "none" { count = var.on ? 0 : 1 }
resource "aws_sqs_queue" "two" {
  count = 2
  name  = "q-${count.index}"
}
resource "aws_sqs_queue" "each" {
  for_each = local.queues
  name     = "${each.key}-${each.value}"
}
resource "aws_sqs_queue" "set" { for_each = toset(["x"]) }
resource "aws_sqs_queue" "some" {
  for_each = var.unknown
  name     = each.key
}
resource "aws_lambda_function" "f" {
  all  = aws_sqs_queue.two[*].arn
  one  = aws_sqs_queue.each["b"].arn
  many = [for q in aws_sqs_queue.each : q.arn]
  gone = try(aws_sqs_queue.none[0].arn, aws_sqs_queue.two[1].arn)
  some = aws_sqs_queue.some["k"].arn
}
"""


def test_count_and_for_each_make_one_record_for_each_key(tmp_path):
    found = root(tmp_path, REPEATED)
    names = [one.address for one in found.blocks if one.type == "aws_sqs_queue"]
    assert names == [
        "aws_sqs_queue.two[0]", "aws_sqs_queue.two[1]", 'aws_sqs_queue.each["a"]', 'aws_sqs_queue.each["b"]',
        'aws_sqs_queue.set["x"]', "aws_sqs_queue.some",
    ]  # fmt: skip
    assert values(found, "aws_sqs_queue.two[1]")["name"] == "q-1"
    assert values(found, 'aws_sqs_queue.each["b"]')["name"] == "b-two"
    assert values(found, "aws_lambda_function.f") == {
        "all": ["<aws_sqs_queue.two[0].arn>", "<aws_sqs_queue.two[1].arn>"],
        "one": "<aws_sqs_queue.each[b].arn>",
        "many": ["<aws_sqs_queue.each[a].arn>", "<aws_sqs_queue.each[b].arn>"],
        "gone": "<aws_sqs_queue.two[1].arn>",
        "some": "<aws_sqs_queue.some[k].arn>",
    }


def test_modules_are_repeated_with_their_keys_in_addresses_and_references(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf": """
                module "shop" {
                  source   = "./shop"
                  for_each = toset(["de", "fr"])
                  country  = each.key
                }
                resource "aws_lambda_function" "f" { queue = module.shop["fr"].url }
                output "urls" { value = { for k, m in module.shop : k => m.url } }
                """,
            "shop/main.tf": """
                variable "country" {}
                resource "aws_sqs_queue" "q" { name = "orders-${var.country}" }
                output "url" { value = aws_sqs_queue.q.url }
                """,
        },
    )
    assert values(found, 'module.shop["de"].aws_sqs_queue.q') == {"name": "orders-de"}
    assert values(found, "aws_lambda_function.f") == {"queue": '<module.shop["fr"].aws_sqs_queue.q.url>'}
    assert draw(found.outputs["urls"])["de"] == '<module.shop["de"].aws_sqs_queue.q.url>'


def test_dynamic_blocks_are_expanded_where_their_collection_is_known(tmp_path):
    found = root(
        tmp_path,
        """
        variable "unknown" {}
        variable "replicas" { default = [{ region_name = "us-east-1" }, { region_name = "us-west-2" }] }
        resource "aws_dynamodb_table" "t" {
          dynamic "replica" {
            for_each = var.replicas
            iterator = copy
            content {
              region_name = copy.value.region_name
              dynamic "tag" {
                for_each = { a = copy.key }
                content { text = "${tag.key}${tag.value}" }
              }
            }
          }
          dynamic "ttl" {
            for_each = var.unknown ? [1] : []
            content { enabled = ttl.value }
          }
          replica { region_name = "eu-west-1" }
        }
        """,
    )
    table = values(found, "aws_dynamodb_table.t")
    assert table["replica"] == [
        {"region_name": "us-east-1", "tag": [{"text": "a0"}]},
        {"region_name": "us-west-2", "tag": [{"text": "a1"}]},
        {"region_name": "eu-west-1"},
    ]
    assert len(table["ttl"]) == 1
    assert block(found, "aws_dynamodb_table.t").lines == {"replica": 5, "ttl": 16}


def test_a_template_file_is_rendered_and_read_as_the_json_that_it_is(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf": """
                resource "aws_elasticache_cluster" "c" {}
                variable "image" {}
                resource "aws_ecs_task_definition" "t" {
                  container_definitions = templatefile("${path.module}/task.json", {
                    image = var.image, port = 80, extra = jsonencode([{ name = "A", value = aws_elasticache_cluster.c.id }]),
                    cache = aws_elasticache_cluster.c.cache_nodes[0].address
                  })
                }
                resource "aws_instance" "i" {
                  user_data = base64encode(templatefile("boot.sh", { cache = aws_elasticache_cluster.c.id }))
                  missing   = templatefile("none.sh", { cache = aws_elasticache_cluster.c.id })
                  outside   = try(file("/etc/hostname"), "refused")
                }
                """,
            "task.json": """
                [{"image": "${image}", "port": ${port}, "environment": ${extra},
                  "command": ["--cache", "redis://${cache}:6379"]}]
                """,
            "boot.sh": "#!/bin/sh\nexport CACHE=${cache}\n%{ if true ~}\nX=$${KEPT}\n%{ endif ~}\n",
        },
    )
    (container,) = values(found, "aws_ecs_task_definition.t")["container_definitions"]
    assert container == {
        "image": "?",
        "port": 80,
        "environment": [{"name": "A", "value": "<aws_elasticache_cluster.c.id>"}],
        "command": ["--cache", "redis://<aws_elasticache_cluster.c.cache_nodes.0.address>:6379"],
    }
    instance = values(found, "aws_instance.i")
    assert "CACHE=<aws_elasticache_cluster.c.id>\nX=${KEPT}" in instance["user_data"]
    assert instance["missing"] == "<aws_elasticache_cluster.c.id>"
    assert instance["outside"] == "refused"


def test_a_module_that_is_not_there_is_a_record_with_its_arguments_and_a_gap(tmp_path):
    found = root(
        tmp_path,
        """
        provider "aws" { region = "eu-west-1" }
        provider "aws" {
          alias  = "far"
          region = "us-east-1"
        }
        module "queue" {
          source    = "example/sqs/aws"
          providers = { aws = aws.far }
          name      = "orders"
        }
        resource "aws_lambda_function" "f" { queue = module.queue.queue_url }
        """,
    )
    module = block(found, "module.queue")
    assert (module.type, module.provider, module.region, module.values["name"]) == (
        "module",
        "aws",
        "us-east-1",
        "orders",
    )
    assert values(found, "aws_lambda_function.f") == {"queue": "<module.queue.queue_url>"}
    (gap,) = found.gaps
    assert (gap.hides, gap.scope) == ("dependency", "tf:shop:module.queue")
    assert gap.reason.startswith("the module example/sqs/aws is not among the scanned files")


def test_values_come_from_files_beside_the_root_the_later_ones_first(tmp_path):
    files = {
        "main.tf": """
            variable "a" { default = "default" }
            variable "b" {}
            variable "c" {}
            variable "d" {}
            resource "null_resource" "n" { x = [var.a, var.b, var.c, var.d] }
            """,
        "terraform.tfvars": 'b = "file"\nc = "file"\n',
        "z.auto.tfvars": 'c = "auto"\n',
        "z.auto.tfvars.json": '{"d": "json"}',
        "settings.tfvars": 'a = "not taken by itself"\n',
    }
    assert values(root(tmp_path, files), "null_resource.n")["x"] == ["default", "file", "auto", "json"]


def test_json_syntax_says_the_same_as_native_syntax(tmp_path):
    found = root(
        tmp_path,
        {
            "main.tf.json": """
            {"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "us", "region": "us-east-1"}]},
             "variable": {"n": {"default": 1, "type": "number"}},
             "locals": {"name": "orders-${var.n}"},
             "resource": {
               "aws_sqs_queue": {"q": {"name": "${local.name}", "provider": "aws.us"}},
               "aws_lambda_function": {"f": {
                 "depends_on": ["aws_sqs_queue.q"],
                 "environment": {"variables": {"Q": "${aws_sqs_queue.q.url}"}},
                 "dynamic": {"tag": {"for_each": [1, 2], "content": {"v": "${tag.value}"}}}}}}}
            """
        },
    )
    assert regions(found) == {"aws_sqs_queue.q": "us-east-1", "aws_lambda_function.f": "eu-west-1"}
    assert values(found, "aws_sqs_queue.q")["name"] == "orders-1"
    function = values(found, "aws_lambda_function.f")
    assert function["environment"] == {"variables": {"Q": "<aws_sqs_queue.q.url>"}}
    assert (function["tag"], function["depends_on"]) == ([{"v": 1}, {"v": 2}], ["<aws_sqs_queue.q>"])
    assert block(found, "aws_sqs_queue.q").evidence.locator == "main.tf.json:6"


def test_override_files_replace_arguments(tmp_path):
    files = {
        "a_override.tf": 'resource "aws_sqs_queue" "q" { name = "new" }',
        "main.tf": 'resource "aws_sqs_queue" "q" {\n  name = "old"\n  fifo = true\n}',
    }
    assert values(root(tmp_path, files), "aws_sqs_queue.q") == {"name": "new", "fifo": True}
