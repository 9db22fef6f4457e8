"""All blocks of a root, and what references and texts among them mean."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from blastradius.model import Component
from blastradius.scanners.terraform.mapping.owning import own_values
from blastradius.scanners.terraform.mapping.rows import Types, types
from blastradius.scanners.terraform.mapping.values import at, refs
from blastradius.scanners.terraform.model import UNKNOWN, Block, Expr, Ref, Root, Step

_KEYS = re.compile(r"\[(?:\"(?:[^\"\\]|\\.){0,500}\"|[^\]\"\[]{0,500})\]")
STEPS = 12
#: Data sources that give the outputs of another state, and the attributes that hold them.
REMOTE = {"terraform_remote_state": ("outputs",), "tfe_outputs": ("values", "nonsensitive_values")}


def is_remote(ref: Ref) -> bool:
    """Whether a reference takes something of another root's state."""
    pieces = base(ref.address).rsplit(".", 2)
    return len(pieces) > 1 and pieces[-2] in REMOTE


def base(address: str) -> str:
    """An address without the keys of instances."""
    return _KEYS.sub("", address) if "[" in address else address


class Index(ABC):
    """One root, and what each of its blocks became or stands for.

    Args:
        root: what was read.
    """

    def __init__(self, root: Root) -> None:
        self.root = root
        self.scope = f"tf:{root.name}"
        self.types: Types = types()
        self.blocks = {block.address: block for block in root.blocks}
        self.components: dict[str, Component] = {}
        self.behind: dict[str, list[str]] = defaultdict(list)
        self.hosts: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.missed: set[Ref] = set()
        self._guests: dict[str, str] = {}
        self._by_base: dict[str, list[Block]] = defaultdict(list)
        self._by_value: dict[str, list[Block]] = defaultdict(list)
        self._by_type: dict[str, list[Block]] = defaultdict(list)
        for block in self.blocks.values():
            if block.mode == "managed":
                self._by_type[block.type].append(block)
            self._by_base[base(block.address)].append(block)
            for text in own_values(block):
                self._by_value[text].append(block)

    @abstractmethod
    def describe(self, block: Block) -> None:
        """Add the component of a data source that something refers to."""

    @abstractmethod
    def adopted(self, ref: Ref, depth: int) -> list[str]:
        """Ids of the components of another root that an output of it means."""

    @abstractmethod
    def given_text(self, ref: Ref, depth: int) -> str | None:
        """The text that an output of another root comes to, where it is known."""

    def managed(self) -> list[Block]:
        """Its resources."""
        return [block for block in self.blocks.values() if block.mode == "managed"]

    def all_refs(self) -> Iterator[Ref]:
        """Every reference in its resources and outputs."""
        for block in self.managed():
            yield from refs(block.values)
        for value in self.root.outputs.values():
            yield from refs(value)

    def let_in(self, id: str, block: Block, *, listed: bool) -> bool:
        """Let references mean a resource of another root; whether it is new.

        Args:
            id: of what it is there.
            block: the resource, by an address that no other has.
            listed: whether it is listed among those of its type.
        """
        new = block.address not in self._guests
        if new:
            self._guests[block.address] = id
            self._by_base[base(block.address)].append(block)
            if listed and block.mode == "managed":
                self._by_type[block.type].append(block)
        return new

    def of_type(self, *kinds: str) -> list[Block]:
        """Resources of some types, by address."""
        return [block for kind in kinds for block in self._by_type.get(kind, ())]

    def found(self, ref: Ref) -> list[Block]:
        """The blocks that a reference names; all instances where it does not say which."""
        if ref.address in self.blocks and ref.index is None:
            return [self.blocks[ref.address]]
        if ref.index is not None:
            key = f'"{ref.index}"' if isinstance(ref.index, str) else ref.index
            exact = self.blocks.get(f"{ref.address}[{key}]")
            if exact is not None:
                return [exact]
        bare = base(ref.address)
        candidates = self._by_base.get(bare, [])
        if ref.index is not None:
            key = f'"{ref.index}"' if isinstance(ref.index, str) else ref.index
            keyed = [block for block in candidates if block.address.endswith(f"[{key}]")]
            candidates = keyed or candidates
        if bare != ref.address:  # keys of modules are in it: only instances of those modules
            prefix = ref.address.rpartition(f".{bare.split('.')[-2]}.")[0]
            same = [block for block in candidates if block.address.startswith(prefix)]
            candidates = same or candidates
        return candidates

    def ids(self, ref: Ref, depth: int = 0) -> list[str]:
        """Ids of the components that a reference means, through what stands for them."""
        found: dict[str, None] = {}
        for block in self.found(ref):
            found.update(dict.fromkeys(self.ids_of(block, depth)))
        if not found and is_remote(ref):
            found.update(dict.fromkeys(self.adopted(ref, depth)))
        return list(found)

    def ids_of(self, block: Block, depth: int = 0) -> list[str]:
        """Ids of what a block became, or of what it stands for."""
        if block.address in self.behind:
            return list(dict.fromkeys(self.behind[block.address]))
        id = self.id_of(block)
        if id in self.components:
            return [id]
        if depth > STEPS:
            return []
        if block.mode == "data" and block.type in self.types.rows:
            self.describe(block)
            return [id] if id in self.components else []
        found: dict[str, None] = {}
        for path in self.types.stands.get(block.type, ()):
            found.update(dict.fromkeys(self.targets(block.values, path, depth + 1)))
        return list(found)

    def id_of(self, block: Block) -> str:
        """Id of the component that a block becomes."""
        return self._guests.get(block.address) or f"{self.scope}:{block.address}"

    def targets(self, values: Any, path: str, depth: int = 0) -> list[str]:
        """Ids of the components that the values at a path refer to, by reference or by a text known to be theirs."""
        found: dict[str, None] = {}
        for value in at(values, path) if path else [values]:
            known = list(self._by_text(value))  # a value that is known is exact: references only say where it came from
            found.update(dict.fromkeys(known))
            for ref in refs(value) if not known else ():
                meant = self.ids(ref, depth)
                found.update(dict.fromkeys(meant))
                if not meant and is_remote(ref):
                    self.missed.add(ref)
        return list(found)

    def _by_text(self, value: Any) -> Iterable[str]:
        for one in value if isinstance(value, list) else [value]:
            text = self.text(one)
            same = self.hosts.get(text.lower()) if text else None
            if same and len(same) == 1:
                yield from same
            elif text:
                yield from self.by_value(text)

    def blocks_of_value(self, text: str) -> list[Block]:
        """The resources one of whose own values is a text: its ARN, its id, its host name."""
        return self._by_value.get(text.rpartition("://")[2].lower() if "://" in text else text.lower(), [])

    def by_value(self, text: str) -> list[str]:
        """The component one of whose own values is a text; the resource itself before what only stands for it."""
        blocks = self.blocks_of_value(text)
        direct = [id for block in blocks if (id := self.id_of(block)) in self.components]
        found = direct or [id for block in blocks for id in self.ids_of(block)]
        return list(dict.fromkeys(found)) if len(set(found)) == 1 else []

    def text(self, value: Any, depth: int = 0) -> str | None:
        """The text that a value comes to; None where a part of it is not known."""
        if isinstance(value, bool) or value is None or value is UNKNOWN:
            return None
        if isinstance(value, str | int | float):
            return str(value)
        if not isinstance(value, Expr) or depth > STEPS:
            return None
        if isinstance(value.value, str | int | float) and not isinstance(value.value, bool):
            return str(value.value)
        parts: Sequence[str | Ref] = value.parts or (value.refs if len(value.refs) == 1 and not value.parts else ())
        pieces = [part if isinstance(part, str) else self.of(part, depth + 1) for part in parts]
        return "".join(piece for piece in pieces if piece is not None) if pieces and None not in pieces else None

    def of(self, ref: Ref, depth: int = 0) -> str | None:
        """The text of an attribute that a reference names, where it is known."""
        blocks = self.found(ref)
        if len(blocks) != 1 or not ref.path:
            return None
        if is_remote(ref):
            return self.given_text(ref, depth) if depth <= STEPS else None
        block, attribute = blocks[0], str(ref.path[0])
        if attribute in ("name", "id", "region") and block.type == "aws_region":
            given = self.text(block.values.get("region") or block.values.get("name"), depth)
            return given or (block.region if isinstance(block.region, str) else None)
        if attribute in ("account_id", "id") and block.type == "aws_caller_identity":
            return block.account
        value: Any = block.values.get(attribute)
        for step in ref.path[1:]:
            value = _inside(value, step)
        if value is None and attribute in ("id", "name", "bucket") and block.type in self.types.rows:
            value = next((block.values[one] for one in self.types.rows[block.type].names if one in block.values), None)
        return self.text(value, depth)


def _inside(value: Any, step: Step) -> Any:
    if isinstance(value, dict):
        return value.get(str(step))
    if isinstance(value, list):
        if isinstance(step, int):
            return value[step] if -len(value) <= step < len(value) else None
        return _inside(value[0], step) if len(value) == 1 else None
    return None
