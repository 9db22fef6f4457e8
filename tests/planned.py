"""A plan and a state as JSON, small and whole, which tests read or break."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def resource(address: str, values: Json, *, module: str = "", sensitive: Any = None) -> Json:
    """A resource as plans and `terraform show` list it."""
    kind, name = address.partition("[")[0].split(".")[-2:]
    return {
        "address": f"{module}.{address}" if module else address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.example.com/hashicorp/aws",
        "values": values,
        "sensitive_values": sensitive or {},
    }


def config(address: str, expressions: Json, key: str = "aws", **more: Any) -> Json:
    """A resource as the configuration of a plan writes it down."""
    kind, name = address.split(".")
    return {
        "address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": key,
        "expressions": expressions, **more,
    }  # fmt: skip


def refers(*names: str) -> Json:
    """An expression that refers to some names."""
    return {"references": list(names)}


def plan(version: str = "1.2") -> Json:
    """A queue in a module of another region, fed to a function through a variable and an output."""
    return {
        "format_version": version,
        "terraform_version": "1.9.0",
        "variables": {"far": {"value": "us-east-1"}},
        "planned_values": {"root_module": {
            "resources": [resource("aws_lambda_function.sender", {"function_name": "sender", "environment": [{"variables": {"STAGE": "live"}}]})],
            "child_modules": [{
                "address": "module.orders",
                "resources": [resource("aws_sqs_queue.this", {"name": "orders"}, module="module.orders")],
            }],
        }},
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}},
                "aws.far": {"name": "aws", "alias": "far", "expressions": {"region": refers("var.far")}},
                "module.orders:aws": {"name": "aws", "module_address": "module.orders"},
            },
            "root_module": {
                "resources": [config("aws_lambda_function.sender", {
                    "function_name": {"constant_value": "sender"},
                    "environment": [{"variables": refers("module.orders.url", "module.orders")}],
                })],
                "module_calls": {"orders": {
                    "source": "./orders",
                    "expressions": {},
                    "module": {
                        "resources": [config("aws_sqs_queue.this", {"name": {"constant_value": "orders"}}, key="aws.far")],
                        "outputs": {"url": {"expression": refers("aws_sqs_queue.this.url", "aws_sqs_queue.this")}},
                    },
                }},
            },
        },
    }  # fmt: skip


STATE_4: Json = {
    "version": 4,
    "terraform_version": "1.9.0",
    "serial": 3,
    "lineage": "made-up",
    "outputs": {},
    "resources": [
        {"mode": "managed", "type": "aws_sqs_queue", "name": "orders", "provider": 'provider["registry.example.com/hashicorp/aws"].far',
         "instances": [{"attributes": {"name": "orders", "arn": "arn:aws:sqs:us-east-1:111122223333:orders", "id": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"}}]},
        {"module": "module.web", "mode": "managed", "type": "aws_lambda_function", "name": "sender", "provider": 'provider["registry.example.com/hashicorp/aws"]',
         "instances": [{"index_key": "a", "attributes": {
             "function_name": "sender", "arn": "arn:aws:lambda:eu-west-1:111122223333:function:sender",
             "environment": [{"variables": {"QUEUE": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"}}]}}]},
    ],
}  # fmt: skip
