"""Which files are HCL: walint's parser beside Go's own (pygohcl) and python-hcl2, on sound files and on broken ones."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

pygohcl = pytest.importorskip("pygohcl")
hcl2 = pytest.importorskip("hcl2")

from lark.exceptions import LarkError  # noqa: E402

from walint.sources.terraform.hcl.parser import parse  # noqa: E402

Files = list[tuple[str, str]]
_LARGEST = 6_000
"""Characters; from larger files no mutants are made."""
_PIECES = (
    *('"', "{", "}", "[", "]", "(", ")", "\n", "=", "${", "}", "%{", "<<E\n", "E\n", ",", ".", ":", "?", "!", "&&"),
    *("...", "=>", "#", "/*", "*/", "\\", "~", "for ", "in ", "if ", "1", "a", '"x"', " ", "\t", "//", "-", "+", "*"),
    *("::", "$", "%", "\r\n", "0x1", "1e5", "1.2.3", "é"),
)

LENIENT = {
    "a lone carriage return before an item": "a = 1\n\rb = 2\n",
}
"""What Go's parser refuses and walint reads."""
STRICT = {
    "more than 200 levels of nesting": f"a = {'[' * 201}{']' * 201}\n",
    "more than 200 operators in a row": f"a = 1{' + 1' * 201}\n",
    "more than 200 steps behind a name": f"a = b{'[0]' * 201}\n",
    "more than 200 names in a row": f"a = b{'.c' * 201}\n",
}
"""What Go's parser reads and walint refuses."""
REFUSED_BY_PYTHON_HCL2 = {
    "blanks behind the end of a heredoc": "a = <<E\nb\nE  \n",
    "a new line before the end of an interpolation": 'a = "${b\n}"\n',
    "a name that is not ASCII": "é = 1\n",
    "a comment between the labels of a block": 'a "b" /* c */ "d" {\n}\n',
    "a function with a namespace of its own": 'a = core::upper("b")\n',
    "strip marks on both sides": 'a = "${~ b ~}"\n',
    "a mark of the byte order": "\ufeffa = 1\n",
}
"""Valid files: one of the reasons for a parser of our own (docs/adr/0008)."""


def _go_refuses(text: str) -> bool:
    """Whether Go's parser refuses it. What pygohcl cannot turn into Python data is no mistake of syntax."""
    try:
        pygohcl.loads(text)
    except pygohcl.HCLParseError as error:
        return str(error).startswith("invalid HCL")
    return False


def _python_refuses(text: str) -> bool:
    try:
        hcl2.parses_to_tree(text)
    except LarkError:
        return True
    return False


def _refused(text: str) -> bool:
    return bool(parse(text, "main.tf").problems)


def _mutants(files: Files, count: int, seed: int) -> Iterator[str]:
    """Files with a few random characters taken out, put in or doubled."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    small = [text for _, text in files if 20 < len(text) < _LARGEST]
    for _ in range(count):
        text = chance.choice(small)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            kind, at = chance.random(), chance.randrange(len(text))
            if kind < 0.3:
                text = text[:at] + text[at + chance.choice([1, 1, 1, 2, 5, 20]) :]
            elif kind < 0.7:
                text = text[:at] + chance.choice(_PIECES) + text[at:]
            elif kind < 0.85:
                text = text[: at + chance.choice([1, 3, 10, 30])] + text[at:]
            else:
                text = text[:at] + chance.choice(_PIECES) + text[at + 1 :]
            text = text or "a"
        yield text


def _alone(text: str) -> bool:
    """Whether walint reads what Go refuses, or the other way round."""
    return _refused(text) != _go_refuses(text)


def _known(text: str) -> bool:
    """Whether a carriage return without its newline is what walint reads and Go does not."""
    return "\r" in text.replace("\r\n", "")


def test_the_fixtures_and_examples_are_accepted_by_all_that_can(fixture_files: Files, rule_examples: Files) -> None:
    assert [name for name, text in [*fixture_files, *rule_examples] if _refused(text) or _go_refuses(text)] == []


def test_real_files(corpus: Files) -> None:
    assert [name for name, text in corpus if name.endswith(".tf") and _alone(text)] == []


@pytest.mark.parametrize("seed", range(4))
def test_mutants_of_the_fixtures_and_examples(fixture_files: Files, rule_examples: Files, seed: int) -> None:
    mutants = list(_mutants([*fixture_files, *rule_examples], 1_000, seed))
    assert [text for text in mutants if _alone(text) and not _known(text)] == []
    assert 300 < sum(map(_refused, mutants)) < 900


def test_mutants_of_real_files(corpus: Files) -> None:
    mutants = list(_mutants(corpus, 4_000, 5))
    assert [text for text in mutants if _alone(text) and not _known(text)] == []


def test_where_python_hcl2_differs_go_agrees_with_walint(fixture_files: Files, rule_examples: Files) -> None:
    mutants = list(_mutants([*fixture_files, *rule_examples], 300, 6))
    differing = [text for text in mutants if _python_refuses(text) != _refused(text)]
    assert [text for text in differing if _alone(text) and not _known(text)] == []
    assert len(differing) < 60


@pytest.mark.parametrize("name", REFUSED_BY_PYTHON_HCL2)
def test_valid_files_that_python_hcl2_refuses(name: str) -> None:
    text = REFUSED_BY_PYTHON_HCL2[name]
    assert (_refused(text), _go_refuses(text.lstrip("\ufeff")), _python_refuses(text)) == (False, False, True)


@pytest.mark.parametrize("name", LENIENT)
def test_files_that_walint_alone_reads(name: str) -> None:
    assert (_refused(LENIENT[name]), _go_refuses(LENIENT[name])) == (False, True)


@pytest.mark.parametrize("name", STRICT)
def test_files_that_walint_alone_refuses(name: str) -> None:
    assert (_refused(STRICT[name]), _go_refuses(STRICT[name])) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["a = f(b.\nc)\n", "a = b./* x */c\n", "a = (b.\n0)\n", "a = (b.# x\nc)\n", "a = (b.\n*.c)\n", "a = b. c\n"],
)
def test_a_dot_and_its_name_may_stand_apart(text: str) -> None:
    assert (_refused(text), _go_refuses(text)) == (False, False)
