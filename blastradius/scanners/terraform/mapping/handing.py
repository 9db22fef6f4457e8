"""A need that came into a module by an argument is also shown by the line of the call that hands it over."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.model import DependencyFact, Evidence, RedundancyFact, Reference
from blastradius.scanners.terraform.mapping.elsewhere import named
from blastradius.scanners.terraform.mapping.index import is_remote
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Handed

Rule = DependencyFact | RedundancyFact

_MOST = 4
_SHORTEST = 6


def show_handing(world: World) -> None:
    """Add to what shows a need the arguments by which its target was handed into the dependent's module.

    Args:
        world: the root, all its needs found.
    """
    if not world.root.handed:
        return
    meant = {
        (path, one.name): frozenset(_meant(world, one)) for path, given in world.root.handed.items() for one in given
    }
    for at, rule in enumerate(world.rules):
        world.rules[at] = _shown(world, rule, meant)


def _shown(world: World, rule: Rule, meant: dict[tuple[str, str], frozenset[str]]) -> Rule:
    """A need with the arguments that hand it over."""
    block = world.block_of.get(rule.dependent)
    if block is None or not block.module:
        return rule
    references = [rule.reference] if isinstance(rule, DependencyFact) else rule.members
    found = [
        Evidence(scanner="terraform", locator=one.locator, note=f"{one.name} of {path}")
        for path in _inner_first(world, block.module)
        for one in world.root.handed[path]
        if _carries(one, meant[path, one.name], references)
    ]
    return _with(rule, tuple(dict.fromkeys((*rule.evidence, *found[:_MOST])))) if found else rule


def _with(rule: Rule, evidence: tuple[Evidence, ...]) -> Rule:
    return rule.model_copy(update={"evidence": evidence})


def _inner_first(world: World, module: str) -> list[str]:
    """The module and those it is called in, as far as anything is handed into them."""
    return sorted(
        (path for path in world.root.handed if module == path or module.startswith(f"{path}.")), key=len, reverse=True
    )


def _meant(world: World, given: Handed) -> Iterable[str]:
    """Ids of components that an argument refers to, without those of copies."""
    for ref in given.refs:
        yield named(ref)
        if is_remote(ref):  # what another root gives comes in the same way
            yield from (one.partition("#")[0] for one in world.ids(ref))
        for block in world.found(ref):
            yield from (one.partition("#")[0] for one in world.behind.get(block.address, ()))
            yield world.id_of(block).partition("#")[0]


def _carries(given: Handed, ids: frozenset[str], references: Iterable[Reference]) -> bool:
    for reference in references:
        for text in reference.texts:
            if text.partition("#")[0] in ids:
                return True
            if len(text) >= _SHORTEST and any(text in one for one in given.texts):
                return True
    return False
