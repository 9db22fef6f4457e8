"""Jenkinsfiles, as far as they are plain: images of agents, environment, and scripts of steps that are written out."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from blastradius.scanners.pipelines.model import Job, Pipeline, Place, Problem, Step

_MOST = 20_000
_DEPTH = 60
_MOST_STEPS = 100
#: Steps that are read, that steer the pipeline, or that do nothing outside of Jenkins.
_KNOWN = frozenset({
    "sh", "bat", "powershell", "pwsh", "echo", "print", "println", "error", "unstable", "checkout", "git", "scm", "script", "dir",
    "withAWS", "withCredentials", "withEnv", "env", "stash", "unstash", "archiveArtifacts", "junit", "timeout", "retry",
    "input", "milestone", "parallel", "node", "catchError", "warnError", "sleep", "cleanWs", "deleteDir", "readFile",
    "writeFile", "fileExists", "readJSON", "readYaml", "writeJSON", "writeYaml", "tool", "tools", "ansiColor", "timestamps", "lock",
    "credentials", "usernamePassword", "string", "file", "sshUserPrivateKey", "publishHTML", "recordIssues", "container",
    "if", "for", "while", "switch", "catch", "return", "def", "stage", "stages", "steps", "when", "expression", "not",
    "allOf", "anyOf", "branch", "environment", "always", "success", "failure", "cleanup", "changed", "fixed", "sshagent",
    "wrap", "options", "buildDiscarder", "logRotator", "waitUntil", "isUnix", "pwd", "properties", "fingerprint",
})  # fmt: skip
#: Blocks in which names are arguments of something else.
_ARGUMENTS = frozenset({"when", "environment", "agent", "options", "tools", "triggers", "parameters", "axis", "axes", "expression"})  # fmt: skip
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<long>'''(?P<l1>.*?)'''|\"\"\"(?P<l2>.*?)\"\"\")"
    r"|'(?P<s1>(?:[^'\\\n]|\\.)*)'|\"(?P<s2>(?:[^\"\\\n]|\\.)*)\""
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<sign>[{}()\[\],:=;\n])|(?P<other>\S)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str
    said: str
    line: int


@dataclass(slots=True)
class _Block:
    """A block of braces with the words before it."""

    name: str
    argument: str
    line: int
    jobs: list[Job] = field(default_factory=list)


def jenkinsfile(path: str, said: str) -> Pipeline | None:
    """Read a declarative pipeline; one that is a program leaves one gap."""
    tokens = _tokens(said)
    if not tokens:
        return None
    name = f"{posixpath.dirname(path)} Jenkins".strip()
    made = Pipeline(path, name, "Jenkins")
    own = "runs on a Jenkins that was not scanned: state what that needs in blastradius.yaml"
    made.problems.append(Problem(own, Place(path, 1)))
    declarative = next((at for at, one in enumerate(tokens) if (one.sort, one.said) == ("word", "pipeline")), None)
    if declarative is None or _next(tokens, declarative + 1) != "{":
        made.problems.append(
            Problem("is a program, not a declarative pipeline: what it does was not read", Place(path, 1))
        )
        return made
    _Reader(made, path, tokens).read(declarative)
    return made


def _tokens(said: str) -> list[_Token]:
    found: list[_Token] = []
    line, last = 1, 0
    for match in _TOKEN.finditer(said):
        line += said.count("\n", last, match.start())
        last = match.start()
        if match["comment"] is not None or (match["sign"] == "\n"):
            continue
        inner = next((match[name] for name in ("l1", "l2", "s1", "s2") if match[name] is not None), None)
        if inner is not None:
            plain = (
                inner
                if match["long"]
                else re.sub(r"\\(.)", lambda one: {"n": "\n", "t": "\t"}.get(one[1], one[1]), inner)
            )
            found.append(_Token("text", plain, line))
        elif match["word"]:
            found.append(_Token("word", match["word"], line))
        else:
            found.append(_Token("sign", match["sign"] or match["other"], line))
        if len(found) >= _MOST:
            break
    return found


def _next(tokens: list[_Token], at: int) -> str:
    return tokens[at].said if at < len(tokens) and tokens[at].sort == "sign" else ""


class _Reader:
    """Goes through the tokens once, knowing in which blocks it is."""

    def __init__(self, pipeline: Pipeline, path: str, tokens: list[_Token]) -> None:
        self._pipeline = pipeline
        self._path = path
        self._tokens = tokens
        self._blocks: list[_Block] = []
        self._values: dict[str, str] = {}
        self._job = Job("", "pipeline", Place(path, 1))
        self._usual: list[tuple[str, Place]] = []
        self._said_scripted = False
        self._unknown: dict[str, None] = {}

    def read(self, at: int) -> None:
        """Read the block that begins at a token."""
        tokens = self._tokens
        words: list[_Token] = []
        while at < len(tokens):
            token = tokens[at]
            if token.sort == "sign" and token.said == "{":
                name = words[0].said if words else ""
                argument = next((one.said for one in words[1:] if one.sort == "text"), "")
                self._open(_Block(name, argument, words[0].line if words else token.line))
                if len(self._blocks) > _DEPTH:
                    return
                words = []
            elif token.sort == "sign" and token.said == "}":
                if self._blocks:
                    self._blocks.pop()
                if not self._blocks:
                    return
                words = []
            elif (token.sort, token.said) == ("sign", ";"):
                words = []
            elif (
                token.sort == "word"
                and words
                and token.line > words[0].line
                and words[-1].said not in (",", "(", ":", "=")
            ):
                words = [token]
            else:
                words.append(token)
            if token.sort == "word" and self._calls(at):
                self._step(words)
            self._statement(words)
            at += 1

    def _calls(self, at: int) -> bool:
        """Whether a word is followed by what a step is given: `name(…)`, `name 'text'`, `name key: …`."""
        after = self._tokens[at + 1 : at + 3]
        if not after:
            return False
        if after[0].said == "(" and after[0].sort == "sign":
            return True
        if after[0].line != self._tokens[at].line:
            return False
        return after[0].sort == "text" or (after[0].sort == "word" and len(after) > 1 and after[1].said == ":")

    def _names(self) -> list[str]:
        return [block.name for block in self._blocks]

    def _open(self, block: _Block) -> None:
        self._blocks.append(block)
        place = Place(self._path, block.line)
        if block.name == "stage":
            before = self._pipeline.jobs[-1:]
            self._job = Job(
                f"{block.argument or 'stage'}:{block.line}", block.argument or "stage", place,
                after=tuple(one.key for one in before), images=list(self._usual), values=dict(self._values),
            )  # fmt: skip
            self._job.system = self._usual[0][0] if self._usual else ""
            self._pipeline.jobs.append(self._job)
        elif block.name == "script" and not self._said_scripted:
            self._said_scripted = True
            reason = "has parts that are a program: of those only scripts that are written out were read"
            self._pipeline.problems.append(Problem(reason, place))

    def _step(self, words: list[_Token]) -> None:
        """Name a step of a plugin or of a library: what it does is not seen."""
        names = self._names()
        if len(words) != 1 or words[0].sort != "word" or not {"steps", "post"} & set(names):
            return
        name, place = words[0].said, Place(self._path, words[0].line)
        around = names[-1]
        if name in _KNOWN or around in _ARGUMENTS or name in self._unknown or len(self._unknown) >= _MOST_STEPS:
            return
        self._unknown[name] = None
        self._pipeline.notes.append(f"step {name[:60]}")
        reason = f"what the step {name[:60]} does is not seen: it is of a plugin or a library: state what it needs in blastradius.yaml"
        self._pipeline.problems.append(Problem(reason, place, name[:60]))

    def _statement(self, words: list[_Token]) -> None:
        """What the words so far say, once the text that makes them whole has come."""
        if not words or words[-1].sort != "text":
            return
        first, last = words[0], words[-1]
        place, names = Place(self._path, last.line), self._names()
        if names[-1:] == ["environment"] and len(words) == 3 and words[1].said == "=":
            if "stage" in names:
                self._job.values[first.said] = last.said
            else:
                self._values[first.said] = last.said
        elif (first.said, names[-1:]) in (("image", ["docker"]), ("docker", ["agent"])):
            self._image(last.said, place, "stage" in names)
        elif first.said in ("sh", "bat", "powershell") and (len(words) in (2, 3) or self._labelled(words)):
            place = Place(self._path, last.line + (1 if last.said.startswith("\n") else 0))
            step = Step(place, script=last.said.removeprefix("\n"), folder=self._folder(), values=self._region())
            step.optional = "catchError" in names or "post" in names
            self._steps().append(step)

    @staticmethod
    def _labelled(words: list[_Token]) -> bool:
        """Whether a text is the script of `sh(script: '…', label: '…')`."""
        return len(words) > 3 and words[-2].said == ":" and words[-3].said == "script"

    def _steps(self) -> list[Step]:
        if not self._pipeline.jobs:
            self._pipeline.jobs.append(self._job)
        return self._job.steps

    def _image(self, said: str, place: Place, inner: bool) -> None:
        if inner:
            self._job.images = [(said, place)]
            self._job.system = said
        else:
            self._usual = [(said, place)]

    def _folder(self) -> str:
        return posixpath.join(*[block.argument for block in self._blocks if block.name == "dir"] or [""])

    def _region(self) -> dict[str, str]:
        """`withAWS(region: 'eu-west-1', …)` sets the region of what is inside."""
        found = next((block.argument for block in reversed(self._blocks) if block.name == "withAWS"), "")
        return {"AWS_REGION": found} if re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-\d", found) else {}
