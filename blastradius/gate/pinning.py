"""New needs that fall with one place: what the rules for regions and for zones have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import Field

from blastradius.gate.losing import Step
from blastradius.gate.ruling import GateRule, Match, Options, Told
from blastradius.gate.system import System, places_only
from blastradius.model import FOREIGN, PLACES, ChainLink, Evidence, Level


class PinningOptions(Options):
    """What of it counts for less."""

    as_well: Level | None = Field(
        default=None,
        description="Level of a new need where the journey fell with that place before, by needs that it still has: for "
        "who runs in one place on purpose; never above that of the rule",
    )


class Pinning(GateRule):
    """Finds the hard needs of judged journeys that fall with one place of a kind.

    Attributes:
        kind: kind of the place.
        elsewhere: where a second copy would have to be, in words.
    """

    kind: str
    elsewhere: str
    options = PinningOptions

    def matches(self, system: System) -> Iterable[Match]:
        """Every need that leads a judged journey to what is in one such place only."""
        for domain in system.of_kind(self.kind):
            loss = system.losses.of(domain)
            if not loss.broken:
                continue
            for step in loss.pins:
                record = loss.circuit.rules[step[1]].record
                needed = loss.circuit.ids[loss.circuit.node_of(step[2])]
                for journey in loss.journeys(step[0]):
                    yield Match(journey, domain, record.dependent, needed, detail=step)

    def gathered(self, new: Sequence[Match], base: System, head: System) -> Iterable[tuple[Match, Sequence[Match]]]:
        """One finding for each need that brought them about: what it leads to may lead on to many things in one place."""
        groups: dict[tuple[str | None, str | None, str, str], list[tuple[int, Match, ChainLink]]] = {}
        for one in new:
            chain = head.losses.of(one.domain or "").chain(one.journey or "", one.detail)
            own = next((link for link in chain if is_of(link, one)), chain[0])
            link = introduced(chain, own, head, base)
            groups.setdefault((one.journey, one.domain, link.dependent, link.dependency), []).append(
                (len(chain), one, link)
            )
        for key, found in sorted(groups.items(), key=lambda item: tuple(map(str, item[0]))):
            found.sort(key=lambda one: (one[0], one[1].dependent or "", one[1].dependency or ""))
            _, first, link = found[0]
            component = head.graph.components.get(link.dependency)
            placed = places_only(link) or (component is not None and component.kind in PLACES)
            about = link.dependent if placed else link.dependency
            yield Match(*key, detail=(first, link, len(found)), about=about), [one for _, one, _ in found]

    def leads_through(self, match: Match, component: str, system: System) -> bool:
        """Whether the journey falls through a component to what is pinned."""
        loss = system.losses.of(match.domain or "")
        return not isinstance(match.detail[0], Match) and loss.passes(match.journey or "", component, match.detail)

    def level_of(self, match: Match, base: System, head: System) -> Level | None:
        """What policy says of one more need by which a journey falls that fell before."""
        asked = getattr(self.asked, "as_well", None)
        return asked if asked is not None and _fell(match, head, base) == "as well" else None

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Names the need, and the link of its proof that the base did not have."""
        journey, place = system.graph.name(match.journey or ""), system.graph.name(match.domain or "")
        gathered = isinstance(match.detail[0], Match)
        if base is None or not gathered:
            step = match.detail[0].detail if gathered else match.detail
            needed, record = system.label(match.dependency or ""), system.graph.circuit.rules[step[1]].record
            message = f"{journey} depends on {place} through {needed}"
            return Told(message, fix=self._fix(match, system), evidence=record.evidence)
        first, link, count = match.detail
        chain = system.losses.of(match.domain or "").chain(match.journey or "", first.detail)
        message, was = _before(match, system, base, journey, place)
        more = f", and {count - 1:,} more behind it" if count > 1 else ""
        return Told(message, was, self._fix(first, system) + more, chain, link, _twin(link, system, base))

    def _fix(self, match: Match, system: System) -> str:
        """What would mend it: who is in the place itself gains nothing by a copy of what it needs alone."""
        components = system.graph.components
        who, needed = (system.label(one or "") for one in (match.dependent, match.dependency))
        dependent, dependency = (components.get(one or "") for one in (match.dependent, match.dependency))
        place = components[match.domain or ""]
        soft = ", or make it soft" if dependent is not None else ""
        if dependency is None or dependency.kind in PLACES:
            return f"{who} in another {self.elsewhere} as well"
        if dependent is not None and getattr(dependent, self.kind, None) in (place.name, place.id):
            return f"{who} in another {self.elsewhere} as well, with what it needs of {needed} there{soft}"
        if dependency.kind in FOREIGN:
            return f"what {who} does with {needed} in another {self.elsewhere} as well{soft}"
        return f"{_COPIES.get(dependency.kind, _COPY).format(needed)} in another {self.elsewhere}{soft}"


_COPY = "a second {}"
#: What has copies that follow each other; of a queue or a service there is only another one.
_COPIES = dict.fromkeys(("database", "cache", "bucket", "secret", "key", "registry"), "a replica of {}")


def is_of(link: ChainLink, match: Match) -> bool:
    """Whether a link is the one that a match is about."""
    return (link.dependent, link.dependency) == (match.dependent, match.dependency)


def _fell(match: Match, head: System, base: System) -> str:
    """How a journey fell with the place before: not at all, by what this came in the place of, or by what is left."""
    if match.journey not in base.graph.journeys:
        return "not there"
    domain = match.domain or ""
    if domain not in base.graph.components or not base.losses.of(domain).breaks(match.journey):
        return "stood"
    was, now = (_pinned(match, side) for side in (base, head))
    return "as well" if not was or was.keys() & now.keys() else "instead"


def _before(match: Match, head: System, base: System, journey: str, place: str) -> tuple[str, str]:
    needed = head.label(match.about or "")
    how = _fell(match, head, base)
    if how == "not there":
        return f"{journey} depends on {place}", f"there was no journey {journey}"
    if how == "instead":
        old = next(iter(sorted(_pinned(match, base).values())))
        return f"{journey} now depends on {place} through {needed}", f"{journey} fell with {place} through {old}"
    if how == "as well":
        return (
            f"{journey} now depends on {place} through {needed} as well",
            f"{journey} fell with {place} by other needs",
        )
    return f"{journey} now depends on {place}", f"nothing on {journey} fell with {place}"


def _pinned(match: Match, system: System) -> dict[tuple[str, str], str]:
    """What a journey needs that falls with a place, by names that hold no file, and what people call it."""
    loss = system.losses.of(match.domain or "")
    found = {}
    for node, number, cause in loss.pins:
        if match.journey in set(loss.journeys(node)):
            needed = loss.circuit.ids[loss.circuit.node_of(cause)]
            dependent = loss.circuit.rules[number].record.dependent
            found[system.loose(dependent), system.end(needed)] = system.label(needed)
    return found


def introduced(chain: tuple[ChainLink, ...], link: ChainLink, system: System, base: System) -> ChainLink:
    """The link of a proof that the base did not have.

    The one in question where it is new; else the new one nearest to it; else what says where its end is, where that is
    new; else the one in question, for something that is not on this path changed (a redundancy beside it).

    Args:
        chain: the proof.
        link: the link of it that the finding is about.
        system: the head.
        base: what it is compared with.
    """
    new = [one for one in chain if not base.has_alone(system, one)]
    needs = [one for one in new if not places_only(one)]
    if link in needs:
        return link
    at = chain.index(link)
    nearest = sorted(needs, key=lambda one: abs(chain.index(one) - at))
    # what says where something is now that was elsewhere stands where the thing does, if that is a file
    moved = [one for one in new if one.dependent == link.dependency and system.location(one.evidence) is not None]
    return next(iter([*nearest, *moved]), link)


def _twin(link: ChainLink, system: System, base: System) -> tuple[Evidence, ...]:
    """Where a copy of what is needed stands that was moved: the need itself is as it was, and now meets this one."""
    if not base.has_alone(system, link):
        return ()
    same = (one for one in system.by_loose_name.get(system.loose(link.dependency), ()) if one in base.graph.components)
    moved = [one for one in same if base.end(one) != system.end(one) and one != link.dependency]
    return tuple(piece for one in moved for piece in system.graph.components[one].evidence)


def breaking(system: System, *kinds: str) -> Iterator[tuple[str, str, Step]]:
    """Journeys that break without one thing of a kind, with a step into it.

    Args:
        system: where to look.
        kinds: kinds of the things.
    """
    for domain in system.of_kind(*kinds):
        loss = system.losses.of(domain)
        first: dict[str, Step] = {}
        for step in loss.steps if loss.broken else ():
            if step[2] == loss.node:
                for journey in loss.journeys(step[0]):
                    first.setdefault(journey, step)
        for journey, step in sorted(first.items()):
            yield journey, domain, step
