"""Manifests of Gradle: literal coordinates and those of version catalogs in `build.gradle` and `build.gradle.kts`."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect
from collections.abc import Iterator
from typing import Any

from blastradius.errors import InputError
from blastradius.scanners.packages.manifest import Look, Manifest, Package
from blastradius.scanners.packages.tables import load_toml, table, texts

_SKIPPED = re.compile(r"(?P<text>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)")
_CALL = re.compile(r"(?<![\w.])(?:implementation|api|runtimeOnly|compile|runtime)\b[ \t]*+\(?\s*+(?=[\"'\[lgp])")
_TEXT = re.compile(r"\s*[\"']([^\"'\n]{1,300})[\"']\s*(,?)")
_MAP = re.compile(r"\s*\[?group\s*[:=]\s*[\"']([^\"'\n$]{1,200})[\"']\s*,\s*name\s*[:=]\s*[\"']([^\"'\n$]{1,200})[\"']")
_ALIAS = re.compile(r"\s*libs\.([A-Za-z0-9_.]{1,200}?)(?:\.get\(\))?(?=[\s),]|$)")
_PROJECT = re.compile(r"\s*project\s*\(\s*(?:path\s*[:=]\s*)?[\"'](:[\w:.-]{1,300})[\"']")
_CATALOG = "gradle/libs.versions.toml"


def build_gradle(path: str, text: str, look: Look) -> Manifest:
    """Read a build script; nothing of it is run, so only what is written out is seen."""
    script = _SKIPPED.sub(_blank, text)
    top, catalog = _catalog(path, look)
    found: list[Package] = []
    line, before, problem = 1, 0, ""
    quoted = [(one.start(), one.end()) for one in _SKIPPED.finditer(script)]
    for call in _CALL.finditer(script):
        near = bisect(quoted, (call.start(), 0)) - 1
        if near >= 0 and call.start() < quoted[near][1]:
            continue  # a text that looks like one
        line += script.count("\n", before, call.start())
        before = call.start()
        for name in _named(script, call.end(), catalog, top):
            found.append(Package(name, path, line))
        if not catalog and not problem and _ALIAS.match(script, call.end()):
            problem = f"{path}:{line}: asks for packages of a version catalog that is not among the files"
    return Manifest(path, tuple(found), (f"project:{posixpath.dirname(path) or '.'}",), problem)


def _blank(found: re.Match[str]) -> str:
    """A text as it is; a comment as its line ends alone."""
    return found[0] if found["text"] is not None else "\n" * found[0].count("\n") or " "


def _named(script: str, at: int, catalog: dict[str, list[str]], top: str) -> Iterator[str]:
    mapped = _MAP.match(script, at)
    if mapped:
        yield f"maven:{mapped[1]}:{mapped[2]}"
        return
    project = _PROJECT.match(script, at)
    if project:
        yield f"project:{posixpath.normpath(posixpath.join(top, project[1].strip(':').replace(':', '/')))}"
        return
    alias = _ALIAS.match(script, at)
    if alias:
        yield from catalog.get(_accessor(alias[1]), ())
        return
    for _ in range(50):  # Groovy lists several in one call
        one = _TEXT.match(script, at)
        if one is None:
            return
        yield from _coordinate(one[1])
        if not one[2]:
            return
        at = one.end()


def _coordinate(text: str) -> Iterator[str]:
    parts = text.partition("@")[0].split(":")
    if 2 <= len(parts) <= 4 and all(re.fullmatch(r"[\w.-]+", part) for part in parts[:2]):
        yield f"maven:{parts[0]}:{parts[1]}"


def _accessor(name: str) -> str:
    """An alias of a catalog as a script writes it: `stripe-java` is `stripe.java`."""
    return re.sub(r"[-_.]+", ".", name).lower()


def _catalog(path: str, look: Look) -> tuple[str, dict[str, list[str]]]:
    """The folder of the whole build, and packages by alias of its version catalog."""
    folder = posixpath.dirname(path)
    own, content = folder or ".", None
    while True:
        for name in ("settings.gradle", "settings.gradle.kts"):
            if look(posixpath.join(folder, name)) is not None:
                own = folder or "."
        content = look(posixpath.join(folder, _CATALOG))
        if content is not None or not folder:
            break
        folder = posixpath.dirname(folder)
    if content is None:
        return own, {}
    try:
        value = load_toml(posixpath.join(folder, _CATALOG), content)
    except InputError:
        return folder or ".", {}
    found = {_accessor(alias): list(_library(how)) for alias, how in table(value, "libraries").items()}
    for bundle, members in table(value, "bundles").items():
        packages = [name for member in texts(members) for name in found.get(_accessor(member), ())]
        found[f"bundles.{_accessor(bundle)}"] = packages
    return folder or ".", found


def _library(how: Any) -> Iterator[str]:
    if isinstance(how, str):
        yield from _coordinate(how)
        return
    module, group, name = (table(how).get(key) for key in ("module", "group", "name"))
    if isinstance(module, str):
        yield from _coordinate(module)
    elif isinstance(group, str) and isinstance(name, str):
        yield from _coordinate(f"{group}:{name}")
