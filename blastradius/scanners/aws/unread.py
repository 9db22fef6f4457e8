"""What could not be read becomes gaps, so that an answer which it may touch is not known rather than good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from blastradius.model import Component, Evidence, Gap
from blastradius.scanners.aws.answers import GLOBAL, Area, Ended
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.aws.ground import NAME
from blastradius.scanners.aws.spec import Call, calls

_WHY = {
    "denied": "was denied",
    "throttled": "was throttled to the end",
    "unsupported": "is not offered",
    "error": "failed",
}
_ENTERED = "sts:AssumeRole"


def unread(estate: Estate) -> Iterator[Gap]:
    """One gap for each area that could not be read, and one for each component whose needs stand there.

    What a service does not offer in a region is not there to be read: such an area hides nothing.

    Args:
        estate: with all its components.
    """
    specs = {call.key: call for call in calls()}
    by_type: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
    for one in estate.components.values():
        by_type[one.account or "", one.region or "", one.type or ""].append(one)
    for area, ended in sorted(estate.answers.ended.items()):
        if ended.status in ("ok", "unsupported"):
            continue
        call = specs.get(area.call)
        yield _area(area, ended, call)
        for type in call.leaves if call else ():
            for component in _touched(estate, area, by_type, type):
                yield _component(component, area, ended, call)
    for account, regions in sorted(estate.answers.left.items()):
        for region in regions:
            yield Gap(
                scope=f"aws:{account}/{region}", hides="dependency", provider="aws", region=region, account=account,
                reason=f"{region} of account {account} was not asked for: what is there is not known (--regions all reads it)",
                evidence=(Evidence(scanner=NAME, locator="--regions", basis="declared", note=None),),
            )  # fmt: skip


def _area(area: Area, ended: Ended, call: Call | None) -> Gap:
    where = f"account {area.account}" if area.region == GLOBAL else f"{area.region} of account {area.account}"
    code = f" ({ended.code})" if ended.code else ""
    if area.call == _ENTERED:
        reason = f"account {area.account} could not be entered{code}: nothing of it is known; look at the trust policy of the role"
    else:
        what = f": {call.hides} there are not known" if call and call.hides else ""
        reason = f"{area.call} {_WHY[ended.status]}{code} in {where}{what}; {_advice(ended, call)}"
    return Gap(
        scope=f"aws:{area.account}/{area.region}",
        reason=reason,
        hides="dependency",
        provider="aws",
        region=None if area.region == GLOBAL else area.region,
        account=area.account,
        kind=call.kind if call else None,
        evidence=(_evidence(area, ended),),
    )


def _advice(ended: Ended, call: Call | None) -> str:
    if ended.status == "denied":
        actions = ", ".join(actions_of(call)) if call else "it"
        return f"allow {actions} (see `blastradius scan --aws --print-policy`) and scan again with --resume"
    return "scan again with --resume"


def actions_of(call: Call) -> tuple[str, ...]:
    """The IAM actions that a call takes."""
    return call.actions or (f"{call.service}:{call.operation}",)


def _touched(
    estate: Estate, area: Area, by_type: dict[tuple[str, str, str], list[Component]], type: str
) -> list[Component]:
    """Components of a type in an area; those only that failed requests were about, where that is known."""
    if area.region == GLOBAL:
        found = [one for key, ones in by_type.items() if key[0] == area.account and key[2] == type for one in ones]
    else:
        found = by_type.get((area.account, area.region, type), [])
    missed = set(estate.answers.missed.get(area, ()))
    about = [one for one in found if missed & {one.id, one.name, *one.aliases, one.id.rpartition("/")[2]}]
    return about if missed and about else found


def _component(component: Component, area: Area, ended: Ended, call: Call | None) -> Gap:
    what = call.hides if call else area.call
    return Gap(
        scope=component.id,
        reason=f"{what} could not be read ({area.call} {_WHY[ended.status]}): what it needs by them is not known",
        hides="dependency",
        component=component.id,
        provider="aws",
        region=None if area.region == GLOBAL else area.region,
        evidence=(_evidence(area, ended),),
    )


def _evidence(area: Area, ended: Ended) -> Evidence:
    return Evidence(scanner=NAME, locator=area.call, basis="declared", note=ended.code or ended.status)
