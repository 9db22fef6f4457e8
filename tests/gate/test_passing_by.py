"""What the base saw and head passes by is said, with the line or file that hides it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest
from gate.repository import Repository, git
from gate.shop import FILES

ALL = "journeys: {checkout: {entries: ['*:*e*']}}\n"
"""A file that names nothing: what it names and is not there is an error of its own."""
QUEUE = 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'


def _link(shop: Repository) -> None:
    shop.move("infra/tables.tf", "data/tables.txt")
    (shop.folder / "infra/tables.tf").symlink_to("../data/tables.txt")


def _pipe(shop: Repository) -> None:
    (shop.folder / "infra/tables.tf").unlink()
    os.mkfifo(shop.folder / "infra/tables.tf")


def _edited(shop: Repository) -> None:
    shop.move("infra/tables.tf", "examples/store.tf")
    shop.write("examples/store.tf", "# moved\n" + shop.read("examples/store.tf").replace('"id"', '"key"'))


def _vendor(shop: Repository) -> None:
    shop.write("infra/go.mod", "module x\n")
    shop.move("infra/tables.tf", "infra/vendor/tables.tf")


def _append(name: str, text: str) -> Callable[[Repository], None]:
    return lambda shop: shop.write(name, (shop.read(name) if (shop.folder / name).exists() else "") + text)


ROWS = {
    "ignored by Git": (_append(".gitignore", "# big\n/infra/tables.tf\n"), ".gitignore:2"),
    "ignored by our own file": (_append(".blastradiusignore", "tables.tf\n"), ".blastradiusignore:1"),
    "ignored in its folder": (_append("infra/.gitignore", "*s.tf\n"), "infra/.gitignore:1"),
    "its folder is ignored": (_append(".gitignore", "infra/\n"), ".gitignore:1"),
    "moved to tests": (lambda shop: shop.move("infra/tables.tf", "tests/tables.tf"), "tests/tables.tf:1"),
    "its folder is moved to tests": (lambda shop: shop.move("infra", "e2e/infra"), "e2e/infra/tables.tf:1"),
    "moved to a tool's folder": (
        lambda shop: shop.move("infra/tables.tf", ".cache/tables.tf"),
        ".cache/tables.tf:1",
    ),
    "moved and edited": (_edited, "examples/store.tf:1"),
    "moved to other people's code": (_vendor, "infra/vendor/tables.tf:1"),
    "switched off by its name": (
        lambda shop: shop.move("infra/tables.tf", "infra/tables.tf.disabled"),
        "infra/tables.tf.disabled:1",
    ),
    "made a text": (lambda shop: shop.move("infra/tables.tf", "notes/old.txt"), "notes/old.txt:1"),
    "made a link": (_link, "infra/tables.tf:1"),
    "made a pipe": (_pipe, "infra/tables.tf:1"),
    "taken for a template": (_append("compose.yaml", "# name: ${{ values.name }}\n"), "compose.yaml:"),
    "too deep": (
        lambda shop: shop.move("infra/tables.tf", "/".join(["d"] * 70) + "/tables.tf"),
        "d/" * 70 + "tables.tf:1",
    ),
    "a need alone": (_append(".gitignore", "web/\n"), ".gitignore:1"),
}


def _gated(shop: Repository, capsys, base: str = "HEAD", *options: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = shop.gate("--format", "json", *options, base=base)
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


def _unseen(result: dict) -> list[dict]:
    new = [one for one in result["findings"] if one["rule"] == "BR011" and one["status"] == "new"]
    return [one for one in new if "cannot be seen any more: " in one["message"]]


@pytest.mark.parametrize("name", ROWS)
def test_what_the_base_saw_is_passed_by(name, tmp_path, capsys):
    change, where = ROWS[name]
    shop = Repository(tmp_path / "shop", FILES | {"web/requirements.txt": "flask\nstripe\n", "blastradius.yaml": ALL})
    change(shop)
    code, result = _gated(shop, capsys)
    found = _unseen(result)
    places = {f"{one['location']['path']}:{one['location']['line']}" for one in found}
    assert any(one.startswith(where) for one in places), (places, [one["message"] for one in result["findings"]])
    assert code == 1


def test_what_is_moved_and_still_read_is_not_passed_by(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    shop.move("infra/tables.tf", "infra/store.tf")
    shop.write("tests/tables.tf", shop.read("infra/store.tf"))
    assert _unseen(_gated(shop, capsys)[1]) == []


def test_what_git_does_not_have_is_no_part_of_a_change(tmp_path, capsys):
    """A copy that a build left behind is no place to which a deleted file was moved."""
    shop = Repository(tmp_path / "shop", FILES | {"blastradius.yaml": ALL, ".gitignore": "build/\n"})
    shop.write("build/queues.tf", shop.read("infra/queues.tf"))
    shop.replace("infra/main.tf", "      AUDIT = aws_sqs_queue.audit.url\n", "")
    (shop.folder / "infra/queues.tf").unlink()
    assert _unseen(_gated(shop, capsys)[1]) == []
    git(shop.folder, "add", "-f", "build/queues.tf")
    assert [one["location"]["path"] for one in _unseen(_gated(shop, capsys)[1])] == [".gitignore"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("compose.yaml", "services: [\n"),
        ("compose.yaml", b"\xff\xfe\x00"),
        ("web/requirements.txt", b"\xff\xff\x00"),
        ("infra/tables.tf", 'resource "aws_dynamodb_table" {{{'),
    ],
)
def test_what_cannot_be_read_any_more(name, content, tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES | {"web/requirements.txt": "flask\nstripe\n", "blastradius.yaml": ALL})
    shop.write(name, content)
    code, result = _gated(shop, capsys)
    found = _unseen(result)
    assert (code, {one["location"]["path"] for one in found}) == (1, {name}), result["findings"]
    assert all("could not be read" in one["message"] for one in found)


def test_what_only_the_base_could_not_read_is_said(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    good = shop.read("compose.yaml")
    overlay = shop.read("blastradius.yaml")
    shop.write("blastradius.yaml", ALL)
    shop.write("compose.yaml", "services: [\n")
    shop.commit()
    shop.write("compose.yaml", good)
    shop.write("blastradius.yaml", overlay)
    _, result = _gated(shop, capsys)
    assert any(
        one.startswith("HEAD: compose.yaml could not be read") and one.endswith("what is in it counts as new")
        for one in result["notices"]
    ), result["notices"]


def test_a_new_line_that_leaves_out_what_comes_with_it_is_said(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES | {".gitignore": "old.tf\n"})
    shop.write(".gitignore", "old.tf\n")
    shop.write(".blastradiusignore", "# ours\nqueue*.tf\n!queues.tf\n")
    for name in ("infra/queue.tf", "infra/old.tf"):
        shop.write(name, QUEUE)
    _, result = _gated(shop, capsys)
    assert result["notices"] == [".blastradiusignore:2: this line is new and leaves out infra/queue.tf"]
