"""Host patterns: small templates, found by the fixed end of a host and compiled when first tried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from blastradius.catalog.addresses import Address
from blastradius.hosts import turned

_HOLE = re.compile(r"\{(?P<name>[a-z]+)(?P<many>\.\.|/|:)?\}|\*")
_FIXED = {"account": r"[0-9]{12}", "code": r"[a-z]{3,4}[0-9]"}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a data file that recognises something.

    Attributes:
        origin: file and id, such as `aws.yaml sqs-queue`.
        provider: of a cloud's service; empty for a vendor.
        data: the record itself.
        region_format: what `{region}` stands for in its templates.
    """

    origin: str
    provider: str
    data: dict[str, Any]
    region_format: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Templates of hosts; those of `turned` are written from the last label to the first."""
        return (*self.data.get("hosts", ()), *map(turned, self.data.get("turned", ())))


@dataclass
class Pattern:
    """A template of hosts with an optional template of the path behind them.

    Args:
        row: the record it belongs to.
        template: `{name}` one label or part of one, `{name..}` several labels, `*.` one or more labels, `*` a part of one.
        path: template that the path must begin with; empty where any path will do.
    """

    row: Row
    template: str
    path: str = ""
    suffix: str = field(init=False)

    def __post_init__(self) -> None:
        fixed: list[str] = []
        for label in reversed(self.template.split(".") if "{" not in self.template else _labels(self.template)):
            if "{" in label or "*" in label:
                break
            fixed.append(label)
        self.suffix = ".".join(reversed(fixed))

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The host part, compiled when it is first tried."""
        return re.compile(expand(self.template, self.row.region_format))

    @cached_property
    def path_regex(self) -> re.Pattern[str]:
        """The path part, compiled when it is first tried."""
        return re.compile(expand(self.path, self.row.region_format, part=r"[^/:?#*]+") + r"(?:/.*)?$")

    def match(self, host: str, path: str) -> dict[str, str] | None:
        """What the template's names stand for, None where host or path do not fit."""
        found = self.regex.fullmatch(host)
        if found is None:
            return None
        captures = found.groupdict()
        if self.path:
            below = self.path_regex.match(path.strip("/"))
            if below is None:
                return None
            captures.update(below.groupdict())
        return captures


def _labels(template: str) -> list[str]:
    """The labels of a template; the two dots inside `{name..}` divide nothing."""
    return template.replace("..}", "}").split(".")


def expand(template: str, region_format: str = "", part: str = r"[a-z0-9_-]+") -> str:
    """Turn a template into the text of a regular expression.

    Args:
        template: see `Pattern`; `{name/}` and `{name:}` take everything that is left.
        region_format: expression for `{region}`.
        part: expression for a plain `{name}`.
    """
    out, at, seen = [], 0, set()
    for hole in _HOLE.finditer(template):
        out.append(re.escape(template[at : hole.start()]))
        at = hole.end()
        name, many = hole["name"], hole["many"]
        if name is None:
            whole = (hole.start() == 0 or template[hole.start() - 1] == ".") and template[at : at + 1] == "."
            out.append(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*" if whole else r"[a-z0-9_-]*")
            continue
        inner = region_format if name == "region" else _FIXED.get(name, part)
        if many == "..":
            inner = r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?"
        elif many:
            inner = r"[^\s?#]+"
        out.append(f"(?P={name})" if name in seen else f"(?P<{name}>{inner})")
        seen.add(name)
    out.append(re.escape(template[at:]))
    return "".join(out)


class Hosts:
    """Patterns by the fixed end of their hosts and by URL scheme."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_suffix: dict[str, list[Pattern]] = {}
        self._by_scheme: dict[str, list[Pattern]] = {}
        self.texts: list[Pattern] = []
        for row in rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        for host in row.hosts:
            template, slash, fixed = host.partition("/")
            pattern = Pattern(row, template, fixed if slash else row.data.get("path", ""))
            for scheme in row.data.get("schemes", ()):
                self._by_scheme.setdefault(scheme, []).append(pattern)
            if "schemes" not in row.data:
                self._by_suffix.setdefault(pattern.suffix, []).append(pattern)
        self.texts.extend(Pattern(row, text) for text in row.data.get("texts", ()))

    def find(self, address: Address) -> tuple[Pattern, dict[str, str]] | None:
        """The first pattern that an address fits, those with the longest fixed end first, and what its names stand for."""
        host = folded(address.host)
        for pattern in self._candidates(host, address.scheme):
            captures = pattern.match(host, address.path)
            if captures is not None:
                return pattern, captures
        return None

    def _candidates(self, host: str, scheme: str) -> Iterator[Pattern]:
        if scheme in self._by_scheme:
            yield from self._by_scheme[scheme]
        at = -1
        while True:
            yield from self._by_suffix.get(host[at + 1 :], ())
            at = host.find(".", at + 1)
            if at < 0:
                return


def folded(host: str) -> str:
    """An AWS host without the spellings that change nothing: dual-stack, FIPS, the Chinese suffix; others as they are."""
    if not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".on.aws")):
        return host
    host = host.removesuffix(".cn")
    if host.endswith(".amazonaws.eu"):
        host = host.removesuffix(".eu") + ".com"
    labels = [label.removesuffix("-fips") for label in host.split(".") if label != "dualstack"]
    return ".".join(labels)
