"""Kustomizations and charts: rendered by their own programs, or a gap."""

from __future__ import annotations

import os
import shutil
import time

import pytest
from scanning import Scan, deployment, scanned, service, written

from blastradius.documents import load_yaml
from blastradius.scanners import scan
from blastradius.scanners.growing import grow
from blastradius.scanners.kubernetes import KubernetesScanner, programs
from blastradius.scanners.kubernetes.objects import objects

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"

needs_kustomize = pytest.mark.skipif(
    not (shutil.which("kustomize") or shutil.which("kubectl")), reason="neither kustomize nor kubectl is installed"
)


@pytest.fixture(autouse=True)
def _forget_programs():
    programs._kustomize.cache_clear()
    yield
    programs._kustomize.cache_clear()


@pytest.fixture
def no_programs(monkeypatch):
    monkeypatch.setattr(programs.shutil, "which", lambda name: None)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A stand-in for a program: what it writes, how it ends."""

    def make(name: str, script: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        monkeypatch.setattr(programs.shutil, "which", lambda wanted: str(folder / name) if wanted == name else None)

    return make


def notes(found: Scan) -> dict[str, int]:
    return next(c for c in found.result.coverage.scanners if c.scanner == "kubernetes").unmapped


def test_a_kustomization_of_local_resources_alone_is_plain_reading(tmp_path, no_programs):
    files = {"kustomization.yaml": HEAD + "resources: [web.yaml, base]\n", "web.yaml": deployment("web")}
    files |= {"base/kustomization.yaml": HEAD + "resources:\n- db.yaml\n", "base/db.yaml": deployment("db")}
    found = scanned(tmp_path, files)
    assert sorted(found.components) == ["k8s:shop/default/Deployment/db", "k8s:shop/default/Deployment/web"]
    assert found.gaps == []


@needs_kustomize
@pytest.mark.parametrize("extra", ["", "metadata: {name: all}\n", "sortOptions: {order: legacy}\n"])
def test_plain_reading_gives_the_objects_that_kustomize_gives(tmp_path, extra):
    files = {"kustomization.yaml": HEAD + extra + "resources: [web.yaml, base]\n"}
    files |= {"web.yaml": deployment("web", env={"A_URL": "http://db:80", "FLAG": "NO"}, extra="hostNetwork: true\n")}
    files |= {"base/kustomization.yaml": HEAD + "resources: [db.yaml, list.yaml]\n"}
    files |= {"base/db.yaml": deployment("db", namespace="data") + service("db", namespace="data")}
    files |= {
        "base/list.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n"
    }
    tree = grow([written(tmp_path, files)])
    (rendered,) = programs.run_kustomize([tree.base])
    theirs = [one for document in load_yaml(rendered[0], "x") for one in objects(document, "x")]
    ours = KubernetesScanner().fetch(tree).objects
    assert {one.key: one.body for one in ours if one.kind != "Kustomization"} == {one.key: one.body for one in theirs}


def test_several_are_rendered_in_the_order_of_their_folders(tmp_path, program):
    program("kustomize", 'case "$2" in *k0) sleep 0.3;; esac; cat "$2/out"')
    files = {}
    for number in range(9):
        files[f"k{number}/kustomization.yaml"] = HEAD + "namePrefix: x-\nresources: [web.yaml]\n"
        files[f"k{number}/web.yaml"] = deployment("web")
        files[f"k{number}/out"] = deployment(f"web-{number}")
    found = scanned(tmp_path, files)
    assert sorted(one.name for one in found.components.values()) == [f"web-{number}" for number in range(9)]
    for one in found.components.values():
        assert one.evidence[0].locator.startswith(f"k{one.name[-1]}/")


def test_what_still_runs_is_ended_when_nobody_waits_for_it(tmp_path, program):
    # the first ends once the second runs
    there = tmp_path / "there"
    wait = f"while [ ! -s {there} ]; do sleep 0.01; done"
    program("kustomize", f'case "$2" in *a) {wait};; *) echo $$ > {there}; exec sleep 60;; esac')
    outputs = programs.run_kustomize([tmp_path / "a", tmp_path / "b"])
    assert next(outputs) == (b"", "")
    del outputs
    with pytest.raises(ProcessLookupError):
        os.kill(int(there.read_text()), 0)


def test_rendering_begins_before_anybody_asks_for_it_and_ends_when_nobody_does(tmp_path, program):
    there = tmp_path / "there"
    program("kustomize", f"echo $$ > {there}; exec sleep 60")
    files = {"kustomization.yaml": HEAD + "namePrefix: x-\nresources: [web.yaml]\n", "web.yaml": deployment("web")}
    scanner = KubernetesScanner()
    scanner.claim(grow([written(tmp_path / "in", files)]))
    while not (there.exists() and there.read_text().strip()):
        time.sleep(0.01)
    del scanner
    with pytest.raises(ProcessLookupError):
        os.kill(int(there.read_text()), 0)


def test_without_the_program_it_is_a_gap_and_files_are_read_as_they_are(tmp_path, no_programs):
    files = {"k/kustomization.yaml": HEAD + "namespace: prod\nresources: [web.yaml]\npatches: [{path: p.yaml}]\n"}
    files |= {"k/web.yaml": deployment("web", env={"DB_HOST": "db"}), "k/p.yaml": PATCH}
    found = scanned(tmp_path, files)
    assert [e.locator for e in found.component("Deployment/web").evidence] == ["k/web.yaml:1"]
    assert [g.scope for g in found.gaps] == ["k/kustomization.yaml"]
    assert "neither kustomize nor kubectl is installed" in found.gaps[0].reason


@pytest.mark.parametrize(
    "line",
    [
        "resources: ['https://example.com/x.yaml', web.yaml]", "resources: ['github.com/a/b?ref=v1', web.yaml]", "resources: [gone.yaml, web.yaml]",
        "resources: [../../outside, web.yaml]", "resources: [web.yaml]\nhelmCharts: [{name: x}]", "resources: [web.yaml]\ngenerators: [x.yaml]",
        "resources: [web.yaml]\ntransformers: [x.yaml]",
    ],
)  # fmt: skip
def test_what_would_fetch_or_run_something_is_never_rendered(tmp_path, program, line):
    program("kustomize", f"touch {tmp_path}/ran")
    found = scanned(tmp_path, {"kustomization.yaml": f"{HEAD}namePrefix: x-\n{line}\n", "web.yaml": deployment("web")})
    assert not (tmp_path / "ran").exists()
    assert [g.scope for g in found.gaps] == ["kustomization.yaml"]
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]


@needs_kustomize
def test_a_kustomization_is_rendered_and_points_at_its_sources(tmp_path):
    files = {
        "base/kustomization.yaml": HEAD + "resources: [web.yaml, db.yaml]\n",
        "base/web.yaml": deployment("web", env={"DB_HOST": "db"}) + service("web"),
        "base/db.yaml": deployment("db") + service("db"),
        "prod/kustomization.yaml": HEAD + "namespace: prod\nresources: [../base]\npatches: [{path: p.yaml}]\n",
        "prod/p.yaml": PATCH,
    }
    found = scanned(tmp_path, files)
    assert found.gaps == []
    assert sorted(found.components) == ["k8s:shop/prod/Deployment/db", "k8s:shop/prod/Deployment/web"]
    assert found.lines() == ["prod/Deployment/web -> prod/Deployment/db"]
    web = found.component("prod/Deployment/web")
    assert web.attributes["replicas"] == "3"
    assert [(e.locator, e.note) for e in web.evidence] == [
        ("base/web.yaml:1", "rendered by kustomize from prod/kustomization.yaml"),
        ("prod/kustomization.yaml:1", "environment prod: by the word in prod"),
    ]


def test_a_component_that_nothing_uses_is_left_out_and_noted(tmp_path, no_programs):
    files = {"c/kustomization.yaml": COMPONENT + "resources: [extra.yaml]\n", "c/extra.yaml": deployment("extra")}
    found = scanned(tmp_path, {**files, "web.yaml": deployment("web")})
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]
    assert notes(found) == {"unused kustomize component": 1}


@needs_kustomize
def test_a_component_that_is_used_is_rendered(tmp_path):
    files = {
        "c/kustomization.yaml": COMPONENT + "resources: [extra.yaml]\n",
        "c/extra.yaml": deployment("extra"),
        "kustomization.yaml": HEAD + "resources: [web.yaml]\ncomponents: [c]\n",
        "web.yaml": deployment("web"),
    }
    found = scanned(tmp_path, files)
    assert sorted(found.components) == ["k8s:shop/default/Deployment/extra", "k8s:shop/default/Deployment/web"]
    assert found.gaps == []


def test_kustomizations_in_a_circle_end(tmp_path, no_programs):
    files = {"a/kustomization.yaml": HEAD + "resources: [../b]\n", "b/kustomization.yaml": HEAD + "resources: [../a]\n"}
    assert scanned(tmp_path, {**files, "web.yaml": deployment("web")}).gaps == []


def test_a_program_that_fails_hangs_or_floods_is_a_gap(tmp_path, program, monkeypatch):
    monkeypatch.setattr(programs, "TIMEOUT", 0.3)
    top = written(
        tmp_path,
        {"kustomization.yaml": HEAD + "namePrefix: x-\nresources: [web.yaml]\n", "web.yaml": deployment("web")},
    )
    for script, reason in [
        ("echo 'no such thing' >&2; exit 1", "kustomize refused it: run it by hand"),
        ("sleep 60", "took longer than"),
        ("echo 'a: ['", "what it renders to is broken"),
    ]:
        programs._kustomize.cache_clear()
        program("kustomize", script)
        found = Scan(scan([top]))
        assert reason in found.gaps[0].reason
        assert str(tmp_path) not in found.dump()


def test_programs_see_none_of_the_users_settings(tmp_path, program, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    program("kustomize", f"env > {tmp_path}/seen; echo oops >&2; exit 1")
    scanned(
        tmp_path,
        {"kustomization.yaml": HEAD + "namePrefix: x-\nresources: [web.yaml]\n", "web.yaml": deployment("web")},
    )
    seen = (tmp_path / "seen").read_text()
    assert "hidden" not in seen
    assert f"HOME={os.environ.get('HOME')}\n" not in seen


CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "a: 1\n",
    "chart/templates/web.yaml": "kind: {{ .Values.kind }}\n",
    "chart/templates/db.yaml": "{{- if .x }}\nkind: Deployment\n{{- end }}\n",
    "chart/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\n",
    "chart/charts/sub/templates/x.yaml": "{{ x }}",
    "web.yaml": deployment("web"),
}


def test_a_chart_without_helm_is_one_gap(tmp_path, no_programs):
    found = scanned(tmp_path, CHART)
    assert [(g.scope, g.reason) for g in found.gaps] == [
        ("chart/Chart.yaml", "could not be read: the Helm chart was not rendered: helm is not installed")
    ]
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]


STAGED = {
    "chart/Chart.yaml": "name: shop\n",
    "chart/templates/web.yaml": "{{ x }}\n",
    "chart/values.yaml": "db: none\n",
    "chart/out": deployment("web", env={"DB_URL": "http://none"}),
}


@pytest.mark.parametrize(
    ("prod", "dev"),
    [
        ("chart/values-prod.yaml", "chart/values.dev.yaml"), ("chart/values/prod.yaml", "chart/values/dev.yml"),
        ("chart/environments/prod/values.yaml", "chart/environments/dev/values.yaml"),
        ("values-prod-eu.yaml", "dev-values.yaml"),
    ],
)  # fmt: skip
def test_values_of_stages_are_a_reading_each(tmp_path, program, prod, dev):
    program("helm", 'while [ "$1" != --values ]; do [ $# = 0 ] && exit 1; shift; done; cat "$2"')
    files = {prod: deployment("web", env={"DB_URL": "http://prod-db"})}
    files |= {dev: deployment("web", env={"DB_URL": "http://dev-db"})}
    found = scanned(tmp_path, STAGED | files)
    webs = {one.environment: id for id, one in found.components.items()}
    assert set(webs) == {"prod", "dev"}
    for stage, id in webs.items():
        assert [r.reference.texts[-1] for r in found.rules if r.dependent == id and r.via == "env DB_URL"] == [
            f"{stage}-db"
        ]
        assert f"rendered by helm with {prod if stage == 'prod' else dev}" in {
            one.note for one in found.components[id].evidence
        }


@pytest.mark.parametrize(
    "other", ["chart/values-local.yaml", "chart/ci/prod.yaml", "prod.yaml", "chart/templates/values-prod.yaml"]
)
def test_other_files_are_no_values_of_a_stage(tmp_path, program, other):
    program("helm", f'case "$*" in *--values*) touch {tmp_path}/ran;; esac; cat "$3/out"')
    found = scanned(tmp_path, STAGED | {other: "db: x\n"})
    assert not (tmp_path / "ran").exists()
    assert [one.environment for one in found.components.values()] == [None]


def test_a_chart_is_rendered_by_helm(tmp_path, program):
    (tmp_path / "out.yaml").write_text(deployment("api"))
    program("helm", f'echo "$@" > {tmp_path}/seen; cat {tmp_path}/out.yaml')
    found = scanned(tmp_path, CHART)
    assert sorted(found.components) == ["k8s:shop/default/Deployment/api", "k8s:shop/default/Deployment/web"]
    (evidence,) = found.component("Deployment/api").evidence
    assert (evidence.locator, evidence.note) == ("chart/Chart.yaml:1", "rendered by helm")
    assert (tmp_path / "seen").read_text().startswith("template chart ")


def test_a_chart_that_needs_a_chart_from_elsewhere_is_a_gap(tmp_path, program):
    program("helm", f"touch {tmp_path}/ran")
    needs = "dependencies: [{name: sub, repository: 'https://example.com'}, {name: far, repository: 'https://example.com'}]\n"
    found = scanned(tmp_path, {**CHART, "chart/Chart.yaml": CHART["chart/Chart.yaml"] + needs})
    assert "needs the chart far" in found.gaps[0].reason
    assert not (tmp_path / "ran").exists()


def test_a_programs_own_words_are_never_passed_on(tmp_path, program):
    """They may hold values of the files, times and process ids."""
    said = 'E1121 11:14:57.382134 $$ "command failed" err="accumulating resources from db: no such file or directory: hunter2PLANTED"'
    told = set()
    for name in ("kustomize", "helm"):
        program(name, f"echo '{said}' >&2; exit 1")
        files = {
            "a/kustomization.yaml": HEAD + "resources: [web.yaml]\nnamePrefix: x-\n",
            "a/web.yaml": deployment("web"),
        }
        files |= {"c/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "c/templates/x.yaml": deployment("x")}
        programs._kustomize.cache_clear()
        found = scanned(tmp_path / name, files)
        (gap,) = [one for one in found.gaps if name in one.reason and "refused" in one.reason]
        assert "PLANTED" not in found.dump()
        assert "11:14" not in gap.reason
        told.add(gap.reason.partition("refused it: ")[2])
    assert told == {"a file that it names is missing"}


@needs_kustomize
def test_a_literal_that_kustomize_refuses_stays_out_of_the_gap(tmp_path):
    files = {"kustomization.yaml": HEAD + "secretGenerator:\n- {name: s, literals: [hunter2PLANTED]}\n"}
    found = scanned(tmp_path, files)
    assert "an entry of a generator" in found.gaps[0].reason
    assert "PLANTED" not in found.dump()
