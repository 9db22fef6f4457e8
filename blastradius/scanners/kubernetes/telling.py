"""What the variables of a container refer to, for the settings of its program that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blastradius.scanners.addresses import Address
from blastradius.scanners.kubernetes.cluster import Cluster, Workload
from blastradius.scanners.kubernetes.names import follow, is_known
from blastradius.scanners.kubernetes.objects import mappings
from blastradius.scanners.loose import text
from blastradius.scanners.settings import Alternatives, Setting, found_in
from blastradius.scanners.settings.told import open_text, unseen

Texts = list[tuple[str, ...]]


def told_by(
    cluster: Cluster, workload: Workload, container: dict[str, Any], variables: Iterable[Setting]
) -> dict[str, Texts]:
    """Variables of a container, by name: the texts of what each refers to, as `EnvironmentFact` has them.

    Args:
        cluster: all objects.
        workload: that runs the container.
        container: as it is declared: it may name variables of which the value was not scanned.
        variables: those of which the value is known.
    """
    space = workload.namespace
    names = (text(one.get("name")) for _, one in mappings(container.get("env")))
    found: dict[str, Texts] = {name: [(open_text(name),)] for name in names if name}
    for setting in variables:
        hosts: list[str] = []
        for one in found_in(setting, lambda host: is_known(cluster, space, host)):
            hosts += one.hosts if isinstance(one, Alternatives) else [one.host] if isinstance(one, Address) else []
        plain = setting.value.strip().lower()
        if not hosts and len(plain) < 254 and is_known(cluster, space, plain):
            hosts = [plain]
        members = [member for host in dict.fromkeys(hosts) for member in _members(cluster, workload, host)]
        found[setting.name] = members if hosts else unseen(setting)
    return found


def _members(cluster: Cluster, workload: Workload, host: str) -> Texts:
    target = follow(cluster, workload.namespace, host)
    return [] if workload.id in target.workloads else list(target.members)
