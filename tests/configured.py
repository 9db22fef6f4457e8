"""An oracle: the needs of a plan, read from its `configuration` alone, by other code than the scanner's.

Which references count, and in which direction:

- ECS service: its `cluster`; what `container_definitions` of its task definition refers to.
- Lambda function: `environment`, `dead_letter_config`; the function of an event source mapping needs the source.
- Listener and rule that forward: their balancer, and what is registered in their target groups (a service by its
  `load_balancer`, a group of machines by `target_group_arns`, what an attachment attaches).
- DNS record: its `zone_id` where the zone is described; what `records` and `alias` refer to.
- CloudFront: the `domain_name` of each origin.
- Queue: its `redrive_policy`. What a bucket notifies needs the bucket. What subscribes to a topic needs the topic.
- Keys of databases, queues, topics and tables.

References to what is no component (networks, roles, groups, logs, certificates, parameters of engines) count for
nothing. A task definition, a target group and an instance of a cluster stand for their services, members and cluster.
`var` and module outputs are followed; `local` is not in a plan.
"""

from __future__ import annotations

import re
from typing import Any

COMPONENTS = {
    "aws_ecs_service", "aws_ecs_cluster", "aws_lambda_function", "aws_lb", "aws_lb_listener", "aws_lb_listener_rule",
    "aws_route53_record", "aws_route53_zone", "aws_cloudfront_distribution", "aws_sqs_queue", "aws_sns_topic",
    "aws_s3_bucket", "aws_rds_cluster", "aws_db_instance", "aws_dynamodb_table", "aws_instance", "aws_autoscaling_group",
    "aws_kms_key", "aws_elasticache_cluster",
}  # fmt: skip
KEYS = {"aws_rds_cluster": ["kms_key_id"], "aws_db_instance": ["kms_key_id"], "aws_sqs_queue": ["kms_master_key_id"], "aws_sns_topic": ["kms_master_key_id"]}  # fmt: skip
STAND_IN = {
    "aws_rds_cluster_instance": "cluster_identifier", "aws_eip": "instance", "aws_lambda_alias": "function_name",
    "aws_s3_bucket_policy": "bucket", "aws_s3_bucket_ownership_controls": "bucket", "aws_sqs_queue_policy": "queue_url",
    "aws_sns_topic_policy": "arn", "aws_s3_bucket_public_access_block": "bucket", "aws_s3_bucket_versioning": "bucket",
}  # fmt: skip
PLAIN = {
    "aws_ecs_service": ["cluster"],
    "aws_lambda_function": ["environment", "dead_letter_config"],
    "aws_route53_record": ["zone_id", "records", "alias"],
    "aws_sqs_queue": ["redrive_policy"],
}


class Oracle:
    """Reads the configuration of one plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.expressions: dict[str, dict[str, Any]] = {}
        self.kinds: dict[str, str] = {}
        self.outputs: dict[tuple[str, str], Any] = {}
        self.arguments: dict[tuple[str, str], tuple[str, Any]] = {}
        self._walk(plan["configuration"]["root_module"], "")
        self.there = {re.sub(r"\[[^\]]*\]", "", one) for one in planned(plan["planned_values"]["root_module"])}
        prior = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
        self.there |= {re.sub(r"\[[^\]]*\]", "", one) for one in planned(prior) if "data." in one}

    def _walk(self, module: dict[str, Any], path: str) -> None:
        for one in module.get("resources", []):
            self.expressions[path + one["address"]] = one.get("expressions", {})
            self.kinds[path + one["address"]] = one["type"]
        for name, output in module.get("outputs", {}).items():
            self.outputs[path, name] = output.get("expression", {})
        for name, call in module.get("module_calls", {}).items():
            inner = f"{path}module.{name}."
            for argument, expression in call.get("expressions", {}).items():
                self.arguments[inner, argument] = (path, expression)
            self._walk(call["module"], inner)

    def resources(self, expression: Any, path: str, seen: frozenset[Any] = frozenset()) -> set[str]:
        """Addresses of the resources that an expression reaches."""
        if isinstance(expression, list):
            return {address for one in expression for address in self.resources(one, path, seen)}
        if not isinstance(expression, dict):
            return set()
        found: set[str] = set()
        for name in expression.get("references", []):
            found |= self._named(name, path, seen)
        for key, inner in expression.items():
            if key not in ("references", "constant_value"):
                found |= self.resources(inner, path, seen)
        return found

    def _named(self, name: str, path: str, seen: frozenset[Any]) -> set[str]:
        if (name, path) in seen:
            return set()
        seen |= {(name, path)}
        parts = re.sub(r"\[[^\]]*\]", "", name).split(".")
        if parts[0] == "var":
            above, expression = self.arguments.get((path, parts[1]), ("", {}))
            return self.resources(expression, above, seen)
        if parts[0] == "module" and len(parts) > 2:
            inner = f"{path}module.{parts[1]}."
            return self.resources(self.outputs.get((inner, parts[2]), {}), inner, seen)
        address = path + ".".join(parts[:3] if parts[0] == "data" else parts[:2])
        return {address} if address in self.expressions else set()

    def of(self, address: str, attribute: str) -> set[str]:
        """Resources that an attribute refers to."""
        return self.resources(self.expressions[address].get(attribute, {}), path_of(address))

    def components(self, addresses: set[str]) -> set[str]:
        """Components that resources are or stand for."""
        found: set[str] = set()
        for one in addresses:
            kind = self.kinds[one]
            if kind in COMPONENTS:
                found.add(one)
            elif kind == "aws_lb_target_group":
                found |= self.members(one)
            elif kind in STAND_IN:
                found |= self.components(self.of(one, STAND_IN[kind]))
        return found & self.there

    def members(self, group: str) -> set[str]:
        found: set[str] = set()
        for address, kind in self.kinds.items():
            if kind == "aws_ecs_service" and group in self.of(address, "load_balancer"):
                found.add(address)
            if kind == "aws_autoscaling_group" and group in self.of(address, "target_group_arns"):
                found.add(address)
            if kind == "aws_lb_target_group_attachment" and group in self.of(address, "target_group_arn"):
                found |= self.components(self.of(address, "target_id"))
        return found

    def needs(self) -> set[tuple[str, str]]:
        """Pairs of dependent and dependency, addresses without keys."""
        found: set[tuple[str, str]] = set()
        for address, kind in self.kinds.items():
            if address not in self.there:
                continue
            needed: set[str] = set()
            for attribute in PLAIN.get(kind, []) + KEYS.get(kind, []):
                needed |= self.components(self.of(address, attribute))
            if kind == "aws_ecs_service":
                for task in self.of(address, "task_definition"):
                    needed |= self.components(self.of(task, "container_definitions"))
            if kind == "aws_cloudfront_distribution":
                for origin in self.expressions[address].get("origin", []):
                    needed |= self.components(self.resources(origin.get("domain_name"), path_of(address)))
            found |= {(address, one) for one in needed}
            found |= self._ties(address, kind)
        return {(a, b) for a, b in found if a != b and a in self.there}

    def _ties(self, address: str, kind: str) -> set[tuple[str, str]]:
        def pairs(dependents: str, dependencies: str) -> set[tuple[str, str]]:
            sides = [self.components(self.of(address, attribute)) for attribute in (dependents, dependencies)]
            return {(a, b) for a in sides[0] for b in sides[1]}

        if kind == "aws_lambda_event_source_mapping":
            return pairs("function_name", "event_source_arn")
        if kind == "aws_sns_topic_subscription":
            return pairs("endpoint", "topic_arn")
        if kind == "aws_s3_bucket_notification":
            return pairs("queue", "bucket") | pairs("lambda_function", "bucket") | pairs("topic", "bucket")
        if kind in ("aws_lb_listener", "aws_lb_listener_rule"):
            return self._route(address, kind)
        return set()

    def _route(self, address: str, kind: str) -> set[tuple[str, str]]:
        action = "action" if kind.endswith("_rule") else "default_action"
        members = self.components(self.of(address, action))
        forwards = any(
            one.get("target_group_arn") or one.get("forward") for one in self.expressions[address].get(action, [])
        )
        if not forwards:
            return set()
        listeners = self.of(address, "listener_arn") if kind.endswith("_rule") else {address}
        balancers = {one for listener in listeners for one in self.components(self.of(listener, "load_balancer_arn"))}
        return {(address, one) for one in members | balancers}


def path_of(address: str) -> str:
    """The module path before a resource's own address."""
    found = re.match(r"((?:module\.[^.]+\.)*)", address)
    return found[1] if found else ""


def planned(module: dict[str, Any]) -> set[str]:
    """Addresses of all resources that are planned."""
    found = {one["address"] for one in module.get("resources", [])}
    for child in module.get("child_modules", []):
        found |= planned(child)
    return found
