"""Signing in by IAM Identity Center (`aws sso login`), and profiles that do not work."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.tokens import SSOTokenProvider

from tests.audit.cloud import ACCOUNT, REGIONS, Aws, Walint, as_json, client, error

EU = REGIONS[0]
START = "https://shop.example/start"
SSO_REGION = "ap-east-1"
"""Neither of those that are audited."""
SESSION = f"""\
[profile work]
sso_session = shop
sso_account_id = {ACCOUNT}
sso_role_name = Audit
region = {EU}
[sso-session shop]
sso_region = {SSO_REGION}
sso_start_url = {START}
sso_registration_scopes = sso:account:access
"""
OLDER = f"""\
[profile work]
sso_start_url = {START}
sso_region = {SSO_REGION}
sso_account_id = {ACCOUNT}
sso_role_name = Audit
region = {EU}
"""
MFA = """\
[profile base]
aws_access_key_id = testing
aws_secret_access_key = testing
[profile work]
source_profile = base
role_arn = arn:aws:iam::123456789012:role/Audit
mfa_serial = arn:aws:iam::123456789012:mfa/base
"""
AGAIN = "help: run `aws sso login --profile work`"


def keep_token(folder: Path, name: str, expires: str) -> None:
    """Leaves a token where `aws sso login` does."""
    folder.mkdir(parents=True)
    token = {"startUrl": START, "region": SSO_REGION, "accessToken": "token", "expiresAt": expires}
    file = folder / f"{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()}.json"
    file.write_text(json.dumps(token), encoding="utf-8")


@pytest.mark.parametrize(
    ("config", "token", "said"),
    [
        (SESSION, "shop", ["profile work: the sign-in has expired, or there is none (TokenRetrievalError)", AGAIN]),
        (SESSION, None, ["profile work: the sign-in has expired, or there is none (SSOTokenLoadError)", AGAIN]),
        (OLDER, START, ["profile work: the sign-in has expired, or there is none (UnauthorizedSSOTokenError)", AGAIN]),
        (OLDER, None, ["profile work: the sign-in has expired, or there is none (SSOTokenLoadError)", AGAIN]),
        (
            SESSION.replace("sso_region", "region"),
            None,
            [
                "profile work: the AWS config cannot be used: ",
                "help: `aws configure list --profile NAME` shows what a profile comes to",
            ],
        ),
        ("[profile work", None, ["{home}/.aws/config: cannot be read", "help: is it an INI file?"]),
        (
            MFA,
            None,
            [
                "profile work: nobody is there to enter the MFA code that is asked for",
                "help: get credentials with a code first (`aws sts get-session-token`) and set them in the environment",
            ],
        ),
    ],
    ids=["expired", "none", "expired, older form", "none, older form", "incomplete", "damaged", "mfa"],
)
def test_profiles_that_do_not_work(tmp_path: Path, config: str, token: str | None, said: list[str]) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(config, encoding="utf-8")
    if token is not None:
        keep_token(tmp_path / ".aws" / "sso" / "cache", token, "2020-01-01T00:00:00Z")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",  # nothing leaves the machine
    }
    command = [sys.executable, "-m", "walint", "audit", "--isolated", "--select", "sqs-dlq", "--aws-profile", "work"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # without a terminal, of which a code would be asked
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {said[0]}".replace("{home}", str(tmp_path)) in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("help:")] == said[1:]


@pytest.fixture
def signed_in(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A profile with a valid token, and nothing else that says who one is."""
    (tmp_path / "config").write_text(SESSION, encoding="utf-8")
    keep_token(tmp_path / "cache", "shop", "2999-01-01T00:00:00Z")
    monkeypatch.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / "cache"))
    client("sqs").create_queue(QueueName="work")
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return aws


def test_a_session_of_identity_center_is_used_and_renewed_where_it_lives(signed_in: Aws, walint: Walint) -> None:
    def credentials(_asked: object) -> object:
        soon = (time.time() + 60) * 1000  # so soon that every further call gets new ones
        keys = {"accessKeyId": "key", "secretAccessKey": "secret", "sessionToken": "token", "expiration": soon}
        return as_json({"roleCredentials": keys})

    signed_in.answer("GetRoleCredentials", credentials)  # type: ignore[arg-type]
    status, report = walint.document("--aws-profile", "work", rules=("live-queue-dead-letters",))
    assert (status, report["run"]["incomplete"]) == (1, [])
    assert [one["resource"]["name"] for one in report["findings"]] == ["work"]
    regions = {region for operation, region in signed_in.places if operation == "GetRoleCredentials"}
    assert regions == {SSO_REGION}
    assert signed_in.asked["GetRoleCredentials"] > 1


def test_a_role_of_identity_center_that_is_not_ones_own(signed_in: Aws, walint: Walint) -> None:
    signed_in.answer("GetRoleCredentials", lambda _asked: error("ForbiddenException", 403))
    done = walint.audit("--aws-profile", "work")
    assert (done.status, done.err.splitlines()) == (
        2,
        [
            "error: profile work: the profile's role is not given out (ForbiddenException)",
            "help: is it assigned to you in IAM Identity Center? See sso_account_id and sso_role_name of the profile",
        ],
    )


def test_a_sign_in_that_ends_in_mid_run_leaves_what_is_known(signed_in: Aws, walint: Walint) -> None:
    def credentials(asked: object) -> object:
        if asked.times > 2:  # type: ignore[attr-defined]
            return error("UnauthorizedException", 401)
        keys = {"accessKeyId": "key", "secretAccessKey": "secret", "sessionToken": "token"}
        return as_json({"roleCredentials": keys | {"expiration": (time.time() + 60) * 1000}})

    signed_in.answer("GetRoleCredentials", credentials)  # type: ignore[arg-type]
    status, report = walint.document("--aws-profile", "work", "--regions", EU, rules=("live-queue-dead-letters",))
    assert (status, report["findings"]) == (3, [])
    (problem,) = report["run"]["incomplete"]
    assert problem["reason"].startswith("the credentials ran out: ")
    assert problem["help"] == "sign in again and go on with --resume"


def test_a_profile_of_the_environment_that_does_not_exist(
    aws: Aws,
    walint: Walint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    done = walint.audit()
    assert (done.status, sum(aws.asked.values())) == (2, 0)
    assert done.err.splitlines()[0] == 'error: there is no AWS profile called "nobody"'
