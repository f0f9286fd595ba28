"""Files of accounts, and roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from walint.sources.live.accounts import Access, AccountsError, access, read_accounts

ROLE = "arn:aws:iam::111111111111:role/audit/WalintReadOnly"
TEMPLATE = Access("base", ROLE, "ours", "111111111111")


def role(account: str) -> str:
    return ROLE.replace("111111111111", account)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("012345678901", [Access("base", role("012345678901"), "ours", "012345678901")]),
        (
            "# all of them\n222222222222\n333333333333\n",
            [Access("base", role(a), "ours", a) for a in ("222222222222", "333333333333")],
        ),
        ("- 222222222222", [Access("base", role("222222222222"), "ours", "222222222222")]),
        (
            "- arn:aws-cn:iam::222222222222:role/Other",
            [Access("base", "arn:aws-cn:iam::222222222222:role/Other", "ours", "222222222222")],
        ),
        (
            "- {account: 222222222222, regions: [eu-west-1], external_id: theirs}",
            [Access("base", role("222222222222"), "theirs", "222222222222", ("eu-west-1",))],
        ),
    ],
)
def test_a_file_of_accounts(tmp_path: Path, text: str, expected: list[Access]) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(text, encoding="utf-8")
    assert read_accounts(file, TEMPLATE) == expected


def test_an_account_may_have_a_profile_instead_of_a_role(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text("- {profile: sandbox}\n- {profile: prod, account: 222222222222}\n", encoding="utf-8")
    assert read_accounts(file, Access()) == [Access("sandbox"), Access("prod", account="222222222222")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file names no account"),
        ("{a: 1}", "is no list"),
        ("- {acount: 1}", "an account has no acount"),
        ("- {account: '12'}", "'12' is no account number"),
        ("- 222222222222\n- 222222222222", "the account 222222222222 is there twice"),
        ("- {role_arn: admin}", "'admin' is no role's ARN"),
        ("- [1]", "an entry is no account"),
        ("- {account: 222222222222, regions: eu-west-1}", "regions is a list"),
        ("a: [", "is no YAML"),
        ("- !!python/object/apply:os.system [ls]", "an entry is no account"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AccountsError) as caught:
        read_accounts(file, TEMPLATE)
    assert caught.value.message == message


def test_an_account_that_nothing_leads_into(tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text("- 222222222222", encoding="utf-8")
    with pytest.raises(AccountsError, match="it is not said how to enter 222222222222"):
        read_accounts(file, Access())


def test_a_role_tells_its_account() -> None:
    assert access(None, ROLE, None) == Access(None, ROLE, None, "111111111111")
    assert access("p", None, None) == Access("p")
