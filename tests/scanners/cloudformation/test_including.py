"""Parts that stand in other files: put in their place and cited there, or a gap of what they belong to."""

from __future__ import annotations

import pytest
from scanning import scanned

FUNCTION = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Q: {Type: AWS::SQS::Queue}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          %s
          OWN: x
"""
INCLUDE = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}"
VALUES = "# what every function is told\nQUEUE: {Ref: Q}\nAPI_URL: https://api.acme.example\n"


def facts(found) -> tuple[list[str], list[str]]:
    return [line.replace("cfn:shop:", "") for line in found.lines()], [gap.component or gap.scope for gap in found.gaps]


@pytest.mark.parametrize("location", ["./parts/env.yaml", "s3://any-bucket/build/env.yaml", "!Sub 's3://${Bucket}/parts/env.yaml'"])  # fmt: skip
def test_what_is_included_from_the_tree_is_read_and_cited_there(tmp_path, location):
    found = scanned(tmp_path, {"t.yaml": FUNCTION % (INCLUDE % location), "parts/env.yaml": VALUES})
    lines, gaps = facts(found)
    assert lines == ["t.yaml:F -> (api.acme.example)", "t.yaml:F -> t.yaml:Q"]
    assert not gaps
    assert found.evidence("cfn:shop:t.yaml:F -> cfn:shop:t.yaml:Q") == ["parts/env.yaml:2"]


@pytest.mark.parametrize("part", [INCLUDE % "s3://any-bucket/gone.yaml", INCLUDE % "!Ref Where", "Fn::Transform: {Name: Ours, Parameters: {a: b}}"])  # fmt: skip
def test_what_is_elsewhere_is_a_gap_of_what_it_is_a_part_of(tmp_path, part):
    lines, gaps = facts(scanned(tmp_path, {"t.yaml": FUNCTION % part}))
    assert lines == []
    assert gaps == ["cfn:shop:t.yaml:F"]


def test_of_two_files_that_could_be_meant_neither_is_read(tmp_path):
    files = {"t.yaml": FUNCTION % (INCLUDE % "s3://any-bucket/env.yaml"), "a/env.yaml": VALUES, "b/env.yaml": VALUES}
    assert facts(scanned(tmp_path, files)) == ([], ["cfn:shop:t.yaml:F"])


def test_a_file_that_includes_itself_ends(tmp_path):
    again = f"QUEUE: {{Ref: Q}}\nMORE: {{{INCLUDE % './env.yaml'}}}\n"
    lines, _ = facts(scanned(tmp_path, {"t.yaml": FUNCTION % (INCLUDE % "./env.yaml"), "env.yaml": again}))
    assert lines == ["t.yaml:F -> t.yaml:Q"]


def test_a_serverless_file_is_cited_where_its_values_stand(tmp_path):
    text = """
    service: s
    provider: {name: aws, region: eu-west-1, environment: "${file(env.yml):${sls:stage}}"}
    functions:
      - ${file(functions/a.yml)}
    """
    files = {
        "serverless.yml": text,
        "env.yml": "prod: {}\ndev:\n  CACHE_HOST: cache.acme.example\n",
        "functions/a.yml": "# one\na:\n  handler: a.b\n  environment:\n    DB_HOST: ${file(env2.yml):db.host}\n",
        "env2.yml": "db:\n  port: 1\n  host: db.acme.example\n",
    }
    found = scanned(tmp_path, files)
    said = {rule.reference.texts[-1]: rule.evidence[0].locator for rule in found.rules}
    assert said == {"cache.acme.example": "env.yml:3", "db.acme.example": "env2.yml:3"}
    (function,) = [one for one in found.components.values() if one.kind == "function"]
    assert function.evidence[0].locator == "functions/a.yml:2"
