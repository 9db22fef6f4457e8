"""Whether a plan or state has the shape that Terraform writes: what has not is said, for it would be read as nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from blastradius.documents import Document
from blastradius.model import Evidence, Gap

MAX_LEVELS = 60
"""Levels of modules in modules that are read of a plan or state."""
_FORMAT = re.compile(r"[01]\.\d{1,4}")
_SHOWN = 3
_MOST = 100

Path = tuple[str | int, ...]
_CHANGES = ("planned_values", "resource_changes")
_NAMES: dict[type, str] = {dict: "a mapping", list: "a list", str: "a text"}
_IS: dict[type, str] = {dict: "a mapping", list: "a list", str: "a text", bool: "a flag", type(None): "null"}


def kind_of(value: Any) -> str:
    """What a JSON document is or was meant to be: `plan`, `shown` (a state as `terraform show` prints it), `state`, or nothing."""
    if not isinstance(value, dict):
        return ""
    told = "terraform_version" in value or "format_version" in value
    if told and (any(key in value for key in _CHANGES) or ("configuration" in value and "format_version" in value)):
        return "plan"
    if "terraform_version" in value and "format_version" in value:
        return "shown" if "values" in value or len(value) <= 3 else ""
    marks = {"serial", "lineage", "terraform_version"} & value.keys()
    if "version" in value and (
        len(marks) > 1 or (marks == {"terraform_version"} and {"modules", "resources"} & value.keys())
    ):
        return "state"
    return ""


def malformed(document: Document) -> Gap | None:
    """What of a plan or state has not the shape that Terraform writes, as one gap; None where all has it."""
    found = _Faults()
    {"plan": _plan, "shown": _printed, "state": _state}[kind_of(document.value)](document.value, found)
    if not found.all:
        return None
    said = "; ".join(f"{_path(path)} {what}" for path, what in found.all[:_SHOWN])
    more = f"; and {len(found.all) - _SHOWN} more places" if len(found.all) > _SHOWN else ""
    reason = f"could not be read as Terraform writes it: {said}{more}"
    where = Evidence(scanner="terraform", locator=document.at(*found.all[0][0]))
    return Gap(scope=document.where, reason=reason, hides="dependency", evidence=(where,))


def _path(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step[:80]}" if text else step[:80]
    return text or "the document"


@dataclass(slots=True)
class _Faults:
    """Places whose shape is wrong, each with what is wrong; never a value."""

    all: list[tuple[Path, str]] = field(default_factory=list)

    def add(self, path: Path, what: str) -> None:
        if len(self.all) < _MOST:
            self.all.append((path, what))

    def get(self, holder: dict[str, Any], key: str, path: Path, kind: type, *, needed: bool = False) -> Any:
        """What stands under a key, an empty value of the kind where it is absent or of another kind."""
        if key not in holder:
            if needed:
                self.add(path, f"has no {key}")
            return kind()
        value = holder[key]
        if not isinstance(value, kind):
            self.add((*path, key), f"is {_IS.get(type(value), 'a number')}, not {_NAMES[kind]}")
            return kind()
        return value

    def maps(
        self, holder: dict[str, Any], key: str, path: Path, *, needed: bool = False
    ) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a list under a key."""
        listed = self.get(holder, key, path, list, needed=needed)
        return self._only([((*path, key, at), one) for at, one in enumerate(listed)])

    def named(self, holder: dict[str, Any], key: str, path: Path) -> list[tuple[Path, dict[str, Any]]]:
        """The mappings of a mapping under a key."""
        held = self.get(holder, key, path, dict)
        return self._only([((*path, key, name), one) for name, one in held.items()])

    def _only(self, found: list[tuple[Path, Any]]) -> list[tuple[Path, dict[str, Any]]]:
        for path, one in found:
            if not isinstance(one, dict):
                self.add(path, f"is {_IS.get(type(one), 'a number')}, not a mapping")
        return [(path, one) for path, one in found if isinstance(one, dict)]


def _plan(value: dict[str, Any], found: _Faults) -> None:
    _format(value, found)
    planned = found.get(value, "planned_values", (), dict, needed=True)
    if "planned_values" in value:
        _module(
            found.get(planned, "root_module", ("planned_values",), dict, needed=True),
            ("planned_values", "root_module"),
            found,
        )
    prior = found.get(value, "prior_state", (), dict)
    values = found.get(prior, "values", ("prior_state",), dict)
    path: Path = ("prior_state", "values", "root_module")
    _module(found.get(values, "root_module", path[:2], dict), path, found)
    found.named(value, "variables", ())
    configuration = found.get(value, "configuration", (), dict)
    for where, one in found.named(configuration, "provider_config", ("configuration",)):
        found.get(one, "expressions", where, dict)
    path = ("configuration", "root_module")
    _configured(found.get(configuration, "root_module", path[:1], dict), path, found)


def _printed(value: dict[str, Any], found: _Faults) -> None:
    _format(value, found)
    if "values" in value:
        values = found.get(value, "values", (), dict)
        _module(found.get(values, "root_module", ("values",), dict, needed=True), ("values", "root_module"), found)


def _format(value: dict[str, Any], found: _Faults) -> None:
    version = found.get(value, "format_version", (), str, needed=True)
    if version and not _FORMAT.fullmatch(version):
        found.add(("format_version",), "is neither 0.x nor 1.x")


def _module(module: dict[str, Any], path: Path, found: _Faults, level: int = 0) -> None:
    """A module as plans and `terraform show` list it."""
    found.get(module, "address", path, str)
    for where, one in found.maps(module, "resources", path):
        for key in ("address", "type", "name"):
            found.get(one, key, where, str, needed=True)
        found.get(one, "values", where, dict)
        if not isinstance(one.get("sensitive_values", {}), dict | bool):
            found.add((*where, "sensitive_values"), "does not tell what is secret: no value of it is read")
    for where, one in found.maps(module, "child_modules", path):
        if level < MAX_LEVELS:
            _module(one, where, found, level + 1)
        else:
            found.add(where, f"lies deeper than {MAX_LEVELS} levels of modules")


def _configured(module: dict[str, Any], path: Path, found: _Faults, level: int = 0) -> None:
    """A module as the configuration of a plan writes it down."""
    for where, one in found.maps(module, "resources", path):
        found.get(one, "address", where, str, needed=True)
        found.get(one, "expressions", where, dict)
    for where, one in found.named(module, "outputs", path):
        found.get(one, "expression", where, dict)
    for where, one in found.named(module, "module_calls", path):
        found.get(one, "expressions", where, dict)
        inner = found.get(one, "module", where, dict)
        if level < MAX_LEVELS:
            _configured(inner, (*where, "module"), found, level + 1)


def _state(value: dict[str, Any], found: _Faults) -> None:
    version = value.get("version")
    if version == 4 and not isinstance(version, bool):
        _version_4(value, found)
    elif version == 3 and not isinstance(version, bool):
        _version_3(value, found)
    else:
        said = str(version)[:20] if isinstance(version, int | float) else "unknown"
        found.add(("version",), f"is {said}: states of versions 3 and 4 are read")


def _version_4(value: dict[str, Any], found: _Faults) -> None:
    for where, one in found.maps(value, "resources", (), needed=True):
        for key in ("type", "name"):
            found.get(one, key, where, str, needed=True)
        found.get(one, "module", where, str)
        for at, instance in found.maps(one, "instances", where, needed=True):
            for key in ("attributes", "attributes_flat"):
                if instance.get(key) is not None:
                    found.get(instance, key, at, dict)
            if not isinstance(instance.get("index_key"), str | int | float | None):
                found.add((*at, "index_key"), "is neither a text nor a number")
            if unclear(instance.get("sensitive_attributes")):
                found.add((*at, "sensitive_attributes"), "does not tell what is secret: no value of it is read")


def unclear(marks: Any) -> bool:
    """Whether marks of sensitive attributes are not the list of paths that they should be."""
    return marks is not None and not (isinstance(marks, list) and all(marked(one) for one in marks))


def marked(path: Any) -> str | None:
    """The attribute that a path such as `[{type: get_attr, value: password}]` begins with; None where it is no path."""
    first = path[0] if isinstance(path, list) and path else path
    key = first.get("value") if isinstance(first, dict) else first
    return key if isinstance(key, str) else None


def _version_3(value: dict[str, Any], found: _Faults) -> None:
    for where, module in found.maps(value, "modules", (), needed=True):
        steps = found.get(module, "path", where, list, needed=True)
        if not all(isinstance(one, str) for one in steps):
            found.add((*where, "path"), "is no list of texts")
        for at, one in found.named(module, "resources", where):
            found.get(one, "type", at, str, needed=True)
            primary = found.get(one, "primary", at, dict, needed=True)
            found.get(primary, "attributes", (*at, "primary"), dict)
