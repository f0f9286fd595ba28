"""What a file is by its path."""

from __future__ import annotations

import pytest

from walint.sources.repository.paths import concerns_commit, kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("README.md", "document"),
        ("source/runbooks/errors.html.md.erb", "document"),
        ("source/index.html.erb", None),
        ("docs/guide.adoc", "document"),
        ("docs/guide.rst", "document"),
        (".github/ISSUE_TEMPLATE/incident.yml", "form"),
        (".github/workflows/ci.yml", "pipeline"),
        (".github/workflows/nested/ci.yml", None),
        (".github/actions/build/action.yml", "action"),
        (".gitlab-ci.yml", "pipeline"),
        (".gitlab/ci/deploy.yml", "pipeline"),
        (".circleci/config.yml", "pipeline"),
        ("azure-pipelines.yml", "pipeline"),
        ("ci/buildspec-test.yaml", "pipeline"),
        ("Jenkinsfile", "pipeline"),
        ("ci/Jenkinsfile.release", "pipeline"),
        (".pre-commit-config.yaml", "hooks"),
        ("db/migration/V1__init.sql", "migration"),
        ("prisma/migrations/20260101_init/migration.sql", "migration"),
        ("src/requirements.txt", "package"),
        ("app/package.json", "package"),
        ("docs/openapi.yaml", "openapi"),
        ("specification/orders.yaml", "openapi"),
        ("orders-api.yml", "openapi"),
        ("azure/azure-release-pipeline.yml", "pipeline"),
        ("azure/templates/tests.yml", None),
        ("ci/pipeline.yml", "pipeline"),
        (".buildkite/pipeline.yml", "pipeline"),
        ("live/prod/eu-west-1/vpc/terragrunt.hcl", "setting"),
        ("samconfig.toml", "setting"),
        ("environments/prod/main.tf", "setting"),
        ("tests/load.jmx", "test"),
        ("src/app.py", None),
        ("examples/docs/runbook.md", None),
        ("tests/fixtures/openapi.yaml", None),
    ],
)
def test_a_file_is_told_by_its_path(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".github/workflows/ci.yml", True),
        ("docs/runbooks/deploy.md", True),
        ("docs/adr/0001-queue.md", True),
        ("migrations/0002_total.up.sql", True),
        ("README.md", False),
        ("CHANGELOG.md", False),
        ("src/app.py", False),
    ],
)
def test_a_hook_looks_only_where_a_rule_may(path: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert concerns_commit(path) is expected
