"""Whatever sets a function or service going is told as such by every scanner, and by nothing but a field of the fact."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from clouds import MAIN
from recorded import Recorded
from scanning import scanned

from blastradius.model import DependencyFact, Fact, RedundancyFact

Found = dict[str, str | None]

_TF = """
provider "aws" { region = "eu-west-1" }
resource "aws_lambda_function" "fn" { function_name = "fn" }
"""
_QUEUE = 'resource "aws_sqs_queue" "q" { name = "q" }\n'
_TOPIC = 'resource "aws_sns_topic" "t" { name = "t" }\n'
_BUCKET = 'resource "aws_s3_bucket" "b" { bucket = "b-example" }\n'
_RULE = """
resource "aws_cloudwatch_event_rule" "r" {{
  name = "r"
  {0}
}}
resource "aws_cloudwatch_event_target" "x" {{
  rule = aws_cloudwatch_event_rule.r.name
  arn  = aws_lambda_function.fn.arn
}}
"""
_TERRAFORM: dict[str, tuple[str, str]] = {
    "a queue": (
        _QUEUE
        + 'resource "aws_lambda_event_source_mapping" "m" {\n event_source_arn = aws_sqs_queue.q.arn\n'
        + " function_name = aws_lambda_function.fn.arn\n}",
        "event",
    ),
    "brokers of one's own": (
        'resource "aws_lambda_event_source_mapping" "m" {\n function_name = aws_lambda_function.fn.arn\n'
        ' self_managed_event_source {\n  endpoints = { KAFKA_BOOTSTRAP_SERVERS = "kafka.example.com:9092" }\n }\n}',
        "event",
    ),
    "a topic": (
        _TOPIC
        + 'resource "aws_sns_topic_subscription" "s" {\n topic_arn = aws_sns_topic.t.arn\n protocol = "lambda"\n'
        + " endpoint = aws_lambda_function.fn.arn\n}",
        "event",
    ),
    "a bucket": (
        _BUCKET
        + 'resource "aws_s3_bucket_notification" "n" {\n bucket = aws_s3_bucket.b.id\n'
        + " lambda_function {\n  lambda_function_arn = aws_lambda_function.fn.arn\n }\n}",
        "event",
    ),
    "a rule of events": (_RULE.format('event_pattern = "{}"'), "event"),
    "a rule of the time": (_RULE.format('schedule_expression = "rate(5 minutes)"'), "schedule"),
    "a rule of both": (_RULE.format('event_pattern = "{}"\n schedule_expression = "rate(5 minutes)"'), "event"),
    "a schedule": (
        'resource "aws_scheduler_schedule" "s" {\n name = "s"\n schedule_expression = "rate(5 minutes)"\n'
        " target {\n  arn = aws_lambda_function.fn.arn\n }\n}",
        "schedule",
    ),
    "a pipe": (
        _QUEUE
        + 'resource "aws_pipes_pipe" "p" {\n name = "p"\n source = aws_sqs_queue.q.arn\n'
        + " target = aws_lambda_function.fn.arn\n}",
        "event",
    ),
    "an output of another root": (
        'data "terraform_remote_state" "net" {\n backend = "local"\n config = { path = "../net/terraform.tfstate" }\n}\n'
        'resource "aws_lambda_event_source_mapping" "m" {\n'
        " event_source_arn = data.terraform_remote_state.net.outputs.queue\n"
        " function_name = aws_lambda_function.fn.arn\n}",
        "event",
    ),
    "a module that is not there": (
        _QUEUE + 'module "lambda" {\n source = "terraform-aws-modules/lambda/aws"\n function_name = "other"\n'
        " event_source_mapping = { sqs = { event_source_arn = aws_sqs_queue.q.arn } }\n}",
        "event",
    ),
}


def _told(facts: Iterable[Fact]) -> Found:
    """How each function or service is set going, by `dependent <- what`, of all that names something."""
    found: Found = {}
    for one in facts:
        if isinstance(one, DependencyFact | RedundancyFact):
            members = one.members if isinstance(one, RedundancyFact) else (one.reference,)
            found[f"{one.dependent} <- {' | '.join(each.texts[0] for each in members)}"] = one.sets_going
    return found


def _ways(found: Found, name: str) -> set[str | None]:
    """How what ends so is set going, of what tells it."""
    return {how for ends, how in found.items() if how and ends.partition(" <- ")[0].endswith(name)}


@pytest.mark.parametrize("case", _TERRAFORM)
def test_terraform(tmp_path: Path, case: str) -> None:
    text, wanted = _TERRAFORM[case]
    other = 'provider "aws" { region = "eu-west-1" }\nresource "aws_sqs_queue" "far" { name = "far" }\noutput "queue" { value = aws_sqs_queue.far.arn }\n'
    found = _told(scanned(tmp_path, {"app/main.tf": _TF + text, "net/main.tf": other}).rules)
    dependent = "module.lambda" if "module" in case else "aws_lambda_function.fn"
    assert _ways(found, dependent) == {wanted}, found


def test_terraform_of_google(tmp_path: Path) -> None:
    text = """
        provider "google" { region = "europe-west1" }
        resource "google_pubsub_topic" "t" { name = "t" }
        resource "google_cloudfunctions_function" "fn" {
          name = "fn"
          event_trigger {
            event_type = "google.pubsub.topic.publish"
            resource   = google_pubsub_topic.t.name
          }
        }
        resource "google_cloud_run_service" "run" { name = "run" }
        resource "google_cloud_scheduler_job" "job" {
          name = "job"
          http_target { uri = google_cloud_run_service.run.status[0].url }
        }
    """
    found = _told(scanned(tmp_path, {"main.tf": text}).rules)
    assert (_ways(found, "function.fn"), _ways(found, "service.run")) == ({"event"}, {"schedule"}), found


_SAM = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Q: {{Type: AWS::SQS::Queue}}
  T: {{Type: AWS::SNS::Topic}}
  B: {{Type: AWS::S3::Bucket}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        E: {0}
"""
_EVENTS: dict[str, tuple[str, str]] = {
    "a queue": ("{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}", "event"),
    "brokers of one's own": (
        "{Type: SelfManagedKafka, Properties: {KafkaBootstrapServers: [a.example.com:9092, b.example.com:9092]}}",
        "event",
    ),
    "a topic": ("{Type: SNS, Properties: {Topic: !Ref T}}", "event"),
    "a topic by a queue": ("{Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}", "event"),
    "a bucket": ("{Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}", "event"),
    "a rule of events": ("{Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}", "event"),
    "a rule of the time": ("{Type: Schedule, Properties: {Schedule: rate(5 minutes)}}", "schedule"),
    "a schedule": ("{Type: ScheduleV2, Properties: {ScheduleExpression: rate(5 minutes)}}", "schedule"),
    "a rule of the broker": ("{Type: IoTRule, Properties: {Sql: 'SELECT 1'}}", "event"),
}


@pytest.mark.parametrize("case", _EVENTS)
def test_sam(tmp_path: Path, case: str) -> None:
    text, wanted = _EVENTS[case]
    found = _told(scanned(tmp_path, {"template.yaml": _SAM.format(text)}).rules)
    assert _ways(found, ":Fn") == {wanted}, found
    assert not _ways(found, "Queue"), "a queue is fed"


_CFN: dict[str, tuple[str, str]] = {
    "a pipe": (
        "P: {Type: AWS::Pipes::Pipe, Properties: {Source: !GetAtt Q.Arn, Target: !GetAtt Fn.Arn, RoleArn: r}}",
        "event",
    ),
    "a rule of both": (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), EventPattern: {source: [shop]}, "
        "Targets: [{Id: a, Arn: !GetAtt Fn.Arn}]}}",
        "event",
    ),
    "a rule of the time": (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !GetAtt Fn.Arn}]}}",
        "schedule",
    ),
    "a bucket": (
        "B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: "
        "{LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Fn.Arn}]}}}",
        "event",
    ),
    "a topic elsewhere": (
        "S: {Type: AWS::SNS::Subscription, Properties: {Protocol: lambda, Endpoint: !GetAtt Fn.Arn, "
        f"TopicArn: 'arn:aws:sns:eu-west-1:{MAIN}:news'}}}}",
        "event",
    ),
}


@pytest.mark.parametrize("case", _CFN)
def test_cloudformation(tmp_path: Path, case: str) -> None:
    text, wanted = _CFN[case]
    template = f"""
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Q: {{Type: AWS::SQS::Queue}}
  Fn: {{Type: AWS::Lambda::Function, Properties: {{Handler: a.b}}}}
  {text}
"""
    found = _told(scanned(tmp_path, {"template.yaml": template}).rules)
    assert _ways(found, ":Fn") == {wanted}, found


def test_what_a_connector_is_for(tmp_path: Path) -> None:
    """A function that may write to a table is not set going by it; one that a topic may call is."""
    text = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {}}
  T: {Type: AWS::SNS::Topic}
  Fn: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Fn}, Destination: {Id: Table}, Permissions: [Write]}}
  D: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: T}, Destination: {Id: Fn}, Permissions: [Write]}}
"""
    found = _told(scanned(tmp_path, {"template.yaml": text}).rules)
    ends = {ends.replace("cfn:shop:template.yaml:", ""): how for ends, how in found.items()}
    assert (ends["Fn <- Table"], ends["Fn <- T"]) == (None, "event")


_SERVERLESS: dict[str, tuple[str, str]] = {
    "a queue": ("sqs: arn:aws:sqs:eu-west-1:111122223333:q", "event"),
    "a stream": ("stream: arn:aws:kinesis:eu-west-1:111122223333:stream/s", "event"),
    "brokers of one's own": ("kafka: {topic: t, bootstrapServers: [a.example.com:9092]}", "event"),
    "a topic": ("sns: news", "event"),
    "a bucket": ("s3: photos-example", "event"),
    "a rule of events": ("eventBridge: {pattern: {source: [shop]}}", "event"),
    "a rule of the time": ("schedule: rate(5 minutes)", "schedule"),
    "several times": ("schedule: {rate: [rate(5 minutes), rate(1 day)]}", "schedule"),
    "a time by reference": ("schedule: {rate: {Ref: Rate}}", "schedule"),
    "a rule of the broker": ("iot: {sql: SELECT 1}", "event"),
}


@pytest.mark.parametrize("case", _SERVERLESS)
def test_serverless(tmp_path: Path, case: str) -> None:
    text, wanted = _SERVERLESS[case]
    files = {
        "serverless.yml": f"""
service: shop
provider: {{name: aws, region: eu-west-1}}
functions:
  fn:
    handler: a.b
    events:
      - {text}
"""
    }
    found = _told(scanned(tmp_path, files).rules)
    assert _ways(found, "FnLambdaFunction") == {wanted}, found


def test_an_account() -> None:
    def arn(service: str, rest: str) -> str:
        return f"arn:aws:{service}:us-east-1:{MAIN}:{rest}"

    fn, queue, topic = arn("lambda", "function:fn"), arn("sqs", "q"), arn("sns", "news")
    rules = {name: arn("events", f"rule/{name}") for name in ("events", "times", "both")}
    told = Recorded().told("lambda:ListFunctions", {"Functions": [{"FunctionName": "fn", "FunctionArn": fn}]})
    told.told("sqs:ListQueues", {"QueueUrls": [f"https://sqs.us-east-1.amazonaws.com/{MAIN}/q"]})
    told.told("sns:ListTopics", {"Topics": [{"TopicArn": topic}]})
    listed = [
        {"TopicArn": topic, "Protocol": "lambda", "Endpoint": one, "SubscriptionArn": f"{topic}:{at}"}
        for at, one in enumerate((fn, queue))
    ]
    told.told("sns:ListSubscriptions", {"Subscriptions": listed})
    brokers = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["a.example.com:9092", "b.example.com:9092"]}}
    mappings = [
        {"UUID": "0" * 36, "FunctionArn": fn, "EventSourceArn": queue, "State": "Enabled"},
        {"UUID": "1" * 36, "FunctionArn": fn, "SelfManagedEventSource": brokers, "State": "Enabled"},
    ]
    told.told("lambda:ListEventSourceMappings", {"EventSourceMappings": mappings})
    pattern, times = {"EventPattern": '{"source": ["shop"]}'}, {"ScheduleExpression": "rate(5 minutes)"}
    said = {"events": pattern, "times": times, "both": {**pattern, **times}}
    answer = [{"Name": name, "Arn": rules[name], "State": "ENABLED", **said[name]} for name in said]
    told.told("events:ListRules", {"Rules": answer}, of="default")
    for rule in rules.values():
        told.told("events:ListTargetsByRule", {"Targets": [{"Id": "1", "Arn": fn}]}, of=rule)
    schedule, pipe = arn("scheduler", "schedule/default/s"), arn("pipes", "pipe/p")
    told.told(
        "scheduler:ListSchedules",
        {"Schedules": [{"Arn": schedule, "Name": "s", "State": "ENABLED", "Target": {"Arn": fn}}]},
    )
    told.told("pipes:DescribePipe", {"Arn": pipe, "Name": "p", "Source": queue, "Target": fn}, of=pipe)
    told.told("s3:ListBuckets", {"Buckets": [{"Name": "photos-example"}]})
    notified = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": fn, "Events": ["s3:ObjectCreated:*"]}]}
    told.told("s3:GetBucketNotificationConfiguration", notified, of="photos-example")
    found = _told(told.facts().rest)
    assert {ends.partition(" <- ")[2]: how for ends, how in found.items() if ends.startswith(fn)} == {
        queue: "event",
        "a.example.com | b.example.com": "event",
        topic: "event",
        rules["events"]: "event",
        rules["times"]: "schedule",
        rules["both"]: "event",
        schedule: "schedule",
        pipe: "event",
        "arn:aws:s3:::photos-example": "event",
    }
    assert found[f"{queue} <- {topic}"] is None, "a queue is fed"
