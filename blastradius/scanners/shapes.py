"""Parts of documents that are not what their format has there: what has not its shape is said, for it would be read as nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document
from blastradius.model import Evidence, Gap

_SHOWN = 3
_MOST = 100

Path = tuple[str | int, ...]
_NAMES: dict[type, str] = {dict: "a mapping", list: "a list", str: "a text"}
_IS: dict[type, str] = {**_NAMES, bool: "a flag", type(None): "null"}


def _shape(value: Any) -> str:
    return next((name for kind, name in _IS.items() if isinstance(value, kind)), "a number")


def _path(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:80]}" if text else step[:80]
    return text or "the document"


@dataclass(slots=True)
class Faults:
    """Places whose shape is wrong, each with what is wrong; never a value."""

    all: list[tuple[Path, str]] = field(default_factory=list)

    def add(self, path: Path, what: str) -> None:
        """Note what is wrong at a place; only the first of very many are kept."""
        if len(self.all) < _MOST:
            self.all.append((path, what))

    def get(self, holder: dict[str, Any], key: str, path: Path, kind: type, *, needed: bool = False) -> Any:
        """What stands under a key, an empty value of the kind where it is absent or of another kind."""
        if key not in holder:
            if needed:
                self.add(path, f"has no {key}")
            return kind()
        value = holder[key]
        if not isinstance(value, kind):
            self.add((*path, key), f"is {_shape(value)}, not {_NAMES[kind]}")
            return kind()
        return value

    def maps(
        self, holder: dict[str, Any], key: str, path: Path, *, needed: bool = False
    ) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a list under a key."""
        listed = self.get(holder, key, path, list, needed=needed)
        return self._only([((*path, key, at), one) for at, one in enumerate(listed)])

    def named(self, holder: dict[str, Any], key: str, path: Path) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a mapping under a key."""
        held = self.get(holder, key, path, dict)
        return self._only([((*path, key, name), one) for name, one in held.items()])

    def _only(self, found: list[tuple[Path, Any]]) -> list[tuple[Path, dict[str, Any]]]:
        for path, one in found:
            if not isinstance(one, dict):
                self.add(path, f"is {_shape(one)}, not a mapping")
        return [(path, one) for path, one in found if isinstance(one, dict)]

    def gap(self, document: Document, writer: str, scanner: str) -> Gap | None:
        """All of it as one gap; None where nothing is wrong.

        Args:
            document: in which the places are.
            writer: whose format it is.
            scanner: who read it.
        """
        if not self.all:
            return None
        said = "; ".join(f"{_path(path)} {what}" for path, what in self.all[:_SHOWN])
        more = f"; and {len(self.all) - _SHOWN} more places" if len(self.all) > _SHOWN else ""
        where = Evidence(scanner=scanner, locator=document.at(*self.all[0][0]))
        reason = f"could not be read as {writer} writes it: {said}{more}"
        return Gap(scope=document.where, reason=reason, hides="dependency", evidence=(where,))
