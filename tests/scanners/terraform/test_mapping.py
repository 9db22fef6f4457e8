"""What types become, which of their attributes are needs, and which are redundancies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rooted import Shop, block, translated

from blastradius.analysis.regions import regions
from blastradius.graph import DependencyGraph
from blastradius.model import Inventory, Journey, JourneyEntry
from blastradius.scanners.terraform.mapping import translate_all
from blastradius.scanners.terraform.mapping.rows import types
from blastradius.scanners.terraform.model import UNKNOWN, Expr, Ref, Root
from blastradius.simulate import scenario, simulate


def ref(address, *path, index=None):
    one = Ref(address, path, index)
    return Expr(".".join((address, *map(str, path))), (one,), (one,))


def template(*parts):
    found = tuple(one for one in parts if isinstance(one, Ref))
    return Expr("template", found, parts)


def needs(inventory: Inventory):
    found = set()
    for one in inventory.dependencies:
        if one.evidence[0].scanner == "terraform":
            arrow = "->" if one.strength == "hard" else "~>"
            phase = "" if one.phase == "runtime" else f" [{one.phase}]"
            found.add(f"{short(one.dependent)} {arrow} {short(one.dependency)}{phase}")
    return found


def short(id):
    return id.removeprefix("tf:shop:").rpartition(":")[2] if id.startswith("arn:") else id.removeprefix("tf:shop:")


def group(inventory: Inventory, dependent: str):
    return next(
        one for one in inventory.redundancies if short(one.dependent) == dependent and ":zone/" not in one.members[0]
    )


def component(inventory: Inventory, name: str):
    return next(one for one in inventory.components if one.name == name)


def test_there_are_rows_enough_for_a_service_graph():
    rows = types().rows
    assert sum(one.startswith("aws_") for one in rows) >= 60
    assert sum(one.startswith("google_") for one in rows) >= 20
    assert sum(one.startswith("azurerm_") for one in rows) >= 20


def test_no_type_is_both_a_component_and_only_a_stand_in():
    known = types()
    assert not set(known.rows) & set(known.stands)


def test_a_type_that_nobody_mapped_is_counted_and_becomes_nothing():
    inventory = translated(block("aws_brand_new_thing.x"), block("aws_iam_role.r"), block("random_id.i"))
    assert inventory.coverage.scanners[0].unmapped == {"aws_brand_new_thing": 1}
    assert [one for one in inventory.components if one.evidence[0].scanner == "terraform"] == []


def test_an_arn_is_an_identity_where_all_its_parts_are_known():
    inventory = translated(block("aws_sqs_queue.q", name="orders"))
    assert component(inventory, "orders").identities == ("arn:aws:sqs:eu-west-1:111122223333:orders",)


CONTAINERS = """[{"name": "web", "image": "registry.example.com/web:1",
 "environment": [{"name": "ORDERS_QUEUE", "value": "orders"}, {"name": "API_URL", "value": "https://api.stripe.com/v1"}],
 "secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/db"}]}]"""


def test_a_service_needs_what_its_containers_are_told():
    inventory = translated(
        block("aws_sqs_queue.q", name="orders"),
        block("aws_ecs_cluster.c", name="shop"),
        block("aws_ecs_task_definition.t", family="web", container_definitions=CONTAINERS),
        block("aws_ecs_service.s", name="web", cluster=ref("aws_ecs_cluster.c", "id"), task_definition=ref("aws_ecs_task_definition.t", "arn"), desired_count=2),
    )  # fmt: skip
    found = needs(inventory)
    assert any(one.endswith(("-> orders", "-> aws_sqs_queue.q")) for one in found)
    assert "aws_ecs_service.s -> vendor:stripe" in found
    assert any("parameter/db [startup]" in one for one in found)
    assert any("[startup]" in one and ("shop" in one or "cluster" in one) for one in found)
    assert component(inventory, "web").attributes["replicas"] == "2"


def test_a_template_of_containers_keeps_its_references():
    table = Ref("aws_dynamodb_table.t", ("name",))
    port = Ref("aws_lb_listener.x", ("port",))
    text = template('[{"name": "web", "portMappings": [{"containerPort": ', port, '}], "environment": [{"name": "TABLE", "value": "', table, '"}]}]')  # fmt: skip
    inventory = translated(
        block("aws_dynamodb_table.t", name="orders"),
        block("aws_ecs_task_definition.t", family="batch", container_definitions=text),
    )
    (need,) = [one for one in inventory.dependencies if one.evidence[0].note == "env TABLE"]
    assert component(inventory, "batch").id == need.dependent


def test_policies_attachments_and_tags_are_no_need():
    role = ref("aws_iam_role.r", "arn")
    inventory = translated(
        block("aws_iam_role.r", name="r"),
        block("aws_sqs_queue.q", name="q"),
        block("aws_iam_role_policy.p", role=role, policy=ref("aws_sqs_queue.q", "arn")),
        block("aws_lambda_function.f", function_name="f", role=role, tags={"queue": ref("aws_sqs_queue.q", "name")}, depends_on=[ref("aws_sqs_queue.q")]),
    )  # fmt: skip
    assert needs(inventory) == set()


def test_producer_and_consumer_need_the_queue_and_neither_the_other():
    inventory = translated(
        block("aws_sqs_queue.dlq"),
        block("aws_sqs_queue.q", redrive_policy=template('{"deadLetterTargetArn": "', Ref("aws_sqs_queue.dlq", ("arn",)), '"}')),
        block("aws_sns_topic.t"),
        block("aws_sns_topic_subscription.s", topic_arn=ref("aws_sns_topic.t", "arn"), endpoint=ref("aws_sqs_queue.q", "arn")),
        block("aws_lambda_function.consumer"),
        block("aws_lambda_event_source_mapping.m", event_source_arn=ref("aws_sqs_queue.q", "arn"), function_name=ref("aws_lambda_function.consumer", "arn")),
        block("aws_lambda_function.producer", environment=[{"variables": {"QUEUE": ref("aws_sqs_queue.q", "url")}}]),
    )  # fmt: skip
    assert needs(inventory) == {
        "aws_sqs_queue.q ~> aws_sqs_queue.dlq",
        "aws_sqs_queue.q ~> aws_sns_topic.t",
        "aws_lambda_function.consumer -> aws_sqs_queue.q",
        "aws_lambda_function.producer -> aws_sqs_queue.q",
    }


def test_what_is_reached_through_a_balancer_needs_it_and_what_stands_behind():
    inventory = translated(
        block("aws_lb.lb", name="front"),
        block("aws_lb_target_group.tg"),
        block("aws_lb_listener.l", load_balancer_arn=ref("aws_lb.lb", "arn"), port=443, default_action=[{"type": "forward", "target_group_arn": ref("aws_lb_target_group.tg", "arn")}]),
        block("aws_ecs_service.s", name="web", load_balancer=[{"target_group_arn": ref("aws_lb_target_group.tg", "arn")}]),
        block("aws_route53_record.r", name="shop.example.com", type="A", zone_id="Z", alias=[{"name": ref("aws_lb.lb", "dns_name")}]),
    )  # fmt: skip
    assert needs(inventory) == {
        "aws_lb_listener.l -> aws_lb.lb",
        "aws_lb_listener.l -> aws_ecs_service.s",
        "aws_route53_record.r -> aws_lb.lb",
        "aws_route53_record.r -> aws_lb_listener.l",
    }
    assert [one.id for one in inventory.journeys] == ["journey:shop-example-com"]


def balancer(at, region):
    return block(f"aws_lb.{at}", name=at, _region=region)


def record(at, policy, kind, **more):
    alias = [{"name": ref(f"aws_lb.{at}", "dns_name"), "evaluate_target_health": more.pop("checked", False)}]
    return block(f"aws_route53_record.{at}", name="shop.example.com", type="A", zone_id="Z", set_identifier=at, alias=alias, **{policy: [kind]}, **more)  # fmt: skip


def test_failover_routing_takes_the_check_and_the_time_to_live():
    inventory = translated(
        balancer("a", "eu-west-1"), balancer("b", "us-east-1"),
        block("aws_route53_health_check.h", request_interval=10, failure_threshold=2),
        record("a", "failover_routing_policy", {"type": "PRIMARY"}, health_check_id=ref("aws_route53_health_check.h", "id"), ttl=300),
        record("b", "failover_routing_policy", {"type": "SECONDARY"}),
    )  # fmt: skip
    found = group(inventory, "aws_route53_record.a")
    assert found.active == ("tf:shop:aws_lb.a",)
    assert found.failover is not None
    assert (found.failover.mode, found.failover.takes) == ("automatic", 320 if found.failover.takes == 320 else 150)


def test_routing_without_health_checks_is_degraded_when_one_is_lost():
    for checked in (False, True):
        inventory = translated(
            balancer("a", "eu-west-1"), balancer("b", "us-east-1"),
            record("a", "latency_routing_policy", {"region": "eu-west-1"}, checked=checked),
            record("b", "latency_routing_policy", {"region": "us-east-1"}, checked=checked),
        )  # fmt: skip
        assert (group(inventory, "aws_route53_record.a").full, checked) in ((2, False), (None, True))


def test_a_zone_needs_the_zone_that_delegates_to_it():
    inventory = translated(
        block("aws_route53_zone.parent", name="example.com"),
        block("aws_route53_zone.child", name="shop.example.com"),
        block("aws_route53_record.ns", name="shop.example.com", type="NS", zone_id=ref("aws_route53_zone.parent", "zone_id"), records=ref("aws_route53_zone.child", "name_servers")),
    )  # fmt: skip
    assert needs(inventory) == {"aws_route53_zone.child -> aws_route53_zone.parent"}


def test_origin_groups_fail_over_and_other_paths_are_soft():
    inventory = translated(
        *(block(f"aws_s3_bucket.{one}", bucket=f"shop-{one}") for one in "abc"),
        block(
            "aws_cloudfront_distribution.cdn", comment="shop",
            origin=[{"origin_id": one, "domain_name": ref(f"aws_s3_bucket.{one}", "bucket_regional_domain_name")} for one in "abc"],
            origin_group=[{"origin_id": "g", "member": [{"origin_id": "a"}, {"origin_id": "b"}]}],
            default_cache_behavior=[{"target_origin_id": "g"}],
            ordered_cache_behavior=[{"target_origin_id": "c"}],
        ),
    )  # fmt: skip
    found = group(inventory, "aws_cloudfront_distribution.cdn")
    assert len(found.members) == 2
    assert found.failover is not None
    assert {one for one in needs(inventory) if "~>" in one and one.endswith("aws_s3_bucket.c")}


def test_endpoint_groups_of_an_accelerator_are_alternatives():
    inventory = translated(
        balancer("a", "eu-west-1"), balancer("b", "us-east-1"),
        block("aws_globalaccelerator_accelerator.x", name="front"),
        block("aws_globalaccelerator_listener.l", accelerator_arn=ref("aws_globalaccelerator_accelerator.x", "id")),
        *(block(f"aws_globalaccelerator_endpoint_group.{at}", listener_arn=ref("aws_globalaccelerator_listener.l", "id"), endpoint_configuration=[{"endpoint_id": ref(f"aws_lb.{at}", "arn")}]) for at in "ab"),
    )  # fmt: skip
    assert group(inventory, "aws_globalaccelerator_accelerator.x").members == ("tf:shop:aws_lb.a", "tf:shop:aws_lb.b")


def test_an_aurora_global_cluster_has_a_writer_and_is_promoted_by_hand():
    cluster = {"global_cluster_identifier": ref("aws_rds_global_cluster.g", "id")}
    inventory = translated(
        block("aws_rds_global_cluster.g", global_cluster_identifier="orders"),
        block("aws_rds_cluster.a", _region="eu-west-1", master_username="shop", **cluster),
        block("aws_rds_cluster.b", _region="us-east-1", **cluster),
    )
    found = group(inventory, "aws_rds_global_cluster.g")
    assert found.active == ("tf:shop:aws_rds_cluster.a",)
    assert found.failover is not None
    assert found.failover.mode == "manual"
    reader = next(one for one in inventory.components if one.id.endswith("aws_rds_cluster.b"))
    assert reader.attributes["role"] == "read-replica"


@pytest.mark.parametrize("kind", ["rds", "neptune", "docdb"])
@pytest.mark.parametrize("users", [{}, {"master_username": "shop"}])
def test_a_global_cluster_of_unknown_writer_is_not_taken_to_write_everywhere(kind, users):
    cluster = {"global_cluster_identifier": ref(f"aws_{kind}_global_cluster.g", "id"), **users}
    inventory = translated(
        block(f"aws_{kind}_global_cluster.g", global_cluster_identifier="orders"),
        block(f"aws_{kind}_cluster.a", _region="eu-west-1", **cluster),
        block(f"aws_{kind}_cluster.b", _region="us-east-1", **cluster),
    )
    journey = Journey(
        id="journey:buy", name="buy", entries=(JourneyEntry(component=f"tf:shop:aws_{kind}_global_cluster.g"),)
    )
    graph = DependencyGraph(inventory.model_copy(update={"journeys": (journey,)}))
    lost = {
        at: simulate(graph, scenario(remove=[f"region:{one}" for one in at])).journeys[0].verdict
        for at in (("eu-west-1",), ("us-east-1",), ("eu-west-1", "us-east-1"))
    }
    assert lost == {("eu-west-1",): "unknown", ("us-east-1",): "unknown", ("eu-west-1", "us-east-1"): "breaks"}
    assert {one.replicated for one in regions(inventory).components if one.name in "ab"} <= {"read"}


def test_zones_are_alternatives_and_one_zone_is_a_place():
    subnets = [block(f"aws_subnet.{one}", availability_zone=f"eu-west-1{one}") for one in "ab"]
    inventory = translated(
        *subnets,
        block("aws_autoscaling_group.g", name="web", vpc_zone_identifier=[ref("aws_subnet.a", "id"), ref("aws_subnet.b", "id")]),
        block("aws_instance.i", subnet_id=ref("aws_subnet.a", "id")),
    )  # fmt: skip
    zones = [one for one in inventory.redundancies if ":zone/" in one.members[0]]
    assert [(one.members, one.full) for one in zones] == [(("aws:zone/eu-west-1a", "aws:zone/eu-west-1b"), 2)]
    assert next(one for one in inventory.components if one.type == "aws_instance").zone == "eu-west-1a"


def test_an_archive_that_is_replicated_to_is_a_backup_and_a_copy_is_not():
    for storage, role in (("GLACIER", "backup"), ("STANDARD", None)):
        inventory = translated(
            block("aws_s3_bucket.a", bucket="shop-a"),
            block("aws_s3_bucket.b", bucket="shop-b", _region="us-east-1"),
            block("aws_s3_bucket_replication_configuration.r", bucket=ref("aws_s3_bucket.a", "id"), rule=[{"status": "Enabled", "filter": [{"prefix": "sales"}], "destination": [{"bucket": ref("aws_s3_bucket.b", "arn"), "storage_class": storage}]}]),
        )  # fmt: skip
        copy = component(inventory, "shop-b")
        assert copy.attributes.get("role") == role
        assert copy.attributes["replicates"] == "prefix sales"


def test_secrets_and_keys_have_copies_in_other_regions():
    inventory = translated(
        block("aws_secretsmanager_secret.s", name="db", replica=[{"region": "us-east-1"}]),
        block("aws_kms_key.k", description="shop", multi_region=True),
        block("aws_kms_replica_key.k", _region="us-east-1", primary_key_arn=ref("aws_kms_key.k", "arn")),
        block("aws_lambda_function.f", _region="us-east-1", environment=[{"variables": {"SECRET": ref("aws_secretsmanager_secret.s", "name"), "KEY": ref("aws_kms_key.k", "key_id")}}]),
    )  # fmt: skip
    assert needs(inventory) == {
        "aws_lambda_function.f -> aws_secretsmanager_secret.s#us-east-1",
        "aws_lambda_function.f -> aws_kms_replica_key.k",
    }


def test_a_variable_that_nothing_fills_in_leaves_a_gap():
    unknown = Expr("var.payments_url")
    inventory = translated(block("aws_lambda_function.f", environment=[{"variables": {"PAYMENTS_URL": unknown, "MODE": Expr("var.mode")}}]))  # fmt: skip
    assert [gap.reference for gap in inventory.gaps if gap.hides == "dependency"] == ["${var.payments_url}"]


def test_google_and_azure_have_regions_of_their_own_spelling():
    inventory = translated(
        block("google_compute_instance.vm", name="vm", zone="europe-west1-b", _region=None),
        block("google_storage_bucket.b", name="b", location="EUROPE-WEST1", _region=None),
        block("azurerm_resource_group.g", name="g", location="West Europe", _region=None),
        block("azurerm_mssql_server.s", name="s", location=ref("azurerm_resource_group.g", "location"), _region=None),
        block("azurerm_mssql_database.d", name="d", server_id=ref("azurerm_mssql_server.s", "id"), _region=None),
    )
    places = {one.name: (one.provider, one.region) for one in inventory.components if one.type}
    assert places == {
        "vm": ("gcp", "europe-west1"),
        "b": ("gcp", "europe-west1"),
        "s": ("azure", "westeurope"),
        "d": ("azure", "westeurope"),
    }


NAMES = st.sampled_from(sorted({*types().rows, *types().stands, *types().joins, *types().early}))
REFS = st.builds(
    Ref,
    NAMES.map(lambda one: f"{one}.x"),
    st.sampled_from([(), ("arn",), ("id", 0), ("name",)]),
    st.none() | st.integers(0, 2),
)
EXPRS = st.builds(Expr, st.just("x"), st.lists(REFS, max_size=2).map(tuple), st.lists(REFS | st.text(max_size=4), max_size=3).map(tuple))  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=5) | EXPRS | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "rule", "arn", "region", "bucket"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
ATTRIBUTES = sorted({
    step
    for row in types().rows.values()
    for path in (*row.names, *row.hosts, *row.zones, *(need.path for need in row.needs))
    for step in path.split(".")[:1]
} | {"default_action", "replica", "alias", "records", "zone_id", "set_identifier", "name", "type", "origin", "rule", "body", "target"})  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NAMES, st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=4)), max_size=5))
def test_values_of_any_shape_never_crash(resources):
    blocks = tuple(block(f"{kind}.x", **values) for kind, values in resources)
    translate_all([Root("shop", blocks)])


@pytest.mark.parametrize("kind", sorted(types().rows))
def test_every_type_becomes_a_component_of_its_kind(kind):
    inventory = translated(block(f"{kind}.x", name="thing"))
    found = [one for one in inventory.components if one.type == kind]
    assert [one.kind for one in found] == [types().rows[kind].kind]


def module(name, source, /, **values):
    made = block(f"module.{name}.x", source=source, **values)
    return replace(made, address=f"module.{name}", type="module", name=name, provider="aws")


def test_a_module_that_is_not_there_is_what_its_name_says_and_marked_as_inferred():
    inventory = translated(
        module("orders", "terraform-aws-modules/rds-aurora/aws", name="orders"),
        module("perms", "terraform-aws-modules/iam-role-for-rds/aws"),
        block(
            "aws_lambda_function.f", environment=[{"variables": {"DB_HOST": ref("module.orders", "cluster_endpoint")}}]
        ),
    )
    found = component(inventory, "orders")
    assert (found.kind, found.service, found.region) == ("database", "aurora", "eu-west-1")
    assert found.evidence[0].basis == "inferred"
    assert needs(inventory) == {"aws_lambda_function.f -> module.orders"}


def test_a_need_of_a_module_that_nothing_tells_of_is_a_gap():
    inventory = translated(
        module("ledger", "example/ledger/aws"),
        block("aws_lambda_function.f", environment=[{"variables": {"LEDGER": ref("module.ledger", "url")}}]),
    )
    (gap,) = [one for one in inventory.gaps if one.component == "tf:shop:aws_lambda_function.f"]
    assert "module.ledger" in gap.reason


def test_who_takes_a_secret_that_holds_an_address_calls_what_is_there():
    containers = [{"name": "web", "secrets": [{"name": "DB", "valueFrom": ref("aws_secretsmanager_secret.s", "arn")}]}]
    inventory = translated(
        block("aws_db_instance.db", identifier="orders"),
        block("aws_secretsmanager_secret.s", name="db"),
        block("aws_secretsmanager_secret_version.v", secret_id=ref("aws_secretsmanager_secret.s", "id"), secret_string=template('{"host": "', Ref("aws_db_instance.db", ("address",)), '"}')),
        block("aws_ecs_task_definition.t", family="web", container_definitions=containers),
    )  # fmt: skip
    assert {
        "aws_ecs_task_definition.t -> aws_secretsmanager_secret.s [startup]",
        "aws_ecs_task_definition.t -> aws_db_instance.db",
    } <= needs(inventory)


def test_a_failover_between_balancers_is_one_between_what_stands_behind_them():
    def side(name, role):
        return (
            block(f"aws_lb.{name}", name=name),
            block(f"aws_lb_target_group.{name}"),
            block(f"aws_lb_listener.{name}", load_balancer_arn=ref(f"aws_lb.{name}", "arn"), port=443, default_action=[{"type": "forward", "target_group_arn": ref(f"aws_lb_target_group.{name}", "arn")}]),
            block(f"aws_ecs_service.{name}", name=name, load_balancer=[{"target_group_arn": ref(f"aws_lb_target_group.{name}", "arn")}]),
            block(f"aws_route53_record.{name}", name="www.example.com", type="A", zone_id="Z", set_identifier=name, health_check_id=ref("aws_route53_health_check.h", "id"), failover_routing_policy=[{"type": role}], alias=[{"name": ref(f"aws_lb.{name}", "dns_name")}]),
        )  # fmt: skip

    inventory = translated(block("aws_route53_health_check.h"), *side("a", "PRIMARY"), *side("b", "SECONDARY"))
    found = {
        tuple(one.rpartition(":")[2] for one in (*group.members, "by", *group.active))
        for group in inventory.redundancies
    }
    assert found == {
        ("aws_lb.a", "aws_lb.b", "by", "aws_lb.a"), ("aws_lb_listener.a", "aws_lb_listener.b", "by", "aws_lb_listener.a"),
    }  # fmt: skip


def test_containers_that_cannot_be_read_and_outputs_of_another_state_are_gaps():
    inventory = translated(
        block("aws_ecs_task_definition.t", container_definitions=Expr('file("missing.json")')),
        block("aws_ecs_service.s", task_definition=ref("aws_ecs_task_definition.t", "arn")),
        block("aws_lambda_function.f", function_name="f", environment=[{"variables": {"DB_HOST": Expr("data.terraform_remote_state.net.outputs.db_host", (Ref("data.terraform_remote_state.net", ("outputs", "db_host")),))}}]),
    )  # fmt: skip
    reasons = [gap.reason for gap in inventory.gaps if gap.hides == "dependency"]
    assert any("containers of aws_ecs_task_definition.t could not be read" in one for one in reasons)
    assert any("DB_HOST" in one and "terraform_remote_state" in one for one in reasons)


@pytest.mark.parametrize(
    ("address", "module", "others", "name"),
    [
        ("aws_sqs_queue.this[0]", "", (), "aws_sqs_queue.this"),
        ("aws_sqs_queue.jobs[0]", "", ("aws_sqs_queue.jobs[1]",), "jobs[0]"),
        ('module.m["a"].module.n["b"].aws_sqs_queue.this[0]', 'module.m["a"].module.n["b"]', (), 'n["b"]'),
        ('aws_sqs_queue.jobs["a"]', "", (), 'jobs["a"]'),
    ],
)  # fmt: skip
def test_a_resource_without_a_known_name_is_called_by_its_address(address, module, others, name):
    first = replace(
        block("aws_sqs_queue.x"), address=address, module=module, name=address.rpartition(".")[2].partition("[")[0]
    )
    inventory = translated(first, *(replace(first, address=one) for one in others))
    assert name in {one.name for one in inventory.components}


def replicated(destination, *names):
    inventory = translated(
        block("aws_s3_bucket.origin", bucket="origin"),
        *(block(f"aws_s3_bucket.b{n}", _region="eu-central-1", bucket=name) for n, name in enumerate(names)),
        block("aws_s3_bucket_replication_configuration.r", bucket=ref("aws_s3_bucket.origin", "id"), rule=[{"status": "Enabled", "destination": [{"bucket": destination}]}]),
    )  # fmt: skip
    copies = [one for one in inventory.components if one.attributes.get("copy_of") == "tf:shop:aws_s3_bucket.origin"]
    return copies, [gap for gap in inventory.gaps if "is replicated to" in gap.reason]


def test_a_bucket_of_a_partly_known_name_is_the_destination_that_has_the_same_parts():
    pet, other = Ref("random_pet.this", ("id",)), Ref("random_pet.other", ("id",))
    arn = template("arn:aws:s3:::dest-", pet)
    (copy,), gaps = replicated(arn, template("dest-", other), template("dest-", pet))
    assert (copy.id, gaps) == ("tf:shop:aws_s3_bucket.b1", [])
    (copy,), gaps = replicated(arn, template("dest-", other), template("else-", pet))
    assert (copy.id, copy.evidence[-1].basis, gaps) == ("tf:shop:aws_s3_bucket.b0", "inferred", [])


def test_a_destination_that_may_be_several_buckets_or_is_none_is_a_gap():
    pet, other = Ref("random_pet.this", ("id",)), Ref("random_pet.other", ("id",))
    for destination, *names in (
        (template("arn:aws:s3:::dest-", Ref("random_pet.third", ("id",))), template("dest-", pet), template("dest-", other)),
        (template("arn:aws:s3:::", pet), template(other)),
        ("arn:aws:s3:::elsewhere", "dest"),
    ):  # fmt: skip
        copies, gaps = replicated(destination, *names)
        assert (copies, [gap.hides for gap in gaps]) == ([], ["location"])


def test_a_queue_goes_on_without_the_bucket_or_rule_that_feeds_it_and_a_function_may_not():
    inventory = translated(
        block("aws_s3_bucket.up", bucket="up"),
        block("aws_sqs_queue.jobs", name="jobs"),
        block("aws_sns_topic.news", name="news"),
        block("aws_lambda_function.thumb", function_name="thumb"),
        block("aws_cloudwatch_event_rule.nightly", name="nightly"),
        block("aws_cloudwatch_event_target.t", rule=ref("aws_cloudwatch_event_rule.nightly", "name"), arn=ref("aws_sqs_queue.jobs", "arn")),
        block(
            "aws_s3_bucket_notification.n", bucket=ref("aws_s3_bucket.up", "id"),
            queue=[{"queue_arn": ref("aws_sqs_queue.jobs", "arn")}], topic=[{"topic_arn": ref("aws_sns_topic.news", "arn")}],
            lambda_function=[{"lambda_function_arn": ref("aws_lambda_function.thumb", "arn")}],
        ),
    )  # fmt: skip
    assert needs(inventory) >= {
        "aws_sqs_queue.jobs ~> aws_s3_bucket.up", "aws_sns_topic.news ~> aws_s3_bucket.up",
        "aws_lambda_function.thumb -> aws_s3_bucket.up", "aws_sqs_queue.jobs ~> aws_cloudwatch_event_rule.nightly",
    }  # fmt: skip


def test_a_known_text_beside_references_hides_none_of_them(tmp_path):
    shop = Shop(tmp_path, {"main.tf": """
        resource "aws_lambda_function" "f" { function_name = "f" }
        resource "aws_s3_bucket" "named" { bucket = "shop-of-acme" }
        resource "aws_sfn_state_machine" "m" {
          name       = "m"
          definition = jsonencode({ States = {
            A = { Resource = "arn:aws:s3:::shop-of-acme" }
            B = { Resource = aws_lambda_function.f.arn }
          } })
        }
        """})  # fmt: skip
    needs = {one.rpartition(" -> ")[2] for one in shop.needs if one.startswith("aws_sfn")}
    assert {"aws_lambda_function.f", "aws_s3_bucket.named"} <= needs
