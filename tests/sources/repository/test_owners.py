"""CODEOWNERS: who owns a file."""

from __future__ import annotations

import pytest

from tests.sources.repository.conftest import Load, facts
from walint.sources.repository.owners import CodeOwners

TEXT = """\
# everything
*                 @example/all   # a remark
*.md              @example/writers
/docs/            @example/docs
docs/runbooks/*   @example/operations
apps/             @example/apps @example/leads
**/secrets        @example/security
/docs/drafts/

[Section] @example/section
"""


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("main.tf", "@example/all"),
        ("src/README.md", "@example/writers"),
        ("docs/guide.md", "@example/docs"),
        ("docs/deep/guide.md", "@example/docs"),
        ("other/docs/guide.md", "@example/writers"),
        ("docs/runbooks/errors.md", "@example/operations"),
        ("docs/runbooks/old/errors.md", "@example/docs"),
        ("team/apps/a.md", "@example/apps @example/leads"),
        ("team/secrets/a.md", "@example/security"),
        ("docs/drafts/a.md", None),
    ],
)
def test_the_last_pattern_that_matches_names_the_owner(path: str, owner: str | None) -> None:
    assert CodeOwners(TEXT).of(path) == owner


@pytest.mark.parametrize(
    "text", ["", "# nobody", "*", "[a b\n* \n", "[ab", "\\", "a" * 10_000, "**/**/**/**/*.md @a\n" * 50]
)
def test_odd_files_harm_nothing(text: str) -> None:
    assert CodeOwners(text).of("x/y/z/" * 30 + "a.txt") is None


@pytest.mark.parametrize(
    ("files", "owner"),
    [
        ({".github/CODEOWNERS": "* @a\n", "CODEOWNERS": "* @b\n"}, "@a"),
        ({"docs/CODEOWNERS": "* @c\n"}, "@c"),
        ({}, None),
    ],
)
def test_a_document_has_the_owner_of_its_file(files: dict[str, str], owner: str | None, loaded: Load) -> None:
    found = facts(loaded({**files, "docs/a.md": "# A\n"}), "Walint::Document", "docs/a.md")
    assert found.get("CodeOwner") == owner
