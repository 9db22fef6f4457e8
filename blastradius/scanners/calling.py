"""How programs are told to call others: spans of time as configuration writes them, and retries of the AWS SDKs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blastradius.model import CallSettings
from blastradius.scanners.settings import Setting

_PART = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ns|us|µs|ms|s|m|h|d)?")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ISO = re.compile(r"P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6}(?:\.[0-9]{1,9})?)S)?")
MOST_ATTEMPTS = 10_000
NO_LIMIT = 1_000_000
MAX_ATTEMPTS, RETRY_MODE = "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"
#: Attempts in all by mode, where no number is given: AWS SDKs and Tools Reference Guide, "Retry behavior"; for `legacy`
#: that of boto3, the one SDK that still knows the mode by name ("Retries", boto3 documentation).
_ATTEMPTS = {"standard": 3, "adaptive": 3, "legacy": 5}
#: Services that programs call by the API of the SDK; databases and caches are called by protocols of their own.
SDK_SERVICES = (
    "acm", "appconfig", "athena", "batch", "bedrock", "cassandra", "cloudwatch", "cloudwatch-logs", "codepipeline",
    "cognito-idp", "dynamodb", "ecr", "ecs", "eks", "es", "events", "execute-api", "firehose", "glue", "iam", "iot",
    "kinesis", "kms", "lambda", "pinpoint", "s3", "s3-mrap", "secretsmanager", "ses", "sns", "sqs", "ssm", "states",
    "sts", "timestream", "xray",
)  # fmt: skip


def span(value: object, unit: str = "s") -> float | None:
    """A span of time in seconds: `1m30s`, `250ms`, `0.5s`, `PT2S`, a number of a unit; None for anything else.

    Args:
        value: text or number.
        unit: of a bare number: one of ns, us, ms, s, m, h, d.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) * _UNITS[unit] if 0 <= value < 1e15 else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip().replace(" ", "")
    iso = _ISO.fullmatch(text.upper())
    if iso and any(iso.groups()):
        days, hours, minutes, seconds = (float(part or 0) for part in iso.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    total, at = 0.0, 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or (part[2] is None and part.end() != len(text)) or (part[2] is None and at):
            return None
        total += float(part[1]) * _UNITS[part[2] or unit]
        at = part.end()
    return total if text else None


def attempts(value: object, extra: int = 0) -> int | None:
    """A number of attempts in all, at most `MOST_ATTEMPTS`; None where it is no whole number.

    Args:
        value: number or text.
        extra: 1 where the setting counts retries, after the first attempt.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,20}", text):
        return None
    count = min(int(text) + extra, MOST_ATTEMPTS)
    return count if count >= 1 else None


def is_limit(value: object) -> bool:
    """Whether a number of connections or requests limits anything: meshes write 2147483647 for no limit."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return bool(re.fullmatch(r"[0-9]{1,20}", text)) and int(text) < NO_LIMIT


def sdk_calls(dependent: str, settings: Iterable[Setting]) -> list[CallSettings]:
    """How a program calls AWS, by the variables that all SDKs read.

    Args:
        dependent: id of the program, or `folder:<path>`.
        settings: its variables.

    Returns:
        One record where a variable tells, else none.
    """
    told = {one.name: one for one in settings if one.name in (MAX_ATTEMPTS, RETRY_MODE) and not one.secret}
    count = attempts(told[MAX_ATTEMPTS].value) if MAX_ATTEMPTS in told else None
    if count is None and RETRY_MODE in told:
        count = _ATTEMPTS.get(told[RETRY_MODE].value.strip().lower())
    if count is None:
        return []
    note = ", ".join(f"{name} {told[name].value.strip()[:20]}" for name in sorted(told))
    evidence = dict.fromkeys(piece.model_copy(update={"note": note}) for one in told.values() for piece in one.evidence)
    return [
        CallSettings(
            dependent=dependent, services=SDK_SERVICES, layer="client", attempts=count, evidence=tuple(evidence)
        )
    ]
