"""One root while it is translated: its components, and the facts that are found about them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from blastradius.model import (
    CallSettings,
    Component,
    DependencyFact,
    Evidence,
    Fact,
    Failover,
    Gap,
    Phase,
    RedundancyFact,
    Reference,
    Strength,
    Trigger,
    Value,
)
from blastradius.scanners.terraform.mapping.index import base
from blastradius.scanners.terraform.mapping.neighbour import Neighbour
from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.uniting import Answer
from blastradius.scanners.terraform.model import Block, Ref, Root

__all__ = ["World", "base", "copied"]

ValueT = TypeVar("ValueT", bound=Value)
COPIED = "its value is read while Terraform runs; what runs has a copy"
#: Attributes that hold what is kept in a secret or parameter, rather than say which it is.
_CONTENTS = frozenset(
    {"value", "insecure_value", "values", "secret_string", "secret_binary", "plaintext", "secret_data"}
)
_KEEPERS = frozenset({
    "aws_ssm_parameter", "aws_ssm_parameters_by_path", "aws_secretsmanager_secret_version", "aws_kms_secrets",
    "google_secret_manager_secret_version", "azurerm_key_vault_secret", "azurerm_app_configuration_key",
})  # fmt: skip
#: What keeps what it is sent.
_HOLDS = frozenset({"queue", "topic", "stream", "bucket", "database"})
_FED = "fed from there: without it nothing new comes in, what is there stays"


def copied(ref: Ref) -> bool:
    """Whether a reference takes the contents of a secret or parameter, which Terraform copies, and not its name."""
    type = base(ref.address).rpartition(".")[0].rpartition(".")[2]
    return type in _KEEPERS and bool(ref.path) and str(ref.path[0]) in _CONTENTS


class World(Neighbour):
    """One root while it is translated.

    Args:
        root: what was read.
    """

    def __init__(self, root: Root) -> None:
        super().__init__(root)
        self.row_of: dict[str, Row] = {}
        self.told: dict[str, dict[str, Evidence]] = defaultdict(dict)
        self.read: set[str] = set()
        self.answers: list[Answer] = []
        self.unheld: list[tuple[tuple[str, ...], DependencyFact | Gap]] = []
        self.rules: list[DependencyFact | RedundancyFact] = []
        self.calls: list[CallSettings] = []
        self.told_regions: dict[str, dict[str, tuple[str, Evidence]]] = defaultdict(dict)
        self.unread: dict[str, list[str]] = defaultdict(list)
        self._settings: dict[str, dict[str, int]] = {}
        self.unmapped: Counter[str] = Counter()

    def named(self) -> dict[str, tuple[str, str, str]]:
        """Type, name and region of the components whose physical name and region are known, by id."""
        ids = {id for same in self.names.values() for id in same}
        found = {id: self.components[id] for id in ids}
        return {id: (one.type or "", one.name, one.region) for id, one in found.items() if one.region}

    def facts(self) -> tuple[Fact, ...]:
        """Everything that was found, components first."""
        own = (one for id, one in self.components.items() if id not in self.foreign)
        return (*own, *self.rules, *self.calls, *self.gaps, *self._unread())

    def _unread(self) -> Iterator[Gap]:
        """Gaps of reading the root; those about a module that became components name them."""
        for gap in self.root.gaps:
            ids = self.unread.get(gap.scope, ()) if gap.component is None and gap.hides == "dependency" else ()
            for id in ids:
                yield gap.model_copy(update={"component": id})
            if not ids:
                yield gap

    def add(self, fact: DependencyFact | Gap) -> None:
        """Add a need or a gap."""
        if isinstance(fact, Gap):
            self.gaps.append(fact)
        else:
            self.rules.append(fact)

    def describe(self, block: Block) -> None:
        """Add the component of a data source that something refers to."""
        from blastradius.scanners.terraform.mapping.components import describe

        describe(self, block)

    def evidence(self, block: Block, attribute: str = "", note: str | None = None) -> Evidence:
        """Where an attribute of a block stands."""
        first = attribute.partition(".")[0]
        where = block.evidence.locator
        if first in block.lines:
            where = f"{block.paths.get(first) or where.rpartition(':')[0]}:{block.lines[first]}"
        if first in block.settings:
            self._settings[where] = block.settings[first]
        return Evidence(scanner="terraform", locator=where, basis=block.evidence.basis, note=note or attribute or None)

    def setting(self, evidence: Evidence, name: str, note: str) -> Evidence:
        """Where a named setting of an attribute stands: on its own line where the source gives one.

        Args:
            evidence: where the attribute stands.
            name: of the setting.
            note: what is shown.
        """
        line = self._settings.get(evidence.locator, {}).get(name)
        where = f"{evidence.locator.rpartition(':')[0]}:{line}" if line else evidence.locator
        return evidence.model_copy(update={"locator": where, "note": note})

    def reference(self, id: str) -> Reference:
        """A reference to a component of this root, or to a host that is none of its."""
        return Reference(texts=(id,), scope=self.scope, role="resource" if id in self.components else "address")

    def nearest(self, dependent: str, id: str, ref: Ref | None = None) -> str:
        """The copy that the dependent uses: that of its own region, where the reference is by a name all copies share."""
        here = self.components[dependent].region if dependent in self.components else None
        ref = self.meant(ref) if ref is not None else None
        by_name = ref is None or not ref.path or ref.path[0] in ("name", "id", "key_id", "table_name")
        return self.copies[id].get(here, id) if here and by_name and id in self.copies else id

    def need(
        self,
        dependent: str,
        id: str,
        evidence: Evidence,
        *,
        via: str,
        ref: Ref | None = None,
        strength: Strength | None = None,
        phase: Phase | None = None,
        reason: str | None = None,
        tolerance: int | None = None,
        host: str = "",
    ) -> None:
        """Say that one component needs another of this root; registries are needed to start.

        Args:
            dependent, id: of the two.
            evidence: where it stands.
            via: what shows it.
            ref: the reference that says it; a name means the copy of the dependent's own region.
            strength, phase, reason, tolerance: where the source states them.
            host: by which name it is called, where that is known: a balancer tells its routes apart by it.
        """
        target = self.components.get(id)
        if target is None or id == dependent:
            return
        if target.kind == "registry" and phase is None:
            phase = "startup"
        ref = self.meant(ref) if ref is not None else None
        if ref is not None and copied(ref):
            strength, phase, reason = None, "deploy", COPIED
        beyond = self.beyond(id, dependent, host)
        if beyond:  # what is reached through it needs what stands behind it as well
            self._say(dependent, beyond, evidence, via, strength, phase, reason, tolerance)
        for other, where in self.told[id].items() if id in self.told else ():
            if other != dependent:  # the secret holds where that is: who takes the one calls the other
                self._say(dependent, other, where, f"{via} holds its address", None, None, None, None)
        near = self.nearest(dependent, id, ref)
        self._say(dependent, near, evidence, via, strength, phase, reason, tolerance)

    def fed(self, id: str, source: str, evidence: Evidence, *, via: str, by: Trigger = "event") -> None:
        """Say that a source sends to something: a queue goes on without what feeds it, what runs code is set going."""
        if id in self.components and self.components[id].kind in _HOLDS:
            self.need(id, source, evidence, via=via, strength="soft", reason=_FED)
            return
        with self.setting_going(id, by):
            self.need(id, source, evidence, via=via)

    @contextmanager
    def setting_going(self, id: str, by: Trigger = "event") -> Iterator[None]:
        """Whatever is said meanwhile that a component needs sets it going; what keeps what it is sent is only fed.

        Args:
            id: of the component.
            by: events, or the time.
        """
        if id in self.components and self.components[id].kind in _HOLDS:
            yield
            return
        rules, unheld = len(self.rules), len(self.unheld)
        yield

        def going(fact: ValueT) -> ValueT:
            own = isinstance(fact, DependencyFact | RedundancyFact) and fact.dependent == id
            return fact.model_copy(update={"sets_going": by}) if own else fact

        self.rules[rules:] = [going(one) for one in self.rules[rules:]]
        self.unheld[unheld:] = [(ids, going(one)) for ids, one in self.unheld[unheld:]]

    def _say(
        self,
        dependent: str,
        id: str,
        evidence: Evidence,
        via: str,
        strength: Strength | None,
        phase: Phase | None,
        reason: str | None,
        tolerance: int | None,
    ) -> None:
        self.rules.append(
            DependencyFact(
                dependent=dependent,
                reference=self.reference(id),
                via=via,
                strength=strength,
                phase=phase,
                reason=reason,
                tolerance=tolerance,
                evidence=(evidence,),
            )
        )

    def beyond(self, id: str, dependent: str, host: str = "") -> str:
        """What stands behind a load balancer: its route, or its routes as one thing; empty where none is known."""
        beyond, facts = self.routes.behind(self.components[id], dependent, host)
        for fact in facts:
            if isinstance(fact, Component):
                self.components[fact.id] = fact
            elif isinstance(fact, Gap):
                self.gaps.append(fact)
            elif isinstance(fact, DependencyFact | RedundancyFact):
                self.rules.append(fact)
        return beyond

    def route_of(self, id: str, dependent: str = "", host: str = "") -> str:
        """What a member of a failover comes to: of a load balancer what stands behind it, which needs the balancer, too."""
        return (self.beyond(id, dependent, host) if id in self.components else "") or id

    def any_of(
        self,
        dependent: str,
        members: Sequence[str],
        evidence: Evidence,
        *,
        via: str,
        full: int | None = None,
        active: Sequence[str] = (),
        failover: Failover | None = None,
        reason: str | None = None,
        host: str = "",
    ) -> None:
        """Say that a component needs any of some others; one alone is a plain need."""
        members = list(dict.fromkeys(one for one in members if one != dependent))
        if not members:
            return
        if len(members) == 1:
            self.need(dependent, members[0], evidence, via=via, host=host)
            return
        # A gateway serves with what stands behind it: a failover to one with a broken backend is no way out.
        behind = {one: self.route_of(one, dependent, host) for one in members}
        through = [behind[one] for one in members]
        for group in [through] if through == members else [members, through]:
            distinct = list(dict.fromkeys(group))
            chosen = {id for one, id in zip(members, group, strict=True) if one in active}
            positions = tuple(at for at, one in enumerate(distinct) if one in chosen)
            self.rules.append(
                RedundancyFact(
                    dependent=dependent,
                    members=tuple(self.reference(one) for one in distinct),
                    full=full if not positions else None,
                    active=positions if failover else (),
                    failover=failover if positions else None,
                    via=via,
                    reason=reason,
                    evidence=(evidence,),
                )
            )

    def update(self, id: str, **changes: Any) -> None:
        """Change fields of a component; `attributes` and `aliases` are added to."""
        component = self.components.get(id)
        if component is None:
            return
        if "attributes" in changes:
            changes["attributes"] = {**component.attributes, **changes["attributes"]}
        if "aliases" in changes:
            changes["aliases"] = tuple(sorted({*component.aliases, *changes["aliases"]}))
        self.components[id] = component.model_copy(update=changes)

    def copy(self, of: str, region: str | None, evidence: Evidence, *, role: str, key: str) -> str | None:
        """A copy of a component in another region; None where the region is not known or its own."""
        original = self.components.get(of)
        if original is None or region is None or region == original.region:
            return None
        id = f"{of}#{key}"
        attributes = {"role": role, "copy_of": of} if role else {"copy_of": of}
        changes = {"id": id, "region": region, "zone": None, "identities": (), "attributes": attributes}
        self.components[id] = original.model_copy(update={**changes, "evidence": (evidence,), "aliases": ()})
        if role not in ("backup", "witness"):
            self.copied(of, id)
        return id

    def copied(self, of: str, id: str) -> None:
        """Note that two components are copies of one thing, each by its region."""
        for one in (of, id):
            region = self.components[one].region
            if region:
                self.copies[of][region] = one
                self.copies[id][region] = one
        for other in set(self.copies[of].values()):
            self.copies[other].update(self.copies[of])
