"""What a web address in a setting is for: for the program to call, or for people to read.

Each URL, and each host with a port, in a program's settings is taken for something that it calls, unless its key or its
own form says that it is a page, a picture or the name of a format. Where either hints at that and neither is certain,
the address may be called: what is scanned or known as a vendor's interface is needed, any other leaves a gap.
"""

from __future__ import annotations

import re
from typing import Literal

from blastradius.scanners.addresses import Address
from blastradius.scanners.naming import sense, words

Use = Literal["called", "perhaps", "read"]

#: What a URL is of that people read, or that names a format.
_READ = frozenset({
    "doc", "docs", "documentation", "homepage", "help", "schema", "schemas", "swagger", "openapi", "terms", "privacy",
    "readme", "website", "logo", "icon", "favicon", "avatar", "thumbnail", "screenshot", "badge", "banner", "contact",
    "example", "examples", "description", "title", "comment", "namespace", "xmlns", "canonical", "blog", "faq", "social",
    "author", "credits", "changelog", "copyright", "imprint", "dtd", "xsd",
})  # fmt: skip
#: What may be read, or called.
_EITHER = frozenset({
    "license", "licence", "support", "image", "images", "repo", "repository", "repositories", "download", "downloads",
    "site", "self", "own", "link", "links", "href", "redirect", "page", "pages", "about", "source",
})  # fmt: skip
#: Words behind which only say that it is an address.
_PLACES = frozenset({
    "url", "urls", "uri", "uris", "link", "links", "href", "page", "pages", "addr", "address", "host", "hostname",
})  # fmt: skip
_PAGE = re.compile(r"\.(?:html?|md|txt|pdf|png|jpe?g|gif|svg|ico|webp|css|woff2?|ttf|mp4|xsd|dtd)$", re.I)
#: Hosts whose URLs name formats and licences, and hosts of pages of people and firms: their interfaces have other hosts.
_PAGES = frozenset({
    "json-schema.org", "schema.org", "www.w3.org", "w3.org", "xmlns.com", "purl.org", "xmlns.jcp.org", "json.schemastore.org",
    "opensource.org", "creativecommons.org", "apache.org", "gnu.org", "spdx.org", "mit-license.org", "choosealicense.com",
    "twitter.com", "x.com", "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "youtu.be", "medium.com",
    "reddit.com", "t.me", "discord.gg", "wikipedia.org", "en.wikipedia.org", "stackoverflow.com", "example.invalid",
})  # fmt: skip
_FIRST = frozenset({"docs", "doc", "help", "schemas", "schema", "wiki", "blog"})
_INNER = frozenset({"internal", "local", "svc", "lan", "corp", "intra", "int", "private", "consul", "cluster"})


def use_of(key: str, value: str, found: Address) -> Use:
    """What an address in a setting is for.

    Args:
        key: of the setting, dotted where it stands within others.
        value: its text.
        found: the address.
    """
    if found.form in ("resource", "dsn", "name"):
        return "perhaps" if found.form == "name" and "." in found.host and sense(key) == "unclear" else "called"
    inner = _is_inner(found)
    if found.form == "port":
        return "called" if "." in found.host and sense(key) != "other" else "perhaps"
    if is_page(found):
        return "perhaps" if inner else "read"
    *above, _ = said = [_head(part) for part in key.split(".")] or [()]
    leaf = said[-1][-1:] or next((one[-1:] for one in reversed(above) if one), ())
    if set(leaf) & _READ:
        return "perhaps" if inner else "read"
    if inner:
        return "called"
    if set(leaf) & _EITHER or any(len(one) == 1 and one[0] in _READ for one in above):
        return "perhaps"
    if "<" in value or "](" in value:
        return "read"
    is_text = any("://" not in part for part in value.split()) and len(value.split()) > 1
    if sense(key) == "address":
        return "called"
    return "perhaps" if is_text or sense(key) == "other" or found.host.startswith("www.") else "called"


def may_be_read(name: str) -> bool:
    """Whether a variable may name a page for people as well as what is called: `LICENSE_URL`."""
    return bool(set(_head(name)[-1:]) & {"license", "licence"})


def is_page(found: Address) -> bool:
    """Whether a URL is by its own form a page, a picture, a licence or the name of a format."""
    host = found.host.removeprefix("www.")
    if host in _PAGES or found.host in _PAGES or _PAGE.search(found.path):
        return True
    return host.partition(".")[0] in _FIRST and host.count(".") > 1


def _is_inner(found: Address) -> bool:
    """Whether only programs reach an address: by a port of its own, by a name without dots, by a domain of a network."""
    labels = found.host.rstrip(".").split(".")
    return found.port not in (None, 80, 443) or len(labels) == 1 or bool(_INNER & set(labels[1:]))


def _head(part: str) -> tuple[str, ...]:
    """The words of a key, those that only say that it is an address left out."""
    said = [word for word in words(part) if not word.isdigit()]
    while said and said[-1] in _PLACES and (len(said) > 1 or said[-1] not in _EITHER):
        said.pop()
    return tuple(said)
