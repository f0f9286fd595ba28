from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walint.sources.cloudformation.assembly import is_manifest
from walint.sources.cloudformation.glance import may_be_template
from walint.sources.names import is_skipped, may_hold_input, suffix_of

PIECES = [
    "Resources", ":", '"', "'", " ", "\n", "{", "AWS::", "Custom::", "AWSTemplateFormatVersion", "x", "artifacts",
    "aws:cloudformation:stack", "cdk:cloud-assembly", ",",
]  # fmt: skip
NAMES = st.sampled_from(["a.yaml", "b.json", "child.tmpl", "manifest.json", "no_suffix"])


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), NAMES, st.sampled_from(["utf-8", "utf-16"]))
def test_nothing_that_may_be_a_template_is_missed(text: str, name: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert may_hold_input(name, data) or not may_be_template(data)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_manifest_is_missed(text: str) -> None:
    assert may_hold_input("cdk.out/manifest.json", text.encode()) or not is_manifest(text.encode())


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("app.yaml", "Resources:\n  A: {Type: AWS::SQS::Queue}", True),
        ("deep/app.template", "AWSTemplateFormatVersion: x\nResources: {}", True),
        ("child.tmpl", "Resources:\n  A: {Type: AWS::SQS::Queue}", True),
        ("readme.md", "Resources are scarce", False),
        ("package.json", '{"name": "x"}', False),
        ("deep/samconfig.toml", "", True),
        (".gitignore", "", True),
    ],
)
def test_what_may_be_ours(path: str, text: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert may_hold_input(path, text.encode()) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.YAML", ".yaml"), ("a.b.json", ".json"), (".yaml", ""), ("a.d/file", ""), ("a.d/.hidden", ""), ("a.", ".")],
)
def test_suffix(path: str, expected: str) -> None:
    assert suffix_of(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("node_modules/a.yaml", True), ("a/.venv/b/c.yaml", True), ("a/b.yaml", False), ("a/vendor", False)],
)
def test_skipped_folders(path: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_skipped(path) == expected
