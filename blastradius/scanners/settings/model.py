"""What a setting is, and what can be found in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blastradius.model import DependencyFact, Evidence, Phase, Reference
from blastradius.scanners.addresses import Address

Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Setting:
    """A named text.

    Attributes:
        name: of the variable, flag or key; empty where it has none.
        value: its text; never written anywhere.
        via: what shows it, such as `env REDIS_ADDR`.
        evidence: where it stands.
        prose: whether it is a script or file of which any part may be an address.
        secret: whether it comes out of a Secret.
        phase: when what it names is needed, where its own text tells: a script fetches things before it serves.
        soft: why what it names is not needed to serve, where the block that it stands in says so.
    """

    name: str
    value: str
    via: str
    evidence: tuple[Evidence, ...]
    prose: bool = False
    secret: bool = False
    phase: Phase | None = None
    soft: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that may be an address and cannot be told: a placeholder, a word that also names software."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Hosts of one list that are taken to stand in for each other: brokers, members of a replica set.

    Attributes:
        hosts: all of them.
        reason: why they are; it is an assumption, so the basis of what is concluded is `inferred`.
    """

    hosts: tuple[str, ...]
    reason: str = "assumed: a list of hosts for one connection, of which any will do; with fewer there is less capacity"


@dataclass(frozen=True, slots=True)
class Own:
    """A host under a name by which programs are told their own address: only what answers it tells whether it is.

    Attributes:
        host: as of an `Address`.
        port: where one is written.
        is_resource: whether it is an ARN or a bucket's URL.
    """

    host: str
    port: int | None = None
    is_resource: bool = False

    def fact(
        self, dependent: str, scope: str, via: str, evidence: tuple[Evidence, ...], phase: Phase | None = None
    ) -> DependencyFact:
        """What is to be written down of it."""
        text = f"{self.host}:{self.port}" if self.port and not self.is_resource else self.host
        reference = Reference(texts=(text,), scope=scope, role="any" if self.is_resource else "address")
        return DependencyFact(
            dependent=dependent, reference=reference, via=via, phase=phase, perhaps_own=True, evidence=evidence
        )


Found = Address | Doubt | Alternatives | Own
