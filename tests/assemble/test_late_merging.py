"""What the catalog recognises in an address is a scanned thing: all who mean that by its old id still find it."""

from __future__ import annotations

import json
from pathlib import Path

import blastradius

CACHE = "sess.abc123.ng.0001.use1.cache.amazonaws.com"


def function(host: object) -> dict[str, object]:
    return {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"CACHE_HOST": host}}}}


def test_a_cache_that_one_stack_makes_and_another_names_by_its_host_is_one(tmp_path: Path) -> None:
    cache = {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": {"ReplicationGroupId": "sess"}}
    own = {"Fn::GetAtt": ["Cache", "PrimaryEndPoint.Address"]}
    templates = {
        "data": {"Cache": cache, "Fn": function(own)},
        "app": {"Fn": function(CACHE)},
    }
    artifacts = {}
    for name, resources in templates.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111122223333/us-east-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    inventory = blastradius.scan(tmp_path)
    (found,) = (one for one in inventory.components if one.kind == "cache")
    assert found.id == "arn:aws:elasticache:us-east-1:111122223333:replicationgroup:sess"
    users = {one.dependent.rpartition("/")[2] for one in inventory.dependencies if one.dependency == found.id}
    assert len(users) == 2
