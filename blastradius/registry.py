"""A name-to-class registry: a new scanner, rule or format registers itself where it is defined."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Holds the entries of one kind by name.

    Args:
        what: what an entry is called in messages, such as `scanner`.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._entries: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Enter a class or function under a name; a name is taken once.

        Raises:
            ValueError: when the name is taken.
        """

        def enter(entry: T) -> T:
            if name in self._entries:
                raise ValueError(f"{self._what} {name!r} is registered twice")
            self._entries[name] = entry
            return entry

        return enter

    def load(self, package: ModuleType, *, folders: bool = False) -> Registry[T]:
        """Import every module of a package, so that its entries register themselves.

        Args:
            package: where they stand.
            folders: whether each entry has a folder of its own, and plain modules are what several of them share:
                those are imported when one needs them.
        """
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            if module.ispkg or not folders:
                importlib.import_module(module.name)
        return self

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def items(self) -> Iterator[tuple[str, T]]:
        """Names and entries, by name."""
        return ((name, self._entries[name]) for name in self)
