"""Enters accounts: credentials, assumed roles, who one is there, and which regions are enabled."""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

import botocore.exceptions
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import Session

from walint.errors import WalintError
from walint.sources.live import transport
from walint.sources.live.accounts import Access
from walint.sources.live.failures import classify
from walint.sources.live.places import HOME_REGIONS, Place
from walint.sources.live.transport import SIGN_IN, SIGNED_OUT, CredentialsError, shared_loader

_SESSION_NAME = "walint"
_SIGN_IN = "sign in (`aws sso login`, `aws configure`), set AWS_PROFILE, or give --aws-profile"
_CONFIGURE = "`aws configure list --profile NAME` shows what a profile comes to"
_NONE = (botocore.exceptions.NoCredentialsError, botocore.exceptions.PartialCredentialsError)
_SILENCE = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
_CONFIG = (botocore.exceptions.InvalidConfigError, botocore.exceptions.ConfigParseError)


class RegionError(WalintError):
    """A region that does not exist."""


class Entered(NamedTuple):
    """An account that has been entered.

    regions   where it is looked at
    off       regions that were asked for and are not enabled
    guessed   why the enabled regions could not be asked for, None when they could
    """

    access: Access
    partition: str
    account: str
    regions: tuple[str, ...]
    off: tuple[str, ...] = ()
    guessed: str | None = None

    @property
    def unit(self) -> str:
        """The account as reports name it."""
        return f"{self.partition}/{self.account}"

    def places(self) -> list[Place]:
        """Its regions."""
        return [Place(self.partition, self.account, region) for region in self.regions]


def session_of(access: Access, config: Config | None = None) -> Session:
    """A session in an account. A role is assumed when it is first needed, and again before it runs out.

    Raises `CredentialsError` when there are no credentials to begin with.
    """
    session = transport.new_session(access.profile)
    try:
        source = session.get_credentials()
    except botocore.exceptions.BotoCoreError as error:
        raise _refused(error, access) from None
    if source is None:
        raise CredentialsError("there are no AWS credentials", help=_SIGN_IN)
    if access.role_arn is None:
        return session
    region = session.get_config_variable("region") or _home(access.role_arn.split(":")[1])

    def client(service: str, **arguments: Any) -> Any:
        return session.create_client(service, **{"region_name": region, "config": config, **arguments})

    extra = {"RoleSessionName": _SESSION_NAME}
    if access.external_id is not None:
        extra["ExternalId"] = access.external_id
    fetcher = AssumeRoleCredentialFetcher(client, source, access.role_arn, extra_args=extra)
    assumed = transport.new_session(access.profile)
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - botocore has no setter for it
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return assumed


def enter(access: Access, wanted: tuple[str, ...] = (), config: Config | None = None) -> Entered:
    """Who one is in an account, and the regions to look at: those wanted, else all that are enabled.

    Raises `CredentialsError`, `RegionError`.
    """
    session = session_of(access, config)
    wanted = access.regions or wanted
    partition, account = _identity(session, access, wanted, config)
    if access.account is not None and account != access.account:
        message = f"the credentials lead to the account {account}, not to {access.account}"
        raise CredentialsError(message, where=access.role_arn or access.profile)
    check_regions(wanted, partition)
    enabled, guessed = _enabled(session, partition, config)
    if wanted and guessed is None:
        off = tuple(region for region in wanted if region not in enabled)
        return Entered(access, partition, account, tuple(r for r in wanted if r in enabled), off)
    if wanted:
        return Entered(access, partition, account, wanted)
    return Entered(access, partition, account, enabled, guessed=guessed)


def check_regions(wanted: tuple[str, ...], partition: str) -> None:
    """Raises `RegionError` for a region that the partition does not have, as far as botocore knows."""
    known = known_regions(partition)
    for region in wanted:
        if known and region not in known:
            close = get_close_matches(region, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"{partition} has {', '.join(sorted(known))}"
            raise RegionError(f"there is no region {region!r} in the partition {partition}", help=hint)


@cache
def known_regions(partition: str) -> frozenset[str]:
    """The regions of a partition in botocore's data."""
    for entry in shared_loader().load_data("partitions")["partitions"]:
        if entry["id"] == partition:
            return frozenset(region for region in entry["regions"] if not region.endswith("-global"))
    return frozenset()


def _home(partition: str) -> str:
    return HOME_REGIONS.get(partition, "us-east-1")


def _partition_of(region: str) -> str:
    for partition in ("aws", "aws-cn", "aws-us-gov", "aws-eusc"):
        if region in known_regions(partition):
            return partition
    return "aws"


def identity_of_session(session: Session, access: Access, config: Config | None) -> tuple[str, str]:
    """The partition and the account that a session leads to. Raises `CredentialsError`."""
    return _identity(session, access, (), config)


def _identity(session: Session, access: Access, wanted: tuple[str, ...], config: Config | None) -> tuple[str, str]:
    """Partition and account. STS answers in every region, but only within the partition of the credentials."""
    region = session.get_config_variable("region") or _home(_partition_of(wanted[0]) if wanted else "aws")
    if access.role_arn is not None:
        region = _home(access.role_arn.split(":")[1])
    try:
        who = session.create_client("sts", region_name=region, config=config).get_caller_identity()
    except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, EOFError) as error:
        raise _refused(error, access) from None
    return str(who["Arn"]).split(":")[1], str(who["Account"])


def _refused(error: Exception, access: Access) -> CredentialsError:
    """Why an account could not be entered, in one sentence that says what to do."""
    where = access.role_arn or (f"profile {access.profile}" if access.profile else None)
    if isinstance(error, botocore.exceptions.ClientError):
        return _refused_by_aws(error, where)
    name = type(error).__name__
    if isinstance(error, _NONE):
        return CredentialsError("there are no AWS credentials", where=where, help=_SIGN_IN)
    if isinstance(error, SIGNED_OUT):
        return CredentialsError(f"the sign-in has expired, or there is none ({name})", where=where, help=_anew(access))
    if isinstance(error, _SILENCE):
        hint = "is the network open to AWS (proxy, VPC endpoint)?"
        return CredentialsError(f"AWS does not answer ({name})", where=where, help=hint)
    if isinstance(error, _CONFIG):
        return CredentialsError(f"the AWS config cannot be used: {error}", where=where, help=_CONFIGURE)
    if isinstance(error, EOFError):
        hint = "get credentials with a code first (`aws sts get-session-token`) and set them in the environment"
        return CredentialsError("nobody is there to enter the MFA code that is asked for", where=where, help=hint)
    return CredentialsError(f"AWS cannot be called ({name})", where=where, help=_SIGN_IN)


def _refused_by_aws(error: botocore.exceptions.ClientError, where: str | None) -> CredentialsError:
    details = error.response.get("Error", {})
    code = str(details.get("Code", ""))
    failure = classify(code, error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), "")
    if failure.kind == "expired":
        return CredentialsError("the AWS credentials have expired", where=where, help=_SIGN_IN)
    if failure.kind in {"credentials", "region-off"}:
        return CredentialsError(f"AWS does not accept the credentials ({code})", where=where, help=_SIGN_IN)
    if error.operation_name == "GetRoleCredentials":
        hint = "is it assigned to you in IAM Identity Center? See sso_account_id and sso_role_name of the profile"
        return CredentialsError(f"the profile's role is not given out ({code})", where=where, help=hint)
    if error.operation_name in SIGN_IN:
        hint = "does the role exist, does it trust these credentials, and does it ask for an --external-id?"
        return CredentialsError(f"the role cannot be assumed ({code})", where=where, help=hint)
    return CredentialsError(f"{error.operation_name} failed ({code})", where=where)


def _anew(access: Access) -> str:
    """The command that signs in again."""
    profile = access.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
    return f"run `aws sso login --profile {profile}`" if profile else "run `aws sso login`"


def _enabled(session: Session, partition: str, config: Config | None) -> tuple[tuple[str, ...], str | None]:
    """The enabled regions, sorted, and why they are only those that every account begins with, if so."""
    home = _home(partition)
    reasons = []
    for service, operation, arguments in (
        ("account", "list_regions", {"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"], "MaxResults": 50}),
        ("ec2", "describe_regions", {}),
    ):
        try:
            client = session.create_client(service, region_name=home, config=config)
            answer = getattr(client, operation)(**arguments)
        except botocore.exceptions.ClientError as error:
            reasons.append(str(error.response.get("Error", {}).get("Code", "")))
            continue
        except (botocore.exceptions.BotoCoreError, NotImplementedError) as error:
            reasons.append(type(error).__name__)
            continue
        found = sorted(each["RegionName"] for each in answer.get("Regions", ()))
        if found:
            return tuple(found), None
    return tuple(sorted(_by_default(partition))), ", ".join(reasons)


def _by_default(partition: str) -> frozenset[str]:
    """The regions that need no opting in.

    From the guide of AWS Account Management, "Enable or disable AWS Regions in your account": regions launched before
    20 March 2019 are on in every account.
    """
    first = {
        "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
        "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
        "us-east-2", "us-west-1", "us-west-2",
    }  # fmt: skip
    return frozenset(first) if partition == "aws" else known_regions(partition)
