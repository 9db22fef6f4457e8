"""What is made to break a reader of zones: no crash, no hang, no file from outside, no secret."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scanning import scanned

from blastradius.model import Component, Gap
from blastradius.scanners import scan
from blastradius.scanners.zonefile.tokens import entries

HEAD = "$ORIGIN example.com.\n$TTL 60\n@ SOA ns1 admin 1 2 3 4 5\n"
#: Pieces of which hostile files are made.
PIECES = st.sampled_from([
    "$ORIGIN ", "$TTL ", "$INCLUDE x.inc\n", "$GENERATE 0-9 a$ A 203.0.113.$\n", "(", ")", ";", '"', "\\", "\n", " ", "\t", "@",
    "IN ", "SOA ", "NS ", "CNAME ", "A ", "1h", "99999999999", "example.com.", "www", "203.0.113.5", "*", "..", "\0", "\x85",
    "é", "zone \"a.example\" {", "};", "file \"x\";", "/*", "//", "{{",
])  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["x.zone", "named.conf", "zones/x", "db.example.com"]),
    st.lists(PIECES, max_size=40),
    st.binary(max_size=60),
)
def test_any_bytes_under_any_name_become_facts_or_gaps(tmp_path, name, pieces, noise):
    top = tmp_path / "any"
    for file, content in (
        (name, HEAD.encode() + "".join(pieces).encode() + noise),
        ("x.inc", noise),
        ("k.zone", HEAD.encode()),
    ):
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).write_bytes(content)
    first = scan([top])
    assert first == scan([top])
    for file in (name, "x.inc", "k.zone"):
        (top / file).unlink()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["A", "NS", "near", "203.0.113.5"])),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["type", "value", "values", "ttl", "dynamic", "pools", "rules", "pool", "geo", "octodns", "near", "healthcheck"]),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_yaml_of_octodns_becomes_facts_or_gaps(tmp_path, value):
    import yaml

    top = tmp_path / "any"
    top.mkdir(exist_ok=True)
    record = {**(value if isinstance(value, dict) else {}), "type": "A", "value": "203.0.113.5"}
    (top / "example.com.yaml").write_text(yaml.safe_dump({"www": record}))
    (top / "p.yaml").write_text(
        yaml.safe_dump({"providers": {"a": {"class": "octodns.A"}, "b": value}, "zones": {"example.com.": value}})
    )
    assert [fact for fact in scan([top]).facts if isinstance(fact, Component)]


def test_entries_say_all_of_a_text_that_is_not_quoted():
    text = "a 1 ( b\n c ) ; d\n e\n"
    assert [(one.line, one.inherits, one.words) for one in entries(text)] == [
        (1, False, ("a", "1", "b", "c")),
        (3, True, ("e",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "$GENERATE 0-4294967295 host$ A 203.0.113.1\n",
        "$GENERATE 0-9999999999 host${0,999,x} A 203.0.113.1\n" * 50,
        "www A (" + "(" * 200_000,
        "www A " + "203.0.113.5 " * 200_000 + "\n",
        "www." + "a." * 200_000 + " A 203.0.113.5\n",
        '"' * 200_000,
        "\\" * 200_001,
        "$ORIGIN a\n" * 20_000,
        "w A 203.0.113.5\n" * 150_000,
        "$INCLUDE x.zone\n" * 2_000,
        "$TTL " + "9" * 100_000 + "\n",
        "".join(f"n{number} A 203.0.113.5\n" for number in range(6_000)),
    ],
)
def test_bounds_hold_and_what_is_left_out_is_said(tmp_path, text):
    found = scanned(tmp_path, {"x.zone": HEAD + text})
    assert len(found.components) <= 5_010
    assert any(gap.hides == "dependency" for gap in found.gaps)
    assert len(found.gaps) < 40


def test_what_is_included_is_never_outside(tmp_path):
    (tmp_path / "secret.inc").write_text("leak A 203.0.113.66\n")
    text = HEAD + f"$INCLUDE ../secret.inc\n$INCLUDE {tmp_path}/secret.inc\n$INCLUDE /etc/passwd\nwww A 203.0.113.5\n"
    found = scanned(tmp_path, {"x.zone": text})
    assert "203.0.113.66" not in found.dump()
    assert len([gap for gap in found.gaps if "is not among the scanned files" in gap.reason]) == 3


def test_files_that_include_each_other_end(tmp_path):
    files = {
        "a.zone": HEAD + "$INCLUDE b.inc\n",
        "b.inc": "x A 203.0.113.5\n$INCLUDE c.inc\n",
        "c.inc": "$INCLUDE b.inc\n$INCLUDE a.zone\n",
    }
    found = scanned(tmp_path, files)
    assert len([gap for gap in found.gaps if "leads back" in gap.reason]) == 2
    assert any(c.name == "x.example.com" for c in found.components.values())


def test_texts_never_leave_a_zone(tmp_path):
    secret = "s3cr3t-planted"
    zone = HEAD + (
        f'a TXT "{secret}"\nb TXT {secret}\nc TXT ( "x"\n "{secret} \n)\nd A {secret}\n{secret}_x..y A 203.0.113.1\n'
        f"e CNAME {secret}..x\nf 9{secret} A 203.0.113.2\n$TTL {secret}\n${secret} x\n_{secret} CNAME x.example.net.\n"
    )
    pushed = f"t: {{type: TXT, value: {secret}}}\nwww: {{type: A, value: {secret}}}\nx: {{type: A, ttl: {secret}, value: 203.0.113.5}}\n"
    conf = f'key "k" {{ algorithm hmac-sha256; secret "{secret}"; }};\nzone "example.org" {{ type master; file "gone"; }};\n'
    config = f"providers:\n  r: {{class: octodns_route53.Route53Provider, secret: {secret}}}\nzones: {{example.net.: {{targets: [r]}}}}\n"
    found = scanned(
        tmp_path, {"x.zone": zone, "config/example.net.yaml": pushed, "named.conf": conf, "production.yaml": config}
    )
    assert {"example.com", "example.net", "example.org"} <= {c.name for c in found.components.values()}
    assert secret not in found.dump()


ZONE = "$ORIGIN example.com.\n@ 3600 IN SOA ns1 admin 1 2 3 4 5\nwww IN CNAME a.example.net.\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ZONE.encode(),
        ZONE.encode("utf-16"),
        ZONE.replace("\n", "\r").encode(),
        ZONE.replace("\n", "\r\n").encode(),
        ZONE.encode() + "; caf\u00e9\n".encode("latin-1"),
    ],
    ids=["byte order mark", "UTF-16", "CR", "CR LF", "Latin-1"],
)
def test_a_zone_is_read_in_any_encoding(tmp_path, content):
    top = tmp_path / "shop"
    top.mkdir()
    (top / "example.com.zone").write_bytes(content)
    found = scan([top])
    assert "dns:shop/example.com/www.example.com" in {getattr(one, "id", "") for one in found.facts}
    assert not [one for one in found.facts if isinstance(one, Gap) and one.component is None]


def test_a_zone_with_nul_characters_is_a_gap(tmp_path):
    top = tmp_path / "shop"
    top.mkdir()
    (top / "example.com.zone").write_bytes(ZONE.replace(" ", "\0 ").encode())
    (gap,) = [one for one in scan([top]).facts if isinstance(one, Gap)]
    assert "NUL" in gap.reason
