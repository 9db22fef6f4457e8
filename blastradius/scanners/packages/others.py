"""Manifests that are programs or rare, as far as they are written out: `setup.py`, `*.gemspec`, conda, sbt, Deno."""

from __future__ import annotations

import ast
import re
import warnings

from blastradius.documents import line_of, load_yaml
from blastradius.marks import split_lines
from blastradius.scanners.packages.json_files import _line, _value
from blastradius.scanners.packages.manifest import Look, Manifest, Package, pip
from blastradius.scanners.packages.python import marker, requirement
from blastradius.scanners.packages.tables import table

"""Manifests of whose packages the catalog knows none: they are counted."""
_GEM = re.compile(r"\.add_(?:runtime_)?dependency[\s(]+[\"']([\w.-]{1,200})[\"']")
_SBT = re.compile(r"\"([\w.-]{1,200})\"\s*%%?%?\s*\"([\w.-]{1,200})\"\s*%\s*[^%\n,)]{1,100}(%\s*\"?test\"?)?", re.I)
_NPM = re.compile(r"(?:npm:|https://esm\.sh/)/?(@?[\w.-]{1,100}(?:/[\w.-]{1,100})?)")
_SETUP = "setup.py: install_requires is put together by the program: those packages were not read"


def setup_py(path: str, text: str, look: Look) -> Manifest:
    """Read `setup.py`: `install_requires` where it is a list that is written out; nothing is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Manifest(path, problem=f"{path}:1: is no Python that can be read")
    names: dict[str, ast.expr] = {}
    calls: list[ast.Call] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            names[name] = node.value if name not in names else ast.Constant(None)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            calls.append(node)
    found: list[Package] = []
    own: list[str] = []
    problem = ""
    for keyword in (one for call in calls for one in call.keywords):
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            own.append(pip(keyword.value.value))
        elif keyword.arg == "install_requires":
            whole = _texts(keyword.value, names, found, path, 0)
            problem = problem if whole else f"{path}:{keyword.value.lineno}: {_SETUP}"
    return Manifest(path, tuple(found), tuple(own), problem)


def _texts(node: ast.expr, names: dict[str, ast.expr], found: list[Package], path: str, depth: int) -> bool:
    """Take the requirements of a list that is written out, by name or in parts; whether that is all of it."""
    if depth > 20:
        return False
    if isinstance(node, ast.Name) and node.id in names:
        return _texts(names[node.id], names, found, path, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first = _texts(node.left, names, found, path, depth + 1)
        return _texts(node.right, names, found, path, depth + 1) and first
    if not isinstance(node, ast.List | ast.Tuple):
        return False
    whole = True
    for one in node.elts:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            name, when = requirement(one.value.strip()), marker(one.value)
            if name and when is not None:
                found.append(Package(pip(name), path, one.lineno, when))
        else:
            whole = False
    return whole


def gemspec(path: str, text: str, look: Look) -> Manifest:
    """Read a gem's specification: what it needs when it runs."""
    found = [
        Package(f"gem:{one[1]}", path, number)
        for number, line in enumerate(split_lines(text), 1)
        if not line.lstrip().startswith("#") and (one := _GEM.search(line[:2_000]))
    ]
    return Manifest(path, tuple(found))


def environment_yml(path: str, text: str, look: Look) -> Manifest:
    """Read an environment of conda: its own packages, most of which pip calls the same, and those of pip."""
    documents = load_yaml(text.encode("utf-8", "surrogatepass"), path)
    wanted = table(documents[0].value).get("dependencies") if documents else None
    found: list[Package] = []
    for at, one in enumerate(wanted if isinstance(wanted, list) else ()):
        inner = table(one).get("pip") if isinstance(one, dict) else [one]
        for position, said in enumerate(inner if isinstance(inner, list) else ()):
            line = (line_of(inner, position) if isinstance(one, dict) else line_of(wanted, at)) or 1
            name = requirement(str(said).partition("=")[0] if inner == [one] else str(said)) if isinstance(said, str) else ""  # fmt: skip
            if name and name not in ("python", "pip"):
                found.append(Package(pip(name), path, line))
    return Manifest(path, tuple(found))


def build_sbt(path: str, text: str, look: Look) -> Manifest:
    """Read a build of Scala: coordinates that are written out, save those of tests."""
    found = []
    for number, line in enumerate(split_lines(text), 1):
        for one in _SBT.finditer(line.partition("//")[0][:2_000]):
            if not one[3]:
                found.append(Package(f"maven:{one[1]}:{one[2]}", path, number))
    return Manifest(path, tuple(found))


def deno_json(path: str, text: str, look: Look) -> Manifest:
    """Read the settings of Deno: packages of Node among its imports."""
    imports = table(_value(path, text), "imports")
    found = [
        Package(f"npm:{match[1]}", path, _line(imports, name))
        for name, said in imports.items()
        if isinstance(said, str) and (match := _NPM.match(said))
    ]
    return Manifest(path, tuple(found))
