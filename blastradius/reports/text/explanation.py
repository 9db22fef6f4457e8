"""A whole proof as a tree, edge by edge, each with its place."""

from __future__ import annotations

from blastradius.durations import format_duration
from blastradius.model import ChainLink, Explanation, ProofStep, State
from blastradius.reports.escape import terminal
from blastradius.reports.text import pages
from blastradius.reports.text.parts import gap_lines
from blastradius.reports.view import Tone, View, columns, wrapped
from blastradius.reports.wording import ending, question

_TONES: dict[State, Tone] = {"down": "bad", "degraded": "warn", "up": "good"}


def page(result: Explanation, view: View) -> list[str]:
    """The question, the answer, then the proof or why it stands."""
    name = terminal(result.name)
    instant = f" at {format_duration(result.at)}" if result.at is not None and result.state != "up" else ""
    ask = "Why does it stand" if not result.steps else "Why"
    lines = [
        view.tone(f"{ask}: {name}, when {question(result.scenario)}?", "strong"),
        f"{name} is {view.tone(result.state, _TONES[result.state])}{instant}"
        + (f": {ending(result.journey)}" if result.journey else ""),
        "",
    ]
    lines += [line for position in range(len(result.steps)) for line in _step(result.steps, position, view)]
    lines += [line for text in result.stands_by for line in wrapped("  · " + terminal(text), view.width, 4)]
    if result.journey and result.journey.gaps:
        lines += ["", *gap_lines(result.journey.gaps, result.journey.gaps, view)]
    return lines


def _step(steps: tuple[ProofStep, ...], position: int, view: View) -> list[str]:
    step = steps[position]
    stem, branch = _rails(steps, position)
    note = f", {terminal(step.note)}" if step.note else ""
    title = step.name if step.name == step.id else f"{step.name} [{step.id}]"
    head = f"{stem}{branch}{terminal(title)} {view.tone(step.state, _TONES[step.state])}"
    under = stem + ("│  " if branch.startswith("├") else "   " if branch else "")
    follows = position + 1 < len(steps) and steps[position + 1].depth > step.depth
    under += "│    " if follows else "     "
    width = None if view.width is None else max(view.width - len(under), 40)
    noted = [under + line for line in wrapped(note.lstrip(", "), width, 2)] if note else []
    if note and (view.width is None or columns(head + note) <= view.width):
        head, noted = head + note, []
    return [head, *noted, *(_ground(step.link, under, view) if step.link else [])]


def _rails(steps: tuple[ProofStep, ...], position: int) -> tuple[str, str]:
    """The lines of the tree left of a step: those of its ancestors that go on, then its own branch."""
    depth = steps[position].depth
    if depth == 0:
        return "", ""
    goes_on = set()
    shallowest = depth
    for later in steps[position + 1 :]:
        if later.depth <= shallowest:
            goes_on.add(later.depth)
            shallowest = later.depth - 1
        if shallowest < 1:
            break
    stem = "".join("│  " if level in goes_on else "   " for level in range(1, depth))
    return stem, "├─ " if depth in goes_on else "└─ "


def _ground(link: ChainLink, indent: str, view: View) -> list[str]:
    phase = "" if link.phase == "runtime" else f", to {_PURPOSE[link.phase]}"
    group = f", one of {len(link.group)}: {', '.join(map(terminal, link.group))}" if link.group else ""
    reason = f": {terminal(link.reason)}" if link.reason else ""
    words = [f"{link.strength}{_lasting(link)}{phase}, {link.basis}{group}{reason}"]
    words += [f"{terminal(e.locator)}{f'  {terminal(e.note)}' if e.note else ''}" for e in link.evidence if e.locator]
    width = None if view.width is None else max(view.width - len(indent), 40)
    return [indent + view.tone(line, "dim") for word in words for line in wrapped(word, width, 2)]


def _lasting(link: ChainLink) -> str:
    """How long the dependent goes on without it."""
    tolerance = f" after {format_duration(link.tolerance)} without it" if link.tolerance else ""
    return tolerance + (f", hard after {format_duration(link.hardens_after)}" if link.hardens_after else "")


_PURPOSE = {"startup": "start", "deploy": "be changed", "operate": "be operated"}


pages.register("Explanation")(page)
