"""Bad input stops nothing, and no secret leaves a pipeline."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from piping import Piped, run

from blastradius.scanners import scan
from blastradius.scanners.building import build_needs, read_recipe, start_needs
from blastradius.scanners.shell import commands

NAMES = [
    ".github/workflows/a.yml", ".gitlab-ci.yml", ".circleci/config.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml",
    "buildspec.yml", "cloudbuild.yaml", "Jenkinsfile", "Dockerfile",
]  # fmt: skip
WORDS = st.sampled_from([
    "jobs", "steps", "run", "uses", "with", "on", "env", "needs", "image", "script", "include", "extends", "stages", "phases",
    "commands", "docker", "pipelines", "default", "step", "parallel", "matrix", "strategy", "template", "parameters", "orbs",
    "workflows", "variables", "services", "environment", "runs-on", "./x", "push", "version", "name", "args", "trigger", "local",
])  # fmt: skip
LEAVES = st.one_of(WORDS, st.none(), st.integers(), st.booleans(), st.sampled_from(["$X", "${{ env.X }}", "<< x >>", "docker build .", "a: b", "'", '"', "aws s3 sync . s3://"]))  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=25
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", NAMES)
@QUIET
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read(tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (tmp_path / "compose.yml").write_text("services: {a: {image: b}}")
    scan([tmp_path])


@pytest.mark.parametrize("name", NAMES[:7])
@QUIET
@given(value=VALUES, top=st.dictionaries(WORDS, VALUES, max_size=5))
def test_any_shape_is_read(tmp_path, name, value, top):
    import json

    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**top, "jobs": value, "steps": value, "phases": value, "pipelines": value, "a": value}))
    (tmp_path / "compose.yml").write_text("services: {a: {image: b}}")
    scan([tmp_path])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abc $({})\"'\\\n;|&<>=-/:@`#", max_size=200))
def test_any_script_is_taken_apart(script):
    for one in commands(script):
        assert 0 <= one.line <= script.count("\n")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["FROM a AS b", "FROM b", "FROM $X", "RUN npm ci \\", "COPY --from=0 x y", "COPY --from=b x y", "ARG X=1", "ENV A=b C", "RUN <<E", "E", "#", "", "CMD [", "ADD https://x.example.com/y /"]), max_size=12))  # fmt: skip
def test_any_dockerfile_is_read(lines):
    recipe = read_recipe("\n".join(lines))
    build_needs(recipe)
    start_needs(recipe)


SECRET = "s3cr3tT0ken"


@pytest.mark.parametrize(
    "script",
    [
        f"docker login -u me -p {SECRET} ghcr.io",
        f"docker login --password={SECRET} ghcr.io",
        f"docker push https://me:{SECRET}@ghcr.io/a/b",
        f"docker push me:{SECRET}@ghcr.io/a/b",
        f"git clone https://x:{SECRET}@github.com/a/b",
        f"curl -H 'Authorization: Bearer {SECRET}' https://a.example.com",
        f"curl -u me:{SECRET} https://a.example.com/{SECRET}?k={SECRET}",
        f"npm ci --registry https://u:{SECRET}@npm.example.com",
        f"export TOKEN={SECRET}\ncurl https://$TOKEN@a.example.com\ndocker push $TOKEN/x",
        f"NPM_TOKEN={SECRET} npm publish --//r/:_authToken={SECRET}",
        f"pip install --index-url https://u:{SECRET}@pip.example.com/simple x",
        f"heroku container:release web --app $HEROKU_API_KEY={SECRET}",
        f"aws configure set aws_secret_access_key {SECRET}",
        f"ssh me:{SECRET}@a.example.com true",
        f"echo API_KEY={SECRET} >> $GITHUB_ENV",
        f"helm upgrade a ./chart --set password={SECRET}",
        f"terraform apply -var password={SECRET}",
        f"fly deploy --app shop --build-arg K={SECRET}",
    ],
)
def test_no_secret_of_a_script_is_told(tmp_path, script):
    found = run(tmp_path, script, top=f"env: {{API_TOKEN: {SECRET}}}", files={"Dockerfile": f"FROM a\nARG TOKEN={SECRET}\nENV API_KEY={SECRET} PG=postgres://u:{SECRET}@db.example.com/x\nRUN {script}\n"})  # fmt: skip
    assert found.facts
    assert SECRET not in repr(found.facts)
    assert SECRET not in repr(scan([tmp_path / "shop"]))


def test_many_steps_are_bounded(tmp_path):
    steps = "".join("    - run: npm ci\n" for _ in range(6_000))
    found = Piped(tmp_path, {".github/workflows/a.yml": f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{matrix: {{x: [1, 2, 3, 4], y: [1, 2, 3, 4], z: [1, 2, 3]}}}}\n    steps:\n{steps}"})  # fmt: skip
    assert found.gap("those behind were not read")
    assert len(found.facts) < 100
