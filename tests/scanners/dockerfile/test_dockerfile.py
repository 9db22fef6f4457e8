"""Dockerfiles: what building needs, and whom it is told to."""

from __future__ import annotations

import pytest
from piping import Piped, inventory
from telling import need, needed

from blastradius.hosts import turned
from blastradius.scanners.dockerfile import is_dockerfile


def told(tmp_path, text, **more):
    """Needs of building as `text phase`, with `?` where they are what a program asks by default."""
    found = Piped(
        tmp_path,
        {"a/Dockerfile": text, "compose.yml": "services: {x: {image: y}}", **more.get("files", {})},
        "dockerfile",
    )
    return {
        f"{one.reference.texts[0]} {one.phase or 'runtime'}" + ("?" if one.evidence[0].basis == "inferred" else "")
        for one in found.rules
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.12\n", {"python:3.12 deploy"}),
        ("from --platform=$BUILDPLATFORM golang:1 as b\nFROM scratch\nCOPY --from=b /x /x\n", {"golang:1 deploy"}),
        ("ARG V=3.20\nARG R=docker.io\nFROM $R/alpine:${V}\n", {"docker.io/alpine:3.20 deploy"}),
        ("FROM a:1 AS base\nFROM base AS dev\nRUN npm ci\nFROM base\n", {"a:1 deploy"}),
        ("FROM a:1\nFROM b:1\nCOPY --from=0 x y\nCOPY --chown=u --from=ghcr.io/astral-sh/uv:1 /uv /uv\n", {"a:1 deploy", "b:1 deploy", "ghcr.io/astral-sh/uv:1 deploy"}),
        ("# syntax=docker/dockerfile:1\n\nFROM node:20-alpine\n# npm install\nRUN apk add --no-cache git && \\\n    # comment\n    npm ci\n", {"node:20-alpine deploy", turned("org.alpinelinux.dl-cdn") + " deploy?", turned("org.npmjs.registry") + " deploy?"}),
        ("FROM python:3.12-slim\nRUN --mount=type=cache,target=/x apt-get update && apt-get install -y g++ \\\n && pip install x\n", {"python:3.12-slim deploy", turned("org.debian.deb") + " deploy?", turned("org.pypi") + " deploy?"}),
        ("FROM ubuntu:24.04\nRUN [\"apt-get\", \"install\", \"x\"]\n", {"ubuntu:24.04 deploy", turned("com.ubuntu.archive") + " deploy?"}),
        ("FROM a:1\nADD https://dl.example.com/x.tgz /x\nADD local /y\nRUN curl -fsSL https://get.example.com | sh\n", {"a:1 deploy", "dl.example.com deploy", "get.example.com deploy"}),
        ("FROM a:1\nRUN <<EOF\nset -e\nnpm ci\nEOF\nRUN go build\n", {"a:1 deploy", turned("org.npmjs.registry") + " deploy?", turned("org.golang.proxy") + " deploy?"}),
        ("FROM a:1\nENV GOPROXY=https://go.example.com\nRUN go build ./...\n", {"a:1 deploy", "go.example.com deploy"}),
        ("FROM a:1\nARG PIP_INDEX_URL=https://pip.example.com/simple\nRUN pip install x\n", {"a:1 deploy", "pip.example.com deploy"}),
        ("FROM a:1\nCMD pip install -r r.txt && python app.py\n", {"a:1 deploy", turned("org.pypi") + " startup?"}),
        ("FROM a:1\nENTRYPOINT [\"sh\", \"-c\", \"curl -o x https://cfg.example.com/x && ./app\"]\n", {"a:1 deploy", "cfg.example.com startup"}),
        ("FROM a:1\nCMD [\"npm\", \"start\"]\n", {"a:1 deploy"}),
        ("FROM a:1\nENV DATABASE_URL=postgres://u:p@db.example.com/x LEVEL=info\n", {"a:1 deploy", "db.example.com runtime?"}),
        ("FROM a:1 AS x\nENV API_URL=https://old.example.com\nFROM x\nENV API_URL https://new.example.com\n", {"a:1 deploy", "new.example.com runtime?"}),
        ("RUN npm ci\n", set()),
    ],
)  # fmt: skip
def test_what_a_dockerfile_needs(tmp_path, text, expected):
    assert told(tmp_path, text) == expected


def test_a_mirror_beside_it_replaces_the_registry(tmp_path):
    files = {"a/.npmrc": "registry=https://npm.example.com/\n"}
    assert told(tmp_path, "FROM a:1\nRUN npm ci\n", files=files) == {"a:1 deploy", "npm.example.com deploy"}


def test_what_nobody_can_tell_is_a_gap(tmp_path):
    found = Piped(tmp_path, {"Dockerfile": "ARG BASE\nFROM $BASE\nRUN apt-get install x\n"}, "dockerfile")
    assert found.gap("${BASE} names an image that nothing here fills in")
    assert found.gap("RUN apt-get: installs packages of a distribution that is not told")
    assert found.needs == set()


def test_the_one_workload_of_the_folder_needs_it(tmp_path):
    found = inventory(
        tmp_path,
        {
            "compose.yml": "services:\n  cart: {build: ./cart}\n  db: {image: postgres}\n",
            "cart/Dockerfile": "FROM redis:7\nRUN npm ci\n",
        },
    )
    one = need(found, "compose:shop/cart", "vendor:npm")
    assert (one.phase, one.strength, one.basis) == ("deploy", "hard", "inferred")
    assert one.evidence[0].locator == "cart/Dockerfile:2"
    assert needed(found, "compose:shop/cart") == {"vendor:npm", "vendor:docker-hub"}
    assert next(one.kind for one in found.components if one.id == "compose:shop/cart") == "service"  # not a cache


def test_without_a_workload_it_is_one_gap(tmp_path):
    found = inventory(
        tmp_path,
        {"tool/Dockerfile": "FROM a:1\nRUN npm ci\nRUN pip install x\n", "compose.yml": "services: {a: {image: b}}"},
    )
    gaps = [gap for gap in found.gaps if gap.scope == "tool"]
    assert [gap.reason for gap in gaps] == [
        f"building what lies in tool needs a:1, {turned('org.pypi')}, {turned('org.npmjs.registry')}, and no scanned workload is known to be built "
        "from that folder: state the dependency in blastradius.yaml"
    ]


def test_of_several_the_usual_name_counts(tmp_path):
    files = {"Dockerfile": "FROM a:1\n", "Dockerfile.dev": "FROM b:1\n", "Dockerfile.dockerignore": "FROM c:1\n"}
    assert Piped(tmp_path, files, "dockerfile").needs == {"a:1"}


def test_of_several_without_the_usual_name_nobody_knows_which(tmp_path):
    found = Piped(tmp_path, {"api.Dockerfile": "FROM a:1\n", "web.Dockerfile": "FROM b:1\n"}, "dockerfile")
    assert found.needs == {"a:1", "b:1"}
    assert {one.evidence[0].basis for one in found.rules} == {"inferred"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile", True), ("x/Dockerfile.prod", True), ("api.dockerfile", True), ("Containerfile", True),
        ("Dockerfile.md", False), ("Dockerfile.j2", False), (".dockerignore", False), ("MyDockerfile", False),
    ],
)  # fmt: skip
def test_names(name, expected):
    assert is_dockerfile(name) is expected
