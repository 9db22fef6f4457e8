"""A result of the gate made by hand, with every status in it: what renderers are tried on."""

from __future__ import annotations

from datetime import date

from blastradius.gate.result import Counts, GateFinding, GateResult, Location, Seen, Side, WaiverUse
from blastradius.model import ChainLink, Coverage, Evidence, Gap, Rule, ScannerCoverage, Waiver

NAMES = {
    "journey:checkout": "checkout",
    "tf:shop:aws_lambda_function.price": "function:price",
    "tf:shop:aws_dynamodb_table.prices": "database:prices",
    "aws:platform/us-east-1/dynamodb": "aws:platform/us-east-1/dynamodb",
    "aws:region/us-east-1": "aws:region/us-east-1",
    "vendor:stripe": "vendor:stripe",
}


def _link(dependent: str, dependency: str, locator: str | None, scanner: str = "terraform") -> ChainLink:
    evidence = (Evidence(scanner=scanner, locator=locator, note="env TABLE"),) if locator else ()
    return ChainLink(
        dependent=dependent, dependency=dependency, strength="hard", basis="declared", evidence=evidence,
        reason="a store is needed to answer",
    )  # fmt: skip


CHAIN = (
    _link("journey:checkout", "tf:shop:aws_lambda_function.price", "blastradius.yaml:3", "overlay"),
    _link("tf:shop:aws_lambda_function.price", "tf:shop:aws_dynamodb_table.prices", "infra/lambda.tf:41"),
    _link("tf:shop:aws_dynamodb_table.prices", "aws:platform/us-east-1/dynamodb", "infra/tables.tf:7"),
    _link("aws:platform/us-east-1/dynamodb", "aws:region/us-east-1", None),
)

PATH = (
    Location(path="blastradius.yaml", line=3),
    Location(path="infra/lambda.tf", line=41),
    Location(path="infra/tables.tf", line=7),
    None,
)

WAIVER = WaiverUse(
    waiver=Waiver(
        rule="BR003", match="vendor:stripe", reason="a second provider is being contracted", owner="payments",
        until=date(2027, 2, 1),
    ),
    where="blastradius.yaml:12",
    state="active",
    days=73,
    findings=("b" * 16,),
)  # fmt: skip

NEW = GateFinding(
    rule="BR001",
    name="single-region-dependency",
    fingerprint="a" * 16,
    message="checkout now depends on us-east-1",
    level="block",
    status="new",
    fails=True,
    journey="journey:checkout",
    journey_name="checkout",
    tier=1,
    domain="aws:region/us-east-1",
    domain_name="us-east-1",
    dependent="tf:shop:aws_lambda_function.price",
    dependency="tf:shop:aws_dynamodb_table.prices",
    chain=CHAIN,
    path=PATH,
    evidence=CHAIN[1].evidence,
    location=PATH[1],
    was="nothing on checkout fell with us-east-1",
    fix="a replica of prices in another region, or make it soft",
)

WAIVED = NEW.model_copy(
    update={
        "rule": "BR003", "name": "new-hard-vendor", "fingerprint": "b" * 16, "status": "waived", "fails": False,
        "message": "checkout now breaks without stripe", "domain": "vendor:stripe", "domain_name": "stripe",
        "dependency": "vendor:stripe", "location": Location(path="app/requirements.txt", line=4), "waiver": WAIVER,
        "chain": (CHAIN[0], _link("tf:shop:aws_lambda_function.price", "vendor:stripe", "app/requirements.txt:4")),
        "path": (PATH[0], Location(path="app/requirements.txt", line=4)),
        "was": "checkout did not need stripe", "fix": "a fallback, or make it soft",
    }
)  # fmt: skip

EXPIRED = WAIVED.model_copy(
    update={
        "fingerprint": "c" * 16,
        "status": "expired",
        "fails": True,
        "waiver": WAIVER.model_copy(update={"state": "expired", "days": -3, "findings": ("c" * 16,)}),
    }
)

KNOWN = NEW.model_copy(update={"fingerprint": "d" * 16, "status": "known", "fails": False, "was": None})

WARNING = NEW.model_copy(
    update={
        "rule": "BR005", "name": "became-unknown", "fingerprint": "e" * 16, "level": "warn", "fails": False,
        "message": "whether checkout survives the loss of us-east-1 is no longer known", "location": None, "chain": (),
        "path": (), "evidence": (), "dependent": None, "dependency": None, "fix": None,
    }
)  # fmt: skip

FIXED = NEW.model_copy(update={"fingerprint": "f" * 16, "status": "fixed", "fails": False})

RULES = (
    Rule(id="BR001", name="single-region-dependency", summary="A critical journey newly falls with one region.",
         docs="It fires where a dependency is new and the journey breaks without the region that it leads to.\n\n"
              "Keep a second region, or make the dependency soft.",
         options={"ignore": "regions that do not count; none"}),
    Rule(id="BR003", name="new-hard-vendor", summary="A critical journey newly breaks without a vendor."),
    Rule(id="BR005", name="became-unknown", level="warn", summary="A verdict that was known is unknown now."),
)  # fmt: skip

GAPS = (
    Gap(scope="infra/old.tf", reason="could not be read: not UTF-8 text", hides="dependency",
        evidence=(Evidence(scanner="terraform", locator="infra/old.tf:1"),)),
    Gap(scope="vendor:stripe", component="vendor:stripe", hides="location",
        reason="where vendor:stripe runs is not known: state it with `place:` in blastradius.yaml"),
)  # fmt: skip

RESULT = GateResult(
    base=Side(name="origin/main", commit="0" * 40, components=24, journeys=2),
    head=Side(name=".", components=25, journeys=2),
    passed=False,
    findings=(NEW, EXPIRED, WARNING, WAIVED, KNOWN),
    fixed=(FIXED,),
    counts=Counts(new=2, expired=1, waived=1, known=1, fixed=1, failing=2),
    rules=RULES,
    waivers=(WAIVER,),
    notices=("blastradius.yaml:12: the waiver of BR003 for vendor:stripe ends on 2027-02-01",),
    names=NAMES,
    seen=Seen(share=0.96, gaps=2, critical=1),
    gaps=GAPS,
    coverage=Coverage(scanners=(ScannerCoverage(scanner="terraform", parsed=12, failed=1, components=9),)),
)
PASSED = RESULT.model_copy(
    update={"findings": (KNOWN,), "fixed": (), "passed": True, "counts": Counts(known=1), "waivers": (), "notices": ()}
)
