"""Migrations of each tool, and whether they can be taken back."""

from __future__ import annotations

import pytest

from walint.sources.repository.migrations import Migration, migration_of, prisma_folders, told

ALEMBIC = "from alembic import op\nrevision = 'a'\ndef upgrade():\n    op.x()\ndef downgrade():\n{}\n"
DJANGO = "from django.db import migrations\noperations = [migrations.RunPython({})]\n"
KNEX = "exports.up = (knex) => knex;\n{}\n"
RAILS = "class A < ActiveRecord::Migration[7.1]\n{}\nend\n"


@pytest.mark.parametrize(
    ("path", "text", "tool", "reversible"),
    [
        ("alembic/versions/a.py", ALEMBIC.format("    pass"), "alembic", False),
        ("alembic/versions/a.py", ALEMBIC.format('    """Nothing."""\n    # later\n    pass'), "alembic", False),
        ("alembic/versions/a.py", ALEMBIC.format("    raise NotImplementedError"), "alembic", False),
        ("alembic/versions/a.py", ALEMBIC.format("    op.drop_column('a', 'b')"), "alembic", True),
        ("app/migrations/0002_a.py", DJANGO.format("forwards"), "django", False),
        ("app/migrations/0002_a.py", DJANGO.format("forwards, backwards"), "django", True),
        ("app/migrations/0002_a.py", DJANGO.format("forwards, hints={'a': 1}, reverse_code=b"), "django", True),
        ("app/migrations/0002_a.py", "from django.db import migrations\noperations = []\n", "django", True),
        ("migrations/20260101_a.js", KNEX.format(""), "knex", False),
        ("migrations/20260101_a.js", KNEX.format("exports.down = function (knex) {};"), "knex", False),
        ("migrations/20260101_a.js", KNEX.format("exports.down = async (knex) => { await knex.x(); };"), "knex", True),
        ("db/migrate/20260101_a.rb", RAILS.format("def change\n add_column :a, :b, :c\nend"), "rails", True),
        ("db/migrate/20260101_a.rb", RAILS.format("def up\nend"), "rails", False),
        ("db/migrate/20260101_a.rb", RAILS.format("def up\nend\ndef down\nend"), "rails", True),
        ("db/migrate/20260101_a.rb", RAILS.format("def change\n execute 'x'\nend"), "rails", False),
        ("db/changelog/a.xml", "<changeSet><createTable/></changeSet>", "liquibase", True),
        ("db/changelog/a.xml", "<changeSet><sql>x</sql></changeSet>", "liquibase", False),
        ("db/changelog/a.xml", "<changeSet><sql>x</sql><rollback>y</rollback></changeSet>", "liquibase", True),
        ("V1__a.sql", "", "flyway", False),
        ("0001_a.up.sql", "", "golang-migrate", False),
    ],
)
def test_a_migration(path: str, text: str, tool: str, reversible: bool) -> None:  # noqa: FBT001 - a column of the table
    found = migration_of(path, text, [path])
    assert found is not None
    assert (found.tool, found.reversible) == (tool, reversible)


@pytest.mark.parametrize(
    ("path", "other"),
    [("db/V2__a.sql", "db/U2__b.sql"), ("m/0001_a.up.sql", "m/0001_a.down.sql")],
)
def test_the_way_back_may_be_another_file(path: str, other: str) -> None:
    assert migration_of(path, "", [path, other]) == Migration(path, path_tool(path), reversible=True)


def path_tool(path: str) -> str:
    return "flyway" if path.startswith("db/") else "golang-migrate"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("migrations/001_a.js", "console.log(1)"),
        ("db/U2__a.sql", ""),
        ("m/0001_a.down.sql", ""),
        ("db/changelog.json", "{}"),
        ("migrations/0001_a.py", "print(1)"),
    ],
)
def test_other_files_are_no_migrations(path: str, text: str) -> None:
    assert migration_of(path, text, [path]) is None


def test_prisma_is_told_once_for_each_schema() -> None:
    paths = [f"{folder}/migrations/{number}_a/migration.sql" for folder in ("prisma", "b/prisma") for number in (1, 2)]
    assert [one.path for one in prisma_folders(paths)] == [paths[2], paths[0]]


def _folder(*back: bool | str) -> list[Migration]:
    return [Migration(f"m/{number:02}.up.sql", "golang-migrate", one) for number, one in enumerate(back)]


def test_many_of_which_none_can_be_taken_back_are_told_once() -> None:
    there = _folder(*[False] * 12)
    other = Migration("n/01.up.sql", "golang-migrate", reversible=False)
    assert list(told([*there, other])) == [there[-1]._replace(alike=11), other]


@pytest.mark.parametrize("there", [_folder(*[False] * 9), _folder(*[True, *[False] * 12]), _folder("?", *[False] * 12)])
def test_others_are_told_one_by_one(there: list[Migration]) -> None:
    assert list(told(there)) == there
