"""What commands and single files of values give to Terraform, in place of the defaults of variables."""

from __future__ import annotations

import pytest
from rooted import Shop

MAIN = """
variable "region" { default = "us-west-1" }
variable "names" {
  type = list(string)
  default = ["jobs"]
}
provider "aws" { region = var.region }
resource "aws_sqs_queue" "q" { name = var.names[0] }
"""
EU = 'region = "eu-west-1"\n'
WORKFLOW = "on: push\njobs:\n  ship:\n    runs-on: x\n    steps:\n      - run: {}\n"


def queues(tmp_path, files):
    inventory = Shop(tmp_path, {"main.tf": MAIN, **files}).inventory
    found = [one for one in inventory.components if one.type == "aws_sqs_queue"]
    return {(one.id, one.name, one.region, one.environment) for one in found}


@pytest.mark.parametrize("path", ["prod.tfvars", "env/prod.tfvars", "envs/prod/values.tfvars"])
def test_the_only_file_for_production_is_how_it_is_deployed(tmp_path, path):
    assert queues(tmp_path, {path: EU}) == {("tf:shop:aws_sqs_queue.q", "jobs", "eu-west-1", "prod")}


def test_the_only_file_for_another_environment_stands_beside_what_defaults_say(tmp_path):
    assert queues(tmp_path, {"dev.tfvars": EU}) == {
        ("tf:shop:aws_sqs_queue.q", "jobs", "us-west-1", None),
        ("tf:shop-dev:aws_sqs_queue.q", "jobs", "eu-west-1", "dev"),
    }


def test_where_nothing_can_be_applied_without_it_the_only_file_is_all_there_is(tmp_path):
    main = MAIN.replace('{ default = "us-west-1" }', "{}")
    assert queues(tmp_path, {"main.tf": main, "dev.tfvars": EU}) == {
        ("tf:shop:aws_sqs_queue.q", "jobs", "eu-west-1", "dev")
    }


@pytest.mark.parametrize(
    "command",
    [
        "terraform apply -var region=eu-west-1",
        "terraform apply -auto-approve -var='region=eu-west-1'",
        'REGION=eu-west-1\nterraform plan -var "region=$REGION" -out p',
        "export TF_VAR_region=eu-west-1\ntofu apply",
        "TF_VAR_region=eu-west-1 terraform apply",
        "terraform apply -var-file=settings.tfvars",
        "cd deep/inside\nterraform -chdir=../.. apply -var-file settings.tfvars",
    ],
)
@pytest.mark.parametrize("script", ["ship.sh", ".github/workflows/ship.yml"])
def test_what_a_command_gives_counts(tmp_path, command, script):
    if script.endswith(".yml"):
        indented = command.replace("\n", "\n          ")
        command = WORKFLOW.format(f"|\n          {indented}")
    files = {script: command, "settings.tfvars": EU}
    assert queues(tmp_path, files) == {("tf:shop:aws_sqs_queue.q", "jobs", "eu-west-1", None)}


def test_lists_and_ranks_of_what_is_given(tmp_path):
    files = {
        "ship.sh": "export TF_VAR_region=eu-west-3\nterraform apply -var 'names=[\"refunds\"]'\n",
        "terraform.tfvars": EU,
    }
    assert {one[1:3] for one in queues(tmp_path, files)} == {("refunds", "eu-west-1")}


@pytest.mark.parametrize(
    "commands",
    [
        'terraform apply -var "region=$1"',
        "terraform apply -var region=eu-west-1\nterraform apply -var region=us-east-1",
        "for r in eu-west-1 us-east-1; do\n  terraform apply -var region=$r\ndone",
    ],
)
def test_what_is_given_and_not_known_is_no_default(tmp_path, commands):
    assert {one[2] for one in queues(tmp_path, {"ship.sh": commands})} == {None}


def test_a_file_that_nothing_gives_is_told(tmp_path):
    inventory = Shop(tmp_path, {"main.tf": MAIN, "settings.tfvars": EU, "example.tfvars": EU}).inventory
    assert [one.scope for one in inventory.gaps if "no command that was scanned" in one.reason] == [
        "tf:shop:settings.tfvars"
    ]


def test_values_of_one_environment_are_not_those_of_another(tmp_path):
    files = {
        "dev.tfvars": "",
        "prod.tfvars": "",
        "ship.sh": "terraform apply -var-file dev.tfvars\nterraform apply -var-file prod.tfvars -var region=eu-west-1\n",
    }
    assert {one[2:] for one in queues(tmp_path, files)} == {("us-west-1", "dev"), ("eu-west-1", "prod")}


@pytest.mark.parametrize(
    ("job", "region"),
    [
        ("    defaults:\n      run:\n        working-directory: live\n", "eu-west-1"),
        (
            "    env:\n      DIR: live\n    defaults:\n      run:\n        working-directory: ${{ env.DIR }}\n",
            "eu-west-1",
        ),
        ("    defaults:\n      run:\n        working-directory: ${{ inputs.where }}\n", "us-west-1"),  # of any root
    ],
)
def test_a_job_that_runs_in_a_folder_is_about_the_root_there(tmp_path, job, region):
    steps = "    steps:\n      - run: terraform apply -var region=eu-west-1\n"
    files = {
        "main.tf": "",
        "live/main.tf": MAIN,
        "other/main.tf": MAIN.replace("jobs", "others"),
        ".github/workflows/ship.yml": f"on: push\njobs:\n  ship:\n    runs-on: x\n{job}{steps}",
    }
    assert {one[1:3] for one in queues(tmp_path, files)} == {("jobs", region), ("others", "us-west-1")}
