"""What roots give each other by their states: an output names what it names in the root that gives it.

The root that takes an output sees the component as one of its own, so that every mapping follows it. The root that
gives it sees the resources that name its own by its outputs as guests: a service that registers itself in a target
group of another root, a member of another root's global cluster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blastradius.model import Gap
from blastradius.scanners.terraform.mapping.index import REMOTE, is_remote
from blastradius.scanners.terraform.mapping.states import State, state_of
from blastradius.scanners.terraform.mapping.values import refs
from blastradius.scanners.terraform.model import Block, Expr, Ref, Step

if TYPE_CHECKING:
    from blastradius.scanners.terraform.mapping.neighbour import Neighbour

_CHAIN = 8
_MOST_GUESTS = 5_000


class Abroad:
    """All roots of a scan, by the states that keep them.

    Args:
        worlds: each translated by itself.
    """

    def __init__(self, worlds: Iterable[Neighbour]) -> None:
        self._by_state: dict[State, list[Neighbour]] = defaultdict(list)
        self._named: dict[int, dict[int, set[Ref]]] = {}
        for world in worlds:
            if state := state_of(world.root.backend, world.root.name):
                self._by_state[state].append(world)

    def output(self, world: Neighbour, ref: Ref) -> tuple[Neighbour, Any] | None:
        """The root that gives what a reference takes, and its value there; None where that was not scanned."""
        for block in world.found(ref):
            held = REMOTE.get(block.type, ())
            if len(ref.path) < 2 or str(ref.path[0]) not in held:
                continue
            holder = self._holder(world, _state(world, block))
            if holder is None or str(ref.path[1]) not in holder.root.outputs:
                continue
            value = _within(holder.root.outputs[str(ref.path[1])], ref.path[2:])
            return None if value is None else (holder, value)
        return None

    def meant(self, world: Neighbour, ref: Ref, depth: int = 0) -> tuple[Neighbour, Ref]:
        """The reference that an output stands for in the root that gives it; itself where it is of no output."""
        given = self.output(world, ref) if is_remote(ref) and depth < _CHAIN else None
        if given is None or not (isinstance(given[1], Expr) and len(refs(given[1])) == 1):
            return world, ref
        return self.meant(given[0], refs(given[1])[0], depth + 1)

    def named(self, world: Neighbour, by: Neighbour) -> set[Ref]:
        """References of one root that mean something of another; looked up once for all others."""
        if id(by) not in self._named:
            found = self._named[id(by)] = defaultdict(set)
            for ref in by.all_refs():
                if is_remote(ref):
                    found[id(self.meant(by, ref)[0].root)].add(ref)
        return self._named[id(by)].get(id(world.root), set())

    def _holder(self, world: Neighbour, state: State) -> Neighbour | None:
        """The one root that keeps a state; of several that do, in stages of one folder, that of the same stage."""
        found = self._by_state.get(state, []) if state else []
        if len(found) > 1 and world.root.stage is not None:
            found = [one for one in found if one.root.stage and one.root.stage.name == world.root.stage.name]
        return found[0] if len(found) == 1 else None


def _state(world: Neighbour, block: Block) -> State:
    """Which state a data source reads."""
    if block.type == "tfe_outputs":
        workspace = {"name": world.text(block.values.get("workspace"))}
        settings: Any = {"organization": world.text(block.values.get("organization")), "workspaces": workspace}
        return state_of({**settings, "type": "remote"}, world.root.name)
    config = block.values.get("config")
    settings = config[0] if isinstance(config, list) and config else config
    if not isinstance(settings, dict):
        return ()
    return state_of({**settings, "type": world.text(block.values.get("backend"))}, world.root.name)


def _within(value: Any, path: Sequence[Step]) -> Any:
    """What a path leads to inside a value; below a lone reference, the reference by that path."""
    for at, step in enumerate(path):
        if isinstance(value, Expr):
            found = refs(value)
            if len(found) != 1 or any(isinstance(one, str) for one in value.parts):
                return None if value.parts else value
            return Expr("", (replace(found[0], path=(*found[0].path, *path[at:])),))
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if -len(value) <= step < len(value) else None
        else:
            return None
    return value


def guests(world: Neighbour, others: Iterable[Neighbour], abroad: Abroad) -> int:
    """Let a root see resources of others that name its own by its outputs, and what those refer to.

    Args:
        world: the root, nothing of it translated yet.
        others: all roots, each translated by itself.
        abroad: the roots by their states.

    Returns:
        How many there are.
    """
    count = 0
    for other in others:
        named = abroad.named(world, other) if other.root is not world.root else set()
        if not named:
            continue
        naming = [block for block in other.managed() if any(ref in named for ref in refs(block.values))]
        listed = {block.address: block for block in naming}
        for block in other.managed():
            if any(one.address in listed for ref in refs(block.values) for one in other.found(ref)):
                naming.append(block)
        naming = list({block.address: block for block in naming}.values())
        beside = {one.address: one for block in naming for ref in refs(block.values) for one in other.found(ref)}
        for block in naming[:_MOST_GUESTS]:
            count += _let_in(world, other, block, abroad, listed=True)
        for block in list(beside.values())[:_MOST_GUESTS]:
            _let_in(world, other, block, abroad, listed=False)
        if max(len(naming), len(beside)) > _MOST_GUESTS:
            reason = f"more than {_MOST_GUESTS:,} resources of {other.root.name} have to do with this root: the others are passed by"
            world.gaps.append(Gap(scope=world.scope, reason=reason, hides="dependency"))
    return count


def _let_in(world: Neighbour, other: Neighbour, block: Block, abroad: Abroad, *, listed: bool) -> int:
    id = other.id_of(block)

    def here(ref: Ref) -> Ref:
        holder, meant = abroad.meant(other, ref)
        return meant if holder.root is world.root else replace(ref, address=f"@{other.scope}:{ref.address}")

    if not world.let_in(id, replace(block, address=f"@{id}", values=_told(block.values, here)), listed=listed):
        return 0
    for one in other.ids_of(block):
        world.adopt(other, one)
        world.behind[f"@{id}"].append(one)
    return 1


def _told(value: Any, here: Callable[[Ref], Ref]) -> Any:
    """A value with its references as another root spells them."""
    if isinstance(value, dict):
        return {key: _told(one, here) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one, here) for one in value]
    if not isinstance(value, Expr) or not (value.refs or value.parts):
        return value
    parts = tuple(one if isinstance(one, str) else here(one) for one in value.parts)
    return replace(value, refs=tuple(map(here, value.refs)), parts=parts)
