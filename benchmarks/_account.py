"""A generated account behind a loopback server that answers each request after a stated time, and counts them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import urlopen

from _measuring import ROOT
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

sys.path.insert(0, str(ROOT / "tests"))
from clouds import MAIN, Request, requested

REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "eu-west-1", "eu-central-1", "ap-southeast-2", "sa-east-1"
)  # fmt: skip
Answer = dict[str, Any]
COUNTED = "/counted"


@dataclass(frozen=True, slots=True)
class Sort:
    """Resources of one sort, listed page by page as the service does it.

    Attributes:
        key: `service:Operation` that lists them.
        count: in each region.
        page: how many one answer holds at most.
        tokens: argument and field of the next page's token.
        items: the part of the answer that holds some, made of region and numbers.
        arn: behind `arn:aws:`, with `{region}`, `{account}` and `{n}`.
    """

    key: str
    count: int
    page: int
    tokens: tuple[str, str]
    items: Callable[[str, range], Answer]
    arn: str

    def ids(self, region: str) -> Iterator[str]:
        """ARNs of all in a region."""
        for number in range(self.count):
            yield self.id(region, number)

    def id(self, region: str, number: int) -> str:
        """The ARN of one."""
        return "arn:aws:" + self.arn.format(region=region, account=MAIN, n=f"{number:05}")


def _listed(name: str, one: Callable[[str, str], Any]) -> Callable[[str, range], Answer]:
    return lambda region, numbers: {name: [one(region, f"{number:05}") for number in numbers]}


def _machines(region: str, numbers: range) -> Answer:
    subnet = {
        "Placement": {"AvailabilityZone": f"{region}a"},
        "State": {"Name": "running"},
        "InstanceType": "m7g.large",
    }
    tags = [{"Key": "team", "Value": "shop"}]
    return {
        "Reservations": [
            {"Instances": [{"InstanceId": f"i-0123456789ab{number:05}", "Tags": tags, **subnet}]} for number in numbers
        ]
    }


def _function(region: str, n: str) -> Answer:
    variables = {"TABLE_NAME": f"table-{int(n) % 60:05}", "QUEUE_URL": _queue(region, f"{int(n) % 60:05}")}
    arn = f"arn:aws:lambda:{region}:{MAIN}:function:function-{n}"
    return {"FunctionName": f"function-{n}", "FunctionArn": arn, "Environment": {"Variables": variables}}


def _database(region: str, n: str) -> Answer:
    host = f"db-{n}.abcdef.{region}.rds.amazonaws.com"
    own = {"DBInstanceIdentifier": f"db-{n}", "DBInstanceArn": f"arn:aws:rds:{region}:{MAIN}:db:db-{n}"}
    return {**own, "Engine": "postgres", "AvailabilityZone": f"{region}a", "Endpoint": {"Address": host, "Port": 5432}}


def _cache(region: str, n: str) -> Answer:
    arn = f"arn:aws:elasticache:{region}:{MAIN}:cluster:cache-{n}"
    return {
        "CacheClusterId": f"cache-{n}",
        "ARN": arn,
        "Engine": "memcached",
        "PreferredAvailabilityZone": f"{region}a",
    }


def _secret(region: str, n: str) -> Answer:
    return {"ARN": f"arn:aws:secretsmanager:{region}:{MAIN}:secret:secret-{n}-AbCdEf", "Name": f"secret-{n}"}


def _repository(region: str, n: str) -> Answer:
    arn = f"arn:aws:ecr:{region}:{MAIN}:repository/image-{n}"
    uri = f"{MAIN}.dkr.ecr.{region}.amazonaws.com/image-{n}"
    return {"repositoryName": f"image-{n}", "repositoryArn": arn, "repositoryUri": uri}


def _queue(region: str, n: str) -> str:
    return f"https://sqs.{region}.amazonaws.com/{MAIN}/queue-{n}"


#: 20,000 resources over eight regions.
SORTS = (
    Sort("ec2:DescribeInstances", 800, 1000, ("NextToken", "NextToken"), _machines, "ec2:{region}:{account}:instance/i-0123456789ab{n}"),
    Sort("lambda:ListFunctions", 100, 50, ("Marker", "NextMarker"), _listed("Functions", _function), "lambda:{region}:{account}:function:function-{n}"),
    Sort("dynamodb:ListTables", 60, 100, ("ExclusiveStartTableName", "LastEvaluatedTableName"), _listed("TableNames", lambda _, n: f"table-{n}"), "dynamodb:{region}:{account}:table/table-{n}"),
    Sort("sqs:ListQueues", 60, 1000, ("NextToken", "NextToken"), _listed("QueueUrls", _queue), "sqs:{region}:{account}:queue-{n}"),
    Sort("sns:ListTopics", 300, 100, ("NextToken", "NextToken"), _listed("Topics", lambda region, n: {"TopicArn": f"arn:aws:sns:{region}:{MAIN}:topic-{n}"}), "sns:{region}:{account}:topic-{n}"),
    Sort("rds:DescribeDBInstances", 100, 100, ("Marker", "Marker"), _listed("DBInstances", _database), "rds:{region}:{account}:db:db-{n}"),
    Sort("ssm:DescribeParameters", 900, 50, ("NextToken", "NextToken"), _listed("Parameters", lambda _, n: {"Name": f"/shop/{n}", "Type": "String"}), "ssm:{region}:{account}:parameter/shop/{n}"),
    Sort("secretsmanager:ListSecrets", 40, 100, ("NextToken", "NextToken"), _listed("SecretList", _secret), "secretsmanager:{region}:{account}:secret:secret-{n}-AbCdEf"),
    Sort("ecr:DescribeRepositories", 100, 100, ("nextToken", "nextToken"), _listed("repositories", _repository), "ecr:{region}:{account}:repository/image-{n}"),
    Sort("elasticache:DescribeCacheClusters", 40, 100, ("Marker", "Marker"), _listed("CacheClusters", _cache), "elasticache:{region}:{account}:cluster:cache-{n}"),
)  # fmt: skip
_BY_KEY = {one.key: one for one in SORTS}


def resources() -> set[str]:
    """ARNs of all that is in the account."""
    return {id for one in SORTS for region in REGIONS for id in one.ids(region)}


def _arguments(request: Request, query: str) -> Answer:
    if request.body[:1] == b"{":
        return {**dict(parse_qsl(query)), **json.loads(request.body)}
    return dict(parse_qsl(query)) | dict(parse_qsl(request.body.decode()))


def answer(request: Request, arguments: Answer) -> Answer:
    """What the account answers to a request."""
    region, own = request.region, _BY_KEY.get(request.key)
    if own is not None:
        token = str(arguments.get(own.tokens[0]) or "0")
        start = int(token.rpartition("-")[2]) + (1 if token.startswith("table-") else 0)
        stop = min(start + own.page, own.count)
        given = own.items(region, range(start, stop))
        last = f"table-{stop - 1:05}" if "Table" in own.tokens[1] else str(stop)
        return {**given, own.tokens[1]: last} if stop < own.count else given
    match request.key:
        case "sts:GetCallerIdentity":
            return {"Account": MAIN, "Arn": f"arn:aws:iam::{MAIN}:user/reader", "UserId": "reader"}
        case "ec2:DescribeRegions":
            return {"Regions": [{"RegionName": one, "OptInStatus": "opt-in-not-required"} for one in REGIONS]}
        case "ec2:DescribeAvailabilityZones":
            zone = {
                "ZoneName": f"{region}a",
                "ZoneId": f"{region.replace('-', '')}-az1",
                "ZoneType": "availability-zone",
            }
            return {"AvailabilityZones": [zone]}
        case "dynamodb:DescribeTable":
            name = str(arguments["TableName"])
            return {"Table": {"TableName": name, "TableArn": f"arn:aws:dynamodb:{region}:{MAIN}:table/{name}"}}
        case "sqs:GetQueueAttributes":
            name = str(arguments["QueueUrl"]).rpartition("/")[2]
            return {"Attributes": {"QueueArn": f"arn:aws:sqs:{region}:{MAIN}:{name}"}}
        case "secretsmanager:DescribeSecret":
            return {"ARN": arguments["SecretId"], "Name": str(arguments["SecretId"]).rpartition(":")[2]}
    return {}


@cache
def _serializer(service: str, operation: str) -> Any:
    model = get_service_model(service)
    protocol = model.metadata["protocol"]
    return get_serializer_class(service, "rest-json" if "cbor" in protocol else protocol)(
        model.operation_model(operation)
    )


class Account:
    """The account as its server sees it.

    Args:
        latency: seconds before each answer.
    """

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()

    def take(self, environ: dict[str, Any], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Count a request and answer it when its time has come."""
        until = time.monotonic() + self._latency
        request = requested(environ, body)
        if request is None or not request.operation:
            return 404, {}, b""
        arguments = _arguments(request, environ["QUERY_STRING"])
        told = sorted((name, value) for name, value in arguments.items() if name not in ("StartTime", "EndTime"))
        with self._lock:
            self._asked[json.dumps([request.key, request.region, environ["PATH_INFO"], told])] += 1
        found = _serializer(request.service, request.operation).serialize(answer(request, arguments))
        given = found["body"] if isinstance(found["body"], bytes) else found["body"].encode()
        time.sleep(max(0.0, until - time.monotonic()))
        return found["status_code"], found["headers"], given

    def counted(self) -> bytes:
        """How often each distinct request was made since this was asked last."""
        with self._lock:
            told, self._asked = self._asked, Counter()
        return json.dumps(told).encode()


def _warm() -> None:
    """Load what the server needs to know of the services, so that whoever asks first does not wait for it."""
    from blastradius.scanners.aws.spec import calls

    for call in calls():
        _serializer(call.service, call.operation)
        signed = f"Credential=x/20260101/us-east-1/{get_service_model(call.service).signing_name}/"
        path = {"HTTP_AUTHORIZATION": signed, "HTTP_X_MOTO_ACCOUNT_ID": MAIN, "REQUEST_METHOD": "GET", "PATH_INFO": "/"}
        requested(path, b"")


def serve(latency: float) -> None:
    """Answer requests until standard input ends; the address is told on standard output."""
    account = Account(latency)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            if path == COUNTED:
                return self._tell(200, {}, account.counted())
            environ = {
                "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""), "HTTP_X_MOTO_ACCOUNT_ID": MAIN, "PATH_INFO": path,
                "HTTP_X_AMZ_TARGET": self.headers.get("X-Amz-Target", ""), "REQUEST_METHOD": self.command, "QUERY_STRING": query,
            }  # fmt: skip
            return self._tell(*account.take(environ, body))

        def _tell(self, status: int, headers: dict[str, str], given: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, str(value))
            self.send_header("Content-Length", str(len(given)))
            self.end_headers()
            self.wfile.write(given)

        do_GET = do_POST = do_PUT = do_HEAD = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    _warm()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


@contextmanager
def served(latency: float) -> Iterator[str]:
    """The account on a port of its own, in a process of its own: what is measured beside it is not measured with it."""
    with subprocess.Popen(
        [sys.executable, __file__, str(latency)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        assert child.stdout
        yield child.stdout.readline().strip()
        child.stdin.close()


def counted(url: str) -> Counter[str]:
    """How often each distinct request was made since this was asked last."""
    with urlopen(url + COUNTED) as told:
        return Counter(json.loads(told.read()))


if __name__ == "__main__":
    serve(float(sys.argv[1]))
