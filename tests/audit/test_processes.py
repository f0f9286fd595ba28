"""An audit in several processes, against a false AWS that is a server on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit.cloud import ACCOUNT, RULES

REGIONS = ["eu-central-1", "eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-2"]
TABLES = 3
IDENTITY = (
    f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/audit</Arn>"
    f"<Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class FalseAws(ThreadingHTTPServer):
    """Answers as STS, Account Management and DynamoDB do."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.delay = 0.0
        self.agents: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    server: FalseAws
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or self.path.strip("/")
        self.server.asked[operation] += 1
        self.server.agents.add(self.headers.get("User-Agent", ""))
        if operation.startswith("Describe"):
            time.sleep(self.server.delay)
        if b"GetCallerIdentity" in body:
            self._answer(IDENTITY, "text/xml")
        else:
            self._answer(json.dumps(_answer(operation, json.loads(body or b"{}"))), "application/x-amz-json-1.0")

    def _answer(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: Any) -> None:
        """Says nothing."""


def _answer(operation: str, asked: dict[str, Any]) -> dict[str, Any]:
    match operation:
        case "listRegions":
            return {"Regions": [{"RegionName": name} for name in REGIONS]}
        case "ListTables":
            return {"TableNames": [f"table-{number}" for number in range(TABLES)]}
        case "DescribeTable":
            return {"Table": {"TableName": asked["TableName"], "DeletionProtectionEnabled": False}}
        case _:
            return {}


@pytest.fixture
def false_aws() -> Iterator[FalseAws]:
    server = FalseAws()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def start(server: FalseAws, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """An audit in a process group of its own, talking to the server alone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "NO_PROXY": "127.0.0.1",
        "SOURCE_DATE_EPOCH": "1763720000",
    }
    command = [sys.executable, "-m", "walint", "audit", "--isolated", "--rules", str(RULES)]
    command += ["--select", "live-table-protection", "--format", "json", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, json.loads(out), err


def test_several_processes_find_what_one_finds(false_aws: FalseAws, tmp_path: Path) -> None:
    found = [ended(start(false_aws, tmp_path, "--jobs", jobs)) for jobs in ("1", "2", "4")]
    assert found[0] == found[1] == found[2]
    status, report, err = found[0]
    assert (status, err) == (1, "")
    assert Counter(one["resource"]["region"] for one in report["findings"]) == dict.fromkeys(REGIONS, TABLES)
    assert false_aws.asked["DescribeTable"] == 3 * TABLES * len(REGIONS)
    assert all("walint/" in agent for agent in false_aws.agents)


@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_in_several_processes_leaves_a_partial_report(
    false_aws: FalseAws,
    tmp_path: Path,
    whole_group: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    false_aws.delay = 0.7
    kept = str(tmp_path / "kept")
    process = start(false_aws, tmp_path, "--jobs", "2", "--record", kept, "--max-rps", "0.5")
    deadline = time.monotonic() + 30
    while false_aws.asked["DescribeTable"] < len(REGIONS) and time.monotonic() < deadline:
        time.sleep(0.05)
    if whole_group:  # as a terminal does it
        os.killpg(process.pid, signal.SIGINT)
    else:  # as a CI runner does it
        process.send_signal(signal.SIGINT)
    status, report, err = ended(process)
    assert (status, "Traceback" in err) == (130, False)
    assert {one["what"] for one in report["run"]["incomplete"]} == {f"aws/{ACCOUNT}/{name}" for name in REGIONS}
    false_aws.delay = 0.0
    status, report, err = ended(start(false_aws, tmp_path, "--record", kept, "--resume", "--jobs", "2"))
    assert (status, len(report["findings"]), report["run"]["incomplete"]) == (1, TABLES * len(REGIONS), [])


def test_a_process_that_dies_takes_only_its_places_with_it(false_aws: FalseAws, tmp_path: Path) -> None:
    false_aws.delay = 0.7
    process = start(false_aws, tmp_path, "--jobs", "2", "--max-rps", "0.5")
    deadline = time.monotonic() + 30
    while false_aws.asked["DescribeTable"] < len(REGIONS) and time.monotonic() < deadline:
        time.sleep(0.05)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("this system does not list the children of a process")
    mine = [int(number) for number in children.read_text().split()]
    victim = next(number for number in mine if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes())
    os.kill(victim, signal.SIGKILL)
    status, report, err = ended(process)
    lost = [one for one in report["run"]["incomplete"] if "has died" in one["reason"]]
    assert len(lost) == len(REGIONS) / 2
    assert len(report["findings"]) == TABLES * len(REGIONS) / 2
    assert {one["resource"]["region"] for one in report["unknown"]} == {one["what"].rpartition("/")[2] for one in lost}
    assert (status, "Traceback" in err) == (1, False)
