"""One scan of accounts: reach them, read them, turn what they answered into facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blastradius.errors import InputError
from blastradius.model import Coverage
from blastradius.scanners import ScanResult
from blastradius.scanners.aws.accounts import Wanted, reach
from blastradius.scanners.aws.answers import Answers
from blastradius.scanners.aws.limits import Limits
from blastradius.scanners.aws.recording import load
from blastradius.scanners.aws.spec import calls
from blastradius.scanners.aws.translating import translate
from blastradius.scanners.aws.walking import Walk

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AccountScan:
    """What a scan of accounts came to.

    Attributes:
        result: facts and coverage.
        answers: from which a scan that was cut short goes on.
        interrupted: whether somebody ended it early.
        complete: whether everything was read.
        requests: how many were made.
    """

    result: ScanResult
    answers: Answers
    interrupted: bool
    complete: bool
    requests: int


def scan_accounts(
    wanted: Wanted, *, resume: str | None = None, limits: Limits | None = None, progress: Progress | None = None
) -> AccountScan:
    """Read accounts with read-only calls; what cannot be read is in coverage and stops nothing.

    Args:
        wanted: which accounts and regions, with which credentials.
        resume: an inventory whose scan was cut short: what it read is not asked again.
        limits: threads, rate, patience.
        progress: called with a line of text now and then.

    Raises:
        InputError: when there are no credentials that hold, or a file cannot be read.
        UsageError: when a region, role or account is none.
    """
    limits = limits or Limits()
    answers = load(resume) if resume else Answers()
    accounts = reach(wanted, answers, limits)
    if not accounts:
        codes = sorted({ended.code for ended in answers.ended.values() if ended.code})
        raise InputError(f"--accounts: none of the accounts could be entered ({', '.join(codes) or 'no credentials'})")
    walk = Walk(answers, calls(), limits, progress)
    walk.run(accounts)
    if progress:
        progress("aws: turning answers into facts")
    coverage = answers.coverage()
    result = ScanResult(
        facts=tuple(translate(answers)),
        coverage=Coverage(calls=coverage),
        roots=tuple(f"aws:{id}" for id in sorted(answers.partition)),
    )
    complete = all(one.status in ("ok", "unsupported") for one in coverage)
    return AccountScan(result, answers, walk.interrupted, complete, walk.requests)
