"""nginx: blocks, the groups of servers that `upstream` names, and what is passed on to them or to a host."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from blastradius.scanners.proxies.model import Pool, host_of

_IS_NGINX = re.compile(
    r"\b(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_pass\s{1,99}\S|\bupstream\s{1,99}[\w.-]{1,200}\s{0,99}\{"
)
_TOKEN = re.compile(
    r"(?P<note>#[^\n]*)|(?P<mark>[{};])|(?P<word>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?:\$\{\w{1,80}\}|[^\s{};\"'])+)"
)
_VARIABLE = re.compile(r"\$(?:\{(\w{1,80})\}|(\w{1,80}))")
_PASSES = frozenset({"proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"})
_MOST = 20
_DEPTH = 5


@dataclass(slots=True)
class _Said:
    """What the files say.

    Attributes:
        groups: servers of each `upstream`, each with whether it is a backup, by name.
        places: file and line of each.
        values: what each variable may be.
        passed: targets with file and line.
    """

    groups: dict[str, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    passed: list[tuple[str, int, int]] = field(default_factory=list)


def nginx_pools(files: Mapping[int, str]) -> list[tuple[int, Pool]] | None:
    """Where an nginx passes requests on; None where no file is one of it.

    Args:
        files: texts by position; all of one program.

    Returns:
        Groups with the position of their file: each `upstream`, and each host that is passed to directly.
    """
    own = {position: text for position, text in files.items() if _IS_NGINX.search(text)}
    if not own:
        return None
    said = _Said()
    for position, text in own.items():
        for block, words, line in _statements(text):
            _note(said, block, words, position, line)
    found: dict[tuple[int, Pool], None] = {}
    for name, servers in said.groups.items():
        pool = Pool.of(servers, said.places[name][1])
        if pool:
            found[said.places[name][0], pool] = None
    seen: set[str] = set()
    for target, position, line in said.passed:
        for text in _expanded(target, said.values):
            host = _target(text, said.groups)
            if host is not None and host not in seen:
                seen.add(host)
                found[position, Pool((host,), (), line)] = None
    return list(found)


def _target(text: str, groups: Mapping[str, object]) -> str | None:
    """The host that a text passes to; None for a group, which is told by itself."""
    authority = re.split(r"[/?]", text.strip("\"'").rpartition("://")[2], maxsplit=1)[0]
    if authority in groups or authority.partition(":")[0] in groups:
        return None
    return host_of(text)


def _note(said: _Said, block: tuple[str, ...], words: list[str], position: int, line: int) -> None:
    if len(words) < 2:
        return
    first, second = words[0], words[1].strip("\"'")
    if block[:1] == ("upstream",) and len(block) > 1:
        said.places.setdefault(block[1], (position, line))
        host = host_of(second) if first == "server" else None
        if host is not None and "down" not in words:
            said.groups[block[1]].append((host, "backup" in words))
        else:
            said.groups[block[1]] = said.groups[block[1]]
    elif block[:1] == ("map",) and len(block) > 2:
        if first not in ("volatile", "hostnames", "include"):
            said.values[block[2].lstrip("$")].append(second)
    elif first == "set" and len(words) > 2:
        said.values[second.lstrip("$")].append(words[2].strip("\"'"))
    elif first in _PASSES:
        said.passed.append((second, position, line))


def _expanded(text: str, values: Mapping[str, list[str]], depth: int = _DEPTH) -> Iterator[str]:
    """A text with its variables filled in by what the files say: all that each may be."""
    for found in _VARIABLE.finditer(text):
        name = found[1] or found[2]
        if values.get(name) and depth:
            for value in list(dict.fromkeys(values[name]))[:_MOST]:
                yield from _expanded(text[: found.start()] + value + text[found.end() :], values, depth - 1)
            return
    yield text


def _statements(text: str) -> Iterator[tuple[tuple[str, ...], list[str], int]]:
    """Each statement with the words that open the block it stands in, and its line."""
    blocks: list[tuple[str, ...]] = []
    words: list[str] = []
    line, at, start = 1, 0, 1
    for token in _TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        if token["note"]:
            continue
        if token["word"]:
            start = start if words else line
            words.append(token["word"])
            continue
        if token["mark"] == "{":
            blocks.append(tuple(words))
        elif words:
            yield (blocks[-1] if blocks else ()), words, start
        if token["mark"] == "}" and blocks:
            blocks.pop()
        words = []
