"""What the containers of a pod are told: variables, flags, commands, and the files of mounted ConfigMaps."""

from __future__ import annotations

import base64
import binascii
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from blastradius.errors import InputError
from blastradius.model import Evidence
from blastradius.scanners.fetching import managers_in, script_settings
from blastradius.scanners.flatten import flatten, form_of
from blastradius.scanners.kubernetes.cluster import Cluster
from blastradius.scanners.kubernetes.objects import Object, dig, items, mapping, mappings, text
from blastradius.scanners.naming import sense
from blastradius.scanners.settings import Setting
from blastradius.scanners.settings.held import open_hosts, own_values
from blastradius.scanners.settings.told import filled

_EXPAND = re.compile(r"\$\$|\$\(([A-Za-z_][\w.-]*)\)")
_SHELL = re.compile(r"\$\{([A-Za-z_]\w{0,200})(?::?-([^}]{0,500}))?\}|\$([A-Za-z_]\w*)")
_MAX = 200_000
_UNSCANNED = "was not scanned, so what it holds is not known"


@dataclass(slots=True)
class Missing:
    """Something a setting is taken from that was not scanned.

    Attributes:
        text: what it is; one gap for each.
        why: what follows.
        evidence: where it is asked for.
    """

    text: str
    why: str
    evidence: Evidence


#: ConfigMaps that a cluster itself makes in each namespace.
_GIVEN = frozenset({"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert"})


@dataclass(slots=True)
class Environment:
    """The variables of one container.

    Attributes:
        settings: each with its value, expanded.
        missing: what could not be resolved.
        values: value of each variable by name, to expand flags and commands.
    """

    settings: list[Setting] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    values: ChainMap[str, str] = field(default_factory=ChainMap)


def environment(cluster: Cluster, pod: Object, container: dict[str, Any]) -> Environment:
    """The variables of a container: `envFrom` first, then `env`, which wins, as Kubernetes has it."""
    # a namespace may have thousands of Services: their variables are shared, not copied
    result = Environment(values=ChainMap({}, cluster.injected.get(pod.namespace, {})))
    found: dict[str, Setting] = {}
    for _, source in mappings(container.get("envFrom")):
        for setting in _env_from(cluster, pod, source, result):
            found[setting.name] = setting
            result.values[setting.name] = setting.value
    for position, variable in mappings(container.get("env")):
        where = pod.evidence(container.get("env"), position)
        own = _variable(cluster, pod, variable, where, result)
        if own is not None:
            found[own.name] = own
            result.values[own.name] = own.value
    result.settings = [_filled(one, result.values) for one in found.values()]
    return result


def _filled(setting: Setting, values: ChainMap[str, str]) -> Setting:
    """A variable with the others that stand in it as `${DB_HOST}`: Kubernetes leaves those to the program, as Spring's."""
    if setting.prose or "${" not in setting.value:
        return setting
    own, *shared = values.maps
    others = {name: value for name, value in own.items() if name != setting.name}
    told = filled(setting.value, ChainMap(others, *shared))
    if told == setting.value:
        return setting
    where = tuple(one.model_copy(update={"basis": "inferred"}) for one in setting.evidence)
    return replace(setting, value=told, evidence=where)


def _env_from(cluster: Cluster, pod: Object, source: dict[str, Any], result: Environment) -> Iterator[Setting]:
    prefix = text(source.get("prefix"))
    for field_name, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        reference = source.get(field_name)
        name = text(dig(reference, "name"))
        if not name:
            continue
        here = pod.evidence(reference)
        declared = cluster.get(kind, pod.namespace, name)
        if not declared and name not in _GIVEN and not _is_optional(reference):
            result.missing.append(Missing(f"{kind} {name}", _UNSCANNED, here))
        for one in declared:
            for key, value, container in entries(one):
                via = f"env {prefix}{key} from {kind} {name}"
                places = (one.evidence(container, key), here)
                yield Setting(prefix + key, value, via, places, "\n" in value, kind == "Secret")


def _variable(
    cluster: Cluster, pod: Object, variable: dict[str, Any], where: Evidence, result: Environment
) -> Setting | None:
    name = text(variable.get("name"))
    if not name:
        return None
    if "value" in variable:
        value = expand(text(variable.get("value")), result.values)
        return Setting(name, value, f"env {name}", (where,), "\n" in value)
    for field_name, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        reference = dig(variable, "valueFrom", field_name)
        if isinstance(reference, dict):
            return _key_ref(cluster, pod, name, kind, reference, where, result)
    return None


def _key_ref(
    cluster: Cluster,
    pod: Object,
    name: str,
    kind: str,
    reference: dict[str, Any],
    where: Evidence,
    result: Environment,
) -> Setting | None:
    source, wanted = text(reference.get("name")), text(reference.get("key"))
    for one in cluster.get(kind, pod.namespace, source):
        for key, value, container in entries(one):
            if key == wanted:
                via = f"env {name} from {kind} {source}"
                return Setting(name, value, via, (where, one.evidence(container, key)), "\n" in value, kind == "Secret")
    if _is_optional(reference) or source in _GIVEN:
        return None
    if kind == "ConfigMap":
        scanned = bool(cluster.get(kind, pod.namespace, source))
        why = f"holds no {wanted} that was scanned, so {name} is not known" if scanned else _UNSCANNED
        result.missing.append(Missing(f"{kind} {source}", why, where))
    elif sense(name) == "address":
        what = f"key {wanted} of {kind} {source}"
        result.missing.append(Missing(f"$({name})", f"is {what}, which was not scanned", where))
    return None


def entries(source: Object) -> Iterator[tuple[str, str, Any]]:
    """Keys and texts of a ConfigMap or Secret, with the mapping that they stand in.

    Values of a Secret are decoded to look for hosts in them; they go nowhere else.
    """
    for field_name in ("data", "stringData"):
        container = source.body.get(field_name)
        for key, raw in mapping(container).items():
            value = text(raw)[:_MAX]
            if source.kind == "Secret" and field_name == "data":
                value = _decoded(value)
            yield key, value, container


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value.encode("ascii", "ignore"), validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def expand(value: str, values: Mapping[str, str]) -> str:
    """Replace `$(NAME)` as Kubernetes does: known variables only, `$$` is a literal dollar."""

    def one(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        return values.get(match[1], match[0])

    return _EXPAND.sub(one, value[:_MAX])[:_MAX] if "$" in value else value


def shell(value: str, values: Mapping[str, str]) -> str:
    """Replace `${NAME}`, `${NAME:-default}` and `$NAME` of a script by variables that are known."""

    def one(match: re.Match[str]) -> str:
        name = match[1] or match[3]
        found = values.get(name)
        return found if found is not None else (match[2] if match[2] is not None else match[0])

    return _SHELL.sub(one, value)[:_MAX] if "$" in value else value


def arguments(pod: Object, container: dict[str, Any], values: Mapping[str, str]) -> Iterator[Setting]:
    """Flags and words of `command` and `args`: `--name=value`, `--name value`, scripts, plain words."""
    for field_name in ("command", "args"):
        raw = container.get(field_name)
        words = items(raw) if not isinstance(raw, str) else [raw]
        flag = ""
        for position, word in enumerate(words):
            value = shell(expand(text(word), values), values)
            where = (pod.evidence(raw, position),)
            if not value or (position == 0 and field_name == "command"):
                continue
            if any(space in value for space in " \n") and not value.startswith("-"):
                yield from script_settings(flag.lstrip("-"), value, field_name, where)
                flag = ""
                continue
            name, equals, rest = value.partition("=")
            if equals and re.fullmatch(r"-{0,2}[A-Za-z][\w.-]*", name):
                short = name.lstrip("-")
                label = f"{field_name} {name}"
                yield Setting(short, rest.strip("\"'"), label, where, "\n" in rest)
                flag = ""
            elif value.startswith("-"):
                flag = value
            else:
                yield Setting(_flag_name(flag), value, f"{field_name} {flag}".rstrip(), where)
                flag = ""


def managers(spec: dict[str, Any]) -> list[str]:
    """Package managers that shell lines of a pod run before the program starts."""
    return managers_in(
        text(word)
        for field_name in ("initContainers", "containers")
        for _, container in mappings(spec.get(field_name))
        for part in ("command", "args")
        for word in (items(container.get(part)) or [container.get(part)])
    )


def _flag_name(flag: str) -> str:
    return "host_addr" if flag in ("-h", "-H") else flag.lstrip("-")


def _is_optional(reference: Any) -> bool:
    return text(dig(reference, "optional")).lower() in ("true", "yes", "on")


def missing_files(cluster: Cluster, pod: Object, spec: dict[str, Any]) -> Iterator[Missing]:
    """ConfigMaps of the pod's volumes that were not scanned; a Secret is usually not, and holds passwords."""
    for _, volume in mappings(spec.get("volumes")):
        for source in (volume, *(part for _, part in mappings(dig(volume, "projected", "sources")))):
            body = mapping(source.get("configMap"))
            name = text(body.get("name"))
            wanted = name and name not in _GIVEN and not _is_optional(body)
            if wanted and not cluster.get("ConfigMap", pod.namespace, name):
                yield Missing(f"ConfigMap {name}", _UNSCANNED, pod.evidence(volume))


def config_files(cluster: Cluster, pod: Object, spec: dict[str, Any], values: Mapping[str, str]) -> Iterator[Setting]:
    """Files that ConfigMaps and Secrets put into the pod's volumes.

    Args:
        cluster: all objects.
        pod: what mounts them.
        spec: of the pod.
        values: variables of its containers, which files of settings may hold.
    """
    for _, volume in mappings(spec.get("volumes")):
        for source in (volume, *(part for _, part in mappings(dig(volume, "projected", "sources")))):
            for whole in _mounted(cluster, pod, volume, source):
                told = filled(whole.value, values) if form_of(whole.name) else whole.value
                yield from _file(replace(whole, value=told))


def _mounted(cluster: Cluster, pod: Object, volume: dict[str, Any], source: dict[str, Any]) -> Iterator[Setting]:
    for field_name, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        body = mapping(source.get(field_name))
        name = text(body.get("name")) or text(body.get("secretName"))
        wanted = {text(item.get("key")) for _, item in mappings(body.get("items"))}
        for one in cluster.get(kind, pod.namespace, name) if name else []:
            for key, value, container in entries(one):
                if wanted and key not in wanted:
                    continue
                via = f"volume {text(volume.get('name'))}: {kind} {name} {key}"
                places = (one.evidence(container, key), pod.evidence(volume))
                yield Setting(key, value, via, places, prose=True, secret=kind == "Secret")


def _file(whole: Setting) -> Iterator[Setting]:
    """The settings of a file whose keys tell what its texts are for; any other is looked through as a whole.

    Prometheus names what it collects from by bare names, and only the key says that they are hosts; a collector's key
    says whether it collects from a host or sends to it.
    """
    found = []
    told = "scrape_configs" in whole.value or ("receivers:" in whole.value and "exporters:" in whole.value)
    if told and form_of(whole.name) == "yaml":
        with suppress(InputError):
            found = flatten(whole.name, whole.value)
    for entry in found:
        yield replace(whole, name=entry.key, value=entry.value, via=f"{whole.via}: {entry.key[:100]}", prose=False)
    if not found:
        yield whole
        yield from _unfilled(whole)


def _unfilled(whole: Setting) -> Iterator[Setting]:
    """The variables of a file of settings that nothing fills in, where its keys say that a host stands there."""
    if "${" not in whole.value or not form_of(whole.name):
        return
    try:
        entries = flatten(whole.name, whole.value)
    except InputError:
        return  # it is looked through as a whole
    values = {entry.key: entry.value for entry in entries}
    for entry in entries:
        for variable in open_hosts(entry.key, own_values(entry.value, values)):
            key = "" if whole.secret else f": {entry.key[:100]}"
            yield replace(whole, name="address", value=variable, via=f"{whole.via}{key}", prose=False)
