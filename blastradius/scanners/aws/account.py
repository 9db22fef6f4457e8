"""One account as the scan reaches it: its clients, its budget, and whether it can still be asked."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from blastradius.scanners.aws.failing import failure
from blastradius.scanners.aws.limits import Budget, Limits

if TYPE_CHECKING:
    import boto3

#: Where services without a region are asked, by partition.
HOMES = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
#: One for all accounts: making clients is not safe among threads, and shares data that is costly to load.
_MAKING = threading.Lock()


class Account:
    """An account with a session of its own.

    Args:
        id: of the account.
        session: made for it.
        partition: such as `aws-cn`.
        limits: bounds of the scan.
    """

    def __init__(self, id: str, session: boto3.Session, partition: str, limits: Limits) -> None:
        self.id = id
        self.session = session
        self.partition = partition
        self.home = HOMES.get(partition) or (session.get_available_regions("ec2", partition) or ["us-east-1"])[0]
        self.limits = limits
        self.budget = Budget(limits.rate)
        self.ended = ""
        #: Regions that are known to be switched on.
        self.enabled: frozenset[str] = frozenset()
        self._clients: dict[tuple[str, str], Any] = {}
        self._silent: Counter[str] = Counter()
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region, made once."""
        key = (service, region)
        found = self._clients.get(key)
        if found is None:
            with _MAKING:
                found = self._clients.get(key)
                if found is None:
                    found = self._clients[key] = self.session.client(service, region_name=region, config=self._config())
        return found

    def _config(self) -> Config:
        limits = self.limits
        return Config(
            retries={"mode": "adaptive", "total_max_attempts": limits.attempts},
            connect_timeout=limits.connect,
            read_timeout=limits.read,
            max_pool_connections=max(10, limits.threads),
            parameter_validation=False,
            s3={"us_east_1_regional_endpoint": "regional"},
        )

    def heard(self, region: str, answered: bool) -> None:
        """Note whether anything answered in a region."""
        with self._lock:
            self._silent[region] = 0 if answered else self._silent[region] + 1

    def silent(self, region: str) -> bool:
        """Whether a region is asked no more, since nothing answers there."""
        return self._silent[region] >= self.limits.unreachable

    def doubted(self, code: str) -> bool:
        """Find out whether credentials that one region did not know still hold; whether they have ended."""
        with self._lock:
            if self.ended:
                return True
        try:
            self.client("sts", self.home).get_caller_identity()
        except Exception as error:  # any other failure says nothing of the credentials
            if failure(error).credentials:
                self.end(code)
                return True
        return False

    def end(self, code: str) -> None:
        """Note that this account cannot be asked any more."""
        with self._lock:
            self.ended = self.ended or code
