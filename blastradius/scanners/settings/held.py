"""Variables within settings: `${NAME:default}` of Spring, `${NAME:-default}` of shells, `ENV` of Rails, `%env()%` of Symfony.

A setting is read with the defaults of its variables. Which of the addresses in it are a variable's is found by putting
another host in the place of that variable: what changes into that host is held by it, whatever the form of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from blastradius.scanners.addresses import Address
from blastradius.scanners.naming import is_called, is_identity, sense, words
from blastradius.scanners.settings import Alternatives, Doubt, Found, Setting, found_in
from blastradius.scanners.settings.told import ELSEWHERE, FROM_ENVIRONMENT

_NAME = r"[A-Za-z_][\w.\[\]-]{0,119}"
#: The innermost: no variable stands in its default.
_VARIABLE = re.compile(rf"\$\{{({_NAME})(?::-?([^${{}}]{{0,500}}))?\}}")
_RAILS = re.compile(
    rf"<%=\s{{0,9}}ENV(?:\.fetch)?[\[(]\s{{0,9}}[\"']({_NAME})[\"']\s{{0,9}}"
    r"(?:,\s{0,9}[\"']([^\"'${}]{0,500})[\"']\s{0,9})?[\])](?:\s{0,9}(?:\|\||\{)\s{0,9}[\"']([^\"'${}]{0,500})[\"']\s{0,9}\}?)?\s{0,9}%>"
)
_SYMFONY = re.compile(rf"%env\((?:[a-z_]{{1,30}}:){{0,4}}({_NAME})\)%")
#: A port that only a variable tells, and a user and password: no host stands there.
_PORT = re.compile(rf":\$\{{{_NAME}\}}(?=[/?,;\s]|$)")
_TOKEN = re.compile("\ue000(\\d{1,3})\ue001")
_MOST = 60
_DEPTH = 8

Look = Callable[[str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Held:
    """An address of a setting.

    Attributes:
        found: what it is with the defaults of all variables; a text with `${NAME}` where one has none.
        variables: those that hold all of it, the outermost first.
    """

    found: Found
    variables: tuple[str, ...] = ()


def holds_variable(value: str) -> bool:
    """Whether variables that are understood here stand in a value."""
    return "${" in value or "<%=" in value or "%env(" in value


def own_values(value: str, others: Mapping[str, str]) -> str:
    """A value with the other settings of its file filled in: `${app.db.host}`."""
    for _ in range(_DEPTH):
        filled = _VARIABLE.sub(lambda match: others.get(match[1], match[0]), value)[:20_000]
        if filled == value:
            break
        value = filled
    return value


def held_in(value: str, is_address: bool, look: Look) -> Iterator[Held]:
    """Addresses of a value, with the variables that hold them.

    Args:
        value: text of a setting.
        is_address: whether its key says that it is an address.
        look: finds addresses in a text.
    """
    text, variables = _parsed(value)
    names: list[str] = []
    while found := _TOKEN.fullmatch(text.strip()):
        name, default = variables[int(found[1])]
        names.append(name)
        if default is None or not default.strip():
            if is_address and default is None:
                yield Held(_open(name), tuple(names))
            return
        text = default
    usual = list(look(_filled(text, variables)))
    holders = _holders(text, variables, look, usual)
    for position, one in enumerate(usual):
        yield from _told(one, names, holders[position], variables, is_address)


def _told(
    one: Found, names: list[str], held: list[str], variables: list[tuple[str, str | None]], is_address: bool
) -> Iterator[Held]:
    if isinstance(one, Doubt):
        yield Held(one)
        return
    hosts = one.hosts if isinstance(one, Alternatives) else (one.host,)
    opened = sorted({int(digits) for host in hosts for digits in re.findall(r"zzopen(\d{1,3})zz", host)})
    if not opened:
        yield Held(one, (*names, *held))
    elif is_address or isinstance(one, Alternatives) or (isinstance(one, Address) and one.form == "url"):
        whole = len(hosts) == 1 and hosts[0] == _sentinel(opened[0])
        for number in opened:
            name = variables[number][0]
            yield Held(_open(name), (*names, *_names(number, variables)) if whole else tuple(names))


def _open(name: str) -> Address:
    return Address("${" + name + "}", form="name")


def _sentinel(number: int) -> str:
    return f"zzopen{number}zz"


def _parsed(value: str) -> tuple[str, list[tuple[str, str | None]]]:
    """A value with a token for each variable, and the variables: name and default, in which tokens may stand."""
    value = value[:20_000].replace("\ue000", "").replace("\ue001", "")
    value = _RAILS.sub(lambda m: "${" + m[1] + (f":{m[2] or m[3]}" if m[2] or m[3] else "") + "}", value)
    value = FROM_ENVIRONMENT.sub("${", value)
    value = _PORT.sub("", _SYMFONY.sub(lambda m: "${" + m[1] + "}", value))
    variables: list[tuple[str, str | None]] = []

    def token(match: re.Match[str]) -> str:
        if len(variables) >= _MOST:
            return match[0]
        variables.append((match[1], None if match[1] in ELSEWHERE else match[2]))
        return f"\ue000{len(variables) - 1}\ue001"

    for _ in range(_DEPTH):
        replaced = _VARIABLE.sub(token, value)
        if replaced == value:
            break
        value = replaced
    return value, variables


def _filled(text: str, variables: list[tuple[str, str | None]], instead: int = -1) -> str:
    """A text with the defaults of its variables; a host of its own in the place of one that has none, or of `instead`."""

    def one(match: re.Match[str]) -> str:
        number = int(match[1])
        default = variables[number][1]
        return _sentinel(number) if default is None or number == instead else default

    for _ in range(_DEPTH + 1):
        if not _TOKEN.search(text):
            break
        text = _TOKEN.sub(one, text)[:20_000]
    return text


def _names(number: int, variables: list[tuple[str, str | None]]) -> Iterator[str]:
    """A variable, and the one that its default is."""
    for _ in range(_DEPTH + 1):
        name, default = variables[number]
        yield name
        inner = _TOKEN.fullmatch((default or "").strip())
        if not inner:
            return
        number = int(inner[1])


def _holders(text: str, variables: list[tuple[str, str | None]], look: Look, usual: Sequence[Found]) -> list[list[str]]:
    """For each address, the variables whose value it is."""
    holders: list[list[str]] = [[] for _ in usual]
    inner = {int(digits) for _, default in variables for digits in _TOKEN.findall(default or "")}
    tried = (number for number, (_, default) in enumerate(variables) if default is not None)
    for number in islice(tried, 10):
        if number in inner and any(_is_only(default, number) for _, default in variables):
            continue  # the outer one is tried, and names it as well
        changed = list(look(_filled(text, variables, number)))
        if len(changed) != len(usual):
            continue
        for position, one in enumerate(changed):
            if isinstance(one, Address) and one.host == _sentinel(number):
                holders[position].extend(_names(number, variables))
    return holders


def _is_only(default: str | None, number: int) -> bool:
    return (default or "").strip() == f"\ue000{number}\ue001"


def is_open(one: Found) -> bool:
    """Whether what was found is a variable of which nothing tells the value."""
    return isinstance(one, Address) and one.host.startswith("${")


def is_connection_string(key: str) -> bool:
    """Whether a key is one of .NET's connection strings: all of them are addresses, whatever they are called."""
    return re.match(r"connectionstrings(?:\.|__|:)", key, re.I) is not None


def names_address(key: str) -> bool:
    """Whether a key of a file of settings says that its value is an address."""
    said = words(key)
    return sense(key) == "address" or "url" in said[-2:] or "uri" in said[-2:] or is_identity(key)


def open_hosts(key: str, value: str) -> list[str]:
    """The variables without a value and a default that stand where a setting names a host: `${DB_HOST}`.

    Args:
        key: of the setting; it tells whether its value is an address.
        value: with what is known of its variables filled in.
    """
    if not holds_variable(value) or not is_called(key):
        return []
    is_connection = is_connection_string(key)
    name = f"{key}.address" if is_connection else key

    def look(text: str) -> list[Found]:
        return list(found_in(Setting(name, text, "", ()), lambda _: False))

    held = held_in(value, is_connection or names_address(key), look)
    return list(dict.fromkeys(one.found.host for one in held if isinstance(one.found, Address) and is_open(one.found)))
