"""The table of Terraform's types against the AWS provider's schema, CloudFormation's, and all that walint reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from walint.catalog import alarm_metrics, terraform
from walint.catalog.compiled import CatalogError, read_yaml
from walint.catalog.defaults import known_defaults
from walint.catalog.identity import identified_types, identity_of
from walint.catalog.relations import relations
from walint.catalog.schemas import PropertySchema, property_schema, read_only
from walint.catalog.terraform import Binding, Node, Row, bound_types, row_of, type_of
from walint.language.catalogue import load_rules
from walint.sources.terraform import special, transforms

PROVIDER: Mapping[str, Any] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "aws_provider.json").read_text(encoding="utf-8")
)["types"]
WRITTEN: Mapping[str, Any] = read_yaml(terraform._FILE)
TYPES = bound_types()
every_type = pytest.mark.parametrize("terraform_type", TYPES)


def _row(terraform_type: str) -> Row:
    row = row_of(terraform_type)
    assert row is not None
    return row


def _entry(terraform_type: str) -> Mapping[str, Any]:
    entry = WRITTEN[terraform_type]
    return {**WRITTEN[entry["like"]], **entry} if "like" in entry else entry


def _bindings(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Binding]]:
    for name, bindings in node.items():
        for binding in bindings:
            yield (*path, name), binding
            yield from _bindings(binding.inner, (*path, name))


def _argument(terraform_type: str, path: tuple[str, ...]) -> Any:
    found: Any = PROVIDER[terraform_type]["arguments"]
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


@every_type
def test_the_provider_has_every_argument(terraform_type: str) -> None:
    older = set(_entry(terraform_type).get("older", ()))
    missing = {
        ".".join(path)
        for path, _ in _bindings(_row(terraform_type).node)
        if _argument(terraform_type, path) is None and path[0] not in older
    }
    assert missing == set()


@every_type
def test_what_the_current_provider_has_is_not_called_older(terraform_type: str) -> None:
    arguments = PROVIDER[terraform_type]["arguments"]
    assert [name for name in _entry(terraform_type).get("older", ()) if name in arguments] == []


@every_type
def test_blocks_are_bound_as_blocks(terraform_type: str) -> None:
    wrong = []
    for path, binding in _bindings(_row(terraform_type).node):
        shape = _argument(terraform_type, path)
        if shape is not None and binding.transform != "present" and isinstance(shape, dict) != bool(binding.inner):
            wrong.append(".".join(path))
    assert wrong == []


LEFT_OUT = {
    "aws_apigatewayv2_integration.response_parameters",
    "aws_appautoscaling_policy.predictive_scaling_policy_configuration",
    "aws_appsync_datasource.relational_database_config", "aws_autoscaling_policy.predictive_scaling_configuration",
    "aws_batch_job_definition.ecs_properties", "aws_batch_job_definition.node_properties",
    "aws_codebuild_project.build_batch_config", "aws_codebuild_project.secondary_artifacts",
    "aws_codebuild_project.secondary_sources", "aws_codedeploy_deployment_group.ec2_tag_set",
    "aws_codedeploy_deployment_group.load_balancer_info", "aws_dynamodb_table.on_demand_throughput",
    "aws_dynamodb_table.warm_throughput", "aws_ecs_service.force_new_deployment", "aws_instance.ipv6_addresses",
    "aws_lambda_function.tenancy_config", "aws_launch_template.tag_specifications",
    "aws_msk_cluster.client_authentication", "aws_s3_bucket.object_lock_configuration",
    "aws_s3_bucket.replication_configuration", "aws_spot_instance_request.ipv6_addresses",
    "aws_ssmincidents_response_plan.chat_channel", "aws_wafv2_web_acl.association_config",
    "aws_wafv2_web_acl.captcha_config", "aws_wafv2_web_acl.challenge_config",
    "aws_wafv2_web_acl.data_protection_config", "aws_wafv2_web_acl.default_action", "aws_wafv2_web_acl.token_domains",
    "aws_wafv2_web_acl.visibility_config",
}  # fmt: skip
"""Arguments that are called as a property is, and are not bound: nothing reads them, and their shapes differ."""


def test_an_argument_that_is_called_like_a_property_is_bound_or_left_out_on_purpose() -> None:
    unbound = set()
    for name in TYPES:
        row, schema = _row(name), property_schema(_row(name).type, "")
        assert schema is not None
        if row.companion is not None:
            continue
        alike = {one.lower() for one in set(schema.names()) - set(read_only(row.type))}
        arguments = PROVIDER[name]["arguments"].keys() - row.node.keys() - {"id", "tags", "region"}
        unbound |= {f"{name}.{argument}" for argument in arguments if argument.replace("_", "") in alike}
    assert unbound == LEFT_OUT


FITTING: Mapping[str, set[str]] = {
    "scalar": {"text", "integer", "number", "boolean", "json", "any"},
    "list": {"list", "json", "any"},
    "map": {"map", "json", "any", "object"},
}
TAKEN: Mapping[str, set[str]] = {
    "attribute": {"scalar"}, "containers": {"scalar"}, "each": {"list"}, "enum": {"scalar"}, "first": {"list"},
    "item": {"scalar", "list"}, "json": {"scalar"}, "method_of_path": {"scalar"},
    "one": {"scalar"}, "pairs": {"map"}, "pascal_json": {"scalar"}, "path_of_method": {"scalar"},
}  # fmt: skip


def _schemas(row: Row) -> Iterator[tuple[str, Binding, PropertySchema | None]]:
    base = row.companion.into if row.companion is not None and row.companion.into is not None else ""

    def walk(node: Node, base: str, spoken: str) -> Iterator[tuple[str, Binding, PropertySchema | None]]:
        for name, bindings in node.items():
            for binding in bindings:
                path = ".".join(binding.path)
                whole = path if path.startswith("@") or not base else f"{base}.{path}" if path else base
                yield spoken + name, binding, property_schema(row.type, whole)
                if binding.transform != "keyed":  # what it holds is found by a key, a step further down
                    yield from walk(binding.inner, whole, f"{spoken}{name}.")

    yield from walk(row.node, base, "")


@every_type
def test_shapes_fit(terraform_type: str) -> None:
    """An argument that is bound as it is has the property's shape, one that is transformed the transform's."""
    wrong = []
    for name, binding, schema in _schemas(_row(terraform_type)):
        shape = _argument(terraform_type, tuple(name.split(".")))
        assert schema is not None
        if not isinstance(shape, str) or binding.inner or binding.transform == "present":
            continue
        fits = schema.kind in FITTING[shape] if binding.transform is None else shape in TAKEN[binding.transform]
        if not fits:
            wrong.append(f"{name}: {shape} is bound to a {schema.kind} ({binding.transform})")
    assert wrong == []


@every_type
def test_tags_are_bound_where_both_sides_have_them(terraform_type: str) -> None:
    row = _row(terraform_type)
    assert (row.tags is None) or "tags" in PROVIDER[terraform_type]["arguments"]


@pytest.mark.parametrize("type_name", identified_types())
def test_the_provider_has_the_attributes_that_identify(type_name: str) -> None:
    identity = identity_of(type_name)
    assert identity is not None
    for name, attributes in identity.terraform.items():
        known = {*PROVIDER[name]["attributes"], *PROVIDER[name]["arguments"]}
        assert attributes.keys() - known == set()
        assert type_of(name) == type_name


@every_type
def test_a_bound_type_that_others_refer_to_says_what_its_attributes_are(terraform_type: str) -> None:
    identity = identity_of(type_of(terraform_type) or "")
    if identity is not None:
        assert terraform_type in identity.terraform


@every_type
def test_companions_name_their_parents(terraform_type: str) -> None:
    companion = _row(terraform_type).companion
    if companion is None:
        return
    arguments = PROVIDER[terraform_type]["arguments"]
    assert {companion.argument, *companion.also} - arguments.keys() == set()
    for parent in companion.parents:
        identity = identity_of(_row(parent).type)
        assert identity is not None
        assert set(companion.kinds) <= set(identity.terraform[parent].values())
        assert _row(parent).companion is None
        assert set(companion.also) - PROVIDER[parent]["arguments"].keys() == set()


@every_type
def test_what_stands_for_an_argument_is_an_attribute(terraform_type: str) -> None:
    known = PROVIDER[terraform_type]
    for attribute, argument in _row(terraform_type).stands_for.items():
        assert attribute in {*known["attributes"], *known["arguments"]}
        assert argument in known["arguments"]


def test_every_transform_and_every_special_is_implemented() -> None:
    assert terraform.TRANSFORMS.keys() == transforms.BY_NAME.keys()
    used = {name for terraform_type in TYPES for name in _row(terraform_type).special}
    assert used == special.BY_NAME.keys()


def test_every_transform_is_used_and_documented() -> None:
    used = {binding.transform for terraform_type in TYPES for _, binding in _bindings(_row(terraform_type).node)} - {
        None
    }
    assert used == terraform.TRANSFORMS.keys()
    assert [name for name in terraform.TRANSFORMS if f"\n    {name} " not in (transforms.__doc__ or "")] == []


class Reads:
    """Type -> the paths that something reads of it."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}

    def add(self, types: Iterable[str], *paths: str | None) -> None:
        for name in types:
            self.found.setdefault(name, set()).update(path for path in paths if path and path != ".")

    def condition(self, written: Any, types: tuple[str, ...], base: str) -> None:
        """All that a condition of a rule reads."""
        for key, argument in written.items() if isinstance(written, Mapping) else ():
            if key in ("all", "any"):
                for part in argument:
                    self.condition(part, types, base)
            elif key == "not":
                self.condition(argument, types, base)
            elif key in ("some", "every", "no"):
                self.quantifier(argument, types, base)
            elif key not in ("type", "enabled"):
                self.add(types, _below(base, key))
                if isinstance(argument, Mapping) and "above" in argument:
                    self.add(types, _below(base, argument["above"]["property"]))

    def quantifier(self, written: Mapping[str, Any], types: tuple[str, ...], base: str) -> None:
        """All that a quantifier reads: the list, and what is asked of its items or of related resources."""
        if "items" in written:
            base = _below(base, written["items"])
            self.add(types, base)
        else:
            types, base = relations()[written["relation"]].targets, ""
        for word in ("where", "expect"):
            self.condition(written.get(word), types, base)


def _below(base: str, path: str) -> str:
    return base if path == "." else path if path.startswith("@") or not base else f"{base}.{path}"


def _read_by_rules() -> dict[str, set[str]]:
    reads = Reads()
    for rule in load_rules().rules.values():
        for case in rule.cases if {"terraform", "terraform-plan"} & set(rule.sources) else ():
            reads.condition(case.when, tuple(case.types), "")
            reads.condition(case.expect, tuple(case.types), "")
    return reads.found


BY_OPERATORS: Mapping[str, tuple[str, ...]] = {
    "AWS::Backup::BackupSelection": (
        "BackupSelection.Resources", "BackupSelection.NotResources", "BackupSelection.Conditions",
        "BackupSelection.ListOfTags.ConditionKey", "BackupSelection.ListOfTags.ConditionValue",
    ),
    "AWS::CloudWatch::Alarm": (
        "Namespace", "MetricName", "Dimensions", "Metrics.Expression", "Metrics.MetricStat.Metric.Namespace",
        "Metrics.MetricStat.Metric.MetricName", "Metrics.MetricStat.Metric.Dimensions",
    ),
    "AWS::EC2::Subnet": ("AvailabilityZone",),
    "AWS::Lambda::EventSourceMapping": ("MaximumBatchingWindowInSeconds",),
    "AWS::Lambda::Function": ("Timeout",),
}  # fmt: skip
"""What single operators and relations of walint.language read by themselves."""


def _read_by_relations() -> dict[str, set[str]]:
    reads = Reads()
    for relation in relations().values():
        for join in relation.joins:
            reads.add([join.there], join.path and join.path.replace("[]", ""))
            reads.add(join.subject, join.here, join.unless)
    return reads.found


def _read_by_facts() -> dict[str, set[str]]:
    """What names, metrics, defaults and operators read."""
    reads = Reads()
    for name, paths in BY_OPERATORS.items():
        reads.add([name], *paths)
    for name in identified_types():
        identity = identity_of(name)
        reads.add([name], identity and identity.name_property)
    for service in alarm_metrics.services():
        reads.add(service.types, *service.when)
    for name, entries in known_defaults().items():
        for case in (case for entry in entries.values() for case in entry.get("cases", ())):
            reads.add([name], case.get("if_set"), case.get("unless_set"), case.get("if", [None])[0])
    return reads.found


class TestWhatIsRead:
    """A property that rules read is bound, or the table says why it is not: it is never silently absent."""

    @staticmethod
    def is_bound(path: str, rows: list[Row]) -> bool:
        """Whether one of the rows writes the property, something in it, or the free-form thing that it is a part of."""
        if (
            path.startswith(("@Name", "@PreventDestroy", "@Fetched"))
            or path.partition(".")[0] in terraform.CLOUDFORMATION_ONLY
        ):
            return True
        whole = path.replace(".[", ".").replace("]", "")
        for row in rows:
            for bound in (*row.dialect, *row.constants):
                if bound == whole or bound.startswith(f"{whole}.") or whole.startswith(f"{bound}."):
                    return True
        return False

    @pytest.mark.parametrize("reader", [_read_by_rules, _read_by_relations, _read_by_facts])
    def test_it_is_bound_or_said_to_be_absent(self, reader: Callable[[], dict[str, set[str]]]) -> None:
        reads = reader()
        companions = [row for name in TYPES if (row := _row(name)).companion is not None]
        parts = {name: [c for c in companions if c.companion and name in c.companion.parents] for name in TYPES}
        unbound: dict[str, set[str]] = {}
        for name in TYPES:
            row = _row(name)
            if row.companion is not None:
                continue
            for path in reads.get(row.type, ()):
                if property_schema(row.type, path) is None:  # a relation leads to several types, one of which has it
                    continue
                if path not in row.absent and not self.is_bound(path, [row, *parts[name]]):
                    unbound.setdefault(f"{name} ({row.type})", set()).add(path)
        assert {name: sorted(paths) for name, paths in sorted(unbound.items())} == {}

    def test_what_is_said_to_be_absent_is_not_bound(self) -> None:
        both = [(name, path) for name in TYPES for path in _row(name).absent if self.is_bound(path, [_row(name)])]
        assert both == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{type: AWS::SQS::Queue, bnd: {}}", "no such key: bnd"),
        ("{type: AWS::SQS::Queue, same: nme}", "nme: CloudFormation has no property of that name at the top"),
        ("{type: AWS::SQS::Queue, bind: {name: Name}}", "AWS::SQS::Queue has no property Name"),
        ("{type: AWS::SQS::Queue, bind: {name: {to: QueueName, with: jso}}}", "name: no such transform"),
        ("{type: AWS::SQS::Queue, bind: {name: {to: QueueName, with: {each: {}}}}}", "name: no such transform"),
        ("{type: AWS::SQS::Queue, bind: {name: {too: QueueName}}}", "name: no such key: too"),
        ("{type: AWS::SQS::Queue, same: delay_seconds delay_seconds}", "delay_seconds is bound twice"),
        ("{type: AWS::SQS::Queue, absent: {Nothing: why}}", "AWS::SQS::Queue has no property Nothing"),
    ],
)
def test_a_mistake_in_the_table_is_said(
    entry: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "terraform.yaml"
    path.write_text(f"aws_sqs_queue: {entry}\n", encoding="utf-8")
    monkeypatch.setattr(terraform, "_FILE", path)
    with pytest.raises(CatalogError, match=f"aws_sqs_queue: .*{message}"):
        terraform._build()


def test_the_table_survives_json() -> None:
    built = terraform._build()
    assert json.loads(json.dumps(built)) == built
