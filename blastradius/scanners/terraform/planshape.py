"""Whether a plan or state has the shape that Terraform writes: what has not is said, for it would be read as nothing."""

from __future__ import annotations

import re
from typing import Any

from blastradius.documents import Document
from blastradius.model import Gap
from blastradius.scanners.shapes import Faults, Path

MAX_LEVELS = 60
"""Levels of modules in modules that are read of a plan or state."""
_FORMAT = re.compile(r"[01]\.\d{1,4}")
_CHANGES = ("planned_values", "resource_changes")


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
    found = Faults()
    {"plan": _plan, "shown": _printed, "state": _state}[kind_of(document.value)](document.value, found)
    return found.gap(document, "Terraform", "terraform")


def _plan(value: dict[str, Any], found: Faults) -> None:
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


def _printed(value: dict[str, Any], found: Faults) -> None:
    _format(value, found)
    if "values" in value:
        values = found.get(value, "values", (), dict)
        _module(found.get(values, "root_module", ("values",), dict, needed=True), ("values", "root_module"), found)


def _format(value: dict[str, Any], found: Faults) -> None:
    version = found.get(value, "format_version", (), str, needed=True)
    if version and not _FORMAT.fullmatch(version):
        found.add(("format_version",), "is neither 0.x nor 1.x")


def _module(module: dict[str, Any], path: Path, found: Faults, level: int = 0) -> None:
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


def _configured(module: dict[str, Any], path: Path, found: Faults, level: int = 0) -> None:
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


def _state(value: dict[str, Any], found: Faults) -> None:
    version = value.get("version")
    if version == 4 and not isinstance(version, bool):
        _version_4(value, found)
    elif version == 3 and not isinstance(version, bool):
        _version_3(value, found)
    else:
        said = str(version)[:20] if isinstance(version, int | float) else "unknown"
        found.add(("version",), f"is {said}: states of versions 3 and 4 are read")


def _version_4(value: dict[str, Any], found: Faults) -> None:
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


def _version_3(value: dict[str, Any], found: Faults) -> None:
    for where, module in found.maps(value, "modules", (), needed=True):
        steps = found.get(module, "path", where, list, needed=True)
        if not all(isinstance(one, str) for one in steps):
            found.add((*where, "path"), "is no list of texts")
        for at, one in found.named(module, "resources", where):
            found.get(one, "type", at, str, needed=True)
            primary = found.get(one, "primary", at, dict, needed=True)
            found.get(primary, "attributes", (*at, "primary"), dict)
