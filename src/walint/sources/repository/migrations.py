"""Database migrations: which tool a file belongs to, and whether it can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from walint.patterns import lazy
from walint.records import NamedTuple

_FLYWAY = lazy(r"(?:.*/)?V(\d[\w.]*?)__[^/]+\.sql")
_UP = lazy(r"((?:.*/)?\d+_[^/]+)\.up\.sql")
_ALEMBIC = lazy(r"(?:.*/)?[^/]+/versions/[^/]+\.py")
_SCRIPT = lazy(r".*\.(?:js|cjs|mjs|ts)")
_RAILS = lazy(r"(?:.*/)?db/migrate/\d+_[^/]+\.rb")
_DJANGO = lazy(r"(?:.*/)?migrations/\d{4}_[^/]+\.py")
_LIQUIBASE = lazy(r"(?:.*/)?(?:db/)?changelog[\w./-]*\.(?:xml|ya?ml|json|sql)")
_PRISMA = lazy(r"((?:.*/)?prisma/migrations)/[^/]+/migration\.sql")

_DOWNGRADE = lazy(r"(?m)^def\s+downgrade\s*\([^)]*\)[^:\n]*:([^\n]*(?:\n[ \t]+[^\n]*|\n[ \t]*(?=\n))*)")
_NOTHING = lazy(
    r"""(?xs)
    (?:\s*(?:
      \#[^\n]* | pass | \.\.\. | return(?:\ None)? | raise\s+\w*(?:NotImplemented|Irreversible)\w*[^\n]*
    | \"{3}.*?\"{3} | '{3}.*?'{3} | ;
    ))*\s*
    """
)
_DOWN_SCRIPT = lazy(
    r"(?:exports\.down|\bdown\s*[:=(]|async\s+down\s*\(|function\s+down\s*\(|const\s+down\b)(?P<rest>[^{]*\{(?P<body>[^{}]*)\}|[^\n]*)"
)
_NOTHING_SCRIPT = lazy(
    r"(?:\s*(?://[^\n]*|/\*.*?\*/|return(?:\s+(?:null|undefined|Promise\.resolve\(\)))?\s*;?|throw\s+new\s+\w+\([^)]*\)\s*;?|"
    r"(?:await\s+)?Promise\.resolve\(\)\s*;?))*\s*",
    16,
)
_EXPORTS_UP = lazy(r"\bup\b")
_RAILS_DOWN = lazy(r"\bdef\s+(?:self\.)?down\b|\breversible\b|\bdef\s+change\b")
_RAILS_ONE_WAY = lazy(r"IrreversibleMigration")
_RAILS_EXECUTE = lazy(r"\bexecute\b|\bremove_column\s+\S+,\s*:\w+\s*$|\bdrop_table\s+:\w+\s*$|\bchange_column\b", 8)
_RUN_PYTHON = lazy(r"\b(?:migrations\.)?Run(?:Python|SQL)\s*\(")
_REVERSE = lazy(r"reverse_(?:code|sql)|\.noop\b")
_CHANGESET = lazy(r"(?m)<changeSet\b|^\s*-?\s*\"?changeSet\"?\s*:|^--\s*changeset\b")
_ROLLBACK = lazy(r"(?mi)<rollback\b|^\s*-?\s*\"?rollback\"?\s*:|^--\s*rollback\b")
_LIQUIBASE_RAW = lazy(
    r"""(?xm)
      <(?:sql|sqlFile|update|delete|insert|dropTable|dropColumn|loadData)\b
    | ^\s*-?\s*"?(?:sql|sqlFile|update|delete|insert|dropTable|dropColumn)"?\s*:
    | ^--\s*changeset
    """
)

_MANY = 10
"""So many migrations of a folder without a way back are a decision, not as many mistakes."""


class Migration(NamedTuple):
    """A migration file, the tool it is written for, and whether it can be taken back: True, False or why not known.

    alike   how many others of its folder it stands for, of which none can be taken back either
    """

    path: str
    tool: str
    reversible: bool | str
    line: int = 1
    alike: int = 0


def migration_of(path: str, text: str, paths: Collection[str]) -> Migration | None:
    """The migration in a file; None when it is none of a known tool. `paths` are all files of that kind."""
    if found := _FLYWAY.fullmatch(path):
        folder = path.rpartition("/")[0]
        undo = f"{folder}/U{found.group(1)}__" if folder else f"U{found.group(1)}__"
        return Migration(path, "flyway", any(other.startswith(undo) for other in paths))
    if found := _UP.fullmatch(path):
        return Migration(path, "golang-migrate", f"{found.group(1)}.down.sql" in paths)
    if _LIQUIBASE.fullmatch(path):
        return _liquibase(path, text)
    if _RAILS.fullmatch(path):
        return _rails(path, text)
    if "op." in text and "revision" in text and path.endswith(".py"):
        return _alembic(path, text)
    if _DJANGO.fullmatch(path) and "migrations" in text:
        return _django(path, text)
    if _SCRIPT.fullmatch(path) and _EXPORTS_UP.search(text):
        return _script(path, text)
    return None


def told(migrations: Iterable[Migration]) -> Iterator[Migration]:
    """Migrations to judge one by one; the newest alone of a folder where many are and none can be taken back."""
    folders: dict[tuple[str, str], list[Migration]] = {}
    for migration in migrations:
        folders.setdefault((migration.path.rpartition("/")[0], migration.tool), []).append(migration)
    for there in folders.values():
        if len(there) < _MANY or any(one.reversible is not False for one in there):
            yield from there
        else:
            yield max(there)._replace(alike=len(there) - 1)


def prisma_folders(paths: Collection[str]) -> Iterator[Migration]:
    """Prisma writes no way back: each folder of its migrations is told once."""
    seen: set[str] = set()
    for path in sorted(paths):
        found = _PRISMA.fullmatch(path)
        if found and found.group(1) not in seen:
            seen.add(found.group(1))
            yield Migration(path, "prisma", reversible=False)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _alembic(path: str, text: str) -> Migration:
    found = _DOWNGRADE.search(text)
    if found is None:
        return Migration(path, "alembic", reversible=False)
    return Migration(path, "alembic", not _NOTHING.fullmatch(found.group(1)), _line(text, found.start()))


def _script(path: str, text: str) -> Migration | None:
    tool = "knex" if "knex" in text else "sequelize" if "queryInterface" in text or "sequelize" in text.lower() else ""
    tool = tool or ("typeorm" if "queryRunner" in text or "typeorm" in text else "")
    if not tool:
        return None
    found = _DOWN_SCRIPT.search(text)
    if found is None:
        return Migration(path, tool, reversible=False)
    body = found.group("body")
    empty = body is not None and bool(_NOTHING_SCRIPT.fullmatch(body))
    return Migration(path, tool, not empty, _line(text, found.start()))


def _rails(path: str, text: str) -> Migration:
    if _RAILS_ONE_WAY.search(text) or not _RAILS_DOWN.search(text):
        return Migration(path, "rails", reversible=False)
    one_way = "def change" in text and "reversible" not in text and "def down" not in text
    found = _RAILS_EXECUTE.search(text) if one_way else None
    return Migration(path, "rails", found is None, _line(text, found.start()) if found else 1)


def _django(path: str, text: str) -> Migration:
    """Operations of Django's own go back by themselves; code and SQL only with their reverse."""
    runs = list(_RUN_PYTHON.finditer(text))
    for position, run in enumerate(runs):
        end = runs[position + 1].start() if position + 1 < len(runs) else len(text)
        call = text[run.start() : end]
        if not _REVERSE.search(call) and _arguments(call) < 2:  # noqa: PLR2004 - the second argument is the reverse
            return Migration(path, "django", reversible=False, line=_line(text, run.start()))
    return Migration(path, "django", reversible=True)


def _arguments(call: str) -> int:
    """How many arguments a call has at its own level."""
    depth, count, quote, filled = 0, 0, "", False
    for character in call[call.index("(") :]:
        if quote:
            quote = "" if character == quote else quote
            continue
        if character in "'\"":
            quote, filled = character, True
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif character == "," and depth == 1:
            count, filled = count + filled, False
        elif not character.isspace():
            filled = True
    return count + filled


def _liquibase(path: str, text: str) -> Migration | None:
    if not _CHANGESET.search(text):
        return None
    if _LIQUIBASE_RAW.search(text) and not _ROLLBACK.search(text):
        found = _LIQUIBASE_RAW.search(text)
        return Migration(path, "liquibase", reversible=False, line=_line(text, found.start()) if found else 1)
    return Migration(path, "liquibase", reversible=True)
