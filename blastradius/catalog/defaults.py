"""How much a dependency is needed where its source does not say: rules of `defaults.yaml`, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from blastradius.catalog import data
from blastradius.catalog.images import Shapes, matcher
from blastradius.model import Component, Phase, Strength


@dataclass(frozen=True, slots=True)
class Default:
    """A strength that a rule gives.

    Attributes:
        rule: id of the rule.
        strength: how much it is needed.
        phase: when.
        tolerance: seconds; None for none.
        reason: in words; says `assumed` where a name alone decides.
    """

    rule: str
    strength: Strength
    phase: Phase
    tolerance: int | None
    reason: str


_LISTS = ("role", "port", "kind", "not_kind", "service", "category", "purpose", "dependent_kind", "dependent_purpose")
_GLOBS = ("via", "variable", "not_variable", "name")
CONDITIONS = frozenset(_LISTS) | frozenset(_GLOBS)


@data.kept
def _rules() -> list[tuple[Mapping[str, Any], dict[str, frozenset[Any]], dict[str, Shapes]]]:
    rules = []
    for row in data.read("defaults.yaml")["rules"]:
        when = row["when"]
        unknown = set(when) - CONDITIONS
        if unknown:
            raise ValueError(f"defaults.yaml {row['id']}: no such condition: {', '.join(sorted(unknown))}")
        lists = {name: frozenset(when[name]) for name in _LISTS if name in when}
        rules.append((row, lists, {name: matcher(when[name]) for name in _GLOBS if name in when}))
    return rules


@cache
def _variables(via: str) -> tuple[str, ...]:
    """The words of `via` as a variable would be written: `arg --otlp-endpoint` gives `OTLP_ENDPOINT`; a path is none."""
    words = (word for word in via.split()[1:] if "/" not in word)
    return tuple(word.lstrip("-").upper().replace("-", "_").replace(".", "_") for word in words)


def default_for(
    *, via: str, role: str, port: int | None, dependent: Component | None, dependency: Component | None
) -> Default:
    """The first rule all of whose conditions hold.

    Args:
        via: what shows the dependency, as in `DependencyFact.via`.
        role: of the reference.
        port: in the text, if any.
        dependent: who needs, where known.
        dependency: what is needed, where known.
    """
    name = dependency.name if dependency else ""
    candidates = _candidates(
        role,
        port,
        dependency.kind if dependency else None,
        dependency.service if dependency else None,
        dependency.attributes.get("category") if dependency else None,
        dependency.attributes.get("purpose") if dependency else None,
        dependent.kind if dependent else None,
        dependent.attributes.get("purpose") if dependent else None,
    )
    for row, globs in candidates:
        if not globs:
            return _default(row, "", name, port)
        if "via" in globs and not globs["via"].match(via):
            continue
        if "name" in globs and not globs["name"].match(name.lower()):
            continue
        variable = ""
        if "variable" in globs:
            variable = next((word for word in _variables(via) if globs["variable"].match(word)), "")
            if not variable or ("not_variable" in globs and globs["not_variable"].match(variable)):
                continue
        return _default(row, variable, name, port)
    raise ValueError("defaults.yaml: no rule without a condition")


def _default(row: Mapping[str, Any], variable: str, name: str, port: int | None) -> Default:
    reason = row["reason"]
    if "{" in reason:
        reason = reason.format(variable=variable, name=name, port=port)
    return Default(row["id"], row["strength"], row["phase"], row.get("tolerance"), reason)


@data.forgotten
@lru_cache(maxsize=4096)
def _candidates(
    role: str,
    port: int | None,
    kind: str | None,
    service: str | None,
    category: str | None,
    purpose: str | None,
    dependent_kind: str | None,
    dependent_purpose: str | None,
) -> list[tuple[Mapping[str, Any], dict[str, Shapes]]]:
    """The rules whose conditions on plain values hold; those on names are left to try, up to one without any."""
    facts = {
        "role": role,
        "port": port,
        "kind": kind,
        "not_kind": kind,
        "service": service,
        "category": category,
        "purpose": purpose,
        "dependent_kind": dependent_kind,
        "dependent_purpose": dependent_purpose,
    }
    found = []
    for row, lists, globs in _rules():
        if all((facts[key] in wanted) != (key == "not_kind") for key, wanted in lists.items()):
            found.append((row, globs))
            if not globs:
                break
    return found
