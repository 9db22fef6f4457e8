"""Pipelines, and what watches: alarms and logs serve nobody, so they are read past."""

from __future__ import annotations

from blastradius.scanners.terraform.mapping.rows import Need, Row

_STORE = Need("artifact_store.location", phase="runtime")

ROWS = {
    "aws_codepipeline": Row("pipeline", "codepipeline", needs=(_STORE,)),
    "aws_codebuild_project": Row("pipeline", "codebuild", needs=(Need("environment.environment_variable", settings=True),)),
    "aws_codedeploy_app": Row("pipeline", "codedeploy"),
    "aws_codecommit_repository": Row("pipeline", "codecommit", ("repository_name",)),
    "aws_codeartifact_repository": Row("registry", "codeartifact", ("repository",)),
    "aws_glue_job": Row("pipeline", "glue", needs=(Need("default_arguments", settings=True), Need("command.script_location", settings=True))),
    "aws_mwaa_environment": Row("service", "mwaa", needs=(Need("source_bucket_arn"),), zones=("network_configuration.subnet_ids",)),
    "aws_athena_workgroup": Row("database", "athena", needs=(Need("configuration.result_configuration.output_location"),)),
}  # fmt: skip
QUIET = {
    "aws_cloudwatch_*", "aws_xray_*", "aws_cloudtrail*", "aws_synthetics_*", "aws_budgets_*", "aws_ce_*", "aws_grafana_*",
    "aws_prometheus_*", "aws_codedeploy_*", "aws_codebuild_*", "aws_codestar*", "aws_glue_*", "aws_athena_*", "aws_codeartifact_*",
    "aws_cloudformation_*", "aws_resourcegroups_*", "aws_servicecatalog_*", "aws_service_*", "aws_servicequotas_*", "aws_oam_*",
    "aws_chatbot_*", "aws_applicationinsights_*", "aws_cur_*", "aws_region", "aws_availability_zones", "aws_rum_*", "aws_fis_*",
    "aws_devopsguru_*", "aws_imagebuilder_*", "aws_appconfig_*", "aws_codecommit_*",
}  # fmt: skip
