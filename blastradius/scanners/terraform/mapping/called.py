"""Who is meant by a text that an argument or a setting holds: something of this root by its host or name, else others."""

from __future__ import annotations

from collections.abc import Iterable

from blastradius.model import DependencyFact, Evidence, Phase, Reference, Role
from blastradius.scanners.naming import words
from blastradius.scanners.terraform.mapping.arns import declared, partly_known
from blastradius.scanners.terraform.mapping.rows import Need
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Expr

#: Words in the name of a setting that fit a kind: `ORDERS_TABLE` may name a table.
_FITS = {
    "database": {"table", "db", "database", "dynamo", "dynamodb", "cluster", "instance", "index"},
    "queue": {"queue", "sqs", "dlq"},
    "topic": {"topic", "sns", "bus", "eventbus"},
    "stream": {"stream", "kinesis", "firehose", "delivery", "kafka"},
    "bucket": {"bucket", "s3", "storage", "container", "gcs", "blob"},
    "function": {"function", "lambda", "fn"},
    "secret": {"secret", "ssm", "parameter", "param", "secretsmanager", "arn", "config"},
    "cache": {"cache", "redis", "memcached"},
}


def partly(
    world: World,
    dependent: str,
    leaf: Expr,
    evidence: Evidence,
    via: str,
    phase: Phase | None,
    need: Need | None = None,
) -> bool:
    """Say that what a partly known text names is needed, such as an ARN without its account; whether that is all it is."""
    arns = partly_known([part if isinstance(part, str) else world.of(part) for part in leaf.parts])
    for arn in arns:
        own = closest(world, dependent, declared(world, arn))
        if own:
            where = evidence.model_copy(update={"basis": "inferred"})
            strength, reason = (need.strength, need.reason) if need else (None, None)
            world.need(dependent, own, where, via=via, phase=phase, strength=strength, reason=reason)
        else:
            outside(world, dependent, (arn,), "resource", evidence, via, phase)
    return bool(arns) and not any("\n" in part for part in leaf.parts if isinstance(part, str))


def known_host(world: World, dependent: str, host: str) -> str | None:
    """The component whose host name it is, one of the dependent's own region first; wildcards last."""
    candidates: Iterable[str] = world.hosts.get(host) or world.by_value(host)
    if not candidates and "." in host:
        candidates = world.hosts.get("*." + host.partition(".")[2]) or ()
    return closest(world, dependent, candidates)


def closest(world: World, dependent: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that the dependent can mean: of its own region before others; None where several are as near."""
    alike = sorted(one for one in candidates if one != dependent)
    here = world.components[dependent].region if dependent in world.components else None
    near = [one for one in alike if world.components[one].region == here]
    chosen = near or alike
    return chosen[0] if len(chosen) == 1 else None


def named(world: World, dependent: str, text: str, name: str = "") -> str | None:
    """The one component of that physical name: where the setting's name fits its kind, or the name is a path."""
    if len(text) < 3 or text not in world.names:
        return None
    said = set(words(name))
    fitting = [
        one
        for one in world.names[text]
        if said & _FITS.get(world.components[one].kind, set()) or (text.startswith("/") and text.count("/") > 1)
    ]
    return closest(world, dependent, fitting)


def outside(
    world: World,
    dependent: str,
    texts: tuple[str, ...],
    role: Role,
    evidence: Evidence,
    via: str,
    phase: Phase | None,
    need: Need | None = None,
) -> None:
    """Say that something outside this root is needed, for `assemble` to find.

    Args:
        world: takes the fact.
        dependent: id of who needs it.
        texts: by which it is called, the likeliest first.
        role: what the texts are: `resource`, `address` or `image`.
        evidence: where that stands.
        via: what shows it.
        phase: in which it is needed, where the source tells.
        need: strength and reason, where the mapping states them.
    """
    reference = Reference(texts=texts, scope=world.scope, role=role)
    stated = {"strength": need.strength, "reason": need.reason} if need and need.strength else {}
    fact = DependencyFact(dependent=dependent, reference=reference, via=via, phase=phase, evidence=(evidence,))
    world.rules.append(fact.model_copy(update=stated))
