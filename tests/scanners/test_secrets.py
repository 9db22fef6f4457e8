"""No piece of a password, user or query becomes a host, a name or a reference."""

from __future__ import annotations

import pytest

from blastradius.scanners import scan
from blastradius.scanners.settings import Alternatives, Doubt, Setting, found_in

KNOWN = {"db", "redis", "cart"}


def hosts(name: str, value: str, *, prose: bool = False, secret: bool = False) -> list[str]:
    found = []
    for one in found_in(Setting(name, value, "env", (), prose, secret), KNOWN.__contains__):
        if isinstance(one, Alternatives):
            found.extend(one.hosts)
        else:
            found.append("?" if isinstance(one, Doubt) else one.host)
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("redis://cache.example.com:6379?password=p@ssw0rdtail", ["cache.example.com"]),
        ("smtp://user:pw@smtp.example.com:25?from=noreply@corp.example", ["?"]),
        ("mongodb://u:p@m1,m2/?x=a@SECRET", ["?"]),
        ("redis://:se/cret@redis:6379", ["redis"]),
        ("redis://:se#cr?et@redis:6379", ["redis"]),
        ("redis://:p@ss/word@redis:6379", ["?"]),
        ("redis://:p@ss/word@localhost", ["?"]),
        ("redis://:p@ss/word@${HOST}", ["?"]),
        ("redis://user:123/word@redis", ["?"]),
        ("redis://:p@ss|word@redis:6379", ["redis"]),
        ("redis://:p@ss;word@redis:6379", ["redis"]),
        ("redis://:p@ss word@redis:6379", ["redis"]),
        ("redis://:p@ss@redis:6379", ["redis"]),
        ("redis://u:a,b@redis:6379", ["redis"]),
        ("postgres://u:p,w.x@db:5432/x", ["db"]),
        ("s3://KEY:SEC/RET@bucket/x", ["s3://bucket"]),
        ("s3://KEY:SEC@RET/x@bucket", ["?"]),
        ("s3://bucket/a@SECRET.example.com", ["?"]),
        ("jdbc:oracle:thin:u/p@ss@//ora.example.com:1521/x", ["?"]),
        ("u:p@tcp(x)y@tcp(db:3306)/z", ["?", "?"]),
        ("https://medium.com/@somebody/x", ["medium.com"]),
        ("https://unpkg.com/react@18.2.0/x.js", ["unpkg.com"]),
    ],
)
def test_a_host_is_never_a_piece_of_a_password_or_query(value, expected):
    assert hosts("SOME_URL", value) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("REDIS_URL", "my.redis.cache.windows.net:6380,password=hunter2,ssl=True", ["my.redis.cache.windows.net"]),
        ("redis-addr", "r:6379,password=X", ["r"]),
        ("DB_DSN", "user=appuser password=hunter3 host=/var/run/postgresql dbname=shop", []),
        ("DB_DSN", "user=appuser password=hunter3 host=pg.example.com dbname=shop", ["pg.example.com"]),
        ("DB_DSN", "password='a host=leak.example.com' host=pg.example.com", ["pg.example.com"]),
        ("C_ENDPOINT", "AccountName=x;AccountKey=X", []),
        ("E_HOST", "h;Uid=sa;Pwd=X", ["h"]),
        ("E_HOST", "Server=h.example.com;Uid=sa;Pwd=X;host=tail.example.com", ["h.example.com"]),
        ("NODES", "unknown=x.example.com:80", []),
        ("BASIC_AUTH", "admin:31337", []),
        ("basic-auth", "admin:31337", []),
        ("DB_CREDENTIALS", "admin:31337", []),
        ("APP_USER", "first.last.com", []),
        ("AUTH_HOST", "auth.example.com", ["auth.example.com"]),
        ("DB_ADDR", "user:pw,host.example.com@db", []),
        ("JAVA_OPTS", "-Dx=y --password=cart.example.svc cart:7070", []),
    ],
)
def test_only_keys_that_say_address_are_followed(name, value, expected):
    assert hosts(name, value) == expected


def test_a_secret_gives_no_words_of_a_password():
    assert hosts("CACHE_URL", "h:6379,password=my.secret.word.com", secret=True) == ["h"]


@pytest.mark.parametrize(
    "line",
    ["url=redis://h/0?auth=x@SECRET.example.com", "auth: admin:31337", "cache=r:6379,password=my.secret.word.com"],
)
def test_lines_of_files_leak_nothing_either(line):
    assert not {"secret.example.com", "admin", "my.secret.word.com"} & set(hosts("f", f"a\n{line}\nb", prose=True))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTRO", "see https://docs.example.com/x for help"),
        *((f"{word}_URL", "https://x.example.com/a") for word in ("DOC", "DOCS", "HELP", "HOMEPAGE", "README", "SUPPORT", "TERMS")),
    ],
)  # fmt: skip
def test_what_people_read_is_no_call(name, value):
    assert hosts(name, value) == []


def test_what_may_be_a_host_and_cannot_be_told_is_a_doubt_without_its_text():
    (doubt,) = found_in(Setting("A_URL", "redis://:p@ss/word@redis", "env", ()), KNOWN.__contains__)
    assert isinstance(doubt, Doubt)
    assert "ss" not in doubt.text.split()
    assert "word" not in doubt.text + doubt.why.replace("password", "")


def test_a_secret_variable_of_terraform_that_looks_like_a_host_is_none(tmp_path):
    top = tmp_path / "root"
    top.mkdir()
    (top / "main.tf").write_text(
        'variable "tok" {\n  sensitive = true\n  default = "s3cr3tvar.example.com"\n}\n'
        'variable "db" {\n  sensitive = true\n  default = "postgres://u:hunter2@db.example.com/x"\n}\n'
        'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  environment {\n'
        "    variables = { T_URL = var.tok, DATABASE_URL = var.db }\n  }\n}\n"
    )
    facts = "\n".join(one.model_dump_json() for one in scan([top]).facts)
    assert "s3cr3tvar" not in facts
    assert "hunter2" not in facts
    assert "var.tok" in facts
    assert "db.example.com" in facts
