"""Everything in a compose file that says what a service needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from blastradius.model import EnvironmentFact, Evidence, Kind, Phase, Role, Strength
from blastradius.scanners.addresses import LOCAL, Address, host_port, name, valid_host
from blastradius.scanners.calling import sdk_calls
from blastradius.scanners.compose.environment import is_shown, shown_as, told_by
from blastradius.scanners.compose.facts import Facts
from blastradius.scanners.compose.images import pulled
from blastradius.scanners.compose.machine import Local, is_gateway, locals_in
from blastradius.scanners.compose.model import SCANNER, Project, Service
from blastradius.scanners.compose.names import links_of
from blastradius.scanners.envoy import ENDPOINTS, envoy_calls, envoy_hosts
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.named import named_among
from blastradius.scanners.naming import sense
from blastradius.scanners.proxies import REASON, Pool
from blastradius.scanners.proxies.model import is_open
from blastradius.scanners.settings import Alternatives, Doubt, Own, Setting, found_in


def tell_needs(facts: Facts, project: Project, service: Service) -> None:
    """Write down what a service needs.

    Args:
        facts: takes it.
        project: that the service belongs to.
        service: read, with all that it is told.
    """
    about = _About(facts, project, service)
    about.image()
    about.start_order()
    about.links()
    about.calls()
    for setting in service.settings:
        about.setting(setting)
    about.told()
    about.named()
    about.network()
    about.volumes()
    about.missing()
    about.unshown()


class _About:
    """Facts about one service."""

    def __init__(self, facts: Facts, project: Project, service: Service) -> None:
        self.facts = facts
        self.project = project
        self.own = service
        self.id = project.id_of(service.name)

    def image(self) -> None:
        """An image is pulled to start; one that is built here is only where a registry is named, and then may be."""
        found = pulled(self.own)
        if isinstance(found, str):
            self.facts.gap(self.id, found, self.own.single["image"].evidence, None)
        elif found is not None:
            self.facts.need(
                self.id, [(found.image,)], self.project.scope, "image", (found.evidence,), role="image", phase="startup",
                strength="soft" if found.built else None,
                reason="it is built from source where it cannot be pulled" if found.built else None,
            )  # fmt: skip

    def start_order(self) -> None:
        """`depends_on`: what must be started first; whether it is called nothing says."""
        for other, part in self.own.parts("depends_on"):
            optional = mapping(part.value).get("required") is False
            why = "`required: false`: it also starts without" if optional else None
            self._service(
                other, "depends_on", (part.evidence,), "startup", strength="soft" if optional else None, reason=why
            )
        for part in self.own.listed.get("volumes_from", []):
            said = text(part.value)
            other = said.removeprefix("container:").partition(":")[0]
            if said.startswith("container:"):
                self._container(other, "volumes_from", part.evidence, "startup")
            else:
                self._service(other, "volumes_from", (part.evidence,), "startup")

    def unshown(self) -> None:
        """Services that are started first and that nothing shows a call to: they may be called, and need not be."""
        for other, part in self.own.parts("depends_on"):
            id = self.project.id_of(other)
            ends = text(mapping(part.value).get("condition")) == "service_completed_successfully"
            if other not in self.project.services or id in (self.id, *self.facts.served[self.id]) or ends:
                continue
            own = self.own.name
            reason = f"{own} starts after {other} by depends_on; whether {own} calls {other} is not shown: state the dependency"
            self.facts.gap(self.id, reason, part.evidence, id)

    def links(self) -> None:
        """Links are written to call what they name; they also order the start."""
        for target, _, position in links_of(self.own):
            where = (self.own.listed["links"][position].evidence,)
            self._service(target, "links", where, None)
            self._service(target, "links", where, "startup")
        for part in self.own.listed.get("external_links", []):
            self._container(text(part.value).partition(":")[0], "external_links", part.evidence, None)

    def _service(
        self,
        other: str,
        via: str,
        evidence: tuple[Evidence, ...],
        phase: Phase | None,
        *,
        strength: Strength | None = None,
        reason: str | None = None,
    ) -> None:
        if other not in self.project.services:
            self.facts.gap(self.id, f"{via}: no service {other} is declared", evidence[0], other[:200])
        elif other != self.own.name:
            members = [(self.project.id_of(other),)]
            self.facts.need(
                self.id, members, self.project.scope, via, evidence, role="resource", phase=phase,
                strength=strength, reason=reason,
            )  # fmt: skip

    def _container(self, container: str, via: str, evidence: Evidence, phase: Phase | None) -> None:
        ids = self.facts.names.container(container)
        if ids:
            self.facts.need(self.id, [(id,) for id in ids if id != self.id], self.project.scope, via, (evidence,), phase=phase)  # fmt: skip
        elif container:
            why = f"{via}: the container {container} is none of the scanned projects"
            self.facts.gap(self.id, why, evidence, container[:200])

    def setting(self, setting: Setting) -> None:
        """Addresses in a variable, flag or mounted file."""
        phase: Phase | None = "startup" if setting.via.endswith(": waits") else None
        phase = setting.phase or phase
        phase = "operate" if setting.via.startswith("logging ") else phase
        mounted = setting.via.startswith(("volume ", "config "))
        if is_shown(setting):
            return
        for local in locals_in(setting, self.own.settings):
            self._local(local, setting, phase)
        for found in found_in(setting, self._known):
            if setting.soft and isinstance(found, Doubt | Own):
                continue
            if isinstance(found, Alternatives):
                self._alternatives(found, setting, phase)
            elif isinstance(found, Doubt):
                if mounted or self._is_self(found.text):
                    continue
                reason = f"{setting.via}: {found.text} {found.why}: state the dependency in blastradius.yaml"
                self.facts.gap(self.id, reason, setting.evidence[0], found.text)
            elif isinstance(found, Own):
                if found.host not in shown_as(self.own):
                    fact = found.fact(self.id, self.project.scope, setting.via, setting.evidence, phase)
                    self.facts.found.append(fact)
            elif found.form == "resource":
                self._need([(found.host,)], setting, phase, role="resource")
            elif is_gateway(self.own, found.host):
                self._local(Local(found.port or 0, True), setting, phase)
            elif not mounted or found.form != "name" or sense(setting.name) == "address":  # a file is full of words
                self.host(found.host, setting.via, setting.evidence, phase, soft=setting.soft)

    def _local(self, local: Local, setting: Setting, phase: Phase | None) -> None:
        """Write down what answers a port of this machine or of a network that the service shares."""
        answer = self.facts.machine.answers(self.project, self.own, local)
        if answer.doubt:
            reason = f"{setting.via}: {local.shown} {answer.doubt}: state the dependency in blastradius.yaml"
            self.facts.gap(self.id, reason, setting.evidence[0], answer.reference)
        else:
            members = [(id,) for id in answer.ids]
            self._need(members, setting, phase)

    def _need(
        self,
        members: Sequence[tuple[str, ...]],
        setting: Setting,
        phase: Phase | None,
        *,
        role: Role = "address",
        kind: Kind | None = None,
        evidence: tuple[Evidence, ...] = (),
        reason: str | None = None,
    ) -> None:
        """Write down what a setting names; soft where its block is switched off or only read from."""
        self.facts.need(
            self.id,
            members,
            self.project.scope,
            setting.via,
            evidence or setting.evidence,
            role=role,
            phase=phase,
            kind=kind,
            strength="soft" if setting.soft else None,
            reason=setting.soft or reason,
        )

    def told(self) -> None:
        """What the variables of the service refer to."""
        told = told_by(self.own, self._known, self._members)
        if told:
            self.facts.found.append(EnvironmentFact(dependent=self.id, variables=told))

    def named(self) -> None:
        """Buckets, queues and the like that are named without a place: `assemble` says so where none is scanned."""
        told = [one for one in self.own.settings if one.via.startswith(("env ", "command", "entrypoint"))]
        for setting, found in named_among(told):
            self._need([(found.name,)], setting, setting.phase, role="resource", kind=found.kind)

    def _known(self, host: str) -> bool:
        return self.facts.names.lookup(self.project, self.own, host) is not None

    def _is_self(self, host: str) -> bool:
        lead = self.facts.names.lookup(self.project, self.own, host)
        return lead is not None and self.id in lead.ids

    def host(
        self,
        host: str,
        via: str,
        evidence: tuple[Evidence, ...],
        phase: Phase | None,
        kind: Kind | None = None,
        *,
        soft: str = "",
    ) -> None:
        """Write down that the service refers to a host."""
        lead = self.facts.names.lookup(self.project, self.own, host)
        if lead is not None and lead.apart:
            reason = f"{via}: {host} is a service, but on no network that {self.own.name} is on: mend one of them"
            self.facts.gap(self.id, reason, evidence[0], host)
            return
        members = self._members(host)
        if members is not None:
            strength: Strength | None = "soft" if soft else None
            self.facts.need(
                self.id,
                members,
                self.project.scope,
                via,
                evidence,
                phase=phase,
                kind=kind,
                strength=strength,
                reason=soft or None,
            )

    def calls(self) -> None:
        """How the SDKs and the Envoy of the service call others."""
        self.facts.found.extend(sdk_calls(self.id, self.own.settings))
        for path, content, mount in self.own.proxied:
            self.facts.found.extend(envoy_calls(self.id, content, path, self.project.scope, SCANNER, (mount,)))
            for hosts, line in envoy_hosts(content):
                where = (Evidence(scanner=SCANNER, locator=f"{path}:{line}"), mount)
                self._pool(Pool(hosts, (), line), "cluster of Envoy", ENDPOINTS, where)

        for pool, path, mount in self.own.pools:
            places = (Evidence(scanner=SCANNER, locator=f"{path}:{pool.line}"), mount) if path else (mount,)
            self._pool(pool, "upstream", REASON, places)

    def _pool(self, pool: Pool, via: str, reason: str, evidence: tuple[Evidence, ...]) -> None:
        """Write down that the service passes requests on to a group of servers, of which some may stand by."""
        for host in filter(is_open, (*pool.hosts, *pool.standby)):
            why = f"{via}: {host} is a variable that nothing here fills in: state the dependency in blastradius.yaml"
            self.facts.gap(self.id, why, evidence[0], host)
        used, standby = (
            [one for host in hosts if not is_open(host) for one in self._members(host) or ()]
            for hosts in (pool.hosts, pool.standby)
        )
        standby = [one for one in standby if one not in used]
        if len(pool.hosts) == 1 and not standby and used:
            self.host(pool.hosts[0], via, evidence, None)
        else:
            self.facts.need(
                self.id, [*used, *standby], self.project.scope, via, evidence, reason=reason, standby=len(standby)
            )

    def _members(self, host: str) -> list[tuple[str, ...]] | None:
        """Texts for each thing behind a host; None where it is the service itself or this machine."""
        lead = self.facts.names.lookup(self.project, self.own, host)
        if lead is not None and lead.ids:
            return None if self.id in lead.ids else [(id, host) for id in lead.ids]
        if lead is not None and lead.address:
            return [(lead.address,)] if lead.address not in LOCAL and valid_host(lead.address) else None
        if "." not in host and ":" not in host:
            return [(f"{self.project.scope}/{host}", host)]
        return [(host,)]

    def _alternatives(self, found: Alternatives, setting: Setting, phase: Phase | None) -> None:
        members: list[tuple[str, ...]] = []
        for host in found.hosts:
            lead = self.facts.names.lookup(self.project, self.own, host)
            one = self._members(host)
            if one is None:
                return  # a member of its own cluster names its peers
            if lead is None or not lead.apart:
                members.extend(one)
        where = tuple(one.model_copy(update={"basis": "inferred"}) for one in setting.evidence)
        self._need(members, setting, phase, evidence=where, reason=found.reason)

    def network(self) -> None:
        """A service on another's network is gone with that; name servers of its own are called."""
        mode = self.own.text("network_mode")
        kind, _, other = mode.partition(":")
        if kind == "service":
            self._service(other, "network_mode", (self.own.single["network_mode"].evidence,), "runtime")
        elif kind == "container":
            self._container(other, "network_mode", self.own.single["network_mode"].evidence, "runtime")
        for part in self.own.listed.get("dns", []):
            host = text(part.value).lower()
            if valid_host(host):
                self.host(host, "dns", (part.evidence,), None, "dns" if self._members(host) == [(host,)] else None)

    def volumes(self) -> None:
        """Named volumes that lie on a file server."""
        for part in self.own.listed.get("volumes", []):
            source = text(mapping(part.value).get("source")) or text(part.value).partition(":")[0]
            declared = self.project.volumes.get(source)
            options = mapping(mapping(declared.value).get("driver_opts")) if declared else {}
            said = f"{text(options.get('o'))},{text(options.get('device'))}"
            found = re.search(r"(?:^|,)addr=([^,\s]+)", said) or re.search(r"(?:^|,)//([^/,\s]+)/", said)
            address = (host_port(found[1]) or name(found[1])) if found else None
            if declared and isinstance(address, Address):
                self.host(address.host, f"volume {source[:100]}", (declared.evidence, part.evidence), None)

    def missing(self) -> None:
        """What could not be read of the service."""
        for what, why, evidence in self.own.missing:
            reason = f"{what} {why}: scan it as well or state the dependency"
            self.facts.gap(self.id, reason, evidence, what)
