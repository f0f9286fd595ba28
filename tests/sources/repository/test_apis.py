"""What is read of OpenAPI documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.repository.conftest import plain
from walint.sources.repository.apis import api_properties, is_api

DOCUMENT = """\
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
servers: [{url: https://example.com/v1}]
paths:
  /orders:
    parameters: [{name: a, in: query, schema: {type: string}}]
    get: {summary: All, responses: {"200": {description: ok}}}
    post: {responses: {"200": {description: ok}}}
"""


def read(text: str) -> dict[str, Any]:
    return {name: plain(value) for name, value in api_properties(text.encode(), "openapi.yaml").items()}


def test_a_document() -> None:
    assert read(DOCUMENT) == {
        "Version": "3.0.3",
        "Title": "Orders",
        "ApiVersion": "1.0.0",
        "Operations": [
            {"Path": "/orders", "Method": "get", "Name": "All", "TakesBody": False, "HasBody": False},
            {"Path": "/orders", "Method": "post", "TakesBody": True, "HasBody": False},
        ],
        "Servers": ["https://example.com/v1"],
        "Valid": True,
    }


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        (("version: 1.0.0", "x-version: 1"), False),
        (('{"200": {description: ok}}', "{}"), None),
        (("openapi: 3.0.3", "openapi: 4.0.0"), None),
        (("{type: string}", "{$ref: https://example.com/a.yaml}"), None),
        (("{type: string}", "{$ref: ../../secret.yaml}"), None),
    ],
)
def test_whether_it_is_valid(change: tuple[str, str], valid: bool | None) -> None:  # noqa: FBT001 - a column
    found = read(DOCUMENT.replace(*change))
    if valid is None:
        assert found.get("Valid") in {None, True, False}
        assert ("Mistake" in found) == (found.get("Valid") is False)
    else:
        assert found["Valid"] is valid


def test_what_is_no_yaml_is_not_valid_and_says_why() -> None:
    found = read("openapi: [")
    assert found["Valid"] is False
    assert found["Mistake"] != ""


@pytest.mark.parametrize("text", ["", "[]", "a: 1", "openapi: {a: 1}"])
def test_other_files_are_none(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openapi: 3.0.3\n", True),
        ("# a remark\n'openapi' : \"3.1.0\"\n", True),
        ('{"info": {}, "swagger": "2.0"}', True),
        ("openapi: true\n", False),
        ("name: swagger\ntext: an openapi of ours\n", False),
    ],
)
def test_what_declares_itself_is_an_api(text: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_api(text.encode()) is expected
