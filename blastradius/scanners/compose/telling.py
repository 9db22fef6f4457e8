"""What a service is told: variables, env files, flags, logging, and files mounted from the tree."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from blastradius.errors import InputError
from blastradius.marks import split_lines
from blastradius.model import Evidence
from blastradius.scanners.bare import without_credentials
from blastradius.scanners.compose.finding import joined
from blastradius.scanners.compose.model import SCANNER, Part, Project, Service, items
from blastradius.scanners.compose.normal import target_of
from blastradius.scanners.compose.reading import Reader
from blastradius.scanners.envoy import is_envoy
from blastradius.scanners.fetching import managers_in, script_settings
from blastradius.scanners.flatten import flatten, form_of
from blastradius.scanners.interpolation import Values, interpolate, read_dotenv
from blastradius.scanners.loose import mapping, text
from blastradius.scanners.naming import sense
from blastradius.scanners.proxies import pools_in
from blastradius.scanners.proxies.traefik import SERVERS
from blastradius.scanners.settings import Setting
from blastradius.scanners.settings.told import filled

_FLAG = re.compile(r"-{0,2}[A-Za-z][\w.-]*")
_WAITING = re.compile(r"(?:^|/)(?:wait-for(?:-it)?(?:\.sh)?|wait_for\w*(?:\.sh)?|dockerize|wait-on|nc|nslookup|until)$")
_CONFIG = re.compile(
    r"\.(?:conf|cfg|cnf|ya?ml|json|toml|ini|properties|xml|env|txt|hcl|template|tmpl|config)$|(?:^|/)Caddyfile[^/]*$|\.caddy$",
    re.I,
)
#: Where folders of configuration are mounted; others hold the program, its pages or its data.
_SETTLED = re.compile(r"(?:^|/)(?:etc|conf|config|configs|conf\.d|provisioning|sites-enabled)(?:/|$)")
MAX_MOUNTED = 200_000
#: Files that are read of one mounted folder.
_MOST = 50


def tell(reader: Reader, project: Project, service: Service) -> None:
    """Gather all settings of a service."""
    found: dict[str, Setting] = {}
    for setting in _env_files(reader, project, service):
        found[setting.name] = setting
    for name, part in service.parts("environment"):
        own = _variable(project, service, name, part)
        if own is not None:
            found[name] = own
    values = Values({name: setting.value for name, setting in found.items()})
    service.settings = [
        *found.values(),
        *_words(service, values),
        *_logging(service),
        *_mounted(reader, project, service, values),
    ]


def _variable(project: Project, service: Service, name: str, part: Part) -> Setting | None:
    if part.value is None:  # passed through from the shell that runs compose, or from `.env`
        value = project.values.get(name)
        if value is None:
            if sense(name) == "address":
                why = "is passed through from the shell, so its value is not known"
                service.missing.append((f"${{{name}}}", why, part.evidence))
            return None
        return Setting(name, value, f"env {name}", (part.evidence,))
    return Setting(name, text(part.value), f"env {name}", (part.evidence,))


def _env_files(reader: Reader, project: Project, service: Service) -> Iterator[Setting]:
    for part in service.listed.get("env_file", []):
        body = mapping(part.value)
        path = text(body.get("path")) or text(part.value)
        wanted = joined(part.folder, path)
        content = reader.text(wanted)
        if content is None:
            if body.get("required") is not False and path:
                why = "was not scanned, so its variables are not known"
                service.missing.append((f"env_file {_shown(path)}", why, part.evidence))
            continue
        raw = body.get("format") == "raw"
        values = Values(project.values)
        for one in read_dotenv(content):
            if one.value is None:
                continue
            value = one.value if raw or one.literal else interpolate(one.value, values)
            values[one.name] = value
            places = (Evidence(scanner=SCANNER, locator=f"{wanted}:{one.line}"), part.evidence)
            yield Setting(one.name, value, f"env {one.name}", places)


def _words(service: Service, values: Mapping[str, str]) -> Iterator[Setting]:
    """Flags and words of `entrypoint` and `command`: `--name=value`, `--name value`, scripts, plain words."""
    for field in ("entrypoint", "command"):
        part = service.single.get(field)
        if part is None:
            continue
        flag, waiting = "", False
        for position, word in enumerate(_split(part.value)):
            value = interpolate(word, values) if "$" in word else word
            if value.startswith("-") and re.match(r"--?[A-Za-z][\w.-]*[ \t]", value):
                name, _, rest = value.partition(" ")  # a list whose items hold a flag and its value
                yield Setting(_flag_name(name), rest.strip().strip("\"'"), f"{field} {name}", (part.evidence,))
                flag = ""
                continue
            if any(space in value for space in " \n"):
                yield from script_settings(flag.lstrip("-"), value, field, (part.evidence,))
                flag = ""
                continue
            name, equals, rest = value.partition("=")
            via = f"{field} {flag}".rstrip()
            if _WAITING.search(value):
                waiting, flag = True, ""
            elif value in ("--", "&&", ";"):
                waiting, flag = False, ""
            elif equals and _FLAG.fullmatch(name):
                yield Setting(_flag_name(name), rest.strip("\"'"), f"{field} {name}", (part.evidence,))
                flag = ""
            elif value.startswith("-"):
                flag = value
            elif position or flag or field == "command":
                # what it waits for is needed to start; `waiting` stands in `via`, where facts read it
                said = f"{field}: waits" if waiting else via
                yield Setting(_flag_name(flag), value, said, (part.evidence,))
                flag = ""


def installers(service: Service) -> list[str]:
    """Package managers that the shell lines of a service run before its program starts."""
    values = [service.single[field].value for field in ("entrypoint", "command") if field in service.single]
    return managers_in(
        text(word) for value in values for word in (value if isinstance(value, list) else [*_split(value), value])
    )


def _split(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text(one) for one in value[:2_000]]
    said = text(value)[:50_000]
    try:
        return shlex.split(said)
    except ValueError:
        return said.split()


def _flag_name(flag: str) -> str:
    return "host_addr" if flag in ("-h", "-H") else flag.lstrip("-")


def _logging(service: Service) -> Iterator[Setting]:
    part = service.single.get("logging")
    if part is None:
        return
    for name, value in mapping(mapping(part.value).get("options")).items():
        if sense(name) == "address":
            yield Setting(name, text(value), f"logging {name}", (part.evidence,))


def _mounted(reader: Reader, project: Project, service: Service, values: Mapping[str, str]) -> Iterator[Setting]:
    """Addresses in files of the tree that are mounted as configuration, and in `configs`.

    Args:
        reader: of the tree.
        project: of the service.
        service: its groups of servers are written down where it is a proxy.
        values: its variables, which files may hold.
    """
    files = [*_files(reader, service), *_configs(reader, project, service)]
    pools, whole = pools_in([(path, content) for path, content, _, _ in files])
    service.pools = [(pool, files[position][0], files[position][2]) for position, pool in pools]
    balanced = {position for position, _ in pools}
    for position, (path, content, mount, via) in enumerate(files):
        if is_envoy(content):
            service.proxied.append((path, content, mount))
        for setting in _file(path, content, mount, via) if position not in whole else ():
            if position in balanced and setting.name.endswith(SERVERS):
                continue
            yield replace(setting, value=filled(setting.value, values))


_File = tuple[str, str, Evidence, str]


def _files(reader: Reader, service: Service) -> Iterator[_File]:
    for part in service.listed.get("volumes", []):
        source, target = _source(part.value), target_of(part.value)
        if "/" not in source or source.startswith("/"):
            continue
        path = joined(part.folder, source)
        if reader.has(path):
            plain = _CONFIG.search(target) or not posixpath.splitext(target)[1]
            paths = [path] if _CONFIG.search(source) and plain else []
        else:
            paths = reader.within(path)[:_MOST] if _SETTLED.search(target) else []
        for one in paths:
            if _CONFIG.search(one):
                yield from _read(reader, one, part.evidence, f"volume {_shown(source)}")


def _configs(reader: Reader, project: Project, service: Service) -> Iterator[_File]:
    for name in names_of(service.listed.get("configs", [])):
        declared = project.configs.get(name)
        body = mapping(declared.value) if declared else {}
        if declared and text(body.get("file")):
            path = joined(declared.folder, text(body.get("file")))
            yield from _read(reader, path, declared.evidence, f"config {_shown(name)}")
        elif declared and text(body.get("content")):
            yield "", text(body.get("content"))[:MAX_MOUNTED], declared.evidence, f"config {_shown(name)}"


def _read(reader: Reader, path: str, mount: Evidence, via: str) -> Iterator[_File]:
    content = reader.text(path) if reader.has(path) else None
    if content is not None and len(content) <= MAX_MOUNTED:
        yield path, content, mount, via


def _file(path: str, content: str, mount: Evidence, via: str) -> Iterator[Setting]:
    """The settings of a file, or its lines; those of a text within the compose file stand where that does."""
    try:
        entries = flatten(path, content) if form_of(path) else []
    except InputError:
        entries = []
    for entry in entries:
        place = Evidence(scanner=SCANNER, locator=f"{path}:{entry.line}")
        if "\n" not in entry.value:
            yield Setting(entry.key, entry.value, f"{via}: {entry.key[:100]}", (place, mount))
    if entries:
        return
    for number, line in enumerate(split_lines(content), 1):
        if line.strip() and len(line) < 2_000:
            places = (Evidence(scanner=SCANNER, locator=f"{path}:{number}"), mount) if path else (mount,)
            yield Setting("", line, via, places, prose=True)


def _source(volume: Any) -> str:
    if isinstance(volume, dict):
        return text(volume.get("source")) if volume.get("type") in ("bind", None) else ""
    pieces = text(volume).split(":")
    return pieces[0] if len(pieces) > 1 else ""


def _shown(path: str) -> str:
    return re.sub(r"[^\w./ -]+", "?", without_credentials(path))[:120]


def ports_of(service: Service) -> list[tuple[int, str, str]]:
    """Published ports: port in the container, port outside, address it is bound to."""
    found = []
    for part in service.listed.get("ports", []):
        if isinstance(part.value, dict):
            outside, bound = text(part.value.get("published")), text(part.value.get("host_ip"))
            inside = text(part.value.get("target"))
        else:
            pieces = re.sub(r"/\w+$", "", text(part.value)).rsplit(":", 2)
            inside, outside = pieces[-1], pieces[-2] if len(pieces) > 1 else ""
            bound = pieces[0].strip("[]") if len(pieces) > 2 else ""
        number = inside.partition("-")[0]
        if number.isdigit() and int(number) < 65_536:
            found.append((int(number), outside, bound))
    return found


def names_of(parts: list[Part]) -> list[str]:
    """Names of secrets or configs that a service uses."""
    return sorted({text(mapping(one.value).get("source")) or text(one.value) for one in parts} - {""})


def hosts_of(part: Part) -> list[str]:
    """Addresses that an extra host stands for."""
    return [text(one).strip("[]") for one in items(part.value)]
