"""What is known while a job runs, and what its texts may be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from blastradius.scanners.pipelines.model import Step
from blastradius.scanners.shell import Branch

NAME = re.compile(r"[A-Za-z0-9][\w./:@+-]{0,200}")
REGION = re.compile(r"[a-z]{2,20}(?:-[a-z]{2,20}){0,3}-?\d{0,2}")
_TOP = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BITBUCKET_CLONE_DIR", "CODEBUILD_SRC_DIR", "WORKSPACE", "Build.SourcesDirectory", "System.DefaultWorkingDirectory", "github.workspace")  # fmt: skip
_VARIABLE = re.compile(
    r"\$\{?(\w+)\}?|\$\(([\w.]+)\)|\$\{\{\s*(?:env\.|variables\.)?([\w.-]+)\s*\}\}|\$\{(?:env|params)\.(\w+)\}"
)
_MOST_VALUES = 32
#: Stands for the top of the tree in paths.
HERE = "/@"


@dataclass(slots=True)
class State:
    """What is known while a job runs.

    Attributes:
        values: variables, those of earlier steps included.
        loops: variables that stand for several values: in turn, or one of them, and nobody knows which.
        folder: of the tree in which commands run.
        cluster: whether it is known which cluster `kubectl` talks to.
        rehearsal: whether a cluster was made for the job alone, so that nothing is deployed.
        tagged: images that were tagged from others.
        built: folders and Dockerfiles from which images were built, by image.
        branch: arms of the script that is walked through.
    """

    values: dict[str, str]
    loops: dict[str, list[str]] = field(default_factory=dict)
    folder: str = ""
    cluster: bool = False
    rehearsal: bool = False
    tagged: dict[str, str] = field(default_factory=dict)
    built: dict[str, str] = field(default_factory=dict)
    _said: dict[str, list[tuple[Branch, str]]] = field(default_factory=dict)
    branch: Branch = ()

    def assign(self, name: str, value: str, branch: Branch = ()) -> None:
        """Set a variable; what is set in an arm that may not be run leaves what was before possible.

        Args:
            name: of the variable.
            value: its text, filled in as far as that goes.
            branch: arms that it is set in.
        """
        before = self._said.get(name)
        if before is None:
            first = [self.values[name]] if name in self.values else self.loops.get(name, [])
            before = [((), one) for one in first]
        kept = [one for one in before if one[0][: len(branch)] != branch]
        again = re.fullmatch(r"\$\{?(\w+)\}?", value)
        values = self.loops.get(again[1], [value]) if again else [value]
        self._said[name] = [*kept, *((branch, one) for one in values)][-_MOST_VALUES:]
        self._settle(name)

    def overlay(self, own: dict[str, str]) -> None:
        """Set variables for one step or command; what was there is kept elsewhere by who takes it back."""
        self.values = {**self.values, **own}
        self.loops = {name: one for name, one in self.loops.items() if name not in own}

    def restore(self, names: Iterable[str], values: dict[str, str], loops: dict[str, list[str]]) -> None:
        """Take some variables back to what they were."""
        for name in names:
            self.values.pop(name, None)
            self.loops.pop(name, None)
            if name in values:
                self.values[name] = values[name]
            elif name in loops:
                self.loops[name] = loops[name]

    def loop(self, name: str, values: list[str]) -> None:
        """Set a variable to several values in turn."""
        self._said.pop(name, None)
        self.values.pop(name, None)
        self.loops[name] = [part for one in values for inner in self.choices(one) for part in inner.split()][
            :_MOST_VALUES
        ]

    def enter(self, branch: Branch) -> None:
        """Go on in some arms: what is set in others than those is not seen there."""
        if branch != self.branch:
            self.branch = branch
            for name in self._said:
                self._settle(name)

    def forget(self) -> None:
        """Leave all arms: what is set stays as it is known behind them."""
        self.enter(())
        self._said.clear()

    def _settle(self, name: str) -> None:
        found: dict[str, None] = {}
        sure: Branch | None = None
        for branch, value in reversed(self._said[name]):
            if sure is not None and branch != sure:
                break
            if _excludes(branch, self.branch):
                continue
            found[value] = None
            if branch == self.branch[: len(branch)]:
                sure = branch
        self.values.pop(name, None)
        self.loops.pop(name, None)
        if len(found) == 1:
            self.values[name] = next(iter(found))
        elif found:
            self.loops[name] = sorted(found)

    def choices(self, said: str) -> list[str]:
        """All that a text can be that is a variable; the text itself for any other."""
        match = _VARIABLE.fullmatch(said)
        return self.loops.get(next(one for one in match.groups() if one), []) if match else [said]


def _excludes(one: Branch, other: Branch) -> bool:
    """Whether two arms are of one construct, of which only one is run."""
    first = dict(one)
    return any(number in first and first[number] != arm for number, arm in other)


def untagged(image: str) -> str:
    """An image without its tag, where that is a variable."""
    return re.sub(r":(?:\$|<<).*$", "", image)


def top_values() -> dict[str, str]:
    """Variables that services set to the top of the tree."""
    return dict.fromkeys(_TOP, HERE)


_REHEARSING = re.compile(r"\b(?:kind|k3d)\s+(?:create\s+cluster|cluster\s+create)|\bminikube\s+start|\b(?:terraform|tofu)\s+(?:\S+\s+)?destroy")  # fmt: skip


def rehearses(step: Step) -> bool:
    """Whether a step makes a cluster for the job alone, or takes away again what the job made."""
    action = step.uses.partition("@")[0].lower()
    if action in ("helm/kind-action", "engineerd/setup-kind", "medyagh/setup-minikube", "abdelshafi/k3d-action", "absaoss/k3d-action", "debianmaster/actions-k3s", "manusa/actions-setup-minikube", "container-tools/kind-action", "nolar/setup-k3d-k3s"):  # fmt: skip
        return True
    return bool(_REHEARSING.search(step.script[:200_000]))
