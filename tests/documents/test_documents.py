"""Reading YAML and JSON with bounds and line marks."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from blastradius.documents import MarkedDict, TaggedText, line_of, load_json, load_yaml
from blastradius.errors import InputError
from blastradius.marks import split_lines


def only(text: str | bytes, **options: bool):
    content = text.encode() if isinstance(text, str) else text
    (document,) = load_yaml(content, "f.yaml", **options)
    return document


def refusal(content: bytes, **options: bool) -> str:
    with pytest.raises(InputError) as error:
        load_yaml(content, "f.yaml", **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_value_knows_its_line():
    document = only("a: 1\nb:\n  - x\n  - name: y\n    env: {k: v}\n")
    assert document.line_of("a") == 1
    assert document.line_of("b", 1) == 4
    assert document.line_of("b", 1, "env", "k") == 5
    assert document.at("b", 1, "env") == "f.yaml:5"
    assert line_of(document.value["b"]) == 3


def test_line_of_a_missing_path_is_the_nearest_line_above():
    document = only("a:\n  b: 1\n")
    assert document.line_of("a", "nothing", 3) == 1
    assert document.line_of("a", "b", "deeper") == 2


def test_documents_of_a_stream_count_lines_through():
    first, second = load_yaml(b"a: 1\n---\nb:\n  c: 2\n", "f")
    assert first.line == 1
    assert second.line_of("b", "c") == 4


@pytest.mark.parametrize(
    "word", ["NO", "no", "on", "yes", "Off", "y", "2020-01-01", "012", "1:30", "1_000", ".nan", "1e999"]
)
def test_words_that_old_yaml_misreads_stay_text(word):
    assert only(f"a: {word}\n").value == {"a": word}


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("-3", -3), ("0x1f", 31), ("1.5", 1.5), ("1e3", 1000.0), ("true", True), ("FALSE", False), ("~", None), ("", None), ("'5'", "5"), ("!!str 5", "5"), ("!!int '5'", 5)],
)  # fmt: skip
def test_plain_scalars(text, value):
    assert only(f"a: {text}\n").value["a"] == value


def test_keys_are_always_text():
    assert only("on: 1\n5: 2\ntrue: 3\n").value == {"on": 1, "5": 2, "true": 3}


def test_unknown_tags_are_kept_and_do_no_harm():
    value = only("a: !Ref Queue\nb: !Sub {x: y}\nc: !vault |\n  secret\nd: !<tag:x,1> [1]\n").value
    assert value["a"] == "Queue"
    assert isinstance(value["a"], TaggedText)
    assert value["a"].tag == "!Ref"
    assert value["b"].tag == "!Sub"
    assert value["d"] == [1]


def test_a_key_written_twice_is_a_warning_and_the_last_one_counts():
    document = only("a: 1\nb: 2\na: 3\n")
    assert document.value == {"a": 3, "b": 2}
    assert document.warnings == ("f.yaml:3: key 'a' is written twice; the last one counts",)


def test_a_key_written_twice_is_an_error_where_a_person_writes_for_us():
    assert refusal(b"a: 1\na: 2\n", strict=True).startswith("f.yaml:2: key 'a' is written twice (first on line 1)")


def test_merge_keys_give_way_to_what_is_written():
    value = only("base: &b {x: 1, y: 2}\nz:\n  <<: *b\n  y: 3\nl:\n  <<: [*b, {y: 9, w: 4}]\n").value
    assert value["z"] == {"y": 3, "x": 1}
    assert value["l"] == {"x": 1, "y": 2, "w": 4}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [\n", "f.yaml:2: broken YAML"),
        (b"a: 1\n b: 2\n", "f.yaml:2: broken YAML"),
        (b"a: *x\n", "f.yaml:1: alias *x names nothing above it"),
        (b"a: &x [*x]\n", "f.yaml:1: alias *x stands inside what it names"),
        (b"ok: 1\nbad: \x00\n", "f.yaml:2: contains a character"),
        (b"ok: 1\nbad: \xff\n", "f.yaml:2: is not UTF-8 text"),
        (b"[" * 5000, "f.yaml:1: nested deeper than 100 levels"),
        (b"? [a]\n: b\n", "f.yaml:1: a mapping or list cannot be a key"),
        (b"{{ .Values.x }}\n", "f.yaml:1:"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, message):
    assert refusal(content).startswith(message)


def test_an_alias_bomb_is_refused_quickly():
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 30)]
    start = time.perf_counter()
    assert "aliases repeat more than" in refusal(b"\n".join(lines))
    assert time.perf_counter() - start < 60  # a guard against a hang, not a measure


def test_aliases_cannot_hide_depth():
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 150)]
    assert "nested deeper" in refusal("\n".join(lines).encode())


def test_too_large_is_refused():
    assert "larger than" in refusal(b"a" * 50_000_001)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(codec):
    assert only("a: ü\n".encode(codec)).value == {"a": "ü"}


def test_empty_files_have_no_documents():
    assert load_yaml(b"", "f") == []
    assert load_yaml(b"# nothing\n", "f") == []


def test_json_errors_name_the_line():
    with pytest.raises(InputError, match=r"^f\.json:2: broken JSON"):
        load_json(b'{"a": 1,\n}', "f.json")
    with pytest.raises(InputError, match="nested deeper"):
        load_json(b"[" * 100_000, "f.json")
    with pytest.raises(InputError, match="NaN"):
        load_json(b'{"a": NaN}', "f.json")


def test_json_values_know_their_lines():
    document = load_json(b'{\n\t"a": [\n1,\n{"b": "x\\/y"}]}', "f.json")
    assert document.value == {"a": [1, {"b": "x/y"}]}
    assert document.line_of("a", 1) == 4


def test_json_without_marks_is_plain():
    assert type(load_json(b'{"a": 1}', "f", marks=False).value) is dict


def test_json_that_yaml_cannot_read_still_reads():
    assert load_json(b'{"a": "\\ud83d\\ude00"}', "f").value == {"a": "\U0001f600"}


def test_json_key_written_twice():
    assert load_json(b'{"a": 1,\n"a": 2}', "f").warnings
    with pytest.raises(InputError, match=r"f:2: key 'a' is written twice"):
        load_json(b'{"a": 1,\n"a": 2}', "f", strict=True)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(codec="ascii", min_codepoint=32), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef", min_size=1, max_size=4), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(_JSON)
def test_json_read_as_yaml_is_the_same(value):
    text = json.dumps(value, indent=1).encode()
    assert load_yaml(text, "f")[0].value == value
    assert load_json(text, "f").value == value


@given(_JSON)
def test_what_pyyaml_writes_is_read_back(value):
    text = yaml.safe_dump(value).encode()
    assert load_yaml(text, "f")[0].value == value


@settings(max_examples=300)
@given(st.binary(max_size=300) | st.text("&*a:[]{}-!\n <\"'|>?%@`#0.", max_size=120).map(str.encode))
def test_no_bytes_end_in_anything_but_an_input_error(content):
    for read in (load_yaml, load_json):
        with contextlib.suppress(InputError):
            read(content, "f")


def test_marked_values_are_dicts_and_lists():
    value = only("a: {b: [1]}\n").value
    assert isinstance(value["a"], MarkedDict)
    assert json.loads(json.dumps(value)) == {"a": {"b": [1]}}


BREAKS = st.sampled_from(["\n", "\r\n", "\x85", "\u2028", "\u2029"])


@given(st.lists(st.tuples(BREAKS, st.sampled_from(["# said", "", "  "])), max_size=8))
def test_lines_are_those_that_git_and_editors_count(above):
    """YAML 1.1 ends lines at NEL and the separators of Unicode as well, and nobody who looks for the line does."""
    text = "#" + "".join(end + said for end, said in above) + "\nkey:\n  - value\n"
    (document,) = load_yaml(text.encode(), "x.yaml")
    rows = split_lines(text)
    assert rows == text.replace("\r\n", "\n").split("\n")[:-1]
    assert rows[document.line_of("key") - 1].endswith("key:")
    assert document.line_of("key", 0) == document.line_of("key") + 1
    with pytest.raises(InputError, match=f"^x.yaml:{len(rows) + 1}: broken YAML"):
        load_yaml(f"{text}: [".encode(), "x.yaml")
