"""Options of `blastradius scan --aws`, and what it does with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from blastradius.errors import UsageError

if TYPE_CHECKING:
    from blastradius.scanners.aws.scanning import AccountScan

Aws = Annotated[bool, typer.Option("--aws", help="Read live AWS accounts, by read-only calls.")]
Profile = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="Profile of your AWS configuration, single sign-on too.")
]
RoleArn = Annotated[str | None, typer.Option("--role-arn", metavar="ARN", help="Role to assume before anything else.")]
Accounts = Annotated[
    str | None,
    typer.Option(
        "--accounts", metavar="org|FILE", help="All accounts of the organization, or a file of ids and role ARNs."
    ),
]
RoleName = Annotated[
    str | None, typer.Option("--role-name", metavar="NAME", help="Role to assume in each of those accounts.")
]
Regions = Annotated[
    str | None,
    typer.Option("--regions", metavar="all|LIST", help="us-east-1,eu-west-1; all that are switched on where unset."),
]
Resume = Annotated[
    str | None,
    typer.Option("--resume", metavar="PARTIAL", help="Inventory of a scan that was cut short: go on from there."),
]
PrintPolicy = Annotated[
    bool, typer.Option("--print-policy", help="Print the permissions that --aws takes beyond SecurityAudit, and end.")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of `--aws` say; see their help."""

    profile: str | None
    role_arn: str | None
    accounts: str | None
    role_name: str | None
    regions: str | None
    resume: str | None
    print_policy: bool


def check(aws: bool, asked: Asked) -> None:
    """See that the options go together.

    Raises:
        UsageError: when one is given without `--aws`.
    """
    if aws:
        return
    for name in ("profile", "role_arn", "accounts", "role_name", "regions", "resume", "print_policy"):
        if getattr(asked, name):
            raise UsageError(f"--{name.replace('_', '-')}: only with --aws")


def policy() -> int:
    """Print the permissions that a scan takes beyond the managed policy SecurityAudit.

    Returns:
        The exit code.
    """
    from blastradius.cli.output import write
    from blastradius.scanners.aws.policy import policy as printed

    write(printed(), exact=True)
    return 0


def read(asked: Asked, output: str | None) -> AccountScan:
    """Read accounts; what a scan that was cut short has read is kept beside its inventory.

    Args:
        asked: the options.
        output: the inventory's file; without one nothing is kept.
    """
    from blastradius.cli.output import done, progress
    from blastradius.scanners.aws.accounts import Wanted
    from blastradius.scanners.aws.recording import beside, dump
    from blastradius.scanners.aws.scanning import scan_accounts

    listed = (
        ()
        if asked.regions in (None, "all")
        else tuple(filter(None, (one.strip() for one in str(asked.regions).split(","))))
    )
    wanted = Wanted(asked.profile, asked.role_arn, asked.accounts, asked.role_name, listed)
    try:
        found = scan_accounts(wanted, resume=asked.resume, progress=progress())
    finally:
        done()
    if output is not None:
        kept = beside(output)
        if found.complete:
            kept.unlink(missing_ok=True)
        else:
            from blastradius.files import write_atomic

            write_atomic(kept, dump(found.answers))
    return found


def following(found: AccountScan, asked: Asked, output: str | None) -> list[str]:
    """What to do next where not everything was read."""
    from blastradius.cli.output import line

    if found.complete or output is None:
        return []
    words = ["scan", "--aws"]
    for name in ("profile", "role_arn", "accounts", "role_name", "regions"):
        value = getattr(asked, name)
        words += [f"--{name.replace('_', '-')}", value] if value else []
    return [line("blastradius", *words, "--resume", output, "-o", output)]
