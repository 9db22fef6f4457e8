"""Several files, variables, and files that are wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scanning import Scan, scanned, written

from blastradius.scanners import scan
from blastradius.scanners.interpolation import dotenv_values, interpolate, read_dotenv


def lines(found: Scan) -> list[str]:
    return [line.replace("compose:shop/", "") for line in found.lines()]


WEB = "services:\n  web: {image: x/web, environment: {A_HOST: one}, depends_on: [one]}\n  one: {image: x/one}\n"


def test_an_override_changes_what_it_names_and_adds_the_rest(tmp_path):
    found = scanned(
        tmp_path,
        {
            "docker-compose.yml": WEB,
            "docker-compose.override.yml": "services:\n  web:\n    environment: [A_HOST=two]\n    depends_on: [two]\n"
            "  two: {image: x/two}\n",
        },
    )
    assert lines(found) == ["web -> one [startup]", "web -> two", "web -> two [startup]"]
    assert [e.locator for e in found.components["compose:shop/web"].evidence] == [
        "docker-compose.yml:2",
        "docker-compose.override.yml:2",
    ]


def test_reset_takes_away_and_override_replaces(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": WEB,
            "compose.override.yaml": "services:\n  web:\n    environment: !override {B_HOST: one}\n"
            "    depends_on: !reset []\n",
        },
    )
    assert lines(found) == ["web -> one"]
    assert [rule.via for rule in found.rules if rule.reference.role == "address"] == ["env B_HOST"]


def test_tags_count_within_services_too_and_on_what_is_extended(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": "services:\n  web:\n    image: x/web\n    environment: {A_HOST: one, B_HOST: two}\n"
            "    depends_on: {one: {condition: service_started}, two: {condition: service_started}}\n"
            "    logging: {driver: gelf, options: {gelf-address: 'udp://one:1'}}\n"
            "  one: {image: x/one}\n  two: {image: x/two}\n  three: {image: x/three}\n"
            "  late: {extends: {service: web}, environment: !override {C_HOST: two}, depends_on: !reset {}}\n",
            "compose.override.yaml": "services:\n  web:\n    environment: {A_HOST: !reset null}\n"
            "    depends_on: {one: !reset null}\n    logging: {options: {gelf-address: !reset null}}\n  three: !reset null\n",
        },
    )
    assert lines(found) == [
        "late -> one [operate]", "late -> two", "web -> two", "web -> two [startup]",
    ]  # fmt: skip
    assert "compose:shop/three" not in found.components


def test_what_is_extended_may_hold_parts_alone_under_any_name(tmp_path):
    part = "services:\n  part: {environment: {A_HOST: one}, env_file: a.env}\n"
    web = "services:\n  web: {extends: {file: parts/any.yaml, service: part}, image: x/web}\n  one: {image: x/one}\n  two: {image: x/two}\n"
    found = scanned(tmp_path, {"compose.yaml": web, "parts/any.yaml": part, "parts/a.env": "B_HOST=two\n"})
    assert lines(found) == ["web -> one", "web -> two"]
    assert not [one for one in found.gaps if "was not scanned" in one.reason]


def test_included_files_take_variables_and_paths_from_where_they_are_told(tmp_path):
    include = "include:\n- {path: sub/compose.yaml, env_file: given.env, project_directory: other}\nservices:\n  one: {image: x/one}\n"
    files = {
        "compose.yaml": include,
        "given.env": "WHERE=one\n",
        "sub/.env": "WHERE=a.example.com\n",
        "sub/compose.yaml": "services:\n  web: {image: x/web, environment: {A_HOST: '${WHERE}'}, env_file: b.env}\n",
        "other/b.env": "B_HOST=b.example.com\n",
    }
    assert lines(scanned(tmp_path, files)) == ["web -> (b.example.com)", "web -> one"]


def test_a_key_written_twice_leaves_a_gap_of_its_service(tmp_path):
    text = "services:\n  one: {image: x/one}\n  web:\n    image: x/web\n    environment: {A_HOST: one}\n  web:\n    image: x/two\n"
    (gap,) = [one for one in scanned(tmp_path, {"compose.yaml": text}).gaps if "twice" in one.reason]
    assert (gap.component, gap.evidence[0].locator) == ("compose:shop/web", "compose.yaml:6")


def test_of_files_on_other_hosts_nothing_but_the_host_is_shown(tmp_path):
    far = "https://somebody:hunter2-planted@code.example.com/x"
    text = (
        f"include:\n- {far}.git\n- git@code.example.com:hunter2-planted/x.git\nservices:\n  web:\n    image: x/web\n"
        f"    extends: {{file: '{far}.yml', service: a}}\n    env_file: ['{far}.env']\n    configs: [c]\n"
        f"configs:\n  c: {{file: '{far}'}}\n"
    )
    found = scanned(tmp_path, {"compose.yaml": text})
    assert "hunter2" not in repr(found.result.facts)
    assert len([one for one in found.gaps if "code.example.com" in one.reason]) == 3


def test_a_further_file_of_new_services_joins_the_project(tmp_path):
    found = scanned(
        tmp_path,
        {"docker-compose.yml": WEB, "docker-compose.monitoring.yml": "services:\n  probe: {image: x/p, command: '-h web'}\n"},
    )  # fmt: skip
    assert "probe -> web" in lines(found)


def test_another_way_to_run_the_same_services_is_a_project_of_its_own(tmp_path):
    found = scanned(tmp_path, {"docker-compose.yml": WEB, "docker-compose-sharded.yml": WEB})
    assert "compose:shop-sharded/web -> compose:shop-sharded/one" in found.lines()
    assert "web -> one" in lines(found)


def test_a_file_that_only_changes_services_is_left_out_and_said_so(tmp_path):
    more = "services:\n  web:\n    environment: {A_HOST: elsewhere.example.com}\n"
    found = scanned(tmp_path, {"docker-compose.yml": WEB, "docker-compose.debug.yml": more})
    assert lines(found) == ["web -> one", "web -> one [startup]"]
    assert [(g.scope, "`-f` alone" in g.reason) for g in found.gaps] == [("docker-compose.debug.yml", True)]
    chosen = {"docker-compose.yml": WEB, "docker-compose.prod.yml": more}
    chosen[".env"] = "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\nCOMPOSE_PROJECT_NAME=live\n"
    assert "compose:live/web -> (elsewhere.example.com)" in scanned(tmp_path, chosen).lines()


def test_extends_takes_over_from_this_file_and_others(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": "services:\n  web: {extends: {file: common/base.yml, service: app}, image: x/web}\n"
            "  more: {extends: web}\n  db: {image: x/db}\n  loop: {extends: loop, image: x/l}\n"
            "  lost: {extends: {file: gone.yml, service: a}, image: x/g}\n",
            "common/base.yml": "services:\n  app:\n    image: x/app\n    environment: {DB_HOST: db}\n",
        },
    )
    assert lines(found) == ["more -> db", "web -> db"]
    assert sorted(g.component for g in found.gaps) == ["compose:shop/loop", "compose:shop/lost"]
    assert sorted(found.components) == [f"compose:shop/{n}" for n in ("db", "loop", "lost", "more", "web")]


def test_include_brings_in_services_of_other_files(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": "include: [infra/compose.yaml, {path: gone.yaml}]\n"
            "services:\n  web: {image: x/web, environment: {DB_HOST: db}}\n",
            "infra/compose.yaml": "services:\n  db: {image: x/db}\n",
        },
    )
    assert lines(found) == ["web -> db"]
    assert [g.evidence[0].locator for g in found.gaps] == ["compose.yaml:1"]


def test_variables_come_from_env_files_and_defaults(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": "services:\n  web:\n    image: ${REG:-x}/web\n    env_file: [web.env, {path: no.env, required: false}]\n"
            "    environment:\n    - A_HOST=${A}\n    - B_HOST=${B:-two}\n    - C_URL=http://${C}:80\n    - D_HOST\n    - E_HOST\n"
            "  one: {image: x/one}\n  two: {image: x/two}\n  three: {image: x/three, env_file: gone.env}\n",
            ".env": "A=one\nE_HOST=three\n",
            "web.env": "# c\nF_HOST=elsewhere.example.com\nB_HOST=never\n",
        },
    )
    assert lines(found) == ["web -> (elsewhere.example.com)", "web -> one", "web -> three", "web -> two"]
    (one,) = [rule for rule in found.rules if rule.via == "env F_HOST"]
    assert [e.locator for e in one.evidence] == ["web.env:2", "compose.yaml:4"]
    assert sorted((g.component, g.reference) for g in found.gaps) == [
        ("compose:shop/three", "env_file gone.env"), ("compose:shop/web", "${C}"), ("compose:shop/web", "${D_HOST}"),
    ]  # fmt: skip


def test_a_name_in_the_file_is_the_projects(tmp_path):
    assert next(iter(scanned(tmp_path, {"compose.yaml": "name: market\n" + WEB}).components)) == "compose:market/web"


def test_projects_of_one_name_are_told_apart_by_their_path(tmp_path):
    found = scanned(tmp_path, {"a/docker/compose.yaml": WEB, "b/docker/compose.yaml": WEB})
    assert {c.rpartition("/")[0] for c in found.components} == {"compose:a-docker", "compose:b-docker"}


def test_a_yaml_of_any_name_is_compose_where_it_looks_like_it(tmp_path):
    found = scanned(
        tmp_path,
        {"stack.yml": WEB, "ci.yml": "services: [docker]\njob: {image: x}\n", "sls.yml": "service: x\nservices: {a: {image: b}}\n"},
    )  # fmt: skip
    assert sorted(found.components) == ["compose:shop/one", "compose:shop/web"]


def test_services_that_are_none_are_gaps_and_stop_nothing(tmp_path):
    found = scanned(tmp_path, {"compose.yaml": WEB + "  bad: 5\n  empty:\n  odd: {environment: {A: b}}\n"})
    assert lines(found) == ["web -> one", "web -> one [startup]"]
    assert [g.evidence[0].locator for g in found.gaps] == ["compose.yaml:4", "compose.yaml:5", "compose.yaml:6"]


def test_a_dependency_on_no_service_is_a_gap(tmp_path):
    found = scanned(tmp_path, {"compose.yaml": "services:\n  web: {image: x/web, depends_on: [gone]}\n"})
    assert [(g.component, g.reference) for g in found.gaps] == [("compose:shop/web", "gone")]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$A ${A} $$A", "1 1 $A"), ("${N:-d} ${N-d} ${E:-d} ${E-d}", "d d d "), ("${A:+x}${N:+x}", "x"),
        ("${N:-${M:-deep}}", "deep"), ("${N} $N ${N:?why not}", "${N} ${N} ${N}"), ("${", "${"), ("5$ $", "5$ $"),
    ],
)  # fmt: skip
def test_variables_are_filled_in_as_compose_does(text, result):
    assert interpolate(text, {"A": "1", "E": ""}) == result


def test_a_dotenv_file_is_read_with_its_lines():
    text = "A=1\n\n# c\nexport B='$A'\nC=\"${A}2\"\nnothing here\nD\n"
    assert [(one.name, one.line) for one in read_dotenv(text)] == [("A", 1), ("B", 4), ("C", 5), ("D", 7)]
    assert dotenv_values(text) == {"A": "1", "B": "$A", "C": "12"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a/.env", "A=" + "${" * 50_000), ("a/.env", "A='" + "\\'" * 50_000), ("a/.env", "A0=" + "x" * 50 + "\n" + "".join(f"A{i + 1}=$A{i}$A{i}\n" for i in range(3_000))),
        ("a/config.ini", ("[" + " " * 15_000 + "\n") * 20), ("a/config.ini", ("a=" + " " * 15_000 + "x\n") * 20),
        ("a/config.json", "/*" * 200_000), ("a/config.json", '"' * 200_001 + "//"), ("a/config.json", '{"a": 1, // "x\n "b": "//"}'),
        ("a/config.toml", "a = [" * 20_000), ("a/compose.yaml", "services:\n" + "".join(f"  s{i}: {{image: x, extends: s{i + 1}}}\n" for i in range(2_000))),
        ("a/compose.yaml", "services:\n" + "".join(f"  s{i}: {{image: x, ports: ['{i + 1}:80'], depends_on: [s{i + 1}]}}\n" for i in range(3_000))),
    ],
)  # fmt: skip
def test_hostile_files_cost_little(tmp_path, name, text):
    top = written(tmp_path, {"compose.yaml": WEB})
    (top / name).parent.mkdir(exist_ok=True)
    (top / name).write_text(text)
    (top / "a" / "compose.override.yml").write_text("services: {w: {image: x, env_file: .env}}")
    start = time.monotonic()
    assert "compose:shop/web" in Scan(scan([top])).components
    assert time.monotonic() - start < 120  # a guard against a hang, not a measure


SECRET = "hunter2-Zq81-planted"


def test_credentials_stay_where_they_are(tmp_path):
    found = scanned(
        tmp_path,
        {
            "compose.yaml": f"""\
            services:
              web:
                image: "user:{SECRET}@registry.example.com/web"
                build: {{context: ., args: {{TOKEN: {SECRET}}}}}
                environment:
                  - DB_PASSWORD={SECRET}
                  - DB_URL=postgres://app:{SECRET}@db:5432/x?password={SECRET}
                  - HOOK_URL=https://hooks.example.com/services/{SECRET}?key={SECRET}
                  - BROKEN_URL=postgres://app:{SECRET}@${{NO}}:5432
                command: ["--dsn=amqp://u:{SECRET}@mq//", "--password", "{SECRET}", "run -p {SECRET} -h db"]
                labels: {{auth: "{SECRET}", team: "a:{SECRET}"}}
                logging: {{options: {{syslog-address: "tcp://u:{SECRET}@log.example.com:514"}}}}
                env_file: web.env
                volumes: ["./app.conf:/etc/app.conf"]
                extra_hosts: ["h:{SECRET}"]
              pulled: {{image: "x/y:${{T}}:{SECRET}@"}}
              db: {{image: postgres}}
              mq: {{image: rabbitmq}}
            """,
            ".env": f"UNUSED={SECRET}\nT={SECRET}\n",
            "web.env": f"API_TOKEN={SECRET}\nMAIL_URL=smtp://u:{SECRET}@mail.example.com:25\n",
            "app.conf": f"password = {SECRET}\nurl = http://u:{SECRET}@api.example.com/{SECRET}\n",
        },
    )
    assert "web -> (mail.example.com)" in lines(found)
    assert "web -> (api.example.com)" in lines(found)
    assert [fact for fact in found.result.facts if SECRET in repr(fact)] == []
    assert SECRET not in found.dump()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.sampled_from(["db", "db:80", "a=b:1", "${X:-db}", "service:web", "./x.conf:/x.conf", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["file", "service", "path", "target", "source", "options", "o", "db"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_FIELDS = st.sampled_from([
    "image", "build", "command", "entrypoint", "environment", "env_file", "depends_on", "links", "external_links", "networks", "volumes",
    "volumes_from", "ports", "deploy", "logging", "labels", "profiles", "secrets", "configs", "extends", "extra_hosts", "network_mode",
    "dns", "container_name", "hostname", "pull_policy", "scale",
])  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(_FIELDS, _VALUES, max_size=4), top=st.dictionaries(st.sampled_from(["networks", "volumes", "configs", "include", "name"]), _VALUES, max_size=2))  # fmt: skip
def test_no_shape_of_any_service_stops_a_scan(tmp_path, body, top):
    import json

    content = {"services": {"odd": body, "web": {"image": "x/web", "environment": {"A_HOST": "odd"}}}, **top}
    folder = written(tmp_path, {"compose.yaml": json.dumps(content), "x.conf": "a = http://web", ".env": "X=web"})
    found = Scan(scan([folder]))
    assert any(id.endswith("/web") for id in found.components)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300) | st.lists(st.sampled_from(["services:", "\n  a:", "\n    image: x", "\n", " {", "A=${", "'", "\"", "[x]", "=", "&a", "*a", "<<: ", "- "]), max_size=25).map(lambda parts: "".join(parts).encode()),
    st.sampled_from(["compose.yaml", "docker-compose.override.yml", "docker-compose.x.yml", ".env", "web.env", "app.conf", "settings.toml", "config/a.ini", "application.properties", "appsettings.json", "config.json", "config/x.yml"]),
)  # fmt: skip
def test_no_bytes_in_any_file_stop_a_scan(tmp_path, content, name):
    top = written(
        tmp_path, {"keep.yaml": "services: {web: {image: x, env_file: web.env, volumes: ['./app.conf:/app.conf']}}"}
    )
    for old in top.rglob("*"):
        if old.is_file() and old.name != "keep.yaml":
            old.unlink()
    (top / name).parent.mkdir(exist_ok=True)
    (top / name).write_bytes(content)
    assert any(id.endswith("/web") for id in Scan(scan([top])).components)
