"""Real repositories with one line changed: every seeded fault is caught with its place, untouched code stays silent.

They are checkouts of the repositories that `INDEX.md` of the corpus names, in the folder `BLASTRADIUS_REPOSITORIES`.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from gate.repository import DAY, Repository, git

from blastradius.cli import main

pytestmark = pytest.mark.corpus

QUEUE = "https://sqs.eu-west-3.amazonaws.com/111122223333/seeded"


@dataclass(frozen=True)
class Seed:
    """One line changed in one repository.

    Attributes:
        repository: its name.
        file: the file.
        old: a text of the line that is changed, or after which one is put.
        new: the line in its place, or the two.
        rule: what must be found.
        where: file and a text of the line at which it must be found; the changed line where unset.
        folder: the part that is judged.
        overlay: what its people would have said of it.
    """

    repository: str
    file: str
    old: str
    new: str
    rule: str
    where: str = ""
    folder: str = ""
    overlay: str = ""


COMPOSE = "src/cart/docker-compose.yml"
ENDPOINT = "      - RETAIL_CART_PERSISTENCE_DYNAMODB_ENDPOINT=http://carts-db:8000\n"
TEMPLATE = "services/order-service/template.yaml"
LEVEL = "        LOG_LEVEL: INFO\n"
KEY = '      access_key = "AKIAIOSFODNN7EXAMPLE"\n'
SEEDS = (
    Seed("retail-store-sample-app", COMPOSE, ENDPOINT, f"{ENDPOINT}      - SEEDED={QUEUE}\n", "BR001", f"{COMPOSE}:SEEDED"),
    Seed("retail-store-sample-app", COMPOSE, ENDPOINT, ENDPOINT.replace("http://carts-db:8000", "https://dynamodb.ap-south-1.amazonaws.com"), "BR001", f"{COMPOSE}:ap-south-1"),
    Seed("backstage-catalog-sample", TEMPLATE, LEVEL, f"{LEVEL}        SEEDED: {QUEUE}\n", "BR001", f"{TEMPLATE}:SEEDED"),
    Seed("backstage-catalog-sample", TEMPLATE, LEVEL, f"{LEVEL}        SEEDED: https://api.stripe.com/v1\n", "BR003", f"{TEMPLATE}:SEEDED"),
    Seed("terragoat", "terraform/aws/lambda.tf", KEY, f'{KEY}      seeded = "{QUEUE}"\n', "BR001", "terraform/aws/lambda.tf:seeded", overlay='journeys: {analysis: {entries: ["function:*analysis*"]}}'),
    Seed("aws-multi-region-disaster-recovery", "dynamodb_sales.tf", "  provider         = aws.disaster-recovery\n", "  provider         = aws.primary\n", "BR001"),
    Seed("terraform-aws-dynamodb-table", "examples/global-tables/main.tf", '    region_name            = "us-east-1"\n', '    region_name            = "eu-west-1"\n', "BR007", "examples/global-tables/main.tf:region_name ", "examples/global-tables", 'journeys: {read: {entries: ["database:my-table*"]}}'),
    Seed("terraform-aws-rds-aurora", "examples/global-cluster/main.tf", '  secondary_region   = "us-east-1"\n', '  secondary_region   = "eu-west-1"\n', "BR001", "examples/global-cluster/main.tf:secondary_region   =", "examples/global-cluster", 'journeys: {read: {entries: ["id:tf:global-cluster:aws_rds_global_cluster.this"]}}'),
)  # fmt: skip


def copied(name: str, into: Path) -> Path:
    """A copy of a repository, without its history."""
    base = os.environ.get("BLASTRADIUS_REPOSITORIES")
    source = Path(base or "/nonexistent", name)
    if not source.is_dir():
        pytest.skip("BLASTRADIUS_REPOSITORIES names no folder that holds it")
    shutil.copytree(source, into / name, ignore=shutil.ignore_patterns(".git"), symlinks=True)
    return into / name


def judged(head: Path, base: Path | str, capsys) -> tuple[int, dict]:
    """The exit code and the answer."""
    capsys.readouterr()
    code = main(["gate", "--base", str(base), "--head", str(head), "--today", DAY, "--format", "json"])
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.repository}-{seed.rule}")
def test_a_seeded_fault_is_caught_at_its_line(seed, tmp_path, capsys):
    folder = copied(seed.repository, tmp_path)
    part = folder / seed.folder
    if seed.overlay:
        (part / "blastradius.yaml").write_text(seed.overlay)
    shop = Repository.__new__(Repository)
    shop.folder = folder
    git(folder, "init", "-q", "-b", "main")
    shop.commit()
    code, silent = judged(part, "main", capsys)
    assert (code, silent["counts"]["new"]) == (0, 0), "untouched code is silent"
    changed = (folder / seed.file).read_text().partition(seed.old)[0].count("\n") + 1
    shop.replace(seed.file, seed.old, seed.new)
    expected = shop.line(*seed.where.split(":", 1)) if seed.where else f"{seed.file}:{changed}"
    code, found = judged(part, "main", capsys)
    assert code == 1
    new = [one for one in found["findings"] if one["status"] == "new" and one["fails"]]
    places = {(one["rule"], f"{one['location']['path']}:{one['location']['line']}") for one in new}
    assert (seed.rule, expected) in places, places


@pytest.mark.parametrize(
    "name",
    ["terraform-aws-eks", "terraform-aws-rds", "terraform-aws-s3-bucket", "terraform-aws-vpc", "terraform-example"],
)
def test_untouched_code_is_silent(name, tmp_path, capsys):
    folder = copied(name, tmp_path / "one")
    other = copied(name, tmp_path / "two")
    (other / "NOTES.md").write_text("nothing")
    code, found = judged(other, folder, capsys)
    assert (code, found["counts"]["new"], found["fixed"]) == (0, 0, [])
