"""What loops go through: lists, parameters as each stack is given them, functions in both spellings; defaults of mappings."""

from __future__ import annotations

import json

import pytest
from scanning import scanned

HEAD = {
    "Transform": "AWS::LanguageExtensions",
    "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a"}},
    "Mappings": {"M": {"Q": {"Names": ["a", "b"]}}},
}
SHORT = """
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "a"}, Open: {Type: CommaDelimitedList}}
Mappings: {M: {Q: {Names: [a, b]}}}
Resources:
  Fn::ForEach::Q: [N, %s, {"Queue${N}": {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "q-${N}"}}}]
"""


def queues(found) -> set[str]:
    return {one.name for one in found.components.values() if one.kind == "queue"}


@pytest.mark.parametrize(
    ("short", "long", "names"),
    [
        ("!FindInMap [M, Q, Names]", {"Fn::FindInMap": ["M", "Q", "Names"]}, {"q-a", "q-b"}),
        ("!Split ['|', 'a|c']", {"Fn::Split": ["|", "a|c"]}, {"q-a", "q-c"}),
        ("!FindInMap [M, Q, Gone, {DefaultValue: [d]}]", {"Fn::FindInMap": ["M", "Q", "Gone", {"DefaultValue": ["d"]}]}, {"q-d"}),
        ("[x, !Ref Names]", ["x", {"Ref": "Names"}], {"q-x", "q-a"}),
        ("!Ref Open", {"Ref": "Open"}, set()),
        ("!GetAtt X.Names", {"Fn::GetAtt": ["X", "Names"]}, set()),
    ],
)  # fmt: skip
def test_both_spellings_of_a_function_go_through_the_same(tmp_path, short, long, names):
    loop = ["N", long, {"Queue${N}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "q-${N}"}}}}]
    for folder, files in (
        ("short", {"t.yaml": SHORT % short}),
        ("long", {"t.json": json.dumps({**HEAD, "Resources": {"Fn::ForEach::Q": loop}})}),
    ):
        found = scanned(tmp_path / folder, files)
        assert queues(found) == names
        assert sum("goes through what is not known" in gap.reason for gap in found.gaps) == (not names)


def test_a_loop_goes_through_what_each_stack_is_given(tmp_path):
    settings = '[one.deploy.parameters]\nregion = "eu-west-1"\nstack_name = "s1"\nparameter_overrides = "Names=x,y Open=1"\n[two.deploy.parameters]\nregion = "us-east-1"\nstack_name = "s2"\n'
    found = scanned(tmp_path, {"template.yaml": SHORT % "!Ref Names", "samconfig.toml": settings})
    made = {(one.name, one.region) for one in found.components.values() if one.kind == "queue"}
    assert made == {("q-x", "eu-west-1"), ("q-y", "eu-west-1"), ("q-a", "us-east-1")}
    found = scanned(tmp_path / "open", {"template.yaml": SHORT % "!Ref Open", "samconfig.toml": settings})
    assert queues(found) == {"q-1"}
    assert sum("goes through what is not known" in gap.reason for gap in found.gaps) == 1


def test_a_nested_stack_is_given_what_its_loop_goes_through(tmp_path):
    outer = 'Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./t.yaml, Parameters: {Names: "k,l"}}}\n'
    assert queues(scanned(tmp_path, {"outer.yaml": outer, "t.yaml": SHORT % "!Ref Names"})) == {"q-k", "q-l"}


@pytest.mark.parametrize(
    ("key", "hosts"),
    [("eu-west-1", {"eu.acme.example"}), ("us-east-1", {"other.acme.example"})],
)
def test_a_mapping_without_the_key_gives_its_default(tmp_path, key, hosts):
    template = """
    Transform: AWS::LanguageExtensions
    Mappings: {R: {eu-west-1: {host: eu.acme.example}}}
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties: {Environment: {Variables: {DB_HOST: !FindInMap [R, !Ref AWS::Region, host, {DefaultValue: other.acme.example}]}}}
    """
    deploy = f"aws cloudformation deploy --template-file t.yaml --region {key}\n"
    found = scanned(tmp_path, {"t.yaml": template, "deploy.sh": deploy})
    assert {rule.reference.texts[-1] for rule in found.rules} == hosts
    (gap,) = [one for one in scanned(tmp_path / "any", {"t.yaml": template}).gaps if one.hides == "dependency"]
    assert "eu.acme.example or other.acme.example" in gap.reason
