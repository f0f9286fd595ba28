"""Which accounts are audited, and how each is entered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from walint.errors import WalintError

_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]+")
_ACCOUNT = re.compile(r"\d{12}")
_KEYS = {"account", "profile", "role_arn", "external_id", "regions"}
_MOST_BYTES = 5_000_000
_FORM = (
    "a list of account numbers, of role ARNs, or of maps with "
    "account, role_arn, external_id, profile and regions, one for each account"
)


class AccountsError(WalintError):
    """A file of accounts, or a role, that cannot be used."""


class Access(NamedTuple):
    """One account, and how to enter it.

    profile      the AWS profile to begin with, None for the default credentials
    role_arn     the role to assume in the account, None to use the credentials themselves
    external_id  what the role's trust policy asks for
    account      the account that is expected, None for whichever it is
    regions      the regions to look at; none for those of the command line
    """

    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    account: str | None = None
    regions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The account, or how it is entered, for messages."""
        return self.account or self.role_arn or (f"profile {self.profile}" if self.profile else "default credentials")


def access(profile: str | None, role_arn: str | None, external_id: str | None) -> Access:
    """The one account that these credentials and this role lead to. Raises `AccountsError`."""
    if role_arn is None:
        if external_id is not None:
            raise AccountsError("--external-id goes with --role-arn")
        return Access(profile)
    return Access(profile, role_arn, external_id, _account_of(role_arn, "--role-arn"))


def read_accounts(file: Path, template: Access) -> list[Access]:
    """The accounts of a YAML file; what an entry leaves out is as in `template`, whose role is looked for in each.

    An account number may stand on a line of its own, too, without a hyphen. Raises `AccountsError`.
    """
    found = [_access(entry, template, str(file)) for entry in _entries(file)]
    if not found:
        raise AccountsError("the file names no account", where=str(file), help=f"it holds {_FORM}")
    names = [one.account for one in found]
    twice = next((name for name in names if name is not None and names.count(name) > 1), None)
    if twice is not None:
        raise AccountsError(f"the account {twice} is there twice", where=str(file))
    return found


def _entries(file: Path) -> Iterator[Any]:
    import yaml  # the hot path of other commands does not need it

    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES)
        loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts only: an account number may begin with 0
        written = yaml.load(data, loader)  # noqa: S506 - BaseLoader makes nothing but texts, lists and maps
    except OSError as error:
        raise AccountsError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise AccountsError("is no YAML", where=str(file), help=f"it holds {_FORM}") from error
    if isinstance(written, str):
        yield from written.split()
    elif isinstance(written, list):
        yield from written
    elif written:
        raise AccountsError("is no list", where=str(file), help=f"it holds {_FORM}")


def _access(entry: Any, template: Access, where: str) -> Access:
    if isinstance(entry, str):
        entry = {"role_arn": entry} if entry.startswith("arn:") else {"account": entry}
    if not isinstance(entry, Mapping) or not entry or not _KEYS.issuperset(entry):
        strange = sorted(map(str, entry.keys() - _KEYS)) if isinstance(entry, Mapping) else []
        message = f"an account has no {', '.join(strange)}" if strange else "an entry is no account"
        raise AccountsError(message, where=where, help=f"the file holds {_FORM}")
    account, role = entry.get("account"), entry.get("role_arn")
    if account is not None and not (isinstance(account, str) and _ACCOUNT.fullmatch(account)):
        raise AccountsError(f"{account!r} is no account number", where=where, help="it has twelve digits")
    if role is None and account is not None and template.role_arn is not None:
        role = re.sub(r"::\d{12}:", f"::{account}:", template.role_arn)
    if role is None and "profile" not in entry:
        help_text = "add --role-arn with the role that each account has, or name a role_arn or a profile here"
        raise AccountsError(f"it is not said how to enter {account}", where=where, help=help_text)
    if role is not None:
        account = _account_of(role, where) if account is None else account
    regions = entry.get("regions", template.regions)
    if not isinstance(regions, (list, tuple)):
        raise AccountsError("regions is a list", where=where)
    external_id = entry.get("external_id", template.external_id)
    return Access(entry.get("profile", template.profile), role, external_id, account, tuple(map(str, regions)))


def _account_of(role_arn: Any, where: str) -> str:
    match = _ROLE.fullmatch(role_arn) if isinstance(role_arn, str) else None
    if match is None:
        example = "a role's ARN looks like arn:aws:iam::123456789012:role/WalintReadOnly"
        raise AccountsError(f"{role_arn!r} is no role's ARN", where=where, help=example)
    return match[2]
