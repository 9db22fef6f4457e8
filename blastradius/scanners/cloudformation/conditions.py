"""Decides the conditions of a stack as far as they can be: true, false, or not known.

The policy is that of Terraform's `count`: a template is read as it is deployed where nobody says otherwise. What the
deployment gives for a parameter counts, else its default. A resource whose condition is false then is left out and
counted; one whose condition needs a parameter that has neither cannot be decided, so it is kept and its evidence says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.functions import function

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.resolving import Resolver


class Conditions:
    """Conditions of one stack."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[str, bool | None] = {}

    def named(self, name: str) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        if name not in self._known:
            self._known[name] = None  # one that refers to itself is not known
            declared = self._resolver.template.conditions.get(name)
            self._known[name] = self._holds(declared, 0) if declared is not None else None
        return self._known[name]

    def _holds(self, value: Any, depth: int) -> bool | None:
        found = function(value)
        if found is None or depth > 50:
            return value if isinstance(value, bool) else None
        name, argument = found
        if name == "Condition":
            return self.named(argument) if isinstance(argument, str) else None
        if not isinstance(argument, list):
            return None
        if name == "Equals" and len(argument) == 2:
            return self._equal(argument)
        if name not in ("Not", "And", "Or"):
            return None
        parts = [self._holds(one, depth + 1) for one in argument]
        if name == "Not":
            return None if len(parts) != 1 or parts[0] is None else not parts[0]
        if name == "And":
            return False if False in parts else None if None in parts else True
        return True if True in parts else None if None in parts else False

    def _equal(self, argument: list[Any]) -> bool | None:
        one, other = (self._text(value) for value in argument)
        return None if one is None or other is None else one == other

    def _text(self, value: Any) -> str | None:
        """The text of one side; that of a parameter whose default is empty is empty."""
        found = function(value)
        if found is not None and found[0] == "Ref" and isinstance(found[1], str) and self._resolver.is_empty(found[1]):
            return ""
        return v.text(self._resolver.resolve(value, 1))
