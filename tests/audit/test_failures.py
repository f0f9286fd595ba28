"""What goes wrong between walint and AWS, and what becomes of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from tests.audit.cloud import (
    ACCOUNT,
    REGIONS,
    RULES,
    Asked,
    Aws,
    Walint,
    as_json,
    client,
    error,
    response,
    seed_tables,
)

EU, US = REGIONS
TABLES = ("live-table-protection", "live-table-recovery")
PITR = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
EXPIRED = "<ErrorResponse><Error><Code>{}</Code><Message>no</Message></Error></ErrorResponse>"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ExpiredToken", "error: the AWS credentials have expired"),
        ("InvalidClientTokenId", "error: AWS does not accept the credentials (InvalidClientTokenId)"),
        ("AccessDenied", "error: GetCallerIdentity failed (AccessDenied)"),
    ],
)
def test_credentials_that_aws_refuses(aws: Aws, walint: Walint, code: str, message: str) -> None:
    aws.answer("GetCallerIdentity", lambda _asked: response(EXPIRED.format(code), 403))
    done = walint.audit()
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == message


def test_no_credentials(aws: Aws, walint: Walint, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    done = walint.audit()
    assert done.status == 2
    assert done.err.splitlines() == [
        "error: there are no AWS credentials",
        "help: sign in (`aws sso login`, `aws configure`), set AWS_PROFILE, or give --aws-profile",
    ]
    assert sum(aws.asked.values()) == 0


def test_a_profile_that_does_not_exist(aws: Aws, walint: Walint) -> None:
    done = walint.audit("--aws-profile", "nobody")
    assert (done.status, sum(aws.asked.values())) == (2, 0)
    assert done.err.splitlines()[0] == 'error: there is no AWS profile called "nobody"'


def test_a_role_that_cannot_be_assumed(aws: Aws, walint: Walint) -> None:
    aws.answer("AssumeRole", lambda _asked: response(EXPIRED.format("AccessDenied"), 403))
    role = "arn:aws:iam::210987654321:role/Nobody"
    done = walint.audit("--role-arn", role)
    assert done.status == 2
    assert done.err.splitlines() == [
        f"error: {role}: the role cannot be assumed (AccessDenied)",
        "help: does the role exist, does it trust these credentials, and does it ask for an --external-id?",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--role-arn", "admin"], "error: --role-arn: 'admin' is no role's ARN"),
        (["--external-id", "x"], "error: --external-id goes with --role-arn"),
        (["--regions", "eu-west-9"], "error: there is no region 'eu-west-9' in the partition aws"),
        (["--services", "lambada"], "error: --services: walint does not read the service 'lambada'"),
        (["--max-rps", "0"], "error: argument --max-rps: '0' is no number above zero"),
        (["--resume"], "error: --resume goes with --record"),
        (["--replay", "x", "--record", "y"], "error: --replay asks nothing of AWS, so --record means nothing"),
        (["--replay", "x"], "error: x: there is no such folder"),
        (["--accounts", "x"], "error: x: cannot be read: No such file or directory"),
        (["here"], "error: unexpected argument 'here'"),
    ],
)
def test_what_the_user_gets_wrong(aws: Aws, walint: Walint, arguments: list[str], message: str) -> None:
    done = walint.audit(*arguments)
    assert (done.status, done.err.splitlines()[0]) == (2, message)
    assert aws.asked["ListTables"] == 0


def test_rules_that_judge_nothing_live_are_no_audit(aws: Aws, walint: Walint) -> None:
    done = walint("audit", "--isolated", "--select", "stateful-deletion-policy")
    assert (done.status, sum(aws.asked.values())) == (2, 0)
    assert done.err.splitlines()[0] == "error: none of the selected rules can judge live accounts"


def test_pages_are_followed_to_the_end(aws: Aws, walint: Walint) -> None:
    def tables(asked: Asked) -> object:
        start = int(json.loads(asked.body).get("ExclusiveStartTableName", "table-0")[6:])
        more = {"LastEvaluatedTableName": f"table-{start + 1}"} if start < 4 else {}
        return as_json({"TableNames": [f"table-{start}"], **more})

    def table(asked: Asked) -> object:
        name = json.loads(asked.body)["TableName"]
        arn = f"arn:aws:dynamodb:{asked.region}:{ACCOUNT}:table/{name}"
        return as_json({"Table": {"TableName": name, "TableArn": arn, "DeletionProtectionEnabled": False}})

    aws.answer("ListTables", tables)  # type: ignore[arg-type]
    aws.answer("DescribeTable", table)  # type: ignore[arg-type]
    _, report = walint.document("--regions", EU, rules=("live-table-protection",))
    assert sorted(one["resource"]["name"] for one in report["findings"]) == [f"table-{n}" for n in range(5)]


def test_a_throttled_call_is_made_again_at_the_end(aws: Aws, walint: Walint) -> None:
    seed_tables(EU)
    aws.answer(
        "DescribeContinuousBackups",
        lambda asked: error("ThrottlingException", 400) if asked.times == 1 else None,
    )
    status, report = walint.document("--regions", EU, rules=TABLES)
    assert (status, report["summary"]["outcomes"]["pass"], report["run"]["incomplete"]) == (0, 2, [])
    assert aws.asked["DescribeContinuousBackups"] == 2


def test_a_call_that_is_throttled_to_the_end_is_unknown(aws: Aws, walint: Walint) -> None:
    seed_tables(EU)
    aws.answer("DescribeContinuousBackups", lambda _asked: error("ThrottlingException", 400))
    status, report = walint.document("--regions", EU, rules=TABLES)
    assert (status, report["findings"]) == (3, [])
    assert [one["reason"] for one in report["unknown"]] == [
        f"{PITR}: Throttled: dynamodb:DescribeContinuousBackups in {EU}"
    ]


def test_what_a_service_control_policy_denies_is_said_so(aws: Aws, walint: Walint) -> None:
    message = "User is not authorized with an explicit deny in a service control policy"
    aws.answer("ListTables", lambda _asked: error("AccessDeniedException", 400, message))
    _, report = walint.document("--regions", EU, rules=("live-table-protection",))
    assert report["unknown"][0]["reason"].endswith("(by a service control policy)")


def test_credentials_that_run_out_in_mid_run_are_renewed_once(aws: Aws, walint: Walint) -> None:
    seed_tables(EU)
    aws.answer("DescribeTable", lambda asked: error("ExpiredTokenException", 400) if asked.times == 1 else None)
    status, report = walint.document("--regions", EU, rules=TABLES)
    assert (status, report["summary"]["outcomes"]["pass"]) == (0, 2)


def test_credentials_that_are_gone_in_mid_run_leave_a_partial_report(aws: Aws, walint: Walint) -> None:
    seed_tables(EU, safe=False)
    client("logs").create_log_group(logGroupName="/a")
    aws.answer("DescribeContinuousBackups", lambda _asked: error("ExpiredTokenException", 400))
    status, report = walint.document("--regions", EU, rules=(*TABLES, "live-log-retention"))
    (problem,) = report["run"]["incomplete"]
    assert re.fullmatch(r"the credentials ran out: \d+ calls? (was|were) not made", problem["reason"])
    assert problem["help"] == "sign in again and go on with --resume"
    assert {one["rule_id"] for one in report["findings"]} >= {"live-table-protection"}
    assert "live-table-recovery" in {one["rule_id"] for one in report["unknown"]}
    assert status == 1


@pytest.mark.parametrize(
    "silence",
    [
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
)
def test_an_endpoint_that_does_not_answer_is_asked_twice_not_for_every_table(
    aws: Aws, walint: Walint, silence: Exception
) -> None:
    client("logs").create_log_group(logGroupName="/a")
    for number in range(60):
        seed_tables(EU, name=f"table-{number}", safe=False)

    def hang(_asked: Asked) -> None:
        raise silence

    aws.answer("DescribeTable", hang)
    status, report = walint.document("--regions", EU, rules=("live-table-protection", "live-log-retention"))
    assert aws.asked["DescribeTable"] <= 2 * 32  # those that were under way together, and again at the end
    (problem,) = report["run"]["incomplete"]
    name = type(silence).__name__
    assert problem["reason"] == f"dynamodb does not answer in {EU} ({name}): dynamodb:DescribeTable"
    assert len(report["unknown"]) == 60
    assert [one["rule_id"] for one in report["findings"]] == ["live-log-retention"]
    assert status == 1


def test_slow_answers_are_waited_for_together(aws: Aws, walint: Walint) -> None:
    for region in REGIONS:
        for number in range(4):
            seed_tables(region, name=f"table-{number}")
    together = threading.Barrier(8)  # nobody gets past it before all eight calls are under way

    def slow(_asked: Asked) -> None:
        together.wait(60)

    aws.answer("DescribeTable", slow)
    status, _ = walint.document(rules=("live-table-protection",))
    assert (status, aws.asked["DescribeTable"], together.broken) == (0, 8, False)


def test_a_field_that_aws_leaves_out_is_unknown(aws: Aws, walint: Walint) -> None:
    aws.answer("ListTables", lambda _asked: as_json({"TableNames": ["t"]}))
    aws.answer("DescribeTable", lambda _asked: as_json({"Table": {"TableName": "t"}}))
    status, report = walint.document("--regions", EU, rules=("live-table-protection",))
    reason = "DeletionProtectionEnabled: dynamodb:DescribeTable did not return it"
    assert (status, [one["reason"] for one in report["unknown"]]) == (0, [reason])


@pytest.mark.parametrize("body", ["{", "[]", '{"Table": []}', '{"Table": {"DeletionProtectionEnabled": {"a": 1}}}'])
def test_an_answer_of_another_shape_is_unknown_or_a_failed_call(aws: Aws, walint: Walint, body: str) -> None:
    aws.answer("ListTables", lambda _asked: as_json({"TableNames": ["t"]}))
    aws.answer("DescribeTable", lambda _asked: response(body))
    status, report = walint.document("--regions", EU, rules=("live-table-protection",))
    assert (report["findings"], len(report["unknown"])) == ([], 1)
    assert status in {0, 3}


def test_unexpected_fields_do_not_matter(aws: Aws, walint: Walint) -> None:
    aws.answer("ListTables", lambda _asked: as_json({"TableNames": ["t"], "Novel": 1}))
    table = {"TableName": "t", "DeletionProtectionEnabled": True, "Novel": {"deep": [1]}}
    aws.answer("DescribeTable", lambda _asked: as_json({"Table": table, "Novel": None}))
    status, report = walint.document("--regions", EU, rules=("live-table-protection",))
    assert (status, report["summary"]["outcomes"]["pass"]) == (0, 1)


@pytest.mark.parametrize("recorded", [False, True])
def test_ctrl_c_leaves_a_partial_report_and_says_how_to_go_on(
    aws: Aws,
    walint: Walint,
    tmp_path: Path,
    recorded: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for number in range(40):
        seed_tables(EU, name=f"table-{number:02}", safe=False)

    def interrupted(asked: Asked) -> None:
        if asked.times == 20:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)

    aws.answer("DescribeTable", interrupted)
    more = ["--record", str(tmp_path / "kept")] if recorded else []
    status, report = walint.document("--regions", EU, "--max-rps", "8", *more, rules=("live-table-protection",))
    assert status == 130
    (problem,) = report["run"]["incomplete"]
    assert re.fullmatch(r"interrupted: \d+ calls were not made", problem["reason"])
    assert problem["help"] == "go on with --resume"
    assert 5 <= len(report["findings"]) < 40
    assert len(report["findings"]) + len(report["unknown"]) == 40
    if recorded:
        aws.answers.clear()
        before = aws.asked["DescribeTable"]
        status, report = walint.document("--regions", EU, *more, "--resume", rules=("live-table-protection",))
        assert (status, len(report["findings"]), report["run"]["incomplete"]) == (1, 40, [])
        assert aws.asked["DescribeTable"] - before <= 40


def test_accounts_of_a_file_are_entered_one_by_one_and_a_closed_one_is_said(
    aws: Aws, walint: Walint, tmp_path: Path
) -> None:
    seed_tables(EU, safe=False)
    open_, closed = ACCOUNT, "210987654321"
    aws.answer(
        "AssumeRole", lambda asked: response(EXPIRED.format("AccessDenied"), 403) if closed in asked.body else None
    )
    file = tmp_path / "accounts.yaml"
    file.write_text(f"- '{open_}'\n- '{closed}'\n", encoding="utf-8")
    role = "arn:aws:iam::999999999999:role/WalintReadOnly"
    status, report = walint.document(
        "--accounts", str(file), "--role-arn", role, "--external-id", "ours", "--regions", EU, rules=TABLES
    )
    assert {one["resource"]["account"] for one in report["findings"]} == {open_}
    assert {(one["rule_id"], one["resource"]["account"]) for one in report["unknown"]} == {
        (name, closed) for name in TABLES
    }
    (problem,) = report["run"]["incomplete"]
    assert problem["what"] == f"aws/{closed}"
    assert problem["reason"] == "not audited: the role cannot be assumed (AccessDenied)"
    assert status == 1
    assert aws.asked["AssumeRole"] >= 2


def test_without_botocore_the_error_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['botocore'] = None; from walint.cli import main; "
        f"sys.exit(main(['audit', '--isolated', '--rules', {str(RULES)!r}, '--select', 'live-table-recovery']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["error: auditing needs boto3", "help: pip install 'walint[live]'"]


def test_the_calls_are_printed_and_none_is_made(aws: Aws, walint: Walint) -> None:
    done = walint.audit("--print-calls", rules=TABLES)
    assert done.status == 0
    lines = {tuple(re.split(r" {2,}", line)) for line in done.out.splitlines()}
    assert ("dynamodb:ListTables", "dynamodb:ListTables", "in each region") in lines
    backups = "dynamodb:DescribeContinuousBackups"
    assert (backups, backups, "for each AWS::DynamoDB::Table") in lines
    assert sum(aws.asked.values()) == 0


def test_threads_do_not_outlive_an_audit(aws: Aws, walint: Walint) -> None:
    seed_tables(EU)
    walint.audit("--regions", EU, rules=TABLES)
    assert aws.asked["DescribeTable"] == 1
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(t.name.startswith("walint-call") for t in threading.enumerate()):
        time.sleep(0.05)
    assert [t.name for t in threading.enumerate() if t.name.startswith("walint-call")] == []
