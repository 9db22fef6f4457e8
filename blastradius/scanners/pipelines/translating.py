"""Facts about pipelines: what each needs, whom it changes, and which starts which."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from blastradius.model import DependencyFact, Evidence, Fact, Gap, NeededByFact, Reference
from blastradius.scanners.base import Scanned
from blastradius.scanners.pipelines.facts import Telling
from blastradius.scanners.pipelines.model import SCANNER, Pipeline
from blastradius.scanners.pipelines.reading import Files
from blastradius.scanners.pipelines.walk import Walk
from blastradius.scanners.pipelines.walking import Walker

_EACH = "assumed: each of {} is needed, since nothing tells whether one alone can deploy it"


def translate(pipelines: Sequence[Pipeline], gaps: Sequence[Gap], files: Files, root: str) -> Scanned:
    """Facts about all pipelines.

    Args:
        pipelines: all that were read.
        gaps: files that could not be read.
        files: of the tree.
        root: name of what is scanned.
    """
    facts: list[Fact] = []
    notes: Counter[str] = Counter()
    folders = files.folders()
    paths = frozenset(files.by_path)
    by_name: dict[tuple[str, str], list[str]] = {}
    for one in pipelines:
        by_name.setdefault((posixpath.dirname(one.path), one.name), []).append(_id(root, one))
    for one in pipelines:
        telling = Telling(one, _id(root, one))
        Walker(Walk(telling, files.text, paths, folders)).all(one)
        facts.extend(telling.facts())
        facts.extend(_after(one, root, by_name))
        notes.update(one.notes)
    facts = _several(facts, {_id(root, one): one.kind for one in pipelines})
    return Scanned((*facts, *gaps), len(pipelines), len(gaps), dict(sorted(notes.items())))


def _several(facts: list[Fact], kinds: dict[str, str]) -> list[Fact]:
    """Facts that say what is assumed where pipelines of several services each deploy one thing."""
    by: dict[Reference, set[str]] = defaultdict(set)
    for fact in facts:
        if isinstance(fact, NeededByFact):
            by[fact.dependents].add(kinds[fact.dependency])
    return [
        fact.model_copy(update={"reason": f"{fact.reason}; {_EACH.format(', '.join(sorted(by[fact.dependents])))}"})
        if isinstance(fact, NeededByFact) and len(by[fact.dependents]) > 1
        else fact
        for fact in facts
    ]


def _id(root: str, one: Pipeline) -> str:
    return f"pipeline:{root}/{one.path}"


def _after(one: Pipeline, root: str, by_name: dict[tuple[str, str], list[str]]) -> Iterable[Fact]:
    """A pipeline that another one starts when it ends."""
    where = (Evidence(scanner=SCANNER, locator=f"{one.path}:{one.line}"),)
    for name in one.after:
        found = by_name.get((posixpath.dirname(one.path), name), [])
        for id in found:
            yield DependencyFact(
                dependent=_id(root, one), reference=Reference(texts=(id,), role="resource"), via="workflow_run",
                strength="hard", phase="runtime", reason="it starts when that one has ended", evidence=where,
            )  # fmt: skip
        if not found:
            yield Gap(
                scope=_id(root, one), reason=f"it starts after {name[:100]}, and no scanned pipeline bears that name",
                hides="dependency", component=_id(root, one), reference=name[:100], evidence=where,
            )  # fmt: skip
