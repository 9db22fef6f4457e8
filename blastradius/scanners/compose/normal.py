"""A service as its file writes it, in normal form; two forms of one service merged by the rules of compose."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from blastradius.marks import MarkedDict, MarkedList, TaggedText
from blastradius.scanners.compose.model import Part, Service, evidence_at, items
from blastradius.scanners.interpolation import interpolate
from blastradius.scanners.loose import mapping, text

_SINGLE = (
    "image", "build", "command", "entrypoint", "container_name", "hostname", "network_mode", "pull_policy", "scale",
    "extends", "restart",
)  # fmt: skip
_DEEP = ("deploy", "logging")
_KEYED = ("environment", "extra_hosts", "depends_on", "networks", "labels")
_LISTED = (
    "env_file", "links", "external_links", "volumes", "volumes_from", "ports", "secrets", "configs", "profiles", "dns",
    "expose",
)  # fmt: skip
_DEPTH = 20
#: Levels of a service within which tags are looked for.
_TAGGED = 4


def filled(value: Any, values: Mapping[str, str], depth: int = 0) -> Any:
    """Plain values with variables filled in; lines are lost."""
    if isinstance(value, str):
        return interpolate(value, values)
    if depth > _DEPTH:
        return None
    if isinstance(value, dict):
        return {str(key): filled(one, values, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, values, depth + 1) for one in value]
    return value


def normal(
    name: str, body: dict[str, Any], path: str, line: int, values: Mapping[str, str], folder: str | None = None
) -> Service:
    """Normal form of a service.

    Args:
        name: its key.
        body: what the file says of it.
        path: the file within the tree.
        line: line on which it begins.
        values: variables to fill in.
        folder: that its paths are seen from, where it is not the file's own.
    """
    folder = posixpath.dirname(path) if folder is None else folder
    service = Service(name, [evidence_at(path, None, line=line)], gone=frozenset(_gone(body)))
    body = _left(body)

    def part(value: Any, container: Any, key: str | int) -> Part:
        return Part(filled(value, values), evidence_at(path, container, key, line), folder)

    for key in (*_SINGLE, *_DEEP):
        if key in body:
            service.single[key] = part(body[key], body, key)
    for key in _KEYED:
        if key in body:
            service.keyed[key] = {k: part(v, c, p) for k, v, c, p in _pairs(key, body[key], values)}
    for key in _LISTED:
        value = body.get(key)
        if isinstance(value, list):
            service.listed[key] = [part(one, value, position) for position, one in enumerate(value)]
        elif items(value) or (isinstance(value, dict) and key == "env_file"):
            service.listed[key] = [part(value, body, key)]
    return service


def _pairs(field: str, value: Any, values: Mapping[str, str]) -> list[tuple[str, Any, Any, str | int]]:
    """Names and values of a mapping, or of a list such as `- NAME=value`, with where each stands."""
    if isinstance(value, dict):
        if field == "extra_hosts":
            return [(str(key), one, value, str(key)) for key, one in value.items()]
        return [(interpolate(str(key), values), one, value, str(key)) for key, one in value.items()]
    found: list[tuple[str, Any, Any, str | int]] = []
    for position, one in enumerate(value if isinstance(value, list) else []):
        said = text(one)
        if field in ("depends_on", "networks"):
            key, rest = interpolate(said, values), None
        elif field == "extra_hosts":
            key, _, rest = said.partition("=") if "=" in said else said.partition(":")
        else:
            key, equals, rest = said.partition("=")
            rest = rest if equals else None
        if key:
            found.append((key, rest, value, position))
    return found


def merged(base: Service, over: Service) -> Service:
    """A service with what a later file says of it: single parts are replaced, named ones too, lists add up."""
    base = _without(base, over.gone)
    result = Service(over.name, list(dict.fromkeys((*base.evidence, *over.evidence))), gone=over.gone)
    result.single = {**base.single, **over.single}
    for key in _DEEP:
        if key in base.single and key in over.single:
            one, two = base.single[key], over.single[key]
            result.single[key] = Part(_deep(one.value, two.value), two.evidence, two.folder)
    for key in {**base.keyed, **over.keyed}:
        result.keyed[key] = {**base.keyed.get(key, {}), **over.keyed.get(key, {})}
    for key in {**base.listed, **over.listed}:
        result.listed[key] = _united(key, [*base.listed.get(key, []), *over.listed.get(key, [])])
    result.missing = [*base.missing, *over.missing]
    return result


def _united(field: str, parts: list[Part]) -> list[Part]:
    """Parts of two lists: the later of two on one path in the container, else each once."""
    found: dict[str, Part] = {}
    for part in parts:
        key = target_of(part.value) if field == "volumes" else repr(part.value)
        found[key or repr(part.value)] = part
    return list(found.values())


def target_of(volume: Any) -> str:
    """Path in the container that a volume is mounted on."""
    if isinstance(volume, dict):
        return text(volume.get("target"))
    pieces = re.split(r":(?![\\/]{2})", text(volume))
    return pieces[1] if len(pieces) > 1 else pieces[0]


def _deep(one: Any, two: Any) -> Any:
    if isinstance(one, dict) and isinstance(two, dict):
        return {**one, **{key: _deep(one[key], value) if key in one else value for key, value in two.items()}}
    return two


def tag_of(value: Any) -> str | None:
    """Tag of a value: `!reset` takes away what earlier files say, `!override` puts its value in the place of that."""
    return value.tag if isinstance(value, MarkedDict | MarkedList | TaggedText) else None


def _gone(body: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of what a service takes away or replaces."""
    for key, value in body.items():
        here = (*above, str(key))
        if tag_of(value) in ("!reset", "!override"):
            yield here
        elif isinstance(value, dict) and len(here) < _TAGGED:
            yield from _gone(value, here)


def _left(body: dict[str, Any], depth: int = 1) -> dict[str, Any]:
    """What a service says itself, without what it takes away."""
    left = MarkedDict(body.line, body.tag) if isinstance(body, MarkedDict) else MarkedDict()
    left.lines = body.lines if isinstance(body, MarkedDict) else {}
    for key, value in body.items():
        if tag_of(value) != "!reset":
            left[key] = _left(value, depth + 1) if isinstance(value, dict) and depth < _TAGGED else value
    return left


def _without(service: Service, gone: frozenset[tuple[str, ...]]) -> Service:
    """The same service without some fields, and without some names within fields."""
    if not gone:
        return service
    whole = {path[0] for path in gone if len(path) == 1}
    inner = [path for path in gone if len(path) > 1]
    left = replace(
        service,
        single={key: one for key, one in service.single.items() if key not in whole},
        keyed={key: dict(one) for key, one in service.keyed.items() if key not in whole},
        listed={key: one for key, one in service.listed.items() if key not in whole},
    )
    for field, *path in inner:
        if field in left.single:
            part = left.single[field]
            left.single[field] = replace(part, value=_cut(part.value, path))
        elif (named := left.keyed.get(field, {})) and path[0] in named:
            one = named.pop(path[0])
            if len(path) > 1:
                named[path[0]] = replace(one, value=_cut(one.value, path[1:]))
    return left


def _cut(value: Any, path: Sequence[str]) -> Any:
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {key: one for key, one in value.items() if key != path[0]}
    return {**value, path[0]: _cut(value[path[0]], path[1:])}


def declarations(body: dict[str, Any], key: str, path: str, values: Mapping[str, str], folder: str) -> dict[str, Part]:
    """Top-level networks or volumes."""
    value = body.get(key)
    return {
        str(name): Part(filled(one, values), evidence_at(path, value, str(name)), folder)
        for name, one in mapping(value).items()
    }
