"""The real templates: none crashes, twins say the same, and references agree with another reader of templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scanning import corpus

from blastradius.documents import MarkedDict, load_json, load_yaml
from blastradius.model import Component, DependencyFact, Fact, Gap, RedundancyFact
from blastradius.scanners.base import Scanned
from blastradius.scanners.cloudformation import CloudFormationScanner
from blastradius.scanners.cloudformation.functions import function, mentions
from blastradius.scanners.cloudformation.template import is_template
from blastradius.scanners.growing import grow

pytestmark = pytest.mark.corpus


def _scan(path: Path) -> Scanned:
    tree = grow([path])
    scanner = CloudFormationScanner()
    tree.markers = scanner.markers
    return scanner.translate(scanner.fetch(tree), "root")


def _shape(facts: tuple[Fact, ...]) -> set[tuple[Any, ...]]:
    """Facts without lines and file names."""
    found: set[tuple[Any, ...]] = set()

    def bare(text: str) -> str:
        return text.replace(".json", ".*").replace(".yaml", ".*").replace(".yml", ".*")

    for fact in facts:
        if isinstance(fact, Component):
            found.add(
                (
                    "component",
                    bare(fact.id),
                    fact.kind,
                    fact.name,
                    fact.service,
                    fact.region,
                    bare(str(sorted(fact.attributes.items()))),
                    *fact.identities,
                )
            )
        elif isinstance(fact, DependencyFact):
            found.add(
                ("needs", bare(fact.dependent), bare(fact.reference.texts[0]), fact.via, fact.strength, fact.phase)
            )
        elif isinstance(fact, RedundancyFact):
            found.add(("any", bare(fact.dependent), tuple(bare(one.texts[0]) for one in fact.members), fact.via))
        elif isinstance(fact, Gap):
            found.add(("gap", bare(fact.scope), bare(fact.reason)))
    return found


def _twins() -> list[tuple[Path, Path]]:
    found = []
    for path in sorted(corpus("inputs", "cloudformation-templates").rglob("*.json")):
        other = next((path.with_suffix(end) for end in (".yaml", ".yml") if path.with_suffix(end).exists()), None)
        if other is not None:
            found.append((path, other))
    return found


def test_all_templates_are_read() -> None:
    folder = corpus("inputs", "cloudformation-templates")
    result = _scan(folder)
    assert result.parsed >= 280
    assert result.failed == 0


def test_all_serverless_files_are_read() -> None:
    folder = corpus("inputs", "serverless-framework")
    files = len(list(folder.rglob("serverless.y*ml")))
    result = _scan(folder)
    others = sum(count for what, count in result.unmapped.items() if what.startswith("serverless provider"))
    assert (result.parsed, result.failed) == (files - others, 0)


def test_yaml_and_json_twins_give_equal_facts() -> None:
    twins = _twins()
    assert len(twins) > 100
    differ = {}
    for first, second in twins:
        one, other = _shape(_scan(first).facts), _shape(_scan(second).facts)
        if one != other:
            differ[first.with_suffix("").name] = sorted(map(str, one ^ other))[:4]
    assert differ == {}


def _own_edges(root: dict[str, Any]) -> set[tuple[str, str]]:
    """Who mentions whom, by the functions as this scanner reads them."""
    resources = root["Resources"]
    found: set[tuple[str, str]] = set()
    for name, body in resources.items():
        if not isinstance(body, dict) or type(body.get("Type")) is not str:
            continue  # a Rain module: the other reader makes no edge from it
        found.update((name, other) for other in mentions(body) if other in resources and other != name)
        waits = body.get("DependsOn")
        found.update(
            (name, str(other)) for other in (waits if isinstance(waits, list) else [waits]) if other in resources
        )
    return found


def test_references_agree_with_another_reader() -> None:
    import cfnlint.template
    from cfnlint.decode import decode

    differ = {}
    compared = 0
    for path in sorted(corpus("inputs", "cloudformation-templates").rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json"):
            continue
        content = path.read_bytes()
        documents = [load_json(content, path.name)] if path.suffix == ".json" else load_yaml(content, path.name)
        if not documents or not is_template(documents[0].value):
            continue
        raw, _ = decode(str(path))
        if raw is None:
            continue
        graph = cfnlint.template.Template(str(path), raw, ["us-east-1"]).graph
        if graph is None:
            continue
        compared += 1
        data = graph.graph.nodes(data=True)
        kinds = {node: facts.get("type") for node, facts in data}
        theirs = {
            (one, other)
            for one, other in graph.graph.edges()
            if kinds.get(one) == "Resource" and kinds.get(other) == "Resource" and one != other
        }
        theirs = {(one.removeprefix("Resource-"), other.removeprefix("Resource-")) for one, other in theirs}
        ours = _own_edges(documents[0].value)
        if ours != theirs:
            differ[path.name] = sorted(map(str, ours ^ theirs))[:4]
    assert compared > 250
    assert differ == {}


def test_marked_values_are_what_the_reader_gives() -> None:
    document = load_yaml(b"A: !Sub '${B}'\n", "a.yaml")[0]
    assert isinstance(document.value, MarkedDict)
    assert function(document.value["A"]) == ("Sub", "${B}")
