"""What must never happen: a secret that leaves the scanner, a file that stops it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.model import Component
from blastradius.scanners.cloudformation import CloudFormationScanner
from blastradius.scanners.cloudformation.mapping.rows import types
from blastradius.scanners.growing import grow
from templates import CROSS, FUNCTION, read


def test_no_secret_leaves_the_scanner(tmp_path: Path) -> None:
    extra = """\
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {MasterUserPassword: planted-6, DBInstanceIdentifier: db}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: planted-7}}
  Param: {Type: AWS::SSM::Parameter, Properties: {Name: /p, Value: planted-8}}
  Machine:
    Type: AWS::EC2::Instance
    Properties: {UserData: {"Fn::Base64": "export TOKEN=planted-9"}}
"""
    found = read(tmp_path, FUNCTION + extra)
    assert "planted" not in repr(found.found)
    assert {"Db", "Secret", "Param", "Machine"} <= set(found.components)


def test_serverless_and_sam_secrets_stay_inside(tmp_path: Path) -> None:
    serverless = """\
service: shop
provider: {name: aws, environment: {TOKEN: planted-1, DB_URL: "postgres://u:planted-2@db.example.com/x"}}
functions: {web: {handler: x, environment: {KEY: planted-3}}}
"""
    found = read(tmp_path, {"serverless.yml": serverless})
    assert "planted" not in repr(found.found)
    assert found.needs() == ["serverless.yml:WebLambdaFunction -> db.example.com at 2"]


@given(data=st.data())
def test_any_change_of_a_template_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = (FUNCTION + CROSS["app.yaml"]).encode()
    name = data.draw(
        st.sampled_from(["t.yaml", "t.json", "serverless.yml", "samconfig.toml", "x.template", "Makefile", "a.sh"])
    )
    start = data.draw(st.integers(0, len(whole)))
    junk = data.draw(
        st.binary(max_size=60) | st.sampled_from([b"{{", b"!Ref [", b"Resources:\n", b"\x00", b"!Sub {a: 1}", b"[]"])
    )
    cut = data.draw(st.integers(0, 60))
    folder = tmp_path_factory.mktemp("any")
    (folder / name).write_bytes(whole[:start] + junk + whole[start + cut :])
    (folder / "good.yaml").write_text("Resources: {Q: {Type: AWS::SQS::Queue}}\n")
    tree = grow([folder])
    scanner = CloudFormationScanner()
    tree.markers = scanner.markers
    found = scanner.translate(scanner.fetch(tree), tree.name)
    assert any(isinstance(fact, Component) for fact in found.facts)


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["A", "A.Arn", "${A}", "AWS::Region"])
)
_KEYS = st.sampled_from([
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::ImportValue",
    "Fn::ForEach::X", "Fn::Base64", "Targets", "Arn", "Tags", "Environment", "Variables", "Events", "Definition", "A",
    "ContainerDefinitions", "DistributionConfig", "Origins", "Replicas", "NotificationConfiguration", "Body", "paths", "Type",
])  # fmt: skip
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=20
)


@given(kind=st.data(), values=st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_no_shape_of_properties_crashes(
    tmp_path_factory: pytest.TempPathFactory, kind: st.DataObject, values: dict[str, object]
) -> None:
    known = types()
    names = sorted(
        [*known.rows, *known.joins, *known.stands, "AWS::Serverless::Function", "AWS::CloudFormation::StackSet"]
    )
    properties = dict(values)
    chosen = kind.draw(st.sampled_from(names))
    row = known.rows.get(chosen)
    for path in [need.path.split(".")[0] for need in row.needs] if row else []:
        properties[path] = kind.draw(_VALUES)
    root = {
        "Transform": "AWS::Serverless-2016-10-31", "Parameters": values, "Conditions": values, "Mappings": values,
        "Resources": {"A": {"Type": chosen, "Properties": properties}, "B": {"Type": chosen, "Properties": values}},
        "Outputs": {"O": {"Value": values, "Export": {"Name": values}}, "P": values},
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("any")
    (folder / "t.json").write_text(json.dumps(root))
    tree = grow([folder])
    scanner = CloudFormationScanner()
    tree.markers = scanner.markers
    scanner.translate(scanner.fetch(tree), tree.name)
    assert tree.failed == 0
