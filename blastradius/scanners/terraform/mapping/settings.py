"""What settings say is called: references, literal addresses, and names that are one component's own.

Values are written down nowhere; hosts, ARNs and names of what the scan itself saw do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from blastradius.model import DependencyFact, Evidence, Gap, Phase, RedundancyFact, Reference, Role
from blastradius.scanners.addresses import Address
from blastradius.scanners.calling import sdk_calls
from blastradius.scanners.fetching import script_settings
from blastradius.scanners.named import named_among
from blastradius.scanners.naming import hints_store, is_called, sense
from blastradius.scanners.settings import Alternatives, Doubt, Own, Setting, found_in
from blastradius.scanners.terraform.mapping.called import closest, known_host, named, outside, partly
from blastradius.scanners.terraform.mapping.elsewhere import elsewhere, unread_module
from blastradius.scanners.terraform.mapping.references import hidden, references
from blastradius.scanners.terraform.mapping.rows import Need
from blastradius.scanners.terraform.mapping.toldregion import tell_regions
from blastradius.scanners.terraform.mapping.undecided import choose, plain_texts, taken, unvalued
from blastradius.scanners.terraform.mapping.values import at, decoded, leaves, refs
from blastradius.scanners.terraform.mapping.world import COPIED, World, copied
from blastradius.scanners.terraform.model import HIDDEN, Block, Expr, Ref

#: Names of what holds settings that nobody can tell one by one.
_WHOLE = frozenset({"", "*"})
_PLAIN = re.compile(r"(?:var|local|data|module)\.[A-Za-z_][\w.\-]{0,120}")


def attribute_need(world: World, dependent: str, block: Block, need: Need) -> None:
    """Say what one attribute of a block needs."""
    for value in at(block.values, need.path):
        evidence = world.evidence(block, need.path)
        if need.settings:
            settings(world, dependent, decoded(value), evidence, via=need.path, phase=need.phase)
        else:
            references(world, dependent, value, evidence, via=need.path, need=need)


def settings(
    world: World, dependent: str, value: Any, evidence: Evidence, *, via: str, phase: Phase | None = None
) -> None:
    """Say what named settings need: variables of a container, of a function, a script."""
    told: list[Setting] = []
    plain: list[Setting] = []
    shown = any(world.ids(ref) for ref in refs(value))
    known = plain_texts(value)
    for name, leaf in leaves(value):
        label = f"{via} {name}".strip()
        note = world.setting(evidence, name, label)
        plain.append(Setting(name, world.text(leaf) or "", label, (note,)))
        if leaf is HIDDEN:
            speaks = sense(name) == "address" or (not shown and (sense(name) == "unclear" or hints_store(name)))
            if speaks and is_called(name):
                hidden(world, dependent, note, label)
            continue
        if isinstance(leaf, Expr) and leaf.choices:

            def say(choice: Any, name: str = name, note: Evidence = note) -> None:
                held = choice if isinstance(choice, dict | list) else {name: choice}
                settings(world, dependent, held, note, via=via, phase=phase)

            choose(world, dependent, leaf, note, label, say)
            continue
        if isinstance(leaf, Expr):
            if len(leaf.refs) > 1 and (
                texts := [leaf.value] if isinstance(leaf.value, str) else known if not name else []
            ):
                leaf = replace(leaf, refs=tuple(taken(world, leaf, texts)))
            _expression(world, dependent, name, leaf, note, label, phase)
            continue
        _text(world, dependent, name, leaf, note, label, phase)
        if named(world, dependent, leaf, name) is None and via.startswith("env"):
            told.append(Setting(name, leaf, label, (note,)))
    world.calls.extend(sdk_calls(dependent, plain))
    tell_regions(world, dependent, plain)
    for setting, found in named_among(told):
        reference = Reference(texts=(found.name,), scope=world.scope, role="resource", kind=found.kind)
        world.rules.append(
            DependencyFact(
                dependent=dependent, reference=reference, via=setting.via, phase=phase, evidence=setting.evidence
            )
        )


def _expression(
    world: World, dependent: str, name: str, leaf: Expr, evidence: Evidence, via: str, phase: Phase | None
) -> None:
    direct = {part for part in leaf.parts if isinstance(part, Ref)} | set(leaf.refs)
    found = False
    for ref in sorted(direct, key=repr):
        for id in world.ids(ref):
            found = True
            world.need(dependent, id, evidence, via=via, ref=ref, phase=phase)
        unread_module(world, dependent, ref, evidence, via)
        if copied(world.meant(ref)):
            found = _contents(world, dependent, name, ref, evidence, via, phase) or found
    text = world.text(leaf)
    if not found and partly(world, dependent, leaf, evidence, via, phase):
        return
    said = len(world.rules)
    if text is None and leaf.parts:
        pieces = [part if isinstance(part, str) else world.of(part) or "${x}" for part in leaf.parts]
        text = "".join(pieces)
    if text is not None:
        if not found or (copied(world.meant(sorted(direct, key=repr)[0])) and "${" not in text):
            _text(world, dependent, name, text, evidence, via, phase)
    elif not found and not leaf.refs and sense(name) == "address" and _PLAIN.fullmatch(leaf.text):
        outside(world, dependent, (f"${{{leaf.text}}}",), "address", evidence, via, phase)
    elif not found and not leaf.refs and leaf.missing and (sense(name) == "address" or name in _WHOLE):
        unvalued(world, dependent, leaf.missing, evidence, via)
    if not found and len(world.rules) == said and (text is None or "${" in text):
        elsewhere(world, dependent, leaf, evidence, via=via, phase=phase, name=name)


def _contents(
    world: World, dependent: str, name: str, ref: Ref, evidence: Evidence, via: str, phase: Phase | None
) -> bool:
    """What a copied value may name: an address that nobody can read here is a gap; whether anything is to be said."""
    ids = world.ids(ref)
    if not ids:
        _kept_elsewhere(world, dependent, ref, evidence, via)
    if any(id in world.read for id in ids) or world.of(ref) is not None:
        return bool(ids)
    missing = _untold(world, dependent, name, ref, evidence, via, phase)
    if missing is not None:  # another root may tell
        world.unheld.append((tuple(ids), missing))
    return bool(ids) or missing is not None


def _untold(
    world: World, dependent: str, name: str, ref: Ref, evidence: Evidence, via: str, phase: Phase | None
) -> DependencyFact | Gap | None:
    """What is to be said where nothing tells what a secret or parameter holds; None where it is plainly a secret."""
    text = ".".join((ref.address, *map(str, ref.path)))
    if sense(name) == "address":
        reference = Reference(texts=(f"${{{text}}}",), scope=world.scope, role="address")
        return DependencyFact(dependent=dependent, reference=reference, via=via, phase=phase, evidence=(evidence,))
    secure = any(world.text(one.values.get("type")) == "SecureString" for one in world.found(ref))
    secret = sense(name) == "secret" or "ssm_parameter" not in ref.address or secure
    if not is_called(name) or (secret and not (sense(name) == "unclear" or hints_store(name))):
        return None
    reason = f"{via}: nothing scanned tells what {text} holds: state the dependency in blastradius.yaml"
    return Gap(scope=dependent, reason=reason, hides="dependency", component=dependent, evidence=(evidence,))


def _kept_elsewhere(world: World, dependent: str, ref: Ref, evidence: Evidence, via: str) -> None:
    """A secret that is looked up by a literal name, and which nothing scanned creates."""
    for block in world.found(ref):
        text = world.text(block.values.get("secret_id") or block.values.get("name"))
        if block.mode != "data" or not text or block.provider != "aws":
            continue
        service = "secretsmanager" if block.type.startswith("aws_secretsmanager") else "ssm"
        kind = f"secret:{text}" if service == "secretsmanager" else f"parameter/{text.lstrip('/')}"
        region = block.region if isinstance(block.region, str) else ""
        arn = text if text.startswith("arn:") else f"arn:aws:{service}:{region}:{block.account or ''}:{kind}"
        reference = Reference(texts=(arn,), scope=world.scope, role="resource")
        world.rules.append(
            DependencyFact(
                dependent=dependent, reference=reference, via=via, phase="deploy", reason=COPIED, evidence=(evidence,)
            )
        )


def _text(
    world: World, dependent: str, name: str, text: str, evidence: Evidence, via: str, phase: Phase | None
) -> None:
    own = named(world, dependent, text, name)
    if own is None and ":" in text and "://" not in text:  # a connection name is written as it is
        own = closest(world, dependent, world.by_value(text))
    if own:
        world.need(dependent, own, evidence.model_copy(update={"basis": "inferred"}), via=via, phase=phase)
        return
    if "\n" in text or via.startswith("user_data"):
        told = list(script_settings(name, text, via, (evidence,), boot=via.startswith("user_data")))
    else:
        told = [Setting(name, text, via, (evidence,))]
    for setting in told:
        _found(world, dependent, setting, evidence, setting.phase or phase)


def _found(world: World, dependent: str, setting: Setting, evidence: Evidence, phase: Phase | None) -> None:
    via = setting.via
    for one in found_in(setting, lambda host: host in world.hosts):
        if isinstance(one, Doubt):
            if "x}" not in one.text and _fillable(one.text):
                outside(world, dependent, (one.text,), "address", evidence, via, phase)
        elif isinstance(one, Alternatives):
            _alternatives(world, dependent, one, evidence, via, phase)
        elif isinstance(one, Own):
            if "${" not in one.host:
                world.rules.append(one.fact(dependent, world.scope, via, (evidence,), phase))
        elif "${" not in one.host:
            _host(world, dependent, one, evidence, via, phase)


def _alternatives(
    world: World, dependent: str, one: Alternatives, evidence: Evidence, via: str, phase: Phase | None
) -> None:
    """Hosts of one list, of which any will do as far as a list can tell."""
    known = [known_host(world, dependent, host) for host in one.hosts]
    texts = dict.fromkeys(own or host for own, host in zip(known, one.hosts, strict=True))
    members = tuple(
        Reference(texts=(text,), scope=world.scope, role="resource" if text in known else "address") for text in texts
    )
    if len(members) < 2:
        _host(world, dependent, Address(one.hosts[0]), evidence, via, phase)
        return
    where = evidence.model_copy(update={"basis": "inferred"})
    world.rules.append(
        RedundancyFact(
            dependent=dependent, members=members, full=len(members), via=via, phase=phase, reason=one.reason, evidence=(where,)
        )
    )  # fmt: skip


def _fillable(text: str) -> bool:
    return text.startswith(("${", "$("))


def _host(world: World, dependent: str, address: Address, evidence: Evidence, via: str, phase: Phase | None) -> None:
    own = known_host(world, dependent, address.host)
    if own:
        world.need(dependent, own, evidence, via=via, phase=phase)
        return
    role: Role = "resource" if address.host.startswith("arn:") else "address"
    text = f"{address.host}:{address.port}" if address.port and role == "address" else address.host
    outside(world, dependent, (text,), role, evidence, via, phase)
