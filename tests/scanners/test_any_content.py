"""Any content under any name that a scanner knows: it ends, it says what it could not read, and the rest is read.

Names and words are not listed: they are the texts in each scanner's own source, so a new scanner is walked, too.
Contents are bytes, documents with parts exchanged, and HCL with pieces exchanged.
"""

from __future__ import annotations

import ast
import json
import re
import tempfile
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scanning import deployment

from blastradius import storage
from blastradius.pipeline import scan
from blastradius.scanners import scanners

NAMES = [name for name, _ in scanners()]
_ENDINGS = "ya?ml|json|toml|tf|tfvars|tfstate|properties|env|template|cfn|tmpl|ini|conf|cfg|xml|mod|sh|bash|mk|hcl|ts|js|lock|txt|zone|backup"
_FILE = re.compile(rf"\.?[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:{_ENDINGS})")
_SUFFIX = re.compile(rf"(?:\.[a-z]+)*\.(?:{_ENDINGS})")
_WORD = re.compile(r"[A-Za-z_][\w.:/-]{0,40}")
#: Names that a scanner may know without a suffix.
_BARE = frozenset({"Kustomization", "Dockerfile", "makefile", "Makefile", ".env", "jenkinsfile"})


@cache
def known(name: str) -> tuple[list[str], list[str]]:
    """File names and words in the source of a scanner."""
    kind = dict(scanners())[name]
    place = Path(__import__(kind.__module__, fromlist=["x"]).__file__)
    texts = set()
    for path in place.parent.rglob("*.py") if place.name == "__init__.py" else [place]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    files = {text for text in texts if _FILE.fullmatch(text) or text in _BARE}
    files |= {f"x{text}" for text in texts if _SUFFIX.fullmatch(text)} | {"x.yaml", "x.json", f"{name}.yaml"}
    words = {text for text in texts if _WORD.fullmatch(text) and len(text) < 40}
    return sorted(files), sorted(words)


SEEDS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: n, labels: {app: a}, ownerReferences: [{name: x}]}
spec:
  replicas: 2
  selector: {matchLabels: {app: a}, matchExpressions: [{key: app, operator: In, values: [a]}]}
  template:
    metadata: {labels: {app: a}}
    spec:
      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: z, operator: In, values: [b]}]}]}}}
      topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]
      initContainers: [{name: i, image: b, command: [sh, -c, "curl http://b:80"]}]
      containers: [{name: c, image: "r.io/c:1", args: ["--db=db:5432"], env: [{name: DB_URL, value: "postgres://db/x"}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}], envFrom: [{configMapRef: {name: m}}], volumeMounts: [{name: v, mountPath: /v}], readinessProbe: {httpGet: {path: /, port: 80}}}]
      volumes: [{name: v, configMap: {name: m}}, {name: w, persistentVolumeClaim: {claimName: p}}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: n}
spec: {type: ExternalName, externalName: db.example.com, selector: {app: a}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec: {rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}, namespaceSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}]}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../x, a.yaml]
components: [c]
patches: [{path: p.yaml, target: {kind: Deployment}}]
configMapGenerator: [{name: m, files: [f], envs: [e], literals: [A=b]}]
images: [{name: a, newTag: b}]
---
name: shop
services:
  web: {image: "nginx:1", build: {context: ., dockerfile: d/Dockerfile}, depends_on: {db: {condition: service_healthy}}, environment: {DB: "postgres://u:p@db/x"}, env_file: [.env], ports: ["80:80", {target: 1, published: 2}], networks: {n: {aliases: [w]}}, deploy: {replicas: 2}, labels: [a=b], command: [--db, "db:1"], extends: {file: a.yaml, service: b}, healthcheck: {test: [CMD, curl]}, logging: {driver: fluentd, options: {fluentd-address: "f:1"}}}
  db: {image: postgres, volumes: ["v:/v"], profiles: [p], links: [web]}
networks: {n: {external: true}}
include: [{path: [b.yaml]}]
---
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters: {P: {Type: String, Default: x, AllowedValues: [x]}}
Conditions: {C: {"Fn::Equals": [{Ref: P}, x]}}
Mappings: {M: {a: {b: c}}}
Resources:
  F: {Type: "AWS::Serverless::Function", Condition: C, Properties: {Runtime: python3.12, Environment: {Variables: {T: {Ref: T}, U: {"Fn::Sub": "https://${A}.x"}}}, Events: {E: {Type: SQS, Properties: {Queue: {"Fn::GetAtt": [Q, Arn]}}}}, VpcConfig: {SubnetIds: [a]}}}
  Q: {Type: "AWS::SQS::Queue", Properties: {QueueName: q, RedrivePolicy: {deadLetterTargetArn: {"Fn::GetAtt": Q.Arn}}}}
  T: {Type: "AWS::DynamoDB::GlobalTable", Properties: {Replicas: [{Region: us-east-1}], TableName: {"Fn::FindInMap": [M, a, b]}}}
  A: {Type: "AWS::Lambda::Alias", DependsOn: [F], Properties: {FunctionName: {"Fn::If": [C, {Ref: F}, {Ref: "AWS::NoValue"}]}}}
  N: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: ./x.yaml, Parameters: {P: a}}}
  R: {Type: "AWS::Route53::RecordSet", Properties: {Name: a.b, Type: A, SetIdentifier: s, Failover: PRIMARY, AliasTarget: {DNSName: c.d, HostedZoneId: Z}}}
  S: {Type: "AWS::StepFunctions::StateMachine", Properties: {DefinitionString: '{"States": {"X": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}}}'}}
Outputs: {O: {Value: {"Fn::ImportValue": e}, Export: {Name: e}}}
---
service: s
provider: {name: aws, region: "${opt:region, 'us-east-1'}", environment: {A: "${self:custom.a}"}}
custom: {a: b}
functions: {f: {handler: h, events: [{sqs: {arn: {"Fn::GetAtt": [Q, Arn]}}}, {http: GET /x}, {stream: {type: dynamodb, arn: a}}], destinations: {onFailure: g}}}
resources: {Resources: {Q: {Type: "AWS::SQS::Queue"}}}
---
schema_version: 1
components: [{id: a, kind: service, name: a, region: r}, {id: b, kind: database, name: b}]
dependencies: [{dependent: a, dependency: b, strength: soft, tolerance: 5m}]
redundancies: [{dependent: a, members: [a, b], required: 1, active: [a], failover: {mode: manual, takes: 5m}}]
journeys: [{id: "journey:j", name: j, entries: [{component: a}]}]
gaps: [{scope: a, reason: b, hides: location}]
---
format_version: "1.2"
terraform_version: 1.9.0
planned_values: {root_module: {resources: [{address: aws_sqs_queue.q, mode: managed, type: aws_sqs_queue, name: q, provider_name: p, values: {arn: "arn:aws:sqs:us-east-1:111122223333:q", name: q}}], child_modules: [{address: module.m, resources: []}]}}
prior_state: {values: {root_module: {}}}
configuration: {provider_config: {aws: {name: aws, expressions: {region: {constant_value: us-east-1}}}}, root_module: {resources: [{address: aws_sqs_queue.q, mode: managed, type: aws_sqs_queue, name: q, provider_config_key: aws, expressions: {name: {references: [var.x]}}, for_each_expression: {references: [a]}}], module_calls: {m: {source: ./m, module: {}}}}}
variables: {x: {value: y}}
---
version: 4
terraform_version: 1.9.0
resources: [{mode: managed, type: aws_lambda_function, name: f, provider: 'provider["registry.terraform.io/hashicorp/aws"]', instances: [{index_key: a, attributes: {arn: "arn:aws:lambda:us-east-1:111122223333:function:f", environment: [{variables: {T: t}}]}}]}]
---
server: {port: 80}
spring: {datasource: {url: "jdbc:postgresql://db:5432/x"}, redis: {host: r}}
orders.url: http://orders
ConnectionStrings: {Main: "Server=db;Database=x"}
"""
HCL = """
terraform { backend "s3" { region = "us-east-1" } required_providers { aws = { source = "hashicorp/aws" } } }
provider "aws" { region = var.region alias = "b" }
variable "region" { default = "us-east-1" }
locals { names = { for n in ["a", "b"] : n => upper(n) if n != "c" } }
module "m" { source = "./m" for_each = toset(local.names) providers = { aws = aws.b } x = each.value }
resource "aws_sqs_queue" "q" { count = length(var.l) > 0 ? 1 : 0 name = "${var.region}-q-%{ if true }x%{ endif }" }
resource "aws_lambda_function" "f" { provider = aws.b environment { variables = { Q = aws_sqs_queue.q[0].url } } dynamic "x" { for_each = [1] content { a = x.value } } }
resource "aws_iam_policy" "p" { policy = <<-EOT
  {"a": "${aws_sqs_queue.q.*.arn}"}
  EOT
}
output "o" { value = try(module.m["a"].y, null) }
"""
DOCUMENTS = list(yaml.safe_load_all(SEEDS))
PIECES = re.findall(r"\w+|\s+|[^\w\s]", HCL)
ODD = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8)
ODD |= st.sampled_from(
    [
        "${",
        "${x",
        "$(X)",
        "{{ x }}",
        "a:b:c",
        "arn:aws:",
        "://",
        "..",
        "../../..",
        "/",
        "\0",
        "x" * 5000,
        "1e999",
        "${self:${self:a}}",
    ]
)


def odd(words: list[str]) -> st.SearchStrategy[object]:
    """Values of all sorts, with the words of a scanner in them."""
    leaf = ODD | st.sampled_from(words)
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(words) | st.text(max_size=4), inner, max_size=3),
        max_leaves=5,
    )  # fmt: skip


def exchanged(data: st.DataObject, document: object, words: list[str]) -> object:
    """A document of which some parts became something else."""
    copy = json.loads(json.dumps(document))
    for _ in range(data.draw(st.integers(0, 4))):
        here: object = copy
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = here[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 3)):
                here = inner
                continue
            if isinstance(here, dict) and not data.draw(st.integers(0, 4)):
                here[data.draw(st.sampled_from(words))] = here.pop(key)
            else:
                here[key] = data.draw(odd(words))
            break
    return copy


def content(data: st.DataObject, words: list[str]) -> bytes:
    sort = data.draw(st.sampled_from(["bytes", "document", "document", "hcl"]))
    if sort == "bytes":
        return data.draw(st.binary(max_size=120))
    if sort == "document":
        made = exchanged(data, data.draw(st.sampled_from(DOCUMENTS)), words)
        return json.dumps(made).encode() if data.draw(st.booleans()) else yaml.safe_dump(made).encode()
    pieces = list(PIECES)
    for _ in range(data.draw(st.integers(0, 4))):
        pieces[data.draw(st.integers(0, len(pieces) - 1))] = data.draw(
            st.sampled_from([*PIECES, "", '"', "{", "<<X\n", "${", "/*"])
        )
    return "".join(pieces).encode()


def read(files: dict[str, bytes]) -> None:
    """Scan files beside a workload; it must be found, whatever they hold, and all must be written."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder, "shop")
        for name, text in {**files, "deploy/web.yaml": deployment("web").encode()}.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        inventory = scan(top)
        assert any(one.name == "web" and one.kind == "service" for one in inventory.components)
        storage.dumps(inventory)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_no_content_of_a_known_file_stops_a_scan(name, data):
    files, words = known(name)
    chosen = data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3, unique=True))
    folder = data.draw(st.sampled_from(["", "m/", "config/"]))
    read({f"{folder if number else ''}{file}": content(data, words) for number, file in enumerate(chosen)})


@pytest.mark.parametrize("name", NAMES)
def test_no_known_file_is_trouble_when_empty_or_cut_off(name):
    files, _ = known(name)
    for text in (
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"{",
        b"[",
        b"a: &a [*a]",
        b"- " * 500,
        b"{" * 5000,
        b"a" * 9999,
        b"\0" * 50,
    ):
        read(dict.fromkeys(files, text))


@pytest.mark.parametrize("name", NAMES)
def test_names_and_words_are_found(name):
    files, words = known(name)
    assert len(files) > 2
    assert len(words) > 5


def test_seeds_are_what_scanners_read(tmp_path):
    for number, document in enumerate(DOCUMENTS):
        (tmp_path / f"{number}.json").write_text(json.dumps(document))
        (tmp_path / f"f{number}").mkdir()
        (tmp_path / f"f{number}" / "serverless.yml").write_text(yaml.safe_dump(document))
        (tmp_path / f"f{number}" / "application.yml").write_text(yaml.safe_dump(document))
        (tmp_path / f"f{number}" / "compose.yaml").write_text(yaml.safe_dump(document))
    (tmp_path / "main.tf").write_text(HCL)
    inventory = scan(tmp_path)
    read_by = {one.scanner: one.parsed for one in inventory.coverage.scanners}
    assert {"kubernetes", "cloudformation", "compose", "inventory", "plain", "terraform"} <= read_by.keys()
