"""Manifests in XML: `pom.xml` of Maven; `*.csproj` and `packages.config` of .NET."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from blastradius.errors import InputError
from blastradius.scanners.packages.manifest import Look, Manifest, Package
from blastradius.xml import Element, load_xml

MAX_PARENTS = 10
_ABSENT = frozenset({"test", "provided", "import", "system"})
_HOLE = re.compile(r"\$\{([\w.-]{1,200})\}")


@dataclass(frozen=True, slots=True)
class _Pom:
    path: str
    top: Element


def pom_xml(path: str, text: str, look: Look) -> Manifest:
    """Read `pom.xml` and what it inherits from parents that lie in the tree.

    A managed dependency says with which scope others may ask for it; it is not asked for itself.
    """
    chain = _chain(path, text, look)
    properties: dict[str, str] = {}
    managed: dict[tuple[str, str], str] = {}
    for pom in reversed(chain):  # what stands nearer wins
        own = pom.top.child("properties")
        properties |= {one.name: one.text.strip()[:200] for one in own.children} if own is not None else {}
        properties |= _project(pom)
    for pom in reversed(chain):
        for one in _dependencies(pom.top.child("dependencyManagement")):
            if one.said("scope"):
                managed[_key(one, properties)] = one.said("scope")
    found: dict[tuple[str, str], Package] = {}
    for pom in chain:
        for one in _dependencies(pom.top):
            group, artifact = key = _key(one, properties)
            scope = _filled(one.said("scope"), properties) or managed.get(key, "compile")
            if (
                scope not in _ABSENT
                and one.said("type") != "pom"
                and group
                and artifact
                and "$" not in group + artifact
            ):
                found.setdefault(key, Package(f"maven:{group}:{artifact}", pom.path, one.line))
    own_group, own_artifact = properties.get("project.groupId", ""), properties.get("project.artifactId", "")
    return Manifest(path, tuple(found.values()), (f"maven:{own_group}:{own_artifact}",) if own_artifact else ())


def _chain(path: str, text: str, look: Look) -> list[_Pom]:
    chain = [_Pom(path, load_xml(path, text))]
    while len(chain) < MAX_PARENTS:
        here = chain[-1]
        parent = here.top.child("parent")
        if parent is None:
            break
        relative = parent.child("relativePath")
        named = relative.text.strip() if relative is not None else "../pom.xml"
        above = posixpath.normpath(posixpath.join(posixpath.dirname(here.path), named))
        above = above if above.endswith(".xml") else posixpath.join(above, "pom.xml")
        content = look(above) if named else None
        if content is None or any(above == one.path for one in chain):
            break
        try:
            top = load_xml(above, content)
        except InputError:
            break  # that file's own reading says so
        if top.said("artifactId") != parent.said("artifactId"):
            break
        chain.append(_Pom(above, top))
    return chain


def _project(pom: _Pom) -> dict[str, str]:
    found = {}
    for name in ("groupId", "artifactId", "version"):
        said = pom.top.said(name) or (pom.top.said("parent", name) if name != "artifactId" else "")
        found[f"project.{name}"] = said
    return {name: value for name, value in found.items() if value}


def _dependencies(top: Element | None) -> list[Element]:
    listed = top.child("dependencies") if top is not None else None
    return list(listed.all("dependency")) if listed is not None else []


def _key(one: Element, properties: dict[str, str]) -> tuple[str, str]:
    return _filled(one.said("groupId"), properties), _filled(one.said("artifactId"), properties)


def _filled(text: str, properties: dict[str, str]) -> str:
    for _ in range(5):
        if "${" not in text or len(text) > 1000:
            break
        text = _HOLE.sub(lambda hole: properties.get(hole[1], hole[0]), text)
    return text


def csproj(path: str, text: str, look: Look) -> Manifest:
    """Read a project of .NET: `PackageReference`, and projects of the tree that it refers to.

    What is private to the build (`PrivateAssets="all"`), as analysers and test tools are, does not count.
    """
    found = []
    top = load_xml(path, text)
    tests = any(one.name == "IsTestProject" and one.text.strip().lower() == "true" for one in top.walk())
    for one in top.walk():
        name = one.attributes.get("Include", "").strip()
        private = one.attributes.get("PrivateAssets", "") or one.said("PrivateAssets")
        if not name or "$(" in name or tests:
            continue
        if one.name == "PackageReference" and private.strip().lower() != "all":
            found.append(Package(f"nuget:{name.lower()}", path, one.line))
        elif one.name == "ProjectReference":
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))
            found.append(Package(f"project:{other}", path, one.line))
    return Manifest(path, tuple(found), (f"project:{path}",))


def packages_config(path: str, text: str, look: Look) -> Manifest:
    """Read `packages.config`, the older list of a .NET project."""
    found = [
        Package(f"nuget:{one.attributes['id'].lower()}", path, one.line)
        for one in load_xml(path, text).all("package")
        if one.attributes.get("id") and one.attributes.get("developmentDependency", "").lower() != "true"
    ]
    return Manifest(path, tuple(found))
