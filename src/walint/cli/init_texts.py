"""The files that `walint init` writes."""

from __future__ import annotations

PINS = {
    "actions/checkout": ("de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6.0.2"),
    "actions/setup-python": ("a309ff8b426b58ec0e2a45f0f869d46889d02405", "v6.2.0"),
    "github/codeql-action/upload-sarif": ("9e907b5e64f6b83e7804b09294d44122997950d6", "v4.32.3"),
}
"""The actions that walint's workflows use, by commit, and the version that this commit is. A test holds the
repository's own workflows, its action and the documents to them, too."""

SCHEMA_FILE = ".walint/config.schema.json"

CONFIG = f"""\
#:schema ./{SCHEMA_FILE}
# What walint judges and how strictly. `walint schema config` describes every key.
profile = "default"     # default | strict | minimal
fail_on = "medium"      # high | medium | low | info | never

# exclude = ["sandbox/**"]
#
# [rules.log-group-retention-min]
# min_days = 90
#
# [environments.prod]             # walint check --env prod
# parameters = {{Stage = "prod"}}
# match = {{stack = ["*-prod"], path = ["infra/prod/**"]}}    # what belongs to it, whatever --env says
#
# [[suppress]]
# rule = "rds-multi-az"
# path = "sandbox/**"
# reason = "nobody waits for the sandbox"
# until = 2027-06-30
"""

HOOK_FILE = """\
# yaml-language-server: $schema=https://www.schemastore.org/pre-commit-config.json
repos:
"""

HOOK = """\
  - repo: local
    hooks:
      - id: walint
        name: walint
        entry: walint check --changed   # only what a commit or a push adds
        language: python
        additional_dependencies: ["{requirement}"]
        pass_filenames: false   # a verdict may rest on another file, or on one that was deleted
        always_run: true
        require_serial: true
        stages: [pre-commit, pre-push, manual]
"""

WORKFLOW = """\
# yaml-language-server: $schema=https://www.schemastore.org/github-workflow.json
name: walint
on:
  pull_request:
  push:
    branches: [main, master]

permissions: {{}}

concurrency:
  group: walint-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  walint:
    name: Well-Architected
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      security-events: write # to upload the findings to code scanning
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - uses: {setup_python}
        with:
          python-version: "3.13"
{synth}      - name: Install walint
        run: python -m pip install "{requirement}"
      - name: Judge
        run: |
          walint check{paths} --format github \\
            --report sarif=walint.sarif --report github-summary="$GITHUB_STEP_SUMMARY"
      # Also where there are findings: an alert that is not uploaded again would never close.
      - uses: {upload}
        if: ${{{{ !cancelled() && hashFiles('walint.sarif') != '' }}}}
        with:
          sarif_file: walint.sarif
"""

WORKFLOW_CDK = """\
      - name: Write what the CDK makes, for walint reads that
        run: npx aws-cdk synth --quiet
"""


def workflow(requirement: str, *, cdk: bool) -> str:
    """A workflow of GitHub Actions that installs walint by a requirement of pip's and uploads its findings."""
    return WORKFLOW.format(
        requirement=requirement,
        synth=WORKFLOW_CDK if cdk else "",
        paths=" . cdk.out" if cdk else "",
        checkout=pinned("actions/checkout"),
        setup_python=pinned("actions/setup-python"),
        upload=pinned("github/codeql-action/upload-sarif"),
    )


def pinned(action: str) -> str:
    """An action as `uses:` wants it: by its commit, which nobody can move, and for people its version."""
    commit, version = PINS[action]
    return f"{action}@{commit} # {version}"
