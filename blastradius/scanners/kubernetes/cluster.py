"""All objects of a scan together: who selects whom, and what a name leads to."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from blastradius.scanners.kubernetes.labels import matches, plain_matches
from blastradius.scanners.kubernetes.objects import Object, dig, items, labels_of, mappings
from blastradius.scanners.loose import mapping, text

#: Kind of a workload, and where its pod template stands.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
    "Rollout": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "Service": ("spec", "template"),
}
_GROUPS = {
    "Rollout": ("argoproj.io",),
    "DeploymentConfig": ("apps.openshift.io", ""),
    "Service": ("serving.knative.dev",),
    "Job": ("batch", "extensions"),
    "Pod": ("",),
}
_DEFAULT_GROUPS = ("apps", "extensions", "batch", "")


def is_workload(found: Object) -> bool:
    """Whether an object runs pods."""
    return found.kind in TEMPLATES and found.api in _GROUPS.get(found.kind, _DEFAULT_GROUPS)


@dataclass(eq=False)
class Workload:
    """Something that runs pods, with all its declarations.

    Attributes:
        id: component id.
        objects: declarations in the order of files; the first one is shown.
    """

    id: str
    objects: list[Object]

    @property
    def first(self) -> Object:
        """The declaration that is shown."""
        return self.objects[0]

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return self.first.namespace

    @property
    def name(self) -> str:
        """Its name."""
        return self.first.name

    @cached_property
    def label_sets(self) -> list[dict[str, str]]:
        """Labels of its pods, one set for each declaration."""
        return [labels_of(pod_template(found).get("metadata")) for found in self.objects]


def pod_template(found: Object) -> dict[str, Any]:
    """The pod template of a workload; a Pod is its own."""
    path = TEMPLATES.get(found.kind, ())
    return mapping(dig(found.body, *path)) if path else found.body


@dataclass
class Cluster:
    """All objects of one scan.

    Attributes:
        root: name of what is scanned.
        objects: all of them, by path and line.
        beside: objects that belong to this system and to others; what is not here is looked up there.
    """

    root: str
    objects: list[Object]
    beside: Cluster | None = None
    by_key: dict[tuple[str, str, str], list[Object]] = field(default_factory=lambda: defaultdict(list))
    _by_kind: dict[str, list[Object]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for found in self.objects:
            self.by_key[found.key].append(found)
            self._by_kind[found.kind].append(found)

    def id_of(self, namespace: str, kind: str, name: str) -> str:
        """Component id of an object."""
        return f"k8s:{self.root}/{namespace}/{kind}/{name}"

    def scope(self, namespace: str) -> str:
        """Scope in which plain names of a namespace hold."""
        return f"k8s:{self.root}/{namespace}"

    def get(self, kind: str, namespace: str, name: str) -> list[Object]:
        """Declarations of an object."""
        here = self.by_key.get((kind, namespace, name), [])
        return here if here or self.beside is None else self.beside.get(kind, namespace, name)

    def of_kind(self, *kinds: str, api: str | None = None) -> list[Object]:
        """All objects of some kinds, optionally only those whose API group ends so."""
        found = self._by_kind[kinds[0]] if len(kinds) == 1 else [o for o in self.objects if o.kind in kinds]
        return [o for o in found if api is None or o.api.endswith(api)]

    @cached_property
    def workloads(self) -> list[Workload]:
        """All workloads by id; what another scanned object owns (a pod of a listed cluster) is part of that."""
        found: dict[str, Workload] = {}
        for one in self.objects:
            if not is_workload(one) or not one.name or self._owned(one) or dig(one.body, "spec", "workloadRef"):
                continue
            key = self.id_of(one.namespace, one.kind, one.name)
            found.setdefault(key, Workload(key, [])).objects.append(one)
        return [found[key] for key in sorted(found)]

    def _owned(self, one: Object) -> bool:
        return any(
            (text(owner.get("kind")), one.namespace, text(owner.get("name"))) in self.by_key
            for _, owner in mappings(one.metadata.get("ownerReferences"))
        )

    @cached_property
    def _in_namespace(self) -> dict[str, list[Workload]]:
        found: dict[str, list[Workload]] = defaultdict(list)
        for workload in self.workloads:
            found[workload.namespace].append(workload)
        return found

    @cached_property
    def _by_label(self) -> dict[tuple[str, str, str], list[Workload]]:
        """Workloads by namespace and one label of their pods: selectors are looked up, not tried on everything."""
        found: dict[tuple[str, str, str], list[Workload]] = defaultdict(list)
        for workload in self.workloads:
            pairs = {pair for labels in workload.label_sets for pair in labels.items()}
            for key, value in sorted(pairs):
                found[(workload.namespace, key, value)].append(workload)
        return found

    def labelled(self, namespace: str, wanted: dict[str, Any]) -> list[Workload]:
        """Workloads whose pods hold all of some labels; none for no labels."""
        if not wanted:
            return []
        key, value = next(iter(wanted.items()))
        near = self._by_label.get((namespace, str(key), text(value)), [])
        return [w for w in near if any(plain_matches(wanted, labels) for labels in w.label_sets)]

    def selected(self, namespace: str, selector: Any) -> list[Workload]:
        """Workloads of a namespace whose pods satisfy a label selector; all of them for an empty one."""
        pairs = mapping(mapping(selector).get("matchLabels"))
        if pairs:
            key, value = next(iter(pairs.items()))
            near = self._by_label.get((namespace, str(key), text(value)), [])
        else:
            near = self._in_namespace.get(namespace, [])
        return [w for w in near if any(matches(selector, labels) for labels in w.label_sets)]

    @cached_property
    def namespaces(self) -> dict[str, dict[str, str]]:
        """Namespaces that are declared or used, with their labels."""
        found: dict[str, dict[str, str]] = {o.namespace: {} for o in self.objects if o.namespace}
        for one in self.of_kind("Namespace"):
            found.setdefault(one.name, {}).update(labels_of(one.metadata))
        for name, labels in found.items():
            labels.setdefault("kubernetes.io/metadata.name", name)
        return dict(sorted(found.items()))

    @cached_property
    def services(self) -> dict[tuple[str, str], list[Object]]:
        """Declarations of each Service (of the core group) by namespace and name."""
        found: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for one in self.of_kind("Service"):
            if one.api == "" and one.name:
                found[(one.namespace, one.name)].append(one)
        return dict(sorted(found.items()))

    @cached_property
    def injected(self) -> dict[str, dict[str, str]]:
        """Variables that Kubernetes itself gives to all pods of a namespace, one for each Service there."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for namespace, name in self.services:
            found[namespace][f"{re.sub(r'[^A-Z0-9]', '_', name.upper())}_SERVICE_HOST"] = name
        return found

    @cached_property
    def service_ips(self) -> dict[str, tuple[str, str]]:
        """Namespace and name of the Service that states an address as its own."""
        return {
            text(one.spec.get("clusterIP")): key
            for key, declarations in self.services.items()
            for one in declarations
            if text(one.spec.get("clusterIP")) not in ("", "None")
        }

    @cached_property
    def _backends(self) -> dict[tuple[str, str], list[Workload]]:
        found: dict[tuple[str, str], list[Workload]] = {}
        for (namespace, name), declarations in self.services.items():
            ids: dict[str, Workload] = {}
            for one in declarations:
                for workload in self.labelled(namespace, mapping(one.spec.get("selector"))):
                    ids[workload.id] = workload
            found[(namespace, name)] = [ids[key] for key in sorted(ids)]
        for workload in self.workloads:
            if workload.first.kind == "Service":  # Knative gives its services names of their own
                found[(workload.namespace, workload.name)] = [workload]
        return found

    def backends(self, namespace: str, service: str) -> list[Workload] | None:
        """Workloads that a Service selects, by id; None where there is no such Service."""
        return self._backends.get((namespace, service))

    @cached_property
    def service_names(self) -> dict[str, list[tuple[str, str]]]:
        """Services that select each workload, by its id."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key, workloads in self._backends.items():
            for workload in workloads:
                found[workload.id].append(key)
        return found

    def endpoints(self, namespace: str, service: str) -> list[tuple[str, Object]]:
        """Addresses that Endpoints or EndpointSlices give to a Service without a selector."""
        found: list[tuple[str, Object]] = []
        for one in self.get("Endpoints", namespace, service):
            for _, subset in mappings(one.body.get("subsets")):
                for _, address in mappings(subset.get("addresses")):
                    found.append((text(address.get("hostname")) or text(address.get("ip")), one))
        for one in self.of_kind("EndpointSlice"):
            owner = labels_of(one.metadata).get("kubernetes.io/service-name")
            if one.namespace == namespace and owner == service:
                for _, endpoint in mappings(one.body.get("endpoints")):
                    found.extend((text(address), one) for address in items(endpoint.get("addresses")))
        return [(address, one) for address, one in found if address]
