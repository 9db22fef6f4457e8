"""Walking through the jobs of a pipeline: scripts and actions told by a common vocabulary, variables as they change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from blastradius.model import Role
from blastradius.scanners.pairs import is_private
from blastradius.scanners.pipelines.actions import act
from blastradius.scanners.pipelines.deploying import deploy
from blastradius.scanners.pipelines.kept import Kept
from blastradius.scanners.pipelines.model import Job, Pipeline, Place, Problem, Step
from blastradius.scanners.pipelines.state import NAME, State, rehearses, top_values
from blastradius.scanners.pipelines.variables import fill
from blastradius.scanners.pipelines.walk import Walk
from blastradius.scanners.registries import Fetch, fetches
from blastradius.scanners.shell import Command, commands

_DEPTH = 3
_MOST_STEPS = 5_000


@dataclass(slots=True)
class Walker:
    """Goes from one step to the next.

    Attributes:
        walk: says what each does.
        kept: variables that a job hands on to later steps.
    """

    walk: Walk
    kept: Kept = field(default_factory=Kept)
    _followed: set[str] = field(default_factory=set)

    def all(self, pipeline: Pipeline) -> None:
        """Walk through all jobs."""
        telling = self.walk.telling
        for one in pipeline.fetched:
            role: Role = "resource" if one.host.startswith(("aws:", "gcp:")) else "address"
            telling.need("", one.host, role, one.via, one.place, one.reason, basis=one.basis, note=one.note)
        for problem in pipeline.problems:
            telling.problem(problem)
        for job in pipeline.jobs:
            self._job(job)

    def _job(self, job: Job) -> None:
        walk = self.walk
        walk.job = job
        several = {name: list(values) for name, values in job.several.items()}
        stated = {name: value for name, value in job.values.items() if name not in several}
        walk.state = State({**top_values(), **stated}, several)
        walk.state.rehearsal = any(rehearses(step) for step in job.steps)
        for said, place in job.images:
            walk.image(said, f"{walk.via} image", place, "a job runs in it")
        environment = fill(job.environment, walk.state.values)
        if environment and NAME.fullmatch(environment):
            walk.telling.environments.add(environment)
        if job.own:
            reason = f"job {job.name} runs on a machine of its owners, which was not scanned: state what it needs in blastradius.yaml"
            walk.telling.problem(Problem(reason, job.place))
        for step in job.steps:
            walk.number += 1
            if walk.number > _MOST_STEPS:
                reason = f"has more than {_MOST_STEPS:,} steps: those behind were not read"
                walk.telling.problem(Problem(reason, step.place))
                return
            walk.step = step
            self._step(step)

    def _step(self, step: Step) -> None:
        walk, state = self.walk, self.walk.state
        kept, loops = state.values, state.loops
        state.overlay({name: fill(value, kept) for name, value in step.values.items()})
        state.folder = walk.path(step.folder) or ""
        if step.uses:
            act(walk)
        self._followed = set()
        if step.script:
            self._script(step.script, step.place, 0)
        state.forget()
        if step.values and not step.uses:
            state.restore(step.values, kept, loops)
        for name, value in self.kept.given().items():
            state.assign(name, value, walk.around)
        state.forget()

    def _script(self, script: str, place: Place, depth: int) -> None:
        """Tell what a script does, and those of the tree that it runs."""
        state = self.walk.state
        around = state.branch
        for command in commands(script):
            here = Place(place.path, place.line + command.line)
            state.enter((*around, *command.branch))
            self._learn(command)
            kept, loops = state.values, state.loops
            if command.words and command.settings:  # for this command alone
                own = {name: self.walk.fill(value) for name, value in command.settings.items() if not is_private(name)}
                state.overlay(own)
            self._run(command, here, depth)
            if command.words and command.settings:
                state.values, state.loops = kept, loops
        state.enter(around)

    def _run(self, command: Command, here: Place, depth: int) -> None:
        """Tell what one command of a script does."""
        walk, state = self.walk, self.walk.state
        filled = replace(command, words=tuple(map(walk.fill, command.words)))
        self.kept.take(filled)
        if not filled.words or filled.program in ("echo", "printf"):
            return
        if filled.program in ("cd", "pushd") and len(filled.words) > 1:
            state.folder = walk.path(filled.words[1]) or state.folder
            return
        for one in fetches(filled, state.values, image=walk.job.system, folder=state.folder, read=walk.read):
            self._fetched(one, here)
        deploy(walk, filled, here)
        self._follow(filled, depth)

    def _learn(self, command: Command) -> None:
        """Take the variables that a command sets for what follows."""
        walk = self.walk
        if not command.words:
            for name, value in command.settings.items():
                if not is_private(name):
                    walk.state.assign(name, walk.fill(value), (*walk.around, *walk.state.branch))
        if command.program == "for" and len(command.words) > 3 and command.words[2] == "in":
            walk.state.loop(command.words[1], [walk.fill(word) for word in command.words[3:50]])

    def _fetched(self, one: Fetch, place: Place) -> None:
        if one.host:
            self.walk.telling.need(
                self.walk.job.key, one.host, "address", f"{self.walk.via}: {one.what}", place, "a job fetches from it",
                basis="inferred" if one.inferred else "declared", optional=self.walk.optional,
                note=f"what {one.what} asks unless told otherwise" if one.inferred else None,
            )  # fmt: skip
        elif one.problem:
            self.walk.problem(f"{one.what} {one.problem}", place)

    def _follow(self, command: Command, depth: int) -> None:
        """Read a script of the tree that a command runs."""
        words = command.words
        if command.program in ("bash", "sh", "zsh", "source", "."):
            words = tuple(word for word in words[1:] if not word.startswith("-"))
        elif not words[0].endswith((".sh", ".bash")):
            return
        walk = self.walk
        path = walk.path(words[0]) if words else None
        if path is None or path in self._followed or depth >= _DEPTH or path not in walk.files:
            return
        self._followed.add(path)
        content = walk.read(path)
        if content is not None:
            kept = walk.state.folder
            self._script(content, Place(path, 1), depth + 1)
            walk.state.folder = kept
