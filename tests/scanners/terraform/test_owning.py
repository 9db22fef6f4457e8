"""What a state tells of a resource, its host, its URL, its connection name, is the resource wherever another holds it."""

from __future__ import annotations

import json

import pytest
from rooted import Shop

CALLER = {"function_name": "caller", "arn": "arn:aws:lambda:eu-west-1:111122223333:function:caller"}


def state(*resources: tuple[str, str, dict[str, object]]) -> str:
    listed = [
        {"mode": "managed", "type": kind, "name": name, "provider": f'provider["x/hashicorp/{kind.partition("_")[0]}"]',
         "instances": [{"schema_version": 0, "attributes": values, "sensitive_attributes": []}]}
        for kind, name, values in resources
    ]  # fmt: skip
    return json.dumps({"version": 4, "terraform_version": "1.8.2", "serial": 1, "lineage": "x", "resources": listed})


def needs(tmp_path, value: str, *resources: tuple[str, str, dict[str, object]]) -> set[str]:
    caller = {**CALLER, "environment": [{"variables": {"DEP_URL": value}}]}
    files = {"terraform.tfstate": state(("aws_lambda_function", "caller", caller), *resources)}
    found = Shop(tmp_path, files).inventory.dependencies
    return {
        one.dependency.rpartition(":")[2]
        for one in found
        if one.dependent.endswith("aws_lambda_function.caller") and one.dependency.startswith("tf:")
    }


FUNCTION = (
    "aws_lambda_function",
    "f",
    {"function_name": "f", "arn": "arn:aws:lambda:eu-west-1:111122223333:function:f"},
)
URL = "https://u1.lambda-url.eu-west-1.on.aws/"
MADE = "arn:aws:apigateway:eu-west-1::/restapis/r1abc"
GQL = "https://gq1.appsync-api.eu-west-1.amazonaws.com/graphql"
APP = "orders.nice-1.westeurope.azurecontainerapps.io"
RUN = "https://orders-abc-ew.a.run.app"


@pytest.mark.parametrize(
    ("value", "kind", "values", "need"),
    [
        (URL, "aws_lambda_function_url", {"function_name": "f", "function_arn": FUNCTION[2]["arn"], "function_url": URL}, "aws_lambda_function.f"),
        ("https://r1abc.execute-api.eu-west-1.amazonaws.com/v1", "aws_api_gateway_rest_api", {"name": "r", "id": "r1abc", "arn": MADE}, "aws_api_gateway_rest_api.x"),
        (GQL, "aws_appsync_graphql_api", {"name": "g", "id": "gq", "arn": "arn:aws:appsync:eu-west-1:111122223333:apis/gq", "uris": {"GRAPHQL": GQL}}, "aws_appsync_graphql_api.x"),
        (f"https://{APP}", "azurerm_container_app", {"name": "orders", "location": "westeurope", "ingress": [{"fqdn": APP}]}, "azurerm_container_app.x"),
        (f"https://{APP}", "azurerm_container_app", {"name": "orders", "location": "westeurope", "latest_revision_fqdn": APP}, "azurerm_container_app.x"),
        ("https://europe-west1-p.cloudfunctions.net/g", "google_cloudfunctions2_function", {"name": "g", "location": "europe-west1", "url": "https://europe-west1-p.cloudfunctions.net/g"}, "google_cloudfunctions2_function.x"),
        (RUN, "google_cloud_run_service", {"name": "orders", "location": "europe-west1", "status": [{"url": RUN}]}, "google_cloud_run_service.x"),
        ("p:europe-west1:sq", "google_sql_database_instance", {"name": "sq", "region": "europe-west1", "connection_name": "p:europe-west1:sq"}, "google_sql_database_instance.x"),
    ],
)  # fmt: skip
def test_a_generated_endpoint_is_the_resource_that_has_it(tmp_path, value, kind, values, need):
    assert needs(tmp_path, value, FUNCTION, (kind, "x", values)) == {need}


@pytest.mark.parametrize("key", ["push_endpoint", "image_uri", "issuer_url", "webhook_url", "source_arn", "note"])
def test_what_a_resource_says_of_others_is_not_its_own(tmp_path, key):
    queue = ("aws_sqs_queue", "x", {"name": "x", "arn": "arn:aws:sqs:eu-west-1:111122223333:x", key: RUN})
    assert needs(tmp_path, RUN, queue) == set()


def test_a_host_that_two_have_is_neither(tmp_path):
    both = [
        ("google_cloud_run_service", name, {"name": name, "location": "europe-west1", "status": [{"url": RUN}]})
        for name in ("a", "b")
    ]
    assert needs(tmp_path, RUN, *both) == set()
