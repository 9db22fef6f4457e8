"""From spans to calls: who caused the work of whom."""

from __future__ import annotations

from blastradius.scanners.observed.graph import Graph
from blastradius.scanners.observed.model import Named, Place, Span, Spans

MISSING = "spans whose parent is missing: who called them is not known"
NAMELESS = "spans of no named service"
_UNNAMED = "calls something whose spans name no service: set `service.name` there"
_DEPTH = 64
#: Two sides share an id; more is a mistake of whoever made them.
_MOST_SHARED = 16


def link(spans: Spans, graph: Graph) -> None:
    """Tell a graph of all calls that spans show.

    A span whose parent belongs to another service was called by that service; so was what a client's span names, where
    no such span answers it. Who takes a message does not call, and is not called by, who sent it: both need the queue.
    """
    traces: dict[str, dict[str, list[Span]]] = {}
    known: set[tuple[str, str, str, Named | None]] = set()
    for span in spans.spans:
        key = (span.trace, span.id, span.side, span.place.named if span.place else None)
        if key not in known:  # exports overlap
            known.add(key)
            same = traces.setdefault(span.trace, {}).setdefault(span.id, [])
            if len(same) < _MOST_SHARED:
                same.append(span)
            else:
                spans.note("spans that share one id with many others")
    for by_id in traces.values():
        _Trace(by_id, spans, graph).link()


class _Trace:
    """The spans of one trace."""

    def __init__(self, by_id: dict[str, list[Span]], spans: Spans, graph: Graph) -> None:
        self._by_id = by_id
        self._spans = spans
        self._graph = graph
        self._answered: set[int] = set()
        self._parents = {span.parent for same in by_id.values() for span in same if span.parent}

    def link(self) -> None:
        every = [span for same in self._by_id.values() for span in same]
        # first all parents: which client's spans were answered is known only then
        for span in every:
            self._called(span)
        for span in every:
            self._calls(span)

    def _called(self, span: Span) -> None:
        """The call that caused a span."""
        place = self._place(span)
        parent = self._parent(span)
        if place is None:
            self._spans.note(NAMELESS)
            caller = self._place(parent) if parent else None
            if parent is not None and caller is not None and not parent.peers:
                self._graph.unnamed(caller.named, span.where, _UNNAMED)
            return
        self._graph.seen(place.named, span.where, place=place)
        if parent is None:
            if span.parent:
                self._spans.note(MISSING)
            if span.side == "server":
                for peer in span.peers:
                    if isinstance(peer.what, Named):
                        self._graph.call(dependent=peer.what, dependency=place.named, where=span.where)
            return
        caller = self._place(parent)
        if caller is None or caller.named == place.named:
            return
        if _by_message(parent, span):
            return self._by_queue(parent, caller, span, place)
        self._answered.add(id(parent))
        self._graph.call(dependent=caller.named, dependency=place.named, where=span.where, waits=not span.follows)

    def _by_queue(self, sender: Span, caller: Place, span: Span, place: Place) -> None:
        """Both sides of a message need the queue; where neither names it, both are uncertain."""
        said = () if sender.side == "server" else sender.peers
        if not said:
            self._answered.add(id(sender))
        queue = span.peers or said
        for peers, one, who in ((said, sender, caller), (span.peers, span, place)):
            if peers:
                continue  # its own span tells
            for peer in queue:
                self._graph.call(dependent=who.named, dependency=peer.what, where=one.where)
            if not queue:
                self._graph.queued(who.named, one.where)

    def _calls(self, span: Span) -> None:
        """What a span names, where no other span answers it."""
        place = self._place(span)
        if place is None or span.side == "server":
            return
        if span.side not in ("producer", "consumer") and id(span) in self._answered:
            return
        for peer in span.peers:
            self._graph.call(dependent=place.named, dependency=peer.what, where=span.where, waits=not span.follows)
            if peer.lies_on and isinstance(peer.what, Named):
                self._graph.lies_on(queue=peer.what, broker=peer.lies_on, where=span.where)
        if span.side == "client" and not span.peers and not self._continued(span):
            self._graph.unnamed(place.named, span.where)

    def _continued(self, span: Span) -> bool:
        """Whether another span answers a client's span, or is a part of it that says more."""
        shared = any(one.side == "server" for one in self._by_id[span.id])
        return shared or span.id in self._parents

    def _parent(self, span: Span) -> Span | None:
        """The span that caused another: the client's half of a shared one, else the nearest of its parent's id."""
        if span.side in ("server", "consumer"):
            for one in self._by_id.get(span.id, ()):
                if one is not span and one.side in ("client", "producer"):
                    return one
        found = [one for one in self._by_id.get(span.parent, ()) if one is not span] if span.parent else []
        if len(found) < 2:
            return found[0] if found else None
        if span.place is not None:
            own = [one for one in found if one.place and one.place.named == span.place.named]
            if own:
                return own[0]
        return next((one for one in found if one.side in ("server", "consumer")), found[0])

    def _place(self, span: Span) -> Place | None:
        """The service of a span, or of the span that it is a part of."""
        for _ in range(_DEPTH):
            if span.place is not None or not span.part:
                return span.place
            above = self._parent(span)
            if above is None:
                return None
            span = above
        return None


def _by_message(parent: Span, span: Span) -> bool:
    return span.side == "consumer" or (parent.side == "producer" and span.side != "server")
