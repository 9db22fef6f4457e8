"""Where proxies pass requests on: groups of servers are alternatives, backups stand by, and names of groups are no hosts."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scanning import deployment, service, written

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.proxies import pools_in

UPSTREAM = "upstream pool { server api:80 weight=2; server api2:80; server web backup; server old down; }"


def pools(name, text):
    found, _ = pools_in([(name, dedent(text))])
    return [(pool.hosts, pool.standby, pool.line) for _, pool in found]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.conf", UPSTREAM, [(("api", "api2"), ("web",), 1)]),
        ("a.conf", UPSTREAM + "\nserver { location / { proxy_pass http://pool/x; } }", [(("api", "api2"), ("web",), 1)]),
        ("a.conf", "# proxy_pass http://no;\nlocation / {\n  proxy_pass http://web:3000/$1;\n}", [(("web",), (), 3)]),
        ("a.conf", "location / { set $u api; proxy_pass http://$u:3000$request_uri; }", [(("api",), (), 1)]),
        (
            "a.conf",
            "map $x $to {\n default http://web;\n ~y http://api:1;\n}\nserver { location / { proxy_pass $to; } }",
            [(("api",), (), 5), (("web",), (), 5)],
        ),
        ("a.conf", "location / { fastcgi_pass unix:/run/x.sock; }\nlocation /b { fastcgi_pass php:9000; }", [(("php",), (), 2)]),
        ("a.conf", "location / { proxy_pass http://$host; grpc_pass grpc://127.0.0.1:1; }", [(("$host",), (), 1)]),
        ("a.template", "server { location / { proxy_pass http://${API_HOST}:80; } }", [(("${API_HOST}",), (), 1)]),
        (
            "h.cfg",
            """\
            frontend fe
              bind *:80
              use_backend two if x
            backend two  # comment
              balance roundrobin
              server a api:80 check
              server b api2:80 check backup
              server c old:80 disabled
            listen three
              server-template w 1-3 web:80 check
            resolvers d
              nameserver x 10.0.0.1:53
            """,
            [(("api",), ("api2",), 4), (("web",), (), 9)],
        ),
        (
            "Caddyfile",
            """\
            shop.example.com {
              reverse_proxy /api/* api:8080 http://api2:8080 # both
              handle @x {
                reverse_proxy @x {
                  lb_policy first
                  to web:1 {$SPARE:spare}:2
                  transport http {
                    versions h2c
                  }
                }
              }
              php_fastcgi unix//run/php.sock
              forward_auth auth:9091 {
                uri /verify
              }
            }
            """,
            [(("api", "api2"), (), 2), (("web", "spare"), (), 4), (("auth",), (), 13)],
        ),
        (
            "t.yml",
            "http:\n  services:\n    s:\n      loadBalancer:\n        servers: [{url: 'http://api:80'}, {url: 'http://api2'}]\n",
            [(("api", "api2"), (), 5)],
        ),
        ("t.toml", "[[tcp.services.s.loadBalancer.servers]]\naddress = 'db:5432'\n", [(("db",), (), 1)]),
        ("a.yml", "servers: [a, b]\nloadBalancer: x\n", []),
        ("a.txt", "the upstream project; see backend code", []),
    ],
)  # fmt: skip
def test_groups_of_each_proxy(name, text, expected):
    assert pools(name, text) == expected


def test_a_group_in_one_file_is_used_in_another():
    found, whole = pools_in(
        [("up.conf", "upstream pool { server api; }"), ("d.conf", "location / { proxy_pass http://pool; }")]
    )
    assert [(position, pool.hosts) for position, pool in found] == [(0, ("api",))]
    assert whole == {0}


@given(
    st.text(alphabet="upstream {};$#\"'\\\nserver_pass:/.a0\tbackend"),
    st.sampled_from(["a.conf", "h.cfg", "Caddyfile", "t.yml", "t.toml"]),
)
def test_any_text_is_read(text, name):
    for lead in (
        "",
        "proxy_pass x;",
        "backend b\n server a b:1\n",
        "reverse_proxy x {\n",
        "http: {services: loadBalancer servers",
    ):
        pools_in([(name, lead + text)])


def inventory(tmp_path, files):
    result = scan([written(tmp_path, files)])
    return assemble(result.facts, result.coverage, result.roots)


SERVICES = "  web: {image: acme/web}\n  api: {image: acme/api}\n  api2: {image: acme/api}\n"


@pytest.mark.parametrize(
    ("path", "mount", "text"),
    [
        ("edge/default.conf", "/etc/nginx/conf.d/default.conf", UPSTREAM + "\nlocation / { proxy_pass http://pool; }\n"),
        ("edge/haproxy.cfg", "/h/haproxy.cfg", "backend pool\n  server a api:80\n  server c api2\n  server b web:80 backup\n"),
    ],
)  # fmt: skip
def test_a_service_of_compose_needs_any_of_a_group(tmp_path, path, mount, text):
    compose = f"services:\n  edge: {{image: acme/edge, volumes: ['./{path}:{mount}:ro']}}\n{SERVICES}"
    found = inventory(tmp_path, {"compose.yaml": compose, path: text})
    assert not [c for c in found.components if c.kind == "external"]
    assert not [d for d in found.dependencies if d.dependent.endswith("/edge") and d.phase == "runtime"]
    (one,) = found.redundancies
    assert [id.rpartition("/")[2] for id in one.members] == ["api", "api2", "web"]
    assert [id.rpartition("/")[2] for id in one.active] == ["api", "api2"]
    assert one.failover.mode == "automatic"
    assert one.evidence[0].locator.startswith((path, "compose.yaml"))


def test_folders_of_configuration_are_read_and_the_environment_fills_templates(tmp_path):
    compose = (
        "services:\n  edge:\n    image: nginx\n    environment: {API: api}\n"
        f"    volumes: ['./t:/etc/nginx/templates', './Caddyfile:/etc/caddy/Caddyfile', './html:/usr/share/html']\n{SERVICES}"
    )
    files = {
        "t/a.conf.template": "server { location / { proxy_pass http://${API}:80; } location /x { proxy_pass http://$far; } }",
        "Caddyfile": ":80 {\n  reverse_proxy web:3000\n}\n",
        "html/a.conf": "server { location / { proxy_pass http://api2; } }",
    }
    found = inventory(tmp_path, {"compose.yaml": compose, **files})
    runtime = sorted(d.dependency for d in found.dependencies if d.dependent.endswith("/edge") and d.phase == "runtime")
    assert runtime == ["compose:shop/api", "compose:shop/web"]
    (gap,) = [g for g in found.gaps if g.reference == "$far"]
    assert (gap.component, gap.hides) == ("compose:shop/edge", "dependency")


def test_a_pod_needs_any_of_a_group(tmp_path):
    text = UPSTREAM.replace("; server old down", "") + "\nserver { location / { proxy_pass http://pool; } }\n"
    parts = [deployment("edge", extra="volumes:\n- {name: c, configMap: {name: c}}")]
    parts += [deployment(name) + service(name) for name in ("web", "api", "api2")]
    parts.append(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n" + indent(text, "    ")
    )
    found = inventory(tmp_path, {"all.yaml": "".join(parts)})
    (one,) = found.redundancies
    assert [id.rpartition("/")[2] for id in one.members] == ["api", "api2", "web"]
    assert [id.rpartition("/")[2] for id in one.active] == ["api", "api2"]


def test_sources_of_data_in_a_mounted_folder_are_needed(tmp_path):
    compose = (
        f"services:\n  grafana: {{image: grafana/grafana, volumes: ['./p:/etc/grafana/provisioning']}}\n{SERVICES}"
    )
    sources = "apiVersion: 1\ndatasources:\n- {name: m, type: prometheus, url: 'http://api:9090'}\n"
    found = inventory(tmp_path, {"compose.yaml": compose, "p/datasources/all.yml": sources})
    (one,) = [d for d in found.dependencies if d.dependent.endswith("/grafana") and d.phase == "runtime"]
    assert (one.dependency, one.evidence[0].locator) == ("compose:shop/api", "p/datasources/all.yml:3")
