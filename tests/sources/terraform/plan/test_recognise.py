from __future__ import annotations

import pytest

from walint.sources.terraform.plan.recognise import begins_like_plan, decoded, may_be_plan, what_else

PLAN = '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"resource_changes":[]}'
STATE = '{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAN, True),
        (STATE, True),
        ('{"resource_changes": []}', True),
        ('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', False),
        ('{"values": {"root_module": 1}}', False),
        ("a: 1", False),
        ("", False),
    ],
)
def test_the_text_of_a_plan_is_recognised(text: str, *, expected: bool) -> None:
    assert may_be_plan(text.encode()) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_a_shell_writes_is_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    data = mark + PLAN.encode(encoding)
    assert (may_be_plan(data), begins_like_plan(data), decoded(data)) == (True, True, PLAN)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PLAN[:60].encode(), True),
        (b'{"applyable":true,"complete":true,"configuration":{"provider_config":{', True),
        (b'{"Resources": {', False),
        (b'{"log": [', False),
    ],
)
def test_a_large_plan_is_recognised_by_its_beginning(head: bytes, *, expected: bool) -> None:
    assert begins_like_plan(head) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PK\x03\x04...tfplan...", "a saved plan, which only Terraform can read"),
        (b'{"@level":"info","@message":"Terraform 1.11.4"}\n', "the log of `terraform plan -json`, not a plan"),
        (
            b'{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x"}',
            "a state file as Terraform keeps it",
        ),
        (b'{"name": "package"}', None),
        (b"PK\x03\x04", None),
    ],
)
def test_what_is_taken_for_a_plan_is_named(data: bytes, expected: str | None) -> None:
    assert what_else(data) == expected
