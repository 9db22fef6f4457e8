"""Which environment a deployment is: by the name of its stack, what it is given, its job, its target, its file.

The words are those of `scanners/environments.py`; a name made from the number of a pull request is a preview. Each is a
reading of a name, so its basis is `inferred`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from blastradius.model import Evidence
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.template import NAME
from blastradius.scanners.environments import stages_in
from blastradius.scanners.outline import Outline

_PARAMETERS = frozenset({"stage", "env", "environment", "envname", "environmentname", "stagename", "envtype", "environmenttype", "deploymentstage", "deployenv"})  # fmt: skip
_CHANGE = re.compile(
    r"github\.event\.(?:number|pull_request)|pull_request|PULL_REQUEST|merge_request|MERGE_REQUEST|(?:^|[-_])pr[-_]?(?:\$|<<|\d+$)"
    r"|CIRCLE_PR_NUMBER|CHANGE_ID|BITBUCKET_PR_ID|CI_COMMIT_REF_SLUG|(?:^|[-_])(?:preview|review)(?:[-_]|$)"
)
#: Words of stages that name as often what a file does as where: `test.yml`.
_DOING = frozenset({"test", "testing", "stage", "preview", "sandbox"})
_PRODUCTION = frozenset({"prod", "production", "prd"})


def staged(one: Deployment, texts: Sequence[str], outline: Outline | None = None, line: int = 0) -> Deployment:
    """A deployment with its environment, where a name tells one.

    Args:
        one: the deployment, of which `evidence` says where it stands.
        texts: what the name of its stack is written as.
        outline: of the file in which it stands.
        line: of that file.
    """
    if one.environment is not None or one.evidence is None:
        return one
    found = _by_name(one, texts) or (_by_place(one, outline, line) if outline else None)
    if found is None:
        return one
    stage, word = found
    where = one.evidence.model_copy(
        update={"basis": "inferred", "note": f"environment {stage}: by the word in {word[:200]}"}
    )
    return replace(one, environment=stage, staged=where)


def _by_name(one: Deployment, texts: Sequence[str]) -> tuple[str, str] | None:
    for text in (*texts, *([one.name] if one.name else [])):
        if _CHANGE.search(text):
            return "preview", text
        if found := _only(text):
            return found, text
    for key, value in one.parameters:
        if key.lower() in _PARAMETERS and (found := _only(value)):
            return found, f"{key}={value}"
    return None


def _by_place(one: Deployment, outline: Outline, line: int) -> tuple[str, str] | None:
    said = outline.said(line, "if", "rules", "only")
    if said and re.search(r"pull_request|merge_request", said) and not re.search(r"!=|!\s?\(|!\s?contains", said):
        return "preview", said
    named = outline.said(line, "environment", "deployment")
    if named and (found := _only(named)):
        return found, named
    job = outline.job(line)
    for text in (*job[-1:], _file(one.evidence)):
        found = _only(text)
        if found and found not in _DOING:
            return found, text
    return None


def _file(evidence: Evidence | None) -> str:
    return evidence.locator.rpartition(":")[0].rpartition("/")[2] if evidence else ""


def _only(text: str) -> str | None:
    found = stages_in(text)
    return next(iter(found)) if len(found) == 1 else None


def told_apart(deployments: list[Deployment]) -> list[Deployment]:
    """Deployments of one template; beside those of development one of no environment is taken for production.

    Names of one environment (`prod`, `production`) are made one.
    """
    first: dict[str, str] = {}
    found = []
    for one in deployments:
        if one.environment:
            key = "prod" if one.environment.lower() in _PRODUCTION else one.environment.lower()
            one = replace(one, environment=first.setdefault(key, one.environment))
        found.append(one)
    others = sorted({one.environment for one in found if one.environment})
    if not others or "prod" in first or all(one.environment for one in found):
        return found
    note = f"environment production: taken to be it, since the template is also deployed as {', '.join(others)[:200]}"
    return [one if one.environment else _production(one, note) for one in found]


def _production(one: Deployment, note: str) -> Deployment:
    if one.evidence is None or not one.region:
        return one
    where = Evidence(scanner=NAME, locator=one.evidence.locator, basis="assumed", note=note)
    return replace(one, environment="production", staged=where)
