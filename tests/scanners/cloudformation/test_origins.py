"""Origin groups of CloudFront in templates: who asks one origin needs that one."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius.assemble import assemble
from blastradius.model import Coverage

CDN = """
Resources:
  A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: shop-a}}
  B: {Type: 'AWS::S3::Bucket', Properties: {BucketName: shop-b}}
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - {Id: a, DomainName: !GetAtt A.RegionalDomainName}
          - {Id: b, DomainName: !GetAtt B.RegionalDomainName}
        OriginGroups:
          Items:
            - Id: g
              FailoverCriteria: {StatusCodes: {Items: [CODES]}}
              Members: {Items: [{OriginId: a}, {OriginId: b}]}
        DefaultCacheBehavior: {TargetOriginId: DEFAULT, AllowedMethods: [METHODS]}
        CacheBehaviors: [{PathPattern: /static/*, TargetOriginId: g}]
"""


@pytest.mark.parametrize(
    ("codes", "default", "methods", "direct", "groups"),
    [
        ("503", "g", "GET, HEAD", set(), 1),
        ("503", "a", "GET, HEAD", {("A", "hard")}, 1),
        ("503", "g", "GET, HEAD, PUT", {("A", "soft")}, 1),
        ("404", "g", "GET, HEAD", {("A", "hard"), ("B", "soft")}, 0),
    ],
)
def test_a_group_stands_in_only_for_what_asks_it(tmp_path, codes, default, methods, direct, groups):
    text = CDN.replace("CODES", codes).replace("DEFAULT", default).replace("METHODS", methods)
    found = scanned(tmp_path, {"template.yaml": text})
    inventory = assemble(found.result.facts, Coverage(), ("shop",))
    mine = {(one.dependency[-1], one.strength) for one in inventory.dependencies if one.dependent.endswith(":Cdn") and one.dependency.endswith((":A", ":B"))}  # fmt: skip
    assert mine == direct
    assert sum(one.dependent.endswith(":Cdn") for one in inventory.redundancies) == groups
