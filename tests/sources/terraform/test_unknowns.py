"""What is not known keeps its reason, its symbol and its place, and what can be told in spite of it is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.evaluating import ARN, ENV, FLAG, NAME, shown, value
from walint.model.value import Reference, Text, Unknown
from walint.sources.terraform.values import (
    EvaluationError,
    Handle,
    JsonText,
    OneOf,
    Partly,
    Refused,
    Sensitive,
    TerraformValue,
)

PROD = 'infra#var.env == "prod"'
WHY = ENV.reason
NO_FLAG = FLAG.reason


def either(symbol: str, yes: Any, no: Any) -> dict[Any, Any]:
    """One of two values, shown."""
    return {((symbol, True),): yes, ((symbol, False),): no}


@pytest.mark.parametrize(
    ("expression", "symbol"),
    [
        ("env", "infra#var.env"),
        ('"${env}"', "infra#var.env"),
        ("upper(env)", "upper(infra#var.env)"),
        ('env == "prod"', PROD),
        ('"prod" == env', PROD),
        ('env != "prod"', f"!({PROD})"),
        ('!(env != "prod")', PROD),
        ("!flag", "!(infra#var.flag)"),
        ("!!flag", "infra#var.flag"),
        ("env == flag", "infra#var.env == infra#var.flag"),
        ("flag == env", "infra#var.env == infra#var.flag"),
        ("env + 1", "infra#var.env + 1"),
        ("(env + 1) * 2", "(infra#var.env + 1) * 2"),
        ("-env", "-(infra#var.env)"),
        ("env > 3", "infra#var.env > 3"),
        ("env.days", "infra#var.env.days"),
        ('env["a b"]', 'infra#var.env["a b"]'),
        ("env[0].id", "infra#var.env[0].id"),
        ("env[*].id", "infra#var.env[*].id"),
        ('lookup(env, "a", 1)', 'lookup(infra#var.env, "a", 1)'),
        ('split(",", "${env},b")', 'split(",", "${infra#var.env},b")'),
        ('flag && env == "prod"', f"infra#var.flag && ({PROD})"),
        ('upper("a${env}${arn}")', 'upper("a${infra#var.env}${infra#aws_sqs_queue.q.arn}")'),
        ("length(env)", "length(infra#var.env)"),
        ('env == "' + "x" * 200 + '"', None),
        ("[for x in env : x]", None),
    ],
)
def test_symbol_names_the_expression_in_one_way(expression: str, symbol: str | None) -> None:
    found = value(expression)

    assert isinstance(found, Unknown)
    assert (found.symbol, found.reason) == (symbol, found.reason if "flag" in expression else WHY)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("upper(env)", WHY),
        ('join("-", [upper(env), "x"]) == "y-x"', WHY),
        ("upper(arn)", "aws_sqs_queue.q.arn is known after apply"),
        ("timestamp()", "timestamp() depends on the time at which terraform runs"),
        ("uuid()", "uuid() is random"),
        ("provider::aws::arn_parse(arn).region", "the function provider::aws::arn_parse is part of a provider"),
        ('file("x")', "no files are read here"),
        ("env == 1 ? env : 2 + env", WHY),
    ],
)
def test_reason_names_the_root_cause(expression: str, reason: str) -> None:
    found = value(expression)

    if isinstance(found, OneOf):
        found = found.choices[0][1]
    assert isinstance(found, Unknown)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("flag && false", False),
        ("false && flag", False),
        ("flag || true", True),
        ("true || flag", True),
        ("flag && true", FLAG),
        ("flag || false", FLAG),
        ("env == env", True),
        ("env != env", False),
        ('"a-${env}" == "b-${env}"', False),
        ('"a-${env}" == "a-${env}"', True),
        ('"a-${env}" == "a"', False),
        ('"${env}-a" == "x-b"', False),
        ("env == null", False),
        ("arn == null", False),
        ('"${env}x" == 5', False),
        ("[env, 1] == [env, 2]", False),
        ("[env, 1] == [env, 1]", True),
        ("{ a = env } == { b = env }", False),
        ("length([env, arn])", {"number": "2"}),
        ("keys({ b = env, a = 1 })", ["a", "b"]),
        ('contains([env, "b"], "b")', True),
        ("contains([], env)", False),
        ('startswith("a-${env}", "a-")', True),
        ('startswith("a-${env}", "b")', False),
        ('endswith("${env}.fifo", ".fifo")', True),
        ('strcontains("x-${env}", "x-")', True),
        ("anytrue([flag, true])", True),
        ("alltrue([flag, false])", False),
        ('name == "api"', True),
        ('"${name}-x"', "api-x"),
        ("upper(name)", "API"),
        ("flag ? 1 : 1", {"number": "1"}),
        ("[for x in [1, 2] : x if flag || true]", [{"number": "1"}, {"number": "2"}]),
        ("can(arn)", True),
        ("can({ a = env }.b)", False),
        ("try({ a = env }.b, 1)", {"number": "1"}),
        ('jsondecode(jsonencode({ a = env, b = "x" })).b', "x"),
        ("merge({ a = 1 }, { a = env, b = 2 }).b", {"number": "2"}),
        ('merge(env, { Name = "x" }).Name', "x"),
        ('lookup(merge(env, { Name = "x" }), "Name", "y")', "x"),
        ('contains(concat(env, ["x"]), "x")', True),
        ('contains(keys(merge(env, { Name = "x" })), "Name")', True),
        ("coalesce(null, arn)", ARN),
        ('coalesce("x-${env}", "y")', Text(("x-", ENV))),
    ],
)
def test_what_can_be_told_is_told(expression: str, expected: Any) -> None:
    assert shown(value(expression)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "arn",
        "{ a = arn }.a",
        "[arn][0]",
        "[for x in [arn] : x][0]",
        "([{ a = arn }][*].a)[0]",
        '{ for k in ["x"] : k => arn }["x"]',
        'merge({}, { a = arn })["a"]',
        'lookup({ a = arn }, "a", null)',
        'try(arn, "")',
        'coalesce(arn, "x")',
        "coalescelist([arn], [])[0]",
        "element([arn], 3)",
        "one([arn])",
        "flatten([[arn], []])[0]",
        "concat([], [arn])[0]",
        "tolist([arn])[0]",
        "one(toset([arn]))",
        "compact([arn, null])[0]",
        "distinct([arn, arn])[0]",
        "values({ a = arn })[0]",
        'zipmap(["a"], [arn]).a',
        "reverse([1, arn])[0]",
        "slice([1, arn], 1, 2)[0]",
        "true ? arn : null",
        '"${arn}"',
        "nonsensitive(sensitive(arn))",
        "tostring(arn)",
        "one([for x in [arn] : x if true])",
    ],
)
def test_reference_stays_one_where_it_is_passed_on(expression: str) -> None:
    assert value(expression) == ARN


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"q-${arn}"', Text(("q-", ARN))),
        ('"${env}-${name}-${1}"', Text((ENV, "-api-1"))),
        ('"a${"b${env}c"}d"', Text(("ab", ENV, "cd"))),
        ('join("/", ["a", arn, "b"])', Text(("a/", ARN, "/b"))),
        ('format("%s-%s-%03d", "a", env, 5)', Text(("a-", ENV, "-005"))),
        ('"x${upper(env)}"', Text(("x", Unknown(WHY, symbol="upper(infra#var.env)", surely_set=True)))),
        ('"%{ for x in ["a", env] }<${x}>%{ endfor }"', Text(("<a><", ENV, ">"))),
        ('templatestring("a $${x} b", { x = arn })', Text(("a ", ARN, " b"))),
    ],
)
def test_text_keeps_its_unknown_pieces(expression: str, expected: Text) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('env == "prod" ? 365 : 30', either(PROD, {"number": "365"}, {"number": "30"})),
        ('env != "prod" ? 365 : 30', either(PROD, {"number": "30"}, {"number": "365"})),
        ('(env == "prod" ? 365 : 30) + 1', either(PROD, {"number": "366"}, {"number": "31"})),
        ('(env == "prod" ? 365 : 30) > 100', either(PROD, True, False)),  # noqa: FBT003
        ('"d-${flag ? "a" : "b"}"', either("infra#var.flag", "d-a", "d-b")),
        ("flag ? { a = 1 }.a : { a = 2 }.a", either("infra#var.flag", {"number": "1"}, {"number": "2"})),
        ("(flag ? { a = 1 } : { a = 2 }).a", either("infra#var.flag", {"number": "1"}, {"number": "2"})),
        ("(flag ? 1 : 2) + (flag ? 10 : 20)", either("infra#var.flag", {"number": "11"}, {"number": "22"})),
        ("flag ? (flag ? 1 : 2) : 3", either("infra#var.flag", {"number": "1"}, {"number": "3"})),
        ("[for x in [1, 2] : x if flag]", either("infra#var.flag", [{"number": "1"}, {"number": "2"}], [])),
        ("length(flag ? [1] : [])", either("infra#var.flag", {"number": "1"}, {"number": "0"})),
        ('join(",", ["a", flag ? "b" : "c"])', either("infra#var.flag", "a,b", "a,c")),
        ('flag ? 5 : "x"', either("infra#var.flag", "5", "x")),
        ("try((flag ? { a = 1 } : {}).a, 9)", either("infra#var.flag", {"number": "1"}, {"number": "9"})),
        ("can((flag ? { a = 1 } : {}).a)", either("infra#var.flag", True, False)),  # noqa: FBT003
        ('"%{ if flag }on%{ else }off%{ endif }"', either("infra#var.flag", "on", "off")),
        ("one(flag ? [1] : [])", either("infra#var.flag", {"number": "1"}, None)),
        ("flag ? arn : null", either("infra#var.flag", ARN, None)),
    ],
)
def test_unknown_condition_gives_alternatives(expression: str, expected: dict[Any, Any]) -> None:
    assert shown(value(expression)) == expected


def test_choice_that_terraform_would_refuse_says_so() -> None:
    found = value("(flag ? { a = 1 } : {}).a")

    assert isinstance(found, OneOf)
    assert found.choices[1] == ((("infra#var.flag", False),), Refused("there is no attribute a"))


def test_all_choices_refused_is_refused() -> None:
    with pytest.raises(EvaluationError, match="there is no attribute x"):
        value("(flag ? { a = 1 } : { b = 1 }).x")


def test_too_many_choices_are_unknown() -> None:
    names = {f"c{number}": Unknown("no default", symbol=f"#c{number}") for number in range(6)}

    found = value(" + ".join(f"(c{number} ? 1 : 2)" for number in range(6)), names)

    assert found == Unknown("it depends on #c0 and #c1 and #c2 and #c3, in more than 16 combinations", surely_set=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('merge(env, { Name = "x" })', Partly({"Name": "x"}, ENV)),
        ("merge({ a = 1 }, env)", Partly({"a": Unknown(WHY)}, ENV)),
        ("merge(env, {})", ENV),
        ("concat([1], env)", Partly((1,), ENV)),
        ("flatten([[1], env])", Partly((1,), ENV)),
        ('{ for k in [env, "b"] : k => 1 }', Partly({"b": 1}, ENV)),
        ('compact(["a", env])', Partly(("a",), ENV)),
        ("[for x in concat([1], env) : x * 2]", Partly((2,), ENV)),
        ("toset(concat([2], env))", Partly((2,), ENV)),
    ],
)
def test_members_that_are_certain_are_kept(expression: str, expected: Partly) -> None:
    assert value(expression) == expected


def test_object_with_a_key_that_is_not_known_is_unknown() -> None:
    assert value("{ (env) = 1, b = 2 }") == ENV


def test_json_of_what_is_not_wholly_known_keeps_its_shape() -> None:
    assert value('jsonencode({ Resource = arn, Effect = "Allow", n = name })') == JsonText(
        {"Resource": ARN, "Effect": "Allow", "n": NAME}
    )
    assert value("jsonencode({ n = name })") == '{"n":"api"}'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"p-${secret}"', "p-s3cret"),
        ('secret == "x"', False),
        ("upper(secret)", "S3CRET"),
        ("jsonencode({ a = secret })", '{"a":"s3cret"}'),
        ('join(",", [secret])', "s3cret"),
        ('secret == "s3cret" ? 1 : 2', {"number": "1"}),
        ("[for x in sensitive([1]) : x]", [{"number": "1"}]),
        ("toset([secret])", ["s3cret"]),
        ("sensitive(secret)", "s3cret"),
    ],
)
def test_what_is_made_of_a_sensitive_value_is_sensitive(expression: str, expected: Any) -> None:
    found = value(expression, {"secret": Sensitive("s3cret")})

    assert isinstance(found, Sensitive)
    assert (shown(found), repr(found)) == (expected, "Sensitive(...)")


def test_no_symbol_tells_a_secret() -> None:
    found = value('"${env}t" == secret', {"secret": Sensitive("s3cret")})

    assert isinstance(found, Sensitive)
    assert found.value == Unknown(WHY, surely_set=True)


class Module(Handle):
    """A handle with attributes that are counted when they are asked for."""

    __slots__ = ("asked", "members", "open")

    def __init__(self, members: dict[str, TerraformValue], *, whole: bool = True) -> None:
        self.members = members
        self.open = not whole
        self.asked: list[str] = []

    def attribute(self, name: str) -> TerraformValue:
        self.asked.append(name)
        if name not in self.members:
            raise EvaluationError(f"there is no {name}")
        return self.members[name]

    def names(self) -> list[str] | None:
        return None if self.open else list(self.members)

    def whole(self) -> Unknown:
        return Unknown("the resource is known after apply", symbol="#m")


@pytest.mark.parametrize(
    ("expression", "expected", "asked"),
    [
        ("m.a", {"number": "1"}, ["a"]),
        ('m["a"]', {"number": "1"}, ["a"]),
        ("try(m.zz, 5)", {"number": "5"}, ["zz"]),
        ("[m][0].b", "x", ["b"]),
        ("m[*].a", [{"number": "1"}], ["a"]),
        ("[for x in [m] : x.a]", [{"number": "1"}], ["a"]),
        ("{ for k, v in m : k => v }", {"a": {"number": "1"}, "b": "x"}, ["a", "b"]),
        ("jsonencode(m)", '{"a":1,"b":"x"}', ["a", "b"]),
        ("true ? m.a : m.zz", {"number": "1"}, ["a", "zz"]),
        ("true ? m.b : m.zz", "x", ["b"]),
        ("m == null", False, []),
        ('lookup(m, "a", 0)', {"number": "1"}, ["a", "b"]),
    ],
)
def test_handle_is_asked_only_for_what_is_needed(expression: str, expected: Any, asked: list[str]) -> None:
    handle = Module({"a": 1, "b": "x"})

    assert shown(value(expression, {"m": handle})) == expected
    assert handle.asked == asked


def test_whole_of_an_open_handle_is_unknown() -> None:
    handle = Module({"a": 1}, whole=False)

    assert value("m.a", {"m": handle}) == 1
    assert value("jsonencode(m)", {"m": handle}) == JsonText(handle.whole())
    assert isinstance(value("length(m)", {"m": handle}), Unknown)


def test_attribute_that_may_be_null_is_not_taken_for_set() -> None:
    other = Reference("infra#aws_db_instance.d", "replica_mode")

    assert isinstance(value("x == null", {"x": other}), Unknown)
    assert isinstance(value('coalesce(x, "y")', {"x": other}), Unknown)
