"""Storage classes: disks that a claim has a cloud make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.kubernetes.cluster import Cluster, Workload
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.objects import Object, dig, items, mappings
from blastradius.scanners.kubernetes.placement import place
from blastradius.scanners.loose import mapping, text

#: Provider and block or file storage behind each provisioner.
_PROVISIONERS = {
    "ebs.csi.aws.com": ("aws", "ebs"),
    "kubernetes.io/aws-ebs": ("aws", "ebs"),
    "efs.csi.aws.com": ("aws", "efs"),
    "fsx.csi.aws.com": ("aws", "fsx"),
    "pd.csi.storage.gke.io": ("gcp", "persistent-disk"),
    "kubernetes.io/gce-pd": ("gcp", "persistent-disk"),
    "filestore.csi.storage.gke.io": ("gcp", "filestore"),
    "disk.csi.azure.com": ("azure", "managed-disks"),
    "kubernetes.io/azure-disk": ("azure", "managed-disks"),
    "file.csi.azure.com": ("azure", "files"),
    "kubernetes.io/azure-file": ("azure", "files"),
}
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
#: A zone's name without what tells it from the other zones of its region.
_REGION_OF = {"aws": r"(.+-\d)[a-z]", "gcp": r"(.+)-[a-z]", "azure": r"(.+)-\d"}


def claims(cluster: Cluster, pod: Object, spec: dict[str, Any]) -> Iterator[tuple[str, str, Evidence]]:
    """Claims of a workload: name, storage class (empty for the default one), and where that stands."""
    for _, claim in mappings(pod.spec.get("volumeClaimTemplates")):
        yield text(dig(claim, "metadata", "name")), *_class_of(pod, claim)
    for _, volume in mappings(spec.get("volumes")):
        name = text(dig(volume, "persistentVolumeClaim", "claimName"))
        for one in cluster.get("PersistentVolumeClaim", pod.namespace, name) if name else []:
            if not text(one.spec.get("volumeName")):  # a bound volume is followed to its disk
                yield name, *_class_of(one, one.body)
        ephemeral = dig(volume, "ephemeral", "volumeClaimTemplate")
        if isinstance(ephemeral, dict):
            yield text(volume.get("name")), *_class_of(pod, ephemeral)


def _class_of(holder: Object, claim: dict[str, Any]) -> tuple[str, Evidence]:
    spec = mapping(claim.get("spec"))
    return text(spec.get("storageClassName")), holder.evidence(spec, "storageClassName")


def made_disks(cluster: Cluster, facts: Facts, workload: Workload, pod: Object, spec: dict[str, Any]) -> None:
    """Write down the storage of a cloud that makes the disks of a workload's claims."""
    region, _ = place(spec)
    for claim, name, where in claims(cluster, pod, spec):
        for one in _classes(cluster, name):
            known = _PROVISIONERS.get(text(one.body.get("provisioner")))
            if known is None:
                continue
            provider, service = known
            via = f"claim {claim}: storage class {one.name}"
            places = (where, one.evidence(one.body, "provisioner", note=f"provisioner {text(one.body['provisioner'])}"))
            lies = region or _region(one, provider)
            if lies:
                texts = (f"{provider}:platform/{lies}/{service}",)
                facts.text(workload.id, workload.namespace, texts, via, places, phase="runtime")
            else:
                facts.add_gap(_somewhere(workload, via, provider, service, places))


def _classes(cluster: Cluster, name: str) -> list[Object]:
    if name:
        return cluster.get("StorageClass", "", name)[:1]
    return [
        one
        for one in cluster.of_kind("StorageClass")
        if any(text(dig(one.metadata, "annotations", key)) == "true" for key in _DEFAULT)
    ][:1]


def _region(one: Object, provider: str) -> str:
    """The only region that a class allows disks in; empty where it does not tell."""
    found = set()
    for _, topology in mappings(one.body.get("allowedTopologies")):
        for _, expression in mappings(topology.get("matchLabelExpressions")):
            key = text(expression.get("key"))
            for value in map(text, items(expression.get("values"))):
                if key.endswith("/region"):
                    found.add(value)
                elif key.endswith("/zone"):
                    match = re.fullmatch(_REGION_OF[provider], value)
                    found.add(match[1] if match else "")
    return found.pop() if len(found) == 1 else ""


def _somewhere(workload: Workload, via: str, provider: str, service: str, places: tuple[Evidence, ...]) -> Gap:
    return Gap(
        scope=workload.id,
        reason=f"{via} makes its disks with {service} of {provider}, and nothing tells in which region: "
        "state it with `place:` in blastradius.yaml",
        hides="location",
        component=workload.id,
        provider=provider,
        evidence=places,
    )
