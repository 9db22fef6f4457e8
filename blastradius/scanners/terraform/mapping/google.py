"""Google Cloud: regions, compute, databases, queues, buckets, DNS, load balancing."""

from __future__ import annotations

import re
from typing import Any

from blastradius.model import Evidence, Gap, RedundancyFact
from blastradius.scanners.mapping.phases import WITH_VARIABLES
from blastradius.scanners.terraform.mapping.compute import user_data
from blastradius.scanners.terraform.mapping.dns import keep_ttl
from blastradius.scanners.terraform.mapping.references import image, references
from blastradius.scanners.terraform.mapping.rows import Need, Row
from blastradius.scanners.terraform.mapping.settings import settings
from blastradius.scanners.terraform.mapping.standbys import regional
from blastradius.scanners.terraform.mapping.values import at, items, number, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block


def _run(world: World, block: Block, id: str) -> None:
    """Containers of Cloud Run, of both generations and of jobs."""
    for path in ("template.spec.containers", "template.containers", "template.template.containers"):
        for one in items(block.values, path):
            evidence = world.evidence(block, "template")
            _variables(world, id, one, evidence)
            image(world, id, one.get("image"), evidence)
    for path in ("template.volumes.cloud_sql_instance.instances", "template.metadata.annotations"):
        references(world, id, at(block.values, path), world.evidence(block, "template"), via=path)


def _variables(world: World, id: str, container: Any, evidence: Evidence) -> None:
    """Variables of a container; one that comes out of a secret names that and nothing else."""
    plain = []
    for one in items(container, "env"):
        name = world.text(one.get("name")) or ""
        kept = [*items(one, "value_source.secret_key_ref"), *items(one, "value_from.secret_key_ref")]
        if not kept:
            plain.append(one)
        for ref in kept:
            note = world.setting(evidence, name, f"env {name}")
            need = Need("env", phase=WITH_VARIABLES)
            references(world, id, ref.get("secret", ref.get("name")), note, via=f"env {name}", need=need)
    settings(world, id, plain, evidence, via="env")


def _function(world: World, block: Block, id: str) -> None:
    for path in ("environment_variables", "service_config.environment_variables"):
        for value in at(block.values, path):
            settings(world, id, value, world.evidence(block, path), via="env")
    for path in ("event_trigger.resource", "event_trigger.pubsub_topic"):
        with world.setting_going(id):
            references(world, id, at(block.values, path), world.evidence(block, "event_trigger"), via="event source")


def _sql(world: World, block: Block, id: str) -> None:
    """Cloud SQL: a standby in another zone, or a replica of another instance."""
    if any(world.text(value) == "REGIONAL" for value in at(block.values, "settings.availability_type")):
        world.update(id, attributes={"multi_az": "true"})
    for source in world.targets(block.values, "master_instance_name"):
        world.update(id, attributes={"role": "read-replica", "copy_of": source})
        reason = "a replica goes on serving what it has when its source is away"
        evidence = world.evidence(block, "master_instance_name")
        world.need(id, source, evidence, via="replica of", strength="soft", reason=reason)


def _group(world: World, block: Block, id: str) -> None:
    for path in ("version.instance_template", "instance_template"):
        for value in at(block.values, path):
            for ref in refs(value):
                for one in world.found(ref):
                    user_data(world, one, id)


def _subscription(world: World, block: Block, id: str) -> None:
    references(world, id, block.values.get("topic"), world.evidence(block, "topic"), via="topic")
    for path in ("push_config.push_endpoint",):
        for one in world.targets(block.values, path):
            world.need(one, id, world.evidence(block, "push_config"), via="push")


def _backend(world: World, block: Block, id: str) -> None:
    """A backend service: any of its groups."""
    members = world.targets(block.values, "backend.group")
    world.any_of(id, members, world.evidence(block, "backend"), via="backend", full=len(members) or None)


def _rule(world: World, block: Block, id: str) -> None:
    """A way in, unless it is internal; what its URL map sends only some paths to is not needed by the others."""
    scheme = world.text(block.values.get("load_balancing_scheme")) or "EXTERNAL"
    if not scheme.startswith("INTERNAL"):
        world.update(id, attributes={"entry": f"load balancer {world.components[id].name}"})
    maps = [
        one
        for proxy in _blocks(world, block.values.get("target"))
        for one in _blocks(world, proxy.values.get("url_map"))
    ]
    for one in maps:
        default = world.targets(one.values, "default_service")
        for path in (
            "path_matcher.default_service",
            "path_matcher.path_rule.service",
            "path_matcher.route_rules.service",
        ):
            for target in world.targets(one.values, path):
                if target not in default:
                    reason = "only some hosts or paths are served from it"
                    evidence = world.evidence(one, "path_matcher")
                    world.need(id, target, evidence, via="url map", strength="soft", reason=reason)


def _blocks(world: World, value: Any) -> list[Block]:
    return [one for ref in refs(value) for one in world.found(ref)]


def _public(world: World, block: Block) -> None:
    """What everybody may call is a way in, unless a load balancer stands before it or it only takes calls from within."""
    members = [world.text(one) for one in [block.values.get("member"), *_listed(block.values.get("members"))]]
    if "allUsers" not in members:
        return
    behind = {
        one
        for rule in world.rules
        if rule.dependent in world.components and world.components[rule.dependent].kind in ("gateway", "load-balancer")
        for reference in (rule.members if isinstance(rule, RedundancyFact) else (rule.reference,))
        for one in reference.texts
    }
    for id in [one for key in ("name", "service", "cloud_function") for one in world.targets(block.values, key)]:
        own = world.block_of.get(id)
        stated = world.text(own.values["ingress"]) or "" if own is not None and "ingress" in own.values else "ALL"
        within = "ALL" not in stated.upper()
        if id not in behind and not within:
            world.update(id, attributes={"entry": f"{block.type.partition('_iam')[0]} {world.components[id].name}"})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _record(world: World, block: Block, id: str) -> None:
    if world.text(block.values.get("type")) not in (None, "A", "AAAA", "CNAME"):
        return
    keep_ttl(world, id, number(block.values.get("ttl")))
    evidence = world.evidence(block, "rrdatas")
    found = world.targets(block.values, "rrdatas")
    for value in at(block.values, "routing_policy"):
        found += world.targets(value, "")
    world.any_of(id, list(dict.fromkeys(found)), evidence, via="target", full=len(found) or None)
    if found:
        world.update(id, attributes={"entry": f"DNS {world.components[id].name}"})


def _secret(world: World, block: Block, id: str) -> None:
    """A secret whose regions its user chose: it is in the one, or any of several answers for it."""
    listed = items(block.values, "replication.user_managed.replicas")
    told = [world.text(one.get("location")) for one in listed]
    evidence = world.evidence(block, "replication")
    if not told:
        return
    if None in told:
        _placeless(world, id, "has replicas in regions that are not known", evidence)
        return
    regions = list(dict.fromkeys(one.lower() for one in told if one))
    if len(regions) == 1:
        _placed(world, id, regions[0], evidence)
        return
    copies = [one for region in regions if (one := world.copy(id, region, evidence, role="replica", key=region))]
    for one in (id, *copies):  # it is asked for by one name wherever it is: no reader picks a replica
        world.copies.pop(one, None)
    world.any_of(id, copies, evidence, via="replication", reason="any replica holds the secret")


def _spanner(world: World, block: Block, id: str) -> None:
    """Where a Spanner instance lies is said by its configuration alone, never by the provider's region.

    One of several regions keeps a majority of its replicas without any one of them, so that the loss of a region leaves
    it serving; which regions these are is not written in what is scanned. One of two regions loses its majority with
    either until somebody says otherwise. Source: cloud.google.com/spanner/docs/instance-configurations.
    """
    if "config" not in block.values:
        return
    text = (world.text(block.values["config"]) or "").rpartition("/")[2].lower()
    evidence = world.evidence(block, "config")
    if found := re.fullmatch(r"regional-([a-z]+-[a-z]+\d{1,2})", text):
        _placed(world, id, found[1], evidence)
    elif _SPREAD.fullmatch(text):
        note = f"configuration {text}: several regions, of which any one may be away"
        _placed(world, id, "global", evidence.model_copy(update={"note": note}))
        world.update(id, attributes={"replication": "multi-region"})
    elif text:
        shown = re.sub(r"[^a-z0-9-]", "?", text)[:60]
        _placeless(world, id, f"is spread over the regions of the configuration {shown}", evidence)
    else:
        _placeless(world, id, "has a configuration that is not known", evidence)


def _placed(world: World, id: str, region: str, evidence: Evidence) -> None:
    """Say in which region it is; what was said of its provider's region does not hold."""
    own = world.components[id].evidence[:1]
    world.update(id, region=region, zone=None, evidence=(*own, evidence))


def _placeless(world: World, id: str, why: str, evidence: Evidence) -> None:
    own = world.components[id].evidence[:1]
    world.update(id, region=None, zone=None, evidence=own)
    reason = f"{world.components[id].name} {why}: state its place in blastradius.yaml"
    world.gaps.append(
        Gap(scope=id, reason=reason, hides="location", component=id, provider="gcp", evidence=(evidence,))
    )


def _container(world: World, block: Block, id: str) -> None:
    for one in items(block.values, "boot_disk"):
        references(world, id, one.get("source"), world.evidence(block, "boot_disk"), via="boot_disk")
    user_data(world, block, id)


def _job(world: World, block: Block, id: str) -> None:
    """What a schedule calls is set going by it, or sent to; an address that is not of this root it needs itself."""
    for path, key in (("http_target.uri", "http_target"), ("pubsub_target.topic_name", "pubsub_target")):
        evidence = world.evidence(block, key)
        for target in (found := world.targets(block.values, path)):
            world.fed(target, id, evidence, via="schedule", by="schedule")
        if not found:
            settings(world, id, {"uri": at(block.values, path)}, evidence, via="schedule")


_ZONES = ("zone",)
#: Names of Spanner's configurations of more than two regions: nam3, eur5, nam-eur-asia1.
_SPREAD = re.compile(r"(?:nam|eur|asia)(?:-(?:nam|eur|asia))*\d{1,2}")
_CLUSTER = Need("cluster", phase="startup", reason="nodes join their cluster when they start")

ROWS = {
    "google_compute_instance": Row("service", "compute", zones=_ZONES, more=_container),
    "google_compute_instance_group_manager": Row("service", "compute", zones=_ZONES, more=_group),
    "google_compute_region_instance_group_manager": Row("service", "compute", zones=("distribution_policy_zones",), more=_group),
    "google_container_cluster": Row("cluster", "gke", hosts=("endpoint",)),
    "google_container_node_pool": Row("service", "gke", needs=(_CLUSTER,), parents=("cluster",)),
    "google_cloud_run_service": Row("service", "cloud-run", more=_run),
    "google_cloud_run_v2_service": Row("service", "cloud-run", hosts=("uri",), more=_run),
    "google_cloud_run_v2_job": Row("service", "cloud-run", more=_run),
    "google_cloudfunctions_function": Row("function", "cloud-functions", more=_function),
    "google_cloudfunctions2_function": Row("function", "cloud-functions", more=_function),
    "google_app_engine_application": Row("service", "app-engine", ("project",)),
    "google_sql_database_instance": Row("database", "cloud-sql", hosts=("connection_name", "private_ip_address"), zones=("settings.location_preference.zone",), copies=regional("settings.availability_type", "REGIONAL"), more=_sql),
    "google_spanner_instance": Row("database", "spanner", more=_spanner),
    "google_bigtable_instance": Row("database", "bigtable"),
    "google_firestore_database": Row("database", "firestore"),
    "google_bigquery_dataset": Row("database", "bigquery", ("dataset_id",)),
    "google_alloydb_cluster": Row("database", "alloydb", ("cluster_id",)),
    "google_redis_instance": Row("cache", "memorystore", hosts=("host",), zones=("location_id",), copies=regional("tier", "STANDARD_HA")),
    "google_memcache_instance": Row("cache", "memorystore"),
    "google_pubsub_topic": Row("topic", "pubsub", place="global"),
    "google_pubsub_subscription": Row("queue", "pubsub", place="global", more=_subscription),
    "google_cloud_tasks_queue": Row("queue", "cloud-tasks"),
    "google_cloud_scheduler_job": Row("topic", "cloud-scheduler", more=_job),
    "google_storage_bucket": Row("bucket", "gcs"),
    "google_filestore_instance": Row("bucket", "filestore"),
    "google_dns_managed_zone": Row("dns", "cloud-dns", ("dns_name", "name"), place="global"),
    "google_dns_record_set": Row("dns", "cloud-dns", needs=(Need("managed_zone"),), place="global", more=_record),
    "google_compute_backend_service": Row("gateway", "load-balancing", place="global", more=_backend),
    "google_compute_region_backend_service": Row("gateway", "load-balancing", more=_backend),
    "google_compute_backend_bucket": Row("gateway", "load-balancing", needs=(Need("bucket_name"),), place="global"),
    "google_compute_global_forwarding_rule": Row("load-balancer", "load-balancing", needs=(Need("target"), Need("backend_service")), hosts=("ip_address",), place="global", more=_rule),
    "google_compute_forwarding_rule": Row("load-balancer", "load-balancing", needs=(Need("target"), Need("backend_service")), hosts=("ip_address",), more=_rule),
    "google_secret_manager_secret": Row("secret", "secret-manager", ("secret_id",), place="global", more=_secret),
    "google_kms_key_ring": Row("key", "kms"),
    "google_artifact_registry_repository": Row("registry", "artifact-registry", ("repository_id",)),
    "google_compute_network": Row("gateway", "vpc", role="network", place="global"),
    "google_compute_router_nat": Row("gateway", "vpc", role="network"),
}  # fmt: skip
JOINS = {
    f"google_{service}_iam_{what}": _public
    for service in ("cloud_run_service", "cloud_run_v2_service", "cloudfunctions_function", "cloudfunctions2_function")
    for what in ("member", "binding")
}
STANDS = {
    "google_compute_region_network_endpoint_group": (
        "cloud_run.service",
        "cloud_function.function",
        "app_engine.service",
    ),
    "google_compute_instance_group": ("instances",),
    "google_compute_target_http_proxy": ("url_map",),
    "google_compute_target_https_proxy": ("url_map",),
    "google_compute_region_target_http_proxy": ("url_map",),
    "google_compute_region_target_https_proxy": ("url_map",),
    "google_compute_target_tcp_proxy": ("backend_service",),
    "google_compute_target_ssl_proxy": ("backend_service",),
    "google_compute_url_map": ("default_service",),
    "google_compute_region_url_map": ("default_service",),
    "google_sql_database": ("instance",),
    "google_spanner_database": ("instance",),
    "google_secret_manager_secret_version": ("secret",),
    "google_kms_crypto_key": ("key_ring",),
    "google_cloud_run_domain_mapping": ("spec.route_name",),
    "google_pubsub_schema": (),
}
QUIET = {
    "google_project*", "google_service_account*", "google_compute_firewall*", "google_compute_subnetwork*", "google_compute_route*",
    "google_compute_address", "google_compute_global_address", "google_compute_health_check", "google_compute_http_health_check",
    "google_compute_region_health_check", "google_compute_instance_template", "google_compute_region_instance_template",
    "google_compute_disk*", "google_compute_attached_disk", "google_compute_*ssl_certificate", "google_compute_ssl_*",
    "google_compute_managed_ssl_certificate", "google_compute_ssl_certificate", "google_compute_autoscaler",
    "google_compute_region_autoscaler", "google_storage_bucket_*", "google_sql_user", "google_sql_ssl_cert", "google_pubsub_*_iam*", "google_spanner_*",
    "google_service_networking_connection", "google_kms_*", "google_secret_manager_*", "google_cloud_run_*_iam*",
    "google_cloud_run_service_iam*", "google_cloud_run_v2_service_iam*", "google_cloudfunctions_function_iam*", "google_monitoring_*",
    "google_logging_*", "google_bigquery_*", "google_organization_*", "google_folder*", "google_iam_*", "google_vpc_access_connector",
    "google_compute_network_*", "google_compute_project_*", "google_compute_security_policy", "google_artifact_registry_*_iam*",
}  # fmt: skip
