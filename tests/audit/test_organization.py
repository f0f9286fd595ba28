"""Audits of a whole organization: which accounts are entered, and how."""

from __future__ import annotations

import pytest

from tests.audit.cloud import ACCOUNT, Aws, Walint, client
from walint.errors import WalintError
from walint.sources.live.accounts import Access
from walint.sources.live.organization import members


def organization() -> dict[str, str]:
    """An organization with two units, one in the other, and an account in each: name -> id."""
    made = client("organizations", "us-east-1")
    made.create_organization(FeatureSet="ALL")
    root = made.list_roots()["Roots"][0]["Id"]
    outer = made.create_organizational_unit(ParentId=root, Name="outer")["OrganizationalUnit"]["Id"]
    inner = made.create_organizational_unit(ParentId=outer, Name="inner")["OrganizationalUnit"]["Id"]
    found = {"root": root, "outer": outer, "inner": inner}
    for name, parent in (("shop", inner), ("lab", root)):
        status = made.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        found[name] = status["AccountId"]
        if parent != root:
            made.move_account(AccountId=found[name], SourceParentId=root, DestinationParentId=parent)
    return found


def role(account: str) -> Access:
    return Access(None, f"arn:aws:iam::{account}:role/audit/Walint", "ours", account)


def test_every_active_account_has_the_role_and_ones_own_needs_none(aws: Aws) -> None:  # noqa: ARG001
    known = organization()
    expected = [Access(account=ACCOUNT), role(known["lab"]), role(known["shop"])]
    found = members(Access(), "audit/Walint", external_id="ours")
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_unit_holds_the_accounts_of_those_nested_in_it(aws: Aws) -> None:  # noqa: ARG001
    known = organization()
    assert members(Access(), "audit/Walint", [known["outer"]], "ours") == [role(known["shop"])]


@pytest.mark.parametrize(
    ("name", "units", "said"),
    [
        ("arn:aws:iam::1:role/x", [], "is no role's name"),
        ("Walint", ["shop"], "is no organizational unit"),
        ("Walint", [], "organizations:ListAccounts failed"),
    ],
)
def test_what_cannot_be_used_is_said(aws: Aws, name: str, units: list[str], said: str) -> None:
    if not units:
        aws.deny("ListAccounts")
    with pytest.raises(WalintError, match=said):
        members(Access(), name, units)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--org",), "--org needs --role-name"),
        (("--role-name", "Walint"), "--role-name goes with --org"),
        (("--org-unit", "ou-ab12-11112222"), "--org-unit goes with --org"),
        (("--org", "--role-name", "W", "--accounts", "a.yaml"), "--org and --accounts exclude each other"),
    ],
)
def test_options_that_do_not_go_together(aws: Aws, walint: Walint, arguments: tuple[str, ...], said: str) -> None:
    done = walint.audit(*arguments)
    assert (done.status, said in done.err, dict(aws.asked)) == (2, True, {})
