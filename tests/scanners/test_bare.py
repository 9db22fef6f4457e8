"""No source is shown with what opens it, in whichever form and whoever reads it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blastradius.assemble import assemble
from blastradius.scanners import scan
from blastradius.scanners.bare import without_credentials

PLANTED = "Zq9plantedXk7"
FORMS = (
    "git::https://oauth2:{0}@git.example.com/g/m.git//sub?ref=v1",
    "git::ssh://u:{0}@git.example.com/g/m.git",
    "https://{0}@git.example.com/g/m.git",
    "https://u:p@{0}@git.example.com/g/m.git",
    "git::https://u:{0}/x@git.example.com/g/vpc.git",
    "hg::http://u:{0}@hg.example.com/m#{0}",
    "https://git.example.com/m.zip?token={0}",
    "s3::https://store.example.com/b/x.zip?aws_access_key_id=a&aws_access_key_secret={0}",
    "git.example.com/g/m?archive=zip&sshkey={0}",
    "u:{0}@git.example.com:g/m.git",
)
FILES = {
    "terraform": ("main.tf", 'provider "aws" {{ region = "us-east-1" }}\nmodule "vpc" {{ source = "{0}" }}\n'),
    "terragrunt": ("terragrunt.hcl", 'terraform {{ source = "{0}" }}\ninputs = {{ a = 1 }}\n'),
    "kustomize": ("kustomization.yaml", 'kind: Kustomization\nresources: ["{0}"]\nhelmCharts: [{{name: z, repo: "{0}"}}]\n'),
    "helm": ("Chart.yaml", 'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{{name: d, version: 1.0.0, repository: "{0}"}}]\n'),
    "submodule": (".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = {0}\n'),
    "actions": (
        ".github/workflows/a.yml",
        'on: push\njobs:\n  b:\n    uses: "{0}"\n  a:\n    runs-on: ubuntu-latest\n    steps:\n'
        '      - run: pip install "git+{0}" && npm i "git+{0}" && git clone {0} && docker build {0}\n',
    ),
    "gitlab": (".gitlab-ci.yml", 'include:\n  - remote: "{0}"\na:\n  image: reg.example.com/x\n  script: [git clone {0}]\n'),
    "compose": ("compose.yml", 'include: ["{0}"]\nservices:\n  a: {{image: x, extends: {{file: "{0}", service: q}}}}\n'),
    "docker": ("Dockerfile", "FROM python:3\nADD {0} /x\nRUN pip install git+{0} && npm i git+{0}\n"),
    "stacks": ("t.yaml", 'Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: "{0}"}}\n'),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_scan_shows_no_credentials_of_a_source(tmp_path, kind):
    path, text = FILES[kind]
    for place, form in enumerate(FORMS):
        file = tmp_path / "tree" / f"p{place}" / path
        file.parent.mkdir(parents=True)
        file.write_text(text.format(form.format(PLANTED)))
    (tmp_path / "tree" / "other").mkdir()
    (tmp_path / "tree" / "other" / "compose.yml").write_text("services: {o: {image: o}}\n")
    result = scan([tmp_path / "tree"])
    inventory = assemble(result.facts, result.coverage, result.roots)
    assert PLANTED not in inventory.model_dump_json()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", ["{0}", "the module {0} is not among the scanned files", 'took "{0}" (twice)'])
@given(secret=st.text(alphabet=string.ascii_letters + string.digits + "-_.~!$*+", min_size=1, max_size=30))
def test_a_password_never_stays(form, around, secret):
    secret = f"Zq9{secret}7"
    assert secret not in without_credentials(around.format(form.format(secret)))


@pytest.mark.parametrize(
    "text",
    [
        "platform:dynamodb@us-east-1 is not known",
        "image registry.example.com/x:1@sha256:abcdef",
        "https://host.example.com/@scope/pkg",
        "git@github.com:org/repo.git",
        "is that so? nobody knows",
        "${HOST:?unset} and https://a.example.com:8080/x@v1",
        "module.x[\"a\"] # 3",
    ],
)  # fmt: skip
def test_what_is_no_credential_stays(text):
    assert without_credentials(text) == text
