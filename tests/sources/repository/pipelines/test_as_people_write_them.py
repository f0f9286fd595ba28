"""Pipelines in the ways that people write them: what real repositories showed, in words of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sources.repository.conftest import Load, facts

MAIN = ".github/workflows/main.yml"
CHECKS = {".github/workflows/checks.yml": "on: pull_request\njobs: {unit: {steps: [{run: make test}]}}\n"}


def deployments(loaded: Load, files: Mapping[str, str], path: str = MAIN) -> list[dict[str, Any]]:
    """The deployments of one pipeline."""
    found: list[dict[str, Any]] = facts(loaded(files), "Walint::Pipeline", path)["Deployments"]
    return found


def workflow(*steps: str, on: str = "push", head: str = "", job: str = "", name: str = "ship") -> dict[str, str]:
    """A workflow with one job."""
    listed = "\n".join(f"      - {step}" for step in steps)
    return {MAIN: f"on: {on}\n{head}jobs:\n  {name}:\n{job}    steps:\n{listed}\n"}


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("echo yes | terraform apply", "terraform"),
        ("gitlab-terraform apply", "terraform"),
        ("./run deploy --stage $branch", "script"),
        ("scripts/exclusively scripts/ecs-deploy-service app", "script"),
        ("bash scripts/terraform-apply.sh infra/network", "script"),
        ("make release-deploy APP=api", "script"),
        ("make infra-update-service APP=api", "script"),
        ("make tf-apply", "script"),
        ("./release_code.sh", "script"),
    ],
)
def test_how_people_deploy(command: str, tool: str, loaded: Load) -> None:
    assert [one["Tool"] for one in deployments(loaded, workflow(f"run: {command}"))] == [tool]


@pytest.mark.parametrize(
    "command",
    [
        "echo terraform apply",
        "echo 'terraform apply' >> summary",
        "scripts/compare-deployed-commit example.com",
        "bin/deployer-version",
        "make applications",
    ],
)
def test_what_only_looks_like_it(command: str, loaded: Load) -> None:
    assert deployments(loaded, workflow(f'run: "{command}"')) == []


@pytest.mark.parametrize(
    "files",
    [
        workflow("run: ./deploy.sh", head="name: Publish documentation\n"),
        workflow("run: ./deploy.sh", "uses: actions/deploy-pages@v4"),
        workflow("{name: Deploy the docs, run: make deploy}"),
    ],
)
def test_a_script_that_publishes_documents_deploys_nothing(files: dict[str, str], loaded: Load) -> None:
    assert deployments(loaded, files) == []


@pytest.mark.parametrize(
    ("files", "target"),
    [
        (workflow("run: sam deploy", head="name: Deploy to staging\n"), "other"),
        (workflow("run: sam deploy", head="name: Apply production\n"), "production"),
        (workflow("{run: terragrunt apply, working-directory: live/production/vpc}"), "production"),
        (workflow("{run: sam deploy, env: {STAGE: prod}}"), "production"),
        (workflow("run: sam deploy", head="env: {TF_ENV: staging}\n"), "other"),
        (workflow("run: sam deploy", head="env: {NODE_ENV: production}\n"), "unnamed"),
        (workflow("run: sam deploy", name="test-and-deploy"), "unnamed"),
        (workflow("run: sam deploy", name="build_test_deploy", head="name: Build, test and deploy\n"), "unnamed"),
        (workflow("run: sam deploy", name="deploy-test"), "other"),
        (workflow("run: sam deploy", job="    environment: ${{ a == 'x' && 'val' || 'production' }}\n"), "production"),
    ],
)
def test_where_it_goes_is_told_in_many_places(files: dict[str, str], target: str, loaded: Load) -> None:
    assert [one["Target"] for one in deployments(loaded, files)] == [target]


def test_what_a_person_may_choose_is_where_it_goes(loaded: Load) -> None:
    on = "{workflow_dispatch: {inputs: {env: {type: choice, options: [dev, production]}}}}"
    files = workflow("run: sam deploy", on=on, job="    environment: ${{ github.event.inputs.env }}\n")
    found = facts(loaded(files), "Walint::Pipeline", MAIN)
    assert found["Deployments"][0]["Target"] == "production"
    assert {"deploy-prod", "deploy-nonprod"} <= set(found["Stages"])


def test_a_matrix_is_handed_to_a_reusable_workflow(loaded: Load) -> None:
    files = {
        MAIN: """\
on: push
jobs:
  ship:
    strategy: {matrix: {env: [dev, prod]}}
    uses: ./.github/workflows/ship.yml
    with: {to: "${{ matrix.env }}"}
""",
        ".github/workflows/ship.yml": """\
on: {workflow_call: {inputs: {to: {type: string}}}}
jobs: {apply: {environment: "${{ inputs.to }}", steps: [{run: cdk deploy}]}}
""",
    }
    assert [one["Target"] for one in deployments(loaded, files)] == ["production"]


@pytest.mark.parametrize(("job", "called"), [("uses: ./.github/workflows/ship.yml", True), ("steps: []", False)])
def test_a_reusable_workflow_that_a_person_may_start_is_judged_where_it_is_called(
    job: str,
    called: bool,  # noqa: FBT001 - a column of the table
    loaded: Load,
) -> None:
    ship = ".github/workflows/ship.yml"
    shared = "on: [workflow_call, workflow_dispatch]\njobs: {apply: {steps: [{run: cdk deploy}]}}\n"
    files = {MAIN: f"on: push\njobs: {{ship: {{{job}}}}}\n", ship: shared}
    assert facts(loaded(files), "Walint::Pipeline", ship)["Called"] is called


@pytest.mark.parametrize(
    ("condition", "tested"),
    [
        ("always() && !failure() && !cancelled()", [True]),
        ("${{ always() && ! failure() }}", [True]),
        ("always()", [False]),
        ("failure()", []),
    ],
)
def test_not_failure_is_success(condition: str, tested: list[bool], loaded: Load) -> None:
    text = f"""\
on: push
jobs:
  unit: {{steps: [{{run: pytest}}]}}
  ship:
    needs: unit
    if: "{condition}"
    steps: [{{run: sam deploy}}]
"""
    assert [one["Tested"] for one in deployments(loaded, {MAIN: text})] == tested


@pytest.mark.parametrize(
    ("files", "tested"),
    [
        ({**workflow("run: sam deploy"), **CHECKS}, "?"),
        (
            {**workflow("run: sam deploy"), ".github/workflows/b.yml": "on: push\njobs: {a: {steps: [{run: pytest}]}}"},
            False,
        ),
        (
            {
                **workflow("run: sam deploy", on="workflow_dispatch"),
                ".github/workflows/b.yml": "on: push\njobs: {a: {steps: [{run: pytest}]}}",
            },
            "?",
        ),
        (
            {
                **workflow("run: sam deploy", on="{push: {branches: [main]}}"),
                ".github/workflows/b.yml": "on: push\njobs: {a: {steps: [{run: pytest}]}}",
            },
            "?",
        ),
        (
            {
                **workflow("run: sam deploy", on="{push: {branches: [main]}}"),
                ".github/workflows/b.yml": "on: {push: {branches: [main]}}\njobs: {a: {steps: [{run: pytest}]}}",
            },
            False,
        ),
        (workflow("run: tflint --recursive", "run: terraform apply tfplan"), True),
        (workflow("run: terraform validate", "run: terraform apply tfplan"), True),
        (workflow("run: sam validate", "run: sam deploy"), False),
    ],
)
def test_tests_before_a_merge_are_a_setting_that_nobody_sees(
    files: dict[str, str], tested: object, loaded: Load
) -> None:
    assert [one["Tested"] for one in deployments(loaded, files)] == [tested]


PLANNED = """\
on: push
jobs:
  plan: {{steps: [{{run: terraform plan -out=out}}]}}
  apply:
    needs: plan
{job}    steps: [{{run: terraform apply -auto-approve}}]
"""


@pytest.mark.parametrize(
    ("files", "previewed"),
    [
        (workflow("uses: dflook/terraform-apply@v1"), True),
        (workflow("{uses: dflook/terraform-apply@v1, with: {auto_approve: true}}"), False),
        (workflow("{uses: example/terraform-apply@v1, with: {path: infra}}"), "?"),
        ({MAIN: PLANNED.format(job="    environment: production\n")}, True),
        ({MAIN: PLANNED.format(job="")}, False),
        (workflow("run: terraform plan", "run: yes | terraform apply"), False),
        (workflow("run: terraform plan", "run: echo yes | terraform apply"), False),
        (
            {
                **workflow("run: terraform apply -auto-approve"),
                ".github/workflows/plan.yml": "on: pull_request\njobs: {a: {steps: [{run: terraform plan}]}}",
            },
            "?",
        ),
    ],
)
def test_a_plan_that_somebody_agreed_to(files: dict[str, str], previewed: object, loaded: Load) -> None:
    assert [one["Previewed"] for one in deployments(loaded, files)] == [previewed]


@pytest.mark.parametrize(
    ("condition", "approvals"),
    [
        ("startsWith(github.ref, 'refs/tags/v')", ["release"]),
        ("github.event_name == 'release'", ["release"]),
        ("github.event_name == 'workflow_dispatch'", ["manual"]),
        ("startsWith(github.ref, 'refs/tags/v') || github.ref == 'refs/heads/main'", []),
        ("github.event_name != 'release'", []),
    ],
)
@pytest.mark.parametrize("job", [True, False])
def test_a_condition_asks_for_a_tag_or_for_a_start_by_hand(
    condition: str,
    approvals: list[str],
    job: bool,  # noqa: FBT001 - a column of the table
    loaded: Load,
) -> None:
    step = "run: cdk deploy" if job else f'{{run: cdk deploy, if: "{condition}"}}'
    files = workflow(step, job=f'    if: "{condition}"\n' if job else "")
    assert [one["Approvals"] for one in deployments(loaded, files)] == [approvals]


TAGGED = """\
jobs: {a: {steps: [{run: cdk deploy}]}}
workflows: {w: {jobs: [{a: {filters: {tags: {only: /v.*/}, branches: {ignore: /.*/}}}}]}}
"""


@pytest.mark.parametrize(
    ("path", "text", "approvals"),
    [
        (".gitlab-ci.yml", "a: {script: [cdk deploy], rules: [{if: $CI_COMMIT_TAG}]}", ["release"]),
        (".gitlab-ci.yml", "a: {script: [cdk deploy], only: [tags]}", ["release"]),
        (".gitlab-ci.yml", "a: {script: [cdk deploy], only: [tags, main]}", []),
        ("bitbucket-pipelines.yml", "pipelines: {custom: {prod: [{step: {script: [cdk deploy]}}]}}", ["manual"]),
        ("bitbucket-pipelines.yml", "pipelines: {tags: {'v*': [{step: {script: [cdk deploy]}}]}}", ["release"]),
        ("Jenkinsfile", "pipeline { stage('a') { when { buildingTag() }\n sh 'cdk deploy' } }", ["release"]),
        (".circleci/config.yml", TAGGED, ["release"]),
    ],
)
def test_a_tag_and_a_start_by_hand_are_somebodys_word(path: str, text: str, approvals: list[str], loaded: Load) -> None:
    assert [one["Approvals"] for one in deployments(loaded, {path: text}, path)] == [approvals]


def test_an_expression_that_decides_about_production_leaves_the_approval_open(loaded: Load) -> None:
    job = "    environment: ${{ github.event_name == 'release' && 'prod' || 'dev' }}\n"
    found = deployments(loaded, workflow("run: sam deploy", on="[push, release]", job=job))
    assert found[0]["Approvals"] == ["environment", "..."]


AWAITED = """\
on: push
jobs:
  a:
    steps:
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: {service: a, wait-for-service-stability: true}
"""
PIPED = """\
pipelines:
  default:
    - step: {script: [{pipe: "atlassian/aws-ecs-deploy:2.0.0", variables: {WAIT: "true"}}]}
"""


@pytest.mark.parametrize(("path", "text"), [(MAIN, AWAITED), ("bitbucket-pipelines.yml", PIPED)])
def test_a_deployment_that_is_told_to_wait(path: str, text: str, loaded: Load) -> None:
    assert [one["Verified"] for one in deployments(loaded, {path: text}, path)] == ["waited"]


def test_the_steps_of_circleci_in_older_words(loaded: Load) -> None:
    text = """\
commands:
  ship: {steps: [{deploy: {name: app, command: aws ecs update-service --service a}}]}
jobs:
  live:
    environment: [{APP_ENVIRONMENT: prd}]
    steps: [{when: {condition: x, steps: [ship]}}, {run: bin/health-check}]
workflows: {w: {jobs: [live]}}
"""
    path = ".circleci/config.yml"
    found = deployments(loaded, {path: text}, path)
    assert [(one["Tool"], one["Target"], one["Verified"]) for one in found] == [("ecs", "production", "checked")]


def test_a_pipeline_that_a_gitlab_job_starts_follows_it(loaded: Load) -> None:
    files = {
        ".gitlab-ci.yml": """\
stages: [check, live]
unit: {stage: check, script: [npm test]}
orders: {stage: live, when: manual, trigger: {include: orders/ci.yml}}
other: {stage: live, trigger: {project: group/other}}
""",
        "orders/ci.yml": "stages: [ship]\nship: {stage: ship, script: [cdk deploy]}\n",
    }
    found = deployments(loaded, files, ".gitlab-ci.yml")
    assert [(one["Job"], one["Tested"], one["Approvals"]) for one in found] == [("orders/ship", True, ["manual"])]


def test_a_pipeline_that_starts_itself_ends(loaded: Load) -> None:
    path = ".gitlab-ci.yml"
    text = "a: {trigger: {include: .gitlab-ci.yml}}\nb: {script: [cdk deploy]}\n"
    assert {one["Tool"] for one in deployments(loaded, {path: text}, path)} == {"cdk"}


def test_another_job_of_jenkins_may_test(loaded: Load) -> None:
    text = "pipeline {\n stage('a') { steps { build 'unit-tests' } }\n stage('b') { steps { sh 'cdk deploy' } } }"
    assert [one["Tested"] for one in deployments(loaded, {"Jenkinsfile": text}, "Jenkinsfile")] == ["?"]


def test_a_build_specification_is_a_part_of_a_pipeline(loaded: Load) -> None:
    found = facts(loaded({"buildspec.yml": "phases: {build: {commands: [terraform apply p]}}"}), "Walint::Pipeline")
    assert (found["Stages"][-1], found["Deployments"][0]["RollsBack"]) == ("...", "?")


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("ci/pipeline.yml", "Concourse"),
        (".buildkite/pipeline.yml", "Buildkite"),
        (".travis.yml", "Travis CI"),
        ("atlantis.yaml", "Atlantis"),
        ("service/riff-raff.yaml", "Riff-Raff"),
    ],
)
def test_pipelines_of_services_that_are_not_read(path: str, service: str, loaded: Load) -> None:
    found = facts(loaded({path: "jobs: [{name: apply, plan: []}]\n"}), "Walint::Pipeline", path)
    assert (found["Kind"], found["Deployments"], found["Stages"]) == (service, [], ["..."])


def test_azure_pipelines_in_a_folder_of_their_own(loaded: Load) -> None:
    path = "azure/azure-release-pipeline.yml"
    text = "trigger: none\nsteps: [{script: cdk deploy}]\n"
    found = facts(loaded({path: text}), "Walint::Pipeline", path)
    assert (found["Kind"], found["Deployments"][0]["Approvals"]) == ("azure-pipelines", ["manual"])


def test_what_a_called_workflow_deploys_is_found_where_it_is_called(loaded: Load) -> None:
    files = {
        MAIN: "on: push\njobs:\n  checks: {steps: []}\n  ship: {uses: ./.github/workflows/ship.yml}\n",
        ".github/workflows/ship.yml": "on: workflow_call\njobs: {apply: {steps: [{run: cdk deploy}]}}\n",
    }
    found = next(one for one in loaded(files).of_type("Walint::Pipeline") if one.address == MAIN).properties.data
    span = found["Deployments"].data[0].span
    assert (span.path, span.start_line) == (MAIN, 4)


@pytest.mark.parametrize(
    "words",
    [
        "deploy" + "_" * 20_000,
        "echo " + " " * 20_000 + "| x",
        "echo '" * 5_000,
        "${{" * 10_000,
        "${{ a && " + "'b' && " * 5_000,
        "make " + "a-" * 10_000,
        "./" + "a/" * 10_000 + "deploy ",
        "uses x " + "apply " * 5_000,
    ],
    ids=["underscores", "blanks", "quotes", "expressions", "results", "dashes", "slashes", "words"],
)
def test_long_words_take_no_time(words: str, loaded: Load) -> None:
    quoted = words.replace("'", "''")
    text = f"""\
name: '{quoted}'
on: push
jobs:
  a:
    name: '{quoted}'
    environment: '{quoted}'
    steps:
      - name: '{quoted}'
        run: '{quoted}'
      - run: sam deploy
"""
    found = deployments(loaded, {MAIN: text})
    assert "sam" in {one["Tool"] for one in found}


@pytest.mark.parametrize(
    ("command", "builds"),
    [
        ("./run deploy --stage main", True),
        ("terraform apply tfplan", True),
        ("npx cdk deploy --all", True),
        ("npx serverless deploy", True),
        ("sam deploy", False),
        ("aws ecs update-service --service app --force-new-deployment", False),
    ],
)
def test_what_builds_as_it_deploys(command: str, builds: bool, loaded: Load) -> None:  # noqa: FBT001
    found = facts(loaded(workflow(f"run: {command}")), "Walint::Pipeline", MAIN)["Stages"]
    assert ("build" in found) is builds


AZURE = "azure-pipelines.yml"


def tasks(*listed: str) -> dict[str, str]:
    """A pipeline of Azure that runs these tasks."""
    return {AZURE: "trigger: [main]\nsteps:\n" + "".join(f"  - {one}\n" for one in listed)}


@pytest.mark.parametrize(
    ("task", "tools"),
    [
        ("{task: LambdaDeployFunction@1, inputs: {functionName: orders}}", ["lambda"]),
        ("{task: LambdaNETCoreDeploy@1, inputs: {command: deployServerless}}", ["lambda"]),
        ("{task: CloudFormationExecuteChangeSet@1, inputs: {stackName: orders}}", ["cloudformation"]),
        ("{task: CloudFormationCreateOrUpdateStack@1, inputs: {stackName: orders}}", ["cloudformation"]),
        ("{task: CloudFormationCreateOrUpdateStack@1, inputs: {useChangeSet: true, stackName: orders}}", []),
        (
            "{task: CloudFormationCreateOrUpdateStack@1, inputs: {useChangeSet: true, autoExecuteChangeSet: true}}",
            ["cloudformation"],
        ),
        ("{task: TerraformCLI@0, inputs: {command: apply}}", ["terraform"]),
        ("{task: TerraformCLI@0, inputs: {command: plan}}", []),
        ("{task: AWSCLI@1, inputs: {awsCommand: ecs, awsSubCommand: update-service}}", ["ecs"]),
        ('{task: AWSShellScript@1, inputs: {inlineScript: "npm ci\\nnpx cdk deploy\\n"}}', ["cdk"]),
        ('{task: Bash@3, inputs: {targetType: inline, script: "npm ci && sam deploy"}}', ["sam"]),
        ("{task: S3Upload@1, inputs: {bucketName: site}}", []),
    ],
)
def test_tasks_of_azure_that_deploy(task: str, tools: list[str], loaded: Load) -> None:
    assert [one["Tool"] for one in deployments(loaded, tasks(task), AZURE)] == tools


@pytest.mark.parametrize(
    ("task", "stage"),
    [
        ("{task: DotNetCoreCLI@2, inputs: {command: test, projects: '**/*.csproj'}}", "test"),
        ("{task: VSTest@2}", "test"),
        ("{task: PublishTestResults@2, condition: always()}", "test"),
        ("{task: Npm@1, inputs: {command: custom, customCommand: run test}}", "test"),
        ("{task: Maven@4, inputs: {goals: package verify}}", "test"),
        ("{task: DotNetCoreCLI@2, inputs: {command: publish}}", "build"),
        ("{task: Docker@2, inputs: {command: buildAndPush}}", "build"),
        ("{task: PublishPipelineArtifact@1}", "build"),
        ("{task: TerraformTaskV4@4, inputs: {provider: aws, command: plan}}", "preview"),
        ("{task: TerraformTaskV4@4, inputs: {provider: aws, command: validate}}", "iac-lint"),
        ("{task: CloudFormationCreateOrUpdateStack@1, inputs: {useChangeSet: true}}", "preview"),
    ],
)
def test_what_tasks_of_azure_do(task: str, stage: str, loaded: Load) -> None:
    assert stage in facts(loaded(tasks(task)), "Walint::Pipeline", AZURE)["Stages"]


def test_a_script_in_a_task_of_azure_is_a_script(loaded: Load) -> None:
    script = "        pytest\n        cdk diff\n        cdk deploy\n        curl https://example.com/health\n"
    text = (
        f"trigger: [main]\nsteps:\n  - task: Bash@3\n    inputs:\n      targetType: inline\n      script: |\n{script}"
    )
    (one,) = deployments(loaded, {AZURE: text}, AZURE)
    assert (one["Tested"], one["Previewed"], one["Verified"]) == (True, True, "checked")


CIRCLE = ".circleci/config.yml"
ORBS = """\
version: 2.1
orbs:
  aws-ecs: circleci/aws-ecs@4
  aws-ecr: circleci/aws-ecr@9
  tf: circleci/terraform@3
  sam: circleci/aws-sam-serverless@6
  sls: circleci/serverless-framework@2
  own: {jobs: {release: {steps: []}}}
workflows:
  main:
    jobs:
"""


@pytest.mark.parametrize(
    ("entry", "tools"),
    [
        ("tf/apply: {path: infra}", ["terraform"]),
        ("sam/deploy: {stack-name: orders}", ["sam"]),
        ("sls/deploy: {}", ["serverless"]),
        ("aws-ecs/deploy_service_update: {cluster: prod}", ["ecs"]),
        ("aws-ecr/build_and_push_image: {repo: orders}", []),
        ("own/release: {post-steps: [{run: sam deploy}]}", ["sam"]),
        ("own/release: {pre-steps: [{run: cdk deploy}]}", ["cdk"]),
    ],
)
def test_jobs_of_orbs(entry: str, tools: list[str], loaded: Load) -> None:
    found = deployments(loaded, {CIRCLE: f"{ORBS}      - {entry}\n"}, CIRCLE)
    assert [(one["Tool"], one["Verified"]) for one in found] == [(tool, "?") for tool in tools]


def test_jobs_of_orbs_around_a_deployment(loaded: Load) -> None:
    entries = """\
      - node/test
      - tf/plan: {path: infra}
      - hold: {type: approval, requires: [node/test, tf/plan]}
      - tf/apply: {path: infra/production, requires: [hold]}
"""
    (one,) = deployments(
        loaded, {CIRCLE: f"{ORBS}{entries}".replace("orbs:", "orbs:\n  node: circleci/node@5")}, CIRCLE
    )
    told = {name: one[name] for name in ("Target", "Tested", "Previewed", "Approvals")}
    assert told == {"Target": "production", "Tested": True, "Previewed": True, "Approvals": ["approval"]}


def test_variables_of_gitlab_say_where_it_goes(loaded: Load) -> None:
    text = """\
variables: {ENV: {value: staging, description: where to}}
.ship: {stage: deploy, script: [sam deploy --config-env $ENV], environment: {name: "${ENV}"}}
first: {extends: .ship}
second: {extends: .ship, variables: {ENV: production}}
third: {extends: .ship, environment: review/$CI_COMMIT_REF_SLUG, variables: {ENV: review}}
"""
    found = facts(loaded({".gitlab-ci.yml": text}), "Walint::Pipeline", ".gitlab-ci.yml")
    assert [one["Target"] for one in found["Deployments"][:2]] == ["other", "production"]
    assert found["Environments"] == ["production", "review/$ci_commit_ref_slug", "staging"]


@pytest.mark.parametrize(
    ("template", "stages"),
    [
        ("Jobs/SAST.gitlab-ci.yml", ["security-scan"]),
        ("Security/Secret-Detection.gitlab-ci.yml", ["security-scan"]),
        ("Jobs/Code-Quality.gitlab-ci.yml", ["lint"]),
        ("Auto-DevOps.gitlab-ci.yml", ["..."]),
        ("Terraform.gitlab-ci.yml", ["..."]),
    ],
)
def test_templates_of_gitlab(template: str, stages: list[str], loaded: Load) -> None:
    text = f"include: [{{template: {template}}}]\n"
    assert facts(loaded({".gitlab-ci.yml": text}), "Walint::Pipeline", ".gitlab-ci.yml")["Stages"] == stages


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ("choices: ['dev', 'prod'], description: 'where (to)'", ("production", ["manual"], True)),
        ("choices: 'staging\\nproduction'", ("production", ["manual"], True)),
        ("choices: ['prod', 'dev']", ("production", [], True)),
        ("choices: ['dev', 'test']", ("other", ["manual"], True)),
    ],
)
def test_whoever_starts_a_build_of_jenkins_chooses(
    choices: str, expected: tuple[str, list[str], bool], loaded: Load
) -> None:
    text = f"""\
pipeline {{
  parameters {{ choice(name: 'ENVIRONMENT', {choices}) }}
  stages {{
    stage('Apply') {{ steps {{ sh "terraform apply -var-file=${{params.ENVIRONMENT}}.tfvars" }} }}
  }}
}}
"""
    files = {"Jenkinsfile": text}
    (one,) = deployments(loaded, files, "Jenkinsfile")
    stages = facts(loaded(files), "Walint::Pipeline", "Jenkinsfile")["Stages"]
    assert (one["Target"], one["Approvals"], "deploy-nonprod" in stages) == expected


def test_what_says_it_itself_is_not_chosen(loaded: Load) -> None:
    text = """\
pipeline {
  parameters { choice(name: 'STAGE', choices: ['dev', 'prod']); choice(name: 'COLOUR', choices: ['blue', 'green']) }
  stages { stage('Deploy to production') { steps { sh 'sam deploy' } } }
}
"""
    (one,) = deployments(loaded, {"Jenkinsfile": text}, "Jenkinsfile")
    assert (one["Target"], one["Approvals"]) == ("production", [])
