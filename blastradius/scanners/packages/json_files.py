"""Manifests in JSON: `package.json` of Node and `composer.json` of PHP."""

from __future__ import annotations

from typing import Any

from blastradius.documents import load_json
from blastradius.marks import line_of
from blastradius.scanners.packages.manifest import OPTIONAL, Look, Manifest, Package
from blastradius.scanners.packages.tables import table


def package_json(path: str, text: str, look: Look) -> Manifest:
    """Read `package.json`: `dependencies` and `optionalDependencies`; what developers or a host bring does not count."""
    value = _value(path, text)
    optional = table(value, "optionalDependencies")
    found = [Package(f"npm:{name}", path, _line(optional, name), OPTIONAL) for name in optional]
    wanted = table(value, "dependencies")
    for name, version in wanted.items():
        if name in optional:
            continue  # what stands in both is optional to npm
        real = name
        if isinstance(version, str) and version.startswith("npm:"):  # an alias: `"pay": "npm:stripe@14"`
            real = version[4:].rpartition("@")[0] or version[4:]
        found.append(Package(f"npm:{real}", path, _line(wanted, name)))
    own = table(value).get("name")
    return Manifest(path, tuple(found), (f"npm:{own}",) if isinstance(own, str) and own else ())


def composer_json(path: str, text: str, look: Look) -> Manifest:
    """Read `composer.json`: `require`, without the platform's own (`php`, `ext-*`)."""
    value = _value(path, text)
    wanted = table(value, "require")
    found = [Package(f"composer:{name.lower()}", path, _line(wanted, name)) for name in wanted if "/" in name]
    own = table(value).get("name")
    return Manifest(path, tuple(found), (f"composer:{own.lower()}",) if isinstance(own, str) and own else ())


def _value(path: str, text: str) -> Any:
    return load_json(text.encode("utf-8", "surrogatepass"), path).value


def _line(wanted: dict[str, Any], name: str) -> int:
    return line_of(wanted, name) or 1
