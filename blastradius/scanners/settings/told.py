"""What is said of a variable in which no address was found, to settings of a program that hold that variable."""

from __future__ import annotations

import re
from collections.abc import Mapping

from blastradius.scanners.addresses import LOCAL, host_port
from blastradius.scanners.settings.model import Setting

_VARIABLE = re.compile(r"\$\{([A-Za-z_][\w.-]{0,119})(?::-?([^${}\n]{0,500}))?\}")
#: What stands before a colon that no default follows: `${self:custom.host}`, `${ssm:/db/host}`, `${vault:db}`.
ELSEWHERE = frozenset({
    "self", "opt", "param", "ssm", "cf", "sm", "s3", "aws", "file", "sls", "git", "http", "https", "sys", "java", "main",
    "ctx", "date", "jndi", "vault", "secret", "secrets", "secretsmanager", "keyvault", "consul", "kv", "base64", "yaml",
    "terraform", "output", "resource", "ref", "oc", "cmd",
})  # fmt: skip
#: `${env:NAME}` of collectors of OpenTelemetry and of Serverless, `${oc.env:NAME}` of OmegaConf.
FROM_ENVIRONMENT = re.compile(r"\$\{(?:oc\.)?env:(?=[A-Za-z_])")
_DEPTH = 8
_MOST = 200_000


def filled(text: str, values: Mapping[str, str]) -> str:
    """A file of settings with its variables: what a program is told, else their defaults; the others stay.

    `${spring.redis.host}` is told by `SPRING_REDIS_HOST`, too.
    """

    def one(match: re.Match[str]) -> str:
        if match[1] in ELSEWHERE:
            return match[0]
        told = values.get(match[1])
        if told is None:
            told = values.get(re.sub(r"[.\[\]]+", "_", match[1].replace("-", "")).upper())
        return told if told is not None else match[2] if match[2] is not None else match[0]

    text = FROM_ENVIRONMENT.sub("${", text)
    for _ in range(_DEPTH if "${" in text else 0):
        changed = _VARIABLE.sub(one, text)[:_MOST]
        if changed == text:
            break
        text = changed
    return text


def open_text(name: str) -> str:
    """The text that stands for a variable whose value is not known."""
    return "${" + name + "}"


def unseen(setting: Setting) -> list[tuple[str, ...]]:
    """What a variable without an address refers to: nothing where that is certain, else what nobody knows."""
    value = setting.value.strip().lower()
    full = host_port(value)
    local = value in LOCAL or value.rpartition(":")[0] in LOCAL or value.startswith("127.")
    if not value or local or (value.isdigit() and full is None) or "://" in value or value.startswith("jdbc:"):
        return []
    return [(open_text(setting.name),)]
