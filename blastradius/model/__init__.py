"""The vocabulary: frozen values that every room speaks in."""

from blastradius.model.answers import (
    BlastRadius,
    ChainLink,
    ComponentResult,
    Explanation,
    JourneyResult,
    ProofStep,
    Scenario,
    ScenarioPhase,
)
from blastradius.model.base import (
    BASIS_ORDER,
    PHASES,
    PLACES,
    SCHEMA_VERSION,
    STATES,
    Basis,
    Evidence,
    Hides,
    Kind,
    Phase,
    Restart,
    Seconds,
    State,
    Strength,
    Value,
    Verdict,
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
    Redundancy,
    ScannerCoverage,
    basis_of,
)
from blastradius.model.facts import DependencyFact, Fact, RedundancyFact, Reference, Role
from blastradius.model.gate import Finding, Level, Policy, Rule, Waiver

__all__ = [
    "BASIS_ORDER", "PHASES", "PLACES", "SCHEMA_VERSION", "STATES", "Basis", "BlastRadius", "Breaker",
    "CallCoverage", "ChainLink", "Component", "ComponentResult", "Coverage", "Dependency", "DependencyFact", "Evidence", "Explanation",
    "Fact", "Failover", "Finding", "Gap", "Hides", "Inventory", "Journey", "JourneyEntry", "JourneyResult", "Kind",
    "Level", "Meta", "Phase", "Policy", "ProofStep", "Redundancy", "RedundancyFact", "Reference", "Restart", "Role", "Rule",
    "Scenario", "ScenarioPhase", "ScannerCoverage", "Seconds", "State", "Strength", "Value", "Verdict", "Waiver",
    "basis_of", "weakest",
]  # fmt: skip
