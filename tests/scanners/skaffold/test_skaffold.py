"""Skaffold: who runs an image is built from the folder of its artifact."""

from __future__ import annotations

import json

import pytest
from scanning import deployment, written

from blastradius.assemble import assemble
from blastradius.errors import InputError
from blastradius.scanners import scan

STRIPE = json.dumps({"dependencies": {"stripe": "1"}})


def skaffold(*artifacts: str, profile: str = "") -> str:
    listed = "".join(f"  - {one}\n" for one in artifacts)
    more = f"profiles:\n- name: p\n  build:\n    artifacts:\n    - {profile}\n" if profile else ""
    return f"apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n{listed}{more}"


def needed(tmp_path, text: str, folder: str) -> list[tuple[str, str]]:
    files = {
        "ops/skaffold.yaml": text, "ops/k8s.yaml": deployment("web") + deployment("api"), f"{folder}/package.json": STRIPE,
    }  # fmt: skip
    result = scan([written(tmp_path, files)])
    found = assemble(result.facts, result.coverage, result.roots)
    gaps = [(gap.reference, str(len(gap.candidates))) for gap in found.gaps if gap.candidates]
    needs = [(one.dependent.rpartition("/")[2], one.dependency) for one in found.dependencies]
    return [one for one in needs if one[1] == "vendor:stripe"] or gaps


@pytest.mark.parametrize(
    ("artifact", "folder"),
    [
        ("{image: registry.example.com/web, context: ../src/one}", "src/one"),
        ("{image: registry.example.com/web}", "ops"),
        ("{image: registry.example.com/web, context: .., docker: {dockerfile: src/one/Dockerfile}}", "src/one"),
        ("{image: registry.example.com/web, context: .., jib: {project: one}}", "one"),
        ("{image: registry.example.com/web, context: .., ko: {dir: ./cmd/web}}", "cmd/web"),
    ],
)
def test_packages_of_an_artifacts_folder_are_those_of_who_runs_its_image(tmp_path, artifact, folder):
    assert needed(tmp_path, skaffold(artifact), folder) == [("web", "vendor:stripe")]
    assert needed(tmp_path / "x", skaffold(profile=artifact), folder) == [("web", "vendor:stripe")]


@pytest.mark.parametrize(
    "artifact",
    [
        "{image: '{{.REGISTRY}}/web', context: ../src}", "{image: registry.example.com/web, context: ../../../src}", "web", "{context: ../src}",
        "{image: [web], context: ../src}", "{image: registry.example.com/web, context: '../{{.X}}'}",
    ],
)  # fmt: skip
def test_what_is_not_told_plainly_leaves_both_in_doubt(tmp_path, artifact):
    assert needed(tmp_path, skaffold(artifact), "src") == [("vendor:stripe", "2")]


@pytest.mark.parametrize("text", ["build: 3", "build: {artifacts: {a: b}}", "profiles: [{build: x}, 4]", "profiles: x"])
def test_other_shapes_are_nothing(tmp_path, text):
    assert needed(tmp_path, f"apiVersion: skaffold/v2beta1\n{text}\n", "src") == [("vendor:stripe", "2")]


def test_a_skaffold_file_alone_is_nothing_to_scan(tmp_path):
    with pytest.raises(InputError, match="nothing to scan"):
        scan([written(tmp_path, {"skaffold.yaml": skaffold("{image: registry.example.com/web, context: src}")})])
