"""Audits accounts with walint and keeps the reports in a bucket: today's by date, and the newest as latest.*."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from botocore.exceptions import ClientError

from walint.cli import main

TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}
INCOMPLETE, FOUND = 3, 1


def handler(event: object, context: object) -> dict[str, int]:
    """Called by the schedule. Raises when there is no report, so that the alarm goes off and the event is kept."""
    del event, context
    bucket = boto3.client("s3")
    name = os.environ["BUCKET"]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        status = main(_arguments(place, previous=_previous(bucket, name, place / "previous.json")))
        if status not in {0, FOUND, INCOMPLETE}:
            raise RuntimeError(f"walint ended with status {status}")
        day = datetime.now(UTC).date().isoformat()
        for kind, content_type in TYPES.items():
            body = (place / f"audit.{kind}").read_bytes()
            for key in (f"{day}/audit.{kind}", f"latest.{kind}"):
                bucket.put_object(Bucket=name, Key=key, Body=body, ContentType=content_type)
    return {"status": status}


def _arguments(place: Path, *, previous: Path | None) -> list[str]:
    """The audit of the accounts in ACCOUNTS, else of the function's own; in this one process, as Lambda has no more."""
    arguments = ["audit", "--jobs", "1", "--quiet"]
    for kind in TYPES:
        arguments += ["--report", f"{kind}={place / f'audit.{kind}'}"]
    if previous is not None:
        arguments += ["--previous", str(previous)]
    if regions := os.environ.get("REGIONS"):
        arguments += ["--regions", regions]
    if accounts := [one for one in os.environ.get("ACCOUNTS", "").split(",") if one]:
        role = f"arn:{os.environ['PARTITION']}:iam::{accounts[0]}:role/{os.environ['ROLE_NAME']}"
        file = place / "accounts.yaml"
        file.write_text("".join(f'- "{one}"\n' for one in accounts), encoding="utf-8")
        arguments += ["--accounts", str(file), "--role-arn", role, "--external-id", os.environ["EXTERNAL_ID"]]
    return arguments


def _previous(bucket: boto3.client, name: str, file: Path) -> Path | None:
    """The JSON report of the last run, None at the first."""
    try:
        file.write_bytes(bucket.get_object(Bucket=name, Key="latest.json")["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
    return file
