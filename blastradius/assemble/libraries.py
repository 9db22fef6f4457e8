"""Libraries: packages of vendors are needs; those of clouds are a doubt where nothing tells what they call.

Manifests name every package of a program. Most are nobody's clients and mean nothing here. A vendor's is resolved like
any other reference. A cloud's tells the service, never the place: where configuration shows what the program uses
there, that says more; where it does not, something is needed that nobody saw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blastradius.assemble.draft import Draft, joined
from blastradius.assemble.folders import PREFIX, bearers, nearest
from blastradius.assemble.homes import Homes
from blastradius.assemble.listing import few
from blastradius.catalog import Catalog, Library
from blastradius.model import Component, DependencyFact, Evidence, Gap, Phase

#: Kinds that anything on a cloud may need without calling it by a library of its own.
_APART = frozenset({"identity", "registry", "provider", "region", "zone", "account", "control-plane"})


@dataclass(frozen=True, slots=True)
class Call:
    """Components of which each may call a cloud by one of its libraries; no scope where nobody is known to hold it."""

    fact: DependencyFact
    library: Library
    scope: str
    callers: tuple[str, ...]


def sift(draft: Draft, catalog: Catalog, homes: Homes) -> list[Call]:
    """Take the packages out of a draft that are no vendor's; what is left resolves.

    Returns:
        Those of clouds, with the programs that may hold them, where any was scanned.
    """
    known = bearers(draft)
    said: dict[str, set[str]] = defaultdict(set)
    for fact in draft.needs:
        said[draft.current(fact.dependent)].add(fact.via)
    needs, calls = [], []
    for fact in draft.needs:
        library = catalog.library(fact.reference.texts[-1]) if fact.reference.role == "package" else None
        if fact.reference.role != "package":
            needs.append(fact)
        elif library and library.vendor:
            _, callers = _callers(draft, fact, known) if library.elsewhere else ("", ())
            if not callers or not all(_led(said[id], library) for id in callers):
                needs.append(fact)  # else the setting says what is called, which may be the vendor too
        elif library is not None and fact.strength is None:
            scope, callers = _callers(draft, fact, known)
            if not callers:
                scope, callers = "", homes.candidates(scope)
            calls += [Call(fact, library, scope, callers)] if callers else []
    draft.needs = needs
    return calls


def _led(said: set[str], library: Library) -> bool:
    """Whether a setting leads a library to a host: the variable, as `via` tells it."""
    return any(f"env {name}" in said for name in library.elsewhere)


def _callers(draft: Draft, fact: DependencyFact, known: dict[str, list[Component]]) -> tuple[str, tuple[str, ...]]:
    if fact.dependent.startswith(PREFIX):
        folder, found = nearest(fact.dependent, known)
        return folder.removeprefix(PREFIX), tuple(sorted(one.id for one in found))
    id = draft.current(fact.dependent)
    return id, (id,) if id in draft.components else ()


def doubt(draft: Draft, calls: Iterable[Call]) -> None:
    """Add a gap for each cloud service that is called by a library and of which nothing tells what is used there.

    Args:
        draft: dependencies and redundancies are complete.
        calls: of `sift`.
    """
    uses = _uses(draft)
    found: dict[tuple[str, tuple[str, ...], str], dict[str, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        found[call.scope, call.callers, call.library.provider][call.library.service].append(call)
    for (scope, callers, provider), services in sorted(found.items()):
        for service in sorted(services):
            if not service and len(services) > 1:
                continue  # a library for all of a cloud says nothing beside one for a service
            # nor beside anything that is seen in use
            left = [id for id in callers if not (service in uses[id, provider] if service else uses[id, provider])]
            if left:
                draft.gaps.append(_gap(scope, tuple(left), services[service]))


def _uses(draft: Draft) -> dict[tuple[str, str], set[str]]:
    """Services that components need to serve, by component and provider."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    pairs: list[tuple[str, tuple[str, ...], Phase]]
    pairs = [(one.dependent, (one.dependency,), one.phase) for one in draft.dependencies]
    pairs += [(one.dependent, one.members, one.phase) for one in draft.redundancies]
    for dependent, ids, phase in pairs:
        for id in ids if phase == "runtime" else ():
            needed = draft.components.get(id)
            if needed is not None and needed.provider and needed.kind not in _APART:
                found[dependent, needed.provider].add(needed.service or needed.kind)
    return found


def _gap(scope: str, callers: tuple[str, ...], calls: Sequence[Call]) -> Gap:
    first = calls[0].library
    texts = sorted({call.fact.reference.texts[-1] for call in calls})
    evidence: set[Evidence] = {piece for call in calls for piece in call.fact.evidence}
    one = callers[0] if scope and len(callers) == 1 else None
    service = f"{first.provider} {first.service}".rstrip()
    who = "it holds" if one else f"any of {few(callers)} may hold"
    return Gap(
        scope=one or scope or service,
        reason=f"{who} {few(texts)} to call {service}, and nothing tells what is used there, nor "
        "where: state the dependency in blastradius.yaml",
        hides="dependency",
        component=one,
        candidates=() if one else callers,
        reference=texts[0] if len(texts) == 1 else None,
        provider=first.provider,
        kind=first.kind,
        evidence=joined(evidence),
    )
