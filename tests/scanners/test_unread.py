"""What nothing here reads is said, once for each project."""

from __future__ import annotations

import pytest
from scanning import deployment, scanned


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["Pulumi.yaml", "Pulumi.prod.yaml"], ["Pulumi.yaml"]),
        (["a/main.bicep", "a/net.bicep", "b/main.bicep"], ["a/main.bicep", "b/main.bicep"]),
        (["cdk.json"], ["cdk.json"]),
        (["cdk.json", "cdk.out/App.template.json"], []),
        (["infra/cdktf.json"], ["infra/cdktf.json"]),
        (["azuredeploy.json"], ["azuredeploy.json"]),
        (["package.json", "cdk.jsonc"], []),
    ],
)
def test_projects_of_other_tools_are_gaps(tmp_path, files, told):
    found = scanned(tmp_path, {**dict.fromkeys(files, "{}\n"), "k/web.yaml": deployment("web")})
    gaps = [gap for gap in found.gaps if "which is not read" in gap.reason]
    assert [gap.scope for gap in gaps] == told
    assert all(gap.evidence[0].locator == f"{gap.scope}:1" for gap in gaps)
