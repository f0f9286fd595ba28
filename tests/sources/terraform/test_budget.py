"""No expression hangs, floods the memory, or ends in anything but a value, a refusal or a passed limit."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.sources.terraform.evaluating import parsed, value
from tests.timing import within
from walint.sources.terraform.budget import Budget, BudgetError
from walint.sources.terraform.expressions import evaluate
from walint.sources.terraform.scope import Names
from walint.sources.terraform.values import EvaluationError, Handle, TerraformValue

LONG = '"' + "a" * 5000 + '"'
DOUBLED = "replace(" * 18 + '"aa"' + ', "a", "aa")' * 18


@pytest.mark.parametrize(
    "expression",
    [
        "range(1000000000)",
        "pow(10, 100000)",
        "pow(9, pow(9, 9))",
        'tonumber("1e999999999")',
        "1e4000 * 1e4000",
        f"setproduct({', '.join(['range(100)'] * 6)})",
        'format("%1000000000d", 1)',
        'format("%.1000000000f", 1)',
        DOUBLED,
        f"join({LONG}, [for x in range(1000) : {LONG}])",
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]",
        "{ for a in range(1000) : a => [for b in range(1000) : b] }",
        f'regex("(a*)*b", {LONG})',
        f'regex("{"(" * 500}", "a")',
        'regex("((a{1000}){1000}){1000}", "a")',
        'regex("' + "(a?){50}" * 200 + '", "a")',
        f'regexall("(x+x+)+y", {LONG})',
        f'replace({LONG}, "/(a|a)*$/", "b")',
        'jsondecode("' + "[" * 100_000 + '")',
        'yamldecode("' + "[" * 5000 + '")',
        'yamldecode("a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b ['
        + ",".join(["*a"] * 9)
        + "]\\nc: &c ["
        + ",".join(["*b"] * 9)
        + "]\\nd: &d ["
        + ",".join(["*c"] * 9)
        + "]\\ne: &e ["
        + ",".join(["*d"] * 9)
        + "]\\nf: &f ["
        + ",".join(["*e"] * 9)
        + "]\\ng: ["
        + ",".join(["*f"] * 9)
        + ']")',
        'indent(1000000000, "a\\nb")',
        'cidrsubnet("::/0", 128, 5) == "x" ? 1 : 2',
        'parseint("' + "9" * 5000 + '", 10)',
        'tonumber("' + "9" * 5000 + '")',
        'timeadd("2024-01-01T00:00:00Z", "' + "9" * 400 + 'h")',
        'formatdate("' + "Y" * 5000 + '", "2024-01-01T00:00:00Z")',
        "chunklist(range(1000), 1)",
        "flatten(" + "[" * 150 + "]" * 150 + ")",
        'templatestring("' + "$${" * 60 + "1" + "}" * 60 + '", {})',
        'csvdecode("a\\n' + "1\\n" * 30_000 + '")',
    ],
    ids=lambda expression: expression[:40],
)
def test_bombs_end_soon(expression: str) -> None:
    with within(2), suppress(EvaluationError, BudgetError):
        value(expression)


class Locals(Handle):
    """`local`: each is two of the next, so that the first is two to the power of their number."""

    __slots__ = ("budget", "known")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.known: dict[str, TerraformValue] = {"l40": ("x",)}

    def attribute(self, name: str) -> TerraformValue:
        if name not in self.known:
            text = f"[local.l{int(name[1:]) + 1}, local.l{int(name[1:]) + 1}]"
            self.known[name] = evaluate(parsed(text), Names({"local": self}, self.budget))
        return self.known[name]


@pytest.mark.parametrize(
    "expression",
    ["local.l0", "jsonencode(local.l1)", "local.l24 == local.l25", "tolist(local.l24)", "flatten(local.l20)"],
)
def test_shared_structure_is_not_walked_without_limit(expression: str) -> None:
    budget = Budget()
    with within(2), pytest.raises(BudgetError, match="too many steps"):
        evaluate(parsed(expression), Names({"local": Locals(budget)}, budget))


def test_passed_limit_is_no_refusal_that_try_could_hide() -> None:
    with pytest.raises(BudgetError, match="too many steps"):
        value("try([for a in range(1000) : [for b in range(1000) : b]], 1)", steps=10_000)


def test_one_argument_leaves_something_to_the_others() -> None:
    budget = Budget()
    scope = Names({}, budget)
    with pytest.raises(BudgetError):
        evaluate(parsed("[for a in range(1000) : [for b in range(1000) : b]]"), scope)

    assert evaluate(parsed("[for a in range(3) : a]"), scope) == (0, 1, 2)
