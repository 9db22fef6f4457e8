"""One system or several: path arguments and files that declare one object differently."""

from __future__ import annotations

from scanning import Scan, deployment, scanned, service, written

from blastradius.scanners import scan

EAST = deployment("web", extra="nodeSelector: {topology.kubernetes.io/region: us-east-1}")
WEST = deployment("web", extra="nodeSelector: {topology.kubernetes.io/region: us-west-2}")


def test_arguments_that_contradict_each_other_are_systems_of_their_own(tmp_path):
    top = written(
        tmp_path,
        {
            "prod/web.yaml": deployment("web", env={"DB_HOST": "db"}) + deployment("db") + service("db"),
            "staging/web.yaml": deployment("web", env={"DB_HOST": "db.example.com"}),
        },
    )
    result = scan([top / "prod", top / "staging"])
    found = Scan(result)
    assert result.roots == ("prod", "staging")
    assert sorted(found.components) == [
        "k8s:prod/default/Deployment/db",
        "k8s:prod/default/Deployment/web",
        "k8s:staging/default/Deployment/web",
    ]
    assert "k8s:staging/default/Deployment/web -> (db.example.com)" in found.lines()


def test_arguments_that_agree_stay_one_system(tmp_path):
    labelled = deployment("web").replace("namespace: default}", "namespace: default, annotations: {a: b}}", 1)
    top = written(tmp_path, {"a/web.yaml": deployment("web"), "b/web.yaml": labelled + deployment("db")})
    result = scan([top / "a", top / "b"])
    assert result.roots == ("shop",)
    assert Scan(result).gaps == []


def test_two_arguments_of_one_name_are_told_apart_by_their_path(tmp_path):
    top = written(tmp_path, {"a/k8s/w.yaml": EAST, "b/k8s/w.yaml": WEST})
    assert scan([top / "a" / "k8s", top / "b" / "k8s"]).roots == ("a-k8s", "b-k8s")


def test_files_that_disagree_are_named(tmp_path):
    files = {"a.yaml": deployment("web"), "b.yaml": deployment("web", env={"DB_HOST": "db"})}
    (gap,) = scanned(tmp_path, files).gaps
    assert (gap.component, gap.hides) == (None, "dependency")
    assert "a.yaml, b.yaml disagree about Deployment web: scan them apart" in gap.reason
    assert [e.locator for e in gap.evidence] == ["a.yaml:1", "b.yaml:1"]


def test_files_that_place_a_workload_differently_leave_its_place_open(tmp_path):
    (gap,) = scanned(tmp_path, {"a.yaml": EAST, "b.yaml": WEST}).gaps
    assert (gap.component, gap.hides) == ("k8s:shop/default/Deployment/web", "location")
    assert "us-east-1 in a.yaml:1, us-west-2 in b.yaml:1" in gap.reason


def test_a_place_has_evidence_of_its_own(tmp_path):
    component = scanned(tmp_path, {"a.yaml": EAST}).component("Deployment/web")
    (placed,) = [e for e in component.evidence if e.note]
    assert placed.note == "placed by nodeSelector topology.kubernetes.io/region=us-east-1"
    assert placed.locator == "a.yaml:9"
