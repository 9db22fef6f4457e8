"""BR011: what made things visible was deleted: a journey, a place, an annotation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from blastradius.gate.policies import entries, successor
from blastradius.gate.ruling import RULES, GateRule, Match, Options, Told
from blastradius.gate.system import System
from blastradius.gate.vanished import vanished
from blastradius.model import FOREIGN, Component, Evidence, Journey, Policy


class VisibilityOptions(Options):
    """How much may be softened without a word."""

    softening: bool = Field(
        default=False,
        description="Whether what a change softens (levels, options, tiers, statements that hide a finding) is a finding, "
        "not only a notice; what the base says holds, too",
    )


class Visibility(GateRule):
    """Fewer findings because less is seen."""

    id = "BR011"
    name = "visibility-deleted"
    summary = "A journey, a place or a statement that made things visible was deleted."
    docs = (
        "It fires where a declared journey is gone and none with the same entries took its place; where an entry was taken "
        "out of one while it is still there, or its tier is not critical any more; where a component that "
        "had a region has none any more; and where a component or dependency that only a person can state was taken out "
        "of `blastradius.yaml` while what it was about is still there; and where a file is still there that said what a "
        "critical journey needs, and cannot be read any more or is passed by (an ignore file leaves it out, it was moved "
        "to tests, it became a link, its new name is one that nothing reads). What nobody sees, no gate can reject.\n\n"
        "It does not fire where the component itself is gone, nor where a journey was renamed.\n\n"
        "Restore the entry, or waive it with a reason."
    )
    options = VisibilityOptions

    def changes(self, base: System, head: System) -> Iterable[Match]:
        """Each thing that was said and is said no more."""
        yield from self._journeys(base, head)
        yield from self._entries_gone(base, head)
        yield from self._places(base, head)
        yield from self._statements(base, head)
        yield from self._files(base, head)
        if self.is_strict(head):
            for one in head.softened:
                yield Match(subject=("softened", *one.what), detail=(one.text, None, one.evidence, head))

    def is_strict(self, head: System) -> bool:
        """Whether what is softened is a finding: by what head says, or by what the base said before."""
        before = (head.own_policy or Policy()).rules.get(self.id)
        asked = (self.asked, getattr(before, "softening", False))
        return any(getattr(one, "softening", one) is True for one in asked)

    def _journeys(self, base: System, head: System) -> Iterator[Match]:
        kept = {entries(one, head) for one in head.graph.journeys.values()}
        for journey in base.critical:
            if not journey.inferred and journey.id not in head.graph.journeys and entries(journey, base) not in kept:
                text = f"the journey {journey.name} is not declared any more", f"{journey.name} was judged"
                yield Match(journey.id, subject=("journey",), detail=(*text, journey.evidence, base))

    def _entries_gone(self, base: System, head: System) -> Iterator[Match]:
        """Entries taken out of a journey that is still declared, and journeys that are judged no more by their tier."""
        for journey in base.critical:
            now = successor(journey, base, head)
            if journey.inferred or now is None:
                continue
            if not head.asks_for(now):
                yield Match(now.id, subject=("tier",), detail=(*_lowered(journey, now, head), head))
            kept = {head.loose(one.component) for one in now.entries}
            for name in sorted({base.loose(one.component) for one in journey.entries} - kept):
                for there in head.by_loose_name.get(name, [])[:1]:
                    text = f"{head.label(there)} is no entry of the journey {journey.name} any more"
                    detail = (text, "the journey needed it", now.evidence, head)
                    yield Match(now.id, None, None, there, ("entry",), detail)

    def _places(self, base: System, head: System) -> Iterator[Match]:
        for component in base.graph.components.values():
            if component.region is None or component.kind in FOREIGN or not base.losses.needs(component.id):
                continue
            named = head.by_loose_name.get(base.loose(component.id), [])
            now = [component.id] if component.id in named else named
            if now and all(_is_nowhere(head.graph.components[one]) for one in now):
                label = head.label(now[0])
                text = f"where {label} runs is not said any more", f"it was in {component.region}"
                yield Match(None, None, None, now[0], ("place",), (*text, head.graph.components[now[0]].evidence, head))

    def _statements(self, base: System, head: System) -> Iterator[Match]:
        for record in base.graph.inventory.dependencies:
            if not record.evidence or any(one.scanner != "overlay" for one in record.evidence):
                continue
            pair = base.loose(record.dependent), base.loose(record.dependency)
            still = pair[0] in head.by_loose_name and pair[1] in head.by_loose_name
            if still and pair not in head.needs_anywhere and base.losses.judged(record.dependent):
                ids = head.by_loose_name[pair[0]][0], head.by_loose_name[pair[1]][0]
                text = f"that {head.label(ids[0])} needs {head.label(ids[1])} is not said any more", "it was stated"
                yield Match(None, None, *ids, ("dependency",), (*text, record.evidence, base))

    def _files(self, base: System, head: System) -> Iterator[Match]:
        """Files that are not read any more, by what a judged journey needed of them."""
        for one in vanished(base, head):
            place = base.location((Evidence(scanner="files", locator=f"{one.path}:1"),))
            path = place.path if place is not None else one.path
            text = f"{one.told} cannot be seen any more: {path} {one.reason}"
            yield Match(
                subject=("file", *sorted(one.names)), detail=(text, "a critical journey needed it", one.evidence, head)
            )

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says what is not said any more."""
        message, was, evidence, where = match.detail
        told: tuple[Evidence, ...] = evidence if where is system else ()
        return Told(message, was, "restore it, or waive it with a reason", evidence=told)


def _lowered(was: Journey, now: Journey, head: System) -> tuple[str, str, tuple[Evidence, ...]]:
    """What made a journey one that is judged no more: its tier, or the tier up to which journeys are judged."""
    said = f"the journey {now.name} is not judged any more: its tier is {now.tier}"
    if was.tier != now.tier or head.overlay is None:
        return said, f"its tier was {was.tier}" if was.tier is not None else "it had no tier", now.evidence
    limit = head.overlay.evidence(None, "policy", "critical_tier")
    return f"{said}, and critical_tier is {head.policy.critical_tier}", "it was judged", (limit,)


def _is_nowhere(component: Component) -> bool:
    return component.region is None


RULES.register("BR011")(Visibility)
