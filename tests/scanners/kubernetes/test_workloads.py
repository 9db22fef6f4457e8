"""Workloads, their settings, and where their references lead."""

from __future__ import annotations

import base64
from textwrap import dedent, indent

import pytest
from scanning import Scan, deployment, scanned, service, written

from blastradius.assemble import assemble
from blastradius.model import Component
from blastradius.scanners import scan

POD = "{metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: i, env: [{name: DB_ADDR, value: 'db:5432'}]}]}}"


def pod_of(spec: str) -> str:
    return f"metadata: {{labels: {{app: web}}}}\nspec:\n{indent(dedent(spec).strip(), '  ')}\n"


def with_pod(spec: str, name: str = "web") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n"
        f"{indent(pod_of(spec), '    ')}---\n"
    )


@pytest.mark.parametrize(
    ("version", "kind", "body"),
    [
        ("apps/v1", "Deployment", f"{{template: {POD}}}"),
        ("extensions/v1beta1", "Deployment", f"{{template: {POD}}}"),
        ("apps/v1beta2", "StatefulSet", f"{{template: {POD}}}"),
        ("apps/v1", "DaemonSet", f"{{template: {POD}}}"),
        ("apps/v1", "ReplicaSet", f"{{template: {POD}}}"),
        ("v1", "ReplicationController", f"{{template: {POD}}}"),
        ("batch/v1", "Job", f"{{template: {POD}}}"),
        ("batch/v1beta1", "CronJob", f"{{schedule: '* * * * *', jobTemplate: {{spec: {{template: {POD}}}}}}}"),
        ("argoproj.io/v1alpha1", "Rollout", f"{{template: {POD}}}"),
        ("serving.knative.dev/v1", "Service", f"{{template: {POD}}}"),
        ("apps.openshift.io/v1", "DeploymentConfig", f"{{template: {POD}}}"),
    ],
)
def test_every_kind_of_workload_is_a_component(tmp_path, version, kind, body):
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, labels: {{team: a}}}}\nspec: {body}\n"
    found = scanned(tmp_path, {"x.yaml": text, "db.yaml": deployment("db") + service("db")})
    component = found.component(f"{kind}/x")
    assert component.kind == "service"
    assert component.tags == {"team": "a"}
    assert found.lines() == [f"{kind}/x -> Deployment/db"]


def test_a_pod_is_its_own_template(tmp_path):
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c, args: ['--db-addr=db:5432']}]}\n"
    )
    found = scanned(tmp_path, {"x.yaml": text, "db.yaml": deployment("db") + service("db")})
    assert found.lines() == ["Pod/x -> Deployment/db"]


def test_lists_are_taken_apart_and_lines_are_kept(tmp_path):
    text = f"apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {{name: x}}\n  spec: {{template: {POD}}}\n"
    found = scanned(tmp_path, {"x.yaml": text})
    assert found.component("Deployment/x").evidence[0].locator == "x.yaml:4"


def test_what_a_listed_cluster_owns_is_part_of_its_owner(tmp_path):
    owner = "ownerReferences: [{kind: Deployment, name: web}]"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web-1, {owner}}}\nspec: {{containers: []}}\n"
    found = scanned(tmp_path, {"all.yaml": deployment("web") + pod})
    assert list(found.components) == ["k8s:shop/default/Deployment/web"]


@pytest.mark.parametrize(
    "host", ["db", "db.data", "db.data.svc", "db.data.svc.cluster.local", "db-0.db.data.svc.cluster.local", "db-0.db.data", "10.1.2.3"]
)  # fmt: skip
def test_names_resolve_as_cluster_dns_does(tmp_path, host):
    space = "data" if host == "db" else "front"
    files = {
        "web.yaml": deployment("web", env={"STORE_URL": f"postgres://u:p@{host}:5432/x"}, namespace=space),
        "db.yaml": deployment("db", namespace="data") + service("db", namespace="data", spec="clusterIP: 10.1.2.3"),
    }
    found = scanned(tmp_path, files)
    assert found.lines() == [f"{space}/Deployment/web -> data/Deployment/db"]


def test_the_same_plain_name_is_another_thing_in_another_namespace(tmp_path):
    files = {
        "web.yaml": deployment("web", env={"DB_HOST": "db"}, namespace="front"),
        "db.yaml": deployment("db", namespace="data") + service("db", namespace="data"),
    }
    (rule,) = [r for r in scanned(tmp_path, files).rules if r.via != "image"]
    assert rule.reference.texts == ("k8s:shop/front/Service/db", "db")
    assert rule.reference.scope == "k8s:shop/front"


def test_evidence_is_the_line_of_the_variable(tmp_path):
    files = {
        "web.yaml": deployment("web", env={"A": "1", "DB_HOST": "db"}),
        "db.yaml": deployment("db") + service("db"),
    }
    assert scanned(tmp_path, files).evidence("Deployment/web -> Deployment/db") == ["web.yaml:14"]


def test_what_a_thing_calls_itself_is_no_dependency(tmp_path):
    files = {"web.yaml": deployment("web", env={"OWN_URL": "http://web:80", "SEEDS": "web-0.web"}) + service("web")}
    assert scanned(tmp_path, files).lines() == []


def test_env_from_config_maps_with_prefix_and_override(tmp_path):
    spec = """\
        containers:
        - name: c
          envFrom:
          - {configMapRef: {name: conf}, prefix: X_}
          env:
          - {name: X_MAIL_HOST, value: 'mail'}
          - {name: FULL, value: 'http://$(X_DB_HOST):5432/$$(NOT)'}
          - {name: PICKED, valueFrom: {configMapKeyRef: {name: conf, key: cart.url}}}
    """
    conf = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  DB_HOST: db\n  MAIL_HOST: oldmail\n  cart.url: http://cart\n---\n"
    services = "".join(deployment(n) + service(n) for n in ("db", "mail", "oldmail", "cart"))
    found = scanned(tmp_path, {"web.yaml": with_pod(spec) + conf, "rest.yaml": services})
    assert found.lines() == [f"Deployment/web -> Deployment/{name}" for name in ("cart", "db", "mail")]
    vias = {r.via for r in found.rules if r.via != "image"}
    assert {"env X_DB_HOST from ConfigMap conf", "env FULL", "env PICKED from ConfigMap conf"} <= vias
    assert found.component("Deployment/web").attributes["config_maps"] == "conf"


def test_variables_that_kubernetes_injects_are_known(tmp_path):
    spec = "containers: [{name: c, args: ['--redis=$(REDIS_MAIN_SERVICE_HOST):6379']}]"
    files = {"web.yaml": with_pod(spec), "r.yaml": deployment("redis-main") + service("redis-main")}
    assert scanned(tmp_path, files).lines() == ["Deployment/web -> Deployment/redis-main"]


def test_secrets_name_hosts_and_never_leave(tmp_path):
    url = base64.b64encode(b"postgres://admin:hunter2@db:5432/shop").decode()
    spec = """\
        containers:
        - name: c
          envFrom: [{secretRef: {name: creds}}]
          env:
          - {name: OTHER_URL, value: 'https://user:hunter2@api.example.com/hunter2?key=hunter2'}
          - {name: API_KEY, value: 'hunter2.example.com:443'}
          - {name: PLAIN, value: 'hunter2'}
          args: ['--password=hunter2', '--token', 'hunter2:8080', 'redis://:hunter2@db']
        volumes: [{name: v, secret: {secretName: creds}}]
    """
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: creds}}\ndata:\n  DATABASE_URL: {url}\n  PW: aHVudGVyMg==\nstringData: {{TOKEN: hunter2, X_HOST: hunter2}}\n---\n"
    found = scanned(tmp_path, {"web.yaml": with_pod(spec) + secret, "db.yaml": deployment("db") + service("db")})
    assert found.lines() == ["Deployment/web -> (api.example.com)", "Deployment/web -> Deployment/db"]
    assert "hunter2" not in found.dump()
    assert "aHVudGVyMg" not in found.dump()


def test_what_is_not_scanned_and_is_an_address_is_a_gap(tmp_path):
    spec = """\
        containers:
        - name: c
          envFrom: [{configMapRef: {name: gone}}, {secretRef: {name: maybe, optional: true}}]
          env:
          - {name: DB_HOST, valueFrom: {secretKeyRef: {name: creds, key: host}}}
          - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: creds, key: pw}}}
          - {name: POD_ADDR, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
          - {name: MAIL_URL, value: 'http://$(MAIL):25'}
          - {name: COUNT, value: '$(NUMBER)'}
    """
    gaps = scanned(tmp_path, {"web.yaml": with_pod(spec)}).gaps
    assert sorted((g.reference, g.hides, g.component) for g in gaps) == [
        (reference, "dependency", "k8s:shop/default/Deployment/web")
        for reference in ("$(DB_HOST)", "$(MAIL)", "ConfigMap gone")
    ]
    assert all(g.evidence[0].locator.startswith("web.yaml:") for g in gaps)


def test_init_containers_are_needed_to_start_and_sidecars_to_serve(tmp_path):
    spec = """\
        initContainers:
        - {name: wait, image: busybox, command: [sh, -c, 'until nc -z db 5432; do sleep 1; done']}
        - {name: proxy, image: proxy, restartPolicy: Always, env: [{name: UPSTREAM, value: 'cart:80'}]}
        containers:
        - {name: c, image: web}
        - {name: sidecar, image: agent, args: [--collector, 'mail:4317']}
    """
    services = "".join(deployment(n) + service(n) for n in ("db", "mail", "cart"))
    found = scanned(tmp_path, {"web.yaml": with_pod(spec), "rest.yaml": services})
    assert [line for line in found.lines(images=True) if line.startswith("Deployment/web")] == [
        "Deployment/web -> (agent) [startup]",
        "Deployment/web -> (busybox) [startup]",
        "Deployment/web -> (proxy) [startup]",
        "Deployment/web -> (web) [startup]",
        "Deployment/web -> Deployment/cart",
        "Deployment/web -> Deployment/db [startup]",
        "Deployment/web -> Deployment/mail",
    ]


def test_an_image_that_is_never_pulled_needs_no_registry(tmp_path):
    found = scanned(tmp_path, {"web.yaml": with_pod("containers: [{name: c, image: local, imagePullPolicy: Never}]")})
    assert found.lines(images=True) == []
    assert found.component("Deployment/web").attributes["image_pull_policy"] == "Never"


def test_mounted_config_maps_are_read(tmp_path):
    spec = """\
        containers: [{name: c}]
        volumes:
        - {name: v, configMap: {name: conf, items: [{key: app.conf, path: app.conf}]}}
        - {name: p, projected: {sources: [{configMap: {name: more}}]}}
    """
    conf = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  app.conf: |\n    proxy_pass http://cart:8080/;\n  other.conf: |\n    http://db\n---\n"
    more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata:\n  x.yaml: |\n    mail:\n      host: mail\n---\n"
    services = "".join(deployment(n) + service(n) for n in ("db", "mail", "cart"))
    found = scanned(tmp_path, {"web.yaml": with_pod(spec) + conf + more, "rest.yaml": services})
    assert found.lines() == ["Deployment/web -> Deployment/cart", "Deployment/web -> Deployment/mail"]


def test_an_external_name_leads_to_the_outer_host(tmp_path):
    files = {
        "web.yaml": deployment("web", env={"DB_HOST": "db"}),
        "db.yaml": service("db", "", spec="type: ExternalName, externalName: DB.example.com"),
    }
    found = scanned(tmp_path, files)
    assert found.lines() == ["Deployment/web -> (db.example.com)"]
    assert found.evidence("Deployment/web -> db.example.com") == ["web.yaml:13", "db.yaml:4"]


def test_external_names_that_lead_in_a_circle_end(tmp_path):
    files = {
        "web.yaml": deployment("web", env={"DB_HOST": "a"}),
        "a.yaml": service("a", "", spec="type: ExternalName, externalName: b.default.svc"),
        "b.yaml": service("b", "", spec="type: ExternalName, externalName: a.default.svc"),
    }
    assert len(scanned(tmp_path, files).lines()) == 1


def test_a_service_without_selector_leads_to_its_endpoints(tmp_path):
    endpoints = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: [{addresses: [{ip: 203.0.113.5}, {ip: 203.0.113.6}]}]\n"
    files = {"web.yaml": deployment("web", env={"DB_HOST": "db"}), "db.yaml": service("db", "") + endpoints}
    found = scanned(tmp_path, files)
    assert found.lines() == ["Deployment/web -> (203.0.113.5) | (203.0.113.6)"]
    (rule,) = [r for r in found.rules if r.via == "env DB_HOST"]
    assert (rule.required, rule.full) == (1, 2)


def test_a_service_of_several_workloads_is_any_of_them(tmp_path):
    stable = deployment("web-a").replace("app: web-a", "app: web")
    canary = deployment("web-b").replace("app: web-b", "app: web")
    files = {"w.yaml": stable + canary + service("web"), "x.yaml": deployment("x", env={"WEB_URL": "http://web"})}
    found = scanned(tmp_path, files)
    assert found.lines() == ["Deployment/x -> Deployment/web-a | Deployment/web-b"]
    assert found.component("Deployment/web-a").identities == ()
    assert "web" in found.component("Deployment/web-a").aliases


def test_a_service_that_selects_nothing_is_a_gap(tmp_path):
    found = scanned(tmp_path, {"web.yaml": deployment("web") + service("web", "wbe")})
    assert [(g.scope, g.reference) for g in found.gaps] == [("k8s:shop/default/Service/web", "app=wbe")]


def test_identities_and_aliases_come_from_services(tmp_path):
    component = scanned(tmp_path, {"w.yaml": deployment("web") + service("front", "web")}).component("Deployment/web")
    assert component.identities == ("k8s:shop/default/Service/front",)
    assert component.aliases == ("front", "front.default", "front.default.svc", "front.default.svc.cluster.local")
    assert component.scope == "k8s:shop/default"


@pytest.mark.parametrize(
    ("spec", "entry"),
    [
        ("type: LoadBalancer", "Service/web LoadBalancer"),
        ("type: NodePort", "Service/web NodePort"),
        ("type: ClusterIP", None),
    ],
)
def test_services_open_to_outside_are_entries(tmp_path, spec, entry):
    component = scanned(tmp_path, {"w.yaml": deployment("web") + service("web", spec=spec)}).component("Deployment/web")
    assert component.attributes.get("entry") == entry


def test_scaling_budgets_and_spread_are_attributes(tmp_path):
    spec = """\
        serviceAccountName: runner
        topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}
        containers: []
    """
    more = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {kind: Deployment, name: web}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}
"""
    attributes = scanned(tmp_path, {"web.yaml": with_pod(spec) + more}).component("Deployment/web").attributes
    assert attributes["autoscaling"] == "2-9"
    assert attributes["disruption_budget"] == "minAvailable 1"
    assert attributes["topology_spread"] == "topology.kubernetes.io/zone maxSkew 1 DoNotSchedule"
    assert attributes["anti_affinity"] == "kubernetes.io/hostname required"
    assert attributes["service_account"] == "runner"


_TERM = (
    "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{terms}]}}}}}}"
)
_IN = "{{matchExpressions: [{{key: topology.kubernetes.io/{key}, operator: In, values: [{values}]}}]}}"


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("nodeSelector: {topology.kubernetes.io/region: us-east-1}", ("us-east-1", None)),
        ("nodeSelector: {failure-domain.beta.kubernetes.io/zone: us-east-1a}", (None, "us-east-1a")),
        (_TERM.format(terms=_IN.format(key="region", values="us-east-1")), ("us-east-1", None)),
        (_TERM.format(terms=_IN.format(key="region", values="a, b")), (None, None)),
        (_TERM.format(terms=_IN.format(key="zone", values="a") + ", {matchExpressions: []}"), (None, None)),
        ("nodeSelector: {disktype: ssd}", (None, None)),
    ],
)
def test_a_single_allowed_region_or_zone_places_a_workload(tmp_path, spec, place):
    component = scanned(tmp_path, {"web.yaml": with_pod(spec + "\ncontainers: []")}).component("Deployment/web")
    assert (component.region, component.zone) == place


def test_volumes_of_clouds_and_file_servers_are_dependencies(tmp_path):
    spec = """\
        containers: []
        volumes:
        - {name: disk, awsElasticBlockStore: {volumeID: 'aws://us-east-1a/vol-0123'}}
        - {name: share, nfs: {server: nfs.example.com, path: /}}
        - {name: claimed, persistentVolumeClaim: {claimName: data}}
    """
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {volumeName: pv}\n---\n"
    volume = (
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\nspec: {gcePersistentDisk: {pdName: pd-1}}\n---\n"
    )
    found = scanned(tmp_path, {"web.yaml": with_pod(spec) + claim + volume})
    assert found.lines() == [f"Deployment/web -> ({what})" for what in ("nfs.example.com", "pd-1", "vol-0123")]


def test_dns_servers_of_a_pod_are_dependencies(tmp_path):
    found = scanned(tmp_path, {"web.yaml": with_pod("dnsConfig: {nameservers: [203.0.113.53]}\ncontainers: []")})
    (rule,) = found.rules
    assert (rule.via, rule.reference.kind, rule.reference.texts) == ("dnsConfig", "dns", ("203.0.113.53",))


def test_the_same_object_in_two_files_is_one_component(tmp_path):
    files = {
        "a.yaml": deployment("web", env={"DB_HOST": "db"}),
        "b.yaml": deployment("web", env={"DB_HOST": "db-two"}),
        "c.yaml": deployment("db") + service("db"),
    }
    found = scanned(tmp_path, files)
    component = found.component("Deployment/web")
    assert [e.locator for e in component.evidence] == ["a.yaml:1", "b.yaml:1"]
    assert component.attributes["declared_differently"] == "b.yaml:1"
    assert found.lines() == ["Deployment/web -> (db-two)", "Deployment/web -> Deployment/db"]


def test_equal_copies_are_not_declared_differently(tmp_path):
    found = scanned(tmp_path, {"a.yaml": deployment("web"), "b.yaml": deployment("web")})
    assert "declared_differently" not in found.component("Deployment/web").attributes


def test_types_that_are_not_mapped_are_counted(tmp_path):
    text = "apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata: {name: k}\n"
    found = scanned(tmp_path, {"web.yaml": deployment("web"), "k.yaml": text})
    (coverage,) = [c for c in found.result.coverage.scanners if c.scanner == "kubernetes"]
    assert coverage.unmapped == {"kafka.strimzi.io/KafkaTopic": 1}


def test_a_scan_is_the_same_every_time(tmp_path):
    top = written(tmp_path, {f"{n}.yaml": deployment(n, env={"X_HOST": "b"}) + service(n) for n in "abc"})
    assert scan([top]) == scan([top])
    assert all(isinstance(c, Component) for c in Scan(scan([top])).components.values())


def test_what_a_prometheus_in_a_config_map_collects_from_is_missed_and_alerts_go_out_by_its_manager(tmp_path):
    settings = """
        alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
        scrape_configs:
        - job_name: web
          basic_auth: {username: me, password: 'web.shop:8080'}
          static_configs: [{targets: ['web.shop:8080', 'localhost:9090']}]
        - {job_name: pods, kubernetes_sd_configs: [{role: pod}]}
    """
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: told, namespace: watch}\ndata:\n  prometheus.yml: |\n"
        f"{indent(dedent(settings).strip(), '    ')}\n---\n"
    )
    volumes = "volumes: [{name: c, configMap: {name: told}}]\n"
    text = config + deployment("prometheus", extra=volumes, namespace="watch").replace("registry.example.com", "prom")
    for name, where in (("alertmanager", "watch"), ("web", "shop")):
        text += deployment(name, namespace=where) + service(name, namespace=where)
    result = scan([written(tmp_path, {"all.yaml": text})])
    found = assemble(result.facts, result.coverage, result.roots)
    needs = {
        (one.dependency.rpartition("/")[2], one.phase, one.strength)
        for one in found.dependencies
        if one.dependent.endswith("/prometheus") and one.dependency.startswith("k8s:")
    }
    assert needs == {("alertmanager", "operate", "soft"), ("web", "runtime", "soft")}
