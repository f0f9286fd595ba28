"""Every kind of mistake in a rule file is told with its file, line and column, and what was meant."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from walint.errors import WalintError
from walint.language.catalogue import Catalogue, RulesError, validate_files
from walint.model.span import Span

GOOD = """\
id: own-rule
title: Function is not traced
passing: Function is traced
severity: high
practices: [OPS08-BP03]
since: 0.1.0
sources: [cloudformation]
resource: AWS::Lambda::Function
parameters:
  days: {type: integer, default: 30, description: Days}
expect:
  TracingConfig.Mode: Active
  Timeout: {at_least: $days}
rationale: Nobody can see where the time goes.
remediation: Set TracingConfig.Mode to Active.
"""
EXPECT = "expect:\n  TracingConfig.Mode: Active\n  Timeout: {at_least: $days}\n"


def _errors(folder: Path, text: str, name: str = "own-rule.yaml") -> list[WalintError]:
    path = folder / "tracing" / name
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    try:
        validate_files([path])
    except RulesError as error:
        return list(error.errors)
    return []


def _told(error: WalintError) -> tuple[int | None, int | None, str, str | None]:
    where = error.where
    place = (where.start_line, where.start_column) if isinstance(where, Span) else (None, None)
    return (*place, error.message, error.help)


def test_a_good_rule_is_good(tmp_path: Path) -> None:
    assert _errors(tmp_path, GOOD) == []


CASES = "see docs/writing-rules.md, Cases"
SHAPE = [
    ("severity: high\n", "severty: high\n", 4, 1, "unknown key severty", 'did you mean "severity"?'),
    ("title: Function is not traced\n", "", 1, 1, "the key title is missing", "see docs/writing-rules.md"),
    ("severity: high", "severity: grave", 4, 1, "severity: input should be 'high', 'medium', 'low' or 'info'", None),
    ("id: own-rule", "id: Own_Rule", 1, 1, "id: string should match pattern", None),
    ("id: own-rule", "id: other-rule", 1, 1, "the id other-rule differs from the file name own-rule", None),
    ("[OPS08-BP03]", "[OPS8]", 5, 13, "practices.0: string should match pattern", None),
    ("[OPS08-BP03]", "[]", 5, 1, "practices: list should have at least 1 item", None),
    ("[cloudformation]", "[cloudfront]", 7, 11, "sources.0: input should be 'sam', 'cloudformation'", None),
    ("type: integer,", "type: int,", 10, 10, "parameters.days.type: input should be 'integer'", None),
    (
        "{type: integer, default: 30,",
        "{type: integer,",
        10,
        3,
        "the key default is missing",
        "see docs/writing-rules.md",
    ),
    ("default: 30,", "defualt: 30, default: 3,", 10, 25, "unknown key defualt", 'did you mean "default"?'),
    (
        "rationale: Nobody can see where the time goes.",
        "rationale: Why not.",
        14,
        1,
        "rationale: string should have",
        None,
    ),
    (EXPECT, "", 1, 1, "a rule without cases needs resource and expect", None),
    (EXPECT, "cases: []\n" + EXPECT, 1, 1, "a rule has either resource", CASES),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "message", "hint"), SHAPE)
def test_the_shape_of_a_rule(
    tmp_path: Path, old: str, new: str, line: int, column: int, message: str, hint: str | None
) -> None:
    assert GOOD.count(old) == 1
    told = [_told(error) for error in _errors(tmp_path, GOOD.replace(old, new))]
    assert (line, column) in [each[:2] for each in told]
    assert [each[3] for each in told if each[2].startswith(message)] == [hint], told


CONDITIONS = [
    # Types, paths, literals.
    ("{TracingConfg.Mode: Active}", 2, "AWS::Lambda::Function has no property TracingConfg.Mode", None),
    (
        "{TracingConfig.Mod: Active}",
        2,
        "AWS::Lambda::Function has no property TracingConfig.Mod",
        'did you mean "Mode"?',
    ),
    ("{Timout: 3}", 2, "AWS::Lambda::Function has no property Timout", 'did you mean "Timeout"?'),
    ("{evry: {items: Layers}}", 2, "AWS::Lambda::Function has no property evry", 'did you mean "every"?'),
    ("{TracingConfig.Mode: Activ}", 2, "Activ is none of the allowed values", 'did you mean "Active"?'),
    ("{TracingConfig.Mode: {one_of: [Active, Of]}}", 40, "Of is none of the allowed values", None),
    ("{TracingConfig.Mode: {not_equals: Of}}", 23, "Of is none of the allowed values", None),
    ("{Timeout: true}", 2, "the property is a number, not True", None),
    ("{Timeout: three}", 2, "the property is a number, not three", None),
    # Tests and operators.
    ("{Timeout: {atleast: 3}}", 12, "unknown operator atleast", 'did you mean "at_least"?'),
    ("{Timeout: {at_least: three}}", 12, "at_least takes a number", None),
    ("{Timeout: {at_least: true}}", 12, "at_least takes a number", None),
    ("{Timeout: {one_of: 3}}", 12, "one_of takes a list that is not empty", None),
    ("{Timeout: {one_of: []}}", 12, "one_of takes a list that is not empty", None),
    ("{Role: {matches: '('}}", 9, "matches takes a regular expression", None),
    ("{Layers: {not_empty: false}}", 11, "not_empty takes true", None),
    ("{Layers: {at_least: 1}}", 11, "at_least compares numbers, the property is of kind list", None),
    ("{Timeout: [3]}", 2, "a list is no test", "use one_of, contains_all or contains"),
    ("{Timeout: }", 2, "an empty value is no test", "use present or absent"),
    ("{Timeout: {}}", 2, "a test needs an operator", None),
    ("{Timeout: {above: 3}}", 12, "above takes a map with property and percent", None),
    # Parameters.
    ("{Timeout: $dais}", 2, "unknown parameter $dais", 'did you mean "days"?'),
    ("{Timeout: {at_least: $dais}}", 12, "unknown parameter $dais", 'did you mean "days"?'),
    ("{Role: x}", 3, "the parameter days is used by no condition", None),
    # Combinators and quantifiers.
    ("{all: {Role: x}}", 2, "all takes a list of conditions", None),
    ("{any: []}", 2, "any takes a list of conditions", None),
    ("{not: [Role]}", 2, "a condition is a map of paths and tests", "see docs/writing-rules.md, Conditions"),
    ("{type: AWS::SQS::Quoue}", 2, "unknown resource type AWS::SQS::Quoue", 'did you mean "AWS::SQS::Queue"?'),
    ("{some: {where: {Role: x}}}", 2, "a quantifier has either items (a path) or relation (a name)", None),
    ("{some: {items: Timeout}}", 9, "Timeout is not a list", None),
    ("{some: {items: Layers, were: {Role: x}}}", 24, "unknown word were in a quantifier", 'did you mean "where"?'),
    ("{some: {items: Layers, min: two}}", 24, "min takes a number", None),
    (
        "{some: {items: Tags, expect: {Kee: x}}}",
        31,
        "AWS::Lambda::Function has no property Tags.Kee",
        'did you mean "Key"?',
    ),
    ("{some: {relation: log_groups}}", 9, "unknown relation log_groups", 'did you mean "log_group"?'),
    ("{some: {relation: listeners}}", 9, "the relation listeners cannot be asked of AWS::Lambda::Function", None),
    ("{some: {relation: alarms}}", 2, "the relation alarms needs the argument metric", None),
    ("{some: {relation: alarms, metric: Errors}}", 27, "metric takes a list that is not empty", None),
    (
        "{some: {relation: alarms, metric: [Errors], mtric: 1}}",
        45,
        "unknown word mtric in a quantifier",
        'did you mean "metric"?',
    ),
    (
        "{some: {relation: aliases, where: {Nme: x}}}",
        36,
        "AWS::Lambda::Alias has no property Nme",
        'did you mean "Name"?',
    ),
]


@pytest.mark.parametrize(("condition", "column", "message", "hint"), CONDITIONS)
def test_a_mistake_in_a_condition(tmp_path: Path, condition: str, column: int, message: str, hint: str | None) -> None:
    errors = _errors(tmp_path, GOOD.replace(EXPECT, f"expect:\n {condition}\n"))
    told = [_told(error) for error in errors]
    assert message in [each[2] for each in told]
    line, at, _, help_text = next(each for each in told if each[2] == message)
    if message.startswith("the parameter days"):
        assert (line, at) == (10, 3)
    else:
        assert (line, at) == (12, column + 1)
    assert hint is None or hint == help_text


def test_a_wrong_type_is_told(tmp_path: Path) -> None:
    (error,) = _errors(tmp_path, GOOD.replace("AWS::Lambda::Function", "AWS::Lamda::Function"))
    assert _told(error)[2:] == ("unknown resource type AWS::Lamda::Function", 'did you mean "AWS::Lambda::Function"?')


def test_a_path_must_exist_in_every_type(tmp_path: Path) -> None:
    text = GOOD.replace("resource: AWS::Lambda::Function", "resource: [AWS::Lambda::Function, AWS::SQS::Queue]")
    messages = [error.message for error in _errors(tmp_path, text)]
    assert messages == [
        "AWS::SQS::Queue has no property TracingConfig.Mode",
        "AWS::SQS::Queue has no property Timeout",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("Mode: Active", "Mode: Activ").replace("at_least: $days", "at_lest: $dys")
    assert len(_errors(tmp_path, text)) == 3  # the literal, the operator, and a parameter that is not used any more


def _bomb(width: int, around: str = "[%s]") -> str:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} " + around % ", ".join([f"*a{n - 1}"] * width) for n in range(1, 20)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id: [\n", 2, "the rule file is no YAML: "),
        ("id: a\n\tb: c\n", 2, "the rule file is no YAML: "),
        ("- id: a\n", 1, "a rule file is a map"),
        ("", None, "a rule file is a map"),
        ("id: *a\n", 1, "the rule file is no YAML: "),
        ("id: &a\n  - *a\n", 2, "an alias contains itself"),
        ("id: &a\n  b: {c: [*a]}\n", 2, "an alias contains itself"),
        (_bomb(10), 6, "the rule file is too large"),
        (_bomb(2, "[[[[[[[%s]]]]]]]"), 8, "the rule file nests too deep"),
        ("id: 1\ntitle: 2\nid: 2\n", 3, "id is written twice"),
        ("a:\n  - {b: 1, c: {b: 1}, b: 2}\n", 2, "b is written twice"),
        ("[" * 300_000, 1, "the rule file nests too deep"),
        ("a: " + "{a: " * 5000, 1, "the rule file nests too deep"),
        ("a: !!python/object:os.system x\n", 1, "the rule file is no YAML: "),
    ],
)
def test_a_file_that_is_no_rule(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    errors = _errors(tmp_path, text)
    told = [_told(error) for error in errors]
    assert [each[:1] for each in told if each[2].startswith(message)] == [(line,)], told


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "own-rule.yaml"
    path.write_bytes(b"id: caf\xe9\n")
    with pytest.raises(RulesError, match="cannot read the rule file"):
        validate_files([path])
    with pytest.raises(RulesError, match="cannot read the rule file"):
        validate_files([tmp_path / "missing.yaml"])


@pytest.mark.parametrize(("word", "expected"), [("no", "no"), ("on", "on"), ("yes", "yes"), ("true", True)])
def test_booleans_are_those_of_yaml_1_2(tmp_path: Path, word: str, expected: object) -> None:
    path = tmp_path / "tracing" / "own-rule.yaml"
    path.parent.mkdir()
    path.write_text(GOOD.replace("Mode: Active", f"Mode: {{matches: x}}\n  Role: {word}"), encoding="utf-8")
    (rule,) = validate_files([path])
    assert rule["expect"]["Role"] == expected


PROFILED = dedent(
    """
    profiles:
      default: off
      strict: low
      minimal: {severity: high, parameters: {days: 7}}
    """
)


def test_profiles_in_short(tmp_path: Path) -> None:
    folder = tmp_path / "tracing"
    folder.mkdir()
    (folder / "own-rule.yaml").write_text(GOOD + PROFILED, encoding="utf-8")
    profiles = Catalogue([tmp_path]).rules["own-rule"].profiles
    assert {name: (entry.enabled, entry.severity, dict(entry.parameters)) for name, entry in profiles.items()} == {
        "default": (False, None, {}),
        "strict": (True, "low", {}),
        "minimal": (True, "high", {"days": 7}),
    }
