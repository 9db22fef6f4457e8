"""Walking, reading and giving up gracefully."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scanning import Scan, deployment, scanned, written

from blastradius.errors import InputError
from blastradius.scanners import growing, scan, scanners, tree


def test_every_scanner_says_what_it_is():
    assert [name for name, _ in scanners()] == sorted(name for name, _ in scanners())
    for name, kind in scanners():
        assert kind.name == name
        assert kind.summary
        assert kind.extracts
        assert kind.omits
        assert kind.__doc__


def test_no_such_path_is_one_line(tmp_path):
    with pytest.raises(InputError, match=r"nothing-here: no such file or folder"):
        scan([tmp_path / "nothing-here"])
    with pytest.raises(InputError, match="nothing to scan"):
        scan([])


def test_a_folder_with_nothing_to_scan_says_what_is_read(tmp_path):
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "settings.json").write_text("// no JSON\n{}")
    with pytest.raises(InputError, match=r"nothing to scan among 2 files: none is of .*kubernetes, .*README"):
        scan([tmp_path])


def test_a_single_file_of_any_name_is_read(tmp_path):
    path = written(tmp_path, {"deploy.txt": deployment("web")}) / "deploy.txt"
    found = Scan(scan([path]))
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]
    assert found.component("Deployment/web").evidence[0].locator == "deploy.txt:1"


def test_several_paths_share_one_root(tmp_path):
    top = written(tmp_path, {"a/web.yaml": deployment("web"), "b/db.yaml": deployment("db")})
    result = scan([top / "b", top / "a", top / "a"])
    assert result.roots == ("shop",)
    assert [c.evidence[0].locator for c in Scan(result).components.values()] == ["b/db.yaml:1", "a/web.yaml:1"]


def test_order_of_paths_does_not_matter(tmp_path):
    top = written(tmp_path, {"a/web.yaml": deployment("web"), "b/db.yaml": deployment("db")})
    assert scan([top / "a", top / "b"]) == scan([top / "b", top / "a"])


def test_one_broken_file_is_a_gap_with_its_line_and_stops_nothing(tmp_path):
    found = scanned(tmp_path, {"web.yaml": deployment("web"), "broken.yaml": "a: 1\n b: 2\n", "empty.yaml": ""})
    assert len(found.components) == 1
    assert [(g.scope, g.evidence[0].locator) for g in found.gaps] == [("broken.yaml", "broken.yaml:2")]
    (files,) = [c for c in found.result.coverage.scanners if c.scanner == "files"]
    assert (files.parsed, files.failed) == (2, 1)


def test_a_template_is_a_gap_that_says_so(tmp_path):
    found = scanned(tmp_path, {"t.yaml": "kind: {{ .Values.kind }}\n"})
    assert "template" in found.gaps[0].reason


def test_bytes_that_are_no_text_are_a_gap(tmp_path):
    top = written(tmp_path, {"web.yaml": deployment("web")})
    (top / "bad.yaml").write_bytes(b"ok: 1\nbad: \xff\n")
    found = Scan(scan([top]))
    assert found.gaps[0].evidence[0].locator == "bad.yaml:2"


def test_a_huge_file_is_a_gap(tmp_path):
    top = written(tmp_path, {"web.yaml": deployment("web")})
    with (top / "huge.yaml").open("wb") as stream:
        stream.truncate(200_000_000)
    found = Scan(scan([top]))
    assert "larger than" in found.gaps[0].reason
    assert str(top) not in found.dump()


def test_pipes_are_passed_by(tmp_path):
    top = written(tmp_path, {"web.yaml": deployment("web")})
    os.mkfifo(top / "pipe.yaml")
    assert Scan(scan([top])).gaps == []


def test_links_within_the_folder_are_not_followed_and_loops_end(tmp_path):
    top = written(tmp_path, {"a/web.yaml": deployment("web")})
    (top / "a" / "loop").symlink_to(top)
    (top / "again.yaml").symlink_to(top / "a" / "web.yaml")
    found = Scan(scan([top]))
    assert len(found.components["k8s:shop/default/Deployment/web"].evidence) == 1
    assert found.gaps == []


def test_a_link_out_of_the_folder_is_a_gap_and_not_read(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "db.yaml").write_text(deployment("db"))
    top = written(tmp_path, {"web.yaml": deployment("web")})
    (top / "more").symlink_to(tmp_path / "outside")
    (top / "dead.yaml").symlink_to("nowhere")
    found = Scan(scan([top]))
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]
    assert sorted(g.reason.split(":")[0] for g in found.gaps) == [
        "is a link out of the scanned folder",
        "is a link that leads nowhere",
    ]


def test_a_named_link_is_followed(tmp_path):
    top = written(tmp_path, {"web.yaml": deployment("web")})
    (tmp_path / "link").symlink_to(top)
    assert scan([tmp_path / "link"]).roots == ("shop",)


def test_a_file_that_disappears_is_a_gap(tmp_path, monkeypatch):
    top = written(tmp_path, {"db.yaml": deployment("db"), "web.yaml": deployment("web")})
    real = tree.read_bytes

    def read(path, limit):
        (top / "db.yaml").unlink(missing_ok=True)
        return real(path, limit)

    monkeypatch.setattr(tree, "read_bytes", read)
    found = Scan(scan([top]))
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]
    assert found.gaps[0].reason == "could not be read: no such file"


def test_a_folder_that_cannot_be_listed_is_a_gap(tmp_path, monkeypatch):
    top = written(tmp_path, {"web.yaml": deployment("web"), "closed/db.yaml": deployment("db")})
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(growing.os, "scandir", scandir)
    found = Scan(scan([top]))
    assert [g.scope for g in found.gaps] == ["closed"]


def test_a_folder_without_permission_is_a_gap(plain_folder):
    top = written(plain_folder, {"web.yaml": deployment("web"), "closed/db.yaml": deployment("db")})
    (top / "closed").chmod(0)
    try:
        assert [g.scope for g in Scan(scan([top])).gaps] == ["closed"]
    finally:
        (top / "closed").chmod(0o700)


def test_names_that_are_no_utf8_can_be_printed(tmp_path):
    top = written(tmp_path, {"web.yaml": deployment("web")})
    name = os.fsencode(top) + b"/\xff.yaml"
    with open(name, "w") as stream:
        stream.write("a: [")
    found = Scan(scan([top]))
    assert found.gaps[0].scope == "\\xff.yaml"
    found.dump().encode()


def test_folders_of_tools_are_left_out(tmp_path):
    found = scanned(
        tmp_path, {"web.yaml": deployment("web"), "node_modules/x/db.yaml": deployment("db"), ".git/x.yaml": "["}
    )
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]
    assert found.gaps == []


def test_json_that_is_none_of_ours_is_not_judged(tmp_path):
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {}}
    found = scanned(
        tmp_path,
        {"tsconfig.json": "{ // comment\n}", "p.json": json.dumps(body), "broken.json": '{"apiVersion": "v1",\n}'},
    )
    assert [c.id for c in found.components.values()] == ["k8s:shop/default/Pod/p"]
    assert [g.evidence[0].locator for g in found.gaps] == ["broken.json:2"]


def test_progress_is_told(tmp_path):
    said: list[str] = []
    scan([written(tmp_path, {"web.yaml": deployment("web")})], progress=said.append)
    assert any("kubernetes" in line for line in said)


WORDS = st.sampled_from([
    "apiVersion: v1", "kind: Service", "kind: Deployment", "kind: List", "kind: Ingress", "items:", "spec:", "metadata:", "name: x",
    "- ", "  ", "\n", "template: 5", "env: [{name: A_HOST, value: 'b:80'}]", "containers:", "{{", "&a", "*a", ": ", "resources: [../x]",
    "selector: [1]", "rules: {}", "schema_version: 1", "components: [1]", "kind: Kustomization", "!x", "envFrom: 3", "volumes: [[]]",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200) | st.lists(WORDS, max_size=25).map(lambda parts: "".join(parts).encode()),
    st.sampled_from(["x.yaml", "x.yml", "x.json", "kustomization.yaml", "Chart.yaml"]),
)
def test_no_bytes_in_any_file_stop_a_scan(tmp_path, content, name):
    top = tmp_path / "shop"
    top.mkdir(exist_ok=True)
    for old in top.iterdir():
        old.unlink()
    (top / name).write_bytes(content)
    (top / "web.yaml").write_text(deployment("web"))
    assert "k8s:shop/default/Deployment/web" in Scan(scan([top])).components


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.sampled_from(["db", "db:80", "http://db", "$(X)", "x=y", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "host", "selector"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([
        "Deployment", "Pod", "CronJob", "Service", "Ingress", "NetworkPolicy", "ConfigMap", "Secret", "HTTPRoute", "Gateway",
        "VirtualService", "HorizontalPodAutoscaler", "PodDisruptionBudget", "PersistentVolumeClaim", "Endpoints", "EndpointSlice", "Namespace",
    ]),
    path=st.lists(st.sampled_from([
        "spec", "template", "metadata", "labels", "containers", "env", "envFrom", "args", "command", "volumes", "valueFrom", "rules", "http",
        "paths", "backend", "podSelector", "matchLabels", "matchExpressions", "ingress", "from", "data", "affinity", "nodeAffinity", "subsets",
        "dnsConfig", "ownerReferences", "parentRefs", "backendRefs", "hostnames", "configMap", "0",
    ]), min_size=1, max_size=5),
    value=_VALUES,
)  # fmt: skip
def test_no_shape_of_any_object_stops_a_scan(tmp_path, kind, path, value):
    body: object = value
    for step in reversed(path):
        body = [body] if step == "0" else {step: body}
    groups = {"Ingress": "networking.k8s.io/v1", "NetworkPolicy": "networking.k8s.io/v1", "Deployment": "apps/v1"}
    groups |= {
        "HTTPRoute": "gateway.networking.k8s.io/v1",
        "Gateway": "networking.istio.io/v1",
        "VirtualService": "networking.istio.io/v1",
    }
    head = {"apiVersion": groups.get(kind, "v1"), "kind": kind, "metadata": {"name": "odd"}}
    top = tmp_path / "shop"
    top.mkdir(exist_ok=True)
    (top / "x.json").write_text(json.dumps({**head, **(body if isinstance(body, dict) else {})}))
    (top / "web.yaml").write_text(deployment("web", env={"DB_HOST": "odd"}))
    assert "k8s:shop/default/Deployment/web" in Scan(scan([top])).components


def test_one_file_is_counted_as_one(tmp_path):
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(InputError, match="nothing to scan among 1 file:"):
        scan([tmp_path])


def test_a_broken_json_file_that_was_named_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"a": 1,\n  oops}')
    with pytest.raises(InputError, match=r"x\.json:2: "):
        scan([path])


def test_a_broken_json_file_is_a_gap_where_it_is_for_a_scanner_and_is_not_counted_elsewhere(tmp_path):
    files = {"web.yaml": deployment("web"), "a.json": '{"apiVersion": oops', "b.json": "{oops"}
    found = scanned(tmp_path, files)
    assert [g.scope for g in found.gaps] == ["a.json"]
    (coverage,) = [c for c in found.result.coverage.scanners if c.scanner == "files"]
    assert (coverage.parsed, coverage.failed) == (1, 1)
