"""The script that a machine starts with: what it sets for the program, and what it fetches before."""

from __future__ import annotations

import pytest
from rooted import Shop


def phases(tmp_path, line):
    shop = Shop(tmp_path, {"main.tf": "\n".join([
        'resource "aws_instance" "web" {', "  user_data = <<-EOF", "    #!/bin/bash", f"    {line}", "  EOF", "}", "",
    ])})  # fmt: skip
    return {
        one.phase
        for one in shop.inventory.dependencies
        if one.dependent.endswith("aws_instance.web")
        and one.evidence[0].locator.startswith("main.tf:")
        and not one.dependency.startswith(("aws:region", "aws:platform", "provider:"))
    }


@pytest.mark.parametrize("before", ["", "export "])
def test_a_variable_is_what_the_program_calls(tmp_path, before):
    assert phases(tmp_path, f"{before}DB_HOST=orders.abc123.us-east-1.rds.amazonaws.com") == {"runtime"}


@pytest.mark.parametrize("line", ["curl https://deploy.example.com/agent", "wget -q https://deploy.example.com/a.tgz"])
def test_what_is_downloaded_is_needed_to_start(tmp_path, line):
    assert phases(tmp_path, line) == {"startup"}
