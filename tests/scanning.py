"""Scanning of manifests that a test writes down, and facts drawn as text."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

import pytest

from blastradius.model import Component, DependencyFact, Gap, Mention, RedundancyFact
from blastradius.scanners import ScanResult, scan


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write files below `folder/shop` and return that folder."""
    top = folder / "shop"
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return top


def short(text: str) -> str:
    """An id without its root and default namespace: `Deployment/web`, `other/Deployment/web`."""
    text = text.removeprefix("k8s:shop/")
    return text.removeprefix("default/")


class Scan:
    """Facts of a scan, resolved by identity alone and drawn as text."""

    def __init__(self, result: ScanResult) -> None:
        self.result = result
        named = [f.component for f in result.facts if isinstance(f, Mention)]
        self.components = {f.id: f for f in (*result.facts, *named) if isinstance(f, Component)}
        self.gaps = [f for f in result.facts if isinstance(f, Gap)]
        self.rules = [f for f in result.facts if isinstance(f, DependencyFact | RedundancyFact)]
        self.names = {text: c.id for c in self.components.values() for text in (c.id, *c.identities)}

    def component(self, name: str) -> Component:
        """The component of that short id."""
        return next(c for c in self.components.values() if short(c.id) == name)

    def lines(self, *, images: bool = False) -> list[str]:
        """Dependencies as `Deployment/web -> Deployment/db`, `[startup]` where a phase is set."""
        found = set()
        for rule in self.rules:
            references = rule.members if isinstance(rule, RedundancyFact) else (rule.reference,)
            if references[0].role == "image" and not images:
                continue
            ends = [
                next((short(self.names[t]) for t in r.texts if t in self.names), f"({r.texts[-1]})") for r in references
            ]
            phase = f" [{rule.phase}]" if rule.phase else ""
            found.add(f"{short(rule.dependent)} -> {' | '.join(ends)}{phase}")
        return sorted(found)

    def evidence(self, line: str) -> list[str]:
        """Locators of a dependency drawn as `a -> b`."""
        return [
            e.locator
            for rule in self.rules
            if isinstance(rule, DependencyFact)
            and f"{short(rule.dependent)} -> {short(self.names.get(rule.reference.texts[0], rule.reference.texts[-1]))}"
            == line
            for e in rule.evidence
        ]

    def dump(self) -> str:
        """Everything that the scan says, as text."""
        return repr(self.result)


def scanned(folder: Path, files: dict[str, str]) -> Scan:
    """Write files and scan their folder."""
    return Scan(scan([written(folder, files)]))


def deployment(name: str, *, env: dict[str, str] | None = None, extra: str = "", namespace: str = "default") -> str:
    """A Deployment labelled `app: <name>`, as text; `extra` is indented into the pod's spec."""
    variables = "".join(f"\n        - {{name: {key}, value: {value!r}}}" for key, value in (env or {}).items())
    block = f"\n        env:{variables}" if variables else ""
    more = "".join(f"\n      {line}" for line in dedent(extra).strip("\n").splitlines())
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:{more}
      containers:
      - name: main
        image: registry.example.com/{name}:1{block}
---
"""


def service(name: str, selects: str | None = None, *, namespace: str = "default", spec: str = "") -> str:
    """A Service that selects `app: <selects>`, as text."""
    selector = f"selector: {{app: {selects or name}}}" if selects != "" else ""
    body = ", ".join(filter(None, (selector, spec)))
    return f"""\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{{body}}}
---
"""


def corpus(*parts: str) -> Path:
    """A folder of the corpus; the test is skipped where there is none."""
    base = os.environ.get("BLASTRADIUS_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus"
    path = Path(base, *parts)
    if not path.exists():
        pytest.skip("no corpus here")
    return path
