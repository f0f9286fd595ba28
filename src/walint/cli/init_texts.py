"""The files that `walint init` writes."""

from __future__ import annotations

CONFIG = """\
# What walint judges and how strictly. `walint schema config` describes every key.
profile = "default"     # default | strict | minimal
fail_on = "medium"      # high | medium | low | info | never

# exclude = ["sandbox/**"]
#
# [rules.log-group-retention-min]
# min_days = 90
#
# [environments.prod]             # walint check --env prod
# parameters = {Stage = "prod"}
#
# [[suppress]]
# rule = "rds-multi-az"
# path = "sandbox/**"
# reason = "nobody waits for the sandbox"
# until = 2027-06-30
"""

HOOK_FILE = """\
repos:
"""

HOOK = """\
  - repo: local
    hooks:
      - id: walint
        name: walint
        entry: walint check --changed   # only what a commit or a push adds
        language: python
        additional_dependencies: ["walint=={version}"]
        pass_filenames: false   # a verdict may rest on another file, or on one that was deleted
        always_run: true
        require_serial: true
        stages: [pre-commit, pre-push, manual]
"""

WORKFLOW = """\
name: walint
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  contents: read
  security-events: write    # to upload the findings to code scanning
jobs:
  walint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
{synth}      - run: python -m pip install walint=={version}
      - run: walint check{paths} --report sarif=walint.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: ${{{{ !cancelled() && hashFiles('walint.sarif') != '' }}}}   # findings fail the step above
        with:
          sarif_file: walint.sarif
"""

WORKFLOW_CDK = """\
      - run: npx aws-cdk synth --quiet    # walint reads what the CDK makes
"""
