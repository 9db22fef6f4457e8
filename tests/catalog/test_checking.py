"""The catalog's lint: the shipped records hold, and each sort of mistake is named with file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from blastradius import catalog
from blastradius.catalog import data
from blastradius.catalog.checking import check, check_own, count
from blastradius.cli import main
from blastradius.errors import InputError
from blastradius.pipeline import scan

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VENDOR = re.search(r"<!-- vendor: vendors.yaml -->\n```yaml\n(.*?)```\n<!-- end -->", README, re.S)
SAYS = 'source: [own], confidence: high, as_of: "2026-11-20"'
SOURCES = 'sources:\n  own: {title: "ours", url: "https://wiki.example/hosting"}\n  unverified: {title: "recollection", url: ""}\n'


@pytest.fixture(autouse=True)
def _shipped_again():
    yield
    data.use(None)


def folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def test_every_shipped_record_holds():
    assert check() == []
    assert count() > 1000


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("vendors", "vendors:\n  - {id: acme, name: Acme, category: mail}", 2, "says no source and no confidence and no as_of"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, {SAYS}}}".replace("[own]", "[theirs]"), 5, "source theirs is not among"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, {SAYS}}}".replace("[own]", "[unverified]"), 5, "never at high confidence"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, {SAYS}}}".replace("[own], confidence: high", "[unverified], confidence: low"), 5, "a page to look it up on"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, {SAYS.replace('high', 'certain')}}}", 5, "confidence"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, needs: [{{on: 'aws:platform/us-east-1/dynamo', source: [own], confidence: low}}], {SAYS}}}", 5, "there is no aws:platform/us-east-1/dynamo"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, needs: [{{on: 'aws:region/moon-1', source: [own], confidence: low}}], {SAYS}}}", 5, "there is no aws:region/moon-1"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, needs: [{{on: 'vendor:nobody', source: [own], confidence: low}}], {SAYS}}}", 5, "there is no vendor:nobody"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, needs: [{{on: 'vendor:stripe', source: [unverified], confidence: high}}], {SAYS}}}", 5, "never at high confidence"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, hosts: [api.stripe.com], {SAYS}}}\n  - {{id: acme, name: Acme, category: mail, {SAYS}}}", 6, "stands twice, first on line 5"),
        ("vendors", f"{SOURCES}vendors:\n  - {{id: acme, name: Acme, category: mail, hosts: [mail.stripe..com], {SAYS}}}", 5, "is recognised as nothing"),
        ("vendors", f"{SOURCES}suppliers:\n  - {{id: acme, {SAYS}}}", 4, "suppliers: is no key of this file"),
        ("vendors", "vendors: {}", 1, "vendors: must be a list"),
        ("vendors", "vendors:\n  - acme", 2, "this is no mapping"),
        ("vendors", "vendors:\n  - {id: [1], name: {a: b}, source: x, confidence: low, as_of: never}", 2, "source"),
        ("aws", f"{SOURCES}dependencies:\n  - {{id: x, dependent: ec3, dependent_plane: control, dependency: s3, dependency_plane: data, strength: hard, {SAYS}}}", 5, "dependent: there is no service ec3"),
        ("aws", f"{SOURCES}dependencies:\n  - {{id: x, dependent: ec2, dependent_plane: control, dependency: s3, dependency_plane: data, strength: rigid, {SAYS}}}", 5, "strength"),
        ("aws", f"{SOURCES}dependencies:\n  - {{id: x, dependent: ec2, dependent_plane: control, dependency: s3, dependency_plane: data, strength: hard, observed_in: [someday], {SAYS}}}", 5, "someday is no incident"),
        ("aws", f"{SOURCES}services:\n  - {{id: x, name: X, scope: regional, home: narnia, {SAYS}}}", 5, "home: there is no narnia"),
        ("aws", f"{SOURCES}patterns:\n  - {{id: x, service: s3, hosts: ['x.example'], example: y.example, {SAYS}}}", 5, "its example y.example is recognised as nothing"),
        ("clients", "x: []", 1, "is no file of the catalog"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path: Path, file: str, text: str, line: int, said: str):
    where = folder(tmp_path / "own", **{file: text})
    wrong = check_own(where)
    assert wrong
    assert any(said in one.text and one.line == line for one in wrong), [str(one) for one in wrong]
    with pytest.raises(InputError, match=rf"{file}.yaml:\d+: "):
        data.use(where)
    assert catalog.load().recognise("api.stripe.com", "address").id == "vendor:stripe"


def test_an_empty_folder_and_no_folder_are_said(tmp_path: Path):
    assert "holds no file" in str(check_own(folder(tmp_path / "own"))[0])
    with pytest.raises(InputError, match="is no folder"):
        check_own(tmp_path / "missing")


def test_broken_yaml_is_one_line(tmp_path: Path):
    with pytest.raises(InputError, match=r"vendors.yaml:\d+: broken YAML"):
        check_own(folder(tmp_path / "own", vendors="vendors: [\n"))


def _shop(path: Path) -> Path:
    path.mkdir()
    compose = "services:\n  shop:\n    image: shop\n    build: .\n    environment:\n      FREIGHT: https://api.acme-freight.example/v1\n"
    (path / "compose.yaml").write_text(compose, encoding="utf-8")
    return path


def _freight(path: Path) -> set[str]:
    found = scan(path)
    return {
        f"{one.dependent} -> {one.dependency} {one.basis}"
        for one in found.dependencies
        if "freight" in one.dependency or "freight" in one.dependent
    }


WANTED = {
    "compose:shop/shop -> vendor:acme-freight declared",
    "vendor:acme-freight -> aws:region/eu-west-1 inferred",
}


def test_the_vendor_of_the_readme_counts_out_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert VENDOR
    shop, own = _shop(tmp_path / "shop"), folder(tmp_path / "our-catalog", vendors=VENDOR[1])
    assert not any("vendor:" in one for one in _freight(shop))
    monkeypatch.setenv(data.VARIABLE, str(own))
    data.forget()
    assert _freight(shop) == WANTED
    monkeypatch.delenv(data.VARIABLE)
    data.use(own)
    assert _freight(shop) == WANTED
    assert check_own(own) == []


def test_the_vendor_of_the_readme_counts_in_the_shipped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As its words have it: each line under its key, and nothing else."""
    assert VENDOR
    lines = VENDOR[1].splitlines()
    (source,) = (one for one in lines if one.startswith("  acme-trust:"))
    (record,) = (one for one in lines if one.startswith("  - "))
    shipped = tmp_path / "catalog"
    shutil.copytree(data.SHIPPED, shipped, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (shipped / "vendors.yaml").read_text(encoding="utf-8")
    text = text.replace("\nvendors:\n", f"\n{source}\nvendors:\n{record}\n")
    (shipped / "vendors.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(data, "SHIPPED", shipped)
    data.forget()
    assert check() == []
    assert _freight(_shop(tmp_path / "shop")) == WANTED


def test_a_record_of_a_shipped_id_replaces_the_keys_that_it_writes(tmp_path: Path):
    own = folder(
        tmp_path / "own",
        vendors=f"{SOURCES}vendors:\n  - {{id: stripe, needs: [{{on: 'aws:region/eu-west-1', source: [own], confidence: low}}], {SAYS}}}",
    )
    data.use(own)
    from blastradius.catalog.services import vendors

    assert [one.on for one in vendors()["stripe"].needs] == ["aws:region/eu-west-1"]
    assert catalog.load().recognise("https://api.stripe.com", "address").id == "vendor:stripe"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["catalog", "check"], 0, "0 complaints"),
        (["catalog", "show", "dynamodb"], 0, "ec2-control-needs-dynamodb"),
        (["catalog", "show", "aws:platform/us-east-1/dynamodb"], 0, "ec2-control-needs-dynamodb"),
        (["catalog", "show", "vendor:launchdarkly"], 0, "aws:platform/us-east-1/lambda"),
        (["catalog", "show", "dynamodbb"], 2, "the nearest is dynamodb"),
        (["catalog", "search", "droplet"], 0, "ec2-control-needs-dynamodb"),
        (["catalog", "search", "no such thing at all"], 0, "0 records"),
        (["catalog", "search", " "], 2, "name a text"),
        (["catalog", "search"], 2, "name what"),
        (["catalog", "sources"], 0, "recollection, not looked up"),
        (["catalog", "sources", "x"], 2, "takes no"),
        (["catalog", "mend"], 2, "no action 'mend'"),
        (["catalog", "show", "dynamodb", "--format", "json"], 0, '"recollection":'),
        (["catalog", "sources", "--format", "csv"], 0, "file,key,title"),
        (["catalog", "check", "--catalog", "/nowhere/at/all"], 3, "is no folder"),
    ],
)
def test_the_command(arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == code
    done = capsys.readouterr()
    assert said in done.out + done.err


def test_complaints_end_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    own = folder(tmp_path / "own", vendors="vendors:\n  - {id: acme, name: Acme, category: mail}")
    assert main(["catalog", "check", "--catalog", str(own)]) == 1
    assert f"{own / 'vendors.yaml'}:2: acme: says no source" in capsys.readouterr().out


@pytest.mark.parametrize("beside", [True, False])
def test_incident_files_of_ones_own_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], beside: bool):
    """In the folder `incidents` of one's own catalog, or in one that is named."""
    own = folder(tmp_path / "own", vendors=f"{SOURCES}vendors: []")
    row = "affected_services:\n  - {id: sqs, severity: down, source: [page], confidence: high}\n"
    text = "id: x\nprovider: aws\ntrigger: {component: sqs}\nstart_utc: 2031-01-01T10:00Z\n"
    where = folder(own / "incidents" if beside else tmp_path / "outages", ours=text + row)
    arguments = ["--catalog", str(own)] if beside else ["--incidents", str(where)]
    assert main(["catalog", "check", *arguments]) == 1
    assert f"{where / 'ours.yaml'}:6: x: affected_services sqs: unknown source page" in capsys.readouterr().out
    folder(where, ours=f"{text}{row}sources: {{page: {{title: Ours, url: 'https://wiki.example/x'}}}}\n")
    assert main(["catalog", "check", *arguments]) == 0
    assert main(["catalog", "sources", "--incidents", str(where)]) == 2


def test_a_command_takes_a_folder_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert VENDOR
    own = folder(tmp_path / "own", vendors=VENDOR[1])
    question = ["simulate", str(_shop(tmp_path / "shop")), "--remove", "vendor:acme-freight"]
    assert main(question) == 2
    assert main([*question, "--catalog", str(own)]) == 0
    assert main(question) == 2, "the folder counts for one run"
    capsys.readouterr()


def test_what_is_known_of_where_vendors_run_is_a_need_and_no_surer_than_what_was_collected():
    from blastradius.catalog.services import vendors

    known = vendors()
    for id, on, confidence in (
        ("notion", "aws:region/us-west-2", "medium"),
        ("gitlab-com", "gcp:region/us-east1", "medium"),
        ("stripe", "aws:region/us-west-2", "low"),
        ("spotify", "provider:gcp", "medium"),
    ):
        need = next(one for one in known[id].needs if one.on == on)
        assert (need.strength, need.confidence, known[id].complete) == ("soft", confidence, False), id
    assert {known[id].confidence for id in ("algolia", "okta", "stripe", "sanity", "netlify")} == {"low"}
