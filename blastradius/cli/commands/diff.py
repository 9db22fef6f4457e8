"""`blastradius diff`."""

from __future__ import annotations

from typing import Annotated

import typer

from blastradius.cli import options

PLACE = 60

Before = Annotated[str, typer.Argument(metavar="A", help="The one inventory: a file or a folder.")]
After = Annotated[str, typer.Argument(metavar="B", help="The other.")]
Simulated = Annotated[
    list[str] | None,
    typer.Option("--simulate", metavar="SEL", help="Also compare what survives this loss; repeatable: all at once."),
]
ScenarioFile = Annotated[
    str | None, typer.Option("--scenario", metavar="FILE", help="A scenario file, in place of --simulate and --for.")
]
Overlay = Annotated[
    str | None,
    typer.Option("--overlay", metavar="FILE", help="One blastradius.yaml for both, not the one beside each."),
]


def run(
    before: Before,
    after: After,
    simulated: Simulated = None,
    duration: options.For = None,
    scenario: ScenarioFile = None,
    overlay: Overlay = None,
    today: options.Today = None,
    form: options.Format = None,
    output: options.Output = None,
) -> int:
    """Say what changed between two designs and which survives.

    Returns:
        The exit code.
    """
    gone, length = options.texts(simulated, "--simulate"), options.seconds(duration, "--for")
    now = options.today(today)
    from blastradius import pipeline
    from blastradius.cli import opening
    from blastradius.cli.output import chosen, emit
    from blastradius.errors import UsageError

    chosen(form, output)
    if length is not None and not gone:
        raise UsageError("--for: says how long a loss lasts; name it with --simulate")
    one, other = opening.opened(before, overlay), opening.opened(after, overlay)
    policy = other.policy or one.policy
    result = pipeline.diff(one.graph, other.graph, gone, duration=length, scenario=scenario, today=now, policy=policy)
    emit(result, form, output, before)
    return 0
