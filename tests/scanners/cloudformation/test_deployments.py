"""Where and as what commands deploy a template: regions by job and step, environments by the names that are used."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius.model import Gap

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Runtime: python3.12, InlineCode: x}
"""
DEPLOY = "sam deploy --template-file template.yaml"
WORKFLOW = """
on: push
jobs:
  one:
    {one}
    steps:
      - run: {deploy} --stack-name {first} --region eu-west-1
  two:
    {two}
    steps:
      - run: {deploy} --stack-name {second} --region us-east-1
"""
STEPS = """
on: push
jobs:
  d:
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-region: us-east-1
      - run: {deploy}
      - uses: aws-actions/configure-aws-credentials@v4
        {extra}
        with:
          aws-region: {second}
      - run: {deploy}
"""
CIRCLE = """
version: 2.1
jobs:
  d:
    parameters:
      region:
        type: string
        default: us-east-1
    steps:
      - run: {deploy} --region << parameters.region >>
workflows:
  w:
    jobs:
      - d:
          matrix:
            parameters:
              region: [eu-west-1, eu-central-1]
"""
MATRIX = """
jobs:
  d:
    strategy:
      matrix:
        region: [us-east-1, eu-west-1]
        exclude:
          - region: eu-west-1
    steps:
      - run: {deploy} --region ${{{{ matrix.region }}}}
"""
GITLAB = """
variables:
  AWS_DEFAULT_REGION: us-east-1
d:
  {setting}
  script:
    - {deploy}
"""
PARALLEL = "parallel:\n    matrix:\n      - AWS_DEFAULT_REGION: [eu-west-1, eu-central-1]"
RULES = "rules:\n    - if: $CI_COMMIT_TAG\n      variables:\n        AWS_DEFAULT_REGION: eu-west-1"
PREFIXED = "env:\n  AWS_REGION: us-east-1\njobs:\n  d:\n    steps:\n      - run: AWS_REGION=eu-west-1 {deploy}\n"
SCOPED = """
jobs:
  a:
    env:
      AWS_REGION: us-east-1
    steps:
      - run: {deploy}
  b:
    env:
      AWS_REGION: eu-west-1
    steps:
      - run: {deploy}
"""
BRANCH = 'if [ "$1" = x ]; then\n  REGION=us-east-1\nelse\n  REGION=eu-west-1\nfi\n{deploy} --region "$REGION"\n'


def places(tmp_path, path, text):
    """Environments with regions, and how many commands deploy where nobody knows."""
    found = scanned(tmp_path, {"template.yaml": TEMPLATE, path: text})
    functions = {(one.environment, one.region) for one in found.components.values() if one.kind == "function"}
    return functions, sum(isinstance(one, Gap) and one.scope == "template.yaml" for one in found.gaps)


@pytest.mark.parametrize(
    ("one", "two", "first", "second", "expected"),
    [
        ("needs: []", "needs: []", "s-dev", "s-prod", ("dev", "prod")),
        ("needs: []", "needs: []", "s --parameter-overrides Stage=dev", "s --parameter-overrides Stage=prod", ("dev", "prod")),
        ("environment: staging", "environment: production", "s", "s", ("staging", "production")),
        ("environment: staging", "environment: {name: x}", "s", "s", ("staging", "production")),
        ("if: github.event_name == 'pull_request'", "needs: []", "s", "s", ("preview", "production")),
        ("if: github.event_name != 'pull_request'", "needs: []", "s", "s", (None, None)),
        ("needs: []", "needs: []", "s-pr-${{ github.event.number }}", "s", ("preview", "production")),
        ("needs: []", "needs: []", "s-eu", "s-us", (None, None)),
        ("needs: []", "needs: []", "s-prod", "s-production", ("prod", "prod")),
    ],
)  # fmt: skip
def test_a_template_deployed_as_two_stages_is_no_copy(tmp_path, one, two, first, second, expected):
    text = WORKFLOW.format(one=one, two=two, first=first, second=second, deploy=DEPLOY)
    found, _ = places(tmp_path, ".github/workflows/d.yml", text)
    assert found == {(expected[0], "eu-west-1"), (expected[1], "us-east-1")}


def test_targets_of_a_makefile_and_files_name_environments(tmp_path):
    make = f"deploy-dev:\n\t{DEPLOY} --region eu-west-1\ndeploy-prod:\n\t{DEPLOY} --region us-east-1\n"
    found, _ = places(tmp_path, "Makefile", make)
    assert found == {("dev", "eu-west-1"), ("prod", "us-east-1")}
    found, _ = places(tmp_path / "other", "deploy-staging.sh", f"{DEPLOY} --region eu-west-1\n")
    assert found == {("staging", "eu-west-1")}


def test_settings_of_sam_name_an_environment_by_their_stack(tmp_path):
    settings = '[default.deploy.parameters]\nstack_name = "shop-dev"\nregion = "eu-west-1"\n[prod.deploy.parameters]\nstack_name = "shop"\nregion = "us-east-1"\n'
    found, _ = places(tmp_path, "samconfig.toml", settings)
    assert found == {("dev", "eu-west-1"), ("prod", "us-east-1")}


@pytest.mark.parametrize(
    ("path", "text", "regions", "gaps"),
    [
        (".github/workflows/d.yml", PREFIXED, {"eu-west-1"}, 0),
        (".github/workflows/d.yml", MATRIX, {"us-east-1"}, 0),
        (".github/workflows/d.yml", SCOPED, {"us-east-1", "eu-west-1"}, 0),
        (".circleci/config.yml", CIRCLE, {"eu-west-1", "eu-central-1"}, 0),
        (".gitlab-ci.yml", GITLAB.replace("{setting}", PARALLEL), {"eu-west-1", "eu-central-1"}, 0),
        (".gitlab-ci.yml", GITLAB.replace("{setting}", RULES), {None}, 1),
        (".gitlab-ci.yml", GITLAB.replace("{setting}", "stage: x"), {"us-east-1"}, 0),
        ("deploy.sh", BRANCH, {None}, 1),
        ("deploy.sh", "{deploy} --region us-east-1\n{deploy} --region $DR\n", {"us-east-1"}, 1),
    ],
)
def test_the_nearest_setting_gives_the_region(tmp_path, path, text, regions, gaps):
    deploy = DEPLOY
    filled = text.format(deploy=deploy) if path != ".gitlab-ci.yml" else text.replace("{deploy}", deploy)
    found, missing = places(tmp_path, path, filled)
    assert ({region for _, region in found}, missing) == (regions, gaps)


@pytest.mark.parametrize(
    ("extra", "second", "regions", "gaps"),
    [
        ("id: x", "eu-west-1", {"us-east-1", "eu-west-1"}, 0),
        ("id: x", "${{ vars.DR_REGION }}", {"us-east-1"}, 1),
        ("if: inputs.dr", "eu-west-1", {"us-east-1"}, 1),
    ],
)
def test_a_step_gives_the_region_of_those_behind_it(tmp_path, extra, second, regions, gaps):
    text = STEPS.format(extra=extra, second=second, deploy=DEPLOY)
    found, missing = places(tmp_path, ".github/workflows/d.yml", text)
    assert ({region for _, region in found}, missing) == (regions, gaps)


ARRAY = """
REGIONS=(
  us-east-1  # the first
  "eu-west-1"
)
for region in "${REGIONS[@]}"; do
  {deploy} --region "$region"
done
"""
CHOICE = """
on:
  workflow_dispatch:
    inputs:
      region:
        type: choice
        default: us-east-1
        {options}
jobs:
  d:
    steps:
      - run: {deploy} --region ${{{{ {used} }}}}
"""
AXES = """
pipeline {
  stages {
    stage('all') {
      matrix {
        axes {
          axis {
            name 'PLACE'
            values 'us-east-1', 'eu-west-1'
          }
        }
        stages { stage('deploy') { steps { sh "DEPLOY --region ${PLACE}" } } }
      }
    }
  }
}
"""
FLOW = ".github/workflows/d.yml"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", ARRAY.replace("{deploy}", DEPLOY)),
        ("deploy.sh", f"declare -a rs=(us-east-1 eu-west-1)\nfor r in ${{rs[*]}}; do\n  {DEPLOY} --region $r\ndone\n"),
        (FLOW, CHOICE.format(options="options: [us-east-1, eu-west-1]", used="inputs.region", deploy=DEPLOY)),
        (FLOW, CHOICE.format(options="options:\n          - us-east-1\n          - eu-west-1", used="github.event.inputs.region", deploy=DEPLOY)),
        ("Jenkinsfile", AXES.replace("DEPLOY", DEPLOY)),
        ("Jenkinsfile", AXES.replace("DEPLOY", DEPLOY).replace("axis {\n            name", "axis { name").replace("'PLACE'\n", "'PLACE';")),
    ],
)  # fmt: skip
def test_one_template_goes_to_every_region_that_is_offered(tmp_path, path, text):
    found = scanned(tmp_path, {"template.yaml": TEMPLATE, path: text})
    assert {one.region for one in found.components.values() if one.kind == "function"} == {"us-east-1", "eu-west-1"}
    assert not [gap for gap in found.gaps if gap.hides == "location"]
