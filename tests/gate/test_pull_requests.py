"""Pull requests over a real Git repository: what each finds, where, and how the run ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import dedent

import pytest
from gate.repository import Repository
from gate.shop import FILES

Change = Callable[[Repository], None]


@dataclass(frozen=True)
class Row:
    """One pull request.

    Attributes:
        name: what it does.
        change: how.
        findings: rule, and a text that stands on the line where it is said to be, in the file before the colon.
        code: how the gate ends.
    """

    name: str
    change: Change
    findings: tuple[tuple[str, str], ...] = field(default=())
    code: int = 0


def _table(shop: Repository) -> None:
    shop.write("infra/sessions.tf", dedent("""\
        resource "aws_dynamodb_table" "sessions" {
          provider = aws.us
          name     = "sessions"
          hash_key = "id"
        }
        """))  # fmt: skip
    shop.replace("infra/main.tf", "      AUDIT =", "      SESSIONS = aws_dynamodb_table.sessions.name\n      AUDIT =")


def _replica(shop: Repository) -> None:
    shop.replace(
        "infra/tables.tf", "  replica {\n", '  replica {\n    region_name = "eu-central-1"\n  }\n  replica {\n'
    )


def _module(shop: Repository) -> None:
    shop.move("infra/tables.tf", "infra/storage/tables.tf")
    shop.move("infra/queues.tf", "infra/storage/queues.tf")
    shop.replace("infra/main.tf", "aws_dynamodb_table.prices.name", "module.storage.table")
    shop.replace("infra/main.tf", "aws_sqs_queue.audit.url", "module.storage.queue")
    shop.write("infra/storage/outputs.tf", dedent("""\
        terraform {
          required_providers {
            aws = { source = "hashicorp/aws", configuration_aliases = [aws.us] }
          }
        }
        output "table" { value = aws_dynamodb_table.prices.name }
        output "queue" { value = aws_sqs_queue.audit.url }
        """))  # fmt: skip
    shop.write("infra/storage.tf", dedent("""\
        module "storage" {
          source    = "./storage"
          providers = { aws = aws, aws.us = aws.us }
        }
        """))  # fmt: skip


def _unrelated(shop: Repository) -> None:
    shop.write("infra/blog.tf", dedent("""\
        resource "aws_lambda_function" "blog" {
          provider      = aws.us
          function_name = "blog"
          environment {
            variables = { MAIL = "https://api.stripe.com" }
          }
        }
        """))  # fmt: skip


def _reformat(shop: Repository) -> None:
    blocks = shop.read("infra/main.tf").split("resource ")
    first, *rest = [block for block in blocks if block]
    text = "\n\n# routes last\n".join(f"resource {block.rstrip()}" for block in [*reversed(rest), first])
    shop.write("infra/main.tf", text.replace("    ", "\t") + "\n")
    shop.write("compose.yaml", dedent("""\
        services:
            redis: {"image": "redis:7"}
            web:
                environment: [ 'REDIS_ADDR=redis:6379' ]
                build: "web"
        """))  # fmt: skip


ROWS = (
    Row("adds a single-region table to checkout", _table,
        (("BR001", "infra/main.tf:SESSIONS ="),), 1),
    Row("adds a replica", _replica),
    Row("renames a file", lambda shop: shop.move("infra/main.tf", "infra/price.tf")),
    Row("renames the folder of a root", lambda shop: shop.move("infra", "platform/terraform")),
    Row("moves a module", _module),
    Row("makes a soft dependency hard",
        lambda shop: shop.replace("blastradius.yaml", "strength: soft", "strength: hard"),
        (("BR001", "infra/main.tf:AUDIT ="), ("BR006", "infra/main.tf:AUDIT =")), 1),
    Row("deletes the cache", lambda shop: shop.replace("compose.yaml", "  redis:\n    image: redis:7\n", ""),
        (("BR005", "compose.yaml:REDIS_ADDR"),), 1),
    Row("adds a vendor's SDK", lambda shop: shop.write("web/requirements.txt", "flask\nstripe\n"),
        (("BR003", "web/requirements.txt:stripe"),), 1),
    Row("adds a region by provider alias",
        lambda shop: shop.replace("infra/main.tf", 'name = "price"', 'name = "price"\n  provider = aws.us'),
        (("BR001", "infra/main.tf:provider = aws.us"), ("BR001", "infra/main.tf:provider = aws.us")), 1),
    Row("comments out the replica",
        lambda shop: shop.replace("infra/tables.tf", '  replica {\n    region_name = "us-east-1"\n  }\n',
                                  '  # replica {\n  #   region_name = "us-east-1"\n  # }\n'),
        (("BR007", "infra/tables.tf:aws_dynamodb_table"),), 1),
    Row("adds an unreadable file", lambda shop: shop.write("infra/old.tf", b"\xff\xfe\x00resource")),
    Row("makes a file unreadable", lambda shop: shop.write("infra/tables.tf", b"\xff\xff\x00resource"),
        (("BR005", "infra/main.tf:3"), ("BR011", "infra/tables.tf:1")), 1),
    Row("changes an unrelated service", _unrelated),
    Row("reformats only", _reformat),
    Row("deletes a journey",
        lambda shop: shop.replace("blastradius.yaml", '  checkout:\n    entries: ["gateway:api GET*", "service:web"]\n    tier: 1\n', ""),
        (("BR011", ""),), 1),
)  # fmt: skip


def _line(shop: Repository, place: str) -> str:
    path, _, text = place.partition(":")
    return place if not path or text.isdigit() else shop.line(path, text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_pull_request(row, tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    row.change(shop)
    code = shop.gate("--format", "json")
    said = capsys.readouterr()
    result = json.loads(said.out)
    met = [
        (one["rule"], f"{one['location']['path']}:{one['location']['line']}" if one["location"] else "")
        for one in result["findings"]
        if one["status"] == "new" and one["level"] != "advisory"
    ]
    wanted = [(rule, _line(shop, place)) for rule, place in row.findings]
    assert (sorted(met), code) == (sorted(wanted), row.code), said.out
