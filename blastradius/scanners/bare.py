"""Credentials in sources: whatever names a repository, module or chart elsewhere is shown without them.

One place for all scanners: what they say in words (gaps, notes) passes here before it is written down. Forms: the user
part of an address (`https://user:password@host`, `git::ssh://…`, `user:password@host:path`), and parameters
(`?token=`, `?sshkey=`, `?aws_access_key_secret=`), which are cut whole: which of them is secret only their reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from blastradius.model import Evidence, Fact, Gap

#: What follows the scheme; a path that was put together has one slash there.
_ADDRESS = re.compile(r"(?:(?<=://)|(?<=(?:tp|ps|sh|it):/)(?!/))[^\s\"'<>`]+")
_PARAMETERS = re.compile(r"(?<=[\w/.-])[?#][\w.~%-]+=[^\s\"'<>`,)]*")
#: `user:password@host:path`; a digest (`image:tag@sha256:…`) and a selector (`kind:name@region`) are none.
_COPY = re.compile(r"(?<![\w.@-])[\w.+-]+:[^\s@\"'<>`:]+@(?=[\w-]+(?:\.[\w-]+)+[:/])")
_OF_GAPS = ("scope", "reference")
_PORT = re.compile(r"\d{1,5}")


def without_credentials(text: str) -> str:
    """A text with every source in it cut down to where it is: no user, no password, no parameters.

    Args:
        text: words, an address, or words with addresses in them.
    """
    if not ("@" in text or "?" in text or "#" in text):
        return text
    text = _ADDRESS.sub(lambda found: _bare(found[0]), text)
    return _COPY.sub("", _PARAMETERS.sub("", text))


def _bare(rest: str) -> str:
    """What follows `://`, without user and parameters; an `@` in a path stays."""
    authority, slash, path = rest.partition("/")
    port = authority.rpartition(":")[2]
    if "@" in authority:
        authority = authority.rpartition("@")[2]
    elif "@" in path and ":" in authority and not _PORT.fullmatch(port) and "${" not in authority:
        return _bare(path.rpartition("@")[2])  # a password with a slash in it
    kept = authority + slash + path
    return re.sub(r"[?#](?![^{]*\}).*", "", kept) if "://" not in kept else kept


def cleaned(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Facts whose words show no credentials of a source.

    Args:
        facts: of a scanner.
    """
    for fact in facts:
        told = {
            key: getattr(fact, key, None) for key in ("reason", "via", *(_OF_GAPS if isinstance(fact, Gap) else ()))
        }
        changed: dict[str, object] = {
            key: bare for key, one in told.items() if isinstance(one, str) and (bare := without_credentials(one)) != one
        }
        evidence = getattr(fact, "evidence", ())
        if isinstance(evidence, tuple) and any(_shows(one) for one in evidence):
            changed["evidence"] = tuple(
                one.model_copy(update={"note": without_credentials(one.note)}) if _shows(one) else one
                for one in evidence
            )
        yield fact.model_copy(update=changed) if changed else fact


def _shows(one: object) -> bool:
    """Whether the note of an evidence holds what is not to be shown."""
    note = one.note if isinstance(one, Evidence) else None
    return note is not None and ("@" in note or "?" in note) and without_credentials(note) != note
