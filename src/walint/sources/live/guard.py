"""Lets only the catalogue's own operations leave the machine: walint cannot change an account, whatever its bugs.

The list is exact. A prefix such as Describe or Get is no promise: GetFederationToken and its like hand out
credentials, GetObject and GetSecretValue read what is none of walint's business.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from walint.catalog.live import collectors
from walint.errors import WalintError

ALWAYS: Final = frozenset(
    {
        ("sts", "GetCallerIdentity"),
        ("account", "ListRegions"),
        ("ec2", "DescribeRegions"),
        ("organizations", "ListAccounts"),
        ("organizations", "ListAccountsForParent"),
        ("organizations", "ListOrganizationalUnitsForParent"),
        ("resourcegroupstaggingapi", "GetResources"),
    }
)
"""What walint needs before it collects anything: who it is, which accounts there are, where it may look, and tags."""

_SIGN_IN: Final = frozenset(
    {
        ("sts", "AssumeRole"),
        ("sts", "AssumeRoleWithWebIdentity"),
        ("sso", "GetRoleCredentials"),
        ("sso-oidc", "CreateToken"),
        ("signin", "CreateOAuth2Token"),
    }
)
"""How botocore gets credentials where a profile or the environment tells it to: by a role, by a token of a cluster or a
pipeline, by IAM Identity Center (`aws sso login`), by `aws login` (botocore/credentials.py, tokens.py)."""


class ForbiddenCallError(WalintError):
    """walint was about to make a call that is not on its list: a bug in walint, and nothing was sent."""


@cache
def allowed() -> frozenset[tuple[str, str]]:
    """Every (service, operation) that may be called, by botocore's names."""
    from_table = {(call.service, call.operation) for one in collectors().values() for call in one.calls()}
    return ALWAYS | _SIGN_IN | from_table


def signing_in() -> frozenset[tuple[str, str]]:
    """Those calls that get credentials for walint itself."""
    return _SIGN_IN


def refuse_other_calls(model: Any, **_event: Any) -> None:
    """A handler of botocore's `before-call` event. Raises `ForbiddenCallError` unless the operation is on the list."""
    service, operation = model.service_model.service_name, model.name
    if (service, operation) not in allowed():
        message = f"{service}:{operation} is not on the list of calls that walint makes"
        raise ForbiddenCallError(message, help="this is a bug in walint; please report it")
