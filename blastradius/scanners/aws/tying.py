"""What free texts of an account name is needed by who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from blastradius.model import CallSettings, Kind, Trigger
from blastradius.scanners.aws.answers import GLOBAL, Item
from blastradius.scanners.aws.estate import Estate
from blastradius.scanners.calling import SDK_SERVICES
from blastradius.scanners.settings import Own

_GIVEN = "given to an instance when it starts; what runs has it already"


def settings(
    estate: Estate,
    id: str,
    found: Iterable[Mapping[str, Any]] | None,
    item: Item,
    field: str,
    sets_going: Trigger | None = None,
) -> None:
    """Write down what variables of a program name; see `aws.settings` for the records.

    Args:
        estate: where it is written.
        id: of the program.
        found: what was found in its variables.
        item: whose they are.
        field: of the answer.
        sets_going: how it is set going by what they name, where it is.
    """
    if id not in estate.components:
        return
    for one in found or ():
        via = str(one.get("via", field))
        if "arn" in one:
            estate.need(id, _plain(one["arn"]), item, field, via=via, sets_going=sets_going)
        elif "resource" in one:
            estate.need(id, one["resource"], item, field, via=via, role="address", sets_going=sets_going)
        elif "host" in one:
            port = f":{one['port']}" if one.get("port") else ""
            estate.need(
                id,
                f"{one['host']}{port}" if not estate.at(one["host"]) else one["host"],
                item,
                field,
                via=via,
                role="address",
                sets_going=sets_going,
            )
        elif "own" in one:
            evidence = estate.evidence(item, field, via)
            own = Own(estate.at(one["own"]) or one["own"], one.get("port"), bool(estate.at(one["own"])))
            estate.rules.append(own.fact(id, estate.components[id].scope or "", via, (evidence,)))
        elif "hosts" in one:
            hosts = list(one["hosts"])
            estate.any_of(
                id,
                hosts,
                item,
                field,
                via=via,
                role="address",
                full=len(hosts),
                reason=one.get("why"),
                sets_going=sets_going,
            )
        elif "name" in one:
            estate.need(id, one["name"], item, field, via=via, kind=_kind(one.get("kind")), basis="inferred")
        elif "candidate" in one:
            _candidate(estate, id, one, item, field, via)
        elif "attempts" in one:
            evidence = estate.evidence(item, field, str(one.get("note") or ""))
            estate.rules.append(
                CallSettings(
                    dependent=id, services=SDK_SERVICES, layer="client", attempts=one["attempts"], evidence=(evidence,)
                )
            )
        elif str(one.get("doubt", "")).startswith(("${", "$(")):
            estate.need(id, one["doubt"], item, field, via=via, role="address")


def stored(estate: Estate, id: str, secrets: Iterable[Mapping[str, str]], item: Item, field: str) -> None:
    """Write down that a program is given secrets and parameters when it starts."""
    for one in secrets:
        text = one["from"]
        if not text.startswith("arn:"):
            text = estate.arn(item, "ssm", f"parameter/{text.lstrip('/')}")
        estate.need(
            id, secret(text), item, field, via=f"secret {one['name']}", phase="startup", strength="hard", reason=_GIVEN
        )


def secret(arn: str) -> str:
    """The ARN of a secret without the key and version behind it."""
    return ":".join(arn.split(":")[:7]) if ":secretsmanager:" in arn else arn


def _plain(arn: str) -> str:
    """The ARN of the thing itself, of which a version, a stream or an object is named."""
    if ":lambda:" in arn:
        return ":".join(arn.split(":")[:7])
    if ":dynamodb:" in arn and ":table/" in arn:
        head, _, tail = arn.partition(":table/")
        return f"{head}:table/{tail.partition('/')[0]}"
    if arn.split(":")[2:3] == ["s3"]:
        return arn.partition("/")[0]
    return secret(arn)


def _kind(text: object) -> Kind | None:
    return text if text in get_args(Kind) else None  # type: ignore[return-value]


def _candidate(estate: Estate, id: str, one: Mapping[str, Any], item: Item, field: str, via: str) -> None:
    """A name that is that of one thing of a fitting sort in the same account and region."""
    scopes = (estate.scope(item.account, item.region), estate.scope(item.account, GLOBAL))
    fitting = [
        found
        for scope in scopes
        for found in estate.named.get((scope, one["candidate"]), ())
        if estate.components[found].kind in one["kinds"]
    ]
    if len(set(fitting)) == 1:
        estate.need(id, fitting[0], item, field, via=via, basis="inferred")
