"""What an error of the provider means: a denial, a lack of patience, nothing there, or the end of the credentials."""

from __future__ import annotations

from dataclasses import dataclass

from botocore import exceptions as sdk

from blastradius.scanners.aws.answers import Status

_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "UnauthorizedOperation", "AuthorizationError",
    "AuthorizationErrorException", "UnauthorizedAccess", "UnauthorizedException", "Forbidden", "ForbiddenException", "403",
    "NotAuthorized", "NotAuthorizedException", "InsufficientPrivilegesException", "AllAccessDisabled", "AccountProblem",
    "Client.UnauthorizedOperation", "OperationNotPermittedException", "UnauthorizedRequestException", "AWSOrganizationsNotInUseException",
})  # fmt: skip
_THROTTLED = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "RequestLimitExceeded", "TooManyRequestsException", "TooManyRequests", "SlowDown", "BandwidthLimitExceeded",
    "EC2ThrottledException", "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "LimitExceededException",
})  # fmt: skip
_UNSUPPORTED = frozenset({
    "InvalidAction", "UnknownOperationException", "UnknownOperation", "UnsupportedOperation", "UnsupportedOperationException",
    "NotImplemented", "NotImplementedException", "OptInRequired", "SubscriptionRequiredException", "UnrecognizedAction",
    "OperationNotSupportedException", "501", "UnsupportedFeatureException",
})  # fmt: skip
#: What is answered to a wrong secret, and to a request whose time is off by more than some minutes.
CLOCK = frozenset({
    "SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
})  # fmt: skip
_EXPIRED = frozenset({
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "InvalidToken",
})  # fmt: skip
#: Also what a region answers that an account has not switched on.
_UNKNOWN_CREDENTIALS = frozenset({
    "InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidAccessKeyId",
    "IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
})  # fmt: skip
_NO_CREDENTIALS = (
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.CredentialRetrievalError,
    sdk.TokenRetrievalError,
    sdk.UnauthorizedSSOTokenError,
    sdk.SSOError,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error, as coverage tells of it.

    Attributes:
        status: how the request ended.
        code: in the provider's words; never the message, which may hold anything.
        credentials: `ended` where no request of this account can succeed any more, `doubtful` where that may be so.
        unreachable: whether nothing answered.
    """

    status: Status
    code: str
    credentials: str = ""
    unreachable: bool = False


def failure(error: BaseException) -> Failure:
    """Tell what an exception of the SDK means."""
    if isinstance(error, sdk.ClientError):
        return _client(error)
    name = type(error).__name__
    if isinstance(error, _NO_CREDENTIALS):
        return Failure("error", name, credentials="ended")
    if isinstance(error, sdk.ConnectTimeoutError | sdk.ReadTimeoutError | sdk.EndpointConnectionError):
        return Failure("error", name, unreachable=True)
    if isinstance(error, sdk.UnknownServiceError | sdk.UnsupportedS3ArnError | sdk.NoRegionError):
        return Failure("unsupported", name)
    return Failure("error", name)


def _client(error: sdk.ClientError) -> Failure:
    response = error.response if isinstance(error.response, dict) else {}
    code = str((response.get("Error") or {}).get("Code") or "")[:100]
    http = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode")
    plain = code.rpartition("#")[2].partition(":")[0]
    if plain in _EXPIRED:
        return Failure("error", plain, credentials="ended")
    if plain in _UNKNOWN_CREDENTIALS:
        return Failure("error", plain, credentials="doubtful")
    if plain in CLOCK:
        return Failure("error", plain)
    if plain in _THROTTLED or http == 429:
        return Failure("throttled", plain or "429")
    if plain in _UNSUPPORTED or http == 501:
        return Failure("unsupported", plain or "501")
    if plain in _DENIED or http in (401, 403):
        return Failure("denied", plain or str(http))
    return Failure("error", plain or str(http or type(error).__name__))
