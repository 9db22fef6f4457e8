"""What is set in several ways: branches of the shell, conditional steps, matrices, rules, expressions, prefixes."""

from __future__ import annotations

import pytest
from piping import Piped

ROLL = "aws ecs update-service --service api"
GITHUB = """
on: push
env: {AWS_REGION: us-east-1}
jobs:
  d:
    runs-on: ubuntu-latest
    steps:
      - run: |
%s
      - run: aws lambda update-function-code --function-name f
"""
STEPS = """
on: push
env: {AWS_REGION: us-east-1}
jobs:
  d:
    runs-on: ubuntu-latest
    steps:
%s
      - run: aws ecs update-service --service api
"""
CIRCLE = """
version: 2.1
jobs:
  d:
    parameters: {region: {type: string, default: us-east-1}}
    docker: [{image: "cimg/base:2024.01"}]
    steps: [{run: "aws ecs update-service --service api --region << parameters.region >>"}]
workflows:
  w: {jobs: [{d: {matrix: {parameters: {region: [eu-west-1, eu-central-1]}, exclude: [{region: eu-central-1}]}}}, {d: {name: x, region: eu-north-1}}]}
"""
MATRIX = """
on: push
jobs:
  d:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        region: [ap-south-1, ap-northeast-1]
        stage: [prod, dev]
        exclude: [{region: ap-south-1}, {region: ap-northeast-1, stage: dev}]
    steps: [{run: "aws ecs update-service --service api --region ${{ matrix.region }}"}]
"""
PARALLEL = """
variables: {AWS_DEFAULT_REGION: us-east-1}
d:
  parallel: {matrix: [{AWS_DEFAULT_REGION: [eu-west-1, ap-southeast-1]}]}
  script: [aws ecs update-service --service api]
"""
RULES = """
variables: {AWS_DEFAULT_REGION: us-east-1}
d:
  rules:
    - if: $CI_COMMIT_TAG
      variables: {AWS_DEFAULT_REGION: us-west-2}
    - if: $CI_COMMIT_BRANCH
    - if: $OTHER
      when: never
      variables: {AWS_DEFAULT_REGION: eu-west-3}
  script: [aws ecs update-service --service api]
"""
AZURE = """
variables:
- name: region
  value: us-east-1
jobs:
- job: m
  strategy:
    matrix:
      eu: {region: eu-west-1}
      ap: {region: ap-south-1}
  steps:
  - script: aws ecs update-service --service api --region $(region)
- ${{ each r in split('us-west-2,sa-east-1', ',') }}:
  - job: x
    steps:
    - script: aws ecs update-service --service api --region ${{ r }}
- ${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
  - job: y
    steps:
    - ${{ if eq(variables['x'], 'y') }}:
      - script: aws ecs update-service --service api --region eu-west-3
"""
EITHER = """
variables:
- ${{ if eq(variables['x'], 'y') }}:
  - name: region
    value: us-east-1
- ${{ else }}:
  - name: region
    value: eu-west-1
steps:
- script: aws ecs update-service --service api --region $(region)
"""
DISPATCH = """
on: {%s: {inputs: {region: {type: choice, options: [us-east-1, eu-west-1], default: us-east-1}}}}
jobs:
  d:
    runs-on: ubuntu-latest
    steps: [{run: "aws ecs update-service --service api --region ${{ github.event.inputs.region || 'sa-east-1' }}"}]
"""


def regions(tmp_path, path: str, text: str, service: str = "ecs") -> set[str]:
    """Regions of the control plane that the jobs call."""
    found = Piped(tmp_path, {path: text})
    needs = {one.rstrip("?") for one in found.needs}
    return {one.split("/")[1] for one in needs if one.startswith("aws:control-plane/") and one.endswith(f"/{service}")}


def script(text: str) -> str:
    """A workflow with a script."""
    return GITHUB % "\n".join(f"          {line}" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'if [ "$X" = y ]; then R=us-west-1; else R=eu-west-2; fi\n{ROLL} --region $R', {"us-west-1", "eu-west-2"}),
        (f'if [ "$X" = y ]\nthen\n  R=us-west-1\n  {ROLL} --region $R\nelse\n  R=eu-west-2\nfi', {"us-west-1"}),
        (f'case "$X" in\n  p) R=us-west-2 ;;\n  *) R=eu-central-1 ;;\nesac\n{ROLL} --region "$R"', {"us-west-2", "eu-central-1"}),
        (f"R=us-west-1\ntest -n x && R=eu-west-2\n{ROLL} --region $R", {"us-west-1", "eu-west-2"}),
        (f"R=us-west-1\nR=eu-west-2\n{ROLL} --region $R", {"eu-west-2"}),
        (f"if true; then R=us-west-1; fi\nR=eu-west-2\n{ROLL} --region $R", {"eu-west-2"}),
        (f"cd x && export R=us-west-1 && {ROLL} --region $R", {"us-west-1"}),
        (f"AWS_REGION=eu-west-1 {ROLL}", {"eu-west-1"}),
        (f"AWS_REGION=eu-west-1 true\n{ROLL}", {"us-east-1"}),
        (f'L="sa-east-1 ca-central-1"\nfor r in $L; do {ROLL} --region $r; done', {"sa-east-1", "ca-central-1"}),
    ],
)  # fmt: skip
def test_a_variable_is_what_any_branch_before_makes_it(tmp_path, text, expected):
    assert regions(tmp_path, ".github/workflows/d.yml", script(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('echo "AWS_REGION=ap-southeast-2" >> "$GITHUB_ENV"', {"ap-southeast-2"}),
        ('echo "AWS_REGION=ap-southeast-2" >>$GITHUB_ENV', {"ap-southeast-2"}),
        ('echo "AWS_REGION=ap-southeast-2" | tee -a "$GITHUB_ENV"', {"ap-southeast-2"}),
        ('{\n  echo "A=b"\n  echo "AWS_REGION=ap-southeast-2"\n} >> "$GITHUB_ENV"', {"ap-southeast-2"}),
        ('echo "AWS_REGION=ap-southeast-2"', {"us-east-1"}),
        ('echo "AWS_REGION=ap-southeast-2" > notes.txt', {"us-east-1"}),
    ],
)
def test_only_what_is_written_for_later_steps_reaches_them(tmp_path, text, expected):
    assert regions(tmp_path, ".github/workflows/d.yml", script(text), "lambda") == expected


def credentials(condition: str, region: str) -> str:
    return f"      - {condition}\n        uses: aws-actions/configure-aws-credentials@v4\n        with: {{aws-region: {region}}}"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("id: a", "us-west-2")], {"us-west-2"}),
        ([("id: a", "us-west-2"), ("id: b", "eu-west-1")], {"eu-west-1"}),
        ([("if: github.ref == 'a'", "us-west-2"), ("if: github.ref != 'a'", "eu-west-1")], {"us-east-1", "us-west-2", "eu-west-1"}),
        ([("if: github.ref == 'a'", "us-west-2"), ("if: always()", "eu-west-1")], {"eu-west-1"}),
    ],
)  # fmt: skip
def test_a_step_that_may_be_left_out_leaves_what_was(tmp_path, steps, expected):
    text = STEPS % "\n".join(credentials(*one) for one in steps)
    assert regions(tmp_path, ".github/workflows/d.yml", text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".circleci/config.yml", CIRCLE, {"eu-west-1", "eu-north-1"}),
        (".github/workflows/d.yml", MATRIX, {"ap-northeast-1"}),
        (".gitlab-ci.yml", PARALLEL, {"eu-west-1", "ap-southeast-1"}),
        (".gitlab-ci.yml", RULES, {"us-west-2", "us-east-1"}),
        ("azure-pipelines.yml", AZURE, {"eu-west-1", "ap-south-1", "us-west-2", "sa-east-1", "eu-west-3"}),
        ("azure-pipelines.yml", EITHER, {"us-east-1", "eu-west-1"}),
        (".github/workflows/d.yml", DISPATCH % "workflow_dispatch", {"us-east-1"}),
    ],
)
def test_runs_of_a_job_have_the_values_that_they_are_given(tmp_path, path, text, expected):
    assert regions(tmp_path, path, text) == expected


def test_a_job_that_is_never_run_needs_nothing(tmp_path):
    text = (
        "on: push\njobs:\n  d:\n    if: ${{ false }}\n    steps: [{run: aws ecs update-service --region eu-west-1}]\n"
    )
    assert regions(tmp_path, ".github/workflows/d.yml", text) == set()


def test_steps_of_jenkins_that_nobody_knows_are_named(tmp_path):
    text = "pipeline { agent any\n stages { stage('d') { when { branch 'main' }\n steps { checkout scm\n acmeBuild()\n acmeDeploy(service: 'api', region: 'us-east-1')\n build job: 'downstream'\n sh 'true' } } }\n post { failure { slackSend channel: '#x' } } }"
    found = Piped(tmp_path, {"Jenkinsfile": text})
    named = {one.split("the step ")[1].split()[0] for one in found.gaps if "the step " in one}
    assert named == {"acmeBuild", "acmeDeploy", "build", "slackSend"}


def test_pipelines_of_two_services_say_that_each_is_assumed_needed(tmp_path):
    job = "aws ecs update-service --service api --region eu-west-1"
    files = {
        ".github/workflows/d.yml": f"on: push\njobs: {{d: {{runs-on: ubuntu-latest, steps: [{{run: {job}}}]}}}}\n",
        ".gitlab-ci.yml": f"d: {{script: [{job}]}}\n",
    }
    assert all("GitHub Actions, GitLab CI" in (one.reason or "") for one in Piped(tmp_path, files).changed)
    assert not any(
        "assumed" in (one.reason or "")
        for one in Piped(tmp_path / "x", {".gitlab-ci.yml": files[".gitlab-ci.yml"]}).changed
    )
