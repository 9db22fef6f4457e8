"""Settings files, and whose they are."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned, service, written

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.flatten import flatten
from blastradius.scanners.plain.which import home_of, is_rehearsal, is_settings

COMPOSE = "services:\n  cart: {build: ./cart}\n  db: {image: postgres}\n"


def told(tmp_path, files):
    """Facts of settings as `folder: via -> text`, with their place."""
    found = scanned(tmp_path, files)
    rules = [rule for rule in found.rules if rule.evidence[0].scanner == "plain"]
    return [
        f"{rule.dependent} {rule.via.removeprefix('setting ')} -> "
        + " | ".join(one.texts[-1] for one in getattr(rule, "members", None) or (rule.reference,))
        + f" @ {rule.evidence[0].locator}"
        for rule in rules
    ]


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("cart/.env", "A=1\nDB_HOST=db.example.com\n", ["DB_HOST -> db.example.com @ cart/.env:2"]),
        (
            "cart/src/main/resources/application.properties",
            "# c\nspring.datasource.url=jdbc:postgresql://u:p@db.example.com:5432/x\nserver.address=me.example.com\n",
            ["spring.datasource.url -> db.example.com @ cart/src/main/resources/application.properties:2"],
        ),
        (
            "cart/application.yml",
            "spring:\n  redis: {host: cache.example.com}\n  kafka:\n    bootstrap-servers: a.example.com:9092,b.example.com:9092\n",
            [
                "spring.redis.host -> cache.example.com @ cart/application.yml:2",
                "spring.kafka.bootstrap-servers -> a.example.com | b.example.com @ cart/application.yml:4",
            ],
        ),
        (
            "cart/appsettings.json",
            '{ // comment\n "Pay": {"BaseUrl": "https://pay.example.com/v1"},\n "Db": "Server=tcp:sql.example.com,1433;Password=x"\n}',
            [
                "Pay.BaseUrl -> pay.example.com @ cart/appsettings.json:2",
                "Db -> sql.example.com @ cart/appsettings.json:3",
            ],
        ),
        (
            "cart/config/settings.toml",
            "[queue]\narn = 'arn:aws:sqs:us-east-1:111122223333:jobs'\n[api]\nurl = 'https://api.example.com'\n",
            [
                "queue.arn -> arn:aws:sqs:us-east-1:111122223333:jobs @ cart/config/settings.toml:2",
                "api.url -> api.example.com @ cart/config/settings.toml:4",
            ],
        ),
        ("cart/config/a.ini", "[mail]\nsmtp_host = mail.example.com\n", ["mail.smtp_host -> mail.example.com @ cart/config/a.ini:2"]),
    ],
)  # fmt: skip
def test_each_format_is_read_with_its_lines(tmp_path, name, text, lines):
    found = told(tmp_path, {"compose.yaml": COMPOSE, "cart/Dockerfile": "FROM x", name: text})
    assert found == [f"folder:cart {line}" for line in lines]


def test_what_is_no_address_of_a_dependency_is_passed_over(tmp_path):
    text = """\
    homepage: https://www.example.com
    docs_url: https://docs.example.com
    license: https://opensource.org/license/mit
    logo: https://cdn.example.com/logo
    banner_text: 'see <a href="https://a.example.com">here</a>'
    schema: https://json-schema.org/draft-07/schema
    greeting: see https://help.example.com for more
    allowed_origins: https://web.example.com
    callback_url: https://me.example.com/back
    listen: 0.0.0.0:80
    db_host: localhost
    name: api.example.com
    version: 1.2.3
    endpoint_defaults: {protocols: http2}
    password: db.example.com
    development: {db_host: dev.example.com}
    test: {db_host: test.example.com}
    """
    assert told(tmp_path, {"compose.yaml": COMPOSE, "cart/config/app.yml": text}) == []


RUN = "services:\n  cart: {{build: ./cart{}}}\n  db: {{image: postgres}}\n  cache: {{image: redis}}\n"


@pytest.mark.parametrize(
    ("setting", "env", "expected"),
    [
        ("spring.data.redis.host=${REDIS_HOST:cache}", {}, ["compose:shop/cache"]),
        ("spring.data.redis.host=${REDIS_HOST:localhost}", {"REDIS_HOST": "cache"}, ["compose:shop/cache"]),
        ("spring.data.redis.host=${app.redis.host:localhost}", {"APP_REDIS_HOST": "cache"}, ["compose:shop/cache"]),
        ("spring.data.redis.host=${REDIS_HOST:cache}", {"REDIS_HOST": "localhost"}, []),
        ("spring.data.redis.host=${A:${B:cache}}", {}, ["compose:shop/cache"]),
        ("spring.data.redis.host=${A:${B:cache}}", {"B": "db"}, ["compose:shop/db"]),
        ("spring.datasource.url=jdbc:postgresql://${DB_HOST:db}:${DB_PORT:5432}/x?user=${U}", {}, ["compose:shop/db"]),
        ("spring.datasource.url=jdbc:postgresql://${H:x.example.com}:${P}/x", {"H": "db"}, ["compose:shop/db"]),
        ("spring.datasource.url=${DB:jdbc:postgresql://${H:db}/x}", {}, ["compose:shop/db"]),
        ("spring.datasource.url=${DB:jdbc:postgresql://x/x}", {"DB": "jdbc:postgresql://db/x"}, ["compose:shop/db"]),
        ("app.host=db\nspring.datasource.url=jdbc:postgresql://${app.host}/x", {}, ["compose:shop/db"]),
        ("spring.data.redis.host=x.example.com", {"SPRING_DATA_REDIS_HOST": "cache"}, ["compose:shop/cache"]),
        ("spring.data.redis.password=${REDIS_PASSWORD}", {}, []),
        ("app.name=${self:custom.host}", {}, []),
        ("app.redis.host=${env:REDIS}", {"REDIS": "cache"}, ["compose:shop/cache"]),
        ("app.redis.host=${ssm:cache}", {}, "setting app.redis.host: ${ssm} holds a variable"),
        ("spring.data.redis.host=${REDIS_HOST}", {}, "setting spring.data.redis.host: ${REDIS_HOST} holds a variable"),
        (
            "spring.datasource.url=jdbc:postgresql://${H}/x",
            {},
            "setting spring.datasource.url: ${H} holds a variable",
        ),
        ("spring.data.redis.host=${X:cache}", {"X": "what"}, "setting spring.data.redis.host from env X: ${X} holds"),
    ],
)
def test_variables_are_what_the_workload_is_told_or_else_their_default(tmp_path, setting, env, expected):
    told_it = f", environment: {env}" if env else ""
    found = inventory(tmp_path, {"compose.yaml": RUN.format(told_it), "cart/application.properties": setting + "\n"})
    if isinstance(expected, str):
        (gap,) = [g for g in found.gaps if g.component == "compose:shop/cart"]
        assert gap.reason.startswith(expected)
        assert gap.hides == "dependency"
        expected = []
    assert needs(found, "compose:shop/cart") == expected


def test_variables_in_mounted_settings_are_what_their_container_is_told(tmp_path):
    text = (
        deployment("cart", env={"DB_HOST": "db"}, extra="volumes:\n- {name: c, configMap: {name: c}}")
        + service("cart") + deployment("db") + service("db") + deployment("cache") + service("cache")
        + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  application.properties: |\n"
        "    spring.data.redis.host=${REDIS_HOST:cache}\n    spring.datasource.url=jdbc:postgresql://${db.host}/x\n"
    )  # fmt: skip
    found = inventory(tmp_path, {"all.yaml": text})
    assert needs(found, "k8s:shop/default/Deployment/cart") == [
        "k8s:shop/default/Deployment/cache",
        "k8s:shop/default/Deployment/db",
    ]


def test_a_web_url_under_any_key_counts_where_it_is_scanned(tmp_path):
    settings = """{"Urls": {"Basket": "http://db:80/x", "Other": "http://other.example.com"},
     "Ns": {"Xml": "http://schemas.example.com/db"}, "Jwt": {"Authority": "https://login.example.com/x"}}"""
    found = inventory(tmp_path, {"compose.yaml": RUN.format(""), "cart/appsettings.json": settings})
    assert needs(found, "compose:shop/cart") == [
        "compose:shop/db",
        "external:login.example.com",
        "external:other.example.com",
    ]
    assert not [c for c in found.components if "schemas" in c.id]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("OPENAI_API_BASE", "https://api.openai.com/v1", "vendor:openai"),
        ("PRICING", "http://pricing.example.internal:8080", "external:pricing.example.internal"),
        ("SERVER", "https://a.example.com", "external:a.example.com"),
        ("KAFKA", "kafka.example.com:9092", "external:kafka.example.com"),
        ("LICENSE_SERVER", "https://a.example.com", "external:a.example.com"),
        ("SUPPORT_TICKETS_API", "https://a.example.com", "external:a.example.com"),
        ("IMAGES", "http://db:8080", "compose:shop/db"),
        ("LICENSE_URL", "https://a.example.com", "?"),
        ("SEARCHES", "a.example.com", "?"),
        ("TRANSPORT", "doctrine://default?queue_name=x", ""),
        ("SITE_URL", "https://a.example.com", "?"),
        ("SUPPORT_URL", "https://a.example.com", ""),
        ("MAIL", "relay:1025", "?"),
        ("PRODUCT_TITLE", "https://a.example.com", ""),
        ("TERMS_URL", "https://a.example.com/terms", ""),
        ("FOLLOW", "https://twitter.com/example", ""),
        ("PICTURE", "https://a.example.com/a.png", ""),
        ("LICENSE_URL", "https://opensource.org/license/mit", ""),
    ],
)
def test_what_an_address_is_for_is_told_by_its_key_and_its_form(tmp_path, key, value, expected):
    files = {"compose.yaml": RUN.format(""), "cart/Dockerfile": "FROM scratch", "cart/.env": f"{key}={value}\n"}
    found = inventory(tmp_path, files)
    gaps = [one for one in found.gaps if one.component == "compose:shop/cart" and one.hides == "dependency"]
    assert needs(found, "compose:shop/cart") == ([expected] if ":" in expected else [])
    assert len(gaps) == (expected == "?")
    if key in ("FOLLOW", "PICTURE"):
        (coverage,) = [one for one in found.coverage.scanners if one.scanner == "plain"]
        assert sum(coverage.unmapped.values()) == 1


NODE = {
    "compose.yaml": RUN.format(", environment: {SEARCH: 'http://cache:9200'}"),
    "cart/Dockerfile": "FROM scratch",
    "cart/config/default.json": '{"db": {"url": "postgres://base.example.com/x"}, "pdf": {"url": "http://pdf.example.com"},\n'
    '"search": {"url": "http://search.example.com"}}',
}


def test_the_base_of_layers_counts_but_for_what_is_put_on_it(tmp_path):
    alone = inventory(tmp_path / "a", NODE)
    hosts = ["external:base.example.com", "external:pdf.example.com", "external:search.example.com"]
    assert needs(alone, "compose:shop/cart") == sorted([*hosts, "compose:shop/cache"])
    more = {
        "cart/config/production.json": '{"db": {"url": "postgres://prod.example.com/x"}}',
        "cart/config/local.json": '{"db": {"url": "postgres://mine.example.com/x"}}',
        "cart/config/custom-environment-variables.json": '{"search": {"url": "SEARCH"}, "mail": {"host": {"__name": "MAIL", "__format": "json"}}}',
    }
    found = inventory(tmp_path / "b", {**NODE, **more})
    expected = ["compose:shop/cache", "external:pdf.example.com", "external:prod.example.com"]
    assert needs(found, "compose:shop/cart") == expected
    (gap,) = [one for one in found.gaps if one.component == "compose:shop/cart"]
    assert gap.reason.startswith("setting mail.host: ${MAIL} holds a variable")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("application.yml", "geo: {enabled: false, url: 'https://a.example.com'}\npay: {enabled: true, url: 'https://b.example.com'}\n"),
        ("application.properties", "geo.enabled=false\ngeo.api.url=https://a.example.com\npay.enabled=true\npay.url=https://b.example.com\n"),
        ("settings.toml", "[geo]\ndisabled = true\nurl = 'https://a.example.com'\n[pay]\nurl = 'https://b.example.com'\n"),
        ("appsettings.json", '{"Geo": {"IsEnabled": false, "Url": "https://a.example.com"}, "Pay": {"Url": "https://b.example.com"}}'),
        (".env", "GEO_ENABLED=false\nGEO_URL=https://a.example.com\nENABLE_PAY=true\nPAY_URL=https://b.example.com\n"),
        (".env", "ENABLE_GEO=0\nGEO_URL=https://a.example.com\nAPP_ENABLED=0\nAPP_PAY_URL=https://b.example.com\n"),
    ],
)  # fmt: skip
def test_what_a_switched_off_block_names_is_soft_and_says_why(tmp_path, name, text):
    files = {"compose.yaml": RUN.format(""), "cart/Dockerfile": "FROM scratch", f"cart/{name}": text}
    found = inventory(tmp_path, files)
    by_name = {one.dependency: one for one in found.dependencies if one.dependent == "compose:shop/cart"}
    off, on = by_name["external:a.example.com"], by_name["external:b.example.com"]
    assert (off.strength, on.strength) == ("soft", "hard")
    assert "switched off" in off.reason
    assert "switched off" not in on.reason


def test_items_of_a_list_that_differ_are_not_taken_for_switched_off(tmp_path):
    text = "sinks:\n- {enabled: false, url: 'https://a.example.com'}\n- {enabled: true, url: 'https://b.example.com'}\n"
    files = {"compose.yaml": RUN.format(""), "cart/Dockerfile": "FROM scratch", "cart/application.yml": text}
    found = inventory(tmp_path, files)
    told = {one.strength for one in found.dependencies if one.dependency.startswith("external:")}
    assert told == {"hard"}


def test_rails_only_reads_from_a_replica(tmp_path):
    text = (
        "production:\n  primary: {adapter: postgresql, host: a.example.com}\n"
        "  copy: {adapter: postgresql, host: b.example.com, replica: true}\n"
    )
    files = {"compose.yaml": RUN.format(""), "cart/Gemfile": "", "cart/config/database.yml": text}
    found = inventory(tmp_path, files)
    told = {one.dependency: one.strength for one in found.dependencies if one.dependency.startswith("external:")}
    assert told == {"external:a.example.com": "hard", "external:b.example.com": "soft"}


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("application.properties", "%dev.a.url=http://x.example.com\n%test.a.url=http://y.example.com\n%prod.a.url=http://z.example.com\n", ["*.a.url -> z.example.com @ cart/application.properties:3"]),
        ("config/default.json5", "{\n // c\n a: {url: 'http://x.example.com',},\n}\n", ["a.url -> x.example.com @ cart/config/default.json5:3"]),
        ("airflow.cfg", "[webserver]\nbase_url = https://x.example.com\n[celery]\nbroker_url = redis://:p@y.example.com:6379/0\n", ["webserver.base_url -> x.example.com @ cart/airflow.cfg:2", "celery.broker_url -> y.example.com @ cart/airflow.cfg:4"]),
        ("src/main/resources/kafka.properties", "bootstrap.servers=x.example.com:9092\n", ["bootstrap.servers -> x.example.com @ cart/src/main/resources/kafka.properties:1"]),
    ],
)  # fmt: skip
def test_settings_of_frameworks_are_read_by_their_own_rules(tmp_path, name, text, lines):
    found = told(tmp_path, {"compose.yaml": COMPOSE, "cart/Dockerfile": "FROM x", f"cart/{name}": text})
    assert found == [f"folder:cart {line}" for line in lines]


def test_json_with_commas_behind_last_items_keeps_its_lines(tmp_path):
    text = (
        '{\n "A": {"Url": "https://a.example.com/,]",}, // one\n "B": [\n  "https://b.example.com", /* two */\n ],\n}\n'
    )
    files = {"compose.yaml": COMPOSE, "cart/Dockerfile": "FROM x", "cart/appsettings.json": text}
    assert told(tmp_path, files) == [
        "folder:cart A.Url -> a.example.com @ cart/appsettings.json:2",
        "folder:cart B -> b.example.com @ cart/appsettings.json:4",
    ]


def test_all_connection_strings_are_addresses_and_a_host_may_be_called_as_its_product(tmp_path):
    settings = """{"ConnectionStrings": {"Basket": "cache:6379,abortConnect=false", "Lite": "Data Source=app.db", "Mem": "InMemory"},
     "EventBus": {"HostName": "rabbitmq"}, "Search": {"Host": "elasticsearch"}}"""
    more = RUN.format("") + "  rabbitmq: {image: rabbitmq}\n"
    found = inventory(tmp_path, {"compose.yaml": more, "cart/appsettings.json": settings})
    assert needs(found, "compose:shop/cart") == ["compose:shop/cache", "compose:shop/rabbitmq"]


def test_routes_of_ocelot_lead_to_their_hosts(tmp_path):
    settings = """{"Routes": [
      {"DownstreamHostAndPorts": [{"Host": "db", "Port": 80}], "UpstreamPathTemplate": "/a", "UpstreamHost": "shop.example.com"},
      {"DownstreamHostAndPorts": [{"Host": "cache", "Port": 80}, {"Host": "cache2", "Port": 81}], "UpstreamPathTemplate": "/b"},
      {"ServiceName": "far", "UpstreamPathTemplate": "/c"}],
     "GlobalConfiguration": {"BaseUrl": "https://shop.example.com"}}"""
    more = RUN.format("") + "  cache2: {image: redis}\n"
    found = inventory(tmp_path, {"compose.yaml": more, "cart/ocelot.json": settings})
    assert needs(found, "compose:shop/cart") == ["compose:shop/db"]
    assert [one.members for one in found.redundancies] == [("compose:shop/cache", "compose:shop/cache2")]
    assert not [one for one in found.components if one.kind == "external"]


def test_where_measurements_go_is_soft(tmp_path):
    text = "management:\n  zipkin: {tracing: {endpoint: 'http://spans:9411/x'}}\n  server: {address: me.example.com}\n"
    more = RUN.format("") + "  spans: {image: acme/spans}\n"
    found = inventory(tmp_path, {"compose.yaml": more, "cart/application.yml": text})
    (one,) = [
        d for d in found.dependencies if d.dependent == "compose:shop/cart" and d.dependency == "compose:shop/spans"
    ]
    assert (one.strength, one.phase) == ("soft", "operate")


@pytest.mark.parametrize(
    ("path", "settings", "rehearsal"),
    [
        (".env", True, False), (".env.production", True, False), (".env.example", True, True), ("a/prod.env", True, False),
        ("application-prod.yml", True, False), ("application-test.yml", True, True), ("appsettings.Development.json", True, True),
        ("config/database.yml", True, False), ("database.yml", False, False), ("package.json", False, False),
        ("config/package.json", False, False), ("test/config/a.yml", False, False), (".github/config.yml", False, False),
        ("src/test/resources/application.yml", False, False), ("settings.toml", True, False), ("pyproject.toml", False, False),
        ("src/main/resources/kafka.properties", True, False), ("src/main/resources/messages.properties", False, False),
        ("config/default.json5", True, False), ("config/a.default.json", True, True), ("airflow.cfg", True, False),
        ("config/messages_de.properties", False, False), ("gradle.properties", False, False), ("data.json", False, False),
    ],
)  # fmt: skip
def test_files_are_known_by_their_name(path, settings, rehearsal):
    assert is_settings(path) is settings
    assert (is_settings(path) and is_rehearsal(path)) is rehearsal


def test_the_home_of_settings_is_the_nearest_program_around_them():
    known = frozenset({".", "cart"})
    assert home_of("cart/src/main/resources/application.yml", known) == "cart"
    assert home_of("web/config/a.yml", known) == "."
    assert home_of("web/config/a.yml", frozenset()) == "web"
    assert home_of(".env", frozenset()) == "."


def inventory(tmp_path, files):
    result = scan([written(tmp_path, files)])
    return assemble(result.facts, result.coverage, result.roots)


def needs(found, of):
    return sorted(d.dependency for d in found.dependencies if d.dependent == of and d.phase == "runtime")


def test_settings_are_the_one_services_that_is_built_from_their_folder(tmp_path):
    found = inventory(tmp_path, {"compose.yaml": COMPOSE, "cart/.env": "DB_HOST=db\nPAY_URL=https://pay.example.com\n"})
    assert needs(found, "compose:shop/cart") == ["compose:shop/db", "external:pay.example.com"]
    (one,) = [d for d in found.dependencies if d.dependency == "compose:shop/db"]
    assert [(e.scanner, e.locator, e.note) for e in one.evidence] == [("plain", "cart/.env:1", "setting DB_HOST")]


def test_settings_of_a_folder_that_two_are_built_from_are_nobodys(tmp_path):
    two = "services:\n  a: {build: ./cart}\n  b: {build: ./cart}\n"
    found = inventory(tmp_path, {"compose.yaml": two, "cart/.env": "PAY_URL=https://pay.example.com\n"})
    assert needs(found, "compose:shop/a") == needs(found, "compose:shop/b") == []
    (gap,) = [g for g in found.gaps if g.scope == "cart"]
    assert (gap.component, gap.reference, gap.evidence[0].locator) == (None, "pay.example.com", "cart/.env:1")
    assert not [c for c in found.components if c.kind == "external"]


def test_settings_beside_a_service_that_is_only_pulled_are_nobodys(tmp_path):
    only = "services:\n  db: {image: postgres}\n"
    found = inventory(tmp_path, {"compose.yaml": only, "application.yml": "pay: {url: 'https://pay.example.com'}\n"})
    assert needs(found, "compose:shop/db") == []
    assert [g.scope for g in found.gaps if "pay.example.com" in g.reason] == ["."]


def test_settings_beside_a_manifest_are_the_workloads_that_bears_the_folders_name(tmp_path):
    files = {
        "cart/k8s/deployment.yaml": deployment("cart") + service("cart"),
        "db.yaml": deployment("db") + service("db"),
        "cart/config/app.yml": "db: {host: db}\n",
        "app.env": "PAY_URL=https://pay.example.com\n",
    }
    found = inventory(tmp_path, files)
    assert needs(found, "k8s:shop/default/Deployment/cart") == ["k8s:shop/default/Deployment/db"]
    assert needs(found, "k8s:shop/default/Deployment/db") == []


def test_two_deployments_of_one_folder_stay_two(tmp_path):
    files = {
        "cart/k8s/cart.yaml": deployment("cart"),
        "compose.yaml": COMPOSE,
        "cart/.env": "PAY_HOST=pay.example.com\n",
    }
    found = inventory(tmp_path, files)
    assert {"compose:shop/cart", "k8s:shop/default/Deployment/cart"} <= {c.id for c in found.components}
    (gap,) = [g for g in found.gaps if g.scope == "cart"]
    assert "any of compose:shop/cart, k8s:shop/default/Deployment/cart" in gap.reason


def test_files_that_compose_reads_are_not_read_twice(tmp_path):
    text = "services:\n  cart: {build: ./cart, env_file: cart/.env}\n  web: {build: ./web, env_file: cart/.env}\n"
    files = {"compose.yaml": text, ".env": "X_HOST=x.example.com\n", "cart/.env": "PAY_HOST=pay.example.com\n"}
    assert told(tmp_path, files) == []


def test_a_broken_file_is_a_gap_with_its_line(tmp_path):
    found = scanned(tmp_path, {"a/settings.toml": "a = 1\nb = [\n", "a/config.json": "{,}", "compose.yaml": COMPOSE})
    assert sorted(g.evidence[0].locator for g in found.gaps) == ["a/config.json:1", "a/settings.toml:2"]


SECRET = "hunter2-Zq81-planted"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            ".env",
            f"PASSWORD={SECRET}\nDB_URL=postgres://u:{SECRET}@db.example.com/{SECRET}?p={SECRET}\nKEY_URL='{SECRET}\n",
        ),
        (
            "application.properties",
            f"a.token={SECRET}\na.url=https://u:{SECRET}@a.example.com/{SECRET}#{SECRET}\n{SECRET}\n",
        ),
        ("settings.toml", f"url = 'amqp://u:{SECRET}@mq.example.com'\nbroken = {SECRET}\n"),
        ("config.json", f'{{"url": "https://{SECRET}@x.example.com/{SECRET}", "k": {SECRET}}}'),
        ("config.yaml", f"url: redis://:{SECRET}@c.example.com\nsecret: {SECRET}\nk: [{SECRET}\n"),
        (
            "config.ini",
            f"[https://u:{SECRET}@x]\n{SECRET}\nurl = mongodb://u:{SECRET}@a.example.com,b.example.com/{SECRET}\n",
        ),
    ],
)
def test_credentials_stay_where_they_are(tmp_path, name, text):
    files = {"compose.yaml": "services:\n  app: {build: ./app}\n", f"app/{name}": text}
    found = scanned(tmp_path, files)
    assert [fact for fact in found.result.facts if SECRET in repr(fact)] == []
    assert SECRET not in repr(inventory(tmp_path, files))


def test_settings_in_lines_have_sections_and_continue():
    entries = flatten("a.properties", "a = b\\\n   c\n! no\n[s.t]\nx: y = z\n= 1\n")
    assert [(e.key, e.value, e.line) for e in entries] == [("a", "bc", 1), ("s.t.x", "y = z", 5)]


def test_a_list_is_inferred_and_a_bucket_without_a_place_is_told_by_its_kind(tmp_path):
    text = "KAFKA_BROKERS=k-1.example.com:9092,k-2.example.com:9092\nORDERS_BUCKET=orders\n"
    found = scanned(tmp_path, {"compose.yaml": COMPOSE, "cart/settings.toml": "", "cart/.env": text})
    rules = [rule for rule in found.rules if rule.evidence[0].scanner == "plain"]
    assert [(rule.via, rule.evidence[0].basis) for rule in rules] == [
        ("setting KAFKA_BROKERS", "inferred"),
        ("setting ORDERS_BUCKET", "declared"),
    ]
    assert rules[1].reference.kind == "bucket"


STAGED = {
    "compose.yaml": COMPOSE,
    "cart/Dockerfile": "FROM x",
    "cart/config/production.yaml": "database: {url: 'postgres://prod.example.com/x'}\n",
    "cart/config/staging.yaml": "database: {url: 'postgres://staging.example.com/x'}\n",
    "cart/.env.staging": "SEARCH_URL=https://staging.example.com\n",
    "cart/.env.prod": "SEARCH_URL=https://search.example.com\n",
    "cart/application-qa.yml": "redis: {host: qa.example.com}\n",
    "cart/application.yml": "redis: {host: cache.example.com}\n",
}


def hosts(lines):
    return sorted(line.split(" -> ")[1].split(" @ ")[0] for line in lines)


def test_of_several_stages_production_counts_and_the_others_are_counted(tmp_path):
    found = told(tmp_path, STAGED)
    assert hosts(found) == ["cache.example.com", "prod.example.com", "search.example.com"]
    (coverage,) = [one for one in scan([tmp_path]).coverage.scanners if one.scanner == "plain"]
    assert coverage.unmapped["settings of other stages than production"] == 3


def test_where_no_stage_serves_all_are_read(tmp_path):
    files = {path: text for path, text in STAGED.items() if "prod" not in path}
    assert hosts(told(tmp_path, files)) == ["cache.example.com", "qa.example.com", *["staging.example.com"] * 2]


def test_a_program_whose_folder_is_of_a_stage_has_that_stages_settings(tmp_path):
    files = {path.replace("cart/", "staging/cart/"): text for path, text in STAGED.items() if path != "compose.yaml"}
    assert hosts(told(tmp_path, files)) == ["cache.example.com", *["staging.example.com"] * 2]


def test_a_stage_of_one_program_says_nothing_of_another(tmp_path):
    files = {"a/Dockerfile": "FROM x", "a/.env.production": "DB_HOST=a.example.com\n"}
    files |= {"b/Dockerfile": "FROM x", "b/.env.staging": "DB_HOST=b.example.com\n"}
    assert hosts(told(tmp_path, files)) == ["a.example.com", "b.example.com"]


def test_parts_of_one_file_for_other_stages_are_left_out(tmp_path):
    text = (
        "production: {host: db.example.com}\nstaging: {host: staging.example.com}\nredis: {host: cache.example.com}\n"
    )
    files = {"cart/Dockerfile": "FROM x", "cart/config/database.yml": text}
    assert hosts(told(tmp_path, files)) == ["cache.example.com", "db.example.com"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("application.yml", "services: {inventory: {url: 'http://db.example.com:8080'}}\n"),
        ("application.properties", "swagger.contact.url=https://x.example.com\nspring.redis.host=db.example.com\n"),
        ("application.properties", "openapi.info=x\nspring.datasource.url=jdbc:postgresql://db.example.com/x\n"),
        ("settings.toml", "[jobs]\nevery = 5\n[stages]\na = 1\n[redis]\nhost = 'db.example.com'\n"),
        ("appsettings.json", '{"$schema": "https://json.example.com/x", "pipeline": {"a": 1}, "Db": {"Host": "db.example.com"}}'),
        (".env", "resource=1\nsteps=2\nDB_HOST=db.example.com\n"),
        ("application.yml", "info: {app: {name: x}}\nopenapi: {enabled: 1}\nredis: {host: db.example.com}\n"),
    ],
)  # fmt: skip
def test_one_key_that_other_tools_use_too_drops_no_settings(tmp_path, name, text):
    assert hosts(told(tmp_path, {"cart/Dockerfile": "FROM x", f"cart/{name}": text})) == ["db.example.com"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config/api.yml", "openapi: 3.0.1\ninfo: {title: x}\npaths: {}\nhost: db.example.com\n"),
        ("config/stack.yml", "services: {a: {image: x, environment: {DB_HOST: db.example.com}}}\n"),
        ("config.yaml", "receivers: {otlp: {endpoint: db.example.com:4317}}\nexporters: {a: {endpoint: 'db.example.com:1'}}\n"),
        ("config.yml", "jobs: {a: {steps: [{url: 'https://db.example.com'}]}}\n"),
        ("config/pipeline.yml", "pipeline: {url: 'https://db.example.com'}\n"),
        ("config/x.yaml", "apiVersion: v1\nkind: X\nspec: {db: {host: db.example.com}}\n"),
    ],
)  # fmt: skip
def test_documents_of_other_tools_are_told_by_their_keys_together_and_counted(tmp_path, name, text):
    files = {"compose.yaml": COMPOSE, "cart/Dockerfile": "FROM x", f"cart/{name}": text}
    assert told(tmp_path, files) == []
    (coverage,) = [one for one in scan([tmp_path]).coverage.scanners if one.scanner == "plain"]
    assert coverage.unmapped["files of other tools under names of settings"] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config/a.yaml", "kafka:\n  bootstrap_servers: [k1.example.io:9092, k2.example.io:9092]\n"),
        ("config/a.yaml", "elastic:\n  nodes:\n  - http://k1.example.io:9200\n  - http://k2.example.io:9200\n"),
        ("appsettings.json", '{"Elastic": {"Nodes": ["http://k1.example.io:9200", "http://k2.example.io:9200"]}}'),
        ("settings.toml", "[redis]\nnodes = ['k1.example.io:6379', 'k2.example.io:6379']\n"),
    ],
)
def test_members_of_a_list_are_alternatives_however_they_are_written(tmp_path, name, text):
    (line,) = told(tmp_path, {"cart/Dockerfile": "FROM x", f"cart/{name}": text})
    assert hosts([line]) == ["k1.example.io | k2.example.io"]


def test_items_of_a_list_that_are_different_things_are_each_needed(tmp_path):
    text = "endpoints: [https://pay.example.com, https://mail.example.org]\ntargets: [https://a.example.com, https://b.example.com]\n"
    found = told(tmp_path, {"cart/Dockerfile": "FROM x", "cart/config/a.yaml": "x:\n  " + text.replace("\n", "\n  ")})
    assert not any(" | " in line for line in found)
