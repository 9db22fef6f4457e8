"""JUnit XML, as Jenkins, GitLab and others show it: a test case for each finding, and one for each rule without any."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from blastradius.reports.gate import WRITERS
from blastradius.reports.gate._common import place, sentences

if TYPE_CHECKING:
    from blastradius.gate.result import GateFinding, GateResult

_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TOLD = ("new", "expired", "waived", "accepted")


def write(result: GateResult) -> str:
    """The report; what blocks has failed, what warns has passed with its text, what is waived was skipped."""
    cases = [_case(one, result.names) for one in result.findings if one.status in _TOLD]
    found = {one.rule for one in result.findings if one.status in _TOLD}
    for rule in result.rules:
        if rule.id not in found:
            cases.append(
                ElementTree.Element("testcase", name=f"{rule.id} {rule.name}", classname="blastradius", time="0")
            )
    failures = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "time": "0"}
    suites = ElementTree.Element("testsuites", {"name": "blastradius", **counts})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "blastradius gate", "skipped": str(skipped), **counts})
    suite.extend(cases)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _case(one: GateFinding, names: dict[str, str]) -> ElementTree.Element:
    where = place(one)
    name = f"{one.rule} {one.message}"
    case = ElementTree.Element("testcase", name=_allowed(name), classname=f"blastradius.{one.name}", time="0")
    said = [*([f"{where.path}:{where.line}"] if where is not None else []), *sentences(one, names)]
    text = _allowed("\n".join(said))
    if one.fails:
        failure = ElementTree.SubElement(case, "failure", type=one.rule, message=_allowed(one.message))
        failure.text = text
    elif one.status in ("waived", "accepted"):
        ElementTree.SubElement(case, "skipped", message=_allowed(_why(one)))
    else:
        ElementTree.SubElement(case, "system-out").text = text
    return case


def _why(one: GateFinding) -> str:
    if one.waiver is not None:
        waiver = one.waiver.waiver
        return f"waived by {waiver.owner} until {waiver.until}: {waiver.reason}"
    return "accepted in the baseline file"


def _allowed(text: str) -> str:
    """A text without what XML 1.0 cannot hold and what steers a reader's screen."""
    return "".join(
        one if one == "\n" or unicodedata.category(one) not in _STEERING else f"\\u{ord(one):04x}" for one in text
    )


WRITERS.register("junit")(write)
