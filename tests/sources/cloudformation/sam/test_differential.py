"""Compares walint's expansion with that of AWS's own translator, on every property of every resource.

The inputs are our own templates under tests/fixtures/sam, and the translator's own test inputs where they are at hand
(../shared beside the checkout).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.sources.cloudformation.sam.oracle import Comparison, Difference, compare, graphs

pytest.importorskip("samtranslator", reason="aws-sam-translator is the oracle of this test")

_ROOT = Path(__file__).parents[4]
_OWN = sorted((_ROOT / "tests" / "fixtures" / "sam").glob("*.yaml"))
_SHARED = _ROOT.parent / "shared" / "oracle" / "sam-translator" / "input"
_THEIRS = sorted(_SHARED.glob("*.yaml"))

_LEAST_OWN = 1_900
_LEAST_SHARED = 6_000
"""Facts that are compared at least: a comparison that silently shrinks is no comparison."""


def _of(*types: str) -> Callable[[Difference], bool]:
    return lambda difference: difference.type in types


def _facts(type_name: str, *facts: str) -> Callable[[Difference], bool]:
    return lambda difference: difference.type == type_name and difference.fact in facts


EXCEPTIONS: dict[str, Callable[[Difference], bool]] = {
    "the description of a deployment is a hash of the API's definition": _facts(
        "AWS::ApiGateway::Deployment", "Description"
    ),
    "SAM edits a definition that the user wrote; walint shows it as written": lambda difference: (
        difference.type in {"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"} and difference.fact == "Body"
    ),
    "SAM leaves an API's name to its definition's title; walint says it, for alarms to find": lambda difference: (
        difference.type in {"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"}
        and difference.fact == "Name"
        and difference.theirs is None
    ),
    "CloudFormation infers the protocol from the definition; walint says it, for rules that ask": _facts(
        "AWS::ApiGatewayV2::Api", "ProtocolType"
    ),
    "SAM writes a definition as text with substitutions; walint keeps it as data, for rules that ask": _facts(
        "AWS::StepFunctions::StateMachine", "Definition", "DefinitionString", "DefinitionSubstitutions"
    ),
    "connectors are left alone, and so are the policies and permissions that they make": lambda difference: (
        difference.type in {"AWS::Serverless::Connector", "AWS::IAM::ManagedPolicy"}
        or difference.resource.endswith("WriteLambdaPermission")
    ),
    "record sets of custom domains are of no interest to any rule": _of("AWS::Route53::RecordSetGroup"),
    "SAM hashes a domain's name as written; of an intrinsic function walint only has the value": lambda difference: (
        "ApiGatewayDomainName" in f"{difference.resource}{difference.ours}{difference.theirs}"
        and difference.fact in {"exists", "DomainName"}
    ),
    "SAM takes a truststore version of 0 for none": lambda difference: difference.fact == "MutualTlsAuthentication",
    "PropagateTags does not reach the application that all functions share, nor what the user declared": (
        lambda difference: (
            difference.type in {"AWS::CodeDeploy::Application", "AWS::S3::Bucket"} and difference.fact == "Tags"
        )
    ),
}


def _unexplained(comparison: Comparison) -> list[Difference]:
    tests = EXCEPTIONS.values()
    return [each for each in comparison.differences if not any(explains(each) for explains in tests)]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Comparison]:
    """Compares a template once, however often it is asked for."""

    @cache
    def comparison(path: Path) -> Comparison:
        return compare(*graphs(path.read_text(), tmp_path_factory.mktemp(path.stem)))

    return comparison


@pytest.mark.parametrize("path", _OWN, ids=lambda path: path.stem)
def test_own_templates_expand_as_the_translator_expands_them(
    path: Path, compared: Callable[[Path], Comparison]
) -> None:
    assert _unexplained(compared(path)) == []


@pytest.mark.skipif(not _THEIRS, reason="the translator's own inputs are not beside this checkout")
@pytest.mark.parametrize("path", _THEIRS, ids=lambda path: path.stem)
def test_the_translators_inputs_expand_as_it_expands_them(path: Path, compared: Callable[[Path], Comparison]) -> None:
    assert _unexplained(compared(path)) == []


@pytest.mark.parametrize(
    ("paths", "least"),
    [
        pytest.param(_OWN, _LEAST_OWN, id="own"),
        pytest.param(_THEIRS, _LEAST_SHARED, id="shared", marks=pytest.mark.skipif(not _THEIRS, reason="not at hand")),
    ],
)
def test_the_comparison_is_about_many_facts(
    paths: list[Path],
    least: int,
    compared: Callable[[Path], Comparison],
    record_property: Callable[[str, object], None],
) -> None:
    comparisons = [compared(path) for path in paths]
    facts = sum(each.facts for each in comparisons)
    left_open = sum(each.left_open for each in comparisons)
    excused = sum(len(each.differences) for each in comparisons)
    for name, count in (("facts", facts), ("left open", left_open), ("excused", excused)):
        record_property(name, count)
    print(f"{facts} facts compared, {left_open} left open by walint, {excused} excused")  # noqa: T201 - seen with -s

    assert facts >= least
    assert left_open + excused < facts // 10


def test_every_exception_is_needed(compared: Callable[[Path], Comparison]) -> None:
    if not _THEIRS:
        pytest.skip("the translator's own inputs are not beside this checkout")
    differences = [each for path in (*_OWN, *_THEIRS) for each in compared(path).differences]

    assert [why for why, explains in EXCEPTIONS.items() if not any(map(explains, differences))] == []


@pytest.mark.parametrize(
    ("ours", "theirs", "facts"),
    [
        ("Timeout: 3", "Timeout: 4", {"Timeout"}),
        ("Tracing: Active", "Tracing: PassThrough", {"TracingConfig"}),
        ("AutoPublishAlias: live", "AutoPublishAlias: other", {"exists"}),
        ("Events: {T: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}", "Timeout: 3", {"exists", "Timeout"}),
    ],
)
def test_a_planted_difference_is_found(ours: str, theirs: str, facts: set[str], tmp_path: Path) -> None:
    template = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Handler: a.b\n      Runtime: python3.12\n      CodeUri: s3://bucket/key\n      "
    )
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first, _ = graphs(template + ours, tmp_path / "first")
    _, second = graphs(template + theirs, tmp_path / "second")

    assert facts == {each.fact for each in _unexplained(compare(first, second))}
