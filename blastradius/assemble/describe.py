"""What images and names tell of a workload: its kind, whether it is telemetry, whether it only makes traffic."""

from __future__ import annotations

from collections import defaultdict

from blastradius.assemble.draft import Draft
from blastradius.catalog import is_synthetic_name, kind_of_image
from blastradius.model import Component, Evidence

_BESIDE = ("sidecar", "tool")


def describe(draft: Draft) -> None:
    """Set kind, purpose and `customer_facing` where a scanner saw only a workload."""
    images: dict[str, set[str]] = defaultdict(set)
    for fact in draft.needs:
        # what an image is built from does not say what runs in it
        if fact.reference.role == "image" and fact.phase != "deploy":
            images[draft.current(fact.dependent)].add(fact.reference.texts[-1])
    for id, component in draft.components.items():
        if component.kind == "service":
            draft.components[id] = _described(component, sorted(images.get(id, ())))


def _described(component: Component, images: list[str]) -> Component:
    known = [(image, kind_of_image(image)) for image in images]
    own = [(image, kind) for image, kind in known if kind is None or kind.purpose not in _BESIDE]
    update: dict[str, object] = {}
    notes: list[str] = []
    kinds = {kind.kind if kind else None for _, kind in own}
    if len(kinds) == 1 and (only := next(iter(kinds))):  # one image of the user's own beside it, and nobody knows
        update["kind"] = only
        notes.append(f"a {only} by its image {own[0][0]}")
    purposes = {kind.purpose if kind else "" for _, kind in own}
    if purposes == {"telemetry"}:
        update["attributes"] = {**component.attributes, "purpose": "telemetry"}
        notes.append(f"a telemetry tool by its image {own[0][0]}")
    if component.customer_facing is None:
        why = _synthetic(component, purposes, own[0][0] if own else "")
        if why:
            update["customer_facing"] = False
            notes.append(why)
    if not update:
        return component
    locator = component.evidence[0].locator if component.evidence else component.id
    seen = tuple(Evidence(scanner="catalog", locator=locator, basis="assumed", note=note) for note in notes)
    return component.model_copy(update={**update, "evidence": (*component.evidence, *seen)})


def _synthetic(component: Component, purposes: set[str], image: str) -> str:
    """Why a workload is taken for one that only makes traffic; empty where it is not."""
    if purposes == {"synthetic"}:
        return f"a synthetic client, assumed from its image {image}"
    if is_synthetic_name(component.name):
        return f"a synthetic client, assumed from its name {component.name}"
    return ""
