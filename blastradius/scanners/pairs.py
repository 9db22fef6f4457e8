"""Texts of `key=value` parts, such as connection strings: which values may be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blastradius.scanners.naming import sense, words

#: Words of a key that say that its value is a secret or a person.
_PRIVATE = frozenset({
    "password", "passwords", "passwd", "passphrase", "pass", "pwd", "secret", "secrets", "key", "keys", "apikey",
    "accesskey", "accountkey", "token", "tokens", "user", "users", "username", "uid", "userid", "userpass", "auth",
    "login", "credential", "credentials", "cred", "creds", "sig", "signature", "sas", "salt", "htpasswd", "htaccess",
})  # fmt: skip
_HOSTS = frozenset({"host", "hostaddr", "server", "data source", "datasource", "addr", "address"})
_KEY = re.compile(r"\s*(?:--?)?([A-Za-z_][\w. -]{0,80}?)\s*")
_HOST = re.compile(r"(?:tcp:)?(\[[0-9a-f:]{2,60}\]|[a-z0-9._-]{1,260})(?:[:,](\d{1,5}))?", re.I)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def is_private(name: str) -> bool:
    """Whether a name says that its value is a secret or a person: `BASIC_AUTH`, `Pwd`, `User Id`; not `AUTH_URL`."""
    said = [word for word in words(name) if not word.isdigit()]
    if said[-1:] == ["id"]:
        said.pop()
    return bool(said) and said[-1] in _PRIVATE


def mentions_private(name: str) -> bool:
    """Whether any word of a key says secret or person: what follows it in a text is not looked at."""
    return bool(_PRIVATE & set(words(name)))


def is_address_key(key: str) -> bool:
    """Whether the key of a pair says that its value is an address."""
    return not is_private(key) and (key.lower() in _HOSTS or sense(key) == "address")


def lookable(part: str) -> str | None:
    """What of one part of a list may be an address: all of it, or the value of a key that says so; else None."""
    key, equals, value = part.partition("=")
    if not equals:
        return part
    match = _KEY.fullmatch(key)
    return value if match and is_address_key(match[1]) else None


def keyword_hosts(text: str) -> Iterator[tuple[str, str | None]]:
    """Hosts and ports in connection strings such as `host=db port=5432` and `Server=tcp:db,1433;Database=x`.

    Quoted values are no hosts. Between `;` a value may hold blanks and, wrongly written, anything else: there nothing
    is looked at behind a secret. Between blanks an unquoted value ends at the blank.
    """
    plain = _QUOTED.sub("''", text)
    semicolons = ";" in plain
    for part in re.split(r";" if semicolons else r"\s+", plain):
        key, equals, value = part.partition("=")
        name = _KEY.fullmatch(key)
        if not equals or name is None:
            continue
        if mentions_private(name[1]) or (semicolons and "=" in value and mentions_private(value)):
            if semicolons:
                return
            continue
        found = _HOST.fullmatch(value.strip())
        # in the file of a log or a command words may stand before the first key
        if found and (name[1].lower() in _HOSTS or name[1].lower().rsplit(" ", 1)[-1] in _HOSTS):
            yield found[1], found[2]
