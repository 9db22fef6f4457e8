"""Which accounts and regions are read, and with which credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blastradius.errors import InputError, UsageError
from blastradius.scanners.aws.account import Account
from blastradius.scanners.aws.answers import GLOBAL, Answers, Area
from blastradius.scanners.aws.calling import ask
from blastradius.scanners.aws.failing import CLOCK, failure
from blastradius.scanners.aws.limits import Limits
from blastradius.scanners.aws.spec import Call

if TYPE_CHECKING:
    import boto3

_ID = re.compile(r"\d{12}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/[\w+=,.@/-]{1,600}")
_NAME = re.compile(r"[\w+=,.@/-]{1,512}")
_MOST_ACCOUNTS = 10_000
ASSUME = Call("sts", "AssumeRole", actions=("sts:AssumeRole",))
REGIONS = Call(
    "ec2",
    "DescribeRegions",
    "Regions",
    ("RegionName", "OptInStatus"),
    {"AllRegions": True},
    place="global",
    hides="regions",
)
MEMBERS = Call(
    "organizations",
    "ListAccounts",
    "Accounts",
    ("Id", "Name", "Status"),
    place="global",
    hides="accounts of the organization",
)
#: Asked before anything else is.
FIRST = (REGIONS, MEMBERS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user asks to be read.

    Attributes:
        profile: of the user's configuration; single sign-on comes with it.
        role_arn: assumed before anything is read.
        accounts: `org`, or a file of account ids and role ARNs; the account of the credentials where empty.
        role_name: assumed in each of those accounts.
        regions: names; all that are switched on where empty.
    """

    profile: str | None = None
    role_arn: str | None = None
    accounts: str | None = None
    role_name: str | None = None
    regions: tuple[str, ...] = ()


def reach(wanted: Wanted, answers: Answers, limits: Limits) -> list[Account]:
    """The accounts that can be read, with their regions noted.

    Args:
        wanted: what is asked for.
        answers: told of regions, and of accounts that cannot be entered.
        limits: bounds of the scan.

    Raises:
        InputError: when there are no credentials that hold, or a file cannot be read.
        UsageError: when a region, role or account is none.
    """
    base = _base(wanted, limits)
    found = []
    for id, role in _members(wanted, base, answers):
        account = base if id == base.id and not _foreign(role, base) else _entered(base, id, role, answers)
        if account is not None:
            found.append(account)
    for account in found:
        answers.partition[account.id] = account.partition
        _regions(account, wanted.regions, answers)
    return found


def _foreign(role: str, base: Account) -> bool:
    """Whether the file names a role for the account of the credentials itself."""
    return bool(_ROLE.fullmatch(role)) and base.id in role


def _base(wanted: Wanted, limits: Limits) -> Account:
    session = _session(wanted.profile)
    identity = _identity(session, wanted)
    if wanted.role_arn:
        if not _ROLE.fullmatch(wanted.role_arn):
            raise UsageError(
                f"--role-arn: {wanted.role_arn!r} is no ARN of a role: arn:aws:iam::111122223333:role/name"
            )
        session = _assumed(session, wanted.role_arn, _home(session, identity[1]))
        identity = _identity(session, wanted)
    return Account(identity[0], session, identity[1], limits)


def _session(profile: str | None) -> boto3.Session:
    import boto3
    from botocore import exceptions as sdk

    try:
        return boto3.Session(profile_name=profile)
    except sdk.ProfileNotFound:
        named = f"--profile: no profile {profile!r}" if profile else "AWS_PROFILE names a profile that is not"
        raise UsageError(f"{named} in the AWS configuration") from None
    except (sdk.BotoCoreError, OSError, ValueError) as error:
        raise InputError(f"AWS configuration: cannot be read ({type(error).__name__})") from None


def _home(session: boto3.Session, partition: str) -> str:
    return Account("", session, partition, Limits()).home


def _identity(session: boto3.Session, wanted: Wanted) -> tuple[str, str]:
    """Account and partition of some credentials.

    Raises:
        InputError: when they do not hold.
    """
    from botocore import exceptions as sdk
    from botocore.config import Config

    try:
        region = session.region_name or "us-east-1"
        config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
        answer = session.client("sts", region_name=region, config=config).get_caller_identity()
        arn = str(answer["Arn"])
        return str(answer["Account"]), arn.split(":")[1]
    except (sdk.NoCredentialsError, sdk.PartialCredentialsError):
        raise InputError(
            "no AWS credentials: name a profile with --profile, run `aws sso login`, or set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"
        ) from None
    except Exception as error:  # the SDK's own and those of the network beneath it; each becomes one line with advice
        told = failure(error)
        advice = f"log in again{f' (`aws sso login --profile {wanted.profile}`)' if wanted.profile else ''}"
        if told.unreachable:
            advice = "is the network there?"
        elif told.code in CLOCK:
            advice = "is the secret key right, and the clock of this machine?"
        elif told.status == "denied":
            advice = "the role cannot be assumed: look at its trust policy"
        raise InputError(f"AWS does not take these credentials ({told.code}): {advice}") from None


def _assumed(session: boto3.Session, role: str, region: str) -> boto3.Session:
    """A session with a role's credentials, which are renewed before they end."""
    import boto3
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.session import get_session

    source = session._session
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=lambda name, **given: source.create_client(name, **{"region_name": region, **given}),
        source_credentials=source.get_credentials(),
        role_arn=role,
        extra_args={"RoleSessionName": "blastradius-scan"},
    )
    inner = get_session()
    # descriptions of services are large: all accounts read them once
    inner.register_component("data_loader", source.get_component("data_loader"))
    inner._credentials = DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method="assume-role")
    inner.set_config_variable("region", region)
    return boto3.Session(botocore_session=inner)


def _members(wanted: Wanted, base: Account, answers: Answers) -> list[tuple[str, str]]:
    """Account ids with the roles to assume in them."""
    if not wanted.accounts:
        return [(base.id, "")]
    found = _organization(base, answers) if wanted.accounts == "org" else _listed(Path(wanted.accounts))
    if len(found) > _MOST_ACCOUNTS:
        raise InputError(
            f"--accounts: {len(found):,} accounts are more than the {_MOST_ACCOUNTS:,} that are read at a time"
        )
    foreign = [id for id, role in found if not role and id != base.id]
    if foreign and not wanted.role_name:
        raise UsageError(f"--accounts: name the role to assume in {foreign[0]} and others with --role-name")
    if wanted.role_name and not _NAME.fullmatch(wanted.role_name):
        raise UsageError(f"--role-name: {wanted.role_name!r} is no name of a role")
    made = f"arn:{base.partition}:iam::{{}}:role/{wanted.role_name}"
    return [(id, role or ("" if id == base.id else made.format(id))) for id, role in dict(found).items()]


def _organization(base: Account, answers: Answers) -> list[tuple[str, str]]:
    asked = ask(base, MEMBERS, base.home, {})
    answers.note(Area(base.id, GLOBAL, MEMBERS.key), asked.status, asked.code)
    if asked.status != "ok":
        raise InputError(
            f"--accounts org: the accounts of the organization cannot be listed ({asked.code}): use credentials of the "
            "management account or of a delegated administrator, or name a file of account ids"
        )
    found = [one for one in asked.items if one.get("Status") in (None, "ACTIVE")]
    answers.names.update({str(one["Id"]): str(one.get("Name", "")) for one in found})
    return [(str(one["Id"]), "") for one in found]


def _listed(file: Path) -> list[tuple[str, str]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(f"--accounts: {file}: cannot be read: {why.lower()}") from None
    found = []
    for number, text in enumerate(lines, 1):
        word = text.partition("#")[0].strip()
        role = _ROLE.fullmatch(word)
        if role:
            found.append((role[1], word))
        elif _ID.fullmatch(word):
            found.append((word, ""))
        elif word:
            raise InputError(f"--accounts: {file}:{number}: neither an account id of 12 digits nor the ARN of a role")
    if not found:
        raise InputError(f"--accounts: {file}: names no account")
    return found


def _entered(base: Account, id: str, role: str, answers: Answers) -> Account | None:
    """An account by its role; None where it cannot be entered, which coverage tells."""
    area = Area(id, GLOBAL, ASSUME.key)
    session = _assumed(base.session, role, base.home)
    try:
        session.get_credentials().get_frozen_credentials()
    except Exception as error:  # one account that cannot be entered is coverage: the others are read
        told = failure(error)
        answers.partition[id] = base.partition
        answers.note(area, told.status, told.code)
        return None
    answers.ended.pop(area, None)
    answers.note(area, "ok")
    return Account(id, session, base.partition, base.limits)


def _regions(account: Account, wanted: Sequence[str], answers: Answers) -> None:
    asked = ask(account, REGIONS, account.session.region_name or account.home, {})
    area = Area(account.id, GLOBAL, REGIONS.key)
    answers.ended.pop(area, None)
    answers.note(area, asked.status, asked.code)
    if asked.status == "ok":
        enabled = {str(one["RegionName"]) for one in asked.items if one.get("OptInStatus") != "not-opted-in"}
        known = {str(one["RegionName"]) for one in asked.items}
        account.enabled = frozenset(enabled)
    else:  # the SDK's own list: what is not switched on will say so
        enabled = known = set(account.session.get_available_regions("ec2", account.partition))
    _check(wanted, known)
    chosen = set(wanted) if wanted else enabled
    answers.regions[account.id] = sorted(chosen & enabled)
    answers.left[account.id] = sorted(enabled - chosen)
    for region in sorted(chosen - enabled):
        answers.note(Area(account.id, region, REGIONS.key), "unsupported", "NotOptedIn")


def _check(wanted: Iterable[str], known: set[str]) -> None:
    import difflib

    for region in wanted:
        if region not in known:
            near: list[Any] = difflib.get_close_matches(region, sorted(known), 1)
            hint = f": did you mean {near[0]}?" if near else ""
            raise UsageError(f"--regions: no region {region!r} in this partition{hint}")
