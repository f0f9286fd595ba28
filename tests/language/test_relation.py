"""Relations: every join of the catalogue on a small template, and what makes a link uncertain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest

from walint.catalog.identity import identity_of
from walint.catalog.relations import JoinSpec, relations
from walint.catalog.schemas import known_type, property_schema
from walint.findings.evaluation import Evaluation
from walint.language import relation
from walint.language.relation import Relations, relation_named
from walint.language.scope import Context, resource_scope
from walint.model.graph import Graph, Unseen
from walint.model.resource import Resource
from walint.model.value import Known

Related = Callable[..., dict[str, Any]]
Judge = Callable[..., dict[str, Evaluation]]

PARAMETER = {"Ref": "Some"}


def _joins() -> Iterator[Any]:
    for name, spec in relations().items():
        for join in spec.joins:
            if join.here == ".":
                continue  # asked of the item of a list, never of a resource: see test_an_action_leads_to_its_topic
            for subject in join.subject:
                where = join.path or f"here {join.here}"
                yield pytest.param(name, join, subject, id=f"{name}: {subject} {join.there} {where}")


JOINS = list(_joins())


def _concrete(type_name: str) -> str:
    return type_name.replace("*", "Thing")


def _value(target: str, type_name: str, join: JoinSpec) -> Any:
    """A value that names a resource in one of the ways that the join understands."""
    identity = identity_of(type_name)
    attributes = identity.attributes if identity else {"Ref": "name"}
    fitting = (name for name, kind in attributes.items() if kind in join.by or join.template.startswith("*"))
    attribute = next(fitting, None)
    if attribute is None:  # what has no attribute for its ARN is named by an ARN with its id in it
        assert identity is not None
        assert identity.arn_resource is not None
        service, _, rest = identity.arn_resource.partition(":")
        return {"Fn::Sub": f"arn:aws:{service}:eu-west-1:123456789012:{rest.replace('{id}', f'${{{target}}}')}"}
    if join.template == "{name}":
        return {"Ref": target} if attribute == "Ref" else {"Fn::GetAtt": [target, attribute]}
    placeholder = f"${{{target}}}" if attribute == "Ref" else f"${{{target}.{attribute}}}"
    return {"Fn::Sub": join.template.replace("{name}", placeholder).replace("*", "")}


def _with(path: str, value: Any) -> dict[str, Any]:
    """A resource's body with a value at a path; "[]" makes a list of one."""
    steps = path.replace("[awslogs-group]", "awslogs-group").split(".")
    for step in reversed(steps):
        name = step.removesuffix("[]")
        value = {name: [value] if step.endswith("[]") else value}
    if path.startswith("@"):
        return {key.removeprefix("@"): inner for key, inner in value.items()}
    return {"Properties": value}


def _template(join: JoinSpec, subject: str, value: Any) -> str:
    """`It` is asked; `Other` is the related resource; `Elsewhere` is a third one, of the type that is named."""
    there = _concrete(join.there)
    it: dict[str, Any] = {"Type": subject}
    other: dict[str, Any] = {"Type": there}
    (it if join.here else other).update(_with(join.here or join.path or "", value))
    resources = {"It": it, "Elsewhere": {"Type": there if join.here else subject}}
    template: dict[str, Any] = {"Parameters": {"Some": {"Type": "String"}}, "Resources": resources}
    if there == "Walint::Output":
        template["Outputs"] = {"Other": {"Value": value, "Export": {"Name": "x"}}}
    else:
        resources["Other"] = other
    return json.dumps(template)


@pytest.mark.parametrize(("name", "join", "subject"), JOINS)
def test_every_join(related: Related, name: str, join: JoinSpec, subject: str) -> None:
    named, its_type = ("Other", _concrete(join.there)) if join.here else ("It", subject)
    asked = {"template.json": _template(join, subject, _value(named, its_type, join))}
    found = {address: link for address, link in related(asked, name, "It").items() if "Elsewhere" not in address}
    assert list(found.values()) == ["surely"]


@pytest.mark.parametrize(("name", "join", "subject"), JOINS)
def test_no_join_takes_another_resource_for_the_one(related: Related, name: str, join: JoinSpec, subject: str) -> None:
    value = _value("Elsewhere", _concrete(join.there) if join.here else subject, join)
    found = related({"template.json": _template(join, subject, value)}, name, "It")
    assert [address for address in found if address.endswith(("Other", "..."))] == []


@pytest.mark.parametrize(("name", "join", "subject"), JOINS)
def test_every_join_is_open_where_a_parameter_has_no_value(
    related: Related, name: str, join: JoinSpec, subject: str
) -> None:
    found = related({"template.json": _template(join, subject, PARAMETER)}, name, "It")
    if join.refers:
        assert found == {}
    elif join.here:
        assert found == {"...": "parameter Some has no default"}
    else:
        assert [link for address, link in found.items() if address.endswith("Other")] == ["perhaps"]


@pytest.mark.parametrize(("name", "join", "subject"), JOINS)
def test_every_join_is_about_types_and_properties_that_exist(name: str, join: JoinSpec, subject: str) -> None:
    types = [type_name for type_name in (subject, join.there) if not type_name.startswith(("Custom::", "Walint::"))]
    assert [type_name for type_name in types if not known_type(type_name)] == []
    owner, path = (subject, join.here) if join.here else (join.there, join.path)
    if owner in types and path is not None and name not in {"container_log_group", "watched_queue"}:
        assert property_schema(owner, path.replace("[]", "")) is not None


FUNCTION = """
Parameters:
  Env: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Not [!Condition IsProd]
Resources:
  Work: {Type: AWS::Lambda::Function}
"""


PROD, TEST = {"template.yaml#IsProd": True}, {"template.yaml#IsProd": False}
IN_PROD = "Condition: IsProd, Properties: {Targets: [{Arn: !GetAtt Work.Arn}]}"
LIST_IN_PROD = "Properties: {Targets: !If [IsProd, [{Arn: !GetAtt Work.Arn}], []]}"
ITEM_IN_PROD = "Properties: {Targets: [!If [IsProd, {Arn: !GetAtt Work.Arn}, !Ref AWS::NoValue]]}"
VALUE_IN_PROD = "Properties: {Targets: [{Arn: !If [IsProd, !GetAtt Work.Arn, x]}]}"
ALWAYS = "Properties: {Targets: [{Arn: !If [IsProd, x, y]}, {Arn: !GetAtt Work.Arn}]}"


@pytest.mark.parametrize("body", [IN_PROD, LIST_IN_PROD, ITEM_IN_PROD, VALUE_IN_PROD])
@pytest.mark.parametrize(("assumed", "expected"), [({}, "perhaps"), (PROD, "surely"), (TEST, None)])
def test_what_depends_on_a_condition_is_related_perhaps(
    related: Related, body: str, assumed: dict[str, bool], expected: str | None
) -> None:
    template = f"{FUNCTION}  Rule: {{Type: AWS::Events::Rule, {body}}}\n"
    assert ({"Rule": expected} if expected else {}) == related(template, "async_invokers", "Work", assumed=assumed)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ALWAYS, "surely"),
        ("Properties: {Targets: {Arn: !GetAtt Work.Arn}}", "surely"),
        ("Properties: {Targets: !Ref Env}", "perhaps"),
        ("Properties: {Targets: [!Ref Env]}", "perhaps"),
        ("Properties: {'Fn::Transform': {Name: M}}", "perhaps"),
        ("Properties: {}", None),
        ("Properties: {Targets: []}", None),
    ],
)
def test_lists_known_and_unknown(related: Related, body: str, expected: str | None) -> None:
    template = f"{FUNCTION}  Rule: {{Type: AWS::Events::Rule, {body}}}\n"
    assert ({"Rule": expected} if expected else {}) == related(template, "async_invokers", "Work")


GROUPS = """
  Own: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7}}
  Usual: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "/aws/lambda/${It}", RetentionInDays: 90}}
"""


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("!Ref AWS::NoValue", {"Usual": "surely"}),
        ("!Ref Own", {"Own": "surely"}),
        ("elsewhere", {}),
        ("!If [IsProd, !Ref Own, !Ref AWS::NoValue]", {"Own": "perhaps", "Usual": "perhaps"}),
        ("!If [IsProd, !Ref Own, elsewhere]", {"Own": "perhaps"}),
        ("!Ref Env", {"...": "parameter Env has no default"}),
    ],
)
def test_a_property_may_rule_out_a_join(related: Related, group: str, expected: dict[str, str]) -> None:
    function = f"  It: {{Type: AWS::Lambda::Function, Properties: {{LoggingConfig: {{LogGroup: {group}}}}}}}"
    assert expected == related(FUNCTION + GROUPS + function, "log_group", "It")


def test_a_conditional_opt_out_is_split(judge: Judge) -> None:
    """Under one condition the function logs to a group with 7 days, otherwise to the usual one, with 90."""
    group = "!If [IsProd, !Ref Own, !Ref AWS::NoValue]"
    function = f"  It: {{Type: AWS::Lambda::Function, Properties: {{LoggingConfig: {{LogGroup: {group}}}}}}}"
    expect = {"some": {"relation": "log_group", "where": {"RetentionInDays": {"at_least": 30}}}}
    evaluation = judge(FUNCTION + GROUPS + function, "AWS::Lambda::Function", expect)["It"]
    assert (evaluation.outcome, evaluation.reason) == ("unknown", "fails when IsProd")


NESTED = """
Resources:
  Work: {Type: AWS::Lambda::Function}
  Free: {Type: AWS::Lambda::Function}
  Alarms:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://example.com/alarms.yaml
      Parameters: {Function: %s}
"""


@pytest.mark.parametrize("name_of_it", ["permissions", "alarms"])
@pytest.mark.parametrize(("passed", "open_for"), [("!Ref Work", ["Work"]), ("!GetAtt Work.Arn", ["Work"])])
def test_a_nested_stack_out_of_sight_concerns_what_it_is_given(
    related: Related, name_of_it: str, passed: str, open_for: list[str]
) -> None:
    arguments = {"metric": ["Errors"]} if name_of_it == "alarms" else {}
    asked = {name: related(NESTED % passed, name_of_it, name, **arguments) for name in ("Work", "Free")}
    assert open_for == [name for name, found in asked.items() if "..." in found]


def test_a_nested_stack_on_disk_is_seen(related: Related) -> None:
    files = {
        "template.yaml": (NESTED % "!Ref Work").replace("https://example.com/alarms.yaml", "./child/child.yaml"),
        "child/child.yaml": """
Parameters: {Function: {Type: String}}
Resources:
  It: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Function, Action: a, Principal: b}}
""",
    }
    assert related(files, "permissions", "Work") == {"Alarms/It": "surely"}


def test_links_across_templates_of_one_scan(related: Related) -> None:
    files = {
        "a.yaml": "Resources:\n  Work: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}\n",
        "b.yaml": """
Resources:
  It: {Type: AWS::Lambda::Permission, Properties: {FunctionName: orders, Action: a, Principal: b}}
  Not: {Type: AWS::Lambda::Permission, Properties: {FunctionName: payments, Action: a, Principal: b}}
""",
    }
    assert related(files, "permissions", "Work") == {"It": "surely"}


@pytest.mark.parametrize(("count", "open_too"), [(150, False), (250, True)])
def test_with_too_many_unresolved_links_the_rest_is_open(related: Related, count: int, *, open_too: bool) -> None:
    """All of them name other functions; but walint looks at some only, and says so."""
    permissions = "".join(
        f"  P{n}: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !Sub '{n}-${{Env}}ers', Action: a}}}}\n"
        for n in range(count)
    )
    named = "  It: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}\n"
    found = related(FUNCTION + named + permissions, "permissions", "It")
    assert ({"..."} if open_too else set()) == set(found)


class Compared(NamedTuple):
    """What asking every function for its permissions gave, and in how many comparisons of names."""

    names: int
    more: list[list[str]]


@pytest.fixture
def compared(scan: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], Compared]:
    """Asks so many functions, each of which has a permission for a function of that name ("{}" is the number)."""

    def asked(count: int, name: str) -> Compared:
        resources = "".join(
            f"  F{n}: {{Type: AWS::Lambda::Function}}\n  P{n}: {{Type: AWS::Lambda::Permission, "
            f"Properties: {{FunctionName: !Ref {name.format(n)}, Action: a, Principal: b}}}}\n"
            for n in range(count)
        )
        graph = scan(f"Parameters: {{Name: {{Type: String}}}}\nResources:\n{resources}")
        context = Context(graph, Relations(graph), date(2026, 11, 20))
        found = []
        real = relation.names
        monkeypatch.setattr(relation, "names", lambda *arguments: found.append(1) or real(*arguments))
        populations = [
            context.relations.related(relation_named("permissions"), resource_scope(context, function), {})
            for function in graph.of_type("AWS::Lambda::Function")
        ]
        return Compared(len(found), [population.more for population in populations])

    return asked


def test_a_relation_is_asked_in_time_that_does_not_grow(compared: Callable[[int, str], Compared]) -> None:
    """A thousand functions with a permission each: every question is a look-up, not a search."""
    assert compared(1000, "F{}") == Compared(1000, [[]] * 1000)


def test_unresolved_names_are_not_compared_each_with_each(compared: Callable[[int, str], Compared]) -> None:
    """A permission for a function whose name is not known may be for any: past some number, that is said at once."""
    said = ["500 resources of type AWS::Lambda::Permission have unresolved links"]
    assert compared(500, "Name") == Compared(0, [said] * 500)


def test_links_that_end_otherwise_are_not_looked_at(related: Related) -> None:
    """However many there are: their literal ends say that they name other functions."""
    permissions = "".join(
        f"  P{n}: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: !Sub '${{Env}}-{n}', Action: a}}}}\n"
        for n in range(250)
    )
    named = "  It: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders}}\n"
    assert related(FUNCTION + named + permissions, "permissions", "It") == {}


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("!Ref Topic", "pass"),
        ("!Ref Other", "fail"),
        ("arn:aws:sns:eu-west-1:111122223333:topic", "fail"),  # a name written out is none: it may be another account's
        ("!Ref Some", "fail"),
        ("!If [IsProd, !Ref Topic, !Ref Some]", "unknown"),
    ],
)
def test_an_action_leads_to_its_topic(judge: Judge, action: str, outcome: str) -> None:
    text = f"""
Parameters: {{Some: {{Type: String}}, Env: {{Type: String}}}}
Conditions: {{IsProd: !Equals [!Ref Env, prod]}}
Resources:
  Topic: {{Type: AWS::SNS::Topic, Properties: {{TopicName: topic}}}}
  Other: {{Type: AWS::SQS::Queue}}
  Alarm: {{Type: AWS::CloudWatch::Alarm, Properties: {{AlarmActions: [{action}]}}}}
"""
    leads = {"some": {"items": "AlarmActions", "expect": {"some": {"relation": "action_topic"}}}}
    assert judge(text, "AWS::CloudWatch::Alarm", leads)["Alarm"].outcome == outcome


@pytest.mark.parametrize(
    ("subject", "hidden", "counts"),
    [
        ("eu-west-1", "eu-west-1", True),
        ("eu-west-1", "global", True),
        ("eu-west-1", "eu-west-2", False),
        ("global", "us-east-1", True),
        ("global", "eu-west-1", False),
    ],
)
def test_what_has_no_region_may_be_hidden_from_what_has_one(subject: str, hidden: str, *, counts: bool) -> None:
    unit = f"aws/111122223333/{subject}"
    function = Resource(
        f"{unit}#orders", "AWS::Lambda::Function", "orders", "orders", "live", unit, Known({}), region=subject
    )
    graph = Graph()
    graph.add(function)
    for account, why in (("111122223333", "denied"), ("444455556666", "of another account")):
        graph.unseen.append(Unseen(why, f"aws/{account}/{hidden}", None, frozenset({"AWS::CloudFront::Distribution"})))
    context = Context(graph, Relations(graph), date.min)
    population = context.relations.related(relation_named("edge_associations"), resource_scope(context, function), {})
    assert population.more == (["denied"] if counts else [])
