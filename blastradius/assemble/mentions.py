"""Mentions: components that a source only names become one with what others describe, where that is certain enough.

A trace knows `cart` by name and nothing of where it runs; a manifest describes a workload `cart`. They are one where each
is the other's only candidate: same name, no known scope that differs. That is `inferred`, and the evidence says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from blastradius.model import PLACES, Component, Gap, Mention

Pairs = list[tuple[str, str]]
Compatible = Callable[[Component, Component], bool]
_NEVER = PLACES | {"platform", "control-plane", "vendor", "external", "pipeline"}
#: What a service of a trace or a catalog may be: something that runs. A registry, queue or secret often bears its name.
_RUNNING = frozenset({"service", "function"})
_MOST_DOUBTS = 10


def matched(
    mentions: Iterable[Mention], described: Iterable[Component], compatible: Compatible
) -> tuple[Pairs, list[tuple[Component, Component]]]:
    """Pairs of ids that are one thing, and pairs of components that may be.

    Args:
        mentions: what sources name; those of one source with one name and different scopes are several things.
        described: what other sources define.
        compatible: whether no known scope of two components differs.
    """
    named: dict[str, list[Component]] = defaultdict(list)
    for component in described:
        if component.kind not in _NEVER:
            for name in names_of(component):
                named[name].append(component)
    known = sorted(mentions, key=lambda one: one.component.id)
    candidates = {
        one.component.id: [
            other for other in _bearing(named, one.component) if _alike(one, other) and compatible(one.component, other)
        ]
        for one in known
    }
    claims: dict[tuple[str, str], int] = defaultdict(int)
    for one in known:
        for other in candidates[one.component.id]:
            claims[_source(one.component), other.id] += 1
    pairs: Pairs = []
    doubts: list[tuple[Component, Component]] = []
    for one in known:
        found = candidates[one.component.id]
        if len(found) == 1 and claims[_source(one.component), found[0].id] == 1:
            pairs.append((one.component.id, found[0].id))
        else:
            doubts += [(one.component, other) for other in found[:_MOST_DOUBTS]]
    return pairs + _among(known, candidates, compatible), doubts


def _bearing(named: dict[str, list[Component]], mentioned: Component) -> list[Component]:
    """Components that go by a name of a mentioned one, its own name first: an alias counts where nothing bears that."""
    own = named.get(mentioned.name, [])
    others = {one.id: one for name in names_of(mentioned) for one in named.get(name, ())}
    return sorted(own or others.values(), key=lambda found: found.id)


def names_of(component: Component) -> set[str]:
    """The bare names that a component goes by."""
    texts = (component.name, component.attributes.get("physical_name", ""), *component.aliases)
    return {text for text in texts if text and not set(text) & set("/:. ")}


def doubt(one: Component, other: Component) -> Gap:
    """The gap where a mention may be one of several."""
    return Gap(
        scope=one.id,
        reason=f"may be the same as {other.id}, which bears its name; others do too: "
        "say so with `same:` or set them apart with `place:` in blastradius.yaml",
        hides="dependency",
        component=one.id,
        same_as=other.id,
        evidence=one.evidence[:1],
    )


def _alike(mention: Mention, other: Component) -> bool:
    if not mention.addressed and mention.component.kind != other.kind:
        both = {mention.component.kind, other.kind}
        if not both <= _RUNNING:
            return False
    # a namespace that nobody wrote down may be any: it is given when the manifest is applied
    written = other.attributes.get("namespace") if (other.scope or "").startswith("k8s:") else None
    return not mention.namespace or written in (None, mention.namespace)


def _source(component: Component) -> str:
    return ",".join(sorted({one.scanner for one in component.evidence}))


def _among(known: list[Mention], candidates: dict[str, list[Component]], compatible: Compatible) -> Pairs:
    """Mentions of different sources that nobody describes: one thing where each source has one of that name."""
    alone: dict[tuple[str, str], dict[str, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    for one in known:
        if not candidates[one.component.id]:
            alone[one.component.name, one.component.kind][_source(one.component)].append(one)
    pairs: Pairs = []
    for by_source in alone.values():
        if len(by_source) < 2 or any(len(found) > 1 for found in by_source.values()):
            continue
        several = [found[0] for found in by_source.values()]
        first = several[0]
        if all(compatible(one.component, other.component) for one in several for other in several) and (
            len({one.namespace for one in several if one.namespace}) <= 1
        ):
            pairs += [(first.component.id, other.component.id) for other in several[1:]]
    return pairs
