"""How a program is told to call others: Resilience4j and OpenFeign in Spring's settings, and variables of the AWS SDKs.

An instance of Resilience4j has a name of the program's choice. Where that is the name of something scanned, its settings
are those of the calls to it; where it is not, nothing tells which calls they are about, and they say nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from blastradius.model import Breaker, CallSettings, Evidence, Reference
from blastradius.scanners.calling import attempts, sdk_calls, span
from blastradius.scanners.flatten import Entry
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.settings import Setting

#: Attempts of a retry that states none (Resilience4j, "Getting started with resilience4j-retry", `maxAttempts`).
_DEFAULT_ATTEMPTS = 3
_KEY = re.compile(
    r"resilience4j\.(?P<sort>retry|circuitbreaker|timelimiter)\.(?P<group>instances|backends|configs)\.(?P<name>[\w-]{1,100})\."
    r"(?P<setting>[\w-]{1,60})"
)
_FEIGN = re.compile(r"(?:spring\.cloud\.open)?feign\.client\.config\.(?P<name>[\w-]{1,100})\.read-?timeout", re.I)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TELLING = frozenset({"maxattempts", "timeoutduration"})
#: Names that a setting had in earlier versions.
_SAME = {"maxretryattempts": "maxattempts"}
_MOST_SHOWN = 3


def calls(path: str, folder: str, entries: Iterable[Entry]) -> Iterator[CallSettings]:
    """Settings of calls in one file.

    Args:
        path: of the file.
        folder: of the program that it belongs to.
        entries: its settings.
    """
    found = list(entries)
    yield from sdk_calls(folder_alias(folder), (_setting(path, one) for one in found))
    yield from _feign(path, folder, found)
    by_name: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
    shared: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
    for entry in found:
        told = _KEY.fullmatch(_spring(entry.key))
        if told:
            group = shared if told["group"] == "configs" else by_name
            setting = _plain(told["setting"])
            group[told["sort"], told["name"]][_SAME.get(setting, setting)] = entry
    for (sort, name), own in sorted(by_name.items()):
        base = own["baseconfig"].value if "baseconfig" in own else "default"
        yield _instance(path, folder, sort, name, own, {**shared.get((sort, base), {}), **own})


def _setting(path: str, entry: Entry) -> Setting:
    evidence = (Evidence(scanner="plain", locator=f"{path}:{entry.line}"),)
    return Setting(entry.key, entry.value, f"setting {entry.key}", evidence)


def _spring(key: str) -> str:
    """A key with the names that Spring takes for one: `resilience4j.circuit-breaker` is `resilience4j.circuitbreaker`."""
    head, dot, rest = key.partition(".")
    sort, dot2, more = rest.partition(".")
    return f"{head.lower()}{dot}{_plain(sort)}{dot2}{more}"


def _plain(word: str) -> str:
    return word.replace("-", "").replace("_", "").lower()


def _instance(
    path: str, folder: str, sort: str, name: str, own: dict[str, Entry], settings: dict[str, Entry]
) -> CallSettings:
    """Settings of one instance: its own lines, and those of the shared configuration that it takes."""
    count = wait = breaker = pause = None
    if sort == "retry":
        stated = settings.get("maxattempts")
        count = attempts(stated.value) if stated else _DEFAULT_ATTEMPTS
        waits = settings["waitduration"].value if "waitduration" in settings else ""
        pause = waits if span(waits) is not None else None
    elif sort == "timelimiter" and "timeoutduration" in settings:
        wait = span(settings["timeoutduration"].value, unit="ms")
    elif sort == "circuitbreaker":
        shown = sorted(settings)[:_MOST_SHOWN]
        breaker = Breaker(
            kind="circuit-breaker", setting=", ".join(f"{one} {settings[one].value[:30]}" for one in shown) or None
        )
    lines = (min(one.line for one in own.values()), *(settings[key].line for key in _TELLING & settings.keys()))
    note = f"{sort} {name}" + (f", attempts {count}" if count else "")
    return _call(path, folder, name, lines, note, attempts=count, timeout=wait, backoff=pause, breaker=breaker)


def _feign(path: str, folder: str, entries: Iterable[Entry]) -> Iterator[CallSettings]:
    for entry in entries:
        told = _FEIGN.fullmatch(entry.key)
        wait = span(entry.value, unit="ms") if told and told["name"] != "default" else None
        if told and wait is not None:
            yield _call(path, folder, told["name"], (entry.line,), f"read timeout of {told['name']}", timeout=wait)


def _call(
    path: str,
    folder: str,
    name: str,
    lines: tuple[int, ...],
    note: str,
    *,
    attempts: int | None = None,
    timeout: float | None = None,
    backoff: str | None = None,
    breaker: Breaker | None = None,
) -> CallSettings:
    return CallSettings(
        dependency=Reference(texts=_names(name), role="any"),
        dependent=folder_alias(folder),
        layer="client",
        attempts=attempts,
        timeout=timeout,
        backoff=backoff,
        breaker=breaker,
        evidence=tuple(
            Evidence(scanner="plain", locator=f"{path}:{line}", note=note[:200]) for line in sorted(set(lines))
        ),
    )


def _names(name: str) -> tuple[str, ...]:
    """The name as written, and as workloads are called: `inventoryService` is `inventory-service`, or `inventory`."""
    kebab = _CAMEL.sub("-", name).replace("_", "-").lower()
    short = re.sub(r"-?(?:service|client|backend|api)$", "", kebab)
    return tuple(dict.fromkeys(one for one in (name, kebab, short) if one))
