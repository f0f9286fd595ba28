"""How a call can fail, and what each way means for what is known afterwards.

Codes from the API references and from botocore's service models; the same kinds hold for every service.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from walint.errors import WalintError

FailureKind: TypeAlias = Literal[
    "denied",
    "throttled",
    "unavailable",
    "expired",
    "credentials",
    "region-off",
    "not-offered",
    "support-plan",
    "vanished",
    "absent",
    "interrupted",
    "refused",
]
"""denied        the caller may not make the call
throttled     AWS asked to slow down, to the end
unavailable   AWS or the network did not answer properly: 5xx, a time-out, no connection
expired       the credentials ran out in mid-run
credentials   the credentials are not valid at all
region-off    the region is not enabled for the account
not-offered   the service does not exist in the region
support-plan  the call needs a support plan that the account does not have
vanished      the resource was deleted between two calls
absent        what was asked for is not set
interrupted   the run was stopped before the call
refused       any other error that AWS returned"""

_DENIED = {
    "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "AllAccessDisabled", "AuthFailure",
    "AuthorizationError", "AuthorizationErrorException", "Forbidden", "ForbiddenException",
    "InsufficientPrivilegesException", "NotAuthorized", "NotAuthorizedException", "UnauthorizedAccess",
    "UnauthorizedException", "UnauthorizedOperation",
}  # fmt: skip
_THROTTLED = {
    "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException",
    "SlowDown", "TooManyRequestsException", "TransactionInProgressException",
}  # fmt: skip
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_CREDENTIALS = {
    "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException",
    "MissingAuthenticationToken", "SignatureDoesNotMatch",
}  # fmt: skip
_REGION_OFF = {"OptInRequired", "UnrecognizedClientException"}
_NOT_OFFERED = {"UnknownOperationException", "UnknownOperation", "InvalidAction"}
_SUPPORT_PLAN = {"SubscriptionRequiredException"}
_FORBIDDEN, _TOO_MANY, _SERVER_ERROR, _NOT_FOUND = 403, 429, 500, 404


class Failure(NamedTuple):
    """How one call failed. `code` is AWS's own word for it; its message is not kept, for it may hold anything."""

    kind: FailureKind
    code: str = ""
    by_organization: bool = False
    """Denied by a service control policy: no policy of the account itself can allow it."""


def classify(code: str, status: int, message: str) -> Failure:
    """The kind of an error that AWS returned: by its code, else by the HTTP status."""
    organization = "service control policy" in message
    if code in _DENIED:
        return Failure("denied", code, organization)
    if code in _THROTTLED or code.startswith("Throttl"):
        return Failure("throttled", code)
    for codes, kind in _KINDS:
        if code in codes:
            return Failure(kind, code)
    if _is_not_found(code, status):
        return Failure("vanished", code)
    if status == _FORBIDDEN:
        return Failure("denied", code, organization)
    if status == _TOO_MANY:
        return Failure("throttled", code)
    return Failure("unavailable" if status >= _SERVER_ERROR else "refused", code)


_KINDS: tuple[tuple[set[str], FailureKind], ...] = (
    (_EXPIRED, "expired"),
    (_CREDENTIALS, "credentials"),
    (_REGION_OFF, "region-off"),
    (_NOT_OFFERED, "not-offered"),
    (_SUPPORT_PLAN, "support-plan"),
)


def _is_not_found(code: str, status: int) -> bool:
    plain = code.rpartition(".")[2]
    return status == _NOT_FOUND or "NotFound" in plain or plain.startswith("NoSuch") or "NonExistent" in plain


class CallFailedError(WalintError):
    """A call that AWS did not answer; caught by the sweep, never seen by users."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.code}")
        self.failure = failure


_WORDS: dict[FailureKind, str] = {
    "throttled": "Throttled",
    "unavailable": "Unavailable",
    "expired": "Credentials expired before",
    "credentials": "Credentials not valid for",
    "region-off": "Region not enabled",
    "not-offered": "Not offered",
    "support-plan": "Needs a support plan",
    "vanished": "Deleted during the scan",
    "absent": "Not set",
    "interrupted": "Interrupted before",
    "refused": "Refused",
}


def reason(failure: Failure, action: str, region: str) -> str:
    """The failure in words, as an unknown value carries it: "AccessDenied: lambda:ListFunctions in eu-west-1"."""
    word = "AccessDenied" if failure.kind == "denied" else _WORDS[failure.kind]
    if failure.kind == "refused" and failure.code:
        word = f"Refused ({failure.code})"
    text = f"{word}: {action} in {region}"
    return f"{text} (by a service control policy)" if failure.by_organization else text
