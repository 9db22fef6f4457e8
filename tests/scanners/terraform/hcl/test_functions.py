import pytest
from terraforming import evaluated, root, values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('format("%s-%03d-%t-%%", "a", 7, true)', "a-007-true-%"),
        ('format("%[2]s%[1]s", "a", "b")', "ba"),
        ('formatlist("%s.%s", ["a", "b"], "x")', ["a.x", "b.x"]),
        ('join("-", ["a", 1], ["b"])', None),
        ('join("-", ["a", 1])', "a-1"),
        ('split(",", "a,b")', ["a", "b"]),
        ('replace("a-b", "-", "_")', "a_b"),
        ('replace("a1b22", "/[0-9]+/", "#")', "a#b#"),
        ('replace("ab", "/(a)/", "<$1>")', "<a>b"),
        ('replace("ab", "/a/", "$9")', "?"),
        ('regexall("[[:alpha:]]", "ab")', "?"),
        ('lower("AB")', "ab"),
        ('title("ab cd")', "Ab Cd"),
        ('trimsuffix("a.b", ".b")', "a"),
        ('substr("hello", 1, 3)', "ell"),
        ('merge({a = 1, b = 1}, null, {b = 2})', {"a": 1, "b": 2}),
        ('merge([{a = 1}, {b = 2}]...)', {"a": 1, "b": 2}),
        ('concat([1], [2, 3])', [1, 2, 3]),
        ('flatten([1, [2, [3]]])', [1, 2, 3]),
        ('lookup({a = 1}, "a", 0)', 1),
        ('lookup({a = 1}, "b", 0)', 0),
        ('element(["a", "b"], 3)', "b"),
        ('coalesce(null, "", "x")', "x"),
        ('coalescelist([], [1])', [1]),
        ('compact(["a", "", null])', ["a"]),
        ('distinct(["a", "b", "a"])', ["a", "b"]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ('keys({b = 1, a = 2})', ["a", "b"]),
        ('values({b = 1, a = 2})', [2, 1]),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('setproduct(["a"], ["x", "y"])', [["a", "x"], ["a", "y"]]),
        ('slice(["a", "b", "c"], 0, 2)', ["a", "b"]),
        ('range(3)', [0, 1, 2]),
        ('one([])', None),
        ('length("abc")', 3),
        ('try({a = 1}.b, "else")', "else"),
        ('try(tonumber("x"), 5)', 5),
        ('can({a = 1}.b)', False),
        ('can({a = 1}.a)', True),
        ('length(regexall("^vpc-", "vpc-1")) > 0', True),
        ('regex("([a-z]+)-([0-9]+)", "ab-12")', ["ab", "12"]),
        ('jsonencode({a = [1, "x"]})', {"a": [1, "x"]}),
        ('jsondecode(jsonencode({a = 1})).a', 1),
        ('jsondecode("{\\"a\\": 2}").a', 2),
        ('yamldecode("a:\\n  - b: 3\\n").a[0].b', 3),
        ('base64decode("YWI=")', "ab"),
        ('basename("/a/b")', "b"),
        ('max(1, 3)', 3),
        ('contains(["a"], "a")', True),
        ('index(["a", "b"], "b")', 1),
        ('cidrsubnet("10.0.0.0/16", 8, 1)', "?"),
        ('timestamp()', "?"),
        ('no_such_function(1)', "?"),
        ('lower()', "?"),
        ('format("%s")', "?"),
        ('element([], 0)', "?"),
        ('provider::aws::arn_parse("x")', "?"),
    ],
)  # fmt: skip
def test_functions(text, value):
    if value is not None or "one(" in text:
        assert evaluated(text) == value


QUEUE = 'resource "aws_sqs_queue" "q" { name = "orders" }\nresource "aws_sqs_queue" "r" { name = "refunds" }\n'


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("aws_sqs_queue.q.url", "<aws_sqs_queue.q.url>"),
        ('"x/${aws_sqs_queue.q.name}/y"', "x/<aws_sqs_queue.q.name>/y"),
        ('format("%s/%d", aws_sqs_queue.q.arn, 5)', "<aws_sqs_queue.q.arn>/5"),
        ('join(",", [aws_sqs_queue.q.arn, "b"])', "<aws_sqs_queue.q.arn>,b"),
        ("lower(aws_sqs_queue.q.url)", "<aws_sqs_queue.q.url>"),
        ("lower(aws_sqs_queue.q.name)", "<aws_sqs_queue.q.name>"),
        ('var.none == "a" ? aws_sqs_queue.q.url : aws_sqs_queue.r.url', "<aws_sqs_queue.q.url> <aws_sqs_queue.r.url>"),
        ("merge({a = 1}, var.none)", {"a": 1, "*": "?"}),
        ("concat([aws_sqs_queue.q.url], var.none)", ["<aws_sqs_queue.q.url>", "?"]),
        ("[for q in [aws_sqs_queue.q, aws_sqs_queue.r] : q.arn]", ["<aws_sqs_queue.q.arn>", "<aws_sqs_queue.r.arn>"]),
        ("{for k, q in {a = aws_sqs_queue.q} : k => q.url}", {"a": "<aws_sqs_queue.q.url>"}),
        ("try(aws_sqs_queue.q.url, \"none\")", "<aws_sqs_queue.q.url>"),
        ("coalesce(null, aws_sqs_queue.q.url, \"none\")", "<aws_sqs_queue.q.url>"),
        ("aws_sqs_queue.q.arn != null ? 1 : 0", 1),
        ("{ a = aws_sqs_queue.q.arn } != null ? 1 : 0", 1),
        ("null == [aws_sqs_queue.q.arn] ? 1 : 0", 0),
        ('aws_sqs_queue.q.name == "orders" ? "same" : "other"', "same"),
        ("lookup({a = aws_sqs_queue.q.url}, var.none, aws_sqs_queue.r.url)", "<aws_sqs_queue.q.url> <aws_sqs_queue.r.url>"),
        ("jsonencode({Q = aws_sqs_queue.q.url})", {"Q": "<aws_sqs_queue.q.url>"}),
        ('"[{\\"q\\": \\"${aws_sqs_queue.q.url}\\", \\"n\\": ${var.none}}]"', [{"q": "<aws_sqs_queue.q.url>", "n": "?"}]),
        ("data.aws_ssm_parameter.p.value", "<data.aws_ssm_parameter.p.value>"),
        ("data.terraform_remote_state.net.outputs.vpc.id", "<data.terraform_remote_state.net.outputs.vpc.id>"),
        ("var.none", "?"),
        ("sensitive(aws_sqs_queue.q.url)", "<aws_sqs_queue.q.url>"),
        ("base64encode(\"url=${aws_sqs_queue.q.url}\")", "url=<aws_sqs_queue.q.url>"),
    ],
)  # fmt: skip
def test_what_is_not_known_keeps_the_resources_that_it_comes_from(text, drawn, tmp_path):
    found = root(tmp_path, f'{QUEUE}variable "none" {{}}\nresource "null_resource" "n" {{\n  x = {text}\n}}\n')
    assert values(found, "null_resource.n")["x"] == drawn


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('try(jsondecode(["a"]), ["b"])', ["b"]),
        ('try(keys(["a"]), "else")', "else"),
        ('try(values("a"), "else")', "else"),
        ('try(tolist({a = 1}), "else")', "else"),
        ('try(slice(["a"], 0, 5), "else")', "else"),
        ('try(tomap(["a"]), "else")', "else"),
        ('can(one([1, 2]))', False),
        ('can(merge("a"))', False),
    ],
)  # fmt: skip
def test_arguments_that_a_function_does_not_take_fail_as_try_expects(text, value):
    assert evaluated(text) == value
