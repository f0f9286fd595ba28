"""Functions that need a file, the time or chance, and how functions are called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sources.terraform.evaluating import shown, value
from walint.model.value import Unknown
from walint.sources.terraform.values import EvaluationError


class Folder:
    """Files in memory."""

    FILES = {  # noqa: RUF012 - never changed
        "a.txt": "text é\n",
        "d.json": '{"days": 14}',
        "t.tftpl": "Hello ${name}!\n%{ for x in items ~}\n- ${x}\n%{ endfor ~}\n",
        "plain.tftpl": 'a\\n $${x} %%{y} "q"',
        "nested.tftpl": '${templatefile("a.txt", {})}',
        "broken.tftpl": "${",
        "one.tftpl": "${x}",
        "end.tftpl": "x\n\n",
        "empty.tftpl": "",
    }

    def read(self, path: str) -> str | bytes | Unknown:
        if path.startswith("../"):
            return Unknown(f"the file {path} lies outside")
        if path == "raw.bin":
            return b"\xff\x00"
        if path not in self.FILES:
            raise EvaluationError(f"there is no file {path}")
        return self.FILES[path]

    def exists(self, path: str) -> bool | Unknown:
        return path in self.FILES

    def matching(self, path: str, pattern: str) -> tuple[str, ...] | Unknown:
        return ("b", "a") if (path, pattern) == (".", "*") else Unknown("outside")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('file("a.txt")', "text é\n"),
        ('jsondecode(file("d.json")).days', {"number": "14"}),
        ('filebase64("a.txt")', "dGV4dCDDqQo="),
        ('filebase64("raw.bin")', "/wA="),
        ('filemd5("a.txt") == md5("text é\\n")', True),
        ('filesha1("a.txt") == sha1("text é\\n")', True),
        ('filesha256("a.txt") == sha256("text é\\n")', True),
        ('filesha512("a.txt") == sha512("text é\\n")', True),
        ('filebase64sha256("a.txt") == base64sha256("text é\\n")', True),
        ('filebase64sha512("a.txt") == base64sha512("text é\\n")', True),
        ('fileexists("a.txt")', True),
        ('fileexists("b.txt")', False),
        ('fileset(".", "*")', ["a", "b"]),
        ('fileset("..", "*")', Unknown("outside")),
        ('file("../secret")', Unknown("the file ../secret lies outside")),
        ('try(file("b.txt"), "none")', "none"),
        ('templatefile("t.tftpl", { name = "bob", items = ["a", "b"] })', "Hello bob!\n- a\n- b\n"),
        ('templatefile("plain.tftpl", {})', 'a\\n ${x} %{y} "q"'),
        ('templatefile("one.tftpl", { x = 5 })', "5"),
        ('templatefile("end.tftpl", {})', "x\n\n"),
        ('templatefile("empty.tftpl", {})', ""),
        ('templatefile("../x", {})', Unknown("the file ../x lies outside")),
    ],
)
def test_files_are_read_through_the_scope(expression: str, expected: Any) -> None:
    assert shown(value(expression, files=Folder())) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('file("b.txt")', "there is no file b.txt"),
        ('file("raw.bin")', "the file raw.bin is not valid UTF-8"),
        ('templatefile("nested.tftpl", {})', "a template file cannot use templatefile or templatestring itself"),
        ('templatefile("t.tftpl", { name = "x" })', "there is nothing called items here"),
        ('templatefile("t.tftpl", [1])', "the variables of a template must be a map or an object"),
        ('templatefile("one.tftpl", { x = [1] })', "a string is required, not a tuple"),
        ("nosuch(1)", "there is no function called nosuch"),
        ("upper()", "upper takes 1 arguments, not 0"),
        ('upper("a", "b")', "upper takes 1 arguments, not 2"),
        ("upper(null)", "argument 1 of upper is null"),
        ("upper([])", "a string is required, not a tuple"),
        ("missing", "there is nothing called missing here"),
        ("1 / 0", "division by zero"),
        ("log(0, 10)", "log has no finite result"),
    ],
)
def test_refusals_say_why(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        value(expression, files=Folder())

    assert refused.value.message == message


@pytest.mark.parametrize(
    "expression",
    [
        "timestamp()",
        "plantimestamp()",
        "uuid()",
        'bcrypt("x")',
        'rsadecrypt("x", "y")',
        'pathexpand("~/x")',
        'abspath("x")',
        'base64gzip("x")',
    ],
)
def test_what_nobody_can_tell_is_unknown_without_a_symbol(expression: str) -> None:
    found = value(expression)

    assert isinstance(found, Unknown)
    assert (found.symbol, found.surely_set) == (None, True)
    assert value(f"{expression} == {expression}") not in {True, False}
