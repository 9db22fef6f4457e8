"""Real workflows and buildspecs: nothing fails, and only what deploys is needed by others."""

from __future__ import annotations

import pytest
from scanning import corpus

from blastradius.model import Component, NeededByFact
from blastradius.scanners import scan


@pytest.mark.corpus
def test_buildspecs_of_the_templates():
    facts = scan([corpus("inputs", "cloudformation-templates", "Solutions", "CodeBuildAndCodePipeline")]).facts
    found = [one for one in facts if isinstance(one, Component) and one.evidence[0].scanner == "pipelines"]
    assert {one.name for one in found} == {"codebuild-app-build.yml", "codebuild-app-deploy.yml"}
    assert {one.type for one in found} == {"AWS CodeBuild"}


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["online-boutique", "sock-shop", "awesome-compose", "kubernetes-examples", "serverless-framework"]
)
def test_files_of_others_are_no_pipelines(name):
    facts = scan([corpus("inputs", name)]).facts
    assert [one.id for one in facts if isinstance(one, Component) and one.kind == "pipeline"] == []
    assert [one for one in facts if isinstance(one, NeededByFact)] == []
