from __future__ import annotations

import pytest

from walint.sources.terraform.hcl.decoding import decode
from walint.sources.terraform.hcl.parser import parse

TEXT = 'a = "ä😀"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_that_editors_and_shells_write(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_a_big_endian_mark_is_understood() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


@pytest.mark.parametrize(
    ("data", "place"), [(b'a = 1\nb = "x\xffy"\n', (2, 7)), (b"\xff\xfea\x00 \x00=\x00\x00\xd8", (1, 4))]
)
def test_a_byte_that_cannot_be_read_is_a_problem_with_its_place(data: bytes, place: tuple[int, int]) -> None:
    file = parse(decode(data), "main.tf")
    problem = file.problems[0]
    span = file.span(problem.start, problem.end)
    assert (problem.message, span.start_line, span.start_column) == ("this is not UTF-8", *place)
    assert "\ufffd" in file.text
    assert file.text.encode()  # no lone surrogates that nothing could print
