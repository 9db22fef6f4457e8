# ruff: noqa: UP031 - braces are what these texts are made of
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terraforming import reading

from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.syntax import SyntaxProblem

WORDS = (
    'resource "aws_x" "y" {', "}", "{", "[", "]", "(", ")", '"', "${", "%{", "~}", "<<EOT\n", "EOT\n", "\n", "=", "==",
    "a", "var.a", "local.b", "aws_x.y", "module.m.o", "each.key", "count.index", "[*]", ".0", "for x in ", " : ", "=>",
    "...", "if ", "else", "endif", "endfor", "?", ":", ",", "1", "1e9", '"t"', "null", "true", "-", "!", "&&", "||",
    "count = ", "for_each = ", 'dynamic "d" {', "content {", "try(", "merge(", "jsonencode(", "#", "/*", "*/", "\\", "é",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
QUICK = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(TEXTS)
def test_any_text_is_read_or_refused(text):
    lines = text.count("\n") + 1
    try:
        body = parse(text)
    except SyntaxProblem as refused:
        seen = [refused.line]
    else:
        seen = [argument.line for argument in body.arguments.values()]
    assert all(1 <= line <= lines for line in seen)


@QUICK
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join),
    st.sampled_from(["locals {\n a = %s\n}", 'resource "aws_x" "y" {\n %s\n}', 'provider "aws" {\n region = %s\n}']),
)
def test_any_text_in_any_place_leaves_a_root(tmp_path, text, place):
    found = reading(tmp_path, {"main.tf": place.replace("%s", text), "ok.tf": 'resource "aws_sqs_queue" "q" {}'})
    assert any(block.address == "aws_sqs_queue.q" for root in found.roots for block in root.blocks)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_in_any_terraform_file_are_a_gap_at_worst(tmp_path, content):
    folder = tmp_path / "shop"
    folder.mkdir(exist_ok=True)
    for name in ("main.tf", "more.tf.json", "terraform.tfvars", "x.auto.tfvars.json"):
        (folder / name).write_bytes(content)
    reading(tmp_path, {})


def _chain(pattern: str, levels: int = 60) -> str:
    rows = "\n".join(f"a{i} = {pattern.replace('@', f'local.a{i + 1}')}" for i in range(levels))
    return f'locals {{\n{rows}\na{levels} = ["xxxxxxxxxx"]\n}}\n'


BOMBS = {
    "lists": _chain("[@, @, @]"),
    "concat": _chain("concat(@, @, @)"),
    "texts": _chain('"${@}${@}"').replace('["xxxxxxxxxx"]', '"xxxxxxxxxx"'),
    "late texts": _chain('"${@}${@}"').replace('["xxxxxxxxxx"]', "aws_sqs_queue.q.name"),
    "join": _chain('[join("", @), join("", concat(@, @))]'),
    "replace": 'locals {\n a0 = replace("%s", "", "%s")\n}' % ("a" * 5000, "b" * 5000),
    "json": _chain("jsonencode({a = @, b = @})"),
    "format": 'locals {\n a0 = format("%999d", 1)\n}',
    "range": "locals {\n a0 = [for a in range(100000000) : a]\n}",
    "loops": "locals {\n a0 = [for a in range(9999) : [for b in range(9999) : [for c in range(9999) : a]]]\n}",
    "product": _chain("setproduct(@, @, @)"),
    "circle": "locals {\n a0 = local.b\n b = [local.a0]\n}",
    "deep": _chain("@", 3000),
    "regex": 'locals {\n a0 = regex("(a+)+$", "%s!")\n}' % ("a" * 100),
    "regex2": 'locals {\n a0 = regexall("a*a*a*a*b", "%s")\n}' % ("a" * 1000),
    "power": "locals {\n a0 = 1e308 * 1e308\n b = -(-1e308)\n}",
    "operators": "locals {\n a0 = %s\n}" % " + ".join("1" * 300),
    "wide": "locals {\n a0 = [%s]\n}" % ",".join(["1"] * 200_000),
    "count": 'resource "aws_x" "many" {\n count = 100000000\n}\nlocals {\n a0 = aws_x.many[*].arn\n}',
    "types": 'variable "v" {\n default = {}\n type = %s any%s\n}\nlocals {\n a0 = var.v\n}' % ("object({a = optional(" * 15, ", {})})" * 15),
    "yaml": "locals {\n a0 = yamldecode(<<EOT\na: &a [1,1,1,1,1,1,1,1,1]\n%sEOT\n)\n}" % "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_take_for_ever_takes_a_moment(name, tmp_path):
    start = time.monotonic()
    text = BOMBS[name] + '\nresource "aws_x" "y" {\n v = local.a0\n}\nresource "aws_sqs_queue" "q" { name = "q" }\n'
    found = reading(tmp_path, {"main.tf": text})
    assert time.monotonic() - start < 120  # a guard against a hang, not a measure
    queue = [block for root in found.roots for block in root.blocks if block.type == "aws_sqs_queue"]
    assert queue or found.failed


def test_modules_that_multiply_are_bounded(tmp_path):
    files = {
        f"m{i}/main.tf": "".join(f'module "x{k}" {{ source = "../m{i + 1}" }}\n' for k in range(12)) for i in range(8)
    }
    files["m8/main.tf"] = 'resource "aws_sqs_queue" "q" {}\n'
    start = time.monotonic()
    (found,) = reading(tmp_path, files).roots
    assert time.monotonic() - start < 120  # a guard against a hang, not a measure
    assert len(found.blocks) <= 31_000
    assert found.gaps


def test_paths_out_of_reach_are_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("hidden")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".git").mkdir()
    (tmp_path / "shop" / "link.txt").symlink_to(tmp_path / "secret.txt")
    text = """
    resource "null_resource" "n" {
      a = try(file("../secret.txt"), "no")
      b = try(file("link.txt"), "no")
      c = try(file("/etc/passwd"), "no")
      d = try(file("\\u0000"), "no")
    }
    """
    (found,) = reading(tmp_path, {"main.tf": text}).roots
    assert found.blocks[0].values == {"a": "no", "b": "no", "c": "no", "d": "no"}


def test_without_a_repository_only_the_scanned_folder_and_its_modules_are_read(tmp_path):
    call = 'module "m" { source = "../m" }\nresource "null_resource" "n" { a = try(file("../note.txt"), "no") }\n'
    module = 'resource "null_resource" "n" { a = file("${path.module}/note.txt") }\n'
    files = {"a/main.tf": call, "m/main.tf": module, "m/note.txt": "of the module", "note.txt": "of somebody"}
    (found,) = reading(tmp_path, files, "a").roots
    assert [block.values["a"] for block in found.blocks] == ["no", "of the module"]


def test_a_secret_is_not_shown_by_a_gap_or_in_the_text_of_an_expression(tmp_path):
    secret = "hunter2hunter2"
    text = f"""
    variable "v" {{}}
    provider "aws" {{ region = "{secret}${{var.v}}" }}
    resource "aws_x" "y" {{ password = join("{secret}", [var.v, "{secret}"]) }}
    """
    (found,) = reading(tmp_path, {"main.tf": text, "bad.tf": f'a = "{secret}" "{secret}"\n'}).roots
    assert secret not in repr(found.gaps)
    assert secret not in found.blocks[0].values["password"].text
