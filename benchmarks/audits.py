"""How long audits of a false AWS on this machine take, beside what the limits of its APIs allow at best."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from measure import Runs, run, take_turns

from walint.sources.live.rates import Rates

HERE = Path(__file__).resolve().parent
TABLE = "AWS::DynamoDB::Table"
BULK = {
    "AWS::Lambda::Function": ["TracingConfig.Mode"],
    "AWS::Logs::LogGroup": ["RetentionInDays"],
    TABLE: ["DeletionProtectionEnabled"],
}
RECOVERY = {**BULK, TABLE: ["DeletionProtectionEnabled", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"]}


class Sweep(NamedTuple):
    """An audit to time.

    latency     seconds before each answer
    resources   functions and log groups in every region; the tables are two fifths of it
    slowest     (service, operation, calls in a region) of the API family that takes longest
    seconds, times, megabytes   its limits; `times` is of the ideal
    """

    name: str
    needs: str
    regions: tuple[str, ...]
    latency: float
    resources: int
    slowest: tuple[str, str, int] | None = None
    seconds: float | None = None
    times: float | None = None
    megabytes: int | None = None


THREE = ("eu-west-1", "us-east-1", "us-west-2")
SWEEPS = (
    Sweep(
        "500 functions, 500 log groups, 200 tables in 3 regions",
        json.dumps(BULK), THREE, 0.05, 500, ("dynamodb", "DescribeTable", 202), seconds=10, times=1.5,
    ),
    Sweep(
        "the same with every table's backups (10 calls a second)",
        json.dumps(RECOVERY), THREE, 0.05, 500, ("dynamodb", "DescribeContinuousBackups", 200), times=1.5,
    ),
    Sweep("an empty account, 17 regions, every call", "everything", (), 0.06, 0, seconds=20, megabytes=400),
)  # fmt: skip


class Swept(NamedTuple):
    """An audit that was timed; `ideal` is what its slowest API family allows, in seconds, 0 when nothing limits it."""

    sweep: Sweep
    runs: Runs
    ideal: float


def swept(sweeps: tuple[Sweep, ...] = SWEEPS) -> Iterator[Swept]:
    """Times each audit once: a whole process, from its start to the graph."""
    for sweep in sweeps:
        runs = Runs()
        with false_aws(sweep.latency, sweep.resources):
            command = [sys.executable, str(HERE / "audit_once.py"), sweep.needs, *sweep.regions]
            take_turns(1, [partial(run, command, runs, accept=frozenset({0}), timeout=300)])
        yield Swept(sweep, runs, ideal(sweep))


def ideal(sweep: Sweep) -> float:
    """The seconds that the rate of the slowest family takes, after its first burst. Each region has its own."""
    if sweep.slowest is None:
        return 0.0
    service, operation, calls = sweep.slowest
    rates = Rates()
    bucket = rates.bucket(rates.family("1", "eu-west-1", service, operation), 0.0)
    burst = 0
    while bucket.take(0.0):
        burst += 1
    return max(0.0, (calls - burst) / bucket.rate)


@contextmanager
def false_aws(latency: float, resources: int) -> Iterator[None]:
    """The server, and an environment in which everybody asks it instead of AWS."""
    command = [sys.executable, str(HERE / "false_aws.py"), str(latency), str(resources)]
    before = dict(os.environ)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - asked for above
        port = server.stdout.readline().strip()
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
            AWS_ACCESS_KEY_ID="bench",
            AWS_SECRET_ACCESS_KEY="bench",  # noqa: S106 - for a server that does not look
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            AWS_EC2_METADATA_DISABLED="true",
            NO_PROXY="127.0.0.1",
        )
        try:
            yield
        finally:
            server.kill()
            os.environ.clear()
            os.environ.update(before)
