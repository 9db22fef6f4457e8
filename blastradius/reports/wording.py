"""Phrases that the reports for people share: the question, a verdict, a proof in one line, gaps in groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from blastradius.durations import format_duration
from blastradius.model import FOREIGN, Evidence, Gap, Inventory, Verdict
from blastradius.model.base import weakest
from blastradius.model.called import called
from blastradius.reports.escape import terminal
from blastradius.reports.view import Tone

if TYPE_CHECKING:
    from blastradius.model import BlastRadius, ChainLink, JourneyResult, Scenario, ScenarioPhase

MARKS: dict[Verdict, tuple[str, Tone]] = {
    "breaks": ("✗", "bad"),
    "unknown": ("?", "unknown"),
    "degrades": ("~", "warn"),
    "survives": ("✓", "good"),
}
_PARTICIPLES: dict[Verdict, str] = {
    "breaks": "broken",
    "unknown": "unknown",
    "degrades": "degraded",
    "survives": "surviving",
}
LONGEST_CHAIN = 6
_MOST_SELECTORS = 4
_MOST_SUBJECTS = 4


class Names:
    """Short names of components, unique in this result, ids where a name would not be."""

    def __init__(self, result: BlastRadius | Inventory) -> None:
        self._names = called(
            ((one.id, one.name, one.kind) for one in result.components), ((one.id, one.name) for one in result.journeys)
        )

    def __getitem__(self, identifier: str) -> str:
        return terminal(self._names.get(identifier, identifier))

    def some(self, identifiers: Sequence[str], most: int = 5) -> str:
        """The first few, and how many more there are."""
        return listed([self[identifier] for identifier in identifiers], most)


def listed(texts: Sequence[str], most: int = 5) -> str:
    """The first few texts, and how many more there are."""
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most:,} more" if len(texts) > most else shown


def number(count: int, thing: str) -> str:
    """`1 journey`, `1,204 components`."""
    return f"{count:,} {thing if count == 1 else plural(thing)}"


def components_of(inventory: Inventory) -> str:
    """How many components there are, and how many of them are the user's own."""
    foreign = sum(one.kind in FOREIGN for one in inventory.components)
    said = number(len(inventory.components), "component")
    if not foreign:
        return said
    return f"{said} ({len(inventory.components) - foreign:,} of your own; {foreign:,} places, platforms, vendors and hosts)"


def plural(thing: str) -> str:
    """`dependencies`, `components`."""
    return f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2] not in "aeiou" else f"{thing}s"


def question(scenario: Scenario) -> str:
    """What was asked, as a person would say it: `region:us-east-1 is lost for 3h`."""
    parts = [_stretch(phase) for phase in scenario.phases]
    text = "; ".join(part for part in parts if part)
    longest = max((phase.duration or 0 for phase in scenario.phases), default=0)
    if scenario.horizon is not None and (len(parts) > 1 or scenario.horizon != longest):
        text += f", looked at for {format_duration(scenario.horizon)}"
    return text


def _stretch(phase: ScenarioPhase) -> str:
    said = [
        f"{terminal(_and(what))} {'is' if len(what) == 1 else 'are'} {how}"
        for what, how in ((phase.remove, "lost"), (phase.degrade, "degraded"))
        if what
    ]
    start = f" from {format_duration(phase.at)}" if phase.at else ""
    length = f" for {format_duration(phase.duration)}" if phase.duration is not None else ""
    return " and ".join(said) + start + length if said else ""


def _and(texts: Sequence[str]) -> str:
    if len(texts) > _MOST_SELECTORS:
        return f"{', '.join(texts[: _MOST_SELECTORS - 1])} and {len(texts) - _MOST_SELECTORS + 1} more"
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def origin(scenario: Scenario) -> str:
    """The name and source of a published scenario; nothing for one that was typed."""
    return terminal(f"{scenario.name} ({scenario.source})") if scenario.source else ""


def headline(result: BlastRadius) -> str:
    """How many journeys end how, and how many components are affected."""
    verdicts = Counter(journey.verdict for journey in result.journeys)
    parts = [f"{verdicts[verdict]:,} {word}" for verdict, word in _PARTICIPLES.items() if verdicts[verdict]]
    states = Counter(component.state for component in result.components) + Counter(result.omitted)
    components = f"{states['down']:,} down and {states['degraded']:,} degraded of {states.total():,} components"
    own = Counter(component.state for component in result.components if component.kind not in FOREIGN)
    if own.total() < len(result.components) and not result.omitted:
        components += f"; of your own {own['down']:,} and {own['degraded']:,} of {own.total():,}"
    # whoever declared journeys knows what they are of; who scanned a shelf of projects may not
    many = result.systems > 1 and all(journey.inferred for journey in result.journeys)
    systems = f" in {result.systems:,} systems that share nothing of your own" if many else ""
    return f"{number(len(result.journeys), 'journey')}{systems}: {', '.join(parts) or 'none'} · {components}"


def ending(journey: JourneyResult) -> str:
    """What happens to a journey and when: `breaks at 2m, down 2h58m, costs 29,667`."""
    parts = [verdict_words(journey)]
    interrupted = journey.interrupted_for
    if interrupted:
        before = " apart from that" if journey.verdict == "breaks" else ""
        parts.append(f"interrupted for {format_duration(interrupted)}{before}")
    if journey.verdict == "breaks" or (journey.downtime or 0) > (interrupted or 0):
        if journey.downtime is None:
            parts.append("down as long as the loss lasts")
        else:
            parts.append(f"down {format_duration(journey.downtime)}{' in all' if interrupted else ''}")
    if journey.cost:
        parts.append(f"costs {journey.cost:,.0f}")
    if journey.meets_rto is False:
        parts.append("misses its RTO")
    if journey.meets_rpo is False:
        parts.append("misses its RPO")
    if journey.by_hand:
        parts.append("by hand, unrehearsed" if journey.unrehearsed else "by hand")
    return ", ".join(parts)


def verdict_words(journey: JourneyResult) -> str:
    """The verdict with its first instant."""
    # The instant that the proof speaks of; an interruption that is excused may have come before.
    at = journey.chain_at
    if journey.verdict == "breaks" and (since := journey.breaks_at if at is None else at) is not None:
        return f"breaks at {format_duration(since)}"
    if journey.verdict == "degrades" and (since := journey.degrades_at if at is None else at) is not None:
        return f"degrades at {format_duration(since)}"
    if journey.verdict == "unknown":
        return "unknown: breaks if what was not seen is in the way"
    return journey.verdict


def proof(journey: JourneyResult, names: Names, longest: int = LONGEST_CHAIN) -> str:
    """A journey's proof in one line, or nothing where there is none.

    `checkout → cart → redis → aws:region/us-east-1 (hard, declared, k8s/cart.yaml:31)`

    Args:
        journey: the journey.
        names: what to call its components.
        longest: most names in it, at least 3; those in the middle give way.
    """
    chain = journey.chain or (journey.chain_at_worst if journey.verdict == "unknown" else ())
    if not chain:
        return ""
    hops = [names[chain[0].dependent], *(names[link.dependency] for link in chain)]
    if len(hops) > longest:
        hops = [*hops[: max(longest - 3, 1)], "…", *hops[-2:]]
    return f"{' → '.join(hops)} ({ground(chain)})"


def ground(chain: Sequence[ChainLink]) -> str:
    """How much, on what basis and where it stands: the weakest strength and basis, the most telling place."""
    strength = "hard" if all(link.strength == "hard" for link in chain) else "soft"
    place = telling(chain)
    words = [strength, weakest([link.basis for link in chain])]
    return ", ".join([*words, terminal(place.locator)] if place else words)


def telling(chain: Sequence[ChainLink]) -> Evidence | None:
    """The evidence nearest to what was lost that shows a need: placement, rules and the journey's own line come last."""
    seen = [(link, evidence) for link in reversed(chain) for evidence in link.evidence if evidence.locator]
    written = [
        evidence
        for link, evidence in seen
        if evidence.scanner not in ("assemble", "catalog") and not link.dependent.startswith("journey:")
    ]
    return next(iter([*written, *(evidence for _, evidence in seen)]), None)


def grouped(gaps: Iterable[Gap]) -> list[tuple[str, list[Gap]]]:
    """Gaps by reason, the most frequent first."""
    groups: dict[str, list[Gap]] = {}
    for gap in gaps:
        groups.setdefault(_general(gap), []).append(gap)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(terminal(reason if len(group) > 1 else group[0].reason), group) for reason, group in ordered]


def _general(gap: Gap) -> str:
    """A reason without what is particular to one gap, so that gaps of one sort come together."""
    own = {text for text in (gap.reference, gap.component, gap.scope, gap.same_as) if text}
    own |= {text.rpartition(":")[2] for text in own} | {text.rpartition("/")[2] for text in own}
    reason = gap.reason
    for text in sorted(own, key=lambda text: (-len(text), text)):
        if len(text) > 2:
            reason = reason.replace(text, "…")
    return reason


def subjects(gaps: Sequence[Gap], names: Names | None = None) -> str:
    """Whom gaps of one reason are about, and where the first of them is: `api (db) at compose.yaml:8, web (api)`.

    Args:
        gaps: at least one.
        names: what to call components; their ids where none.
    """
    said = list(dict.fromkeys(_subject(gap, names) for gap in gaps))
    place = gaps[0].evidence[0].locator if gaps[0].evidence else ""
    if place and place != said[0]:
        said[0] = f"{said[0]} at {place}"
    return listed([terminal(text) for text in said], _MOST_SUBJECTS)


def _subject(gap: Gap, names: Names | None) -> str:
    """Who is in doubt, and the text that leads nowhere where there is one."""
    name = (lambda text: names[text]) if names is not None else str
    if gap.component is None or gap.reference in (None, gap.component):
        other = f" ({name(gap.same_as)})" if gap.same_as is not None else ""
        return name(gap.component or gap.reference or gap.scope) + other
    return f"{name(gap.component)} ({name(gap.reference)})"


def percent(share: float) -> str:
    """A share in percent with as many digits as tell it from 100 %: `99.95%`, `99.99987%`, `1.2e-08%`."""
    if share <= 0 or share >= 1:
        return f"{share:.0%}"
    if share < 1e-4:
        return f"{share * 100:.2g}%"
    digits = max(2, 1 - math.floor(math.log10((1 - share) * 100))) if share > 0.5 else 3
    return f"{share * 100:.{min(digits, 12)}f}%"


def covered(share: float) -> str:
    """How much was seen, in percent to a tenth: always down, so that only what was seen whole reads `100`."""
    tenths = math.floor(round(share * 1000, 9))
    return f"{(tenths if share >= 1 else min(tenths, 999)) / 10:.1f}".removesuffix(".0")
