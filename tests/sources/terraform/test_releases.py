"""Which version of the AWS provider a configuration uses, and what its attributes mean by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.terraform.conftest import Judged
from walint.sources.terraform.releases import excludes

DATABASE = """
resource "aws_db_instance" "shop" {
  identifier = "shop"
}
resource "x_y" "z" { a = aws_db_instance.shop.id }
"""
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "%s"\n  constraints = ">= 3.0.0"\n}\n'


def _attribute(judged: Judged) -> str:
    return judged.by_address["x_y.z"].body.data["a"].attribute  # type: ignore[index, call-overload, no-any-return]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("~> 4.0", True),
        ("~> 4.67.0", True),
        ("~> 4", False),
        ("4.67.0", True),
        ("= 5.0.0", False),
        (">= 3.0, < 5.0", True),
        ("< 5", True),
        ("< 5.1", False),
        ("<= 4.9", True),
        ("<= 5.0.0", False),
        (">= 2.0", False),
        ("!= 4.0.0", False),
        ("> 4.0", False),
        ("", False),
        ("four", False),
    ],
)
def test_what_a_constraint_excludes(constraint: str, expected: bool) -> None:  # noqa: FBT001 - parametrised
    assert expected == excludes(constraint, 5)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", "id"),
        ('terraform {\n  required_providers {\n    aws = { version = "~> 4.0" }\n  }\n}\n', "identifier"),
        ('terraform {\n  required_providers {\n    aws = "~> 3.11"\n  }\n}\n', "identifier"),
        ('terraform {\n  required_providers {\n    aws = { version = ">= 4.0" }\n  }\n}\n', "id"),
        ('provider "aws" {\n  version = "~> 2.0"\n}\n', "identifier"),
        ('provider "aws" {\n  version = var.missing\n}\n', "id"),
    ],
)
def test_the_id_of_a_database_instance(judge: Callable[..., Judged], settings: str, expected: str) -> None:
    assert expected == _attribute(judge(settings + DATABASE))


@pytest.mark.parametrize(("version", "expected"), [("4.67.0", "identifier"), ("5.31.0", "id")])
def test_the_lock_file_has_the_last_word(judge: Callable[..., Judged], version: str, expected: str) -> None:
    settings = 'terraform {\n  required_providers {\n    aws = { version = ">= 3.0" }\n  }\n}\n'
    assert expected == _attribute(judge({"main.tf": settings + DATABASE, ".terraform.lock.hcl": LOCK % version}))


def test_a_constraint_of_the_root_module_holds_in_what_it_calls(judge: Callable[..., Judged]) -> None:
    files = {
        "main.tf": 'module "db" {\n  source = "./db"\n}\n'
        'terraform {\n  required_providers {\n    aws = { version = "~> 4.0" }\n  }\n}\n'
        'resource "x_y" "z" { a = module.db.id }\n',
        "db/main.tf": 'resource "aws_db_instance" "shop" {\n  identifier = "shop"\n}\n'
        'output "id" { value = aws_db_instance.shop.id }\n',
    }
    assert _attribute(judge(files)) == "identifier"
