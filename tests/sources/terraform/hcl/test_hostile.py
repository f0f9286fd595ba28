"""Hostile files: no hang, no crash, no exception, and each says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.timing import within
from walint.sources.terraform.hcl.ast import File
from walint.sources.terraform.hcl.json_syntax import parse_json
from walint.sources.terraform.hcl.parser import parse

_SECONDS = 2.0
"""Of processor time, on a slow machine; a tenth of it is usual."""
_MANY = 100_000
SOUND = "b {\n}\n"

NATIVE: dict[str, str] = {
    "opening brackets": "a = " + "[" * _MANY,
    "opening parentheses": "a = " + "(" * _MANY,
    "opening braces": "a = " + "{" * _MANY,
    "opening blocks": "a {\n" * _MANY,
    "opening blocks on one line": "a {" * _MANY,
    "closing braces": "}\n" * _MANY,
    "opening interpolations": 'a = "' + "${" * _MANY,
    "interpolations in texts": 'a = "' + '${"' * _MANY,
    "interpolations in heredocs": "a = " + "<<E\n${" * 50_000,
    "opening directives": 'a = "' + "%{ if a }" * _MANY,
    "closing directives": 'a = "' + "%{ endif }" * _MANY + '"\n',
    "a for without end": "a = " + "[for b in " * _MANY,
    "conditionals": "a = " + "b ? " * _MANY,
    "closed conditionals": "a = " + "b ? c : " * _MANY + "d\n",
    "signs": "a = " + "-!" * _MANY + "1\n",
    "operators": "a = 1" + " + 1" * _MANY + "\n",
    "operators without operands": "a = " + "+ " * _MANY + "\n",
    "indexes": "a = b" + "[0]" * _MANY + "\n",
    "attributes": "a = b" + ".c" * _MANY + "\n",
    "attributes of attributes, apart": "a = b" + ". c" * _MANY + "\n",
    "splats": "a = b" + "[*]" * _MANY + "\n",
    "namespaces": "a = b" + "::c" * _MANY + "()\n",
    "dots": "a = b" + "." * _MANY + "\n",
    "calls": "a = " + "f(" * _MANY,
    "one long name": "a" * 1_000_000,
    "one long number": "a = " + "9" * 1_000_000 + "\n",
    "numbers with many dots": "a = " + "1." * _MANY + "\n",
    "a great exponent": "a = 1e999999999\n",
    "an open text": 'a = "' + "b" * 1_000_000,
    "many open texts": 'a = "b\n' * _MANY,
    "backslashes": 'a = "' + "\\" * 1_000_001 + '"\n',
    "bad escapes": 'a = "\\q"\n' * _MANY,
    "dollars": 'a = "' + "$" * 500_000 + "{\n",
    "percents": "a = <<E\n" + "%" * 500_000 + "{\n",
    "escaped interpolations": 'a = "' + "$${" * 200_000,
    "a heredoc that never ends": "a = <<E\n" + "b\n" * 200_000,
    "blank lines in such a heredoc": "a = <<E\n" + "\n" * 200_000,
    "blanks in such a heredoc": "a = <<E\n" + " \t" * 200_000,
    "many heredocs that never end": "".join(f"a{i} = <<E{i}\n" for i in range(50_000)),
    "a heredoc that nearly ends": "a = <<E\n" + " E E\n" * 200_000,
    "marks that go on": "a = <<E\n" + "EE\n" * 200_000,
    "indented heredocs that never end": "a = <<-E\n${b}\n" * 20_000,
    "heredocs without a mark": "a = <<\n" * _MANY,
    "a comment that never ends": "a = 1 /* " + "* /" * 300_000,
    "many comments that never end": "a = /*\n" * _MANY,
    "comments": "a = /**/" * _MANY,
    "slashes": "/" * 3 + "\n" + "a = " + "/" * _MANY + "\n" + "!",
    "labels": "a " + '"b" ' * _MANY + "\n",
    "bare labels": "a " + "b " * _MANY + "\n",
    "labels without a brace": 'a "b"\n' * _MANY,
    "interpolated labels": 'a "${b}" {\n}\n' * 20_000,
    "the same argument": "a = 1\n" * _MANY,
    "equals signs": "a = = = \n" * _MANY,
    "commas": "a = [" + "," * _MANY + "]\n",
    "merge conflicts": "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n" * 20_000,
    "starts of conflicts": "<<<<<<< HEAD\n" * _MANY,
    "carriage returns": "a = 1" + "\r" * _MANY + "\n",
    "zeros": "\0" * _MANY,
    "zeros in a text": 'a = "\0"\n' * 20_000,
    "bytes that are no text": "\udcff" * _MANY + "\n",
    "marks of the byte order": "\ufeff" * _MANY,
    "what looks like blocks in broken ones": 'a "b" {\n  c = [\n' * 50_000,
    "one broken block over all": "a {\n b = \n" + "c = 1\n" * _MANY,
    "spaces": "a" + " " * 1_000_000 + "b",
    "quotation marks": '"' * _MANY,
    "question marks": "a = b " + "?" * _MANY,
}
JSON: dict[str, str] = {
    "opening brackets": "[" * _MANY,
    "opening objects": '{"a":' * _MANY,
    "an open text": '{"a": "' + "b" * 1_000_000,
    "escapes": '{"a": "' + "\\u12" * 200_000,
    "opening interpolations": '{"a": "' + "${" * _MANY + '"}',
    "interpolations behind escapes": '{"a": ["' + '\\n${", "'.join([""] * 20_000) + '"]}',
    "texts with mistakes": '{"a": [' + '"${",' * _MANY + "1]}",
    "one long number": '{"a": ' + "9" * 1_000_000 + "}",
    "minus signs": '{"a": ' + "-" * _MANY + "}",
    "a great exponent": '{"a": 1e999999999}',
    "blanks": " \n" * 500_000,
    "words": "true" * _MANY,
    "commas": '{"a": [' + "," * _MANY + "]}",
    "lists": "[[]," * 20_000,
    "halves of surrogates": '{"a": "' + "\\ud800" * _MANY,
    "zeros": "\0" * _MANY,
    "bytes that are no text": '{"a": "' + "\udcff" * _MANY + '"}',
}


def _problems(read: Callable[[str, str], File], text: str) -> list[str]:
    """What is wrong with the file; that it took no longer than it may is asserted here."""
    with within(_SECONDS):
        file = read(text, "main.tf")
    for problem in file.problems:
        assert 0 <= problem.start <= problem.end <= len(file.text)
        assert file.span(problem.start, problem.end).start_line >= 1
        assert len(problem.message) < 500
    return [problem.message for problem in file.problems]


@pytest.mark.parametrize("name", NATIVE)
def test_native_syntax(name: str) -> None:
    problems = _problems(parse, SOUND + NATIVE[name])
    assert 1 <= len(problems) <= 23


@pytest.mark.parametrize("name", JSON)
def test_json(name: str) -> None:
    problems = _problems(parse_json, JSON[name])
    assert 1 <= len(problems) <= 23


@pytest.mark.parametrize("name", ["many comments", "many lines", "one heredoc", "one list", "many blocks", "dense"])
def test_a_long_file_takes_time_in_proportion(name: str) -> None:
    """Five megabytes a second and more is measured by `make bench`; here nothing may be worse than linear."""
    texts = {
        "many comments": "a = [ # b\n" + "/* c */ 1, // d\n" * 60_000 + "]\n",
        "many lines": "".join(f"a{i} = {i}\n" for i in range(60_000)),
        "one heredoc": "a = <<E\n" + "${b} $${c} d\n" * 40_000 + "E\n",
        "one list": "a = [" + "1," * 200_000 + "]\n",
        "many blocks": 'a "b" {\n  c = "${d}-e"\n}\n' * 20_000,
        "dense": "a = {" + ",".join(f"b{i}=[c.d[{i}],f(1)]" for i in range(20_000)) + "}\n",
    }
    assert _problems(parse, texts[name]) == []
