"""Secrets that an operator copies into the cluster: who uses them needs the original to start."""

from __future__ import annotations

from pathlib import Path

import pytest

import blastradius

TEXT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: api
        image: api
        env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: pw, key: k}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
spec: {template: {spec: {containers: [{name: other, image: other}]}}}
---
apiVersion: external-secrets.io/v1beta1
kind: ExternalSecret
metadata: {name: copy}
spec:
  secretStoreRef: {name: store, kind: %(kind)s}
  target: {name: pw}
  %(what)s
---
apiVersion: external-secrets.io/v1beta1
kind: %(kind)s
metadata: {name: %(store)s}
spec: {provider: {%(provider)s}}
"""
AWS = "aws: {service: SecretsManager, region: eu-west-1}"
DATA = "data: [{secretKey: k, remoteRef: {key: prod/k}}]"


def scanned(folder: Path, **changes: str) -> tuple[set[tuple[str, str, str]], list[str], list[str]]:
    """What the workloads need to start, places of it, and gaps of theirs."""
    fields = {"kind": "ClusterSecretStore", "what": DATA, "store": "store", "provider": AWS} | changes
    (folder / "all.yaml").write_text(TEXT % fields)
    found = blastradius.scan(folder)
    needs = [
        one for one in found.dependencies if one.phase == "startup" and "Secret copy" in (one.evidence[0].note or "")
    ]
    places = {one.id: one.region or "" for one in found.components}
    gaps = [one.reason for one in found.gaps if one.hides == "dependency" and "Secret copy" in one.reason]
    assert not [one for scanner in found.coverage.scanners for one in scanner.unmapped if "external-secrets" in one]
    return {(one.dependent.rpartition("/")[2], one.dependency, one.strength) for one in needs}, [
        places[one.dependency] for one in needs
    ], gaps  # fmt: skip


@pytest.mark.parametrize("kind", ["ClusterSecretStore", "SecretStore"])
@pytest.mark.parametrize(
    ("changes", "dependency", "region"),
    [
        ({}, "arn:aws:secretsmanager:eu-west-1::secret:prod/k", "eu-west-1"),
        ({"what": "dataFrom: [{extract: {key: prod/k}}]"}, "arn:aws:secretsmanager:eu-west-1::secret:prod/k", "eu-west-1"),
        ({"what": "dataFrom: [{find: {name: {regexp: .*}}}]"}, "aws:platform/eu-west-1/secretsmanager", "eu-west-1"),
        ({"provider": "aws: {service: ParameterStore, region: us-east-1}"}, "arn:aws:ssm:us-east-1::parameter/prod/k", "us-east-1"),
        ({"provider": "vault: {server: 'https://vault.example.com:8200'}"}, "external:vault.example.com", ""),
    ],
)  # fmt: skip
def test_who_uses_the_copy_needs_the_original_to_start(tmp_path, kind, changes, dependency, region):
    needs, places, gaps = scanned(tmp_path, kind=kind, **changes)
    assert (needs, places, gaps) == ({("api", dependency, "hard")}, [region], [])


@pytest.mark.parametrize("changes", [{"store": "another"}, {"provider": "fake: {}"}, {"provider": "aws: {service: SecretsManager}"}])  # fmt: skip
def test_a_store_that_is_not_known_is_a_gap(tmp_path, changes):
    needs, _, gaps = scanned(tmp_path, **changes)
    assert (needs, len(gaps)) == (set(), 1)
