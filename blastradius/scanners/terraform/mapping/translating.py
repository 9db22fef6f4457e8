"""One root becomes facts: components first, then what ties them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from blastradius.model import Component, DependencyFact, Evidence, Fact, Gap, RedundancyFact
from blastradius.scanners.mapping.zones import UNNAMED, somewhere, spread
from blastradius.scanners.terraform.mapping.abroad import Abroad, guests
from blastradius.scanners.terraform.mapping.components import describe, zones
from blastradius.scanners.terraform.mapping.elsewhere import say_missed
from blastradius.scanners.terraform.mapping.handing import show_handing
from blastradius.scanners.terraform.mapping.index import is_remote
from blastradius.scanners.terraform.mapping.rows import Row
from blastradius.scanners.terraform.mapping.settings import attribute_need
from blastradius.scanners.terraform.mapping.toldregion import move_calls
from blastradius.scanners.terraform.mapping.tools import TOOLS
from blastradius.scanners.terraform.mapping.undecided import say_undecided
from blastradius.scanners.terraform.mapping.undeclared import say_undeclared
from blastradius.scanners.terraform.mapping.uniting import Answer
from blastradius.scanners.terraform.mapping.values import at
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Block, Root

_GATEWAYS = frozenset({"aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_appsync_graphql_api"})


@dataclass(frozen=True, slots=True)
class Translated:
    """What one root came to.

    Attributes:
        facts: components first.
        unmapped: types that it met and does not map, with how often.
        named: type, physical name and region of components where all are known, by id.
        told: what secrets and parameters of it hold the address of, by their ids.
        read: secrets and parameters of which it tells what they hold.
        answers: records of names that share a routing policy.
        unheld: what is to be said where no root tells what some secrets or parameters hold.
        changed: components of other roots of which it says more: as they are there, and as they are said to be.
    """

    facts: tuple[Fact, ...]
    unmapped: Counter[str]
    named: dict[str, tuple[str, str, str]]
    told: dict[str, dict[str, Evidence]] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    unheld: tuple[tuple[tuple[str, ...], DependencyFact | Gap], ...] = ()
    answers: tuple[Answer, ...] = ()
    changed: tuple[tuple[Component, Component], ...] = ()


def translate_all(roots: Sequence[Root]) -> list[Translated]:
    """Facts about roots; those that give or take outputs see what the others hold.

    Args:
        roots: what was read.
    """
    worlds = [World(root) for root in roots]
    found = [translate(world) for world in worlds]
    taking = {id(world) for world in worlds if any(is_remote(ref) for ref in world.all_refs())}
    if not taking:
        return found
    abroad = Abroad(worlds)
    for world in worlds:  # an output may be one that its root takes from a third
        world.abroad = abroad
    for place, (root, world) in enumerate(zip(roots, worlds, strict=True)):
        again = World(root)
        again.abroad = abroad
        if guests(again, worlds, abroad) or id(world) in taking:
            found[place] = translate(again)
    return found


def translate(world: World) -> Translated:
    """Facts about a root.

    Args:
        world: the root, nothing of it translated yet.
    """
    managed = world.managed()
    for block in managed:
        if block.type in world.types.rows:
            describe(world, block)
        elif not world.types.quietly(block.type) and block.provider not in TOOLS:
            world.unmapped[block.type] += 1
    # what stands for others must be known before anything refers to it; calls of modules become components here as well
    for block in sorted(managed, key=lambda one: one.type != "module"):
        early = world.types.early.get(block.type)
        if early is not None:
            early(world, block)
    for block in managed:
        late = world.types.late.get(block.type)
        if late is not None:
            late(world, block)
    done: set[str] = set()
    while left := [id for id in world.block_of if id not in done]:  # a reference may bring in data sources
        for id in left:
            done.add(id)
            _ties(world, world.block_of[id], id)
        if len(done) == len(left):  # the first round: joins see all managed components
            for block in managed:
                join = world.types.joins.get(block.type)
                if join is not None:
                    join(world, block)
    _entrances(world)
    move_calls(world)
    show_handing(world)
    say_undeclared(world)
    say_undecided(world)
    say_missed(world)
    told = {id: held for id, held in world.told.items() if held}
    return Translated(
        world.facts(),
        world.unmapped,
        world.named(),
        told,
        frozenset(world.read),
        tuple(world.unheld),
        tuple(world.answers),
        tuple((was, world.components[id]) for id, was in world.foreign.items() if world.components[id] is not was),
    )


def _ties(world: World, block: Block, id: str) -> None:
    row = world.row_of[id]
    for need in row.needs:
        attribute_need(world, id, block, need)
    if row.more is not None:
        row.more(world, block, id)
    if row.zones and block.mode == "managed":
        _spread(world, block, id, row)


def _entrances(world: World) -> None:
    """A gateway of functions that nobody gave routes is a way in itself."""
    routed = {
        rule.reference.texts[0]
        for rule in world.rules
        if isinstance(rule, DependencyFact) and rule.via.startswith("route")
    }
    for id, component in list(world.components.items()):
        if id not in world.foreign and component.type in _GATEWAYS and "#" not in id and id not in routed:
            world.update(id, attributes={"entry": component.name})


def _spread(world: World, block: Block, id: str, row: Row) -> None:
    """Zones that it is spread over: it needs any of them, and is degraded while one is away."""
    found = zones(world, [value for path in row.zones for value in at(block.values, path)])
    copies = row.copies(world, block) if row.copies else len(found)
    via = next((path for path in row.zones if at(block.values, path)), "")
    component = world.components[id]
    if row.copies and (copies or 1) < 2:
        world.gaps.extend(_gaps(somewhere(component, found, copies, world.evidence(block, via))))
        return
    if len(found) < 2:
        return
    names = [one for one in found if not one.startswith(UNNAMED)]
    world.update(id, attributes={"zones": ", ".join(names) if len(names) == len(found) else str(len(found))})
    for fact in spread(component, found, copies or 1, world.evidence(block, via), via):
        if isinstance(fact, RedundancyFact):
            world.rules.append(fact)


def _gaps(facts: list[Fact]) -> list[Gap]:
    return [one for one in facts if isinstance(one, Gap)]
