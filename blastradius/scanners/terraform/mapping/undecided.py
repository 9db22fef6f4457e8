"""What only a variable decides that has no value in the scanned files: whether something is there, and what is called.

What every choice comes to is needed. What only some do may be: a gap, tied to the one that is meant where that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from blastradius.model import DependencyFact, Evidence, Gap, RedundancyFact, Reference
from blastradius.scanners.terraform.mapping.undeclared import who
from blastradius.scanners.terraform.mapping.values import leaves
from blastradius.scanners.terraform.mapping.world import World
from blastradius.scanners.terraform.model import Expr, Ref

Rule = DependencyFact | RedundancyFact
_MOST = 50


def say_undecided(world: World) -> None:
    """Add a gap for each component of which nothing tells whether it is there, or what ties it is.

    Args:
        world: all components and stand-ins are there.
    """
    for block in list(world.blocks.values()):
        if not block.doubt or block.mode == "data" or world.types.silent(block.type):
            continue
        own = world.id_of(block)
        if own not in world.components and block.type not in world.types.joins and block.type != "module":
            continue
        if own in world.components:
            world.update(own, attributes={"present": "undecided"})
        reason = f"{block.address} is there only as {_names(block.doubt)} goes, {_untold(block.doubt)}"
        evidence = (block.evidence.model_copy(update={"note": None}),)
        for id in who(world, block):
            world.gaps.append(Gap(scope=id, reason=reason, hides="dependency", component=id, evidence=evidence))


def choose(world: World, dependent: str, leaf: Expr, evidence: Evidence, via: str, say: Callable[[Any], None]) -> None:
    """Say what a value needs that is one of several.

    Args:
        world: takes needs and gaps.
        dependent: who has the value.
        leaf: the value with its choices.
        evidence: where it stands.
        via: what shows it.
        say: says what one choice needs.
    """
    told: list[dict[tuple[Any, ...], Rule]] = []
    for choice in leaf.choices[:_MOST]:
        first = len(world.rules)
        say(choice)
        told.append({_key(rule): rule for rule in world.rules[first:]})
        del world.rules[first:]
    every = {key: rule for one in told for key, rule in one.items()}
    for key, rule in every.items():
        if all(key in one for one in told):
            world.rules.append(rule)
            continue
        for reference in [rule.reference] if isinstance(rule, DependencyFact) else rule.members:
            world.gaps.append(_perhaps(world, dependent, reference, leaf, evidence, via))


def unvalued(world: World, dependent: str, missing: Sequence[str], evidence: Evidence, via: str) -> None:
    """Say that a value comes from variables without one, so that what it names is not known."""
    reason = f"{via}: what it names comes from {_names(missing)}, {_untold(missing)}"
    world.gaps.append(
        Gap(scope=dependent, reason=reason, hides="dependency", component=dependent, evidence=(evidence,))
    )


def taken(world: World, value: Expr, texts: Iterable[str]) -> list[Ref]:
    """References of a value that a plan knows: without those whose own value is known and is not what was taken.

    A plan lists all that an expression refers to, both sides of a choice, and says what it came to.

    Args:
        world: knows what references come to.
        value: with several references.
        texts: what it came to.
    """
    found = [text.lower() for text in texts if len(text) > 2]
    known = {ref: (world.of(ref) or "").lower() for ref in value.refs}
    same = {
        ref
        for ref, text in known.items()
        if text and any(text in one or (len(one) > 3 and one in text) for one in found)
    }
    return [ref for ref in value.refs if ref in same or not known[ref]] if same else list(value.refs)


def plain_texts(value: Any) -> list[str]:
    """All texts that are known within a value."""
    found = []
    for _, leaf in leaves(value):
        text = leaf.value if isinstance(leaf, Expr) else leaf
        if isinstance(text, str):
            found.append(text)
    return found


def _perhaps(world: World, dependent: str, reference: Reference, leaf: Expr, evidence: Evidence, via: str) -> Gap:
    one = reference.texts[0]
    known = world.components.get(one)
    by = f"as {_names(leaf.missing)} goes, {_untold(leaf.missing)}" if leaf.missing else "as one of several"
    reason = f"{via}: {known.name if known else one} is needed only {by}"
    return Gap(
        scope=dependent,
        reason=reason[:500],
        hides="dependency",
        component=dependent,
        reference=one,
        evidence=(evidence,),
    )


def _key(rule: Rule) -> tuple[Any, ...]:
    meant = [rule.reference] if isinstance(rule, DependencyFact) else rule.members
    return (rule.dependent, rule.phase, *(one.texts for one in meant))


def _names(missing: Sequence[str]) -> str:
    return ", ".join(missing[:5])


def _untold(missing: Sequence[str]) -> str:
    if set(missing) == {"terraform.workspace"}:
        return "which whoever runs Terraform chooses"
    return "which has no one value in the scanned files: give it one, such as in terraform.tfvars"
