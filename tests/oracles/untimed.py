"""Brute-force untimed reference: every rule evaluated again and again until nothing changes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from oracles.rules import DEGRADED, DOWN, UP, Need, Read, needs_down, needs_of, over_active, over_all, takes

from blastradius.model import PHASES, Inventory

When = Literal["at_once", "eventually"]


def untimed(
    inventory: Inventory, removed: Collection[str], degraded: Collection[str] = (), when: When = "at_once"
) -> dict[str, int]:
    """Severity (0 up, 1 degraded, 2 down) of every component and journey.

    Args:
        inventory: what there is.
        removed: ids of components that are down.
        degraded: ids of components that are degraded.
        when: `at_once` (rules with a tolerance are off, nothing has hardened) or `eventually` (no tolerance is left,
            everything that hardens has hardened).
    """
    runtime, enabled = _founded(inventory, removed, degraded, when)
    return runtime | {
        journey.id: _worst(inventory, journey.id, journey.phase, when, enabled, runtime)
        for journey in inventory.journeys
    }


def untimed_phase(
    inventory: Inventory, phase: str, removed: Collection[str], degraded: Collection[str] = (), when: When = "at_once"
) -> dict[str, int]:
    """Severity of every component in a phase other than runtime: can it start, be changed, be operated?"""
    runtime, enabled = _founded(inventory, removed, degraded, when)
    return {c.id: _worst(inventory, c.id, phase, when, enabled, runtime) for c in inventory.components}


def _founded(
    inventory: Inventory, removed: Collection[str], degraded: Collection[str], when: When
) -> tuple[dict[str, int], set[int]]:
    """Enable no failover, then each whose needs are not down, until none is added; with the numbers enabled."""
    enabled: set[int] = set()
    while True:
        states = _fixpoint(inventory, removed, degraded, when, enabled)
        added = {
            need.number
            for need in needs_of(inventory)
            if need.group is not None
            and need.group.failover is not None
            and takes(need.group) is not None
            and not needs_down(need.group, states)
        } - enabled
        if not added:
            return states, enabled
        enabled |= added


def _fixpoint(
    inventory: Inventory, removed: Collection[str], degraded: Collection[str], when: When, enabled: set[int]
) -> dict[str, int]:
    """Raise from nothing failed until nothing changes, with only the enabled failovers."""
    states = {component.id: UP for component in inventory.components}
    rules = [need for need in needs_of(inventory) if need.phase == "runtime"]
    while True:
        new = {}
        for ident in states:
            own = DOWN if ident in removed else DEGRADED if ident in degraded else UP
            felt = [
                _contribution(need, states.__getitem__, states, when, enabled)
                for need in rules
                if need.dependent == ident
            ]
            new[ident] = max([own, *felt])
        if new == states:
            return states
        states = new


def _contribution(need: Need, read: Read, runtime: dict[str, int], when: When, enabled: set[int]) -> int:
    if when == "at_once" and need.tolerance > 0:
        return UP
    value = read(need.one) if need.one is not None else _group(need, read, runtime, enabled)
    if not need.soft:
        return value
    if value != DOWN:
        return UP
    return DOWN if when == "eventually" and need.hardens_after is not None else DEGRADED


def _group(need: Need, read: Read, runtime: dict[str, int], enabled: set[int]) -> int:
    assert need.group is not None
    if not need.group.active:
        return over_all(need.group, read)
    active = over_active(need.group, read)
    if need.number not in enabled:
        return active
    return min(active, DOWN if needs_down(need.group, runtime) else over_all(need.group, read))


def _worst(
    inventory: Inventory, dependent: str, phase: str, when: When, enabled: set[int], runtime: dict[str, int]
) -> int:
    """One step over the rules of `dependent` in `phase`; a journey reads its entries' states in its own phase."""
    assert phase in PHASES

    def read(ident: str) -> int:
        if dependent.startswith("journey:") and phase != "runtime":
            return _worst(inventory, ident, phase, when, enabled, runtime)
        return runtime[ident]

    return max(
        [
            _contribution(need, read, runtime, when, enabled)
            for need in needs_of(inventory)
            if need.dependent == dependent and need.phase == phase
        ],
        default=UP,
    )
