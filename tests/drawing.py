"""Graphs drawn as text, for tests: `parse` makes an Inventory of a drawing, `draw` the drawing of an Inventory.

One statement a line; `#` starts a comment at the beginning of a line or after a space; every name met is a component
(kind `service`, provider `own`, region `here`, unless its own line says otherwise).

    shop -> db                          hard need
    shop ~> mail                        soft need
    shop ~> mail hardens 2h             soft at once, hard after two hours
    shop -> db (20m)                    tolerance
    shop -> registry @startup           phase: startup, deploy, operate
    shop -> a | b                       any of
    shop -> 2 of a b c                  k of n
    shop -> 2 of a b c full 3           fewer than 3 up is degraded
    shop -> a || b                      a active, b stands by; automatic, at once
    shop -> a || b takes 5m needs tool  automatic failover that takes 5 minutes and needs `tool`
    shop -> a || b by hand takes 10m    manual failover; without `takes` it never happens
    shop -> 2 of a b || c d lag 30s     two active, two stand by; 30 seconds of data may be lost
    shop                                a component, nothing else
    shop: cold recovery 5m              its own settings: cold, warm, recovery, kind, provider, region, zone, account
    journey checkout: shop cart (5m)    needs every entry; a tolerance follows the entry it belongs to
    journey fix: shop @deploy rto 1h rpo 5m tier 1 revenue 1000
    journey:checkout -> a | b           an alternative of a journey

Options may follow in any order; durations are written `90s`, `15m`, `2h30m`.
"""

from __future__ import annotations

import re
from typing import Any

from blastradius.durations import format_duration, parse_duration
from blastradius.model import (
    Component,
    Dependency,
    Evidence,
    Failover,
    Inventory,
    Journey,
    JourneyEntry,
    Meta,
    Redundancy,
)

_WORDS = {"full", "takes", "needs", "by", "hardens", "lag"}
_SETTINGS = {"kind", "provider", "region", "zone", "account", "recovery"}


class DrawingError(ValueError):
    """A line that is not of the language."""


def parse(text: str) -> Inventory:
    """Make an assembled inventory of a drawing.

    Raises:
        DrawingError: with the line, where it is not of the language.
    """
    settings: dict[str, dict[str, Any]] = {}
    dependencies: list[Dependency] = []
    redundancies: list[Redundancy] = []
    journeys: dict[str, Journey] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        if not line:
            continue
        try:
            evidence = (Evidence(scanner="hand", locator=f"drawing:{number}"),)
            if line.startswith("journey "):
                journey = _journey(line, evidence)
                journeys[journey.id] = journey
                names = [entry.component for entry in journey.entries]
            elif match := re.fullmatch(r"(\S+) ([-~])> (.+)", line):
                rule = _rule(match[1], match[2] == "~", match[3].split(), evidence)
                names = [match[1], *_named(rule)]
                (redundancies if isinstance(rule, Redundancy) else dependencies).append(rule)  # type: ignore[arg-type]
            else:
                names = [_component(line, settings)]
        except (ValueError, IndexError, KeyError) as error:
            raise DrawingError(f"line {number}: {raw.strip()!r}: {error}") from error
        for name in names:
            if not name.startswith("journey:"):
                settings.setdefault(name, {})
    defaults: dict[str, Any] = {"kind": "service", "provider": "own", "region": "here"}
    for rule_ in (*dependencies, *redundancies):
        if rule_.dependent.startswith("journey:") and rule_.dependent not in journeys:
            raise DrawingError(f"{rule_.dependent} is not drawn")
    return Inventory(
        meta=Meta(assembled=True),
        components=tuple(Component(id=i, name=i, **(defaults | own)) for i, own in sorted(settings.items())),
        dependencies=tuple(dependencies),
        redundancies=tuple(redundancies),
        journeys=tuple(journey for _, journey in sorted(journeys.items())),
    )


def _named(rule: Dependency | Redundancy) -> list[str]:
    if isinstance(rule, Dependency):
        return [rule.dependency]
    return [*rule.members, *(rule.failover.needs if rule.failover else ())]


def _component(line: str, settings: dict[str, dict[str, Any]]) -> str:
    """A component on its own, or with settings after `: `."""
    name, _, rest = line.partition(": ")
    if " " in name:
        raise ValueError("neither a need (`a -> b`), a journey nor a component (`a: recovery 5m`)")
    own = settings.setdefault(name.removesuffix(":"), {})
    words = rest.split()
    while words:
        word = words.pop(0)
        if word in ("cold", "warm"):
            own["restart"] = word
        elif word in _SETTINGS:
            own[word] = words.pop(0)
        else:
            raise ValueError(f"{word!r} is no setting")
    return name.removesuffix(":")


def _journey(line: str, evidence: tuple[Evidence, ...]) -> Journey:
    head, _, rest = line.removeprefix("journey ").partition(":")
    entries: list[JourneyEntry] = []
    fields: dict[str, Any] = {}
    words = rest.split()
    while words:
        word = words.pop(0)
        if word.startswith("@"):
            fields["phase"] = word[1:]
        elif word in ("rto", "rpo"):
            fields[word] = parse_duration(words.pop(0))
        elif word == "tier":
            fields["tier"] = int(words.pop(0))
        elif word == "revenue":
            fields["revenue_per_hour"] = float(words.pop(0))
        elif word.startswith("("):
            entries[-1] = JourneyEntry(component=entries[-1].component, tolerance=_bracketed(word))
        else:
            entries.append(JourneyEntry(component=word))
    name = head.strip()
    return Journey(id=f"journey:{name}", name=name, entries=tuple(entries), evidence=evidence, **fields)


def _bracketed(word: str) -> int:
    if not word.endswith(")"):
        raise ValueError(f"{word!r} is no tolerance: write (20m)")
    return parse_duration(word[1:-1])


def _is_target(word: str) -> bool:
    return word not in _WORDS and word[0] not in "@("


def _rule(dependent: str, soft: bool, words: list[str], evidence: tuple[Evidence, ...]) -> Dependency | Redundancy:
    targets: list[str] = []
    while words and _is_target(words[0]):
        targets.append(words.pop(0))
    common: dict[str, Any] = {"dependent": dependent, "strength": "soft" if soft else "hard", "evidence": evidence}
    group: dict[str, Any] = {}
    failover: dict[str, Any] = {}
    while words:
        _option(words, common, group, failover)
    if len(targets) == 1 and not group and not failover:
        return Dependency(dependency=targets[0], **common)
    if len(targets) > 2 and targets[1] == "of":
        group["required"] = int(targets[0])
        targets = targets[2:]
    elif "|" not in targets and "||" not in targets:
        raise ValueError("several needs: write a line for each, or `a | b`, or `2 of a b c`")
    if "||" in targets:
        cut = targets.index("||")
        group["active"] = tuple(t for t in targets[:cut] if t != "|")
        group["failover"] = Failover(**{"mode": "automatic"} | failover)
    elif failover:
        raise ValueError("a failover needs active and standby members: `a || b`")
    return Redundancy(members=tuple(t for t in targets if t not in ("|", "||")), **common, **group)


def _option(words: list[str], common: dict[str, Any], group: dict[str, Any], failover: dict[str, Any]) -> None:
    word = words.pop(0)
    if word.startswith("@"):
        common["phase"] = word[1:]
    elif word.startswith("("):
        common["tolerance"] = _bracketed(word)
    elif word == "hardens":
        common["hardens_after"] = parse_duration(words.pop(0))
    elif word == "full":
        group["full"] = int(words.pop(0))
    elif word in ("takes", "lag"):
        failover[word] = parse_duration(words.pop(0))
    elif word == "by" and words.pop(0) == "hand":
        failover["mode"] = "manual"
    elif word == "needs":
        needs = []
        while words and _is_target(words[0]):
            needs.append(words.pop(0))
        failover["needs"] = tuple(needs)
    else:
        raise ValueError(f"{word!r} is no option")


def draw(inventory: Inventory) -> str:
    """The drawing of an inventory: `parse` of it gives the same inventory back (evidence and reasons apart)."""
    lines = [_draw_component(component) for component in inventory.components]
    lines += [_draw_rule(rule) for rule in (*inventory.dependencies, *inventory.redundancies)]
    lines += [_draw_journey(journey) for journey in inventory.journeys]
    return "\n".join(lines) + "\n"


def _draw_component(component: Component) -> str:
    told = [component.restart] if component.restart else []
    if component.recovery is not None:
        told.append(f"recovery {format_duration(component.recovery)}")
    for name, default in (
        ("kind", "service"),
        ("provider", "own"),
        ("region", "here"),
        ("zone", None),
        ("account", None),
    ):
        if getattr(component, name) not in (default, None):
            told.append(f"{name} {getattr(component, name)}")
    return f"{component.id}: {' '.join(told)}" if told else component.id


def _draw_rule(rule: Dependency | Redundancy) -> str:
    words = [rule.dependent, "~>" if rule.strength == "soft" else "->"]
    words += [rule.dependency] if isinstance(rule, Dependency) else _draw_group(rule)
    if rule.hardens_after is not None:
        words.append(f"hardens {format_duration(rule.hardens_after)}")
    if rule.tolerance is not None:
        words.append(f"({format_duration(rule.tolerance)})")
    if rule.phase != "runtime":
        words.append(f"@{rule.phase}")
    return " ".join(words)


def _draw_group(group: Redundancy) -> list[str]:
    words = [] if group.required == 1 and len(group.members) > 1 and not group.active else [f"{group.required} of"]
    if group.active:
        words += [*group.active, "||", *(m for m in group.members if m not in group.active)]
    else:
        words.append((" " if words else " | ").join(group.members))
    if group.full is not None:
        words.append(f"full {group.full}")
    if group.failover is not None:
        failover = group.failover
        words += ["by hand"] if failover.mode == "manual" else []
        words += [f"takes {format_duration(failover.takes)}"] if failover.takes is not None else []
        words += [f"lag {format_duration(failover.lag)}"] if failover.lag is not None else []
        words += ["needs", *failover.needs] if failover.needs else []
    return words


def _draw_journey(journey: Journey) -> str:
    words = [f"journey {journey.id.removeprefix('journey:')}:"]
    for entry in journey.entries:
        words.append(entry.component)
        if entry.tolerance is not None:
            words.append(f"({format_duration(entry.tolerance)})")
    words += [f"@{journey.phase}"] if journey.phase != "runtime" else []
    for name in ("rto", "rpo"):
        if getattr(journey, name) is not None:
            words.append(f"{name} {format_duration(getattr(journey, name))}")
    words += [f"tier {journey.tier}"] if journey.tier is not None else []
    words += [f"revenue {journey.revenue_per_hour:g}"] if journey.revenue_per_hour is not None else []
    return " ".join(words)
