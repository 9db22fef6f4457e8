"""What recorded data says, in one form for all formats: who was there, who called what, by which span."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from blastradius.model import Kind

Side = Literal["client", "server", "producer", "consumer", "internal", ""]


@dataclass(frozen=True, slots=True)
class Named:
    """Something that bears a name.

    Attributes:
        name: as it is recorded.
        namespace: of a cluster, or of a group of services.
        environment: stage, where recorded.
        cluster: only where one source shows several.
        kind: what it is; a `service` may turn out to be anything.
        type: technology, such as `postgresql`.
        service: catalog id of the provider's service it runs on.
        provider: of the cloud.
        region: where it is known to lie.
        account: where it is known to belong.
        addressed: whether the name is a host by which it was called.
    """

    name: str
    namespace: str = ""
    environment: str = ""
    cluster: str = ""
    kind: Kind = "service"
    type: str = ""
    service: str = ""
    provider: str = ""
    region: str = ""
    account: str = ""
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Something that a text names for everybody: a public host, an ARN, a queue's URL, a platform service.

    Attributes:
        text: the host, ARN or id.
        address: whether it is a network address.
    """

    text: str
    address: bool = True


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side of a span, as the span names it.

    Attributes:
        what: what was called; none where the span names nothing that others can know.
        lies_on: the broker that a queue or topic is on, where that is named, too.
    """

    what: Named | Known
    lies_on: Named | Known | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A running service, as its resource describes it.

    Attributes:
        named: its name.
        orchestrated: whether the namespace is one of a cluster.
        identities: texts that are this thing and no other: an ARN, a workload.
        also: other names by which it may be described.
        region: of this instance.
        provider: of this instance.
        account: of this instance.
        cluster: of this instance.
    """

    named: Named
    orchestrated: bool = False
    identities: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    region: str = ""
    provider: str = ""
    account: str = ""
    cluster: str = ""


@dataclass(slots=True)
class Span:
    """One piece of work of one service.

    Attributes:
        trace: id of the trace.
        id: of the span; client and server may share one.
        parent: id of the span that caused it; empty for the first.
        place: who did it; none where nobody is named, and for a part of what its parent did.
        side: of the call.
        where: `path:line`.
        peers: what it calls, as far as it says; for a server who calls it.
        follows: whether the parent does not wait for it.
        part: whether it is a part of what its parent did, recorded apart.
    """

    trace: str
    id: str
    parent: str
    place: Place | None
    side: Side
    where: str
    peers: tuple[Peer, ...] = ()
    follows: bool = False
    part: bool = False


@dataclass(slots=True)
class Spans:
    """Spans of one format, and what else was met.

    Attributes:
        spans: in the order of the files.
        notes: what was left out, with how often.
    """

    spans: list[Span] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, count: int = 1) -> None:
        """Count something that was left out."""
        self.notes[what] = self.notes.get(what, 0) + count
