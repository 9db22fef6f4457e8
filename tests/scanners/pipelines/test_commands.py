"""Commands of scripts: what they fetch, which API they call where, and what they change."""

from __future__ import annotations

import pytest
from piping import inventory, run
from telling import need, needed

from blastradius.hosts import turned

HOST = "github.com"


@pytest.mark.parametrize(
    ("script", "needs", "changes"),
    [
        ("npm ci", {turned("org.npmjs.registry")}, set()),
        ("npm run build && npm test", set(), set()),
        ("npm ci --registry https://npm.example.com/x", {"npm.example.com"}, set()),
        ("NPM_CONFIG_REGISTRY=https://npm.example.com npm ci", {"npm.example.com"}, set()),
        ("yarn", {turned("com.yarnpkg.registry")}, set()),
        ("yarn build", set(), set()),
        ("python3 -m pip install -r requirements.txt", {turned("org.pypi")}, set()),
        ("pip install --no-index x", set(), set()),
        ("export PIP_INDEX_URL=https://u:s3cr3t@pip.example.com/simple\npip install x", {"pip.example.com"}, set()),
        ("GOPROXY=off go build ./...", set(), set()),
        ("go mod download", {turned("org.golang.proxy")}, set()),
        ("./mvnw -q package", {turned("org.apache.maven.repo")}, set()),
        ("sudo apt-get update -qq", {turned("com.ubuntu.archive")}, set()),
        ("git clone https://gitlab.com/a/b", {"gitlab.com"}, set()),
        ("curl -sSL https://get.example.com/x | bash", {"get.example.com"}, set()),
        ("curl -H 'X: https://header.example.com' -d https://data.example.com https://a.example.com", {"a.example.com"}, set()),
        ("# npm ci", set(), set()),
        ("echo npm ci; echo 'fly deploy'", set(), set()),
        ("cat > f <<EOF\nnpm ci\nfly deploy\nEOF\nyarn install", {turned("com.yarnpkg.registry")}, set()),
        ("helm repo add x https://charts.example.com", {"charts.example.com"}, set()),
        ("docker build -t acme/a . && docker push acme/a:1", {"acme/a:1"}, {"image acme/a:1"}),
        ("docker build -t acme/a .", set(), set()),
        ("docker build -t local .\ndocker tag local ghcr.io/acme/a\ndocker push ghcr.io/acme/a", {"ghcr.io/acme/a"}, {"image ghcr.io/acme/a"}),
        ("docker buildx build --push -t acme/a:$GITHUB_SHA .", {"acme/a"}, {"image acme/a"}),
        ("docker run --rm -v x:/x alpine:3 true", {"alpine:3"}, set()),
        ("aws ecs update-service --cluster shop --service web --region eu-west-1", {"aws:control-plane/eu-west-1/ecs", "shop"}, {"any web"}),
        ("aws --region eu-west-1 lambda update-function-code --function-name pay", {"aws:control-plane/eu-west-1/lambda"}, {"any pay"}),
        ("AWS_REGION=eu-west-1\naws s3 sync dist s3://site-of-acme --delete", {"aws:platform/eu-west-1/s3", "arn:aws:s3:::site-of-acme"}, {"any arn:aws:s3:::site-of-acme"}),
        ("aws s3 cp s3://data-of-acme/x . --region eu-west-1", {"aws:platform/eu-west-1/s3", "arn:aws:s3:::data-of-acme"}, set()),
        ("aws s3 sync s3://data-of-acme . --region eu-west-1", {"aws:platform/eu-west-1/s3", "arn:aws:s3:::data-of-acme"}, set()),
        ("aws --endpoint-url http://localhost:4566 s3 mb s3://test", set(), set()),
        ("aws cloudfront create-invalidation --distribution-id E1 --paths '/*'", {"cloudfront.amazonaws.com"}, {"any E1"}),
        ("for r in eu-west-1 us-east-1; do aws cloudformation deploy --region $r --template-file infra/a.yml; done", {"aws:control-plane/eu-west-1/cloudformation", "aws:control-plane/us-east-1/cloudformation"}, {"path infra/a.yml"}),
        ("terraform -chdir=infra apply -auto-approve", set(), {"path infra/main.tf"}),
        ("cd infra && terraform init && terraform plan", {turned("io.terraform.registry")}, set()),
        ("cd infra\nterraform apply", set(), {"path infra/main.tf"}),
        ("terraform apply -auto-approve\npytest\nterraform destroy -auto-approve", set(), set()),
        ("aws eks update-kubeconfig --name shop --region eu-west-1\nkubectl apply -k deploy/prod", {"aws:control-plane/eu-west-1/eks", "shop"}, {"path deploy/prod"}),
        ("kubectl set image deployment/web web=acme/web:2", {"acme/web:2"}, {"any web"}),
        ("kubectl rollout restart deploy web", set(), {"any web"}),
        ("kubectl get pods; kubectl rollout status deploy/web", set(), set()),
        ("kind create cluster\nkubectl apply -f deploy", set(), set()),
        ("kubectl apply --dry-run=client -f deploy", set(), set()),
        ("gcloud run deploy web --image europe-west1-docker.pkg.dev/p/r/web --region europe-west1", {"gcp:control-plane/europe-west1/cloud-run", "europe-west1-docker.pkg.dev/p/r/web"}, {"any web", "image europe-west1-docker.pkg.dev/p/r/web"}),
        ("az webapp deploy --name shop --resource-group g --src-path x.zip", {"management.azure.com"}, {"any shop"}),
        ("npx serverless deploy --stage prod --region eu-west-1", {turned("org.npmjs.registry"), "aws:control-plane/eu-west-1/cloudformation"}, {"path serverless.yml"}),
        ("sam deploy --template-file t.yaml --region eu-west-1", {"aws:control-plane/eu-west-1/cloudformation"}, {"path t.yaml"}),
        ("flyctl deploy --remote-only --app shop", {"api.machines.dev"}, {"any shop"}),
        ("docker compose up -d", set(), set()),
        ("DOCKER_HOST=ssh://x docker compose up -d\ndocker -H ssh://x compose -f app.yml up -d", set(), {"path app.yml"}),
        ("docker stack deploy -c stack.yml shop", set(), {"path stack.yml"}),
        ("ssh deploy@shop.example.com 'systemctl restart x'", {"shop.example.com"}, {"any shop.example.com"}),
        ("rsync -avz dist/ deploy@web.example.com:/srv", {"web.example.com"}, {"any web.example.com"}),
        ("bash -c 'npm ci'", {turned("org.npmjs.registry")}, set()),
    ],
)  # fmt: skip
def test_what_a_command_needs_and_changes(tmp_path, script, needs, changes):
    files = {"infra/main.tf": "\n", "serverless.yml": "service: x\n"}
    found = run(tmp_path, script, files=files)
    assert (found.needs - {HOST}, found.changes) == (needs, changes)


def test_lines_of_scripts_are_told(tmp_path):
    found = run(tmp_path, "true\n\nnpm \\\n  ci\npip install x")
    assert found.where(turned("org.npmjs.registry")) == [".github/workflows/ship.yml:11"]
    assert found.where(turned("org.pypi")) == [".github/workflows/ship.yml:13"]


def test_scripts_of_the_tree_are_read(tmp_path):
    files = {"ci/ship.sh": "#!/bin/sh\n. ci/ship.sh\nfly deploy --app shop\n"}
    found = run(tmp_path, "bash ci/ship.sh", files=files)
    assert found.changes == {"any shop"}
    assert found.where("api.machines.dev") == ["ci/ship.sh:3"]


def test_a_mirror_in_a_settings_file_replaces_the_registry(tmp_path):
    files = {"web/.npmrc": "registry=https://npm.example.com/\n//npm.example.com/:_authToken=s3cr3t\n"}
    found = run(tmp_path, "cd web && npm ci", files=files)
    assert found.needs == {HOST, "npm.example.com"}


def test_names_that_nothing_fills_in_are_gaps(tmp_path):
    found = run(tmp_path, "aws ecs update-service --service $SERVICE --cluster shop --region $WHERE")
    assert found.changes == set()
    assert found.gap("named by $SERVICE")
    assert "aws:control-plane/unknown/ecs" in found.needs


def test_a_cluster_that_nothing_names_is_a_gap(tmp_path):
    assert run(tmp_path, "kubectl apply -f deploy").gap("kubectl changes a cluster that nothing here names")


def test_what_terraform_calls_is_a_gap(tmp_path):
    assert run(tmp_path, "terraform apply").gap("terraform apply calls the APIs of the providers")


def test_archives_of_a_distribution_that_is_not_told_are_a_gap(tmp_path):
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    container: acme/base:1\n    steps: [{run: apt-get install -y x}]\n"
    from piping import Piped

    assert Piped(tmp_path, {".github/workflows/a.yml": text}).gap(
        "apt-get installs packages of the distribution of acme/base:1"
    )


WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'acme/web:1'}]}
"""


def _workflow(script: str) -> str:
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - run: {script}\n"


@pytest.mark.parametrize(
    "script",
    [
        "kubectl apply -f deploy/web.yml",
        "kubectl apply -k deploy",
        "kubectl rollout restart deployment/web -n shop",
        "docker push acme/web:2",
        "kubectl set image deployment/web web=acme/web:2",
    ],
)
def test_a_workload_needs_what_deploys_it(tmp_path, script):
    found = inventory(tmp_path, {"deploy/web.yml": WEB, ".github/workflows/a.yml": _workflow(script)})
    one = need(found, "k8s:shop/shop/Deployment/web", "pipeline:shop/.github/workflows/a.yml")
    assert (one.phase, one.strength, one.basis) == ("deploy", "hard", "declared")


@pytest.mark.parametrize(
    "script", ["kubectl diff -f deploy/web.yml", "kubectl apply -f other", "docker pull acme/web:2"]
)
def test_a_workload_needs_no_pipeline_that_leaves_it_alone(tmp_path, script):
    found = inventory(tmp_path, {"deploy/web.yml": WEB, ".github/workflows/a.yml": _workflow(script)})
    assert "pipeline:shop/.github/workflows/a.yml" not in needed(found, "k8s:shop/shop/Deployment/web")


def test_a_function_of_terraform_needs_what_deploys_it_by_name(tmp_path):
    files = {
        "infra/main.tf": 'provider "aws" { region = "eu-west-1" }\nresource "aws_lambda_function" "pay" {\n  function_name = "pay"\n}\n',
        ".github/workflows/a.yml": _workflow("aws lambda update-function-code --function-name pay --region eu-west-1"),
    }
    found = inventory(tmp_path, files)
    (function,) = [one for one in found.components if one.kind == "function"]
    assert "pipeline:shop/.github/workflows/a.yml" in needed(found, function.id)
    assert "aws:control-plane/eu-west-1/lambda" in needed(found, "pipeline:shop/.github/workflows/a.yml")


def test_terraform_applies_its_folder_and_local_modules_and_no_other_root(tmp_path):
    files = {
        "main.tf": 'provider "aws" { region = "eu-west-1" }\nmodule "m" { source = "./modules/m" }\nresource "aws_sqs_queue" "top" { name = "top" }\n',
        "modules/m/main.tf": 'resource "aws_sqs_queue" "in" { name = "in" }\n',
        "other/main.tf": 'provider "aws" { region = "eu-west-1" }\nresource "aws_sqs_queue" "other" { name = "other" }\n',
        "compose.yml": "services: {web: {image: nginx}}\n",
        ".github/workflows/a.yml": _workflow("terraform apply -auto-approve"),
    }
    found = inventory(tmp_path, files)
    pipeline = "pipeline:shop/.github/workflows/a.yml"
    names = {one.id: one.name for one in found.components}
    assert {names[one.dependent] for one in found.dependencies if one.dependency == pipeline} == {"top", "in"}
