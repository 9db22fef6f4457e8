"""Results of the gate whose every text was written by somebody who means harm."""

from __future__ import annotations

from gate.example import RESULT as EXAMPLE
from hypothesis import strategies as st

from blastradius.gate.result import GateResult, Location

EVIL = (
    '<script>alert(1)</script>|`x`"]--> ::error::{0}[a](b)%0A\n::set-output name=a::b\u202e\x1b[31m\x00;]]>'
    + "x" * 9_000
)

#: What somewhere means something: a mention, an issue, an address, a command, a break out of whatever surrounds it.
PIECES = (
    "@octocat", "@acme/team", "#12", "GH-12", "acme/shop#3", "!7", "~label", "%3", "$9", "&2", "^alert",
    "https://evil.example/a", "www.evil.example", "me@evil.example", "mailto:me@evil.example", ":tada:",
    "[a](https://evil.example)", "![p](https://evil.example/p.png)", "[a]: https://evil.example", "<img src=x onerror=a>",
    "<!--", "-->", "<details>", "</sub>", "]]>", "&lt;", "&#64;octocat", "|", "\\|", "\\", "`", "``", "```", "```mermaid", "~~~",
    "**", "__init__", "*a*", "# b", "- c", "1. d", "> e", "---", "deadbeef0", "::error::x", "::set-output name=passed::true",
    "::stop-commands::t", "##[error]x", "%0A", "%25", "\n", "\r\n", "\t", "\x1b[2J", "\x9b1m", "\u202e", "\u2066", "\u200b",
    "\x00", "\u2028", '"', "'", '"]', "end", "{0}", "{{", "}}", "é", "東京", "a" * 400, " ", "  ", "a", "-", ".", ":", "/", "x.tf",
)  # fmt: skip
_ANY = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=5)
TEXTS = (
    st.lists(st.sampled_from(PIECES) | _ANY, min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: bool(text.strip()))
)


def dressed(text: str) -> GateResult:
    """The example with every text of an input replaced, and every path a file of that name."""
    path = text.replace("/", "_").replace("\0", "0") or "x"
    findings = []
    for one in EXAMPLE.findings:
        values = {name: text for name in ("message", "was", "fix", "journey_name", "domain_name") if getattr(one, name)}
        values["message"] = text
        if one.location is not None:
            values["location"] = Location(path=f"a/{path[:200]}.tf", line=3)
        findings.append(one.model_copy(update=values))
    rules = tuple(rule.model_copy(update={"summary": text, "docs": text}) for rule in EXAMPLE.rules)
    changes = {
        "findings": tuple(findings),
        "rules": rules,
        "names": dict.fromkeys(EXAMPLE.names, text),
        "notices": (text,),
    }
    return EXAMPLE.model_copy(update=changes)


def many(count: int) -> GateResult:
    """The example with that many new findings."""
    new = next(one for one in EXAMPLE.findings if one.status == "new")
    findings = tuple(new.model_copy(update={"fingerprint": f"{number:016x}"}) for number in range(count))
    return EXAMPLE.model_copy(update={"findings": findings})


RESULTS = {
    "example": EXAMPLE,
    "hostile": dressed(EVIL),
    "nothing": EXAMPLE.model_copy(update={"findings": (), "passed": True}),
}
