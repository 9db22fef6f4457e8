"""Which Serverless files a command deploys as which stage: by folder, loop, matrix, variable and `package.json`."""

from __future__ import annotations

import pytest
from scanning import scanned

SERVICE = """
service: NAME
custom: {regions: {dev: eu-west-1, prod: eu-north-1}}
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  region: ${opt:region, self:custom.regions.${self:provider.stage}}
functions: {run: {handler: a.b}}
"""
FLOW = ".github/workflows/d.yml"
DEPLOY = "npx serverless deploy --stage"
JOB = "on: push\njobs:\n  d:\n    {around}\n    steps:\n      - run: {run}\n        working-directory: {folder}\n"
BOTH = {"a-prod-run eu-north-1", "b-prod-run eu-north-1"}
DEFAULT = {"a-dev-run eu-west-1", "b-dev-run eu-west-1"}
ONE = {"a-prod-run eu-north-1", "b-dev-run eu-west-1"}


def job(run: str, around: str = "needs: []", folder: str = ".") -> str:
    return JOB.format(run=run, around=around, folder=folder)


def deployed(tmp_path, files: dict[str, str]) -> tuple[set[str], int]:
    services = {f"{name}/serverless.yml": SERVICE.replace("NAME", name) for name in "ab"}
    found = scanned(tmp_path, {**services, **files})
    functions = {f"{one.name} {one.region}" for one in found.components.values() if one.kind == "function"}
    return functions, sum(one.hides == "location" and one.scope.endswith("serverless.yml") for one in found.gaps)


@pytest.mark.parametrize(
    ("files", "expected", "gaps"),
    [
        ({"deploy.sh": f"for s in a b; do (cd $s && {DEPLOY} prod); done\n"}, BOTH, 0),
        ({"deploy.sh": f"for s in a b; do\n  cd \"$s\"\n  {DEPLOY} prod\n  cd ..\ndone\n"}, BOTH, 0),
        ({"deploy.sh": f"for s in */; do\n  pushd $s\n  {DEPLOY} prod\n  popd\ndone\n"}, BOTH, 0),
        ({"ops/deploy.sh": f"cd \"$(dirname \"$0\")/..\"\ncd a\n{DEPLOY} prod\n"}, ONE, 0),
        ({"deploy.sh": f"for s in $(ls -d */); do (cd $s && {DEPLOY} prod); done\n"}, DEFAULT, 2),
        ({"deploy.sh": f"cd a\n{DEPLOY} $1\n"}, DEFAULT, 1),
        ({"Makefile": f"all:\n\tcd a && {DEPLOY} prod\n\tcd b && {DEPLOY} prod\n"}, BOTH, 0),
        ({FLOW: job(f"{DEPLOY} prod", "strategy: {matrix: {service: [a, b]}}", "${{ matrix.service }}")}, BOTH, 0),
        ({FLOW: job(f"{DEPLOY} prod", "strategy:\n      matrix:\n        service:\n          - a\n          - b", "./${{ matrix.service }}")}, BOTH, 0),
        ({FLOW: job(f"{DEPLOY} ${{{{ matrix.stage }}}}", "strategy: {matrix: {stage: [dev, prod]}}", "a")}, {*ONE, "a-dev-run eu-west-1"}, 0),
        ({FLOW: job(f"{DEPLOY} ${{{{ matrix.to }}}}", "strategy: {matrix: {include: [{in: a, to: prod}, {in: b, to: dev}]}}", "${{ matrix.in }}")}, ONE, 0),
        ({FLOW: job(f"{DEPLOY} $STAGE", "env: {STAGE: prod}", "a")}, ONE, 0),
        ({FLOW: job(f"{DEPLOY} $STAGE", "env:\n      STAGE: ${{ matrix.s }}\n    strategy: {matrix: {s: [prod]}}", "a")}, ONE, 0),
        ({FLOW: job(f"{DEPLOY} ${{{{ vars.STAGE }}}}", folder="a")}, DEFAULT, 1),
        ({FLOW: job(f"{DEPLOY} prod --region ${{{{ matrix.r }}}}", "strategy: {matrix: {r: [eu-west-3, us-east-2]}}", "a")},
         {"a-prod-run eu-west-3", "a-prod-run us-east-2", "b-dev-run eu-west-1"}, 0),
        ({FLOW: job("npm run ship -- --stage prod", folder="a"), "a/package.json": '{"scripts": {"ship": "sls deploy"}}'}, ONE, 0),
        ({FLOW: job(f"{DEPLOY} prod -c a/serverless.yml")}, ONE, 0),
        ({FLOW: "defaults: {run: {working-directory: a}}\non: push\njobs:\n  d:\n    steps:\n      - run: |\n          npm ci\n          sls deploy -s prod\n"}, ONE, 0),
        ({".gitlab-ci.yml": f"d:\n  parallel:\n    matrix:\n      - SERVICE: [a, b]\n  script:\n    - cd $SERVICE\n    - {DEPLOY} prod\n"}, BOTH, 0),
        ({".circleci/config.yml": f"jobs:\n  d:\n    working_directory: ~/project/a\n    steps:\n      - run:\n          command: {DEPLOY} << parameters.to >>\nworkflows:\n  w:\n    jobs:\n      - d:\n          to: prod\n"}, ONE, 0),
        ({"Jenkinsfile": f"node {{\n  dir('a') {{\n    sh '{DEPLOY} prod'\n  }}\n}}\n"}, ONE, 0),
        ({"deploy.sh": f"echo {DEPLOY} prod\n"}, DEFAULT, 0),
    ],
)  # fmt: skip
def test_a_command_deploys_the_files_of_its_folder(tmp_path, files, expected, gaps):
    assert deployed(tmp_path, files) == (expected, gaps)


def test_what_commands_of_sam_give_is_read_by_folder_and_run(tmp_path):
    template = "Transform: AWS::Serverless-2016-10-31\nParameters: {Env: {Type: String}}\nResources:\n  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub 'NAME-${Env}'}}\n"
    run = "sam deploy --region ${{ matrix.region }} --parameter-overrides Env=${{ matrix.env }}"
    rows = "strategy: {matrix: {include: [{env: x1, region: eu-west-1}, {env: x2, region: us-east-1}]}}"
    files = {f"{name}/template.yaml": template.replace("NAME", name) for name in "ab"}
    found = scanned(tmp_path, {**files, FLOW: job(run, rows, "a")})
    assert {(one.name, one.region) for one in found.components.values() if one.kind == "database"} == {
        ("a-x1", "eu-west-1"), ("a-x2", "us-east-1"), ("T", None),
    }  # fmt: skip


def test_a_packaged_template_is_the_one_that_it_is_packaged_from(tmp_path):
    template = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"
    build = (
        "aws cloudformation package --template-file main.yaml --s3-bucket x --output-template-file out/packaged.yaml\n"
    )
    deploy = "aws cloudformation deploy --template-file out/packaged.yaml --stack-name s --region eu-west-1\n"
    files = {"main.yaml": f"AWSTemplateFormatVersion: 2010-09-09\n{template}", "build.sh": build, "deploy.sh": deploy}
    found = scanned(tmp_path, files)
    assert [(one.kind, one.region) for one in found.components.values() if one.kind == "queue"] == [
        ("queue", "eu-west-1")
    ]
