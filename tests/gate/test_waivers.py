"""Laws of waivers and baselines, and what is malformed."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import yaml
from gate.judging import TODAY, drawn, system
from gate.repository import Repository
from gate.shop import FILES
from gate.test_pull_requests import _table as add_table
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from blastradius.errors import UsageError
from blastradius.gate import baseline as baselines
from blastradius.gate.baseline import Baseline
from blastradius.gate.judging import Asked, judge
from blastradius.gate.waivers import Written
from blastradius.model import Waiver

NAMES = "abcde"
BASE = "journey checkout: web\njourney pay: web\n" + "".join(f"{name} -> us-east-1\n" for name in NAMES)


def head(needs):
    """A system in which the shop needs some things of one region, some of them through another."""
    return drawn(BASE + "\n".join(f"web -> {name}" for name in sorted(needs)))


def waiver(name, days=30, rule="BR001", **more):
    fields = {"rule": rule, "match": f"id:{name}", "reason": "because", "owner": "team", **more}
    return Waiver(until=TODAY + timedelta(days=days), **fields)


def run(needs, waivers=(), baseline=None, today=TODAY, **asked):
    written = [Written(one, f"blastradius.yaml:{number}") for number, one in enumerate(waivers, 1)]
    wanted = Asked(baseline=baseline or Baseline(), comments=written, today=today, **asked)
    return judge(system(drawn(BASE)), system(head(needs)), wanted)


def statuses(judged):
    return {one.fingerprint: one.status for one in judged.result.findings if one.status != "known"}


few = settings(max_examples=25)
needed = st.sets(st.sampled_from(NAMES), min_size=1)


@few
@given(needed, st.data())
def test_a_waiver_never_hides_another_finding(needs, data):
    bare = {one.fingerprint: one for one in run(needs).result.findings}
    chosen = data.draw(st.sets(st.sampled_from(sorted(needs))))
    found = run(needs, [waiver(name) for name in chosen])
    assert statuses(found).keys() == {mark for mark, one in bare.items() if one.status != "known"}
    for mark, status in statuses(found).items():
        assert (status == "waived") == (bare[mark].dependency in chosen)
    assert found.result.passed == (chosen == needs)


@few
@given(needed, st.integers(-40, 40), st.integers(-3, 3))
def test_an_expired_waiver_never_passes(needs, days, shift):
    today = TODAY + timedelta(days=shift)
    found = run(needs, [waiver(name, days) for name in needs], today=today)
    holds = today <= TODAY + timedelta(days=days)
    assert set(statuses(found).values()) == {"waived" if holds else "expired"}
    assert found.result.passed == holds
    assert {one.state in ("active", "ending") for one in found.result.waivers} == {holds}
    over = [notice for notice in found.result.notices if "was over after" in notice]
    assert len(over) == (0 if holds else len(needs))


@few
@given(needed, st.permutations(range(5)), st.data())
def test_order_never_matters(needs, order, data):
    days = data.draw(st.lists(st.integers(-5, 60), min_size=5, max_size=5))
    waivers = [waiver(name, days[NAMES.index(name)]) for name in sorted(needs)]
    mixed = [waivers[number] for number in order if number < len(waivers)]
    first, second = run(needs, waivers), run(needs, mixed)
    assert statuses(first) == statuses(second)
    assert first.result.counts == second.result.counts


@few
@given(needed, needed)
def test_a_baseline_accepts_what_it_holds_and_nothing_else(before, after):
    accepted = baselines.of_findings(run(before).met, system(head(before)))
    found = run(after, baseline=accepted)
    for one in found.result.findings:
        if one.status != "known":
            assert (one.status == "accepted") == (one.dependency in before)
    assert found.result.passed == (after <= before)


@few
@given(needed, needed)
def test_prune_never_grows(before, after):
    accepted = baselines.of_findings(run(before).met, system(head(before)))
    met = run(after).met
    pruned = accepted.pruned(met, compared=True)
    assert set(pruned.findings) <= set(accepted.findings)
    assert statuses(run(after, baseline=pruned)) == statuses(run(after, baseline=accepted))
    assert pruned.pruned(met, compared=True) == pruned


@few
@given(needed)
def test_a_baseline_is_the_same_bytes_and_comes_back(needs):
    made = baselines.of_findings(run(needs).met, system(head(needs)))
    assert Baseline.model_validate_json(made.text()) == made
    assert made.text() == Baseline(findings=made.findings[::-1]).text()


def test_without_a_base_everything_is_new_and_a_baseline_accepts_it():
    alone = judge(None, system(head("ab")), Asked(today=TODAY))
    assert not alone.result.passed
    assert alone.result.counts.known == 0
    accepted = baselines.of_findings(alone.met, system(head("ab")))
    assert judge(None, system(head("ab")), Asked(accepted, today=TODAY)).result.passed
    assert not judge(None, system(head("abc")), Asked(accepted, today=TODAY)).result.passed


def test_an_audit_lets_nothing_through():
    found = run("ab", [waiver("a"), waiver("b")], no_waivers=True)
    assert set(statuses(found).values()) == {"new"}
    assert {one.state for one in found.result.waivers} == {"unused"}


def test_the_longest_of_two_waivers_counts():
    found = run("a", [waiver("a", -1), waiver("a", 3)])
    assert set(statuses(found).values()) == {"waived"}
    assert any("ends on" in notice for notice in found.result.notices)


def test_the_last_day_counts_and_is_told():
    found = run("a", [waiver("a", 0)])
    assert found.result.passed
    assert "ends today" in " ".join(found.result.notices)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (waiver("b"), "matches nothing: no finding of that rule is about it"),
        (waiver("a", rule="BR002"), "BR002 finds nothing here: remove it"),
        (waiver("a", rule="BR999"), "no rule 'BR999': choose one of BR001"),
        (waiver("a", 181), "may hold for 180d \\(policy: waiver_horizon\\): write 2027-05-20 or earlier"),
        (waiver("a", match="region:"), "match: "),
        (waiver("a", match="*:*"), "names nothing"),
        (waiver("a", match="*"), "names nothing"),
        (waiver("a", match="id:*"), "names nothing"),
    ],
)
def test_a_waiver_that_means_nothing_is_an_error(wrong, what):
    with pytest.raises(UsageError, match=what) as caught:
        run("a", [wrong])
    assert str(caught.value).startswith("blastradius.yaml:1: ")


def test_a_waiver_may_name_a_journey_or_one_finding():
    mark = next(iter(statuses(run("a"))))
    assert list(statuses(run("a", [waiver("a", match=mark)])).values()).count("waived") == 1
    found = run("ab", [waiver("a", match="journey:checkout")]).result
    assert {one.journey_name for one in found.findings if one.status == "waived"} == {"checkout"}
    assert {one.journey_name for one in found.findings if one.status == "new"} == {"pay"}


# In files


WAIVED = """
waivers:
  - {rule: BR001, match: "database:sessions", reason: sessions may be lost, owner: team, until: 2026-12-31}
"""


@pytest.fixture
def shop(tmp_path):
    made = Repository(tmp_path / "shop", FILES)
    add_table(made)
    return made


def test_a_waiver_of_the_overlay(shop, capsys):
    assert shop.gate() == 1
    shop.write("blastradius.yaml", shop.read("blastradius.yaml") + WAIVED)
    assert shop.gate() == 0
    said = capsys.readouterr().out
    assert "1 waived (expires 2026-12-31)" in said
    assert shop.gate("--no-waivers") == 1
    assert shop.gate("--today", "2026-12-31") == 0
    assert shop.gate("--today", "2027-01-01") == 1
    assert "(its waiver is over)" in capsys.readouterr().out


def test_a_waiver_that_became_the_base_is_seen_until_its_end(shop, capsys):
    shop.write("blastradius.yaml", shop.read("blastradius.yaml") + WAIVED)
    shop.commit()
    assert shop.gate() == 0
    assert shop.gate("--today", "2027-01-01") == 0
    assert "was over after 2026-12-31" in capsys.readouterr().out
    shop.replace("infra/main.tf", "      SESSIONS = aws_dynamodb_table.sessions.name\n", "")
    assert shop.gate() == 2
    assert "the waiver of BR001 for database:sessions matches nothing" in capsys.readouterr().err


def test_a_waiver_of_a_change_is_spent_once_merged(shop, capsys):
    shop.commit()
    shop.replace("blastradius.yaml", "strength: soft", "strength: hard")
    text = """
waivers:
  - {rule: BR001, match: "queue:audit", reason: meant, owner: team, until: 2026-12-31}
  - {rule: BR006, match: "queue:audit", reason: meant, owner: team, until: 2026-12-31}
"""
    shop.write("blastradius.yaml", shop.read("blastradius.yaml") + text)
    assert shop.gate() == 0
    shop.commit()
    capsys.readouterr()
    assert shop.gate() == 0
    assert "the waiver of BR006 by team matches nothing any more: remove it" in capsys.readouterr().out


COMMENT = '# blastradius: allow BR001 until=2026-12-31 reason="sessions may be lost" owner=team'


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("sign", ["#", "//"])
def test_a_waiver_in_a_comment(shop, above, sign, capsys):
    line = "      SESSIONS = aws_dynamodb_table.sessions.name"
    comment = COMMENT.replace("#", sign)
    shop.replace("infra/main.tf", line, f"      {comment}\n{line}" if above else f"{line}  {comment}")
    assert shop.gate() == 0
    assert "1 waived (expires 2026-12-31)" in capsys.readouterr().out
    assert shop.gate("--no-waivers") == 1
    assert shop.gate("--today", "2027-01-01") == 1


@pytest.mark.parametrize(
    ("comment", "what"),
    [
        ("# blastradius: allow BR001", "says no until and no reason and no owner"),
        (COMMENT.replace("2026-12-31", "soon"), "until: 'soon' is no date"),
        (COMMENT.replace("owner=team", "owner="), "cannot read 'owner='"),
        (COMMENT.replace("until=2026-12-31 ", ""), "says no until"),
        (COMMENT.replace("BR001", "everything"), "names no rule"),
        (COMMENT + " ticket=1", "cannot read 'ticket=1'"),
        (COMMENT.replace("BR001", "BR003"), "BR003 finds nothing here"),
        (COMMENT.replace("2026-12-31", "2030-12-31"), "a waiver may hold for"),
        (COMMENT.replace("sessions may be lost", "x"), "reason"),
    ],
)
def test_a_comment_that_cannot_be_read_is_an_error(shop, comment, what, capsys):
    shop.replace("infra/main.tf", "      SESSIONS =", f"      {comment}\n      SESSIONS =")
    assert shop.gate() == 2
    said = capsys.readouterr().err
    assert said.startswith("blastradius: infra/main.tf:6: ")
    assert what in said


def test_a_comment_in_the_wrong_place_is_an_error(shop, capsys):
    shop.write("infra/providers.tf", COMMENT + "\n" + shop.read("infra/providers.tf"))
    assert shop.gate() == 2
    said = capsys.readouterr().err
    assert "infra/providers.tf:1: the waiver of BR001 matches nothing" in said


@pytest.mark.parametrize("odd", ["\f", "\x1d", "\u2028"])
def test_a_comment_speaks_of_the_line_that_git_counts(shop, odd, capsys):
    """None of these ends a line for Git, an editor or Terraform: a comment below one lets nothing else through."""
    line = "      SESSIONS = aws_dynamodb_table.sessions.name"
    shop.replace("infra/main.tf", line, f"      {COMMENT}\n{line}")
    shop.write("infra/main.tf", f"# a{odd}b\n" + shop.read("infra/main.tf"))
    assert shop.gate() == 0
    shop.replace("infra/main.tf", f"{COMMENT}\n{line}", f"{COMMENT}\n\n      OTHER = 1\n{line}")
    capsys.readouterr()
    assert shop.gate() == 2
    assert "infra/main.tf:7: the waiver of BR001 matches nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    "comment",
    [
        COMMENT.replace("blastradius", "Blastradius"),
        COMMENT.replace("allow", "alow"),
        COMMENT.replace("blastradius:", "blastradius"),
        COMMENT.replace("blastradius", "blast-radius"),
        COMMENT.replace("allow", "ignore"),
        "/* " + COMMENT[2:] + " */",
    ],
)
def test_a_comment_that_is_nearly_one_is_said(shop, comment, capsys):
    shop.replace("infra/main.tf", "      SESSIONS =", f"      {comment}\n      SESSIONS =")
    assert shop.gate() == 1
    assert "note: infra/main.tf:6: reads like a waiver and is none" in capsys.readouterr().out


def test_a_comment_about_this_program_is_no_waiver(shop, capsys):
    shop.replace(
        "infra/main.tf",
        "      SESSIONS =",
        "      # blastradius: sees this table\n      # blastradius gate runs on it\n      SESSIONS =",
    )
    assert shop.gate() == 1
    assert "reads like" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "value"),
    [("reason", '"   "'), ("reason", '"\\u200b\\u200b\\u200b"'), ("owner", '" "'), ("owner", '"\\u2060"'), ("until", "1796083200"),
     ("until", '"2026-12-31T00:00:00"'), ("until", "20261231")],
)  # fmt: skip
def test_a_waiver_says_who_why_and_until_which_day(key, value):
    fields = {"rule": "BR001", "match": "x", "reason": "being replaced", "owner": "team", "until": "2026-12-31"}
    assert Waiver.model_validate(fields).until == date(2026, 12, 31)
    wrong = fields | {key: yaml.safe_load(value)}
    with pytest.raises(ValidationError, match=r"says nothing|is no date"):
        Waiver.model_validate(wrong)


def test_a_baseline_holds_nothing_that_is_waived(shop, tmp_path, capsys):
    shop.replace("infra/main.tf", "      SESSIONS =", f"      {COMMENT}\n      SESSIONS =")
    path = str(tmp_path / "accepted.json")
    assert shop.gate("--baseline", path, "--write-baseline") == 0
    assert "; 1 waived left out, for a waiver ends" in capsys.readouterr().out
    assert "sessions" not in (tmp_path / "accepted.json").read_text()
    assert shop.gate("--baseline", path, "--today", "2027-01-01") == 1


def test_a_baseline_that_cannot_be_read_says_the_way_out(shop, tmp_path, capsys):
    path = tmp_path / "accepted.json"
    path.write_text("{")
    assert shop.gate("--baseline", str(path), "--write-baseline") == 3
    assert "is no JSON: remove the file and write it anew with --write-baseline" in capsys.readouterr().err
    path.write_text(
        '{"findings": [\n{"fingerprint": "0123456789abcdef", "rule": "BR001"},\n{"fingerprint": "x", "rule": "BR001"}]}'
    )
    assert shop.gate("--baseline", str(path)) == 2
    assert f"{path}:3: findings.1.fingerprint: " in capsys.readouterr().err


def test_prune_takes_out_what_stands_twice(shop, tmp_path, capsys):
    path = tmp_path / "accepted.json"
    assert shop.gate("--baseline", str(path), "--write-baseline") == 0
    good = path.read_text()
    rows = json.loads(good)
    path.write_text(json.dumps(rows | {"findings": rows["findings"] * 2}))
    capsys.readouterr()
    assert shop.gate("--baseline", str(path)) == 0
    assert "no more: --prune" not in capsys.readouterr().out
    assert shop.gate("--baseline", str(path), "--prune") == 0
    assert path.read_text() == good


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (["--report", "json=a.json", "-o", "a.json"], "'a.json' is named by -o as well"),
        (["--report", "json=a.json", "--baseline", "./a.json"], "'a.json' is named by --baseline as well"),
        (["--report", "json=-"], "'-' is the screen"),
        (["--report", "json=/dev/stdout"], "'/dev/stdout' is the screen"),
        (["--format", "html"], "the gate has no html: choose one of text, json, markdown, csv"),
    ],
)
def test_where_a_report_cannot_go(shop, asked, what, capsys):
    assert shop.gate(*asked) == 2
    assert what in capsys.readouterr().err


def test_prose_about_comments_is_none(shop):
    shop.write("README.md", f"    {COMMENT}\n")
    assert shop.gate() == 1


def test_a_baseline_in_a_file(shop, tmp_path, capsys):
    path = str(tmp_path / "accepted.json")
    assert shop.gate("--baseline", path, "--write-baseline") == 0
    assert "findings accepted" in capsys.readouterr().out
    assert shop.gate("--baseline", path) == 0
    assert shop.gate("--baseline", path, base=None) in (0, 1)
    before = (tmp_path / "accepted.json").read_text()
    assert shop.gate("--baseline", path, "--prune") == 0
    assert (tmp_path / "accepted.json").read_text() == before
    shop.replace("infra/main.tf", "      SESSIONS = aws_dynamodb_table.sessions.name\n", "")
    capsys.readouterr()
    assert shop.gate("--baseline", path) == 0
    assert "--prune takes them out" in capsys.readouterr().out
    assert shop.gate("--baseline", path, "--prune") == 0
    assert set((tmp_path / "accepted.json").read_text().splitlines()) <= set(before.splitlines()) | {
        line.rstrip(",") for line in before.splitlines()
    }


def test_what_only_a_base_shows_is_not_pruned_without_one():
    accepted = Baseline.model_validate(
        {"findings": [{"fingerprint": f"{n:016x}", "rule": rule} for n, rule in enumerate(("BR001", "BR007", "BR011"))]}
    )
    assert [one.rule for one in accepted.pruned([], compared=False).findings] == ["BR007", "BR011"]
    assert accepted.stale([], compared=False) == 1
    assert accepted.pruned([], compared=True).findings == ()


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (["--write-baseline", "--prune"], "choose one"),
        (["--write-baseline", "--report", "json=a.json"], "judges nothing"),
        (["--prune", "--report", "json=a.json"], "judges nothing"),
        (["--report", "json=a.json", "--report", "sarif=./a.json"], "is named twice"),
    ],
)
def test_options_that_undo_each_other(shop, asked, what, capsys):
    path = str(shop.folder / "accepted.json")
    assert shop.gate("--baseline", path, "--write-baseline") == 0
    capsys.readouterr()
    assert shop.gate("--baseline", path, *asked) == 2
    assert what in capsys.readouterr().err


def test_days_are_days():
    assert date(2026, 11, 21) == TODAY
