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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # the examples of Terraform's documentation of each function
        ("alltrue([\"true\", true])", True),
        ("alltrue([true, false])", False),
        ("alltrue([])", True),
        ("anytrue([\"true\"])", True),
        ("anytrue([false])", False),
        ("anytrue([])", False),
        ('cidrhost("10.12.112.0/20", 16)', "10.12.112.16"),
        ('cidrhost("10.12.112.0/20", 268)', "10.12.113.12"),
        ('cidrhost("10.12.112.0/20", -1)', "10.12.127.255"),
        ('cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)', "fd00:fd12:3456:7890::22"),
        ('cidrnetmask("172.16.0.0/12")', "255.240.0.0"),
        ('cidrnetmask("fd00::/8")', "?"),
        ('cidrsubnet("172.16.0.0/12", 4, 2)', "172.18.0.0/16"),
        ('cidrsubnet("10.1.2.0/24", 4, 15)', "10.1.2.240/28"),
        ('cidrsubnet("10.1.2.0/24", 4, 16)', "?"),
        ('cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)', "fd00:fd12:3456:7800:a200::/72"),
        (
            'cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)',
            ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"],
        ),
        ('cidrsubnets("10.1.0.0/16", 1, 1, 1)', "?"),
        ('cidrcontains("192.168.2.0/20", "192.168.2.1")', True),
        ('cidrcontains("192.168.2.0/20", "126.8.2.1")', False),
        ('csvdecode("a,b,c\\n1,2,3\\n4,5,6\\n")', [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}]),
        ('formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")', "02 Jan 2018 23:12 UTC"),
        ('formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z")', "Tuesday, 02-Jan-18 23:12:01 UTC"),
        (
            'formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")',
            "Tue, 02 Jan 2018 23:12:01 -0800",
        ),
        ('formatdate("HH:mmaa", "2018-01-02T23:12:01Z")', "11:12pm"),
        ("formatdate(\"'h o''clock' h\", \"2018-01-02T23:12:01Z\")", "h o'clock 23"),
        ("log(50, 10)", 1.6989700043360185),
        ("log(16, 2)", 4),
        ("log(16, 1)", "?"),
        (
            'matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"])',
            ["i-abc", "i-def"],
        ),
        ('md5("hello world")', "5eb63bbbe01eeed093cb22bb8f5acdc3"),
        ('sha1("hello world")', "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"),
        ('base64sha256("hello world")', "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
        ("pow(3, 2)", 9),
        ("pow(10, 5000)", "?"),
        ("signum(-13)", -1),
        ("signum(344)", 1),
        ('textencodebase64("Hello World", "UTF-16LE")', "SABlAGwAbABvACAAVwBvAHIAbABkAA=="),
        ('textdecodebase64("SABlAGwAbABvACAAVwBvAHIAbABkAA==", "UTF-16LE")', "Hello World"),
        ('textdecodebase64("YQ==", "rot13")', "?"),
        ('timeadd("2017-11-22T00:00:00Z", "10m")', "2017-11-22T00:10:00Z"),
        ('timeadd("2017-11-22T00:00:00Z", "-1h30m")', "2017-11-21T22:30:00Z"),
        ('timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")', -1),
        ('timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00")', 0),
        (
            'transpose({"a" = ["1", "2"], "b" = ["2", "3"]})',
            {"1": ["a"], "2": ["a", "b"], "3": ["b"]},
        ),
        ('urldecode("hello%20world")', "hello world"),
        ('uuidv5("dns", "www.terraform.io")', "a5008fae-b28c-5ba5-96cd-82b4c53552d6"),
        ('map("a", 1, "b", 2)', {"a": 1, "b": 2}),
        ('can(regex("(?i)^prod", "PROD-1"))', True),
        ('can(regex("(?i)^prod", "dev"))', False),
        ('regex("a(?i)b", "ab")', "?"),
    ],
)  # fmt: skip
def test_functions_as_documented(text, value):
    assert evaluated(text) == value


def test_one_member_decides_whatever_the_others_come_to(tmp_path):
    text = 'variable "on" {}\nresource "null_resource" "n" {\n  x = [alltrue([var.on, false]), anytrue([true, var.on]), alltrue([var.on])]\n}\n'
    assert values(root(tmp_path, text), "null_resource.n")["x"] == [False, True, "?"]
