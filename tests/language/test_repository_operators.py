"""The operators on documents, stages, dates and API descriptions, and the relation `declared`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.language.values import value
from walint.language.condition import compile_condition
from walint.language.scope import Scope
from walint.language.truth import Judgement
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Known, Text, Unknown, Value

MakeScope = Callable[..., Scope]


def document(path: str, *headings: str) -> Known:
    known = value({"Path": path, "Title": headings[0] if headings else "", "Headings": [{"Text": h} for h in headings]})
    assert isinstance(known, Known)
    return Known(known.data, Span(path, 1, 1, 1, 2))


def judged(make_scope: MakeScope, properties: dict[str, Any], condition: dict[str, Any], **more: Any) -> Judgement:
    scope = make_scope({name: value(each) for name, each in properties.items()}, type_name="Walint::Repository", **more)
    return compile_condition(condition, {})(scope)


DOCUMENTS = [
    document("docs/runbooks/b-deploy.md", "Deployment", "Rolling back"),
    document("docs/runbooks/README.md", "Runbooks"),
    document("docs/other.md", "Restore"),
]


@pytest.mark.parametrize(
    ("argument", "missing"),
    [
        ({"paths": ["docs/runbooks/*"], "required": []}, None),
        ({"paths": ["docs/runbooks/*"], "required": ["deploy"]}, None),
        ({"paths": ["DOCS/runbooks/*"], "topics": {"undo": ["rolling back"]}, "required": ["undo"]}, None),
        ({"paths": ["docs/runbooks/*"], "required": ["restore", "deploy"]}, "nothing on restore"),
        ({"paths": ["docs/runbooks/*"], "topics": {"a": ["ploy"]}, "required": ["a"]}, "nothing on a"),
        ({"paths": ["playbooks/*"], "required": []}, "no such document"),
    ],
)
def test_covers_topics(argument: dict[str, Any], missing: str | None, make_scope: MakeScope) -> None:
    judgement = judged(make_scope, {"Documents": DOCUMENTS}, {"Documents": {"covers_topics": argument}})
    assert judgement.truth is (missing is None)
    assert [fact.found for fact in judgement.facts] == ([missing] if missing else [])


def test_topics_that_are_missing_are_blamed_on_the_entrance_of_the_folder(make_scope: MakeScope) -> None:
    argument = {"paths": ["docs/runbooks/*"], "required": ["restore"]}
    judgement = judged(make_scope, {"Documents": DOCUMENTS}, {"Documents": {"covers_topics": argument}})
    assert [fact.span.path if fact.span else "" for fact in judgement.facts] == ["docs/runbooks/README.md"]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Steps", "How to verify"], None),
        (["PASSOS", "Verificação"], None),
        (["Nothing"], "none on act and verify"),
        ([], "none on act and verify"),
    ],
)
def test_has_sections(headings: list[str], found: str | None, make_scope: MakeScope) -> None:
    argument = {"sections": {"act": ["steps", "passos"], "verify": ["verif"]}, "required": ["act", "verify"]}
    properties = {"Headings": [{"Text": heading} for heading in headings]}
    judgement = judged(make_scope, properties, {"Headings": {"has_sections": argument}})
    expected = [found] if found else []
    assert [fact.found for fact in judgement.facts] == expected


@pytest.mark.parametrize(
    ("stages", "recognise", "expected"),
    [
        (value(["lint", "test"]), {}, (True, [])),
        (value(["lint"]), {}, (False, ["no test"])),
        (value(["lint"]), {"test": ["proof"]}, (True, [])),
        (Known((Known("lint"),), rest=Unknown("it is elsewhere")), {}, (None, [])),
        (Unknown("it cannot be read"), {}, (None, [])),
    ],
)
def test_has_stages(
    stages: Value, recognise: dict[str, Any], expected: tuple[bool | None, list[str]], make_scope: MakeScope
) -> None:
    properties = {"Stages": stages, "Steps": [{"Text": "run the proof"}]}
    argument = {"required": ["lint", "test"], "recognise": recognise}
    judgement = judged(make_scope, properties, {"Stages": {"has_stages": argument}})
    assert (judgement.truth, [fact.found for fact in judgement.facts]) == expected


@pytest.mark.parametrize(
    ("dates", "cycle", "found"),
    [
        ({"updated": "2026-11-01"}, None, []),
        ({"updated": "2026-11-01"}, 7, ["2026-11-01, 19 days ago"]),
        ({"updated": "2025-11-20"}, None, ["2025-11-20, 365 days ago"]),
        ({"updated": "2025-11-20", "reviewed": "2026-11-01"}, None, []),
        ({"created": "2026-11-01"}, None, ["none"]),
        ({}, None, ["none"]),
    ],
)
def test_dated_within(dates: dict[str, str], cycle: int | None, found: list[str], make_scope: MakeScope) -> None:
    properties = {"Dates": dates, **({"ReviewCycleDays": cycle} if cycle else {})}
    argument = {"keys": ["updated", "reviewed"], "days": 30}
    judgement = judged(make_scope, properties, {"Dates": {"dated_within": argument}})
    assert [fact.found for fact in judgement.facts] == found


@pytest.mark.parametrize(
    ("date", "truth"),
    [
        ("2026-11-20", True),
        ("2026-11-10", True),
        ("2026-11-09", False),
        ("2026-11-21", False),
        ("soon", False),
        (7, False),
    ],
)
def test_within_days(date: Any, truth: bool, make_scope: MakeScope) -> None:  # noqa: FBT001 - a column of the table
    assert judged(make_scope, {"Drill": date}, {"Drill": {"within_days": 10}}).truth is truth


def test_a_date_that_is_not_known_is_not_judged(make_scope: MakeScope) -> None:
    assert judged(make_scope, {"Drill": Unknown("it is elsewhere")}, {"Drill": {"within_days": 10}}).truth is None


REPOSITORY = Resource(
    "repository#repository", "Walint::Repository", "repository", "repository", "repository", "repository",
    Known({"Files": Known((Known("docs/runbooks/orders.md"),))}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("see docs/runbooks/orders.md", True),
        ("see runbooks/orders.md#mitigate.", True),
        ("see docs/runbooks/others.md", False),
        ("see https://example.com/docs/runbooks/others.md", True),
        ("nothing is named", True),
        (Text((Unknown("parameter"), " docs/runbooks/others.md")), False),
        (Text(("docs/runbooks/", Unknown("parameter"), ".md")), True),
        (Unknown("parameter"), True),
    ],
)
def test_names_existing_files(text: Any, truth: bool, make_scope: MakeScope) -> None:  # noqa: FBT001 - a column
    condition = {"Description": {"names_existing_files": True}}
    scope = make_scope({"Description": value(text)}, others=(REPOSITORY,))
    assert compile_condition(condition, {})(scope).truth is truth
    assert compile_condition(condition, {})(make_scope({"Description": value(text)})).truth is True


@pytest.mark.parametrize(
    ("paths", "truth"),
    [
        ({"/v1/orders": {}}, True),
        ({"/orders": {}}, False),
        (Known({"/orders": Known({})}, rest=Unknown("an include")), None),
        (Unknown("it is elsewhere"), None),
        ('{"/v1/orders": {}}', True),
        ([], False),
    ],
)
def test_keys_match(paths: Any, truth: bool | None, make_scope: MakeScope) -> None:  # noqa: FBT001 - a column
    assert judged(make_scope, {"Paths": paths}, {"Paths": {"keys_match": "/v1/"}}).truth is truth


@pytest.mark.parametrize(
    ("body", "truth"),
    [
        ({"paths": {"/a": {"get": {"summary": "x"}, "post": {"operationId": "y"}}}}, True),
        ({"paths": {"/a": {"get": {"summary": "x"}, "post": {}}}}, False),
        ({"paths": {"/a": {"parameters": []}}}, True),
        ({"info": {}}, False),
        ({"paths": {"/a": {"get": Known({}, rest=Unknown("an include"))}}}, None),
        (Unknown("it is elsewhere"), None),
        ('{"paths": {"/a": {"get": {"summary": "x"}}}}', True),
        ("s3://bucket/key", None),
    ],
)
def test_describes_operations(body: Any, truth: bool | None, make_scope: MakeScope) -> None:  # noqa: FBT001 - a column
    assert judged(make_scope, {"Body": body}, {"Body": {"describes_operations": True}}).truth is truth


@pytest.mark.parametrize(("types", "truth"), [(["AWS::SQS::Queue"], True), (["AWS::SNS::Topic"], False)])
def test_declared(types: list[str], truth: bool, make_scope: MakeScope) -> None:  # noqa: FBT001 - a column
    other = Resource(
        "t.yaml#Q", "AWS::SQS::Queue", "Q", "Q", "cloudformation", "t.yaml", Known({"DelaySeconds": Known(1)})
    )
    condition = {"some": {"relation": "declared", "types": types, "where": {"DelaySeconds": 1}}}
    assert judged(make_scope, {}, condition, others=(other,)).truth is truth
