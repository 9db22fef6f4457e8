"""What a change softens is judged all the same, and said by name in every form."""

from __future__ import annotations

import json

import pytest
from gate.judging import judged, system
from gate.repository import Repository
from gate.shop import FILES
from gate.test_pull_requests import _table as add_table

from blastradius.gate.judging import judge
from blastradius.model import Policy

TIERS = "journey checkout: web tier 1\njourney reports: web tier 3\nweb -> price\n"
TABLE = TIERS + "price -> table\ntable -> us-east-1"


def _gated(shop: Repository, capsys, *options: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = shop.gate("--format", "json", *options)
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


def _found(result) -> set[tuple[str, str | None]]:
    return {(one.rule, one.journey_name) for one in result.findings if one.status == "new"}


# What policy says


def _policies(before: dict, after: dict, head: str = TABLE):
    return judge(system(TIERS, **before), system(head, **after)).result


def test_a_journey_that_the_base_judged_is_judged_still():
    result = _policies({}, {"critical_tier": 2})
    assert _found(result) == {("BR001", "checkout"), ("BR001", "reports"), ("BR011", "reports")}
    assert not result.passed
    assert "critical_tier is 2, and was not set" in result.notices
    (lost,) = [one for one in result.findings if one.rule == "BR011"]
    assert lost.message == "the journey reports is not judged any more: its tier is 3"


def test_a_journey_whose_own_tier_is_lowered_is_judged_still():
    result = _policies({"critical_tier": 1}, {"critical_tier": 1}, TABLE.replace("tier 1", "tier 2"))
    assert _found(result) == {("BR001", "checkout"), ("BR011", "checkout")}


def test_a_journey_that_is_renamed_and_lowered_is_judged_still():
    result = _policies(
        {"critical_tier": 1}, {"critical_tier": 1}, TABLE.replace("checkout: web tier 1", "buy: web tier 2")
    )
    assert ("BR011", "buy") in _found(result)
    assert ("BR001", "buy") in _found(result)


def test_a_journey_that_is_judged_newly_has_what_it_had():
    result = judge(system(TABLE, critical_tier=1), system(TABLE)).result
    assert (_found(result), result.passed) == (set(), True)


@pytest.mark.parametrize(
    ("before", "after", "notice"),
    [
        ({}, {"rules": {"BR001": "advisory"}}, "BR001 is advisory, and was block"),
        ({"rules": {"BR008": "block"}}, {}, "BR008 is warn, and was block"),
        ({}, {"rules": {"BR010": {"limit": 50}}}, "BR010: limit is 50, and was 10"),
        ({"rehearsed_within": 86400}, {}, "rehearsed_within is not set any more, and was 1d"),
        ({"rehearsed_within": 86400}, {"rehearsed_within": 172800}, "rehearsed_within is 2d, and was 1d"),
        ({}, {"waiver_horizon": 31_104_000}, "waiver_horizon is 360d, and was 180d"),
        ({"critical_tier": 4}, {"critical_tier": 3}, "critical_tier is 3, and was 4"),
    ],
)
def test_a_loosened_policy_is_said_and_does_not_fail_by_itself(before, after, notice):
    result = judge(system(TIERS, **before), system(TIERS, **after)).result
    assert (result.notices, result.passed) == ((notice,), True)
    assert judge(system(TIERS, **after), system(TIERS, **before)).result.notices in ((), (_back(notice),))


def _back(notice: str) -> str:
    """Options are told of either way: only a rule knows which is looser."""
    return "BR010: limit is 10, and was 50" if "limit" in notice else ""


def test_promises_of_journeys():
    base, head = "journey checkout: web tier 1 rto 10m rpo 1m\n", "journey checkout: web tier 3 rto 20m\n"
    assert judged(base, head).notices == (
        "the journey checkout has tier 3, and had 1",
        "the journey checkout has RTO of 20m, and had 10m",
        "the journey checkout has no RPO, and had 1m",
    )
    assert judged(head, base).notices == ()


@pytest.mark.parametrize("side", ["before", "after"])
def test_policy_may_make_a_finding_of_it(side):
    strict = {"rules": {"BR011": {"softening": True}}}
    loose = {"critical_tier": 4}
    before, after = (strict, loose) if side == "before" else ({}, strict | loose)
    result = judge(system(TIERS, **before), system(TIERS, **after)).result
    messages = {one.message for one in result.findings if one.rule == "BR011" and one.fails}
    assert "critical_tier is 4, and was not set" in messages
    assert "critical_tier is 4, and was not set" not in result.notices
    assert not result.passed


def test_a_policy_is_not_changed_by_being_compared():
    policy = Policy(critical_tier=1)
    base = system(TIERS)
    head = system(TIERS)
    head.policy = policy
    judge(base, head)
    assert (head.policy, policy.critical_tier) == (policy, 1)


# Statements


def _softens(shop: Repository, statement: str, section: str = "annotate") -> None:
    if section == "annotate":
        shop.replace("blastradius.yaml", "annotate:\n", f"annotate:\n  - {statement}\n")
    elif section == "ignore":
        shop.replace("blastradius.yaml", "ignore:\n", f"ignore:\n  - {statement}\n")
    else:
        shop.write("blastradius.yaml", shop.read("blastradius.yaml") + f"{section}:\n  - {statement}\n")


SOFT = '{dependent: "function:price", dependency: "database:sessions", strength: soft, reason: it is only a cache}'
STATEMENTS = {
    "soft": ("annotate", SOFT),
    "another phase": ("annotate", SOFT.replace("strength: soft", "phase: deploy")),
    "ignored need": ("ignore", '{dependent: "function:price", dependency: "database:sessions", reason: never mind}'),
    "ignored thing": ("ignore", '{component: "database:sessions", reason: never mind}'),
    "alternatives": (
        "redundancies",
        '{dependent: "function:price", members: ["database:sessions", "database:prices"], reason: either will do}',
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_that_makes_a_finding_go_away_is_named(name, tmp_path, capsys):
    section, statement = STATEMENTS[name]
    shop = Repository(tmp_path / "shop", FILES)
    add_table(shop)
    _softens(shop, statement, section)
    code, result = _gated(shop, capsys, "--report", f"markdown={tmp_path / 'out.md'}")
    assert (code, result["counts"]["failing"]) == (0, 0)
    (notice,) = result["notices"]
    where = shop.line("blastradius.yaml", statement)
    assert notice.startswith(f"{where}: the new statement under `{section}`, "), notice
    assert "BR001 checkout depends on us-east-1 through database:sessions" in notice
    assert "without it" in notice
    shop.gate()
    assert where in capsys.readouterr().out
    assert where in (tmp_path / "out.md").read_text()


def test_a_place_that_makes_a_finding_go_away_is_named(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    shop.replace("compose.yaml", "    image: redis:7\n", "    image: redis:7\n  cart:\n    build: cart\n")
    shop.replace("compose.yaml", "redis:6379\n", "redis:6379\n      CART: http://cart:80\n")
    shop.replace("blastradius.yaml", "region: eu-west-1,", "region: us-east-1,")
    shop.commit()
    shop.replace("blastradius.yaml", "region: us-east-1,", "region: eu-west-1,")
    _, result = _gated(shop, capsys)
    (notice,) = result["notices"]
    assert notice.startswith("blastradius.yaml:9: the changed statement under `place`, *:* ("), notice
    assert "BR001" in notice


def test_a_statement_that_hides_nothing_is_not_named(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    _softens(shop, '{component: "function:report", recovery: 5m, reason: measured}')
    assert _gated(shop, capsys)[1]["notices"] == []
    shop.replace("blastradius.yaml", "the trail may lag", "the trail may well lag")
    assert _gated(shop, capsys)[1]["notices"] == []


def test_a_removed_statement_that_made_something_hard(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    shop.replace("blastradius.yaml", "strength: soft", "strength: hard")
    shop.commit()
    line = '  - {dependent: "function:price", dependency: "queue:audit", strength: hard, reason: the trail may lag}\n'
    where = shop.line("blastradius.yaml", "queue:audit")
    shop.replace("blastradius.yaml", f"annotate:\n{line}", "")
    code, result = _gated(shop, capsys)
    assert code == 0
    assert all(one.startswith(f"HEAD:{where}: the removed statement") for one in result["notices"])


def test_two_that_only_together_hide_it_are_named_together(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    add_table(shop)
    _softens(shop, SOFT)
    _softens(shop, '{dependent: "function:price", dependency: "database:sessions", reason: never mind}', "ignore")
    _, result = _gated(shop, capsys)
    (notice,) = result["notices"]
    other = shop.line("blastradius.yaml", "reason: never mind")
    assert f"this and other changed statements ({other})" in notice, notice
    assert "without them, the gate finds: BR001 checkout depends on us-east-1 through database:sessions" in notice


def test_a_statement_is_a_finding_where_policy_says_so(tmp_path, capsys):
    shop = Repository(tmp_path / "shop", FILES)
    shop.replace("blastradius.yaml", "critical_tier: 1}", "critical_tier: 1, rules: {BR011: {softening: true}}}")
    shop.commit()
    add_table(shop)
    _softens(shop, SOFT)
    code, result = _gated(shop, capsys)
    (found,) = [one for one in result["findings"] if one["rule"] == "BR011"]
    assert (code, f"{found['location']['path']}:{found['location']['line']}") == (
        1,
        shop.line("blastradius.yaml", "only a cache"),
    )
    assert result["notices"] == []


def test_the_first_declared_journey_in_place_of_inferred_ones_is_said(tmp_path, capsys):
    files = {name: text for name, text in FILES.items() if name != "blastradius.yaml"}
    shop = Repository(tmp_path / "shop", files)
    shop.write("blastradius.yaml", "journeys: {reports: {entries: ['function:report']}}\n")
    _, result = _gated(shop, capsys)
    assert any(
        "blastradius.yaml:1: " in one and "not judged any more: the journeys declared here" in one
        for one in result["notices"]
    ), result["notices"]
