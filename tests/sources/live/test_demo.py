"""The false AWS of the demo."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest

pytest.importorskip("moto", reason="moto is not installed (it is in the extra `demo`)")

from botocore.exceptions import ClientError, HTTPClientError
from botocore.session import Session

from walint.sources.live.demo.emulator import Account, NetworkError, false_aws

QUEUES = Account(
    regions=("eu-west-1",),
    services=frozenset({"sqs"}),
    refused={"ListTables": frozenset({"us-east-1"})},
    edit=lambda operation, answer: answer.update(Edited=operation),
)


def client(service: str, region: str = "eu-west-1") -> Any:
    return Session().create_client(service, region_name=region)


def test_what_the_account_has_not_is_empty_and_what_it_has_is_motos() -> None:
    with false_aws(QUEUES) as clients:
        clients("eu-west-1")("sqs").create_queue(QueueName="work")
        found = client("sqs").list_queues()
        assert [url.rpartition("/")[2] for url in found["QueueUrls"]] == ["work"]
        assert found["Edited"] == "ListQueues"
        assert client("dynamodb").list_tables().get("TableNames", []) == []
        assert client("ec2").describe_regions()["Regions"] == [{"RegionName": "eu-west-1"}]


def test_operations_are_refused_where_it_is_said() -> None:
    with false_aws(QUEUES):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            client("dynamodb", "us-east-1").list_tables()
        assert client("dynamodb").list_tables().get("TableNames", []) == []


def test_real_credentials_are_out_of_sight_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_PROFILE", "real")
    monkeypatch.setenv("https_proxy", "http://192.0.2.1:9")
    with false_aws(QUEUES):
        assert Session().get_credentials().access_key != "real"
        assert {"AWS_PROFILE", "https_proxy"}.isdisjoint(os.environ)
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_PROFILE"]) == ("real", "real")


@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.1"])
def test_no_socket_reaches_anything(host: str) -> None:
    with false_aws(QUEUES), socket.socket() as one:
        with pytest.raises(NetworkError, match="about to use the network"):
            one.connect((host, 9))
        with pytest.raises(NetworkError):
            socket.getaddrinfo("aws.example", 443)


def test_a_call_that_moto_does_not_take_goes_nowhere() -> None:
    with false_aws(QUEUES), pytest.raises((NetworkError, HTTPClientError)):
        Session().create_client("sqs", region_name="eu-west-1", endpoint_url="http://192.0.2.1:9").list_queues()
