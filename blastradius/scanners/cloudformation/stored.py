"""Values out of a store of parameters or secrets: read while a stack is deployed, not needed by what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blastradius.model import Reference
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.item import store_arn
from blastradius.scanners.cloudformation.stacks import Stack

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation.facts import Facts

_REASON = "read while the stack is deployed; what runs has it already"


def fetched(facts: Facts, dependent: str, stack: Stack, value: Any, via: str) -> None:
    """Write down that a value is read out of a store while the stack is deployed; what runs has it already.

    Args:
        facts: to write to.
        dependent: id of the component that is given the value.
        stack: the reader's.
        value: resolved.
        via: what shows it.
    """
    for one in v.stored(value):
        if one.name.startswith("/aws/"):
            continue  # public parameters of the provider: image ids and the like
        text = one.name if one.name.startswith("arn:") else f"arn:aws:{one.service}:::{one.name}"
        known = facts.names.find(one.name, stack, one.service) or facts.names.find(text, stack, one.service)
        reference = Reference(texts=(known or store_arn(one, stack),), scope=facts.scope(stack), role="resource")
        via_store = f"{via} {{{{resolve:{one.service}}}}}"
        facts.reference(dependent, reference, via_store, one.place, phase="deploy", reason=_REASON)
