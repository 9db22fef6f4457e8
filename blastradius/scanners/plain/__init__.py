"""Settings files of programs: hosts, URLs, connection strings and ARNs, told to the workload of their folder.

This reader knows no workload. What it finds depends on `folder:<path>`; `assemble` gives it to the one component that is
built from or declared in that folder, and where there is none, or several, says so with a gap.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from blastradius.errors import InputError
from blastradius.model import DependencyFact, Evidence, Fact, Gap, RedundancyFact, Reference, Role
from blastradius.scanners.addresses import Address
from blastradius.scanners.base import SCANNERS, Scanned, Scanner
from blastradius.scanners.flatten import Entry, flat, flatten, form_of
from blastradius.scanners.folders import folder_alias
from blastradius.scanners.named import named_among
from blastradius.scanners.naming import TECHNOLOGY, sense, words
from blastradius.scanners.plain.calls import calls
from blastradius.scanners.plain.layers import layered
from blastradius.scanners.plain.ocelot import is_ocelot, is_route, routes
from blastradius.scanners.plain.others import NO_SETTINGS, is_of_another_tool
from blastradius.scanners.plain.which import (
    home_of,
    homes,
    is_rehearsal,
    is_rehearsal_key,
    is_settings,
    other_stage_keys,
    other_stages,
)
from blastradius.scanners.settings import Alternatives, Doubt, Found, Own, Setting, found_in
from blastradius.scanners.settings.blocks import Block, Blocks
from blastradius.scanners.settings.held import (
    Held,
    held_in,
    holds_variable,
    is_connection_string,
    is_open,
    names_address,
    own_values,
)
from blastradius.scanners.settings.pages import use_of
from blastradius.scanners.settings.tokens import is_domain
from blastradius.scanners.tree import SourceFile, Tree, unread

MAX_FILE = 1_000_000
#: Keys by which a part of Spring's settings says for which profile it is.
_PROFILES = frozenset({"spring.config.activate.on-profile", "spring.profiles"})
#: Last words of keys whose value may be a bare name.
_HOSTS = frozenset({
    "host", "hosts", "hostname", "hostnames", "addr", "addrs", "address", "addresses", "server", "servers", "broker",
    "brokers", "endpoint", "endpoints", "url", "uri", "nodes", "seeds", "peers", "upstream",
})  # fmt: skip
#: Words of keys of Spring's management that say where it sends what it measures.
_SENT = frozenset({"zipkin", "otlp", "tracing", "export"})
#: Words of keys that say where a server listens, and the parts of Spring's own.
_LISTENS = frozenset(
    {"address", "addr", "addresses", "host", "hosts", "hostname", "name", "bind", "listen", "port", "ip"}
)
_SERVERS = frozenset({"tomcat", "jetty", "undertow", "netty", "servlet", "ssl", "reactive", "error", "forward"})
#: Files whose settings Spring and .NET let a variable of their name replace.
_OVERRIDDEN = re.compile(r"(?:application|bootstrap|appsettings)[.-]", re.I)
_FILE = re.compile(r"\.(?:db|db3|sqlite3?|mdf|sdf|mdb)$", re.I)


@dataclass(slots=True)
class Source:
    """What was read of settings.

    Attributes:
        files: path, folder of the program it belongs to, and its settings.
        gaps: files that could not be read.
        notes: what was left out on purpose, with how often.
    """

    files: list[tuple[str, str, list[Entry]]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


@SCANNERS.register("plain")
class PlainScanner(Scanner):
    """Reads settings files that are known by their name."""

    name = "plain"
    summary = (
        "Settings files (`.env`, `application*.yml|properties`, `appsettings*.json`, `ocelot*.json`, `settings.toml`, `config/*`, "
        "`src/main/resources/*`, `airflow.cfg`, `connect-*.properties`, `keycloak.conf`)"
    )
    extracts = (
        "hosts, URLs, connection strings, ARNs and names of buckets, queues and the like, given to the one workload that "
        "is built from their folder; retries, timeouts and breakers of Resilience4j and OpenFeign, retries of the AWS SDKs"
    )
    omits = (
        "settings of tests, developers and examples, those of other stages where production has its own, values that are "
        "variables, addresses of pages, pictures and formats, code"
    )

    def fetch(self, tree: Tree) -> Source:
        """All settings of all files that are known by their name."""
        source = Source()
        known = homes(file.path for file in tree.files)
        files = [file for file in tree.files if file.path not in tree.claimed and is_settings(file.path)]
        others = other_stages((file.path, home_of(file.path, known)) for file in files)
        for file in files:
            if is_rehearsal(file.path):
                source.notes["settings of tests, developers and examples"] += 1
                continue
            if file.path in others:
                source.notes["settings of other stages than production"] += 1
                continue
            try:
                found = _entries(tree, file, source.notes)
            except InputError as error:
                source.gaps.append(unread(file, error, self.name))
                continue
            if found:
                source.files.append((file.path, home_of(file.path, known), found))
        source.files = layered(source.files)
        return source

    def translate(self, source: Source, root: str) -> Scanned:
        """Facts about what the settings name."""
        facts: list[Fact] = []
        notes = Counter(source.notes)
        for path, folder, entries in source.files:
            others = other_stage_keys(entry.key for entry in entries)
            entries = [entry for entry in entries if entry.key.partition(".")[0] not in others]
            blocks = Blocks(path, entries)
            if form_of(path) in ("yaml", "json", "toml"):  # they switch, and name nothing
                entries = [entry for entry in entries if entry.value not in ("true", "false")]
            facts.extend(calls(path, folder, entries))
            if is_ocelot(path):
                facts.extend(routes(path, folder, entries))
                entries = [entry for entry in entries if not is_route(entry)]
            values = {entry.key: entry.value for entry in entries}
            for entry in _listed(path, entries):
                if is_rehearsal_key(entry.key):
                    continue
                told = _facts(path, folder, entry, values, notes)
                facts.extend(_within(path, told, blocks.around(entry.key)))
            facts.extend(_named(path, folder, [entry for entry in entries if not blocks.around(entry.key)]))
        return Scanned((*facts, *source.gaps), len(source.files), len(source.gaps), dict(notes))


def _entries(tree: Tree, file: SourceFile, notes: Counter[str]) -> list[Entry]:
    """Settings of a file, without its documents that are other tools'."""
    if form_of(file.path) == "yaml":  # read before by others; what is broken is a gap already
        documents = [flat([one], switches=True) for one in tree.documents(file) if isinstance(one.value, dict)]
    else:
        documents = [flatten(file.path, file.text(MAX_FILE), switches=True)]
    own = [found for found in documents if not is_of_another_tool(file.path, found)]
    if len(own) < len(documents):
        notes["files of other tools under names of settings"] += 1
    own = [found for found in own if not _for_rehearsal(found)]
    return [entry for found in own for entry in found if entry.key.partition(".")[0] not in NO_SETTINGS]


def _for_rehearsal(entries: list[Entry]) -> bool:
    """Whether a part of Spring's settings is for profiles of tests or developers alone."""
    profiles = {one.value for one in entries if one.key in _PROFILES}
    return bool(profiles) and all(is_rehearsal(f"application-{one}.yml") for one in profiles)


def _facts(path: str, folder: str, entry: Entry, others: Mapping[str, str], notes: Counter[str]) -> Iterator[Fact]:
    said = words(entry.key)
    if "\n" in entry.value or _is_own_door(entry.key, said):
        return
    meaning = _Meaning.of(path, entry.key)
    value = own_values(entry.value, others) if "${" in entry.value else entry.value
    setting = replace(_setting(path, entry), name=meaning.name, value=value)

    def look(text: str) -> list[Found]:
        # the name of a product, too, is that of a scanned Service where an address belongs, or else of nothing
        return list(found_in(replace(setting, value=text), meaning.may_be_product))

    if holds_variable(value):
        held = list(held_in(value, meaning.is_address, look))
    else:
        held = [Held(one) for one in look(value)]
    for one in held:
        yield from _fact(folder, one, setting, meaning, notes)


def _fact(folder: str, held: Held, setting: Setting, meaning: _Meaning, notes: Counter[str]) -> Iterator[Fact]:
    found, via, where = held.found, setting.via, setting.evidence
    inferred = tuple(one.model_copy(update={"basis": "inferred"}) for one in where)
    variables = (*meaning.overrides, *held.variables)
    if isinstance(found, Doubt):
        if meaning.is_address and found.text == "a placeholder":
            reference = _reference("${\u2026}", "address")
            yield DependencyFact(dependent=folder_alias(folder), reference=reference, via=via, evidence=where)
        else:
            notes["settings whose value is a variable"] += 1
        return
    if isinstance(found, Alternatives):
        members = tuple(_reference(host, "address") for host in found.hosts)
        yield RedundancyFact(
            dependent=folder_alias(folder), members=members, full=len(members), via=via, reason=found.reason,
            variables=variables, evidence=inferred,
        )  # fmt: skip
        return
    if isinstance(found, Own):
        yield found.fact(folder_alias(folder), "", via, where).model_copy(update={"variables": variables})
        return
    weak = meaning.is_weak(found)
    use = (
        use_of(setting.name, setting.value, found) if weak is False and not _is_connection(setting.value) else "called"
    )
    if use == "read":
        notes["addresses of pages, pictures and formats"] += 1
    elif use == "perhaps" and not is_open(found):
        own = Own(found.host, found.port, found.form == "resource")
        yield own.fact(folder_alias(folder), "", via, where).model_copy(update={"variables": variables})
    elif weak is not None:
        role: Role = "resource" if found.form == "resource" else "address"
        yield DependencyFact(
            dependent=folder_alias(folder), reference=_reference(found.host, role), via=via, variables=variables,
            weak=weak, evidence=inferred if held.variables and not is_open(found) else where,
        )  # fmt: skip


def _within(path: str, facts: Iterable[Fact], block: Block | None) -> Iterator[Fact]:
    """Facts of a setting, by what is said of the block that it stands in."""
    for fact in facts:
        if block is None or not isinstance(fact, DependencyFact | RedundancyFact):
            yield fact
        elif not (block.is_off and isinstance(fact, DependencyFact) and (fact.perhaps_own or _is_unknown(fact))):
            where = (*fact.evidence, Evidence(scanner="plain", locator=f"{path}:{block.line}"))
            yield fact.model_copy(update={"strength": "soft", "reason": block.reason, "evidence": where})


def _is_unknown(fact: DependencyFact) -> bool:
    return any(one.startswith("${") for one in fact.reference.texts)


def _is_own_door(key: str, said: tuple[str, ...]) -> bool:
    """Whether a key says where the program itself listens: `server.address`; not where it sends what it measures."""
    if said[:1] == ("management",):
        return not set(said) & _SENT
    return key[:7].lower() == "server." and (set(said[1:]) <= _LISTENS or said[1] in _SERVERS)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a key says of the addresses below it.

    Attributes:
        name: the key, as the search for addresses understands it.
        is_address: whether its value is one.
        takes_names: whether a bare name may be one.
        overrides: variables that a program reads in place of it.
    """

    name: str
    is_address: bool
    takes_names: bool
    overrides: tuple[str, ...]

    @classmethod
    def of(cls, path: str, key: str) -> _Meaning:
        """Read a key of a file."""
        said = words(key)
        if is_connection_string(key):
            return cls(f"{key}.address", True, False, (key,))
        is_address = names_address(key)
        takes_names = not said or said[-1] in _HOSTS or said[-2:] == ("host", "name")
        return cls(key, is_address, takes_names, (key,) if _OVERRIDDEN.match(posixpath.basename(path)) else ())

    def may_be_product(self, host: str) -> bool:
        """Whether a host may be a Service that bears a product's name."""
        return self.is_address and host in TECHNOLOGY

    def is_weak(self, found: Address) -> bool | None:
        """Whether an address counts only where it is scanned; None where it does not count at all."""
        if found.form == "dsn" and _FILE.search(found.host):
            return None  # `Data Source=app.db`
        if found.form == "name" and not found.host.startswith("${"):
            if found.host in TECHNOLOGY:
                return True if self.takes_names else None
            if not self.takes_names:  # `EndpointDefaults.Protocols: Http2`
                may_be = is_domain(found.host) and sense(self.name) == "unclear"
                return False if may_be else True if self.name.endswith(".address") else None
        return False


def _listed(path: str, entries: list[Entry]) -> Iterator[Entry]:
    """Settings, with the items of a list as one text where that is a list of members of which any will do."""
    for _, same in groupby(entries, key=lambda entry: entry.key):
        items = list(same)
        if len(items) > 1 and form_of(path) in ("yaml", "json", "toml") and not any("," in one.value for one in items):
            whole = replace(items[0], value=",".join(one.value.strip() for one in items))
            found = list(found_in(_setting(path, whole), lambda _: False))
            if len(found) == 1 and isinstance(found[0], Alternatives):
                yield whole
                continue
        yield from items


def _setting(path: str, entry: Entry) -> Setting:
    # keys are names; one that is not, such as a URL, may hold anything and is not shown
    key = ".".join(one if re.fullmatch(r"[\w:-]{1,60}", one) else "*" for one in entry.key.split("."))[:120]
    where = (Evidence(scanner="plain", locator=f"{path}:{entry.line}"),)
    return Setting(entry.key, entry.value, f"setting {key}", where)


def _named(path: str, folder: str, entries: list[Entry]) -> Iterator[Fact]:
    """Buckets, queues and the like that the settings of one file name without a place."""
    for setting, found in named_among(_setting(path, one) for one in entries if not is_rehearsal_key(one.key)):
        reference = Reference(texts=(found.name,), role="resource", kind=found.kind)
        yield DependencyFact(
            dependent=folder_alias(folder), reference=reference, via=setting.via, evidence=setting.evidence
        )


def _is_connection(value: str) -> bool:
    """Whether a value is a URL of something other than the web: those are for programs."""
    found = re.match(r"(?:jdbc:)?([a-z][a-z0-9+.:-]*)://", value.strip(), re.I)
    return found is not None and found[1].lower() not in ("http", "https")


def _reference(host: str, role: Role) -> Reference:
    return Reference(texts=(host,), role=role)
