"""Scanning beside checkov's parse of the same files, in one run, kind by kind.

The whole of `blastradius scan` (start, reading, references, gaps, inventory on disk) stands beside three figures of
checkov: its parser as a process, parsing alone with start and imports left out, and its command as a user runs it. What
a scan of one pod takes is blastradius's own start; the rest stands beside parsing alone. Rounds alternate, so that what
else the machine does hits all alike; the first is not counted. The command is measured once, for it takes its time.

    python3 dev.py bench scanning [--inputs FOLDER] [--terraform FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from _measuring import ROOT, Run, RunError, machine, record, run, table
from _terraform import write

ROUNDS = 3
TEAMS = 20
#: What `--check` ends with where there is nothing to measure: dev.py then installs no peer.
NOTHING = 3
PEER = ROOT / ".venv-peers" / "checkov" / "bin" / "python"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {containers: [{name: one, image: nginx}]}\n"
YAML = (".yaml", ".yml", ".json")
HCL = (".tf", ".tf.json", ".tfvars")


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of one kind.

    Attributes:
        name: as the child that parses with checkov knows it; several with a plus between.
        title: as the table shows it.
        folders: where they are, below the inputs.
        suffixes: names of theirs end so.
        frameworks: what checkov's command is told to look for.
        renders: whether kustomize, kubectl and helm, where installed, may be called, as a user's scan does.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    suffixes: tuple[str, ...]
    frameworks: tuple[str, ...]
    renders: bool = True


MANIFESTS = ("kubernetes-examples", "online-boutique", "sock-shop")
KINDS = (
    Kind("kubernetes", "Kubernetes", MANIFESTS, YAML, ("kubernetes", "kustomize")),
    Kind("kubernetes", "Kubernetes, as written", MANIFESTS, YAML, ("kubernetes",), renders=False),
    Kind("cloudformation", "CloudFormation", ("cloudformation-templates",), YAML, ("cloudformation",)),
    Kind(
        "plan",
        "Terraform plans",
        ("terraform-plan-infracost", "terraform-plan-overmind"),
        (".json",),
        ("terraform_plan",),
    ),
    Kind("terraform", "Terraform source", (), HCL, ("terraform",)),
)
TOGETHER = (
    Kind(
        "kubernetes+cloudformation", "Kubernetes as written and CloudFormation in one scan", (), YAML,
        ("kubernetes", "cloudformation"), renders=False,
    ),
    Kind(
        "kubernetes+cloudformation+plan+terraform", "all of them in one scan", (), (),
        ("kubernetes", "kustomize", "cloudformation", "terraform_plan", "terraform"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs over the files of one kind; of checkov none where it is not installed.

    Attributes:
        title: of the kind.
        files: how many.
        ours: scans of them.
        starts: scans of one pod, in the same rounds.
        theirs: checkov's parser.
        command: checkov as a user runs it, once; none where it ends with an error.
    """

    title: str
    files: int
    ours: list[Run]
    starts: list[Run]
    theirs: list[Run]
    command: Run | None

    def row(self) -> list[str]:
        """Medians and ratios for the table."""
        ours = statistics.median(run.seconds for run in self.ours)
        start = statistics.median(run.seconds for run in self.starts)
        cells = [self.title, f"{self.files:,}", f"{ours:.2f}", f"{start:.2f}"]
        peak = f"{max(run.peak for run in self.ours):.0f}"
        if not self.theirs:
            return [*cells, *["–"] * 6, peak, "–"]
        whole = statistics.median(run.seconds for run in self.theirs)
        alone = statistics.median(json.loads(run.output)["seconds"] for run in self.theirs)
        cells += [f"{whole:.2f}", f"{whole / ours:.1f}", f"{alone:.2f}", f"{alone / max(ours - start, 0.01):.1f}"]
        command = [f"{self.command.seconds:.1f}", f"{self.command.seconds / ours:.0f}"] if self.command else ["–", "–"]
        cells += command
        return [*cells, peak, f"{max(run.peak for run in self.theirs):.0f}"]


def main(arguments: list[str]) -> int:
    """Measure, print the table and write it to the page of results."""
    options = _options(arguments)
    lacking = _lacking(options.inputs)
    if lacking:
        print(lacking)
    # Told before a peer is installed: there is no need to if nothing will be measured.
    if lacking or options.check:
        return NOTHING if lacking and options.check else 0
    with tempfile.TemporaryDirectory() as folder:
        kinds = enumerate((*KINDS, *TOGETHER))
        found = [_measure(kind, options, Path(folder, f"{number}-{kind.name}")) for number, kind in kinds]
    text = _page([one for one in found if one])
    print(text)
    if PEER.exists():
        record("Scanning", text)
    else:
        print(
            "checkov is not installed for benchmarks, so RESULTS.md stays: `python3 dev.py bench scanning` installs it"
        )
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    corpus = os.environ.get("BLASTRADIUS_CORPUS") or ROOT.parent / "shared" / "corpus"
    parser = argparse.ArgumentParser(prog="dev.py bench scanning")
    parser.add_argument("--inputs", type=Path, default=Path(corpus, "inputs"), help="folder of the corpus")
    parser.add_argument("--terraform", type=Path, help="a folder of .tf files, instead of generated ones")
    parser.add_argument("--check", action="store_true", help="only say whether there is something to measure")
    return parser.parse_args(arguments)


def _lacking(inputs: Path) -> str:
    if not hasattr(os, "wait4"):
        return "scanning: nothing measured, this system does not tell the peak memory of a process"
    if not inputs.is_dir():
        return "scanning: nothing measured, there is no corpus: name its folder with --inputs or BLASTRADIUS_CORPUS"
    return ""


def _measure(kind: Kind, options: argparse.Namespace, folder: Path) -> Measured | None:
    files = _stage(kind, options, folder)
    if not files:
        print(f"scanning: no files of {kind.title}")
        return None
    pod = folder.with_name(f"{folder.name}-pod")
    pod.mkdir()
    (pod / "pod.yaml").write_text(POD, encoding="utf-8")
    child = str(Path(__file__).with_name("_checkov.py"))
    ours: list[Run] = []
    starts: list[Run] = []
    theirs: list[Run] = []
    for _ in range(1 + ROUNDS):
        ours.append(_scan(kind, folder))
        starts.append(_scan(kind, pod))
        if PEER.exists():
            theirs.append(run([str(PEER), child, kind.name, str(folder)], _offline(folder.parent)))
    return Measured(kind.title, files, ours[1:], starts[1:], theirs[1:], _command(kind, folder))


def _scan(kind: Kind, folder: Path) -> Run:
    # Folders called `tests` are staged to be read; a user's scan would pass them by.
    words = ["-m", "blastradius", "scan", str(folder), "--include-tests", "-o", str(folder.with_suffix(".json"))]
    return run([sys.executable, *words], _own(kind))


def _command(kind: Kind, folder: Path) -> Run | None:
    if not PEER.exists():
        return None
    words = [
        "-d",
        str(folder),
        "--framework",
        *kind.frameworks,
        "--compact",
        "--quiet",
        "--soft-fail",
        "--skip-download",
    ]
    try:
        return run([str(PEER), str(PEER.with_name("checkov")), *words], _offline(folder.parent))
    except RunError:
        return None  # its parser stumbles over a file, and the command ends with that


def _stage(kind: Kind, options: argparse.Namespace, folder: Path) -> int:
    """Put the files of a kind, and nothing else, where both will read them; how many."""
    folder.mkdir()
    if "+" in kind.name:
        parts = {one.name: one for one in KINDS}
        return sum(_stage(parts[name], options, folder / name) for name in kind.name.split("+"))
    if kind.name != "terraform":
        return sum(_copy(options.inputs / name, folder / name, kind.suffixes) for name in kind.folders)
    if options.terraform:
        return _copy(options.terraform, folder / "given", kind.suffixes)
    return write(folder / "generated", TEAMS) + _copy(ROOT / "tests", folder / "tests", kind.suffixes)


def _copy(source: Path, target: Path, suffixes: tuple[str, ...]) -> int:
    count = 0
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name.endswith(suffixes):
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
            count += 1
    return count


def _own(kind: Kind) -> dict[str, str]:
    # A user's interpreter keeps compiled modules; one that may not would measure its own compiler.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # Programs are looked for on the path only: an empty folder's has none.
    path = {} if kind.renders else {"PATH": os.path.join(os.sep, "nonexistent")}
    return {**kept, **path, "NO_COLOR": "1"}


def _offline(home: Path) -> dict[str, str]:
    """Nothing of the user's: no credentials or settings, and a proxy that nobody answers at."""
    nowhere = "http://127.0.0.1:9"
    return {
        "HOME": str(home),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "LOG_LEVEL": "CRITICAL",
        "BC_ENABLE_PERSIST_GRAPHS": "False",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }


def _page(found: list[Measured]) -> str:
    head = ["kind", "files", "blastradius s", "its start s", "checkov's parser s", "ratio", "parse alone s"]
    head += ["ratio beyond start", "checkov's command s", "ratio", "MiB", "parser MiB"]
    peers = [json.loads(one.theirs[0].output) for one in found if one.theirs]
    beside = f" beside checkov {peers[0]['version']}" if peers else ""
    words = (
        f"{machine()}; median of {ROUNDS} rounds that alternate. `blastradius scan FOLDER -o inventory.json`{beside}. "
        "A ratio is checkov's time by that of the whole of blastradius: above 1 blastradius is faster. *checkov's parser* "
        "is a process that imports and runs nothing but its parser for that kind; *parse alone* leaves its start and imports "
        "out, and stands beside what blastradius takes beyond its own start, which is a scan of one pod; *checkov's command* "
        "is `checkov -d FOLDER --framework …`, offline, measured once: it judges policies, which blastradius does not, and "
        "starts in some seconds; a dash is where it ends with an error. blastradius also follows references and writes what it found, "
        "and renders kustomizations and charts where kustomize, kubectl or helm is installed, as checkov's command does and "
        "its parser does not: `as written` is without them. Peak memory is that of the process or of one it started.\n"
    )
    made = "; ".join(
        f"{one.title} {json.loads(one.theirs[0].output)['parsed']:,} of {one.files:,}" for one in found if one.theirs
    )
    tail = f"\nFiles that checkov made something of: {made}.\n" if made else ""
    source = "The Terraform source is generated by the benchmark unless a folder of it is named.\n"
    return f"{words}\n{table(head, [one.row() for one in found])}{tail}{source}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RunError as problem:
        print(f"scanning: {problem}", file=sys.stderr)
        sys.exit(1)
