"""Compose projects as they are once files are merged, variables filled in and `extends` followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import line_of
from blastradius.model import Evidence, Gap
from blastradius.scanners.addresses import urls
from blastradius.scanners.bare import without_credentials
from blastradius.scanners.environments import Stage
from blastradius.scanners.loose import text
from blastradius.scanners.proxies.model import Pool
from blastradius.scanners.settings import Setting

SCANNER = "compose"
#: A URL, also one that was put in normal form as paths are, or `user@host:path` of Git.
_REMOTE = re.compile(r"^[a-z][a-z0-9+.-]*:[/:]|@", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a compose file.

    Attributes:
        value: text, None, or plain values below it.
        evidence: where it stands.
        folder: folder of the file it stands in, for paths relative to that.
    """

    value: Any
    evidence: Evidence
    folder: str


@dataclass(slots=True)
class Service:
    """One service in normal form, whichever way its files write it.

    Attributes:
        name: its key.
        evidence: where it is declared, the first file first.
        single: parts that a later file replaces.
        keyed: parts that merge by name: variables, networks, start order.
        listed: parts that add up.
        settings: addresses may stand in these: variables, flags, mounted files.
        proxied: path, content and mount of configuration of Envoy.
        pools: groups of servers that it passes requests to, with file and mount.
        missing: what could not be read of it, as text, reason and place.
        gone: fields, and names within them, that it takes away from what it is put on: by `!reset` and `!override`.
    """

    name: str
    evidence: list[Evidence] = field(default_factory=list)
    single: dict[str, Part] = field(default_factory=dict)
    keyed: dict[str, dict[str, Part]] = field(default_factory=dict)
    listed: dict[str, list[Part]] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    proxied: list[tuple[str, str, Evidence]] = field(default_factory=list)
    pools: list[tuple[Pool, str, Evidence]] = field(default_factory=list)
    missing: list[tuple[str, str, Evidence]] = field(default_factory=list)
    gone: frozenset[tuple[str, ...]] = frozenset()

    def text(self, field_name: str) -> str:
        """A single part as text; empty where it has none."""
        part = self.single.get(field_name)
        return text(part.value) if part else ""

    def parts(self, field_name: str) -> Iterator[tuple[str, Part]]:
        """Parts that merge by name, in the order of the files."""
        yield from self.keyed.get(field_name, {}).items()


@dataclass(slots=True)
class Project:
    """What one `docker compose` call would run.

    Attributes:
        name: stands in ids.
        folder: its folder within the tree.
        stage: environment that its files speak of.
        services: by name.
        networks, volumes, configs: top-level declarations by name.
        profiles: those that are active without a flag.
        values: variables to fill in.
        paths: files that it is made of.
        gaps: what could not be read.
        own_name: what compose itself calls it: no other form than small letters, digits, `-` and `_`; empty where unknown.
    """

    name: str
    folder: str
    stage: Stage | None = None
    services: dict[str, Service] = field(default_factory=dict)
    networks: dict[str, Part] = field(default_factory=dict)
    volumes: dict[str, Part] = field(default_factory=dict)
    configs: dict[str, Part] = field(default_factory=dict)
    profiles: frozenset[str] = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    own_name: str = ""

    @property
    def environment(self) -> str | None:
        """Environment that it is, where its files speak of one."""
        return self.stage.name if self.stage else None

    @property
    def scope(self) -> str:
        """Scope in which names of its services hold."""
        return f"compose:{self.name}"

    def id_of(self, service: str) -> str:
        """Component id of a service."""
        return f"{self.scope}/{service}"


def shown_file(path: str, target: str = "") -> str:
    """What a file is called in messages: of one on another host that host alone, for a user and password may stand there.

    Args:
        path: as it is written.
        target: where that leads within the tree.
    """
    if _REMOTE.search(path):
        host = next(
            (one.host for one in urls(re.sub(r"^([a-z+]+):/+", r"\1://", path.strip(), flags=re.I)) if one.host), ""
        )
        return f"a file of {host}" if host else "a file of another host"
    return re.sub(r"[^\w./ -]+", "?", without_credentials(target or path))[:200] or "a file"


def items(value: Any) -> list[Any]:
    """The value as a list: a scalar is a list of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else []


def evidence_at(path: str, container: Any, key: str | int | None = None, line: int = 1) -> Evidence:
    """Where a key or item of a container stands."""
    found = line_of(container, key) or line_of(container) or line
    return Evidence(scanner=SCANNER, locator=f"{path}:{found}")


def gap(scope: str, reason: str, evidence: Evidence) -> Gap:
    """A gap about a part of a file."""
    return Gap(scope=scope, reason=reason, hides="dependency", evidence=(evidence,))
