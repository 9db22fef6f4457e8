"""Copies of which something is not told: which of them takes writes, or which thing it is."""

from __future__ import annotations

from blastradius.model import Component, Evidence, Gap

_SAY = "say under `dependencies:` in blastradius.yaml how it needs each"


def unwritten(group: Component, member: str, evidence: Evidence) -> Gap:
    """The gap of a member that may be the writer: without it, the group may take no writes until a person acts.

    Args:
        group: that the members make up.
        member: id of one that may be the writer.
        evidence: where it is seen to be a member.
    """
    return Gap(
        scope=group.id,
        component=group.id,
        reference=member,
        hides="dependency",
        reason=f"which member of {group.name} takes writes is not known, and another is promoted by hand: {_SAY}",
        evidence=(evidence,),
    )


def unfound(original: Component, evidence: Evidence) -> Gap:
    """The gap of a copy that is made of something, and is none of what was scanned.

    Args:
        original: what is copied.
        evidence: where that is said.
    """
    return Gap(
        scope=original.id,
        hides="location",
        reason=f"{original.name} is replicated, and what it is replicated to was not found in what was scanned: scan that as well",
        provider=original.provider,
        evidence=(evidence,),
    )


def unfilled(group: Component, member: Component, evidence: Evidence) -> Gap:
    """The gap of a member that nothing is replicated to: what the others hold may be missing from it.

    Args:
        group: that the members make up.
        member: of which nothing says that it is a copy.
        evidence: where it is seen to be a member.
    """
    return Gap(
        scope=group.id,
        component=group.id,
        reference=member.id,
        hides="dependency",
        reason=f"nothing says that what the others of {group.name} hold is replicated to {member.name}: {_SAY}",
        evidence=(evidence,),
    )
