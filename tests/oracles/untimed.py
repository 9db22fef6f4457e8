"""Brute-force untimed reference: every rule evaluated again and again until nothing changes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from oracles.rules import DEGRADED, DOWN, UP, Need, Read, needs_down, needs_of, over_active, over_all, takes

from blastradius.model import PHASES, Inventory

When = Literal["at_once", "eventually"]
#: (number of the rule, plane): plane 1 is "not fully up", plane 2 is "down".
Plane = tuple[int, int]


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
) -> tuple[dict[str, int], set[Plane]]:
    """Enable no failover, then on each plane each whose needs are not down and whose members suffice there, until none
    is added; with the (number, plane) enabled."""
    enabled: set[Plane] = set()
    while True:
        states = _fixpoint(inventory, removed, degraded, when, enabled)
        added = {
            (need.number, plane)
            for need in needs_of(inventory)
            if need.group is not None
            and need.group.failover is not None
            and takes(need.group) is not None
            and not needs_down(need.group, states)
            for plane in (DEGRADED, DOWN)
            if over_all(need.group, _reader(inventory, need, when, enabled, states)) < plane
        } - enabled
        if not added:
            return states, enabled
        enabled |= added


def _fixpoint(
    inventory: Inventory, removed: Collection[str], degraded: Collection[str], when: When, enabled: set[Plane]
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


def _contribution(need: Need, read: Read, runtime: dict[str, int], when: When, enabled: set[Plane]) -> int:
    if when == "at_once" and need.tolerance > 0:
        return UP
    value = read(need.one) if need.one is not None else _group(need, read, runtime, enabled)
    if not need.soft:
        return value
    if value != DOWN:
        return UP
    return DOWN if when == "eventually" and need.hardens_after is not None else DEGRADED


def _group(need: Need, read: Read, runtime: dict[str, int], enabled: set[Plane]) -> int:
    assert need.group is not None
    if not need.group.active:
        return over_all(need.group, read)
    active, there = over_active(need.group, read), over_all(need.group, read)
    for plane in (DOWN, DEGRADED):
        saved = (need.number, plane) in enabled and not needs_down(need.group, runtime) and there < plane
        if active >= plane and not saved:
            return plane
    return UP


def _worst(
    inventory: Inventory, dependent: str, phase: str, when: When, enabled: set[Plane], runtime: dict[str, int]
) -> int:
    """One step over the rules of `dependent` in `phase`; a journey reads its entries' states in its own phase."""
    assert phase in PHASES

    return max(
        [
            _contribution(need, _reader(inventory, need, when, enabled, runtime), runtime, when, enabled)
            for need in needs_of(inventory)
            if need.dependent == dependent and need.phase == phase
        ],
        default=UP,
    )


def _reader(inventory: Inventory, need: Need, when: When, enabled: set[Plane], runtime: dict[str, int]) -> Read:
    """Where a rule reads: the runtime states; the rule of a journey of another phase reads the states in that phase."""
    if need.dependent.startswith("journey:") and need.phase != "runtime":
        return lambda ident: _worst(inventory, ident, need.phase, when, enabled, runtime)
    return runtime.__getitem__
