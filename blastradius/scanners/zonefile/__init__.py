"""DNS as files say it: master files of name servers, their configuration, and octoDNS."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from blastradius.documents import Document, decode
from blastradius.errors import InputError
from blastradius.files import read_bytes, shown
from blastradius.model import Basis, Evidence, Fact, Gap
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.tree import SourceFile, Tree, unreadable
from blastradius.scanners.zonefile import pushed, which
from blastradius.scanners.zonefile.model import Zone, is_reverse

if TYPE_CHECKING:
    from blastradius.scanners.zonefile.master import Read
    from blastradius.scanners.zonefile.server import Named

MAX_FILE = 10_000_000
_PROGRAM = re.compile(r"^\s*D(?:_EXTEND)?\s*\(", re.M)


@dataclass(slots=True)
class Source:
    """What was read of DNS.

    Attributes:
        zones: all zones of names that serve somebody.
        parsed: how many files held something.
        gaps: files that could not be read.
        other: records of types that point nowhere, and zones of other purposes, with how often.
    """

    zones: list[Zone] = field(default_factory=list)
    parsed: int = 0
    gaps: list[Gap] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


@SCANNERS.register("zonefile")
class ZonefileScanner(Scanner):
    """Reads zone files, name server configuration and octoDNS."""

    name = "zonefile"
    summary = "DNS zone files (RFC 1035, BIND's `named.conf`), octoDNS"
    extracts = "zones with their DNS providers, names with their targets and TTLs, pools and failovers, delegations"
    omits = "mail, text and service records, reverse zones, a directory per zone in octoDNS, `dnsconfig.js` (a program)"

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._gaps: list[Gap] = []
        self._named: list[tuple[str, list[Named], str]] = []
        self._files: dict[str, SourceFile] = {}
        #: Documents of octoDNS with the zone that each is about; none for a configuration.
        self._pushing: list[tuple[Document, str]] = []
        self._by_name: dict[str, list[str]] = {}

    def claim(self, tree: Tree) -> Iterable[str]:
        """Master files and name server configuration: neither is YAML, whatever it is called."""
        for file in tree.files:
            self._files[file.path] = file
            self._by_name.setdefault(posixpath.basename(file.path), []).append(file.path)
        for file in tree.files:
            named = file.path in tree.named
            if which.may_be_configuration(file.path) or (named and file.path.endswith(".conf")):
                text = self._text(file, zone=False)
                if text is not None and which.looks_like_configuration(text):
                    from blastradius.scanners.zonefile.server import zones

                    found, directory = zones(text)
                    self._named.append((file.path, found, directory))
                    self._texts[file.path] = text
            if file.path not in self._texts and (which.may_be_zone(file.path) or _is_unnamed(file, tree)):
                text = self._text(file, zone=True)
                if text is not None:
                    self._texts[file.path] = text
        for path, found, directory in self._named:
            for one in found:
                inner = self._find(one.file, path, directory) if one.file else None
                if inner is not None and inner not in self._texts:
                    text = self._text(self._files[inner], zone=True)
                    if text is not None:
                        self._texts[inner] = text
        self._documents(tree)
        return [*self._texts, *(document.where for document, _ in self._pushing)]

    def _documents(self, tree: Tree) -> None:
        """The YAML of octoDNS, told by what it holds, so that nobody takes it for settings of a program."""
        for file in tree.manifests():
            if not file.path.lower().endswith((".yaml", ".yml")):
                continue
            name = pushed.zone_named(file.path)
            for document in tree.documents(file):
                if pushed.is_configuration(document):
                    self._pushing.append((document, ""))
                elif name and pushed.is_zone(document):
                    self._pushing.append((document, name))

    def fetch(self, tree: Tree) -> Source:
        """All zones; see `Source`."""
        source = Source(gaps=list(self._gaps))
        self._masters(source)
        self._pushed(source)
        for file in tree.files:
            if posixpath.basename(file.path) == "dnsconfig.js":
                self._program(file, source)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about zones and names."""
        if not source.zones:
            return Scanned(
                tuple(source.gaps), source.parsed, len({gap.scope for gap in source.gaps}), dict(source.other)
            )
        from blastradius.scanners.zonefile.facts import facts

        found: list[Fact] = [*facts(source.zones, root), *source.gaps]
        for zone in source.zones:
            source.other.update(
                {f"record of type {type}": count for type, count in zone.other.items() if type != "SOA"}
            )
        failed = len({gap.scope for gap in source.gaps})
        return Scanned(tuple(found), source.parsed, failed, dict(source.other))

    def _text(self, file: SourceFile, *, zone: bool) -> str | None:
        """The text of a file; None for what is none of ours."""
        try:
            content = read_bytes(file.disk, MAX_FILE)
            if not zone:
                return decode(content, file.path)
            text = _master(content)
            if "\0" not in text:
                return text if which.looks_like_zone(text) else None
            # `app.db` may be any program's own file
            if file.path.lower().endswith(".zone") and which.looks_like_zone(text.replace("\0", "")):
                what = f"{file.path}:1: holds NUL characters: save it as UTF-8 text"
                self._gaps.append(unreadable(what, file.path, self.name))
            return None
        except InputError as error:
            if not zone or file.path.lower().endswith(".zone"):
                message = str(error).removeprefix(f"{shown(file.disk)}: ")
                self._gaps.append(unreadable(message, file.path, self.name))
            return None

    def _find(self, name: str, beside: str, directory: str = "") -> str | None:
        """The file of the tree that a name server means: beside the file that says so, else the one whose path ends so."""
        plain = name.strip('"')
        near = posixpath.normpath(posixpath.join(posixpath.dirname(beside), plain.lstrip("/")))
        if near in self._files:
            return near
        whole = posixpath.normpath(posixpath.join(directory or "/", plain))
        parts = [part for part in whole.split("/") if part and part != ".."]
        same = self._by_name.get(parts[-1], []) if parts else []
        for at in range(len(parts)):
            tail = "/" + "/".join(parts[at:])
            if found := [path for path in same if f"/{path}".endswith(tail)]:
                return found[0] if len(found) == 1 else None
        return None

    def _open(self, name: str, beside: str) -> tuple[str, str] | None:
        """An included file, which lies in the tree or is not opened."""
        path = self._find(name, beside)
        if path is None:
            return None
        if path not in self._texts:
            try:
                self._texts[path] = _master(read_bytes(self._files[path].disk, MAX_FILE))
            except InputError as error:
                raise InputError(str(error).partition(": ")[2]) from None
        return path, self._texts[path]

    def _masters(self, source: Source) -> None:
        """Zones of master files, under the name that a server's configuration gives them."""
        if not self._texts:
            return
        from blastradius.scanners.zonefile.server import SERVED

        served: dict[str, list[tuple[Named, str]]] = {}
        for path, found, directory in self._named:
            source.parsed += 1
            for one in found:
                if is_reverse(one.name) or one.type not in SERVED:
                    source.other["zone for addresses, of one machine, or of other servers"] += 1
                    continue
                inner = self._find(one.file, path, directory) if one.file else None
                if inner is None or inner not in self._texts:
                    why = "its zone file was not seen: scan it as well" if one.file else "no zone file is named for it"
                    source.zones.append(Zone(one.name, path, one.line, unread=why, view=one.view))
                else:
                    served.setdefault(inner, []).append((one, path))
        configurations = {path for path, _, _ in self._named}
        reads: list[tuple[Zone, Read]] = []
        for path in sorted(set(self._texts) - configurations):
            said: list[Named | None] = [one for one, _ in served.get(path, [])]
            for known in said or [None]:
                reads.extend(self._zone(path, known, source))
        included = {path for _, read in reads for path in read.included}
        for zone, _ in reads:
            if zone.path not in included or zone.path in served:
                source.zones.append(zone)
                source.parsed += 1

    def _zone(self, path: str, said: Named | None, source: Source) -> Iterable[tuple[Zone, Read]]:
        """The zone of a master file; none for what is no such file, or serves nobody."""
        from blastradius.scanners.zonefile.master import read_zone

        text = self._texts[path]
        if "{{" in text or "<%" in text:
            source.gaps.append(
                unreadable(f"{path}:1: is a template: scan the zone file that it renders to", path, self.name)
            )
            return
        name = said.name if said else ""
        read = read_zone(path, text, name, self._open)
        basis: Basis = "declared"
        if not name:
            if read.soa is None and not read.stated:
                return  # some other file that mentions SOA
            name = read.soa if read.soa is not None else read.origin
            if not name:
                name, basis = which.zone_of_path(path), "inferred"
            if name:
                read = read_zone(path, text, name, self._open)
        if not name:
            if read.records and not all(one.type == "NS" for one in read.records):
                what = (
                    "nothing tells the name of the zone: write $ORIGIN, or scan the name server's configuration as well"
                )
                source.gaps.append(unreadable(f"{path}:{read.soa_line}: {what}", path, self.name))
            return
        if is_reverse(name):
            source.other["zone for addresses, of one machine, or of other servers"] += 1
            return
        line = read.soa_line if read.soa is not None else 1
        zone = Zone(name, path, line, basis, read.records, read.other)
        yield replace(zone, gaps=read.gaps, view=said.view if said else ""), read

    def _pushed(self, source: Source) -> None:
        """Zones of octoDNS, with the providers that its configuration pushes them to."""
        known: dict[str, pushed.Pushes] = {}
        ttl = pushed.DEFAULT_TTL
        for document, name in self._pushing:
            source.parsed += 1
            if not name:
                said = pushed.configuration(document)
                known.update(said.zones)
                ttl = said.ttl
        seen = set()
        for document, name in self._pushing:
            if not name or is_reverse(name):
                continue
            zone = pushed.zone(document, name, ttl)
            said_of = known.get(name) or known.get("*")
            if said_of:
                zone.targets, zone.unknown = said_of.targets, said_of.unknown
            source.zones.append(zone)
            seen.add(name)
        for name, pushes in sorted(known.items()):
            if name != "*" and name not in seen and not is_reverse(name):
                path, line = pushes.where
                why = "octoDNS takes its records from a source that was not seen"
                source.zones.append(Zone(name, path, line, targets=pushes.targets, unknown=pushes.unknown, unread=why))

    def _program(self, file: SourceFile, source: Source) -> None:
        text = self._text(file, zone=False)
        if text is None or not _PROGRAM.search(text):
            return
        reason = (
            "is a program (dnscontrol), which is not run: its zones and records were not seen; "
            "scan what `dnscontrol get-zones --format=zone` writes"
        )
        where = Evidence(scanner=self.name, locator=f"{file.path}:1")
        source.gaps.append(Gap(scope=file.path, reason=reason, hides="dependency", evidence=(where,)))


def _master(content: bytes) -> str:
    """The text of a master file: old ones hold comments in any encoding, and names are ASCII."""
    try:
        text = decode(content, "")
    except InputError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_unnamed(file: SourceFile, tree: Tree) -> bool:
    """Whether the user named a file that is not called as any other format."""
    return file.path in tree.named and not re.search(r"\.(?:ya?ml|json|tf|tfstate|env|toml)$", file.path, re.I)
