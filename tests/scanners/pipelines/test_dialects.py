"""The other dialects: each with what it shares between jobs, what it includes, and what it runs on."""

from __future__ import annotations

import pytest
from piping import Piped

from blastradius.hosts import turned


def test_gitlab_jobs_with_what_they_extend_and_refer_to(tmp_path):
    text = """\
stages: [build, deploy]
variables: {REGION: eu-west-1, IMAGE: registry.gitlab.com/acme/cart}
default: {image: node:20}
.setup: &setup
  before_script: [npm ci]
.aws:
  image: {name: amazon/aws-cli:2}
  variables: {SERVICE: cart}
  script:
  - aws ecs update-service --cluster shop --service $SERVICE --region $REGION
build:
  stage: build
  <<: *setup
  script:
  - docker push $IMAGE:$CI_COMMIT_SHA
  services: [docker:dind]
lint: {stage: build, script: pip install flake8}
deploy:
  extends: .aws
  stage: deploy
  needs: [build]
  environment: {name: production}
  after_script:
  - !reference [.setup, before_script]
"""
    found = Piped(tmp_path, {".gitlab-ci.yml": text})
    assert found.names == {".gitlab-ci.yml"}
    assert found.needs == {
        "gitlab.com", "node:20", "docker:dind", turned("org.npmjs.registry"), "registry.gitlab.com/acme/cart", "amazon/aws-cli:2",
        "aws:control-plane/eu-west-1/ecs", "shop", turned("org.pypi") + "?", "node:20?", turned("org.npmjs.registry") + "?",
    }  # fmt: skip
    assert found.changes == {"image registry.gitlab.com/acme/cart", "any cart"}
    assert found.where("aws:control-plane/eu-west-1/ecs") == [".gitlab-ci.yml:10"]
    assert found.components[".gitlab-ci.yml"].attributes["environments"] == "production"


def test_gitlab_waits_for_earlier_stages_where_nothing_is_said(tmp_path):
    text = "stages: [a, b]\nfirst: {stage: a, script: npm ci}\nsecond: {stage: b, script: fly deploy}\nbeside: {stage: b, script: pip install x}\n"
    found = Piped(tmp_path, {".gitlab-ci.yml": text})
    assert {turned("org.npmjs.registry"), turned("org.pypi") + "?", "api.machines.dev"} <= found.needs


def test_gitlab_is_taken_to_be_the_hosted_one_and_says_so(tmp_path):
    found = Piped(tmp_path, {".gitlab-ci.yml": "a: {script: 'true'}\n"})
    (host,) = [one for one in found.rules if one.reference.texts[0] == "gitlab.com"]
    assert host.evidence[0].basis == "assumed"


def test_gitlab_includes(tmp_path):
    files = {
        ".gitlab-ci.yml": "include:\n- local: /ci/*.yml\n- remote: https://u:s3cr3t@ci.example.com/x.yml?t=s3cr3t\n- project: acme/ci\n  file: /x.yml\n- template: Auto-DevOps.gitlab-ci.yml\n- ci/gone.yml\n",
        "ci/ship.yml": "include: /ci/ship.yml\nship: {script: [fly deploy --app shop]}\n",
    }
    found = Piped(tmp_path, files)
    assert found.changes == {"any shop"}
    assert found.where("api.machines.dev") == ["ci/ship.yml:2"]
    assert "ci.example.com" in found.needs
    for part in ("the project acme/ci", "the template Auto-DevOps", "ci/gone.yml is included and was not scanned", "ci/ship.yml is included again"):  # fmt: skip
        assert found.gap(part), part
    assert "s3cr3t" not in repr(found.facts)


def test_gitlab_child_pipelines(tmp_path):
    files = {
        ".gitlab-ci.yml": "child: {trigger: {include: ci/child.yml}}\nother: {trigger: acme/other}\n",
        "ci/child.yml": "ship: {script: fly deploy --app shop}\n",
    }
    found = Piped(tmp_path, files)
    assert found.changes == {"any shop"}
    assert found.gap("starts the pipeline of acme/other")


def test_circleci_executors_commands_and_orbs(tmp_path):
    text = """\
version: 2.1
orbs: {aws: circleci/aws-ecs@4.0}
parameters: {region: {type: string, default: eu-west-1}}
executors:
  node: {docker: [{image: "cimg/node:<< parameters.tag >>"}], parameters: {tag: {type: string, default: "20.1"}}}
commands:
  ship:
    parameters: {app: {type: string}}
    steps: [{run: "aws lambda update-function-code --function-name << parameters.app >> --region << pipeline.parameters.region >>"}]
jobs:
  build: {executor: node, steps: [checkout, {run: {name: x, command: npm ci}}]}
  ship: {machine: true, resource_class: acme/big, steps: [{ship: {app: pay}}, {when: {condition: true, steps: [{run: fly deploy --app shop}]}}]}
workflows:
  all:
    jobs: [build, {ship: {requires: [build]}}, {aws/deploy: {requires: [build]}}, {hold: {type: approval}}]
"""
    found = Piped(tmp_path, {".circleci/config.yml": text})
    assert found.needs == {
        "circleci.com", "cimg/node:20.1", turned("org.npmjs.registry"), "aws:control-plane/eu-west-1/lambda", "api.machines.dev",
    }  # fmt: skip
    assert found.changes == {"any pay", "any shop"}
    assert found.gap("what circleci/aws-ecs of CircleCI does in aws/deploy is not seen")
    assert found.gap("job ship runs on a machine of its owners")
    assert not found.gap("hold")


def test_bitbucket_steps_and_pipes(tmp_path):
    text = """\
image: node:20
definitions: {services: {db: {image: postgres:16}}}
pipelines:
  default:
  - parallel:
    - step: {services: [db], script: [npm ci]}
    - step: {image: python:3.12, script: [pip install x]}
  branches:
    main:
    - step:
        name: ship
        deployment: production
        script:
        - pipe: atlassian/aws-ecs-deploy:1.0
          variables: {CLUSTER_NAME: shop, SERVICE_NAME: cart, AWS_DEFAULT_REGION: eu-west-1, AWS_SECRET_ACCESS_KEY: s3cr3t}
        - pipe: acme/own:1
"""
    found = Piped(tmp_path, {"bitbucket-pipelines.yml": text})
    assert {"bitbucket.org", "node:20", "aws:control-plane/eu-west-1/ecs", "shop", "docker.io"} <= found.needs
    assert {"postgres:16?", "python:3.12?", turned("org.npmjs.registry") + "?"} <= found.needs  # another branch's steps
    assert found.changes == {"any cart"}
    assert found.gap("what the pipe acme/own does is not seen")
    assert "s3cr3t" not in repr(found.facts)


def test_azure_stages_templates_and_tasks(tmp_path):
    files = {
        "azure-pipelines.yml": """\
trigger: [main]
variables:
- {name: app, value: shop}
pool: {vmImage: ubuntu-latest}
stages:
- stage: build
  jobs:
  - job: a
    container: node:20
    steps:
    - script: npm ci
    - template: ci/ship.yml
      parameters: {region: eu-west-1}
- stage: ship
  jobs:
  - deployment: b
    environment: production
    strategy: {runOnce: {deploy: {steps: [{task: AzureWebApp@1, inputs: {appName: $(app)}}, {task: Own@1}]}}}
- template: gone.yml@other
""",
        "ci/ship.yml": "parameters:\n- {name: region, type: string}\n- {name: f, default: pay}\nsteps:\n- bash: aws lambda update-function-code --function-name ${{ parameters.f }} --region ${{ parameters.region }}\n",
    }
    found = Piped(tmp_path, files)
    assert found.needs == {
        "dev.azure.com", "node:20", turned("org.npmjs.registry"), "aws:control-plane/eu-west-1/lambda", "management.azure.com",
    }  # fmt: skip
    assert found.changes == {"any pay", "any shop"}
    assert found.gap("the template gone.yml@other was not scanned")
    assert found.where("aws:control-plane/eu-west-1/lambda") == ["ci/ship.yml:5"]


def test_azure_publishes_images(tmp_path):
    text = "steps:\n- task: Docker@2\n  inputs: {containerRegistry: acme.azurecr.io, repository: cart, command: buildAndPush, Dockerfile: '**/Dockerfile'}\n"
    assert Piped(tmp_path, {"azure-pipelines.yml": text}).changes == {"image acme.azurecr.io/cart"}


@pytest.mark.parametrize("name", ["buildspec.yml", "ci/buildspec-prod.yaml", "deploy/any.yml"])
def test_codebuild_by_name_or_content(tmp_path, name):
    text = """\
version: 0.2
env: {variables: {REPO: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/cart}}
phases:
  pre_build: {commands: [aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 111122223333.dkr.ecr.eu-west-1.amazonaws.com]}
  build:
    commands:
    - docker build -t $REPO:latest .
    - docker push $REPO:latest
"""
    found = Piped(tmp_path, {name: text})
    assert found.needs == {
        "aws:control-plane/unknown/codebuild", "aws:platform/eu-west-1/ecr", "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/cart:latest",
    }  # fmt: skip
    assert found.changes == {"image 111122223333.dkr.ecr.eu-west-1.amazonaws.com/cart:latest"}


def test_cloud_build_steps_are_images_and_programs(tmp_path):
    text = """\
substitutions: {_REGION: europe-west1}
steps:
- {name: gcr.io/cloud-builders/docker, args: [build, -t, gcr.io/acme/cart, cart]}
- {name: 'gcr.io/google.com/cloudsdktool/cloud-sdk', entrypoint: gcloud, args: [run, deploy, cart, --region, $_REGION]}
- {name: node, entrypoint: bash, args: [-c, "npm ci"]}
images: [gcr.io/acme/cart]
"""
    found = Piped(tmp_path, {"cloudbuild.yaml": text})
    assert {
        "gcp:control-plane/unknown/cloud-build", "gcr.io/cloud-builders/docker", "node", turned("org.npmjs.registry"),
        "gcp:control-plane/europe-west1/cloud-run", "gcr.io/acme/cart",
    } <= found.needs  # fmt: skip
    assert found.changes == {"any cart", "image gcr.io/acme/cart"}


JENKINS = """\
// npm ci
pipeline {
  agent { docker { image 'node:20' } }
  environment { REGION = 'eu-west-1' }
  stages {
    stage('Build') {
      steps { sh 'npm ci' }
    }
    stage('Ship') {
      agent { docker 'amazon/aws-cli:2' }
      steps {
        sh '''
          aws lambda update-function-code --function-name pay --region $REGION
        '''
        withAWS(region: 'us-east-1', credentials: 'x') {
          sh(script: "aws s3 sync dist s3://site-of-acme", label: 'x')
        }
        dir('infra') { sh 'terraform apply' }
        script { def x = load 'y'; sh "fly deploy --app ${x}" }
      }
    }
  }
}
"""


def test_a_declarative_jenkinsfile(tmp_path):
    found = Piped(tmp_path, {"Jenkinsfile": JENKINS, "infra/a.tf": "\n"})
    assert found.needs == {
        "node:20", turned("org.npmjs.registry"), "amazon/aws-cli:2", "aws:control-plane/eu-west-1/lambda",
        "aws:platform/us-east-1/s3", "arn:aws:s3:::site-of-acme", "api.machines.dev",
    }  # fmt: skip
    assert found.changes == {"any pay", "any arn:aws:s3:::site-of-acme", "path infra/a.tf"}
    assert found.where("aws:control-plane/eu-west-1/lambda") == ["Jenkinsfile:13"]
    assert found.gap("runs on a Jenkins that was not scanned")
    assert found.gap("has parts that are a program")
    assert found.gap("named by ${x}")


def test_a_scripted_jenkinsfile_is_one_gap_beside_its_server(tmp_path):
    found = Piped(tmp_path, {"ci/Jenkinsfile.prod": "node {\n  sh 'npm ci'\n}\n"})
    assert len(found.gaps) == 2
    assert found.gap("is a program, not a declarative pipeline")
    assert found.needs == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cloudbuild.yaml", "a: 1\n"),
        ("azure-pipelines.yml", "parameters: []\n"),
        (".circleci/config.yml", "version: 2.1\n"),
        ("bitbucket-pipelines.yml", "image: x\n"),
        ("x.yml", "version: 0.2\nphases: {build: {}, mine: {}}\n"),
        ("config.yml", "jobs: {a: {steps: [{run: npm ci}]}}\n"),
        ("Jenkinsfile", ""),
    ],
)
def test_what_only_looks_so_is_no_pipeline(tmp_path, name, text):
    assert Piped(tmp_path, {name: text, "compose.yml": "services: {a: {image: b}}"}).names == set()
