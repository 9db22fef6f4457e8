"""The line of a finding: of several that say a need the one that the change wrote."""

import json

from gate.repository import Repository

FILES = {
    "modules/app/main.tf": """\
variable "settings" { type = map(string) }
resource "aws_lambda_function" "api" {
  function_name = "shop-api"
  environment { variables = merge({ MODE = "live" }, var.settings) }
}
resource "aws_lambda_function_url" "api" {
  function_name = aws_lambda_function.api.function_name
}
""",
    "live/main.tf": """\
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
resource "aws_sns_topic" "news" {
  provider = aws.us
  name     = "news"
}
resource "aws_dynamodb_table" "rates" {
  provider = aws.us
  name     = "rates"
  hash_key = "id"
}
module "app" {
  source   = "../modules/app"
  settings = {
    LEVEL = "info"
  }
}
""",
}


def test_the_line_that_the_change_wrote_is_shown_before_one_that_it_left(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    shop.replace("live/main.tf", 'LEVEL = "info"', 'LEVEL = "info"\n    RATES_TABLE = aws_dynamodb_table.rates.name')
    assert shop.gate("--format", "json") == 1
    new = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["status"] == "new"]
    assert {one["location"]["path"] for one in new} == {"live/main.tf"}, new
    line = shop.read("live/main.tf").splitlines()[new[0]["location"]["line"] - 1]
    assert "RATES_TABLE" in line
