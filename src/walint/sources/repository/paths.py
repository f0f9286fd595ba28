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

_DOCUMENTS = (".md", ".markdown", ".mdx", ".md.erb", ".adoc", ".asciidoc", ".asc", ".rst")
_PIPELINE = lazy(
    r"""(?x)
      \.github/workflows/[^/]+\.ya?ml | \.circleci/config\.ya?ml | bitbucket-pipelines\.ya?ml
    | (?:.*/)?(?:[\w.-]*\.)?gitlab-ci[\w.-]*\.ya?ml | \.gitlab/.*\.ya?ml
    | (?:.*/)?buildspec[\w.-]*\.ya?ml | (?:.*/)?[\w.-]*buildspec\.ya?ml
    | (?:.*/)?azure-pipelines[\w.-]*\.ya?ml | \.azure-?pipelines/.*\.ya?ml
    | (?:.*/)?azure-[\w.-]*pipelines?[\w.-]*\.ya?ml
    | \.?azure-?(?:devops|pipelines)?/(?:.*/)?[\w.-]*pipeline[\w.-]*\.ya?ml
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
    r"(?:.*/)?(?:[\w.-]*openapi[\w.-]*|[\w.-]*swagger[\w.-]*|api-?spec[\w.-]*|(?:[\w.-]+[-_.])?(?:api|oas))\.(?:ya?ml|json)"
    r"|(?:.*/)?(?:specifications?|specs?|openapi|swagger|oas|api-?specs?)/[\w.-]+\.(?:ya?ml|json)",
    re.IGNORECASE,
)
_SETTING = lazy(
    r"""(?x)
      (?:.*/)?samconfig\.(?:toml|ya?ml) | (?:.*/)?[\w.-]*\.tfvars(?:\.json)? | (?:.*/)?cdk\.json | (?:.*/)?Dockerfile.*
    | (?:.*/)?(?:parameters|params|config|environments?|envs?|stages?|vars)/[^/]+\.(?:json|ya?ml|toml|tf|env)
    | (?:.*/)?[\w.-]*(?:parameters|params)[\w.-]*\.(?:json|ya?ml) | (?:.*/)?(?:environments?|envs?|live)/[^/]+/[^/]+
    | (?:.*/)?(?:environments?|envs?|live)/.+\.(?:hcl|tfvars|ya?ml|json|toml)
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
    if other_service(path) is not None:
        return PIPELINE
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
    if _AZURE.search(path):
        return "azure-pipelines"
    if "jenkinsfile" in name:
        return "jenkins"
    return other_service(path)


_AZURE = lazy(
    r"(?:^|/)azure-[\w.-]*pipelines?|^\.azure-?pipelines/|^\.?azure-?(?:devops|pipelines)?/.*pipeline[^/]*$",
    re.IGNORECASE,
)
_OTHERS = (
    ("Concourse", r"\.?ci/(?:pipelines?/)?[\w.-]*pipeline[\w.-]*\.ya?ml|(?:.*/)?\.?concourse/(?:.*/)?[\w.-]+\.ya?ml"),
    ("Travis CI", r"\.travis\.ya?ml"),
    ("Drone", r"\.drone\.(?:ya?ml|star|jsonnet)"),
    ("Woodpecker", r"\.woodpecker(?:/[\w.-]+)?\.ya?ml"),
    ("Buildkite", r"\.buildkite/(?:.*/)?[\w.-]+\.(?:ya?ml|json|sh)"),
    ("TeamCity", r"\.teamcity/.*\.(?:kts|xml)"),
    ("Semaphore", r"\.semaphore/[\w.-]+\.ya?ml"),
    ("Cirrus CI", r"\.cirrus\.(?:ya?ml|star)"),
    ("AppVeyor", r"\.?appveyor\.ya?ml"),
    ("Tekton", r"\.tekton/(?:.*/)?[\w.-]+\.ya?ml"),
    ("Harness", r"\.harness/(?:.*/)?[\w.-]+\.ya?ml"),
    ("Codefresh", r"\.?codefresh(?:/.*)?\.ya?ml"),
    ("GoCD", r"(?:.*/)?[\w.-]+\.gocd\.(?:ya?ml|json)"),
    ("Atlantis", r"atlantis\.ya?ml"),
    ("Spacelift", r"\.spacelift/[\w.-]+\.ya?ml"),
    ("Google Cloud Build", r"(?:.*/)?cloudbuild\.ya?ml"),
    ("AWS Amplify", r"amplify\.ya?ml"),
    ("AWS Copilot", r"copilot/pipelines/[^/]+/manifest\.ya?ml"),
    ("Riff-Raff", r"(?:.*/)?riff-raff\.ya?ml"),
    ("Proton", r"(?:.*/)?pipeline_infrastructure/[\w.-]+\.ya?ml"),
)
"""Services whose pipelines walint does not read: that there is one counts, what it does is not known."""
_ANY_OTHER = lazy("|".join(f"(?:{pattern})" for _, pattern in _OTHERS))


def other_service(path: str) -> str | None:
    """The service of a pipeline that walint does not read; None for one that it does."""
    if _ANY_OTHER.fullmatch(path) is None:
        return None
    return next((service for service, pattern in _OTHERS if lazy(pattern).fullmatch(path)), None)
