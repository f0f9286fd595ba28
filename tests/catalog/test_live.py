"""The table of live calls, row by row, against botocore's models, CloudFormation's schemas and IAM's actions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import cfnlint
import pytest
import yaml
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from walint.catalog.live import Call, Collector, Property, collectors, rate_of
from walint.catalog.schemas import PropertySchema, known_type, property_schema
from walint.sources.live.transforms import TRANSFORMS

SHARED = Path(__file__).parents[2].parent / "shared"
TABLE = collectors()
CALLS = [(one, call) for one in TABLE.values() for call in one.calls()]
_AROUND = ("parent", "grandparent", "owner", "items", "region", "account", "partition", "request")


@cache
def model_of(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def paginators(service: str) -> dict[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        return dict(loader.load_service_model(service, "paginators-1")["pagination"])
    except botocore.exceptions.UnknownServiceError:
        return {}


def walk(shape: Shape | None, path: str, *, through_lists: bool = False) -> Shape | None:
    """The shape at a path of an answer, names in any case; a map has every key."""
    for step in path.split(".") if path else ():
        name = step.removesuffix("[]")
        while through_lists and isinstance(shape, ListShape):
            shape = shape.member
        if isinstance(shape, StructureShape):
            found = {key.lower(): member for key, member in shape.members.items()}
            shape = found.get(name.lower())
        elif isinstance(shape, MapShape):
            shape = shape.value
        else:
            return None
        if step.endswith("[]"):
            shape = shape.member if isinstance(shape, ListShape) else None
    return shape


def output(call: Call) -> Shape | None:
    return model_of(call.service).operation_model(call.operation).output_shape


def item_shape(call: Call) -> Shape | None:
    """The shape of one of the things that a call is made for."""
    shape = walk(output(call), call.items)
    while isinstance(shape, ListShape):
        shape = shape.member
    return shape


def shapes_of(one: Collector) -> list[Shape]:
    """Where the listed properties of a collector may stand: in the list, and in the description."""
    calls = [call for call in (one.describe, one.listing) if call is not None]
    return [shape for call in calls if (shape := item_shape(call)) is not None]


def lower(schema: PropertySchema, shape: Shape | None, path: str, gaps: set[str], depth: int = 0) -> Iterator[str]:
    """The CloudFormation paths below a property that the answer has no member for."""
    if path in gaps or depth > 6:
        return
    if shape is None:
        yield path
        return
    if schema.kind == "list" and schema.item is not None and isinstance(shape, ListShape):
        yield from lower(schema.item, shape.member, path, gaps, depth + 1)
    elif schema.kind == "object" and isinstance(shape, StructureShape):
        for name in schema.names():
            child = schema.child(name)
            assert child is not None
            yield from lower(child, walk(shape, name), f"{path}.{name}", gaps, depth + 1)


def is_found(source: str, shapes: list[Shape], *, through_lists: bool = False) -> Shape | None:
    everywhere = (walk(shape, source, through_lists=through_lists) for shape in shapes)
    return next((found for found in everywhere if found is not None), None)


def references(template: Any) -> Iterator[str]:
    """The fields of the item that a template names."""
    if isinstance(template, str):
        names = [template[1:]] if template.startswith("$") and "${" not in template else []
        names += [part.partition("}")[0] for part in template.split("${")[1:]]
        yield from (name for name in names if name.partition(".")[0] not in _AROUND)
    elif isinstance(template, dict):
        for value in template.values():
            yield from references(value)
    elif isinstance(template, list):
        for value in template:
            yield from references(value)


def ids(values: list[tuple[Collector, Call]]) -> list[str]:
    return [f"{one.id}-{call.operation}" for one, call in values]


@pytest.mark.parametrize(("one", "call"), CALLS, ids=ids(CALLS))
def test_an_operation_exists_and_takes_the_parameters(one: Collector, call: Call) -> None:
    operation = model_of(call.service).operation_model(call.operation)
    members = set(operation.input_shape.members) if operation.input_shape is not None else set()
    for each in call.each:
        given = {**call.parameters, **each}
        assert set(given) <= members, sorted(members)
        required = set(operation.input_shape.required_members) if operation.input_shape is not None else set()
        assert required <= set(given)
    assert walk(output(call), call.items) is not None
    assert call.service == one.service


@pytest.mark.parametrize(("one", "call"), CALLS, ids=ids(CALLS))
def test_what_a_call_sends_stands_in_what_was_listed(one: Collector, call: Call) -> None:
    shapes = shapes_of(one)
    for name in references([call.parameters, call.where or {}]):
        if name == "item":
            continue
        assert is_found(name.removeprefix("item."), shapes) is not None, name


@pytest.mark.parametrize(("one", "call"), CALLS, ids=ids(CALLS))
def test_no_answer_is_cut_off_for_want_of_paging(one: Collector, call: Call) -> None:
    operation = model_of(call.service).operation_model(call.operation)
    inputs = {name.lower() for name in (operation.input_shape.members if operation.input_shape is not None else ())}
    pages = inputs & {"nexttoken", "marker", "nextmarker", "position"}
    if call.operation in paginators(call.service) or not pages or call is one.describe:
        return
    assert call.token is not None or (one.id, call.operation) in _ONE_PAGE


_ONE_PAGE: set[tuple[str, str]] = set()
"""Calls that take a token and whose answer is one page all the same, with the reason beside each."""


@cache
def actions() -> dict[str, set[str]]:
    file = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    services = json.loads(file.read_text(encoding="utf-8"))
    return {prefix: {action.lower() for action in entry["Actions"]} for prefix, entry in services.items()}


@pytest.mark.parametrize(("one", "call"), CALLS, ids=ids(CALLS))
def test_the_iam_action_exists(one: Collector, call: Call) -> None:
    service, _, action = call.action.partition(":")
    assert one.id
    assert action.lower() in actions()[service]


@pytest.mark.parametrize("one", TABLE.values(), ids=TABLE)
def test_properties_exist_in_answers_and_in_schemas(one: Collector) -> None:
    for type_name in one.types:
        assert known_type(type_name)
    _check(one, one.properties, set(one.gaps), shapes_of(one))
    for detail in one.details:
        shape = output(detail.call)
        assert shape is not None
        _check(one, detail.properties, set(detail.gaps), [shape])


def _check(one: Collector, properties: tuple[Property, ...], gaps: set[str], shapes: list[Shape]) -> None:
    missing = []
    for each in properties:
        schema = property_schema(one.types[0], each.path)
        assert schema is not None, each.path
        assert not each.transform or each.transform in TRANSFORMS
        if each.source.startswith("$") or "${" in each.source:
            for name in references(each.source):
                assert is_found(name.removeprefix("item."), shapes) is not None, name
            continue
        if one.listing is not None and one.listing.transform:
            continue  # the statements of a policy: JSON in the answer, which botocore does not describe
        plain = each.source == each.path and not each.transform
        found = is_found(each.source, shapes, through_lists=plain)
        assert found is not None, each.source
        if not each.transform and found is not None and "[]" not in each.source:
            missing += lower(schema, found, each.path, gaps)
    assert missing == []


@pytest.mark.parametrize("one", TABLE.values(), ids=TABLE)
def test_identities_stand_in_answers(one: Collector) -> None:
    shapes = shapes_of(one)
    if one.listing is not None and one.listing.transform:
        return
    for path in one.identity.values():
        names = list(references(path)) if "$" in path else [path]
        for name in names:
            if name != "item":
                assert is_found(name.removeprefix("item."), shapes) is not None, name


@pytest.mark.parametrize("one", TABLE.values(), ids=TABLE)
def test_what_is_always_returned_is_collected(one: Collector) -> None:
    assert {path.partition(".")[0] for path in one.always} <= {p.path.partition(".")[0] for p in one.properties}
    assert one.per is None or one.per in TABLE
    assert (one.listing is None) == bool(one.taken)


def test_rates_are_of_operations_that_are_called() -> None:
    documented = {(call.service, call.operation) for _, call in CALLS if rate_of(call.service, call.operation)}
    assert ("dynamodb", "DescribeContinuousBackups") in documented
    assert rate_of("apigateway", "GetStages") == (10.0, "*")
    assert rate_of("dynamodb", "DescribeTable") is None


_NEVER_CALLED = {
    "lambda:GetFunction": "it hands out a URL of the code",
    "apigateway:GetExport": "every API can be exported: that tells nothing of a document",
    "apigateway:GetDocumentationVersions": "the same",
    "apigateway:GetBasePathMappings": "versions of APIs are judged in code",
    "apigatewayv2:GetApiMappings": "the same",
    "apigatewayv2:GetRoutes": "the same",
}


@pytest.mark.skipif(not (SHARED / "CATALOGUE.yaml").exists(), reason="the rule catalogue is not beside this checkout")
def test_calls_that_rules_of_the_catalogue_ask_for_are_there() -> None:
    rules = {path.stem for path in (Path(__file__).parents[2] / "rules").glob("*/*.yaml")}
    entries = yaml.safe_load((SHARED / "CATALOGUE.yaml").read_text(encoding="utf-8"))
    wanted = {call for entry in entries if entry["id"] in rules for call in entry.get("live_api") or ()}
    have = {f"{call.service}:{call.operation}" for _, call in CALLS}
    assert sorted(wanted - have - _NEVER_CALLED.keys() - _OTHERWISE.keys()) == []


_OTHERWISE = {
    "iam:GetRolePolicy": "iam:GetAccountAuthorizationDetails, once for all roles",
    "iam:ListAttachedRolePolicies": "the same",
    "iam:ListRolePolicies": "the same",
    "lambda:ListVersionsByFunction": "callers of versions are judged in code",
    "rds:DescribeDBEngineVersions": "which versions are supported is walint's data, the same for code and account",
    "eks:DescribeClusterVersions": "the same",
    "lambda:GetFunctionConfiguration": "lambda:ListFunctions returns the same",
    "lambda:GetFunctionEventInvokeConfig": "lambda:ListFunctionEventInvokeConfigs",
    "ecs:ListTaskDefinitions": "it lists every revision there ever was; those that services run are described",
    "ecs:ListAccountSettings": "ecs:DescribeClusters returns the setting in force",
    "wafv2:GetLoggingConfiguration": "wafv2:ListLoggingConfigurations",
    "kafka:DescribeClusterV2": "kafka:ListClustersV2 returns the same",
    "opensearch:DescribeDomains": "opensearch:DescribeDomain",
    "sns:ListSubscriptionsByTopic": "sns:ListSubscriptions, once for all topics",
    "sqs:ListDeadLetterSourceQueues": "the redrive policies of all queues",
    "lambda:GetAccountSettings": "the limit of concurrent executions is a parameter, the same for code and account",
    "cloudwatch:ListMetrics": "the catalogue's own table of metrics",
    "codedeploy:GetDeploymentGroup": "codedeploy:BatchGetDeploymentGroups",
    "docdb:DescribeDBClusters": "rds:DescribeDBClusters returns them too",
    "neptune:DescribeDBClusters": "rds:DescribeDBClusters returns them too",
    "backup:ListProtectedResources": "the selections of the backup plans",
    "cloudformation:ListStacks": "cloudformation:DescribeStacks lists them, too",
    "resourcegroupstaggingapi:GetResources": "the sweep makes it once in each place, for all types",
    "logs:DescribeExportTasks": "nothing: an export is an event, no setting that lasts",
}
"""Calls of the catalogue whose answer comes from elsewhere."""
