"""Master files: every way of writing a record, whose zone it is, who answers, and what points where."""

from __future__ import annotations

import pytest
from scanning import scanned

from blastradius.model import Component, DependencyFact, RedundancyFact

HEAD = "$ORIGIN example.com.\n@ 3600 IN SOA ns1 admin 1 2 3 4 5\n"


def told(tmp_path, text, name="example.com.zone", **more):
    """Records as `name type-of-need target…`, told by the scan of one zone file."""
    return drawn(scanned(tmp_path, {name: text, **more}))


def drawn(found):
    lines = []
    for rule in found.rules:
        if isinstance(rule, DependencyFact) and rule.via in ("zone", "delegation"):
            continue
        members = rule.members if isinstance(rule, RedundancyFact) else (rule.reference,)
        kind = "any" if isinstance(rule, RedundancyFact) and len(members) > 1 else "one"
        soft = " soft" if rule.strength == "soft" else ""
        lines.append(f"{plain(rule.dependent)} {kind}{soft} {' '.join(one.texts[-1] for one in members)}")
    return sorted(lines)


def plain(id):
    return id.removeprefix("dns:shop/").rpartition("/")[2]


def ttl_of(found, name):
    return next(c for c in found.components.values() if c.name == name and c.type != "dns/zone").attributes.get("ttl")


@pytest.mark.parametrize(
    "record",
    [
        "www A 203.0.113.5",
        "www IN A 203.0.113.5",
        "www 300 A 203.0.113.5",
        "www 300 IN A 203.0.113.5",
        "www IN 300 A 203.0.113.5",
        "www in 5m a 203.0.113.5",
        "www.example.com. IN A 203.0.113.5",
        "WWW IN A 203.0.113.5 ; a comment",
        "www IN ( A\n 203.0.113.5 )",
        "www ( ; said below\n IN\n 300 A\n 203.0.113.5\n)",
        "www TXT \"( ; \\\" unclosed\"\n    A 203.0.113.5",
        "$ORIGIN sub.example.com.\nx TXT a\n$ORIGIN example.com.\nwww A 203.0.113.5",
        "www\tA\t203.0.113.5\r",
        "$TTL 1d\nwww A 203.0.113.5",
    ],
)  # fmt: skip
def test_a_record_is_read_however_it_is_written(tmp_path, record):
    assert told(tmp_path, HEAD + record + "\n") == ["www.example.com one 203.0.113.5"]


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("$TTL 1h30m\nwww A 203.0.113.5", "5400"),
        ("$TTL 1h30m\nwww 2w A 203.0.113.5", "1209600"),
        ("$TTL 60\n$TTL 90\nwww A 203.0.113.5", "90"),
        ("api 77 A 203.0.113.6\nwww A 203.0.113.5", "77"),
        ("www A 203.0.113.5", "3600"),
        ("www 0 A 203.0.113.5", "0"),
        ("www 60 A 203.0.113.5\nwww 600 A 203.0.113.6", "600"),
        ("www 2147483647 A 203.0.113.5", "2147483647"),
        ("www 2147483648 A 203.0.113.5", None),
        ("www 99999999999999999999w A 203.0.113.5", None),
    ],
)
def test_ttls(tmp_path, lines, seconds):
    found = scanned(tmp_path, {"example.com.zone": HEAD + lines + "\n"})
    assert ttl_of(found, "www.example.com") == seconds
    assert bool(found.gaps) == (seconds is None) or not any("31 bits" in gap.reason for gap in found.gaps)


def test_a_ttl_that_nothing_states_is_the_minimum_of_the_zone(tmp_path):
    found = scanned(tmp_path, {"x.zone": "$ORIGIN example.com.\n@ SOA ns1 admin (1 2 3 4 1h)\nwww A 203.0.113.5\n"})
    assert ttl_of(found, "www.example.com") == "3600"


def test_evidence_names_the_line_of_the_record(tmp_path):
    found = scanned(tmp_path, {"x.zone": HEAD + '\n; nothing\nnote TXT (\n "a"\n)\nwww A 203.0.113.5\n'})
    (rule,) = [rule for rule in found.rules if rule.via == "target"]
    assert [piece.locator for piece in rule.evidence] == ["x.zone:8"]


def test_name_servers_of_several_providers_are_alternatives(tmp_path):
    lines = told(tmp_path, HEAD + "@ NS ns-1.awsdns-01.org.\n@ NS dns1.p01.nsone.net.\n")
    assert lines == ["example.com any ns-1.awsdns-01.org dns1.p01.nsone.net"]


def test_a_name_server_of_the_zone_itself_does_not_need_the_zone(tmp_path):
    found = scanned(tmp_path, {"x.zone": HEAD + "@ NS ns1\nns1 A 203.0.113.53\nwww A 203.0.113.5\n"})
    server = next(c for c in found.components.values() if c.name == "ns1.example.com")
    assert server.type == "dns/server"
    assert "entry" not in server.attributes
    on_zone = {plain(rule.dependent) for rule in found.rules if rule.via == "zone"}
    assert on_zone == {"www.example.com"}


def test_several_addresses_without_health_checks_are_all_needed_in_full(tmp_path):
    found = scanned(tmp_path, {"x.zone": HEAD + "www A 203.0.113.5\nwww A 203.0.113.6\nwww AAAA 2001:db8::5\n"})
    (group,) = [rule for rule in found.rules if isinstance(rule, RedundancyFact) and rule.via == "targets"]
    assert (group.required, group.full, group.failover, len(group.members)) == (1, 2, None, 2)
    assert "www.example.com one soft [2001:db8::5]" in drawn(found)


def test_an_address_of_ipv6_alone_is_needed(tmp_path):
    assert told(tmp_path, HEAD + "www AAAA 2001:db8::5\n") == ["www.example.com one [2001:db8::5]"]


def test_a_delegated_zone_is_another_zone_which_needs_the_one_above(tmp_path):
    text = HEAD + "@ NS ns-1.awsdns-01.org.\nsub NS ns1.sub\nns1.sub A 203.0.113.53\nwww.sub A 203.0.113.9\n"
    found = scanned(tmp_path, {"x.zone": text})
    assert drawn(found) == [
        "example.com one ns-1.awsdns-01.org", "ns1.sub.example.com one 203.0.113.53",
        "sub.example.com one ns1.sub.example.com",
    ]  # fmt: skip
    (above,) = [rule for rule in found.rules if rule.via == "delegation"]
    assert (plain(above.dependent), plain(above.reference.texts[0])) == ("sub.example.com", "example.com")


def test_of_a_delegated_zone_that_was_scanned_its_own_file_says_who_answers(tmp_path):
    child = "$ORIGIN sub.example.com.\n@ SOA a b 1 2 3 4 5\n@ NS dns1.p01.nsone.net.\n"
    files = {"a.zone": HEAD + "sub NS ns9.old.example.net.\n", "b.zone": child}
    assert drawn(scanned(tmp_path, files)) == ["sub.example.com one dns1.p01.nsone.net"]


def test_what_is_no_name_for_users_is_left_out(tmp_path):
    text = (
        HEAD
        + "_acme-challenge CNAME x.example.net.\nsel._domainkey CNAME y.example.net.\nout.example.org. A 203.0.113.1\n"
    )
    assert told(tmp_path, text) == []


def test_a_name_inside_a_network_is_no_way_in(tmp_path):
    found = scanned(tmp_path, {"x.zone": HEAD + "db A 10.0.0.5\nwww A 203.0.113.5\n*.apps A 203.0.113.5\n"})
    entries = {c.name for c in found.components.values() if "entry" in c.attributes}
    assert entries == {"www.example.com"}


@pytest.mark.parametrize(
    ("name", "text", "zone", "basis"),
    [
        ("db.example.com", "@ IN SOA a b 1 2 3 4 5\n", "example.com", "inferred"),
        ("zones/example.com", "@ IN SOA a b 1 2 3 4 5\n", "example.com", "inferred"),
        ("example.com.zone", "example.net. IN SOA a b 1 2 3 4 5\n", "example.net", "declared"),
        ("any.db", "$ORIGIN com.\nexample SOA a b 1 2 3 4 5\n", "example.com", "declared"),
        ("part.zone", "$ORIGIN example.com.\nwww IN A 203.0.113.5\n", "example.com", "declared"),
    ],
)
def test_whose_zone_it_is(tmp_path, name, text, zone, basis):
    found = scanned(tmp_path, {name: text})
    (one,) = [c for c in found.components.values() if c.type == "dns/zone"]
    assert (one.name, one.evidence[0].basis) == (zone, basis)


def test_a_zone_without_a_name_is_a_gap(tmp_path):
    found = scanned(tmp_path, {"zones/forward": "@ SOA a b 1 2 3 4 5\nwww A 203.0.113.5\n"})
    assert not found.components
    assert "nothing tells the name of the zone" in found.gaps[0].reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("db.sql", "-- IN SOA x\nselect 1;"),
        ("dns/notes", "see the SOA of the zone\n"),
        ("app.db", "SQLite format 3\0 x IN SOA y"),
        ("db.0.0.127", "$ORIGIN 0.0.127.in-addr.arpa.\n@ SOA a b 1 2 3 4 5\n1 PTR localhost.\n"),
        ("db.local", "@ IN SOA localhost. root.localhost. 1 2 3 4 5\n@ NS localhost.\n"),
    ],
)
def test_what_is_no_zone_of_names_is_none(tmp_path, name, text):
    found = scanned(tmp_path, {name: text, "keep.zone": HEAD})
    assert [c.name for c in found.components.values() if c.kind == "dns"] == ["example.com"]
    assert not [gap for gap in found.gaps if gap.scope == name]


def test_a_bad_record_is_a_gap_at_its_line_and_stops_nothing(tmp_path):
    found = scanned(
        tmp_path, {"x.zone": HEAD + "bad A not-an-address\nworse..name A 203.0.113.1\nlone\nwww A 203.0.113.5\n"}
    )
    assert "www.example.com one 203.0.113.5" in drawn(found)
    assert [gap.evidence[0].locator for gap in found.gaps if "could not be read" in gap.reason] == [
        "x.zone:3", "x.zone:4", "x.zone:5",
    ]  # fmt: skip


def test_a_template_is_a_gap(tmp_path):
    found = scanned(
        tmp_path, {"x.zone": HEAD + "www A {{ address }}\n", "y.zone": "$ORIGIN example.net.\n@ SOA a b 1 2 3 4 5\n"}
    )
    assert any("is a template" in gap.reason for gap in found.gaps)


def test_an_included_file_is_part_of_the_zone_and_none_of_its_own(tmp_path):
    files = {"zones/db.example.com": HEAD + "$INCLUDE parts/web.db apps\nlast A 203.0.113.6\n", "zones/parts/web.db": "$ORIGIN apps.example.com.\nwww IN A 203.0.113.5\n"}  # fmt: skip
    found = scanned(tmp_path, files)
    assert drawn(found) == ["last.example.com one 203.0.113.6", "www.apps.example.com one 203.0.113.5"]
    assert [c.name for c in found.components.values() if c.type == "dns/zone"] == ["example.com"]


def test_an_included_file_changes_no_origin_of_the_including_one(tmp_path):
    files = {
        "a.zone": HEAD + "$INCLUDE b.inc\nwww A 203.0.113.5\n",
        "b.inc": "$ORIGIN deep.example.com.\nx A 203.0.113.7\n",
    }
    assert "www.example.com one 203.0.113.5" in drawn(scanned(tmp_path, files))


def test_generate_makes_names(tmp_path):
    lines = told(tmp_path, HEAD + "$GENERATE 1-3/2 host${10,3} A 203.0.113.$\n$GENERATE 1-1 x$$ A 203.0.113.9\n")
    assert lines == ["host011.example.com one 203.0.113.1", "host013.example.com one 203.0.113.3"]


def test_named_conf_says_the_name_and_the_view(tmp_path):
    conf = """
options { directory "/var/named"; }; // here
# zone "commented.example" { type master; file "x"; };
/* zone "too.example" {
   type master; }; */
zone "example.com" IN { type master; file "/var/named/data/one"; };
view "inside" { match-clients { 10.0.0.0/8; }; zone "corp.example.net" { type primary; file "corp"; }; };
zone "." { type hint; file "root"; };
zone "0.in-addr.arpa" { type master; file "rev"; };
zone "gone.example.org" { type slave; masters { 192.0.2.1; }; file "gone.db"; };
"""
    files = {
        "etc/named.conf": conf,
        "data/one": "@ SOA a b 1 2 3 4 5\nwww A 203.0.113.5\n",
        "etc/corp": "@ SOA a b 1 2 3 4 5\napp A 203.0.113.6\n",
    }
    found = scanned(tmp_path, files)
    zones = {c.name: c for c in found.components.values() if c.type == "dns/zone"}
    assert sorted(zones) == ["corp.example.net", "example.com", "gone.example.org"]
    assert zones["corp.example.net"].attributes["view"] == "inside"
    assert [c.name for c in found.components.values() if "entry" in c.attributes] == ["www.example.com"]
    (gap,) = [gap for gap in found.gaps if gap.component == zones["gone.example.org"].id]
    assert "was not seen" in gap.reason
    assert gap.evidence[0].locator == "etc/named.conf:10"


def test_two_views_of_one_zone_stay_two(tmp_path):
    conf = 'view "a" { zone "example.com" { type master; file "a.db"; }; };\nview "b" { zone "example.com" { type master; file "b.db"; }; };\n'
    text = "@ SOA a b 1 2 3 4 5\nwww A 203.0.113.{}\n"
    found = scanned(tmp_path, {"named.conf": conf, "a.db": text.format(1), "b.db": text.format(2)})
    assert len([c for c in found.components.values() if c.type == "dns/zone"]) == 2
    assert len([c for c in found.components.values() if c.type == "dns/record"]) == 2


def test_a_zone_file_that_is_named_is_no_broken_yaml(tmp_path):
    from blastradius.scanners import scan

    path = tmp_path / "zone.txt"
    path.write_text(HEAD + "www A 203.0.113.5\n\tA 203.0.113.6\n")
    facts = scan([path]).facts
    assert any(isinstance(fact, Component) and fact.name == "www.example.com" for fact in facts)
    assert not [fact for fact in facts if "YAML" in repr(fact)]


def test_dnscontrol_is_not_run_and_said_not_to_be(tmp_path):
    found = scanned(tmp_path, {"dnsconfig.js": 'var R = NewRegistrar("x");\nD("example.com", R);\n', "x.zone": HEAD})
    assert any(gap.scope == "dnsconfig.js" and "is not run" in gap.reason for gap in found.gaps)
