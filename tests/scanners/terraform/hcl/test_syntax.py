import pytest
from terraforming import evaluated

from blastradius.scanners.terraform.hcl.native import parse
from blastradius.scanners.terraform.hcl.syntax import SyntaxProblem, show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5e3", 1500),
        ("-2 + 3 * 4", 10),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("7 / 2", 3.5),
        ("7 % 4", 3),
        ("true && !false || false", True),
        ("1 < 2 ? \"yes\" : \"no\"", "yes"),
        ("1 == 1.0", True),
        ('"1" == 1', False),
        ("null", None),
        (r'"a\tb\"c\\ é \u00e9"', 'a\tb"c\\ é é'),
        ('"$${literal} %%{if}"', "${literal} %{if}"),
        ('"a${1 + 1}b"', "a2b"),
        ('"${"in ${"side"}"}"', "in side"),
        ('"%{ if true }a%{ else }b%{ endif }"', "a"),
        ('"%{ for x in [1, 2] }${x},%{ endfor }"', "1,2,"),
        ('" a %{~ if true ~} b %{~ endif ~} c"', " abc"),
        ("[1, 2,]", [1, 2]),
        ("[\n 1,\n 2\n]", [1, 2]),
        ("{ a = 1, b : 2 }", {"a": 1, "b": 2}),
        ("{\n  a = 1\n  \"b c\" = 2 # note\n  (\"d\") = 3\n}", {"a": 1, "b c": 2, "d": 3}),
        ("{ true = 1, for-each = 2 }", {"true": 1, "for-each": 2}),
        ("[for x in [1, 2, 3] : x * 2 if x > 1]", [4, 6]),
        ("[for i, x in [\"a\"] : \"${i}${x}\"]", ["0a"]),
        ("{for k, v in {a = 1} : upper(k) => v}", {"A": 1}),
        ("{for x in [\"a\", \"b\", \"a\"] : x => 1...}", {"a": [1, 1], "b": [1]}),
        ("[{a = 1}, {a = 2}][*].a", [1, 2]),
        ("[{a = 1}, {a = 2}].*.a", [1, 2]),
        ("[[1], [2]][1][0]", 2),
        ("[[1, 2]].0.1", 2),
        ("{a = {b = 5}}.a.b", 5),
        ('{"a.b" = 5}["a.b"]', 5),
        ("<<EOT\nline ${1 + 1}\n  more\nEOT", "line 2\n  more\n"),
        ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"),
        ('upper(<<-EOT\n  x\n  EOT\n)', "X\n"),
        ("true ? 1 :\n 2", 1),
        ("π", "?"),
    ],
)  # fmt: skip
def test_expressions_have_the_value_that_the_language_gives_them(text, value):
    assert evaluated(text) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = ", 1),
        ("a = 1\nb = [1,", 2),
        ("a = 1\n\nb = }", 3),
        ('a = "open', 1),
        ('a = "line\nbreak"', 1),
        ("a = <<EOT\nnever ends", 1),
        ('resource "x" "y" {\n  a = 1', 2),
        ("a = 1 b = 2", 1),
        ("}", 1),
        ('a = "${1"', 1),
        ('a = "%{ if true }x"', 1),
        ('a = "%{ endif }"', 1),
        ("a = 1\na = 2", 2),
        ("a = /* open", 1),
        ("just words", 1),
        ("a = \x00", 1),
        ('a = {"b" 1}', 1),
        ("a = f(1", 1),
    ],
)
def test_what_is_no_terraform_is_refused_with_its_line(text, line):
    with pytest.raises(SyntaxProblem) as refused:
        parse(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "text", ["[" * 500, "(" * 500, "{a=" * 500, "!" * 5000, 'a "b" {\n' * 500, '"${' * 500, "x[" * 900]
)
def test_deep_nesting_is_refused_and_not_followed(text):
    with pytest.raises(SyntaxProblem):
        parse(f"a = {text}")
    with pytest.raises(SyntaxProblem):
        parse(text)


def test_blocks_arguments_and_comments_know_their_lines():
    body = parse(
        """# first
resource "aws_sqs_queue" "q" { # second
  name = "a" // third
  /* over
     two lines */
  tags = {
    a = 1
  }
  redrive { x = <<EOT
text
EOT
  }
}
// resource "aws_sqs_queue" "gone" {}
/* resource "aws_sqs_queue" "gone2" {} */
output "o" { value = 1 }
"""
    )
    (queue, output) = body.blocks
    assert (queue.labels, queue.line) == (("aws_sqs_queue", "q"), 2)
    assert {name: argument.line for name, argument in queue.body.arguments.items()} == {"name": 3, "tags": 6}
    assert [(inner.type, inner.line) for inner in queue.body.blocks] == [("redrive", 9)]
    assert (output.type, output.line) == ("output", 16)


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    body = parse('\ufeffa = "x"\r\nb = <<EOT\r\ny\r\nEOT\r\nc = 1\r\n')
    assert sorted(body.arguments) == ["a", "b", "c"]
    assert body.arguments["c"].line == 5


def test_the_text_shown_for_an_expression_holds_no_literal_of_it():
    node = (
        parse('a = join("s3cret", [var.a, "p4ss ${aws_x.y.z}"]) == "k3y" ? local.b["k"] : c[*].d').arguments["a"].value
    )
    assert show(node) == 'join("…", […]) == "…" ? local.b["k"] : c[*].d' or "s3cret" not in show(node)
    assert all(word not in show(node) for word in ("s3cret", "p4ss", "k3y"))
