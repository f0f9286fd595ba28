"""MiniStack, an emulator of AWS that enforces IAM policies, detects drift and tags what its stacks make.

It is installed from PyPI into an environment of its own, once a test session (it wants another botocore than walint's
tests do), and listens on 127.0.0.1 alone. An access key of twelve digits is the root user of that account.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

VERSION = "1.5.33"
REGION = "eu-west-1"
_INSTALL_SECONDS, _START_SECONDS = 150, 30


def installed(folder: Path) -> Path:
    """The Python that has MiniStack, in a folder that all workers of a test session share. Skips where there is none.

    Whoever makes the folder installs; the others wait.
    """
    home, ready, failed = folder / "environment", folder / "ready", folder / "failed"
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        deadline = time.monotonic() + _INSTALL_SECONDS
        while not (ready.exists() or failed.exists()) and time.monotonic() < deadline:
            time.sleep(0.1)
    else:
        (failed if _install(home) else ready).touch()
    if not ready.exists():
        pytest.skip(f"pip cannot install ministack {VERSION} here")
    return _python(home)


def _python(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(home: Path) -> int:
    """The exit status of pip."""
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "10"]
    command = [sys.executable, "-m", "pip", "--python", str(_python(home)), "install", *quiet, f"ministack=={VERSION}"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 1
    return done.returncode


def _clean_environment() -> dict[str, str]:
    """This process's, without anything that says who one is at AWS or how to get there."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "COVERAGE_")) and name.upper() not in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
    }


@contextmanager
def running(python: Path, folder: Path) -> Iterator[str]:
    """The address of a server of one's own. Skips when it does not start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    environment = _clean_environment() | {
        "AUTH": "true",  # policies are enforced
        "BIND_HOST": "127.0.0.1",  # else it would listen on every address of the machine
        "GATEWAY_PORT": str(address[1]),
        "EDGE_PORT": str(address[1]),
        "PERSIST_STATE": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    with (
        (folder / "ministack.log").open("wb") as log,
        subprocess.Popen(
            [python, "-m", "ministack"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            if not _answers(server, address):
                pytest.skip(f"ministack {VERSION} does not start here")
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            server.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _answers(server: subprocess.Popen[bytes], address: tuple[str, int]) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(address, timeout=1):
                return True
        except OSError:
            time.sleep(0.1)
    return False


class Keys(NamedTuple):
    """What one signs in with."""

    access: str
    secret: str


class Account:
    """An account of the emulator: its root user makes things, and walint runs as whoever it is told to."""

    def __init__(self, address: str, number: str, patch: pytest.MonkeyPatch) -> None:
        self.number = number
        self._address = address
        self._patch = patch
        self.root = Keys(number, "secret")
        self.sign_in()

    def client(self, service: str, keys: Keys | None = None) -> Any:
        access, secret = keys or self.root
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self._address,
            aws_access_key_id=access,
            aws_secret_access_key=secret,
        )

    def user(self, name: str, *policies: dict[str, Any]) -> Keys:
        """A user who may do what these policies say; another call for the same name replaces them."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        for number, policy in enumerate(policies):
            self.permit(name, policy, f"policy-{number}")
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"])

    def permit(self, user: str, policy: dict[str, Any], name: str = "policy-0") -> None:
        """Gives a user a policy, in the place of the one of this name."""
        self.client("iam").put_user_policy(UserName=user, PolicyName=name, PolicyDocument=json.dumps(policy))

    def sign_in(self, keys: Keys | None = None) -> None:
        """What this process does at AWS from now on, walint's audits for one, it does as this user, or as root."""
        access, secret = keys or self.root
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            self._patch.delenv(name)
        for name, value in {
            "ENDPOINT_URL": self._address,
            "ACCESS_KEY_ID": access,
            "SECRET_ACCESS_KEY": secret,
            "CONFIG_FILE": os.devnull,
            "SHARED_CREDENTIALS_FILE": os.devnull,
            "EC2_METADATA_DISABLED": "true",
        }.items():
            self._patch.setenv(f"AWS_{name}", value)


def statement(effect: str, *actions: str) -> dict[str, Any]:
    """A statement of a policy, on all resources."""
    return {"Effect": effect, "Action": list(actions), "Resource": "*"}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy of such statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}
