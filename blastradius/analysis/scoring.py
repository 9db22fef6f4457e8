"""What a back-test counts: claims of an incident file against what the catalog says falls with the trigger alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pydantic import Field

from blastradius.model import Value

Effect = Literal["down", "degraded", "launch-only", "control-plane-only", "delayed"]
APART = 900
"""Seconds by which recorded times must differ to tell an order: status pages are no more exact than a quarter of an hour."""
EFFECTS: tuple[Effect, ...] = get_args(Effect)
Predicted = Literal["down", "degraded", "launch-only", "control-plane-only", "none"]
RecordedAs = Literal["down", "degraded", "launch-only", "control-plane-only", "delayed", "listed", "none", "not listed"]


class Claim(Value):
    """One row of an incident file, and what is said of it here."""

    id: str = Field(description="The file's id.")
    of: Literal["service", "vendor"] = Field(description="What it is.")
    component: str | None = Field(default=None, description="Id of its data plane, or of the vendor; null if unknown.")
    elsewhere: bool = Field(default=False, description="It is about other regions.")
    recorded: RecordedAs = Field(description="How the file says it was hit.")
    confidence: str | None = Field(default=None, description="How sure the file is.")
    predicted: Predicted | None = Field(
        default=None, description="How it is said to be hit; null where nothing can be said."
    )
    unscored: str | None = Field(default=None, description="Why it is not scored; null where it is.")
    because: tuple[str, ...] = Field(default=(), description="Ids of the chain to the trigger.")
    start: int | None = Field(default=None, description="Second at which it was hit by the file's own times.")
    onset: int | None = Field(default=None, description="Second at which it is said to be hit.")

    @property
    def hit(self) -> bool:
        """Whether the file says in what way it was hit."""
        return self.recorded in EFFECTS

    @property
    def found(self) -> bool:
        """Whether it is said to be hit, in whatever way."""
        return self.predicted not in (None, "none")

    @property
    def exact(self) -> bool:
        """Whether the way agrees; a delay is a kind of degradation and no more is said of it."""
        return self.found and self.predicted == ("degraded" if self.recorded == "delayed" else self.recorded)


class ClassScore(Value):
    """Claims of one way of being hit."""

    effect: Effect = Field(description="The way, as recorded.")
    claims: int = Field(description="Scored claims of services that were hit in this way.")
    found: int = Field(description="Of these, said to be hit in whatever way: recall is found / claims.")
    exact: int = Field(description="Of these, said to be hit in this very way.")
    said: int = Field(
        description="Scored claims, those of not being hit included, of services that are said to be hit in this way."
    )
    right: int = Field(description="Of these, recorded so: precision is right / said.")


class Order(Value):
    """Pairs of services by the time at which each was first hit."""

    pairs: int = Field(
        default=0, description="Pairs that are both found and whose recorded times differ by 15 minutes or more."
    )
    right: int = Field(default=0, description="Said in that order: by onset, then by steps from the trigger.")
    wrong: int = Field(default=0, description="Said in the other order.")
    tied: int = Field(default=0, description="Said at once, and as many steps away.")


class Score(Value):
    """The score of one incident, or the sum over several."""

    classes: tuple[ClassScore, ...] = Field(description="By way of being hit.")
    hit: int = Field(description="Scored claims of services that were hit in a told way, in the place of the incident.")
    found: int = Field(description="Of these, said to be hit.")
    exact: int = Field(description="Of these, in the recorded way.")
    unhit: int = Field(description="Scored claims that a service explicitly was not hit, there or elsewhere.")
    contradicted: int = Field(description="Of these, said to be hit all the same.")
    elsewhere: int = Field(description="Scored claims about other regions, hit or not.")
    elsewhere_right: int = Field(description="Of these, said as recorded.")
    vendors: int = Field(description="Scored claims of vendors that were hit.")
    vendors_found: int = Field(description="Of these, said to be hit.")
    vendors_unhit: int = Field(default=0, description="Scored claims of vendors that were not hit.")
    vendors_contradicted: int = Field(default=0, description="Of these, said to be hit.")
    listed: int = Field(
        description="Services named without saying how they were hit, as far as the catalog knows them."
    )
    listed_found: int = Field(description="Of these, said to be hit.")
    weak_unhit: int = Field(description="Services only absent from a list, as far as the catalog knows them.")
    weak_contradicted: int = Field(description="Of these, said to be hit.")
    unmentioned: int = Field(
        description="Services said to be hit of which the file says nothing: neither right nor wrong."
    )
    unscored: dict[str, int] = Field(default_factory=dict, description="Claims that cannot be scored, by reason.")
    order: Order = Field(default_factory=Order, description="Order in time.")


def score(claims: Sequence[Claim], steps: dict[str, int], unmentioned: int) -> Score:
    """Count.

    Args:
        claims: every claim of an incident but the trigger's own.
        steps: steps from the trigger of each claim's component, by the claim's id.
        unmentioned: services said to be hit of which the file says nothing.
    """
    scored = [one for one in claims if one.unscored is None]
    services = [one for one in scored if one.of == "service"]
    vendors = [one for one in scored if one.of == "vendor"]
    there = [one for one in services if not one.elsewhere]
    away = [one for one in services if one.elsewhere]
    hit, unhit = [one for one in there if one.hit], [one for one in services if one.recorded == "none"]
    listed = [one for one in claims if one.of == "service" and one.recorded == "listed" and one.component]
    weak = [one for one in claims if one.of == "service" and one.recorded == "not listed" and one.component]
    reasons = sorted({one.unscored for one in claims if one.unscored})
    return Score(
        classes=tuple(_class(effect, there) for effect in EFFECTS),
        hit=len(hit),
        found=_found(hit),
        exact=sum(one.exact for one in hit),
        unhit=len(unhit),
        contradicted=_found(unhit),
        elsewhere=len(away),
        elsewhere_right=sum(one.found == one.hit for one in away),
        vendors=sum(one.hit for one in vendors),
        vendors_found=_found([one for one in vendors if one.hit]),
        vendors_unhit=sum(not one.hit for one in vendors),
        vendors_contradicted=_found([one for one in vendors if not one.hit]),
        listed=len(listed),
        listed_found=_found(listed),
        weak_unhit=len(weak),
        weak_contradicted=_found(weak),
        unmentioned=unmentioned,
        unscored={reason: sum(one.unscored == reason for one in claims) for reason in reasons},
        order=_order([one for one in there if one.hit], steps),
    )


def _found(claims: Iterable[Claim]) -> int:
    return sum(one.found for one in claims)


def _class(effect: Effect, claims: Sequence[Claim]) -> ClassScore:
    mine = [one for one in claims if one.recorded == effect]
    said = [one for one in claims if one.predicted == effect]  # nothing is ever said to be delayed only
    return ClassScore(
        effect=effect,
        claims=len(mine),
        found=_found(mine),
        exact=sum(one.exact for one in mine),
        said=len(said),
        right=sum(one.exact for one in said),
    )


def _order(claims: Sequence[Claim], steps: dict[str, int]) -> Order:
    timed = sorted(
        ((one.start, one.onset, steps[one.id], one.id) for one in claims if one.found and one.start is not None),
        key=lambda one: (one[0], one[3]),
    )
    counts = {"right": 0, "wrong": 0, "tied": 0}
    for place, (start, onset, step, _) in enumerate(timed):
        for later, other_onset, other_step, _ in timed[place + 1 :]:
            if abs(later - start) >= APART:
                mine, other = (onset, step), (other_onset, other_step)
                counts["tied" if mine == other else "right" if mine < other else "wrong"] += 1
    return Order(pairs=sum(counts.values()), **counts)


def total(scores: Sequence[Score]) -> Score:
    """The sum over several incidents: each claim counts once, so long lists weigh more."""
    numbers = {
        name: sum(getattr(one, name) for one in scores)
        for name, field in Score.model_fields.items()
        if field.annotation is int
    }
    classes = tuple(
        ClassScore(
            effect=effect,
            **{
                name: sum(getattr(one.classes[place], name) for one in scores)
                for name in ("claims", "found", "exact", "said", "right")
            },
        )
        for place, effect in enumerate(EFFECTS)
    )
    order = Order(**{name: sum(getattr(one.order, name) for one in scores) for name in Order.model_fields})
    reasons = sorted({reason for one in scores for reason in one.unscored})
    unscored = {reason: sum(one.unscored.get(reason, 0) for one in scores) for reason in reasons}
    return Score(classes=classes, unscored=unscored, order=order, **numbers)
