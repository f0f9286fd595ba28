"""A broken file: its sound blocks are kept, no half block is, and every mistake is told where it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from walint.sources.terraform.hcl.ast import Block, File
from walint.sources.terraform.hcl.parser import parse

Files = list[tuple[str, str]]
Shown = Callable[[Any], Any]

FIRST = 'resource "aws_sqs_queue" "first" {\n  name = "a"\n}\n'
LAST = 'resource "aws_sqs_queue" "last" {\n  name = "b"\n  tags = {\n    c = "d"\n  }\n}\n'


def _labels(file: File) -> list[str]:
    return [".".join(block.labels) for block in file.body.blocks]


@pytest.mark.parametrize(
    ("broken", "message", "line"),
    [
        ('resource "aws_x" "y" {\n  a = \n}\n', "expected a value, found the end of the line", 5),
        ('resource "aws_x" "y" {\n  a = [1, 2\n}\n', "expected ',' or ']', found '}'", 6),
        ('resource "aws_x" "y" {\n  a = "b\n}\n', "this text has no closing quotation mark on its line", 5),
        ('resource "aws_x" "y" {\n  b {\n    c = 1\n}\n', "this block is never closed", 4),
        ('resource "aws_x" "y" {\n  a = 1\n', "this block is never closed", 4),
        ('resource "aws_x" "y" {\n  a = 1\n  a = 2\n}\n', "a is set twice, first on line 5", 6),
        ('resource "aws_x" "y" {\n  a = <<EOT\n  b\n}\n', "the heredoc EOT never ends", 5),
        ('resource "aws_x" "y" {\n  a = 1\n}}\n', "expected a new line, found '}'", 6),
        ("}\n", "expected an argument or a block, found '}'", 4),
        ('resource "aws_x" {\n  /* a\n}\n', "this comment never ends", 5),
        (
            '<<<<<<< HEAD\nresource "aws_x" "y" {\n=======\nresource "aws_x" "z" {\n>>>>>>> theirs\n}\n',
            "merge conflict: git's markers are still in the file",
            4,
        ),
        (
            'resource "aws_x" "y" {\n<<<<<<< HEAD\n  a = 1\n=======\n  a = 2\n>>>>>>> theirs\n}\n',
            "merge conflict: git's markers are still in the file",
            5,
        ),
    ],
)
def test_one_mistake_costs_one_block(broken: str, message: str, line: int) -> None:
    file = parse(FIRST + broken + LAST, "main.tf")
    problem = file.problems[0]
    assert (problem.message, file.span(problem.start, problem.end).start_line) == (message, line)
    assert _labels(file) == ["aws_sqs_queue.first", "aws_sqs_queue.last"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_a_broken_block_is_called_is_known(newline: str) -> None:
    text = f'{FIRST}resource "aws_x" "y" {{\n  a = ]\n}}\n'.replace("\n", newline)
    file = parse(text, "main.tf")
    (broken,) = file.broken
    assert (broken.type, broken.labels) == ("resource", ["aws_x", "y"])
    assert file.span(broken.start, broken.end).start_line == 4


def test_what_looks_like_a_block_in_a_heredoc_or_comment_is_none() -> None:
    text = 'a = <<EOT\nresource "aws_x" "in" {\n}\nEOT\n/*\nresource "aws_x" "no" {\n}\n*/\nb = ]\n' + LAST
    assert _labels(parse(text, "main.tf")) == ["aws_sqs_queue.last"]


def test_more_problems_than_anybody_reads_are_counted() -> None:
    file = parse(FIRST + 'resource "aws_x" "y" {\n  a = ]\n}\n' * 100 + LAST, "main.tf")
    assert len(file.problems) == 21
    assert file.problems[-1].message == "80 more problems in this file"
    assert _labels(file) == ["aws_sqs_queue.first", "aws_sqs_queue.last"]


def _kept(original: File, mutant: File, cut: tuple[int, int], shown: Shown) -> tuple[int, int]:
    """How many of the blocks outside of the cut are still read as they were, and how many there are."""
    start, end = cut
    sound = [block for block in original.body.blocks if block.end < start or block.start > end]
    read = [_essence(block, shown) for block in mutant.body.blocks]
    kept = 0
    for block in sound:
        essence = _essence(block, shown)
        if essence in read:
            read.remove(essence)
            kept += 1
    return kept, len(sound)


def _essence(block: Block, shown: Shown) -> Any:
    return shown(block)


def _share_kept(files: Files, count: int, seed: int, shown: Shown) -> tuple[float, int]:
    """The share of sound blocks that are kept when a few characters of a file are deleted, over broken mutants."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    suited = [(name, text) for name, text in files if 300 < len(text) < 8_000]
    kept = sound = broken = 0
    while broken < count:
        name, text = chance.choice(suited)
        at = chance.randrange(len(text))
        cut = (at, min(len(text), at + chance.choice([1, 1, 2, 5, 20, 80])))
        mutant = parse(text[: cut[0]] + text[cut[1] :], name)
        if not mutant.problems:
            continue
        broken += 1
        more, all_of_them = _kept(parse(text, name), mutant, cut, shown)
        kept += more
        sound += all_of_them
    return kept / sound, sound


@pytest.mark.parametrize("seed", [1, 2])
def test_deletions_in_fixtures_and_examples(
    fixture_files: Files, rule_examples: Files, shown: Shown, seed: int
) -> None:
    share, sound = _share_kept([*fixture_files, *rule_examples], 150, seed, shown)
    assert sound > 200
    assert share >= 0.8


def test_deletions_in_real_files(corpus: Files, shown: Shown) -> None:
    share, sound = _share_kept(corpus, 300, 3, shown)
    assert sound > 1_000
    assert share >= 0.8
