"""Serverless Framework files as the stages and in the regions that commands of the tree deploy."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from blastradius.documents import Document
from blastradius.model import Gap
from blastradius.scanners.cloudformation.places import Deployment
from blastradius.scanners.cloudformation.serverless import called, from_serverless
from blastradius.scanners.cloudformation.serverless_variables import Other
from blastradius.scanners.cloudformation.service_lists import Listed, handed, is_list, listed
from blastradius.scanners.cloudformation.staged_files import StageCommand, chosen, stage_commands
from blastradius.scanners.cloudformation.taking import bytes_of, value_of
from blastradius.scanners.cloudformation.template import Template
from blastradius.scanners.saying import is_script
from blastradius.scanners.tree import SourceFile, Tree

if TYPE_CHECKING:
    from blastradius.scanners.cloudformation import Source

_MAX_STAGES = 12
_MAX_BYTES = 1_000_000
Files = dict[str, SourceFile]


def serverless_files(tree: Tree, documents: list[Document], source: Source) -> None:
    """Read Serverless files, each once for each stage and region that a command deploys it as.

    Args:
        tree: the files.
        documents: Serverless files.
        source: takes what was read.
    """
    files = {file.path: file for file in tree.files}
    commands = _commands(files)
    alone = sum(posixpath.basename(path).startswith("serverless.") for path in files) == 1
    lists: list[Listed] = []
    for path, file in files.items():
        for document in tree.documents(file)[:1] if is_list(path) else ():
            found, gaps = listed(document, files)
            lists += found
            source.gaps += gaps
    by_path = {one.where: one for one in documents}
    other = partial(value_of, tree, files, source.elsewhere)
    for document in documents:
        sure, open_ = chosen(commands, document.where, alone, lists)
        mine = next((one for one in lists if one.path == document.where), None)

        def named(path: str, stage: str) -> tuple[str, str]:
            return called(by_path[path], other, stage) if path in by_path else ("", "")

        _read(other, document, source, _stages(sure), mine, named)
        for one in open_:
            what = f"as {one.unknown[:100]}, which nothing here tells" if one.folders is not None else "this or another"
            reason = f"a command deploys {what}: state the regions with `place:` in blastradius.yaml"
            source.gaps.append(Gap(scope=document.where, reason=reason, hides="location", provider="aws", evidence=(one.evidence,)))  # fmt: skip


def _commands(files: Files) -> list[StageCommand]:
    """Commands of all scripts, pipelines and `package.json` files."""

    def package(folder: str) -> str | None:
        file = files.get(posixpath.join(folder, "package.json"))
        return bytes_of(file).decode("utf-8", "replace") if file else None

    found: list[StageCommand] = []
    for file in files.values():
        if is_script(file.path) or posixpath.basename(file.path) == "package.json":
            content = bytes_of(file)
            found += stage_commands(content, file.path, package) if len(content) < _MAX_BYTES else ()
    return found


def _stages(commands: list[StageCommand]) -> list[StageCommand]:
    """One command for each stage and region; one that names no stage counts as its own where others name some."""
    found: dict[tuple[str, str], StageCommand] = {}
    for one in commands:
        found.setdefault((one.stage or "", one.region or ""), one)
    somewhere = {stage for stage, region in found if region}
    kept = [found[key] for key in sorted(found) if key[1] or key[0] not in somewhere]
    return kept[:_MAX_STAGES]


def _read(
    other: Other, document: Document, source: Source, stages: list[StageCommand], mine: Listed | None,
    named: Callable[[str, str], tuple[str, str]],
) -> None:  # fmt: skip
    gaps: set[Gap] = set()
    for one in (*stages,) or (None,):
        stage, region = (one.stage or "", one.region or "") if one else ("", "")
        told = handed(mine, lambda path, stage=stage: named(path, stage)) if mine else None  # type: ignore[misc]
        made: Template | None = from_serverless(document, other, source.notes, stage, region, told)
        if made is None:
            return
        made.gaps = [gap for gap in made.gaps if gap not in gaps]
        gaps.update(made.gaps)
        if one is not None:
            _placed(made, one, stages, document.where, source)
        for path, where in mine.after.items() if mine else ():
            made.after.append((named(path, stage)[1], where))
        source.templates[made.path] = made
    source.notes.pop("", None)


def _placed(made: Template, one: StageCommand, stages: list[StageCommand], path: str, source: Source) -> None:
    """Say where and as what a command deploys a template."""
    named = any(other.stage for other in stages)
    stage = one.stage or (made.stage if named else None)
    if len(stages) > 1:
        regions = sum((other.stage or "") == (one.stage or "") for other in stages)
        made.path = (
            f"{path}@{stage or ''}{'/' if stage and regions > 1 else ''}{one.region or '' if regions > 1 else ''}"
        )
    stated = made.regions[0] if made.regions else (None, None)
    # what a command says counts; else what the file says, then what is set around the command
    region = one.region or stated[0] or one.environment.region
    where = stated[1] if region == stated[0] and not one.region else one.evidence
    made.regions = []
    place = Deployment(region=region, environment=stage, evidence=where, staged=one.evidence if stage else None)
    if stage is None:
        place = replace(place, environment=one.environment.environment, staged=one.environment.staged)
    elif one.evidence.note is None:
        place = replace(place, staged=one.evidence.model_copy(update={"note": f"deployed as stage {stage}"}))
    source.deployments.setdefault(made.path, []).append(place)
