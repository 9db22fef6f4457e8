"""What one compose file says of its services."""

from __future__ import annotations

import pytest
from scanning import Scan, scanned, written

import blastradius as br


def lines(found: Scan, *, images: bool = False) -> list[str]:
    """Dependencies without the project."""
    return [line.replace("compose:shop/", "") for line in found.lines(images=images)]


def compose(tmp_path, text, **files):
    return scanned(tmp_path, {"compose.yaml": text, **files})


def one(found: Scan, name: str):
    return found.components[f"compose:shop/{name}"]


def test_each_service_is_a_component_with_its_line(tmp_path):
    found = compose(tmp_path, "services:\n  web:\n    image: example/web:1\n  db: {image: postgres}\n")
    assert sorted(found.components) == ["compose:shop/db", "compose:shop/web"]
    assert [e.locator for e in one(found, "web").evidence] == ["compose.yaml:2"]
    assert one(found, "web").scope == "compose:shop"


def test_addresses_in_variables_are_needed_at_run_time_and_start_order_is_not(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web:
            image: example/web
            environment:
              - DB_HOST=db
              - CACHE_URL=redis://:secret@cache:6379/0
            depends_on: [db]
          api:
            image: example/api
            environment: {QUEUE_ADDR: "broker:5672"}
            depends_on:
              db: {condition: service_healthy}
              broker: {condition: service_started, required: false}
          db: {image: postgres}
          cache: {image: redis}
          broker: {image: rabbitmq}
        """,
    )
    assert lines(found) == [
        "api -> broker", "api -> broker [startup]", "api -> db [startup]", "web -> cache", "web -> db", "web -> db [startup]",
    ]  # fmt: skip
    assert found.evidence("compose:shop/web -> compose:shop/cache") == ["compose.yaml:6"]
    optional = next(r for r in found.rules if r.via == "depends_on" and r.strength)
    assert (optional.strength, optional.evidence[0].locator) == ("soft", "compose.yaml:13")


def test_images_are_needed_to_start_unless_they_are_built_here(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          a: {image: "redis:7"}
          b: {build: ./b}
          c: {build: ./c, image: local-name}
          d: {build: ./d, image: "registry.example.com/team/d:2"}
          e: {image: "registry.example.com/e", pull_policy: never}
        """,
    )
    images = [r for r in found.rules if r.reference.role == "image"]
    assert [(r.dependent[-1], r.reference.texts[0], r.phase, r.strength) for r in images] == [
        ("a", "redis:7", "startup", None),
        ("d", "registry.example.com/team/d:2", "startup", "soft"),
    ]


def test_commands_and_entrypoints_name_what_they_call(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          sim: {image: example/sim, command: "-d 60 -r 200 -h front"}
          agent: {image: example/agent, command: ["--collector=tcp://store:4000", "--name", "front"]}
          list:
            image: example/list
            command:
              - --upstream-addr store:4000
          waits: {image: example/waits, entrypoint: ["./wait-for-it.sh", "store:4000", "--", "run"]}
          shell: {image: example/shell, environment: {TARGET: store}, command: "serve --backend-host $$TARGET"}
          front: {image: example/front}
          store: {image: example/store, healthcheck: {test: "curl http://front/health"}}
        """,
    )
    assert lines(found) == [
        "agent -> store", "list -> store", "shell -> store", "sim -> front", "waits -> store [startup]",
    ]  # fmt: skip


def test_services_without_a_common_network_do_not_reach_each_other(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          proxy: {image: nginx, networks: [front], environment: {API_URL: "http://api:80", DB_HOST: db}}
          api: {image: example/api, networks: {front: {aliases: [backend]}, back: }, environment: {DB_HOST: db}}
          other: {image: example/other, networks: [front], environment: {API_HOST: backend, X_HOST: store}}
          db: {image: postgres, hostname: store, networks: [back]}
          job: {image: example/job, networks: [back], environment: {DB_HOST: store}}
        networks: {front: , back: }
        """,
    )
    assert lines(found) == ["api -> db", "job -> db", "other -> api", "proxy -> api"]
    assert [(gap.component, gap.reference) for gap in found.gaps] == [
        ("compose:shop/proxy", "db"), ("compose:shop/other", "store"),
    ]  # fmt: skip
    assert "on no network that proxy is on" in found.gaps[0].reason


def test_projects_meet_on_external_networks(tmp_path):
    found = scanned(
        tmp_path,
        {
            "a/compose.yaml": "services:\n  web: {image: x/web, networks: [bus], environment: {DB_HOST: store}}\n"
            "networks: {bus: {external: true}}\n",
            "b/compose.yaml": "services:\n  db: {image: x/db, container_name: store, networks: [own]}\n"
            "networks: {own: {name: bus}}\n",
        },
    )
    assert found.lines() == ["compose:a/web -> compose:b/db"]


def test_links_are_calls_under_a_name_of_their_own(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web: {image: x/web, links: ["db:database"], external_links: [legacy], environment: {DB_HOST: database}}
          db: {image: x/db}
        """,
    )
    assert lines(found) == ["web -> db", "web -> db [startup]"]
    assert [gap.reference for gap in found.gaps] == ["legacy"]


def test_a_shared_name_leads_to_any_of_those_that_bear_it(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web: {image: x/web, environment: {API_HOST: api}}
          a: {image: x/a, networks: {default: {aliases: [api]}}}
          b: {image: x/b, networks: {default: {aliases: [api]}}}
        """,
    )
    assert lines(found) == ["web -> a | b"]


def test_a_service_on_anothers_network_needs_it_and_sees_what_it_sees(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          vpn: {image: x/vpn}
          app: {image: x/app, network_mode: "service:vpn", environment: {DB_HOST: db}}
          host: {image: x/host, network_mode: host, environment: {DB_HOST: db}}
          db: {image: x/db}
        """,
    )
    assert lines(found) == ["app -> db", "app -> vpn [runtime]"]
    assert [gap.component for gap in found.gaps] == ["compose:shop/host"]


def test_extra_hosts_name_servers_file_servers_and_log_drivers_are_read(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web:
            image: x/web
            extra_hosts: ["legacy:192.0.2.7", "box:host-gateway"]
            environment: {LEGACY_HOST: legacy, BOX_HOST: box}
            dns: 192.0.2.53
            volumes: ["data:/data", "plain:/plain"]
            logging: {driver: fluentd, options: {fluentd-address: "logs.example.com:24224", tag: web}}
        volumes:
          data: {driver_opts: {type: nfs, o: "addr=files.example.com,rw", device: ":/x"}}
          plain:
        """,
    )
    assert lines(found) == [
        "web -> (192.0.2.53)", "web -> (192.0.2.7)", "web -> (files.example.com)", "web -> (logs.example.com) [operate]",
    ]  # fmt: skip


def test_mounted_configuration_of_the_tree_is_read_and_code_is_not(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          proxy:
            image: nginx
            volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./src:/src", "./app.py:/app.py"]
            configs: [routes]
          web: {image: x/web}
          api: {image: x/api}
        configs: {routes: {file: ./routes.yml}}
        """,
        **{
            "nginx.conf": "# api\nupstream u { server web:8000; }\nlocation /api { proxy_pass http://api:80/; }\n",
            "routes.yml": "backend_url: http://web:8000\nnote: api\n",
            "app.py": "URL = 'http://elsewhere.example.com'",
            "src/settings.py": "URL = 'http://elsewhere.example.com'",
        },
    )
    assert lines(found) == ["proxy -> api", "proxy -> web"]
    assert found.evidence("compose:shop/proxy -> compose:shop/api") == ["nginx.conf:3", "compose.yaml:4"]


def test_settings_that_explain_a_service_are_attributes(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web:
            image: x/web
            ports: ["80:8080", {target: 9, published: 90}]
            deploy: {replicas: 3}
            profiles: [debug]
            secrets: [token]
            labels: {com.example.team: payments, traefik.auth.users: "admin:$$apr1$$x"}
        """,
    )
    web = one(found, "web")
    assert web.tags == {"com.example.team": "payments"}
    assert {k: web.attributes[k] for k in ("replicas", "published_ports", "profiles", "secrets")} == {
        "replicas": "3", "published_ports": "80:8080, 90:9", "profiles": "debug", "secrets": "token",
    }  # fmt: skip


def test_users_come_in_where_a_port_is_published_and_nothing_stands_before(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          sim: {image: x/sim, command: "-h edge"}
          edge: {image: x/edge, ports: ["80:80"], depends_on: [api]}
          api: {image: x/api, ports: ["8080:8080"]}
          db: {image: postgres, ports: ["5432:5432"]}
          local: {image: x/local, ports: ["127.0.0.1:8081:80"]}
          random: {image: x/random, ports: ["3000"]}
          debug: {image: x/debug, ports: ["8082:80"], profiles: [debug]}
          inner: {image: x/inner, expose: [80]}
        """,
    )
    ways = {c.name: c.attributes["entry"] for c in found.components.values() if "entry" in c.attributes}
    assert ways == {"edge": "port 80"}


def test_a_profile_that_env_names_is_active(tmp_path):
    text = "services:\n  web: {image: x/web, ports: ['80:80'], profiles: [shop]}\n"
    found = compose(tmp_path, text, **{".env": "COMPOSE_PROFILES=shop\n"})
    assert one(found, "web").attributes["entry"] == "port 80"


def test_services_bear_the_folder_that_they_are_built_from(tmp_path):
    found = compose(
        tmp_path,
        "services:\n  a: {build: ./x}\n  b: {build: {context: ./x}}\n"
        "  c: {build: {context: ., dockerfile: y/Dockerfile}}\n  d: {build: 'https://example.com/r.git'}\n",
    )
    folders = {c.name: [a for a in c.aliases if a.startswith("folder:")] for c in found.components.values()}
    assert folders == {"a": ["folder:x"], "b": ["folder:x"], "c": ["folder:y"], "d": []}


def test_a_ring_of_published_services_is_fronted_by_none_of_them(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          a: {image: x/a, ports: ["81:80"], environment: {B_HOST: b}}
          b: {image: x/b, ports: ["82:80"], environment: {A_HOST: a, C_HOST: c}}
          c: {image: x/c, environment: {D_HOST: d}}
          d: {image: x/d, ports: ["83:80"]}
        """,
    )
    assert sorted(c.name for c in found.components.values() if "entry" in c.attributes) == ["a", "b"]


def test_routes_of_a_proxy_need_it_and_the_service_behind(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          proxy: {image: "traefik:v3", ports: ["80:80"]}
          api:
            build: ./api
            labels:
            - traefik.http.routers.api.rule=Host(`shop.example.com`) && PathPrefix(`/api`)
            - traefik.http.middlewares.auth.basicauth.users=admin:hunter2
          off: {build: ./off, labels: {traefik.enable: "false", traefik.http.routers.off.rule: Path(`/`)}}
        """,
    )
    assert lines(found) == ["api/route/api -> api [runtime]", "api/route/api -> proxy [runtime]"]
    assert one(found, "api/route/api").attributes["entry"] == "route Host(`shop.example.com`) PathPrefix(`/api`)"
    assert "hunter2" not in found.dump()


def test_what_a_service_is_called_itself_and_what_it_passes_by_is_no_need(tmp_path):
    found = compose(
        tmp_path,
        """\
        services:
          web:
            image: x/web
            environment:
              VIRTUAL_HOST: shop.example.com
              BASE_URL: https://shop.example.com
              GF_SERVER_ROOT_URL: https://shop.example.com
              NO_PROXY: localhost,db
              CORS_ORIGIN: https://shop.example.com
              KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://db:9092
              PAY_APP_URL: https://pay.example.com
          db: {image: x/db}
        """,
    )
    assert lines(found) == ["web -> (pay.example.com)"]


def test_what_a_command_fetches_before_its_program_is_needed_to_start(tmp_path):
    text = """\
    services:
      web:
        image: example/web
        command: sh -c "npm install && curl -o /tmp/x https://get.example.com/x && node server.js --api=http://api"
      api: {image: example/api, entrypoint: [sh, -c, "pip install y; exec serve"]}
    """
    found = compose(tmp_path, text)
    assert lines(found) == ["web -> (get.example.com) [startup]", "web -> api"]
    assert one(found, "web").attributes["installs_at_start"] == "npm"
    assert one(found, "api").attributes["installs_at_start"] == "pip"


def test_a_bucket_that_is_named_without_a_place_is_told_by_its_kind(tmp_path):
    text = """\
    services:
      web: {image: example/web, environment: {ORDERS_BUCKET: orders}}
      placed: {image: example/web, environment: {ORDERS_BUCKET: orders, S3_ENDPOINT: "https://s3.example.com"}}
    """
    found = compose(tmp_path, text)
    named = [(r.dependent, r.reference.kind) for r in found.rules if getattr(r, "reference", None) and r.reference.kind]
    assert named == [("compose:shop/web", "bucket")]


def test_a_list_of_hosts_is_taken_to_be_alternatives_and_says_so(tmp_path):
    text = """\
    services:
      web: {image: example/web, environment: {KAFKA_BROKERS: "k-1.example.com:9092,k-2.example.com:9092"}}
    """
    (group,) = [rule for rule in compose(tmp_path, text).rules if len(getattr(rule, "members", ())) > 1]
    assert group.reason.startswith("assumed")
    assert {piece.basis for piece in group.evidence} == {"inferred"}


def test_what_is_started_first_and_never_called_is_a_gap_bounded_to_it(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": """
            services:
              web:
                image: x/web
                environment: {API_URL: "http://api:80"}
                depends_on: [api, db]
              api:
                image: x/api
                depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_started}}
                environment: {DB_HOST: db}
              migrate: {image: x/migrate}
              db: {image: postgres}
            """
        },
    )
    (gap,) = found.gaps
    assert (gap.component, gap.reference, gap.hides) == ("compose:shop/web", "compose:shop/db", "dependency")
    assert gap.reason.startswith("web starts after db by depends_on; whether web calls db is not shown")


@pytest.mark.parametrize(("removed", "verdict"), [("db", "unknown"), ("cache", "survives"), ("web", "breaks")])
def test_a_journey_is_unknown_only_where_that_one_falls(tmp_path, removed, verdict):
    text = "services:\n  web: {image: x/web, ports: ['80:80'], depends_on: [db]}\n  db: {image: x/db}\n  cache: {image: x/c}\n"
    graph = br.load(written(tmp_path, {"compose.yaml": text}))
    answer = br.simulate(graph, remove=[f"id:compose:shop/{removed}"])
    assert [one.verdict for one in answer.journeys] == [verdict]


def test_a_need_that_somebody_stated_or_whose_end_is_ignored_is_no_doubt_any_more(tmp_path):
    text = "services:\n  web: {image: x/web, ports: ['80:80'], depends_on: [db]}\n  db: {image: x/db}\n  cache: {image: x/c}\n"
    stated = "dependencies:\n- {dependent: 'service:web', dependency: '*:db', strength: soft, reason: reads only}\n"
    top = written(tmp_path, {"compose.yaml": text, "blastradius.yaml": "schema_version: 1\n" + stated})
    assert [one.verdict for one in br.simulate(br.load(top), remove=["*:db"]).journeys] == ["degrades"]
    ignored = "ignore:\n- {component: '*:db', reason: gone for long}\n"
    (top / "blastradius.yaml").write_text("schema_version: 1\n" + ignored)
    assert [one.verdict for one in br.simulate(br.load(top), remove=["*:cache"]).journeys] == ["survives"]


REDIS = "  redis: {image: redis, ports: ['6379:6379']}\n  api: {image: x/api, ports: ['8080:80']}\n"


@pytest.mark.parametrize(
    ("body", "expected", "doubt"),
    [
        ("network_mode: host, environment: {REDIS_URL: 'redis://:pw@localhost:6379/0'}", ["redis"], ""),
        ("network_mode: host, environment: {REDIS_URL: 'redis://127.0.0.1'}", ["redis"], ""),
        ("network_mode: host, environment: {REDIS_HOST: localhost, REDIS_PORT: '6379'}", ["redis"], ""),
        ("network_mode: host, environment: {API_URL: 'http://localhost:9999'}", [], "no scanned service publishes"),
        ("network_mode: host, environment: {PORT: '9999', API_URL: 'http://localhost:9999'}", [], ""),
        ("network_mode: host, environment: {LISTEN_ADDR: 'localhost:8080'}", [], ""),
        ("environment: {API_URL: 'http://host.docker.internal:8080/x'}", ["api"], ""),
        ("environment: {API_HOST: host.docker.internal, API_PORT: '8080'}", ["api"], ""),
        ("environment: {API_HOST: host.docker.internal}", [], "no port is told"),
        ("environment: {API_URL: 'http://host.docker.internal:9999'}", [], "no scanned service publishes"),
        ("extra_hosts: ['up:host-gateway'], environment: {API_URL: 'http://up:8080'}", ["api"], ""),
        ("environment: {API_URL: 'http://localhost:8080'}", [], ""),
        ("ports: ['9000:80'], environment: {API_URL: 'http://host.docker.internal:9000'}", [], ""),
    ],
)
def test_ports_of_the_machine_lead_to_who_publishes_them(tmp_path, body, expected, doubt):
    found = scanned(tmp_path, {"compose.yaml": f"services:\n  web: {{image: x/web, {body}}}\n{REDIS}"})
    needed = [line.removeprefix("compose:shop/web -> compose:shop/") for line in found.lines()]
    assert [one for one in needed if "[startup]" not in one] == expected
    gaps = [one.reason for one in found.gaps if one.component == "compose:shop/web"]
    assert [doubt in one for one in gaps] == ([True] if doubt else [])


def test_services_that_share_a_network_find_each_other_on_this_host(tmp_path):
    text = (
        "services:\n  web: {image: x/web, environment: {A_URL: 'http://localhost:7000', B_URL: 'http://localhost:7001'}}\n"
        "  side: {image: x/side, network_mode: 'service:web', environment: {PORT: '7000'}}\n"
        "  other: {image: x/other, network_mode: 'service:side', expose: ['7002']}\n"
    )
    found = scanned(tmp_path, {"compose.yaml": text})
    assert "compose:shop/web -> compose:shop/side" in found.lines()
    (gap,) = [one for one in found.gaps if one.component == "compose:shop/web"]
    assert "localhost:7001 is a port of the network that it shares" in gap.reason
    assert gap.reference is None


def test_a_file_that_a_service_mounts_is_not_nobodys(tmp_path):
    text = (
        "services:\n  web: {image: x/web, configs: [c]}\n  other: {image: x/other}\n  more: {image: x/more}\n"
        "configs:\n  c: {file: ops/application.yaml}\n"
    )
    settings = "pay: {url: 'https://pay.example.com'}\ngeo: {enabled: false, url: 'https://geo.example.com'}\n"
    root = written(tmp_path, {"compose.yaml": text, "ops/application.yaml": settings})
    found = br.scan(root)
    told = {one.dependency: one.strength for one in found.dependencies if one.dependency.startswith("external:")}
    assert told == {"external:pay.example.com": "hard", "external:geo.example.com": "soft"}
    assert not [one for one in found.gaps if one.scope == "ops"]


def test_variables_may_switch_off_what_others_name(tmp_path):
    env = "{GEO_ENABLED: 'false', GEO_URL: 'http://one', PAY_URL: 'http://two'}"
    text = f"services:\n  web: {{image: x/web, environment: {env}}}\n  one: {{image: x/one}}\n  two: {{image: x/two}}\n"
    found = scanned(tmp_path, {"compose.yaml": text})
    told = {rule.reference.texts[0]: rule.strength for rule in found.rules if rule.reference.role == "address"}
    assert told == {"compose:shop/one": "soft", "compose:shop/two": None}
