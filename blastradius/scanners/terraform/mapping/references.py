"""What arguments say is called: references, ARNs and hosts; images."""

from __future__ import annotations

import re
from typing import Any

from blastradius.model import DependencyFact, Evidence, Gap, Reference
from blastradius.scanners.addresses import bare_arn
from blastradius.scanners.terraform.mapping.called import known_host, named, outside, partly
from blastradius.scanners.terraform.mapping.elsewhere import elsewhere, unread_module
from blastradius.scanners.terraform.mapping.index import is_remote
from blastradius.scanners.terraform.mapping.rows import Need
from blastradius.scanners.terraform.mapping.undecided import choose, unvalued
from blastradius.scanners.terraform.mapping.values import leaves, refs
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import HIDDEN, Expr, Ref

_FQDN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\.?")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:[A-Za-z0-9_./:+=@-]{1,300}")


def references(
    world: World, dependent: str, value: Any, evidence: Evidence, *, via: str, need: Need | None = None
) -> None:
    """Say that what a value refers to is needed; a literal ARN or host counts as well."""
    need = need or Need(via)
    left: dict[Ref, None] = {}
    for _, leaf in leaves(value):
        if leaf is HIDDEN:
            hidden(world, dependent, evidence, via)
        if isinstance(leaf, Expr) and leaf.choices:

            def say(choice: Any) -> None:
                references(world, dependent, choice, evidence, via=via, need=need)

            choose(world, dependent, leaf, evidence, via, say)
            continue
        if isinstance(leaf, Expr) and leaf.missing and not leaf.refs and world.text(leaf) is None:
            unvalued(world, dependent, leaf.missing, evidence, via)
        if isinstance(leaf, Expr) and not any(world.ids(ref) for ref in leaf.refs):
            partly(world, dependent, leaf, evidence, via, need.phase, need)
        opaque = isinstance(leaf, Expr) and leaf.refs and not isinstance(leaf.value, str)
        text = None if opaque else world.text(leaf)
        # a text that names something scanned says what its own references come to, and nothing of those beside it
        if not (text and _literal(world, dependent, text, evidence, via, need)):
            left.update(dict.fromkeys(refs(leaf)))
    for ref in left:
        for id in world.ids(ref):
            world.need(
                dependent, id, evidence, via=via, ref=ref, strength=need.strength, phase=need.phase, reason=need.reason
            )
        unread_module(world, dependent, ref, evidence, via)
    if left and not any(world.ids(ref) for ref in left):
        elsewhere(world, dependent, Expr("", tuple(left)), evidence, via=via, phase=need.phase)


def hidden(world: World, dependent: str, evidence: Evidence, via: str) -> None:
    """Say that a value is marked sensitive, so that nobody looks at what it names."""
    reason = f"{via} is marked sensitive: what it names is not read: state the dependency in blastradius.yaml"
    world.gaps.append(
        Gap(scope=dependent, reason=reason, hides="dependency", component=dependent, evidence=(evidence,))
    )


def _literal(world: World, dependent: str, text: str, evidence: Evidence, via: str, need: Need) -> bool:
    """Say that what a text names is needed; whether it names a component of this root."""
    text = bare_arn(text)
    own = known_host(world, dependent, text.lower()) or named(world, dependent, text)
    if own:
        world.need(dependent, own, evidence, via=via, strength=need.strength, phase=need.phase, reason=need.reason)
        return True
    if _ARN.fullmatch(text):
        outside(world, dependent, (text,), "resource", evidence, via, need.phase, need)
    elif need.host and len(text) < 255 and _FQDN.fullmatch(text.lower()):
        outside(world, dependent, (text.lower().rstrip("."),), "address", evidence, via, need.phase, need)
    return False


def image(world: World, dependent: str, value: Any, evidence: Evidence) -> None:
    """Say which image a workload starts from: a registry of this root, or a text."""
    found = refs(value)
    for ref in found:
        for id in world.ids(ref):
            world.need(dependent, id, evidence, via="image", phase="startup")
    text = world.text(value)
    if found and not text and not any(world.ids(ref) for ref in found):
        elsewhere(world, dependent, Expr("", tuple(found)), evidence, via="image", phase="startup")
    known = not found or all(is_remote(ref) and not world.ids(ref) for ref in found)
    if text and len(text) < 512 and "${" not in text and known:
        reference = Reference(texts=(text,), scope=world.scope, role="image")
        world.rules.append(
            DependencyFact(dependent=dependent, reference=reference, via="image", phase="startup", evidence=(evidence,))
        )
