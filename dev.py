"""One command for everything around the code: try it, test it, measure it.

    python3 dev.py demo [PATH]          set up what running needs, then run the main job
    python3 dev.py test [PYTEST ARGS]   set up the rest, then all checks and tests
    python3 dev.py lint                 the checks alone
    python3 dev.py bench [NAME…]        the benchmarks, or those named (a single one takes options)
    python3 dev.py pictures             the pictures of the documentation anew, by Chromium
    python3 dev.py run ARGS…            `blastradius ARGS…` out of this checkout
    python3 dev.py update-constraints   resolve everything anew and write constraints.txt

Needs only Python 3.11 or later with pip, also a distribution's own Python that keeps pip from installing into it.
Everything goes into `.venv` beside this file; a second run finds it ready and works offline.
"""

from __future__ import annotations

import hashlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
CONSTRAINTS = os.path.join(HERE, "constraints.txt")
STAMP = os.path.join(VENV, "blastradius-stamp")
OLDEST = (3, 11)
#: What benchmarks measure beside this program: each in an environment of its own below `.venv-peers`.
PEERS = {"scanning": ["checkov"], "sweep": ["rustworkx", "faultray"]}
NOTHING_TO_MEASURE = 3
#: Benchmarks that need more than the fast path.
NEEDS = {"report": "dev"}


def main(arguments: list[str]) -> int:
    """Run one command.

    Returns:
        The exit code of what it ran; 2 where the command is unknown or this Python cannot do it.
    """
    if sys.version_info < OLDEST:
        return _fail(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, this is {sys.version.split()[0]}")
    commands = {
        "demo": lambda rest: _become("", ["-m", "blastradius", "demo", *rest]),
        "run": lambda rest: _become("", ["-m", "blastradius", *rest]),
        "test": _test,
        "lint": _lint,
        "bench": _bench,
        "pictures": lambda rest: _call([ready("dev"), os.path.join(HERE, "docs", "pictures.py"), *rest]),
        "update-constraints": _update_constraints,
    }
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__.strip())
        return 0 if arguments else 2
    command = commands.get(arguments[0])
    if command is None:
        return _fail(f"no command {arguments[0]!r}: choose one of {', '.join(commands)}")
    try:
        return command(arguments[1:])
    except SetupError as problem:
        return _fail(str(problem))
    except KeyboardInterrupt:
        return 130


class SetupError(Exception):
    """The environment could not be made: one line that says why and what to do."""


def _fail(message: str) -> int:
    print("dev.py: " + message, file=sys.stderr)
    return 2


# Checks and tests


def _lint(_: list[str]) -> int:
    python = ready("dev")
    checks = [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        # import-linter has no `-m` entry; its script stands beside the interpreter.
        ["-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"],
    ]
    for check in checks:
        code = _call([python, *check])
        if code:
            return code
    return 0


def _test(arguments: list[str]) -> int:
    return _lint([]) or _call([ready("dev"), "-m", "pytest", "-n", "2", *arguments])


def _bench(arguments: list[str]) -> int:
    folder = os.path.join(HERE, "benchmarks")
    there = sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".py") and not name.startswith("_"))
    first = next((index for index, text in enumerate(arguments) if text.startswith("-")), len(arguments))
    names, options = arguments[:first], arguments[first:]
    for name in names:
        if name not in there:
            return _fail(f"no benchmark {name!r}: choose of {', '.join(there)}")
    if options and len(names) != 1:
        return _fail(f"options such as {options[0]} are for one benchmark: name it before them")
    for name in names or there:
        command = [ready(NEEDS.get(name, "fast")), os.path.join(folder, name + ".py"), *options]
        if name in PEERS:
            # It says itself what it lacks, before anything is installed for it.
            code = _call([*command, "--check"])
            if code == NOTHING_TO_MEASURE:
                continue
            if code:
                return code
            for peer in PEERS[name]:
                _peer(peer)
        code = _call(command)
        if code:
            return code
    return 0


def _peer(name: str) -> None:
    """Install another program by its name, once; a benchmark goes without where that fails."""
    folder = os.path.join(HERE, ".venv-peers", name)
    stamp = os.path.join(folder, "blastradius-stamp")
    if _read(stamp).strip() == sys.version.split()[0] and os.path.exists(_interpreter(folder)):
        return
    print(f"setting up .venv-peers/{name}, once", file=sys.stderr, flush=True)
    try:
        _install(_pip(_environment(folder)), [], [name])
    except SetupError:
        print(f"dev.py: {name} could not be installed: measuring without it", file=sys.stderr)
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
        return
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(sys.version.split()[0] + "\n")


def _update_constraints(_: list[str]) -> int:
    import re
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        python = _environment(folder)
        pip = _pip(python)
        # setuptools builds the project and is not needed to run it: asked for here, so that it is pinned too.
        _install(pip, [], [HERE + "[dev,distributed]", "setuptools"])
        frozen = subprocess.run([*pip, "freeze", "--all"], check=True, capture_output=True, text=True).stdout
    pins = [line for line in frozen.splitlines() if re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!]+", line)]
    mine = ("blastradius==", "pip==")
    head = "# What everything was tested with. Written by `python3 dev.py update-constraints`.\n"
    with open(CONSTRAINTS, "w", encoding="utf-8") as file:
        file.write(head + "".join(pin + "\n" for pin in sorted(pins, key=str.lower) if not pin.startswith(mine)))
    print(f"constraints.txt: {len(pins)} pins")
    return 0


# The environment


def ready(extras: str = "") -> str:
    """Make sure that `.venv` holds the project and its extras as pyproject.toml and constraints.txt say.

    Args:
        extras: `dev`, or nothing for what running needs.

    Returns:
        Path of the interpreter in it.

    Raises:
        SetupError: when it cannot be made.
    """
    python = _interpreter(VENV)
    key = _key()
    done = _read(STAMP).split()
    if done[:1] == [key] and extras in ["", *done[1:]] and os.path.exists(python):
        return python
    if done[:1] != [key]:
        done = []
    if os.path.exists(STAMP):
        os.remove(STAMP)
    wanted = sorted({*done[1:], extras} - {""})
    print(f"setting up .venv ({', '.join(['what running needs', *wanted])}), once", file=sys.stderr, flush=True)
    if not done or not os.path.exists(python):
        python = _environment(VENV)
    project = HERE + (f"[{','.join(wanted)}]" if wanted else "")
    # `compat` puts the checkout on the path as it is: the default import hook costs every start some milliseconds.
    editable = ["--config-settings", "editable_mode=compat", "--editable", project]
    _install(_pip(python), ["--constraint", CONSTRAINTS], editable)
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write(" ".join([key, *wanted]) + "\n")
    return python


def _key() -> str:
    """What the environment depends on: this checkout's place and settings, the interpreter."""
    parts = [HERE, sys.version, sys.base_prefix]
    parts += [_read(os.path.join(HERE, name)) for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _interpreter(folder: str) -> str:
    return os.path.join(folder, "Scripts", "python.exe") if os.name == "nt" else os.path.join(folder, "bin", "python")


def _environment(folder: str) -> str:
    """Make an empty virtual environment; without pip, for a distribution may keep `ensurepip` elsewhere."""
    import subprocess

    made = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--clear", folder], capture_output=True, text=True
    )
    if made.returncode and os.name != "nt":
        made = subprocess.run([sys.executable, "-c", _BARE, folder], capture_output=True, text=True)
    if made.returncode:
        raise SetupError(f"no virtual environment could be made in {folder}: {_last_line(made)}")
    return _interpreter(folder)


#: An environment by hand, for a Python whose `venv` module is absent or broken.
_BARE = """
import os, shutil, sys
folder = sys.argv[1]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(os.path.join(folder, "bin"))
base = os.path.realpath(sys.executable)
os.symlink(base, os.path.join(folder, "bin", "python"))
library = "python%d.%d" % sys.version_info[:2]
os.makedirs(os.path.join(folder, "lib", library, "site-packages"))
with open(os.path.join(folder, "pyvenv.cfg"), "w") as file:
    file.write("home = %s\\ninclude-system-site-packages = false\\n" % os.path.dirname(base))
"""


def _pip(python: str) -> list[str]:
    """The command that installs into an environment: this Python's own pip, else one bootstrapped into it."""
    import subprocess

    outer = [sys.executable, "-m", "pip", "--python", python]
    if subprocess.run([*outer, "--version"], capture_output=True).returncode == 0:
        return outer
    inner = [python, "-m", "pip"]
    if subprocess.run([python, "-m", "ensurepip", "--default-pip"], capture_output=True).returncode == 0:
        return inner
    raise SetupError(
        f"{sys.executable} has no pip of version 22.3 or later: install it (Debian and Ubuntu: apt install python3-pip)"
    )


def _install(pip: list[str], options: list[str], what: list[str]) -> None:
    import subprocess

    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    if options:
        settings["PIP_BUILD_CONSTRAINT"] = CONSTRAINTS
    done = subprocess.run(
        [*pip, "install", "--quiet", *options, *what], env={**os.environ, **settings}, stdout=sys.stderr.fileno()
    )
    if done.returncode:
        raise SetupError("pip could not install what pyproject.toml asks for; its words stand above")


def _last_line(done: object) -> str:
    text = f"{getattr(done, 'stdout', '')}\n{getattr(done, 'stderr', '')}"
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"


# Running


def _call(command: list[str]) -> int:
    import subprocess

    return subprocess.run(command, cwd=HERE).returncode


def _become(extras: str, arguments: list[str]) -> int:
    """Turn into the program: its signals, its exit code, and the folder that the user stands in."""
    python = ready(extras)
    # What a report suggests next is to be typed as it stands, and nothing is installed outside `.venv`.
    os.environ.setdefault("BLASTRADIUS_COMMAND", f"python3 {sys.argv[0] or 'dev.py'} run")
    sys.stdout.flush()
    if os.name == "nt":
        import subprocess

        return subprocess.run([python, *arguments]).returncode
    os.execv(python, [python, *arguments])
    raise AssertionError("unreachable")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
