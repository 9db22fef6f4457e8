"""Named settings of a function or container: which of them name something that is needed."""

from __future__ import annotations

import re
from typing import Any

from blastradius.documents import line_of
from blastradius.model import Phase, Reference
from blastradius.scanners.calling import sdk_calls
from blastradius.scanners.cloudformation import values as v
from blastradius.scanners.cloudformation.facts import Facts
from blastradius.scanners.cloudformation.stacks import Stack, evidence
from blastradius.scanners.cloudformation.world import NESTED
from blastradius.scanners.named import named_among
from blastradius.scanners.naming import hints, is_called, may_name, sense, words
from blastradius.scanners.settings import Alternatives, Doubt, Found, Own, Setting, found_in

#: Words of a variable's name that say that its value is the name of a resource.
_SPEAKS = frozenset({
    "table", "tables", "queue", "queues", "bucket", "buckets", "topic", "topics", "stream", "streams", "function",
    "functions", "lambda", "secret", "parameter", "param", "store", "db", "database", "dynamo", "dynamodb", "ddb",
    "sqs", "sns", "kinesis", "firehose", "bus", "arn", "machine", "cache", "pool", "index", "s3", "dlq",
})  # fmt: skip

#: Last words of names whose values name nothing that is called.
_PLAIN = frozenset({
    "version", "versions", "level", "mode", "stage", "env", "environment", "count", "size", "timeout", "interval", "limit",
    "max", "min", "retries", "enabled", "disabled", "enable", "disable", "debug", "ttl", "port", "ports", "timestamp", "hash",
    "digest", "checksum", "salt", "username", "user", "region", "date", "flag", "flags",
})  # fmt: skip
_OWN_REGISTRY = re.compile(
    r"^(?:\d{12}|\$\{[^}]*\})\.dkr\.ecr\.([a-z0-9-]+|\$\{[^}]*\})\.amazonaws\.com(?:\.cn)?/([^:@]+)"
)


def variables(
    facts: Facts, id: str, stack: Stack, found: Any, path: str, line: int, what: str = "env", phase: Phase | None = None
) -> None:
    """Write down what a mapping of settings refers to.

    Args:
        facts: to write to.
        id: of the component that is told the settings.
        stack: it is part of.
        found: names and values, resolved.
        path: file.
        line: where the mapping stands.
        what: what the settings are, for the note.
        phase: where it is not to serve.
    """
    told: list[Setting] = []
    if found is not None and not isinstance(found, dict | list):  # one setting alone
        variable(facts, id, stack, what, found, f"{path}:{line}", what, phase)
    for one in v.dicts(found):
        for name, value in one.items():
            place = f"{path}:{line_of(one, name) or line}"
            variable(facts, id, stack, name, value, place, f"{what} {name}", phase)
            told.append(plain_setting(name, value, place, f"{what} {name}"))
    named(facts, id, stack, told, phase)
    facts.found.extend(sdk_calls(id, told))


def plain_setting(name: str, value: Any, place: str, via: str) -> Setting:
    """A setting with its text, empty where that is not all known."""
    return Setting(name, v.text(value) or "", via, (evidence(place),))


def named(facts: Facts, id: str, stack: Stack, told: list[Setting], phase: Phase | None = None) -> None:
    """Write down buckets, queues and the like that settings name without a place, and which no stack makes."""
    for setting, found in named_among(told):
        if facts.names.find(found.name, stack, "*") is None:
            reference = Reference(texts=(found.name,), scope=facts.scope(stack), role="resource", kind=found.kind)
            facts.reference(id, reference, setting.via, setting.evidence[0].locator, phase=phase)


def variable(
    facts: Facts, id: str, stack: Stack, name: str, value: Any, place: str, via: str, phase: Phase | None = None
) -> None:
    """Write down what one setting refers to: a resource, an ARN, a known name, a host."""
    if isinstance(value, dict | list):
        for inner in v.items(value):
            if not isinstance(inner, list):
                variable(
                    facts, id, stack, name, v.joined([inner]) if not isinstance(inner, dict) else "", place, via, phase
                )
        return
    if not is_called(name):
        return  # who may call, or where people are sent: no call
    service = "*" if set(words(name)) & _SPEAKS else "s3" if _is_bucket(facts, value) else ""
    _kept(facts, id, name, value, place, via)
    if facts.need(id, stack, value, via, place, phase=phase, service=service) or v.refs(value):
        unmade(facts, id, name, value, place, via)
        return
    if isinstance(value, v.Either) and _one_of(facts, id, name, value, place, via):
        return
    for option in value.options if isinstance(value, v.Either) else (value,):
        _hosts(facts, id, stack, name, option, place, via, phase)


def _is_bucket(facts: Facts, value: Any) -> bool:
    """Whether a text is the name of a scanned bucket: no two buckets share one, so that no other thing is meant."""
    text = v.text(value) or ""
    return len(text) > 7 and "-" in text and any(one.service == "s3" for one in facts.names.found.get(text, ()))


def _kept(facts: Facts, id: str, name: str, value: Any, place: str, via: str) -> None:
    """Write down that an address is read from a store when the stack is deployed, and that nothing scanned holds it."""
    parts = list(v.parts(value))
    for at, one in enumerate(parts):
        if not isinstance(one, v.Stored):
            continue
        before = parts[at - 1] if at else ""
        alone = len(parts) == 1 and (sense(name) == "address" or (one.service == "ssm" and may_name(name)))
        if alone or (isinstance(before, str) and before.endswith(("://", "@"))):
            reason = f"{via}: nothing scanned tells what {one.name} of {one.service} holds: state the dependency in blastradius.yaml"
            facts.gap(id, reason, place, component=id, reference=one.name)


def unmade(facts: Facts, id: str, name: str, value: Any, place: str, via: str) -> None:
    """Note what a setting takes from resources that only the deployment makes known: custom ones, modules, stacks.

    It may name anything, whatever the setting is called, save where its name says that it names nothing. What one
    resource tells one component is one gap, which `tell_unmade` writes down.
    """
    if sense(name) == "secret" or _is_plain(name):
        return
    for ref in v.refs(value):
        kind = facts.kind_of(ref)
        if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
            why = "made by a custom resource when deployed"
        elif kind in NESTED and ref.attribute and (ref.stack, ref.name) not in facts.world.nested:
            why = "known to a nested stack that was not scanned"
        elif kind.endswith("::MODULE"):
            why = "made by a module when deployed"
        else:
            continue
        if not _is_plain(ref.attribute):
            facts.unmade.setdefault((id, ref.stack, ref.name, why), []).append((via, v.shown(ref), place))


def _is_plain(name: str) -> bool:
    """Whether what bears a name is neither an address nor the name of a thing."""
    said = [word for word in words(name) if not word.isdigit()]
    return bool(said) and said[-1] in _PLAIN


def tell_unmade(facts: Facts) -> None:
    """Write down a gap for each component and each resource that tells it what only the deployment makes."""
    for (id, _, _, why), told in facts.unmade.items():
        vias = ", ".join(dict.fromkeys(via for via, _, _ in told))[:200]
        shown = list(dict.fromkeys(one for _, one, _ in told))
        what = f"{', '.join(shown)[:200]} {'is' if len(shown) == 1 else 'are'} {why}"
        facts.gap(id, f"{vias}: {what}: state the dependency in blastradius.yaml", told[0][2], component=id, reference=shown[0])  # fmt: skip


def _one_of(facts: Facts, id: str, name: str, value: v.Either, place: str, via: str) -> bool:
    """Hosts of which a mapping or condition chooses some: none that not every choice holds is certain.

    Returns:
        Whether that is so: False where all choices hold the same, or none any.
    """
    settings = [Setting(name, v.shown(one), via, ()) for one in value.options]
    found = [
        [host for each in found_in(one, lambda host: host in facts.hosts) for host in _shown(each)] for one in settings
    ]
    names = list(dict.fromkeys(host for hosts in found for host in hosts))
    if not names or (not isinstance(value, v.Exclusive) and all(set(hosts) == set(names) for hosts in found)):
        return False
    facts.undecided(id, names, via, place)
    return True


def _shown(found: Found) -> tuple[str, ...]:
    if isinstance(found, Alternatives):
        return found.hosts
    return (found.text if isinstance(found, Doubt) else found.host,)


def _hosts(
    facts: Facts, id: str, stack: Stack, name: str, value: Any, place: str, via: str, phase: Phase | None
) -> None:
    text = v.shown(value).replace("AWS::", "AWS_")
    if not text or text in ("${AWS_Region}", "${AWS_AccountId}", "${AWS_StackName}"):
        return
    if isinstance(value, v.Blank) and not isinstance(value, v.Missing) and sense(name) == "unclear" and hints(name):
        reason = f"{via}: {text} is not resolved: state the dependency in blastradius.yaml"
        facts.gap(id, reason, place, component=id, reference=text)
        return
    setting = Setting(name, text, via, (evidence(place),), prose="\n" in text, secret=sense(name) == "secret")
    scope = facts.scope(stack)
    for one in found_in(setting, lambda host: host in facts.hosts):
        if isinstance(one, Alternatives):
            facts.group(
                id, stack, list(one.hosts), via, place, role="address", full=len(one.hosts), reason=one.reason,
                basis="inferred",
            )  # fmt: skip
        elif isinstance(one, Doubt):
            shown = one.text.replace("AWS_", "AWS::")
            reason = f"{via}: {shown} {one.why}: state the dependency in blastradius.yaml"
            facts.gap(id, reason, place, component=id, reference=shown)
        elif isinstance(one, Own):
            facts.found.append(one.fact(id, scope, via, setting.evidence, phase))
        else:
            role: Any = "any" if one.form == "resource" else "address"
            own = facts.call(one.host, stack)
            texts = (own, one.host) if own else (one.host,)
            facts.reference(id, Reference(texts=texts, scope=scope, role=role), via, place, phase=phase)


def image(facts: Facts, id: str, stack: Stack, value: Any, place: str) -> None:
    """Write down the image that something is started from; one whose name has unknown parts only by its registry."""
    if isinstance(value, v.Either):
        facts.undecided(id, [v.shown(one) for one in value.options if one is not v.NOTHING], "image", place)
        return
    if v.refs(value):
        facts.need(id, stack, value, "image", place, phase="startup", strength="hard")
        return
    text = v.text(value)
    if text is None and (own := _OWN_REGISTRY.match(v.shown(value))):
        _own_registry(facts, id, stack, own, place)
    elif text and not any(letter in text for letter in " $<{"):
        reference = Reference(texts=(text,), scope=facts.scope(stack), role="image")
        facts.reference(id, reference, "image", place, phase="startup", strength="hard")


def _own_registry(facts: Facts, id: str, stack: Stack, found: re.Match[str], place: str) -> None:
    """An image of the account's own registry, whose host holds parts that only the deployment knows."""
    known = facts.names.named(found[2], "ecr", stack, None) if "$" not in found[2] else None
    region = stack.region if "$" in found[1] else found[1]
    texts = (known,) if known else (f"aws:platform/{region or 'unknown'}/ecr",)
    reference = Reference(texts=texts, scope=facts.scope(stack), role="resource")
    facts.reference(id, reference, "image", place, phase="startup", strength="hard")
