"""Volumes that lie outside the pod: disks of a cloud, file servers, claims."""

from __future__ import annotations

from typing import Any

from blastradius.model import Evidence
from blastradius.scanners.addresses import host_port, name
from blastradius.scanners.kubernetes.classes import made_disks
from blastradius.scanners.kubernetes.cluster import Cluster, Workload
from blastradius.scanners.kubernetes.facts import Facts
from blastradius.scanners.kubernetes.objects import Object, dig, items, mappings
from blastradius.scanners.loose import mapping, text

#: Volume types of a cloud, and where the id of the disk or share stands.
_DISKS = {
    "awsElasticBlockStore": "volumeID",
    "gcePersistentDisk": "pdName",
    "azureDisk": "diskURI",
    "azureFile": "shareName",
    "cinder": "volumeID",
    "portworxVolume": "volumeID",
    "vsphereVolume": "volumePath",
    "csi": "volumeHandle",
}
#: Volume types of a file server, and where its address stands.
_SERVERS = {
    "nfs": ("server",),
    "iscsi": ("targetPortal", "portals"),
    "cephfs": ("monitors",),
    "rbd": ("monitors",),
    "quobyte": ("registry",),
    "scaleIO": ("gateway",),
    "glusterfs": ("endpoints",),
}


def storage(cluster: Cluster, facts: Facts, workload: Workload, pod: Object, spec: dict[str, Any]) -> None:
    """Write down the disks and file servers that a pod mounts, claims followed."""
    made_disks(cluster, facts, workload, pod, spec)
    for _, volume in mappings(spec.get("volumes")):
        via = f"volume {text(volume.get('name'))}"
        _source(facts, workload, pod, volume, via, ())
        claim = mapping(volume.get("persistentVolumeClaim"))
        if claim:
            _claim(cluster, facts, workload, text(claim.get("claimName")), via, pod.evidence(claim))


def _claim(cluster: Cluster, facts: Facts, workload: Workload, claim: str, via: str, where: Evidence) -> None:
    for one in cluster.get("PersistentVolumeClaim", workload.namespace, claim):
        volumes = cluster.get("PersistentVolume", "", text(one.spec.get("volumeName")))
        if not volumes:
            volumes = [
                volume
                for volume in cluster.of_kind("PersistentVolume")
                if text(dig(volume.spec, "claimRef", "name")) == claim
                and text(dig(volume.spec, "claimRef", "namespace")) in ("", workload.namespace)
            ]
        for volume in volumes:
            _source(facts, workload, volume, volume.spec, f"{via}: claim {claim}", (where,))


def _source(
    facts: Facts, workload: Workload, holder: Object, volume: dict[str, Any], via: str, before: tuple[Evidence, ...]
) -> None:
    for kind, field in _DISKS.items():
        body = mapping(volume.get(kind))
        disk = (
            text(body.get(field)).removeprefix("aws://").rsplit("/", 1)[-1]
            if kind != "azureDisk"
            else text(body.get(field))
        )
        if disk:
            texts = (disk,)
            places = (*before, holder.evidence(body, field, note=kind))
            facts.text(workload.id, workload.namespace, texts, via, places)
    for kind, fields in _SERVERS.items():
        body = mapping(volume.get(kind))
        hosts: dict[str, None] = {}
        for field in fields:
            for value in items(body.get(field)) or [body.get(field)]:
                address = host_port(text(value)) or name(text(value))
                if address is not None:
                    hosts[address.host] = None
        if hosts:
            places = (*before, holder.evidence(body, fields[0], note=kind))
            facts.alternatives(workload.id, workload.namespace, tuple(hosts), via, places)
