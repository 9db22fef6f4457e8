from terraforming import block, reading, root

from blastradius.scanners.growing import grow
from blastradius.scanners.terraform.hcl import read

RESOURCE = 'resource "aws_sqs_queue" "q" {}\n'
PROVIDER = 'provider "aws" { region = "eu-west-1" }\n'


def names(found):
    return [one.name for one in found.roots]


def test_a_folder_that_another_calls_is_no_root(tmp_path):
    files = {"env/prod/main.tf": 'module "m" { source = "../../parts/m" }', "parts/m/main.tf": RESOURCE}
    assert names(reading(tmp_path, files)) == ["shop/env/prod"]


def test_a_scanned_folder_that_is_only_a_module_is_a_root(tmp_path):
    files = {"env/main.tf": 'module "m" { source = "../modules/m" }', "modules/m/main.tf": RESOURCE}
    assert names(reading(tmp_path, files, "modules/m")) == ["m"]


def test_a_module_that_nobody_calls_is_left_out_and_named(tmp_path):
    files = {"env/main.tf": PROVIDER, "modules/m/main.tf": RESOURCE}
    found = reading(tmp_path, files)
    assert names(found) == ["shop/env"]
    assert found.left_out == {"modules/m": "a module that nobody calls"}


def test_examples_and_tests_of_a_module_are_roots_and_the_module_is_not(tmp_path):
    call = 'module "it" { source = "../.." }'
    files = {"main.tf": RESOURCE, "examples/a/main.tf": call, "tests/b/main.tf": call}
    assert names(reading(tmp_path, files)) == ["shop/examples/a", "shop/tests/b"]


def test_roots_below_a_root_are_roots_of_their_own_where_terraform_is_run_there(tmp_path):
    files = {
        "main.tf": PROVIDER + RESOURCE,
        "live/prod/main.tf": PROVIDER.replace("eu-west-1", "us-east-1") + RESOURCE,
        "live/backend/main.tf": 'terraform {\n backend "s3" {}\n}\n' + RESOURCE,
        "live/values/main.tf": RESOURCE,
        "live/values/terraform.tfvars": "",
        "parts/loose/main.tf": RESOURCE,
    }
    found = reading(tmp_path, files)
    assert names(found) == ["shop", "shop/live/backend", "shop/live/prod", "shop/live/values"]
    assert found.left_out == {"parts/loose": "a module that nobody calls"}
    assert {one.name: one.blocks[0].region for one in found.roots}["shop/live/prod"] == "us-east-1"


def test_what_the_user_names_is_a_root_though_it_has_no_provider(tmp_path):
    for name in ("", "parts", "modules/m"):
        folder = tmp_path / "shop" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "main.tf").write_text(RESOURCE if name else PROVIDER + RESOURCE)
    found = read(grow([tmp_path / "shop", tmp_path / "shop/parts", tmp_path / "shop/modules/m"]))
    assert names(found) == ["shop", "shop/modules/m", "shop/parts"]


def test_an_example_reads_the_module_beside_the_scanned_folder(tmp_path):
    files = {"main.tf": RESOURCE, "examples/a/main.tf": 'module "it" { source = "../../" }'}
    (found,) = reading(tmp_path, files, "examples/a").roots
    queue = block(found, "module.it.aws_sqs_queue.q")
    assert queue.evidence.locator == "../../main.tf:1"


def test_nothing_is_read_out_of_the_repository(tmp_path):
    (tmp_path / "main.tf").write_text(RESOURCE)
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    found = reading(tmp_path, {"a/main.tf": 'module "it" { source = "../../" }\n'}, "a").roots[0]
    assert [one.address for one in found.blocks] == ["module.it"]
    assert found.gaps[0].hides == "dependency"


def test_modules_that_call_each_other_in_a_circle_end(tmp_path):
    files = {
        "a/main.tf": RESOURCE + 'module "b" { source = "../b" }',
        "b/main.tf": RESOURCE + 'module "a" { source = "../a" }',
        "c/main.tf": RESOURCE + 'module "me" { source = "./" }',
    }
    found = reading(tmp_path, files)
    assert names(found) == ["shop/a", "shop/c"]
    assert all(one.gaps for one in found.roots)


def test_reading_twice_gives_the_same(tmp_path):
    files = {"a/main.tf": PROVIDER + 'module "b" { source = "../b" }', "b/main.tf": RESOURCE, "c/x.tf": "a = ["}
    first, second = reading(tmp_path, files), reading(tmp_path, files)
    assert repr(first) == repr(second)


def test_the_backend_is_told(tmp_path):
    found = root(tmp_path, 'terraform {\n  backend "s3" {\n    bucket = "state"\n    region = "eu-west-1"\n  }\n}\n')
    assert found.backend == {"type": "s3", "bucket": "state", "region": "eu-west-1"}


def test_a_broken_file_is_a_gap_with_its_line_and_the_rest_goes_on(tmp_path):
    found = reading(tmp_path, {"bad.tf": "a {\n  b = \n}\n", "good.tf": 'resource "aws_sqs_queue" "q" {}'})
    (one,) = found.roots
    assert [b.address for b in one.blocks] == ["aws_sqs_queue.q"]
    assert (found.parsed, found.failed) == (1, 1)
    gap = next(one for one in one.gaps if one.hides == "dependency")
    assert gap.evidence[0].locator == "bad.tf:2"
    assert gap.reason.startswith("could not be read: ")
