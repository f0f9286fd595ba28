"""Pipelines of every service: what is deployed, and what stands before and behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sources.repository.conftest import Load, facts


def deployment(loaded: Load, files: Mapping[str, str], path: str | None = None) -> dict[str, Any]:
    """The only deployment of a pipeline, without what hardly changes."""
    deployments = facts(loaded(files), "Walint::Pipeline", path)["Deployments"]
    assert len(deployments) == 1
    found: dict[str, Any] = deployments[0]
    return found


GITHUB = """\
on: push
jobs:
  test: {steps: [{run: pytest}]}
  ship:
    needs: test
    environment: production
    steps:
      - run: |
          # a comment: sam deploy
          echo "terraform apply"
          cdk diff && \\
            cdk deploy --all
      - run: curl --fail https://example.com/health
"""
GITLAB = """\
include: [{local: /ci/test.yml}]
stages: [test, ship]
.base: {before_script: [npm ci]}
ship:
  extends: .base
  stage: ship
  environment: production
  rules: [{if: $CI_COMMIT_TAG, when: manual}]
  script: [cdk diff, cdk deploy --all, curl -f https://example.com/health]
"""
CIRCLE = """\
jobs:
  unit: {steps: [checkout, {run: npm test}]}
  ship: {steps: [checkout, {run: {name: diff, command: cdk diff}}, {run: cdk deploy --all}, {run: ./smoke.sh}]}
workflows:
  main:
    jobs: [unit, {hold: {type: approval, requires: [unit]}}, {ship: {name: production, requires: [hold]}}]
"""
AZURE = """\
stages:
  - stage: Test
    jobs: [{job: unit, steps: [{template: ci/unit.yml}]}]
  - stage: Production
    jobs:
      - deployment: web
        environment: production
        strategy: {runOnce: {deploy: {steps: [{script: cdk diff}, {script: cdk deploy --all}, {script: curl -f x}]}}}
"""
JENKINS = """\
pipeline {
  stages {
    stage('Unit') { steps { sh 'npm test' } }
    stage("Production") {
      steps {
        input message: "Deploy { now }?"
        sh '''
          cdk diff
          cdk deploy --all
        '''
        sh "curl -f https://example.com/health"
      }
    }
  }
}
"""
BITBUCKET = """\
pipelines:
  branches:
    main:
      - step: {name: unit, script: [npm test]}
      - step: {name: ship, deployment: production, trigger: manual, script: [cdk diff, cdk deploy --all, curl -f x]}
"""


@pytest.mark.parametrize(
    ("files", "path", "approvals"),
    [
        ({".github/workflows/main.yml": GITHUB}, None, ["environment"]),
        (
            {".gitlab-ci.yml": GITLAB, "ci/test.yml": "unit: {stage: test, script: [npm test]}"},
            ".gitlab-ci.yml",
            ["manual", "release"],
        ),
        ({".circleci/config.yml": CIRCLE}, None, ["approval"]),
        (
            {"azure-pipelines.yml": AZURE, "ci/unit.yml": "steps: [{script: npm test}]"},
            "azure-pipelines.yml",
            ["environment"],
        ),
        ({"Jenkinsfile": JENKINS}, None, ["approval"]),
        ({"bitbucket-pipelines.yml": BITBUCKET}, None, ["manual"]),
    ],
)
def test_each_service_tells_the_same(
    files: Mapping[str, str], path: str | None, approvals: list[str], loaded: Load
) -> None:
    found = deployment(loaded, files, path)
    found.pop("Job")
    assert found == {
        "Tool": "cdk",
        "Target": "production",
        "Infrastructure": True,
        "Tested": True,
        "Approvals": approvals,
        "Verified": "checked",
        "RollsBack": True,
        "Previewed": True,
    }


def on_push(*steps: str, head: str = "", job: str = "") -> dict[str, str]:
    listed = "\n".join(f"      - {step}" for step in steps)
    return {".github/workflows/a.yml": f"on: push\n{head}jobs:\n  ship:\n{job}    steps:\n{listed}\n"}


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("sam deploy --config-env prod", "sam"),
        ("npx cdk -c env=prod deploy --all", "cdk"),
        ("aws cloudformation deploy --stack-name a", "cloudformation"),
        ("terraform -chdir=infra apply -auto-approve", "terraform"),
        ("terragrunt run-all apply", "terraform"),
        ("npx serverless deploy --stage prod", "serverless"),
        ("aws ecs update-service --service a", "ecs"),
        ("helm -n prod upgrade --install a ./chart", "kubernetes"),
        ("make deploy", "script"),
        ("./scripts/deploy.sh prod", "script"),
        ("npm run deploy:prod", "script"),
        ("pulumi up --yes", "pulumi"),
    ],
)
def test_tools_that_deploy(command: str, tool: str, loaded: Load) -> None:
    assert deployment(loaded, on_push(f"run: {command}"))["Tool"] == tool


@pytest.mark.parametrize(
    "step",
    [
        "run: terraform plan",
        "run: cdk synth",
        "run: sam deploy --no-execute-changeset",
        "run: terraform apply -destroy",
        'run: echo "sam deploy"',
        "run: npm publish",
        "run: mkdocs gh-deploy",
        "run: chmod +x deploy.sh",
        "uses: peaceiris/actions-gh-pages@v4",
        "{name: deployer, run: ls}",
    ],
)
def test_what_deploys_nothing(step: str, loaded: Load) -> None:
    assert facts(loaded(on_push(step)), "Walint::Pipeline")["Deployments"] == []


@pytest.mark.parametrize(
    ("job", "command", "target"),
    [
        ("    environment: production\n", "sam deploy", "production"),
        ("    environment: {name: live}\n", "sam deploy", "production"),
        ("    environment: staging\n", "sam deploy", "other"),
        ("    environment: non-prod\n", "sam deploy", "other"),
        ("", "sam deploy --config-env prod", "production"),
        ("", "sam deploy --stack-name orders-dev", "other"),
        ("", "sam deploy", "unnamed"),
        ("    name: Deploy to production\n", "sam deploy", "production"),
        (
            "    environment: ${{ matrix.env }}\n    strategy: {matrix: {env: [dev, prod]}}\n",
            "sam deploy",
            "production",
        ),
        ("", "sam deploy --stack-name products", "unnamed"),
    ],
)
def test_where_a_deployment_goes(job: str, command: str, target: str, loaded: Load) -> None:
    assert deployment(loaded, on_push(f"run: {command}", job=job))["Target"] == target


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["run: pytest", "run: sam deploy"], True),
        (["run: sam deploy", "run: pytest"], False),
        (["{run: pytest, continue-on-error: true}", "run: sam deploy"], False),
        (["run: make test deploy", "run: sam deploy"], True),
        (["uses: ./.github/actions/checks", "run: sam deploy"], True),
        (["run: ./deploy.sh"], "?"),
    ],
)
def test_whether_tests_come_first(steps: list[str], expected: object, loaded: Load) -> None:
    action = {".github/actions/checks/action.yml": "runs: {using: composite, steps: [{run: go test ./...}]}"}
    found = facts(loaded({**on_push(*steps), **action}), "Walint::Pipeline")["Deployments"]
    assert found[-1]["Tested"] == expected


@pytest.mark.parametrize(
    ("steps", "verified", "back", "previewed"),
    [
        (["run: terraform apply -auto-approve"], "no", False, False),
        (["run: terraform plan", "run: terraform apply -auto-approve"], "no", False, False),
        (["run: terraform plan -out=p", "run: terraform apply -auto-approve tfplan"], "no", False, True),
        (["run: sam deploy", "run: aws cloudformation wait stack-update-complete"], "waited", True, False),
        (["run: sam deploy --disable-rollback", "run: npx newman run a.json"], "checked", False, False),
        (["run: aws ecs update-service --service a", "{if: failure(), run: ./rollback.sh}"], "no", True, False),
        (["run: helm upgrade a b --atomic"], "no", True, False),
        (["run: make deploy"], "?", "?", False),
    ],
)
def test_what_stands_around_a_deployment(
    steps: list[str], verified: str, back: object, previewed: object, loaded: Load
) -> None:
    found = deployment(loaded, on_push(*steps))
    assert (found["Verified"], found["RollsBack"], found["Previewed"]) == (verified, back, previewed)


def test_a_reusable_workflow_of_the_repository_is_followed(loaded: Load) -> None:
    files = {
        ".github/workflows/main.yml": """\
on: {release: {types: [published]}}
jobs:
  checks: {uses: ./.github/workflows/checks.yml}
  ship: {needs: checks, uses: ./.github/workflows/ship.yml, with: {env: production}}
""",
        ".github/workflows/checks.yml": "on: workflow_call\njobs: {unit: {steps: [{run: pytest}]}}\n",
        ".github/workflows/ship.yml": """\
on: {workflow_call: {inputs: {env: {type: string}}}}
jobs:
  apply:
    environment: ${{ inputs.env }}
    steps: [{run: sam deploy}]
""",
    }
    graph = loaded(files)
    main = facts(graph, "Walint::Pipeline", ".github/workflows/main.yml")
    assert [(one["Target"], one["Tested"], one["Approvals"]) for one in main["Deployments"]] == [
        ("production", True, ["environment", "release"])
    ]
    assert [facts(graph, "Walint::Pipeline", path)["Called"] for path in files] == [False, True, True]


def test_one_of_another_repository_may_do_anything(loaded: Load) -> None:
    text = "on: push\njobs:\n  a: {uses: o/r/.github/workflows/x.yml@v1}\n  b: {needs: a, steps: [{run: sam deploy}]}\n"
    found = facts(loaded({".github/workflows/a.yml": text}), "Walint::Pipeline")
    assert found["Stages"][-1] == "..."
    assert [(one["Tested"], one["Previewed"]) for one in found["Deployments"]] == [("?", "?")]


def test_workflows_that_call_one_another_end(loaded: Load) -> None:
    text = "on: workflow_call\njobs: {a: {uses: ./.github/workflows/a.yml}, b: {uses: ./.github/workflows/a.yml}}\n"
    assert facts(loaded({".github/workflows/a.yml": text}), "Walint::Pipeline")["Deployments"] == []


def test_a_pipeline_of_a_template(loaded: Load) -> None:
    template = """\
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Approve
          Actions: [{Name: Word, ActionTypeId: {Category: Approval, Provider: Manual}}]
        - Name: Production
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Provider: CloudFormation}
              Configuration: {ActionMode: CHANGE_SET_EXECUTE}
"""
    found = deployment(loaded, {"template.yaml": template}, "Pipeline")
    assert (found["Tool"], found["Target"], found["Approvals"]) == ("cloudformation", "production", ["approval"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "jobs: 1",
        "jobs: {a: 1}",
        "on: [1, {a: b}]\njobs: {a: {steps: 1}}",
        "jobs: {a: {needs: [a], steps: []}}",
    ],
)
@pytest.mark.parametrize(
    "path",
    [".github/workflows/a.yml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", "buildspec.yml",
     "bitbucket-pipelines.yml", "Jenkinsfile"],
)  # fmt: skip
def test_odd_files_harm_nothing(path: str, text: str, loaded: Load) -> None:
    found = facts(loaded({path: text}), "Walint::Pipeline", path)
    assert found["Deployments"] == []


def test_many_braces_and_open_strings_of_a_jenkinsfile_end(loaded: Load) -> None:
    text = "stage('a') {" * 2000 + "sh '''" + "x" * 10_000
    assert facts(loaded({"Jenkinsfile": text}), "Walint::Pipeline")["Deployments"] == []
