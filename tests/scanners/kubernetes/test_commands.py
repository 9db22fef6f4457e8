"""What a shell line fetches before its program starts, and things that are named without a place."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned, service
from telling import gaps_of, needed

from blastradius.assemble import assemble
from blastradius.scanners.fetching import taken_apart

CLASS = """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
---
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: default}
spec: {storageClassName: fast}
---
"""
MOUNT = "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]"
WEB = "k8s:shop/default/Deployment/web"


def inventory(tmp_path, text):
    result = scanned(tmp_path, {"a.yaml": text}).result
    return assemble(result.facts, result.coverage, result.roots)


def with_command(command: str) -> str:
    return deployment("web").replace("        image:", f"        command: [sh, -c, {command!r}]\n        image:")


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        ("git clone https://git.example.com/a && npm install && node x --api=http://cart", ["Deployment/web -> (git.example.com) [startup]", "Deployment/web -> Deployment/cart"]),
        ("curl -O https://files.example.com/x; ./run", ["Deployment/web -> (files.example.com) [startup]"]),
        ("git clone git@git.example.com:a/b && ./run", ["Deployment/web -> (git.example.com) [startup]"]),
        ("while true; do git pull https://git.example.com/a; sleep 9; done", ["Deployment/web -> (git.example.com)"]),
        ("while true; do curl -o /dev/null http://cart/; done", ["Deployment/web -> Deployment/cart"]),
        ("curl -o out https://files.example.com/x", ["Deployment/web -> (files.example.com)"]),
    ],
)  # fmt: skip
def test_what_is_fetched_before_the_program_is_needed_to_start(tmp_path, script, lines):
    found = scanned(tmp_path, {"a.yaml": with_command(script) + deployment("cart") + service("cart")})
    assert found.lines() == lines


def test_package_managers_are_told_by_their_names():
    assert taken_apart("apt-get update && pip install x; python -m pip install y; exec serve").managers == (
        "apt",
        "pip",
    )
    assert taken_apart("npm start").managers == ()


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [("S3_BUCKET", "acme-data", "bucket"), ("QUEUE_NAME", "orders", "queue"), ("SQS_QUEUE_NAME", "orders", "queue"),
     ("DYNAMODB_TABLE", "orders", "database"), ("SNS_TOPIC", "orders", "topic")],
)  # fmt: skip
def test_a_name_without_a_place_is_a_gap(tmp_path, name, value, kind):
    (gap,) = gaps_of(inventory(tmp_path, deployment("web", env={name: value})), WEB)
    assert (gap.reference, gap.kind, gap.evidence[0].locator) == (value, kind, "a.yaml:13")


def test_a_name_lies_where_another_setting_says(tmp_path):
    env = {"KAFKA_TOPIC": "orders", "KAFKA_BROKERS": "k.example.com:9092", "SIZE_QUEUE": "9", "QUEUE_SIZE": "many"}
    assert gaps_of(inventory(tmp_path, deployment("web", env=env)), WEB) == []


def test_flags_name_services(tmp_path):
    db = deployment("orders-db") + service("orders-db")
    for number, args in enumerate(("['--db=orders-db']", "['--db', orders-db]")):
        web = deployment("web").replace("        image:", f"        args: {args}\n        image:")
        assert scanned(tmp_path / str(number), {"a.yaml": web + db}).lines() == [
            "Deployment/web -> Deployment/orders-db"
        ]


def test_a_list_of_members_is_an_assumption(tmp_path):
    found = scanned(tmp_path, {"a.yaml": deployment("web", env={"KAFKA_BROKERS": "k-0:9092,k-1:9092"})})
    (rule,) = [r for r in found.rules if r.via != "image"]
    assert rule.reason.startswith("assumed")
    assert {e.basis for e in rule.evidence} == {"inferred"}


def test_a_class_of_disks_needs_the_storage_of_its_cloud(tmp_path):
    placed = deployment("web", extra=f"nodeSelector: {{topology.kubernetes.io/region: us-east-1}}\n{MOUNT}")
    found = inventory(tmp_path, CLASS + CLAIM + placed)
    assert "aws:platform/us-east-1/ebs" in needed(found, WEB)
    assert next(c for c in found.components if c.id == WEB).attributes["storage_class"] == "fast"


def test_a_class_of_disks_without_a_region_leaves_the_place_open(tmp_path):
    found = inventory(tmp_path, CLASS + CLAIM + deployment("web", extra=MOUNT))
    (gap,) = [g for g in gaps_of(found, WEB, "location") if g.provider == "aws"]
    assert "ebs" in gap.reason


def test_the_zones_that_a_class_allows_tell_its_region(tmp_path):
    zones = "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [us-east-1a, us-east-1b]}]}]\n---\n"
    text = CLASS.replace("---\n", zones) + CLAIM + deployment("web", extra=MOUNT)
    assert "aws:platform/us-east-1/ebs" in needed(inventory(tmp_path, text), WEB)


@pytest.mark.parametrize(
    ("provisioner", "topology", "place"),
    [
        ("pd.csi.storage.gke.io", "topology.gke.io/zone, values: [europe-west1-b, europe-west1-c]", "gcp:platform/europe-west1/persistent-disk"),
        ("pd.csi.storage.gke.io", "topology.gke.io/zone, values: [europe-west1-b, europe-west4-a]", None),
        ("filestore.csi.storage.gke.io", "topology.kubernetes.io/region, values: [us-central1]", "gcp:platform/us-central1/filestore"),
        ("disk.csi.azure.com", "topology.disk.csi.azure.com/zone, values: [westeurope-1, westeurope-2]", "azure:platform/westeurope/managed-disks"),
        ("disk.csi.azure.com", "topology.disk.csi.azure.com/zone, values: ['1']", None),
        ("file.csi.azure.com", "topology.kubernetes.io/region, values: [northeurope]", "azure:platform/northeurope/files"),
    ],
)  # fmt: skip
def test_disks_of_other_clouds_lie_where_their_class_allows_them(tmp_path, provisioner, topology, place):
    own = CLASS.replace("ebs.csi.aws.com", provisioner).replace(
        "---", f"allowedTopologies: [{{matchLabelExpressions: [{{key: {topology}}}]}}]\n---"
    )
    found = scanned(tmp_path, {"a.yaml": own + CLAIM + deployment("web", extra=MOUNT)})
    needed_there = {text for rule in found.rules if rule.via.startswith("claim") for text in rule.reference.texts}
    assert needed_there == ({place} if place else set())
    gaps = [(gap.hides, gap.provider) for gap in found.gaps if gap.component == WEB]
    assert gaps == ([] if place else [("location", provisioner_of(provisioner))])


def provisioner_of(name: str) -> str:
    return "azure" if "azure" in name else "gcp"
