"""What kind of thing an entity is by its kind and type; types are free text, these are the usual ones."""

from __future__ import annotations

import re

from blastradius.model import Kind

#: Types of components that do not run by themselves: what uses them needs what they need.
PARTS = frozenset({
    "library", "lib", "sdk", "package", "module", "npm-package", "documentation", "docs", "design", "specification", "plugin",
    "backend-plugin", "frontend-plugin", "common-library", "node-library", "web-library", "template", "schema", "terraform-module",
    "helm-chart", "monorepo", "repository", "tool", "cli", "backend-plugin-module", "frontend-plugin-module",
})  # fmt: skip
_COMPONENTS: dict[str, Kind] = {
    **dict.fromkeys(
        ("service", "website", "backend", "frontend", "app", "application", "microservice", "web", "webapp", "web-app", "api",
         "worker", "job", "cronjob", "bff", "backend-service", "grpc-service", "rest-service", "mobile-app", "daemon", "ui"),
        "service",
    ),
    **dict.fromkeys(("function", "lambda", "lambda-function", "serverless", "cloud-function"), "function"),
    **dict.fromkeys(("gateway", "api-gateway", "proxy"), "gateway"),
    **dict.fromkeys(("pipeline", "ci-pipeline"), "pipeline"),
}  # fmt: skip
_RESOURCES: dict[str, Kind] = {
    **dict.fromkeys(
        ("database", "db", "sql", "rds", "rds-instance", "rds-cluster", "aurora", "postgres", "postgresql", "mysql", "mariadb",
         "mssql", "sql-server", "oracle", "mongodb", "mongo", "dynamodb", "dynamodb-table", "table", "cassandra", "cloud-sql",
         "cloudsql", "cosmosdb", "spanner", "bigquery", "bigquery-dataset", "data-warehouse", "warehouse", "redshift",
         "elasticsearch", "opensearch", "search-index", "firestore", "bigtable", "clickhouse", "neo4j", "datastore"),
        "database",
    ),
    **dict.fromkeys(("cache", "redis", "redis-cache", "memcached", "elasticache", "memorystore", "valkey"), "cache"),
    **dict.fromkeys(
        ("s3-bucket", "s3", "bucket", "gcs-bucket", "gcs", "storage-bucket", "storage", "blob-storage", "object-storage",
         "storage-account", "file-system", "efs"),
        "bucket",
    ),
    **dict.fromkeys(("queue", "sqs", "sqs-queue", "rabbitmq", "message-queue", "message-broker", "broker", "service-bus"), "queue"),
    **dict.fromkeys(("topic", "sns", "sns-topic", "kafka-topic", "pubsub", "pubsub-topic", "event-bus", "eventbridge"), "topic"),
    **dict.fromkeys(("stream", "kafka", "kafka-cluster", "msk", "kinesis", "kinesis-stream", "event-stream", "event-hub"), "stream"),
    **dict.fromkeys(
        ("kubernetes-cluster", "k8s-cluster", "cluster", "eks", "eks-cluster", "gke", "gke-cluster", "aks", "aks-cluster", "ecs-cluster"),
        "cluster",
    ),
    **dict.fromkeys(("function", "lambda", "lambda-function", "cloud-function"), "function"),
    **dict.fromkeys(("load-balancer", "alb", "elb", "nlb"), "load-balancer"),
    **dict.fromkeys(("gateway", "api-gateway", "ingress"), "gateway"),
    **dict.fromkeys(("cdn", "cloudfront", "cloudfront-distribution"), "cdn"),
    **dict.fromkeys(("dns", "dns-zone", "hosted-zone", "dns-record"), "dns"),
    **dict.fromkeys(("secret", "secrets", "vault", "key-vault", "secrets-manager"), "secret"),
    **dict.fromkeys(("key", "kms", "kms-key"), "key"),
    **dict.fromkeys(("identity-provider", "iam-role", "service-account", "user-pool", "idp"), "identity"),
    **dict.fromkeys(("container-registry", "registry", "ecr", "ecr-repository"), "registry"),
    **dict.fromkeys(("pipeline", "ci", "ci-pipeline"), "pipeline"),
    **dict.fromkeys(("saas", "third-party", "external-service", "external-api", "external"), "external"),
    **dict.fromkeys(("service", "vm", "server", "ec2", "ec2-instance", "virtual-machine"), "service"),
}  # fmt: skip
_APIS: dict[str, Kind] = {
    **dict.fromkeys(("openapi", "graphql", "grpc", "trpc", "rest", "soap", "wsdl", "http", "swagger", "odata", "rpc"), "gateway"),
    **dict.fromkeys(("asyncapi", "event", "events", "kafka", "mqtt"), "topic"),
}  # fmt: skip


def normal(type_: str) -> str:
    """A type as the tables have it: `S3 Bucket` is `s3-bucket`."""
    return re.sub(r"[^a-z0-9]+", "-", type_.lower()).strip("-")


def kind_of(kind: str, type_: str) -> tuple[Kind, bool]:
    """The kind of an entity, and whether its type is known; something that runs is assumed where it is not.

    Args:
        kind: `component`, `resource` or `api`.
        type_: of its specification.
    """
    known, otherwise = _TABLES[kind]
    found = known.get(normal(type_))
    return found or otherwise, found is not None


_TABLES: dict[str, tuple[dict[str, Kind], Kind]] = {
    "component": (_COMPONENTS, "service"),
    "resource": (_RESOURCES, "service"),
    "api": (_APIS, "gateway"),
}
