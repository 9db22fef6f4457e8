"""Two versions of a tree are read as if each were alone, though what they share is read once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from blastradius import pipeline
from blastradius.scanners.terraform.hcl import native

QUEUE = 'resource "aws_sqs_queue" "orders" {{\n  name   = "orders"\n  region = "{0}"\n  tags = {{ a = "b" }}\n}}\n'
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


def test_an_override_of_one_version_leaves_no_trace_in_the_other(tmp_path):
    overridden, plain = tmp_path / "a" / "shop", tmp_path / "b" / "shop"
    for folder in (overridden, plain):
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(PROVIDER + QUEUE.format("eu-west-1"))
    (overridden / "main_override.tf").write_text(QUEUE.format("ap-south-1"))
    alone = [pipeline.scan(folder) for folder in (overridden, plain)]
    with native.remembering():
        assert [pipeline.scan(folder) for folder in (overridden, plain)] == alone
        assert [pipeline.scan(folder) for folder in (plain, overridden)] == alone[::-1]
    assert {one.region for one in alone[0].components if one.kind == "queue"} == {"ap-south-1"}
    assert {one.region for one in alone[1].components if one.kind == "queue"} == {"eu-west-1"}


def test_the_same_file_is_read_once_and_forgotten(monkeypatch):
    read = []
    body = native._body
    monkeypatch.setattr(native, "_body", lambda *args, **top: read.append(1) or body(*args, **top))
    native.parse(PROVIDER, "a.tf")
    alone = len(read)
    with native.remembering(), native.remembering():
        native.parse(PROVIDER, "a.tf")
        native.parse(PROVIDER, "a.tf")
        assert len(read) == 2 * alone
        native.parse(PROVIDER, "b.tf")
        assert len(read) == 3 * alone, "blocks know the name of their file"
    native.parse(PROVIDER, "a.tf")
    assert len(read) == 4 * alone


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(native, "MOST_REMEMBERED", len(PROVIDER))
    with native.remembering():
        for name in ("a.tf", "b.tf"):
            native.parse(PROVIDER, name)
        assert len(native._MEMORY.files) == 1


@given(st.lists(st.sampled_from(["us-east-1", "eu-west-1"]), min_size=1, max_size=4))
def test_what_is_remembered_reads_as_what_is_not(regions):
    texts = [(f"{at % 2}.tf", PROVIDER + QUEUE.format(region)) for at, region in enumerate(regions)]
    with native.remembering():
        assert [native.parse(text, path) for path, text in texts * 2] == [
            native.parse(text, path) for path, text in texts * 2
        ]
        remembered = [native.parse(text, path) for path, text in texts]
    assert remembered == [native.parse(text, path) for path, text in texts]
