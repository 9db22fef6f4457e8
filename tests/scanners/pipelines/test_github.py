"""GitHub Actions: actions, images, variables, what is followed in the tree."""

from __future__ import annotations

from piping import Piped, inventory, workflow
from telling import need, needed

from blastradius.hosts import turned

GITHUB = "github.com"


def test_a_workflow_that_only_tests_needs_github_and_changes_nobody(tmp_path):
    found = workflow(tmp_path, "- uses: actions/checkout@v4\n- run: pytest")
    assert found.needs == {GITHUB}
    assert found.changes == set()
    (one,) = found.components.values()
    assert (one.kind, one.name, one.attributes) == ("pipeline", "ship", {"triggers": "push"})
    assert found.where(GITHUB) == [".github/workflows/ship.yml:1", ".github/workflows/ship.yml:8"]


def test_secrets_are_names_and_images_of_them_are_gaps(tmp_path):
    found = workflow(
        tmp_path,
        "- uses: docker/build-push-action@v6\n  with: {push: true, tags: '${{ secrets.REPO }}/shop:1'}",
    )
    assert found.changes == set()
    assert found.gap("an image is named by ${{ secrets.REPO }}")


def test_images_of_jobs_services_and_steps(tmp_path):
    found = workflow(
        tmp_path, "- uses: docker://quay.io/team/lint:1",
        job="    container: node:20\n    services:\n      db: {image: 'postgres:16'}",
    )  # fmt: skip
    assert {"node:20", "postgres:16", "quay.io/team/lint:1"} <= found.needs
    assert {one.reference.role for one in found.rules if one.reference.texts[0] != GITHUB} == {"image"}


def test_an_image_that_is_published_is_what_runs_it(tmp_path):
    found = inventory(
        tmp_path,
        {
            "docker-compose.yml": "services:\n  cart: {image: 'ghcr.io/acme/cart:v3'}\n  other: {image: 'ghcr.io/acme/other'}\n",
            ".github/workflows/a.yml": """\
on: push
env: {REGISTRY: ghcr.io}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
    - uses: docker/login-action@v3
      with: {registry: '${{ env.REGISTRY }}', password: '${{ secrets.GITHUB_TOKEN }}'}
    - uses: docker/build-push-action@v6
      with: {context: ., push: true, tags: "${{ env.REGISTRY }}/acme/cart:${{ github.sha }}"}
""",
        },
    )
    pipeline = "pipeline:shop/.github/workflows/a.yml"
    assert need(found, "compose:shop/cart", pipeline).phase == "deploy"
    assert pipeline not in needed(found, "compose:shop/other")
    assert need(found, pipeline, "vendor:ghcr").phase == "runtime"
    assert need(found, pipeline, "vendor:github").strength == "hard"


def test_what_is_built_and_not_published_changes_nobody(tmp_path):
    found = workflow(
        tmp_path, "- uses: docker/build-push-action@v6\n  with: {context: cart, push: false, tags: acme/cart}",
        files={"cart/Dockerfile": "FROM alpine\nRUN apk add curl\n"},
    )  # fmt: skip
    assert found.changes == set()
    assert {
        "alpine",
        turned("org.alpinelinux.dl-cdn"),
    } <= found.needs  # building is what the pipeline does all the same


def test_a_folder_that_is_built_and_published_is_what_is_built_there(tmp_path):
    files = {
        "compose.yml": "services:\n  cart: {build: ./cart}\n  mail: {build: ./mail}\n",
        "cart/Dockerfile": "FROM golang:1.23\n",
        "mail/Dockerfile": "FROM golang:1.23\n",
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: docker/build-push-action@v6\n"
        "      with: {context: cart, push: true, tags: '${{ vars.IMAGE }}'}\n",
    }
    found = inventory(tmp_path, files)
    assert "pipeline:shop/.github/workflows/a.yml" in needed(found, "compose:shop/cart")
    assert "pipeline:shop/.github/workflows/a.yml" not in needed(found, "compose:shop/mail")


def test_a_region_of_the_credentials_holds_for_later_steps(tmp_path):
    found = workflow(
        tmp_path,
        """\
- uses: aws-actions/configure-aws-credentials@v4
  with: {aws-region: '${{ env.AWS_REGION }}', role-to-assume: 'arn:aws:iam::111122223333:role/ci'}
- id: ecr
  uses: aws-actions/amazon-ecr-login@v2
- run: docker build -t ${{ steps.ecr.outputs.registry }}/cart . && docker push ${{ steps.ecr.outputs.registry }}/cart
- uses: aws-actions/amazon-ecs-deploy-task-definition@v2
  with: {service: cart, cluster: shop}
""",
        top="env: {AWS_REGION: eu-west-1}",
    )
    assert {
        "aws:platform/eu-west-1/sts",
        "aws:platform/eu-west-1/ecr",
        "aws:control-plane/eu-west-1/ecs",
        "shop",
    } <= found.needs
    assert found.changes == {"image 111122223333.dkr.ecr.eu-west-1.amazonaws.com/cart", "any cart"}


def test_a_region_that_is_a_secret_is_unknown_and_a_gap(tmp_path):
    found = workflow(
        tmp_path,
        "- uses: aws-actions/configure-aws-credentials@v4\n  with: {aws-region: '${{ secrets.REGION }}'}\n"
        "- run: aws ecs update-service --service cart --cluster shop",
    )
    assert {"aws:platform/unknown/sts", "aws:control-plane/unknown/ecs"} <= found.needs
    assert found.gap("the region is named by ${{ secrets.REGION }}")


def test_a_matrix_stands_for_each_of_its_values(tmp_path):
    found = workflow(
        tmp_path, "- run: aws lambda update-function-code --function-name pay --region ${{ matrix.region }}",
        job="    strategy: {matrix: {region: [eu-west-1, us-east-1], include: [{region: us-east-1, extra: x}]}}",
    )  # fmt: skip
    assert {"aws:control-plane/eu-west-1/lambda", "aws:control-plane/us-east-1/lambda"} <= found.needs


def test_jobs_that_deploying_does_not_wait_for_are_soft(tmp_path):
    text = """\
on: push
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: npm ci}]}
  docs: {runs-on: ubuntu-latest, steps: [{run: pip install mkdocs}]}
  ship:
    needs: test
    runs-on: ubuntu-latest
    steps:
    - run: curl -sSf https://tools.example.com/x -o x
      continue-on-error: true
    - run: fly deploy --app shop
"""
    found = Piped(tmp_path, {".github/workflows/a.yml": text})
    assert {
        turned("org.npmjs.registry"),
        turned("org.pypi") + "?",
        "tools.example.com?",
        "api.machines.dev",
        GITHUB,
    } == found.needs


def test_workflows_and_actions_of_the_tree_are_followed(tmp_path):
    files = {
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with: {region: eu-west-1}\n",
        ".github/workflows/b.yml": "on:\n  workflow_call:\n    inputs:\n      region: {type: string}\n      name: {type: string, default: pay}\n"
        "jobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: ./.github/actions/ship\n      with: {region: '${{ inputs.region }}', name: '${{ inputs.name }}'}\n",
        ".github/actions/ship/action.yml": "inputs:\n  region: {}\n  name: {}\nruns:\n  using: composite\n  steps:\n"
        "  - shell: bash\n    run: aws lambda update-function-code --function-name ${{ inputs.name }} --region ${{ inputs.region }}\n",
    }
    found = Piped(tmp_path, files)
    assert found.names == {".github/workflows/a.yml"}  # the other one runs only when it is called
    assert found.changes == {"any pay"}
    assert found.where("aws:control-plane/eu-west-1/lambda") == [".github/actions/ship/action.yml:8"]


def test_a_workflow_that_calls_itself_is_one_gap(tmp_path):
    files = {
        ".github/workflows/a.yml": "on: [push, workflow_call]\njobs:\n  a: {uses: ./.github/workflows/a.yml}\n  b: {uses: ./.github/workflows/a.yml}\n"
    }
    found = Piped(tmp_path, files)
    assert len(found.gaps) == 1
    assert found.gap("uses itself")


def test_what_is_not_in_the_tree_is_a_gap(tmp_path):
    text = "on: push\njobs:\n  a: {uses: acme/ci/.github/workflows/x.yml@v1}\n  b:\n    runs-on: ubuntu-latest\n    steps: [{uses: ./here}]\n"
    found = Piped(tmp_path, {".github/workflows/a.yml": text})
    assert found.gap("acme/ci/.github/workflows/x.yml@v1, which is not among the scanned files")
    assert found.gap("the action ./here is not among the scanned files")


def test_a_machine_of_ones_own_is_a_gap(tmp_path):
    text = "on: push\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n    steps: [{run: docker compose -f app/compose.yml up -d}]\n"
    found = Piped(tmp_path, {".github/workflows/a.yml": text})
    assert found.gap("job a runs on a machine of its owners")
    assert found.changes == {"path app/compose.yml"}


def test_a_workflow_that_another_one_starts_needs_it(tmp_path):
    files = {
        ".github/workflows/t.yml": "name: Tests\non: push\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: npm ci}]}\n",
        ".github/workflows/d.yml": "on: {workflow_run: {workflows: [Tests, Gone]}}\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: fly deploy}]}\n",
    }
    found = inventory(tmp_path, files)
    one = need(found, "pipeline:shop/.github/workflows/d.yml", "pipeline:shop/.github/workflows/t.yml")
    assert (one.phase, one.strength) == ("runtime", "hard")
    assert any("it starts after Gone" in gap.reason for gap in found.gaps)


def test_environments_are_told(tmp_path):
    found = workflow(tmp_path, "- run: fly deploy", job="    environment: {name: production, url: 'https://x'}")
    assert next(iter(found.components.values())).attributes["environments"] == "production"


def test_a_file_elsewhere_is_no_workflow(tmp_path):
    text = "on: push\njobs:\n  a: {runs-on: ubuntu-latest, steps: []}\n"
    found = Piped(
        tmp_path,
        {
            "examples/workflow.yml": text,
            ".github/workflows/deep/x.yml": text,
            "compose.yml": "services: {a: {image: b}}",
        },
    )
    assert found.names == set()
