"""The accounts of an organization, as AWS Organizations lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from walint.sources.live.accounts import Access, AccountsError
from walint.sources.live.places import HOME_REGIONS
from walint.sources.live.sessions import identity_of_session, session_of
from walint.sources.live.transport import client_config

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32}")
_ROLE = re.compile(r"[\w+=,.@/-]{1,512}")
_HELP = "run it in the management account, or in one that is delegated administrator for AWS Organizations"


def members(
    entry: Access, role: str, units: Sequence[str] = (), external_id: str | None = None, timeout: float | None = None
) -> list[Access]:
    """The active accounts of the organization that these credentials belong to, by their numbers.

    `role` is the name of the role that each of them has (with its path, if it has one); the account of the credentials
    themselves is entered without it. `units` are ids of organizational units or of the root: with them only the
    accounts below count. Raises `AccountsError`, `CredentialsError`.
    """
    if not _ROLE.fullmatch(role) or role.startswith("arn:"):
        raise AccountsError(f"{role!r} is no role's name", where="--role-name")
    for unit in units:
        if not _UNIT.fullmatch(unit):
            raise AccountsError(f"{unit!r} is no organizational unit", where="--org-unit", help="ou-ab12-11112222")
    config = client_config() if timeout is None else client_config(timeout)
    session = session_of(entry, config)
    partition, own = identity_of_session(session, entry, config)
    client = session.create_client("organizations", region_name=HOME_REGIONS.get(partition), config=config)
    try:
        listed = list(_below(client, units) if units else _pages(client, "list_accounts", "Accounts"))
    except botocore.exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise AccountsError(
            f"organizations:{error.operation_name} failed ({code})", where="--org", help=_HELP
        ) from None
    except botocore.exceptions.BotoCoreError as error:
        raise AccountsError(f"AWS Organizations cannot be asked ({type(error).__name__})", where="--org") from None
    active = sorted({str(each["Id"]) for each in listed if each.get("Status") == "ACTIVE"})
    if not active:
        raise AccountsError("no active account was found", where="--org")
    head, tail = f"arn:{partition}:iam::", f":role/{role.lstrip('/')}"
    return [
        entry._replace(account=account)
        if account == own
        else Access(entry.profile, f"{head}{account}{tail}", external_id, account)
        for account in active
    ]


def _below(client: Any, units: Sequence[str]) -> Iterator[Any]:
    """The accounts in these units and in those nested in them."""
    pending, seen = list(units), set(units)
    while pending:
        unit = pending.pop()
        yield from _pages(client, "list_accounts_for_parent", "Accounts", ParentId=unit)
        for each in _pages(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit):
            if each["Id"] not in seen:
                seen.add(each["Id"])
                pending.append(each["Id"])


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())
