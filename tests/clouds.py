"""A provider's API on loopback: moto behind a door that can deny, throttle, stall, lie, and count."""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import botocore.session
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import get_account_id_from
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

MAIN, OTHER = "111122223333", "444455556666"
#: What moto lacks; the service would answer that it holds nothing.
LACKS = {
    ("elasticache", "DescribeGlobalReplicationGroups"), ("elasticache", "DescribeServerlessCaches"), ("events", "ListEndpoints"),
    ("kafka", "ListReplicators"), ("efs", "DescribeReplicationConfigurations"), ("ecr", "DescribePullThroughCacheRules"),
    ("lambda", "ListFunctionUrlConfigs"), ("eks", "ListAddons"), ("apigatewayv2", "GetAuthorizers"),
}  # fmt: skip
LACKING = {"globalaccelerator", "apprunner"}
_SIGNED = re.compile(r"Credential=([^/]+)/\d+/([a-z0-9-]+)/([a-z0-9-]+)/")


@dataclass(frozen=True)
class Request:
    """What was asked: service as the SDK calls it, operation, region, account."""

    service: str
    operation: str
    region: str
    account: str
    body: bytes

    @property
    def key(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass
class Answer:
    """An answer in place of moto's; the code goes where the protocol has it."""

    status: int = 200
    code: str = ""
    body: bytes | None = None
    kind: str = "application/json"


Rule = Callable[[Request], Answer | None]


@dataclass
class Cloud:
    """Moto with rules before it.

    Attributes:
        rules: the first that answers is taken.
        asked: all requests so far.
        latency: seconds that each answer takes longer.
    """

    rules: list[Rule] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    latency: float = 0.0

    def __post_init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Cloud:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def environment(self, **more: str) -> dict[str, str]:
        """What a program needs to come here and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nowhere/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials", **more,
        }  # fmt: skip

    def begin(self, seed: int = 7) -> None:
        """Empty all accounts; names that moto makes up are the same each time."""
        from moto.core.base_backend import BackendDict
        from moto.eks import models as clusters

        self.rules, self.asked = [], []
        BackendDict.reset()
        mock_random.seed(seed)
        # drawn once, when the module is first imported, by whatever came before
        clusters.ENDPOINT_TEMPLATE = "https://abcdefghij0123456789.abc.{region}.eks.amazonaws.com/"

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = _account(environ)
        request = requested(environ, body)
        if request is None:
            return self._moto(environ, start)  # type: ignore[no-any-return]
        with self._lock:
            self.asked.append(request)
        if self.latency:
            time.sleep(self.latency)
        for rule in (*self.rules, _lacking):
            answer = rule(request)
            if answer is not None:
                return _answered(request, answer, start)
        return self._moto(environ, start)  # type: ignore[no-any-return]


def denied(*keys: str, region: str = "", account: str = "") -> Rule:
    """Operations that nobody is allowed to use: all where none is named."""
    return failing(403, "AccessDenied", *keys, region=region, account=account)


def failing(status: int, code: str, *keys: str, region: str = "", account: str = "") -> Rule:
    """Operations that end with an error: all where none is named, save asking who one is."""

    def rule(request: Request) -> Answer | None:
        named = request.key in keys if keys else request.service != "sts"
        fits = named and region in ("", request.region) and account in ("", request.account)
        return Answer(status, code) if fits else None

    return rule


def told(key: str, answer: dict[str, Any], region: str = "") -> Rule:
    """A recorded answer for an operation of a JSON protocol."""

    def rule(request: Request) -> Answer | None:
        return (
            Answer(body=json.dumps(answer).encode()) if request.key == key and region in ("", request.region) else None
        )

    return rule


def _lacking(request: Request) -> Answer | None:
    lacks = (request.service, request.operation) in LACKS or request.service in LACKING
    return Answer(400, "UnknownOperationException") if lacks else None


def requested(environ: dict[str, Any], body: bytes) -> Request | None:
    """What a signed request asks for; None where it is not signed."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signed is None:
        return None
    _, region, signing = signed.groups()
    operation, service = "", _services().get(signing, [signing])[0]
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    form = parse_qs(body.decode("utf-8", "replace")) if b"Action=" in body else {}
    if target:
        operation = target.rpartition(".")[2]
        service = next(
            (one for one in _services().get(signing, []) if operation in _model(one).operation_names), service
        )
    elif form:
        operation = form["Action"][0]
        version = form.get("Version", [""])[0]
        service = next((one for one in _services().get(signing, []) if _model(one).api_version == version), service)
    else:
        service, operation = _by_path(
            signing, environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        )
    return Request(service, operation, region, environ["HTTP_X_MOTO_ACCOUNT_ID"], body)


def _account(environ: dict[str, Any]) -> str:
    """Whose credentials sign a request: those of a role where moto made them, else the main account's."""
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
    found = get_account_id_from(signed[1]) if signed else DEFAULT_ACCOUNT_ID
    return MAIN if found == DEFAULT_ACCOUNT_ID else found


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


@cache
def _services() -> dict[str, list[str]]:
    """Services that are asked, by the name under which requests to them are signed."""
    from blastradius.scanners.aws.spec import calls

    found: dict[str, list[str]] = {}
    for service in sorted({call.service for call in calls()} | {"sts", "organizations", "iam"}):
        found.setdefault(_model(service).signing_name, []).append(service)
    return found


@cache
def _paths(service: str) -> list[tuple[str, re.Pattern[str], frozenset[str], str]]:
    found = []
    for name in _model(service).operation_names:
        http = _model(service).operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\{[^}]+\+\}", ".+", re.sub(r"\{[A-Za-z_-]+\}", "[^/]+", path)).rstrip("/")
        found.append((http["method"], re.compile(pattern + "/?"), frozenset(filter(None, query.split("&"))), name))
    return sorted(found, key=lambda one: (-len(one[2]), one[1].pattern.count("[^/]+"), -len(one[1].pattern)))


def _by_path(signing: str, method: str, path: str, query: str) -> tuple[str, str]:
    given = set(query.split("&")) | {one.partition("=")[0] for one in query.split("&")}
    for service in _services().get(signing, [signing]):
        if service not in [one for all in _services().values() for one in all]:
            continue
        for verb, pattern, needs, name in _paths(service):
            if verb == method and needs <= given and pattern.fullmatch(path):
                return service, name
    return _services().get(signing, [signing])[0], ""


def _answered(request: Request, answer: Answer, start: Callable[..., Any]) -> Iterable[bytes]:
    body = answer.body
    headers = [("Content-Type", answer.kind)]
    if body is None:
        protocol = _model(request.service).metadata["protocol"]
        if protocol in ("json", "rest-json", "smithy-rpc-v2-cbor"):
            body = json.dumps({"__type": answer.code, "message": "a message that may hold hunter2"}).encode()
            headers.append(("X-Amzn-ErrorType", answer.code))
        else:
            inner = f"<Code>{answer.code}</Code><Message>a message that may hold hunter2</Message>"
            shapes = {
                "ec2": f"<Response><Errors><Error>{inner}</Error></Errors></Response>",
                "rest-xml": f"<Error>{inner}</Error>"
                if request.service == "s3"
                else f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>",
            }
            body = shapes.get(protocol, f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>").encode()
            headers = [("Content-Type", "text/xml")]
    headers.append(("Content-Length", str(len(body))))
    start(f"{answer.status} Told", headers)
    return [body]


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests, and keeps connections open as the service does."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""
