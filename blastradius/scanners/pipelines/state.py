"""What is known while a job runs, and what its texts may be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from blastradius.scanners.pipelines.model import Step

NAME = re.compile(r"[A-Za-z0-9][\w./:@+-]{0,200}")
REGION = re.compile(r"[a-z]{2,20}(?:-[a-z]{2,20}){0,3}-?\d{0,2}")
_TOP = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BITBUCKET_CLONE_DIR", "CODEBUILD_SRC_DIR", "WORKSPACE", "Build.SourcesDirectory", "System.DefaultWorkingDirectory", "github.workspace")  # fmt: skip
#: Stands for the top of the tree in paths.
HERE = "/@"


@dataclass(slots=True)
class State:
    """What is known while a job runs.

    Attributes:
        values: variables, those of earlier steps included.
        loops: variables that stand for several values in turn.
        folder: of the tree in which commands run.
        cluster: whether it is known which cluster `kubectl` talks to.
        rehearsal: whether a cluster was made for the job alone, so that nothing is deployed.
        tagged: images that were tagged from others.
        built: folders and Dockerfiles from which images were built, by image.
    """

    values: dict[str, str]
    loops: dict[str, list[str]] = field(default_factory=dict)
    folder: str = ""
    cluster: bool = False
    rehearsal: bool = False
    tagged: dict[str, str] = field(default_factory=dict)
    built: dict[str, str] = field(default_factory=dict)


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
