"""How far modules are followed: one that calls itself, one too deep and one too many are left out, and said once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blastradius.model import Evidence, Gap
from blastradius.scanners.terraform.hcl.values import Late, View
from blastradius.scanners.terraform.model import Ref

MAX_MODULES = 3_000
"""Modules in use in one root."""
MAX_LEVELS = 16
"""Levels of modules that call each other."""


class Absent(View):
    """A module that was not read: its outputs are references to the call.

    Attributes:
        refused: whether its source is there and was not followed, which is said already.
        doubt: variables without a value that decide whether it is there.
    """

    __slots__ = ("address", "doubt", "key", "own", "refused", "several")

    def __init__(
        self, address: str, key: Any = None, several: bool = False, own: dict[str, Any] | None = None,
        refused: bool = False, doubt: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.address = address
        self.refused = refused
        self.doubt = doubt
        self.key = key
        self.several = several
        self.own = own or {}

    def attribute(self, name: str) -> Any:
        """Any output: it cannot be known which there are."""
        return Late(f"{self.address}.{name}", (Ref(self.address, (name,), self.key),))

    def ref(self) -> Ref:
        """The call."""
        return Ref(self.address, (), self.key)

    def at(self, key: Any) -> Any:
        """One of several."""
        return Absent(self.address, key if isinstance(key, str | int) else None, refused=self.refused)

    def many(self) -> bool:
        """Whether it stands for an unknown number."""
        return self.several


def cycle(folders: Sequence[str], called: str) -> tuple[str, ...]:
    """Folders of the modules through which a call comes back to where it began; none where it does not.

    Args:
        folders: those of the modules around the call, the root first.
        called: folder that is called.
    """
    return tuple(folders[folders.index(called) :]) if called in folders else ()


def circular(root: str, name: str, around: Sequence[str], where: str) -> Gap:
    """The gap of a module that calls itself.

    Args:
        root: name of the root.
        name: of the call.
        around: folders of the cycle.
        where: `path:line` of the call that closes it.
    """
    way = " → ".join(folder or "." for folder in (*around, around[0]))
    said = f"module `{name}` calls itself through {way}: Terraform refuses that; what it was meant to call is not seen"
    return _gap(root, said, where)


def too_deep(root: str, where: str) -> Gap:
    """The gap of modules that nest too deep."""
    return _gap(root, f"modules call modules more than {MAX_LEVELS} levels deep: what lies deeper is not read", where)


def too_many(root: str, where: str) -> Gap:
    """The gap of too many modules in use."""
    return _gap(root, f"more than {MAX_MODULES:,} modules are in use: the others are not read; scan a part", where)


def _gap(root: str, reason: str, where: str) -> Gap:
    evidence = (Evidence(scanner="terraform", locator=where),)
    return Gap(scope=f"tf:{root}", reason=reason, hides="dependency", evidence=evidence)
