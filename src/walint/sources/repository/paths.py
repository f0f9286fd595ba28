"""What a file of a repository is by its path: asked of every file of a scan, so names are all it looks at."""

from __future__ import annotations

import re

from walint.patterns import lazy

DOCUMENT = "document"
FORM = "form"
PIPELINE = "pipeline"
ACTION = "action"
HOOKS = "hooks"
MIGRATION = "migration"
PACKAGE = "package"
OPENAPI = "openapi"
SETTING = "setting"
TEST = "test"

_DOCUMENTS = (".md", ".markdown", ".mdx", ".adoc", ".asciidoc", ".asc", ".rst")
_PIPELINE = lazy(
    r"""(?x)
      \.github/workflows/[^/]+\.ya?ml | \.circleci/config\.ya?ml | bitbucket-pipelines\.ya?ml
    | (?:.*/)?(?:[\w.-]*\.)?gitlab-ci[\w.-]*\.ya?ml | \.gitlab/.*\.ya?ml
    | (?:.*/)?buildspec[\w.-]*\.ya?ml | (?:.*/)?[\w.-]*buildspec\.ya?ml
    | (?:.*/)?azure-pipelines[\w.-]*\.ya?ml | \.azure-?pipelines/.*\.ya?ml
    | (?:.*/)?(?:[\w.-]+\.)?[Jj]enkinsfile(?:[.-][\w.-]+)?
    """
)
_FORM = lazy(r"\.github/issue_template/[^/]+\.ya?ml", re.IGNORECASE)
_ACTION = lazy(r"\.github/actions/.+/action\.ya?ml")
_MIGRATION = lazy(
    r"""(?x)
      (?:.*/)?[VU]\d[\w.]*__[^/]+\.sql                                     # Flyway
    | (?:.*/)?\d+_[^/]+\.(?:up|down)\.sql                                  # golang-migrate
    | (?:.*/)?(?:alembic|migrations?)/versions/[^/]+\.py                   # Alembic
    | (?:.*/)?(?:db/)?migrations?/[^/]*\d{3,}[^/]*\.(?:py|js|cjs|mjs|ts|rb|sql)   # Django, Knex, Sequelize, TypeORM
    | (?:.*/)?db/migrate/\d+_[^/]+\.rb                                     # Rails
    | (?:.*/)?(?:db/)?changelog[\w./-]*\.(?:xml|ya?ml|json|sql)            # Liquibase
    | (?:.*/)?prisma/migrations/[^/]+/migration\.sql                       # Prisma
    """
)
_PACKAGES = frozenset(
    (
        "package.json", "pyproject.toml", "Pipfile", "setup.cfg", "go.mod", "pom.xml", "build.gradle",
        "build.gradle.kts", "Gemfile", "Cargo.toml", "composer.json",
    )
)  # fmt: skip
_PACKAGE = lazy(r"(?:.*/)?(?:requirements[\w.-]*\.txt|[\w.-]+\.csproj)")
_OPENAPI = lazy(
    r"(?:.*/)?(?:[\w.-]*openapi[\w.-]*|[\w.-]*swagger[\w.-]*|api-?spec[\w.-]*)\.(?:ya?ml|json)", re.IGNORECASE
)
_SETTING = lazy(
    r"""(?x)
      (?:.*/)?samconfig\.(?:toml|ya?ml) | (?:.*/)?[\w.-]*\.tfvars(?:\.json)? | (?:.*/)?cdk\.json | (?:.*/)?Dockerfile.*
    | (?:.*/)?(?:parameters|params|config|environments?|envs?|stages?|vars)/[^/]+\.(?:json|ya?ml|toml|tf|env)
    | (?:.*/)?[\w.-]*(?:parameters|params)[\w.-]*\.(?:json|ya?ml) | (?:.*/)?(?:environments?|envs?|live)/[^/]+/[^/]+
    """
)
_TEST = lazy(
    r"""(?xi)
      .*\.jmx | (?:.*/)?locustfile[\w.-]*\.py | (?:.*/)?[^/]*\bk6\b[^/]* | (?:.*/)?k6/.* | (?:.*/)?artillery[^/]*
    | (?:.*/)?gatling.* | .*simulation\.scala | (?:.*/)?(?:load|performance|stress)[_-]?tests?/.*
    | (?:.*/)?chaos[^/]*(?:/.*)? | (?:.*/)?[^/]*experiment[^/]*\.(?:json|ya?ml)
    """
)


_ASIDE = frozenset(
    ("example", "examples", "sample", "samples", "fixtures", "__fixtures__", "testdata", "test-data", "cookiecutter")
)
"""Folders whose files speak of something else than the repository that they lie in."""


def kind_of(path: str) -> str | None:
    """What a file is by its path, relative to the root of its repository; None when no rule asks of it."""
    *folders, name = path.split("/")
    if not _ASIDE.isdisjoint(folders):
        return None
    if name.lower().endswith(_DOCUMENTS):
        return DOCUMENT
    if name in _PACKAGES or _PACKAGE.fullmatch(path):
        return PACKAGE
    if name == ".pre-commit-config.yaml" and name == path:
        return HOOKS
    for pattern, kind in (
        (_PIPELINE, PIPELINE),
        (_FORM, FORM),
        (_ACTION, ACTION),
        (_OPENAPI, OPENAPI),
        (_MIGRATION, MIGRATION),
        (_SETTING, SETTING),
        (_TEST, TEST),
    ):
        if pattern.fullmatch(path):
            return kind
    return None


_OPERATIONS = lazy(
    r"runbook|playbook|\badrs?\b|decisions?|incident|post-?mortem|disaster|recovery|on-?call|operations?|\bsops?\b",
    re.IGNORECASE,
)


def concerns_commit(path: str) -> bool:
    """Whether a change of a file may bear on what rules about the repository say; a hook asks it of every commit."""
    kind = kind_of(path)
    if kind == DOCUMENT:
        return _OPERATIONS.search(path) is not None
    return kind in {PIPELINE, ACTION, FORM, MIGRATION, OPENAPI}


def kind_of_pipeline(path: str) -> str | None:
    """The service that runs a file by its path; None for a part that another file includes."""
    name = path.rpartition("/")[2].lower()
    if path.startswith(".github/workflows/"):
        return "github-actions"
    if name in {".gitlab-ci.yml", ".gitlab-ci.yaml"} and "/" not in path:
        return "gitlab-ci"
    if path.startswith(".circleci/"):
        return "circleci"
    if name.startswith("bitbucket-pipelines"):
        return "bitbucket"
    if "buildspec" in name:
        return "buildspec"
    if "azure-pipelines" in name or path.lower().startswith((".azure-pipelines/", ".azurepipelines/")):
        return "azure-pipelines"
    return "jenkins" if "jenkinsfile" in name else None
