"""The vocabulary: frozen values that every room speaks in.

The words of scanners, of answers and of the gate are imported when they are first asked for: making classes takes time,
and no run needs all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.model.base import (
    BASIS_ORDER,
    FOREIGN,
    PHASES,
    PLACES,
    SCHEMA_VERSION,
    STATES,
    ZONE_NAME,
    Basis,
    Evidence,
    Hides,
    Kind,
    Phase,
    Restart,
    Seconds,
    Slo,
    State,
    Strength,
    Value,
    Verdict,
    fraction,
    weakest,
)
from blastradius.model.components import (
    Breaker,
    CallCoverage,
    Component,
    Coverage,
    Dependency,
    Failover,
    Gap,
    Inventory,
    Journey,
    JourneyEntry,
    Meta,
    Probe,
    Purpose,
    Redundancy,
    ScannerCoverage,
)

if TYPE_CHECKING:
    from blastradius.model.answers import (
        BlastRadius,
        ChainLink,
        ComponentResult,
        Explanation,
        JourneyResult,
        ProofStep,
        Refused,
        Scenario,
        ScenarioPhase,
        basis_of_links,
    )
    from blastradius.model.facts import (
        BuiltFromFact,
        CallSettings,
        DependencyFact,
        EnvironmentFact,
        Fact,
        Mention,
        NeededByFact,
        RedundancyFact,
        Reference,
        Role,
        Trigger,
    )
    from blastradius.model.gate import Finding, Level, Policy, Rule, Waiver

__all__ = [
    "BASIS_ORDER",
    "FOREIGN",
    "PHASES",
    "PLACES",
    "SCHEMA_VERSION",
    "STATES",
    "ZONE_NAME",
    "Basis",
    "BlastRadius",
    "Breaker",
    "BuiltFromFact",
    "CallCoverage",
    "CallSettings",
    "ChainLink",
    "Component",
    "ComponentResult",
    "Coverage",
    "Dependency",
    "DependencyFact",
    "EnvironmentFact",
    "Evidence",
    "Explanation",
    "Fact",
    "Failover",
    "Finding",
    "Gap",
    "Hides",
    "Inventory",
    "Journey",
    "JourneyEntry",
    "JourneyResult",
    "Kind",
    "Level",
    "Mention",
    "Meta",
    "NeededByFact",
    "Phase",
    "Policy",
    "Probe",
    "ProofStep",
    "Purpose",
    "Redundancy",
    "RedundancyFact",
    "Reference",
    "Refused",
    "Restart",
    "Role",
    "Rule",
    "ScannerCoverage",
    "Scenario",
    "ScenarioPhase",
    "Seconds",
    "Slo",
    "State",
    "Strength",
    "Trigger",
    "Value",
    "Verdict",
    "Waiver",
    "basis_of_links",
    "fraction",
    "weakest",
]

_LATE = {
    **dict.fromkeys(
        (
            "BuiltFromFact",
            "CallSettings",
            "DependencyFact",
            "EnvironmentFact",
            "Fact",
            "Mention",
            "NeededByFact",
            "RedundancyFact",
            "Reference",
            "Role",
            "Trigger",
        ),
        "facts",
    ),
    **dict.fromkeys(
        (
            "BlastRadius",
            "ChainLink",
            "ComponentResult",
            "Explanation",
            "JourneyResult",
            "ProofStep",
            "Refused",
            "Scenario",
            "ScenarioPhase",
            "basis_of_links",
        ),
        "answers",
    ),
    **dict.fromkeys(("Finding", "Level", "Policy", "Rule", "Waiver"), "gate"),
}


def __getattr__(name: str) -> Any:
    """Import the words of scanners, of answers and of the gate."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    globals()[name] = value
    return value
