"""What commands and names of jobs tell: that something is linted, tested, built, deployed, checked or rolled back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from walint.patterns import lazy
from walint.records import NamedTuple
from walint.sources.repository.pipelines.expressions import possible_words
from walint.sources.repository.pipelines.model import Command, Job

_STAGES: Mapping[str, re.Pattern[str]] = {
    name: lazy(pattern, re.IGNORECASE | re.VERBOSE)
    for name, pattern in (
        (
            "iac-lint",
            r"""
        \b(?:walint|cfn-?lint|cfn_nag|cfn-nag|checkov|tflint|tfsec|trivy\s+(?:config|conf|fs)|trivy-action|kics
        |cdk-?nag|terrascan|regula|conftest|cfn-guard|(?:terraform|tofu|terragrunt)(?:\s+-\S+)*[-\s]+(?:run-all\s+)?validate|sentinel|sam\s+validate|validate-template
        |pre-commit|uses\s+terraform(?:task|cli)\S*\s.*\bvalidate|uses\s+(?:terraform|tofu)/validate)\b
        """,
        ),
        (
            "lint",
            r"""
        \b(?:lint(?:er|ing|s)?|eslint|tslint|ruff|flake8|pylint|black|isort|mypy|prettier|golangci|go\s+vet
        |gofmt|rubocop|stylelint|shellcheck|actionlint|hadolint|cfn-?lint|tflint|walint|checkstyle|spotless\w*
        |ktlint|detekt|super-linter|markdownlint|yamllint|biome|pre-commit|clippy|fmt|format:check|sonar\w*
        |phpstan|swiftlint|static[- ](?:analysis|checks?))\b
        """,
        ),
        (
            "security-scan",
            r"""
        \b(?:checkov|trivy|tfsec|snyk|semgrep|codeql|bandit|gitleaks|trufflehog|npm\s+audit|yarn\s+audit
        |pip-audit|safety|grype|kics|dependency-check|owasp\w*|gosec|cfn[-_]nag|cdk-?nag|sast|dast|zizmor
        |inspector|security[- ](?:scans?|checks?|tests?|audit))\b
        """,
        ),
        (
            "test",
            r"""
        \b(?:pytest|unittest|tox|nox|jest|vitest|mocha|ava|karma|jasmine|rspec|phpunit|xunit|junit|bats
        |terratest|go\s+test|cargo\s+(?:test|nextest)|dotnet\s+test|mix\s+test|rake\s+(?:test|spec)|(?:npm|pnpm
        |yarn|bun|deno)\s+(?:run\s+|run-script\s+)?(?:t|test[\w:-]*|coverage|ci:test)|npm\s+t\b|(?:mvnw?
        |gradlew?|sbt|lein|ant)\b[^|&]*\b(?:test|verify|check|package|install|build)|(?:make|just|task|rake|nx
        |turbo|hatch|poe|poetry\s+run|uv\s+run)\s+[^|&]*\b(?:unit-?|run-?)?(?:tests?|check|ci|verify)\b
        |terraform\s+test|unit[- _]?tests?|run[- _]tests?|testes|coverage|publishtestresults|vstest
        |uses\s+(?:dotnetcorecli|npm|maven|gradle)@\S*\s.*\b(?:test|verify)|uses\s+[\w-]+/(?:run[-_])?tests?)\b
        """,
        ),
        (
            "integration-test",
            r"""
        \b(?:e2e|end[- ]to[- ]end|integration[-_ ]?(?:tests?|testing)?|it[- ]tests?|newman|postman|cypress
        |playwright|selenium|cucumber|behave|karate|robot|acceptance[-_ ]?tests?|api[- ]tests?
        |contract[- ]tests?|pact|testes?[- ]de[- ]integração|functional[- _]?tests?|failsafe)\b|\be2e
        """,
        ),
        (
            "load-test",
            r"""
        \b(?:k6|artillery|locust|jmeter|gatling|vegeta|wrk|load[- _]?tests?|performance[- ]tests?
        |stress[- ]tests?)\b
        """,
        ),
        (
            "build",
            r"""
        \b(?:(?:docker|podman|buildah)\s+(?:buildx\s+)?(?:build|bake)|docker\s+compose\s+build|build-push-action
        |kaniko|sam\s+build|sam\s+package|cdk\s+synth\w*|(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:build|package
        |bundle|compile|dist)[\w:-]*|tsc|webpack|esbuild|vite\s+build|go\s+build|cargo\s+build|dotnet\s+(?:build
        |publish)|(?:mvnw?|gradlew?)\b[^|&]*\b(?:package|install|build|assemble|verify|deploy)|make\s+(?:build
        |package|dist|all)|build[-_]?and[-_]?push\w*|publish(?:build|pipeline)artifacts?
        |uses\s+dotnetcorecli@\S*\s.*\b(?:publish|pack)|python\s+-m\s+build|(?:poetry|uv|hatch)\s+build|(?:sls|serverless)\s+package
        |aws\s+cloudformation\s+package|packer\s+build|zip\s+-\w*r|codebuild|nx\s+build|upload-artifact
        |build|compile|compilar|(?:terraform|tofu|terragrunt)\b[^|&]*\b(?:init|plan|apply)
        |(?:cdk|sls|serverless)\b[^|&]*\bdeploy)\b
        """,
        ),
        (
            "smoke",
            r"""
        \b(?:smoke\w*|curl|wget|http(?:ie)?\s+get|health[-_ ]?(?:check|z)?\w*|e2e|newman|postman|k6|artillery
        |cypress|playwright|synthetics?|canary|canaries|integration[-_ ]?tests?|acceptance[-_ ]?tests?
        |end[- ]to[- ]end|post[- ]?deploy\w*|verif(?:y|ication)|validate[- ]deploy\w*|invoke-restmethod
        |invoke-webrequest|lambda\s+invoke|sam\s+remote\s+invoke|fumaça|api[- ]tests?|functional[- ]tests?
        |regression|karate|uptime|ping|\w+-health-check\S*)\b|\be2e
        """,
        ),
        (
            "wait",
            r"""
        services-stable|\bwait\s+(?:stack-|--for|for)|wait-for-service-stability|rollout\s+status
        |wait\s+deployment|wait\s+function-updated|wait-for-deployment|verify[-_]revision[-_]is[-_]deployed
        |aws-ecs-deploy\S*\s.*\bWAIT\b
        """,
        ),
        (
            "rollback",
            r"""
        (?<!disable-)(?<!no-)(?<!on-)(?<!-)roll[- _]?back|\brollout\s+undo\b|\breverter\b|\brevert\b
        |previous[- ]version|cancel-update-stack|stop-deployment
        """,
        ),
        (
            "preview",
            r"""
        \b(?:terraform|tofu|terragrunt)(?:\s+-\S+)*\s+(?:run-all\s+)?plan\b|\btg\s+plan\b|\bcdk\b[^|&]*\bdiff\b
        |no-execute-change-?set|--no-execute\b|create-change-set|describe-change-set|changeset\s+preview
        |pulumi\s+preview|pulumi\S*\s.*\bpreview\b|terraform-plan|(?:npm|yarn|pnpm|make|npx|just
        |task)\s+(?:run\s+)?[\w:-]*(?:diff|plan)\b|CHANGE_SET_REPLACE|usechangeset\s+true
        |uses\s+terraform(?:task|cli)(?!.*\bapply\b)\S*\s.*\bplan\b|uses\s+(?:terraform|tofu)/plan\b
        """,
        ),
    )
}

_NOT_TESTS = lazy(r"\b(?:deploy|apply|install|npm\s+ci)\b", re.IGNORECASE)

_DEPLOYMENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (tool, lazy(pattern, re.IGNORECASE | re.VERBOSE))
    for tool, pattern in (
        (
            "sam",
            r"""
        \bsam(?:\.cmd)?\s+(?:deploy|sync)\b|uses\s+aws-sam\S*/deploy\b
        """,
        ),
        (
            "cdk",
            r"""
        \bcdk(?:8s)?(?:\s+-\S+(?:\s+(?!deploy\b)[^-\s]\S*)?)*\s+deploy\b|aws-cdk\S*\s+deploy\b
        |uses\s+\S*cdk\S*\s.*\bdeploy\b|uses\s+\S*cdk/deploy\b
        """,
        ),
        (
            "cloudformation",
            r"""
        \bcloudformation\s+(?:deploy|create-stack|update-stack|execute-change-set|create-stack-set
        |update-stack-set)\b|aws-cloudformation-github-deploy|uses\s+cloudformation(?:createorupdatestack|executechangeset)
        |\brain\s+deploy\b|CHANGE_SET_EXECUTE|CREATE_UPDATE
        """,
        ),
        (
            "terraform",
            r"""
        \b(?:terraform|tofu|terragrunt|tg)(?:\s+-\S+)*\s+(?:run-all\s+|run\s+--all\s+(?:--\s+)?)?apply\b
        |uses\s+terraform(?:task|cli)\S*\s.*\bapply\b|uses\s+\S*(?:terraform|terragrunt|tofu)-apply\b
        |uses\s+(?:terraform|tofu|terragrunt)/(?:\w+[-_])?apply\b|uses\s+\S*/(?:terraform|terragrunt|tofu)[\w-]*\s.*\bapply\b
        """,
        ),
        (
            "pulumi",
            r"""
        \bpulumi\s+(?:up|update)\b|uses\s+pulumi/actions\s.*\bup\b
        """,
        ),
        (
            "ecs",
            r"""
        \becs\s+(?:update-service|deploy|create-service|run-task)\b|amazon-ecs-deploy-task-definition
        |(?<![\w./-])ecs-deploy(?![\w-])|atlassian/aws-ecs-deploy|uses\s+aws-ecs/(?:update|deploy)\S*|\becspresso\s+deploy\b|provider\s+ECS\b
        """,
        ),
        (
            "serverless",
            r"""
        \b(?:serverless|sls)(?:@\S+)?\s+deploy\b|uses\s+serverless/github-action\s.*\bdeploy\b|uses\s+serverless\S*/deploy\b
        """,
        ),
        (
            "lambda",
            r"""
        \blambda\s+(?:update-function-code|update-alias|publish-version)\b|uses\s+\S*aws-lambda-deploy\S*
        |uses\s+lambda(?:updatefunction|deployfunction|netcoredeploy)
        """,
        ),
        (
            "codedeploy",
            r"""
        \bdeploy\s+create-deployment\b|\bdeploy\s+push\b|uses\s+\S*code-?deploy\S*
        """,
        ),
        (
            "kubernetes",
            r"""
        \bkubectl\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*(?:apply|set\s+image|replace)\b
        |\bhelm\b[^&;]*\s(?:upgrade|install)\b|\bhelmfile\s+(?:sync|apply)\b|\bargocd\s+app\s+sync\b
        """,
        ),
        (
            "beanstalk",
            r"""
        \beb\s+deploy\b|update-environment\s.*elasticbeanstalk|uses\s+\S*beanstalk\S*
        """,
        ),
        (
            "copilot",
            r"""
        \bcopilot\s+(?:svc\s+|job\s+|env\s+)?deploy\b
        """,
        ),
        (
            "chalice",
            r"""
        \b(?:chalice|zappa|claudia|up|arc|sst)\s+(?:deploy|update)\b
        """,
        ),
        (
            "script",
            r"""
        \b(?:make|just|task|rake|invoke|npm|pnpm|yarn|bun|npx|nx|poetry\s+run|gradlew?)\s+(?:-\S+\s+|run\s+
        |run-script\s+)*[\w:./-]*\bdeploy(?!er|ed|ment-)[\w:-]*
        |\b(?:make|just|task|rake)\s+(?:-\S+\s+)*(?:[\w]+[-_:])*(?:apply|infra[-_]update)(?:[-_:][\w:-]+)?(?=\s|$)
        |(?:^|\s|\./|bash\s+|sh\s+|python3?\s+)[\w./-]*(?<![a-z])(?:deploy[\w-]*
        |(?:terraform|tofu|terragrunt|tf|infra|stack)[-_]apply[\w-]*|apply[-_](?:terraform|tofu|tf|infra)[\w-]*
        |release[-_]code)\.(?:sh|py|js|ts|ps1|rb)\b
        |(?:^|\s)\.?\.?/?(?:[\w.-]+/)+(?:[\w]+[-_])*deploy(?!ed|er|ment)[\w-]*(?=\s|$)
        |^\./[\w.-]+\s+deploy\b
        """,
        ),
    )
)
_NO_DEPLOYMENT = lazy(
    r"--no-execute|no-execute-changeset|--dry-?run|\bdestroy\b|--help|-destroy\b|docs?[:-]deploy|deploy[:-]docs?|gh-pages|mkdocs|"
    r"deploy-pages|storybook|pages[-_]deploy|\bcat\b|\bchmod\b|\bcp\b|\bgit\s+(?:add|diff|commit)\b|shellcheck|py_compile|npm\s+publish|mvn\s.*\bdeploy\b|"
    r"createorupdatestack(?!.*autoexecutechangeset\s+true).*usechangeset\s+true",
    re.IGNORECASE,
)
INFRASTRUCTURE = frozenset(("sam", "cdk", "cloudformation", "terraform", "pulumi"))
"""Tools that change infrastructure and can show beforehand what they will change."""

_ELSEWHERE = lazy(
    r"gh-pages|github[- _]pages|deploy-pages|upload-pages-artifact|\bdocs?\b|documentation|storybook|mkdocs|docusaurus|"
    r"jekyll|runbooks",
    re.IGNORECASE,
)
"""What tells that a script publishes documents: not what the infrastructure is deployed with."""
_PAGES = lazy(r"^uses\s+\S*(?:deploy-pages|upload-pages-artifact|gh-pages|pages-deploy)", re.IGNORECASE)

_PRODUCTION = lazy(r"(?<![a-z])(?:prod(?:uction|ução|ucao|uccion)?|prd|live)(?![a-z])", re.IGNORECASE)
_OTHER = lazy(
    r"(?<![a-z])(?:non-?prod\w*|pre-?prod\w*|dev(?:el|elop|elopment)?|staging|stage|stg|test(?:ing)?|qa|uat|sandbox|sbx|int(?:egration)?|"
    r"preview|ephemeral|pr|acc(?:eptance)?|alpha|beta|gamma|homolog\w*|hml|desenvolvimento|demo|nightly|lab)(?![a-z])",
    re.IGNORECASE,
)
_SURE = (
    r"(?<![a-z])(?:non-?prod\w*|pre-?prod\w*|dev(?:el|elop|elopment)?|staging|stage|stg|qa|uat|sandbox|sbx|preview|ephemeral|"
    r"homolog\w*|hml|desenvolvimento|nightly)(?![a-z])"
)
_DOUBTFUL = r"(?:test(?:s|ing)?|int(?:egration)?|acc(?:eptance)?|alpha|beta|gamma|demo|lab|pr)(?![a-z])"
_OTHER_NAMED = lazy(
    rf"{_SURE}|^{_DOUBTFUL}$|"
    rf"(?:deploy\w*|apply|release|promote|env\w*|to)[-_ :/]+(?:to[-_ ]+)?(?:the[-_ ]+)?{_DOUBTFUL}|"
    rf"(?<![a-z]){_DOUBTFUL}[-_ ]+(?:env\w*|account|stage|cluster|stack)|/{_DOUBTFUL}(?:/|$)",
    re.IGNORECASE,
)
"""Environments that names of jobs speak of: "test-and-deploy" goes to none, "deploy-test" does."""
_OTHER_SURE = lazy(_SURE.replace("|stage|", "|"), re.IGNORECASE)
_NOT_PRODUCTION = lazy(r"(?<![a-z])(?:non|pre|not)[-_ ]?prod\w*", re.IGNORECASE)


_LONGEST = 500
"""What of a name is looked at."""
_MOST_KNOWN = 8192
"""How many commands are remembered: each is asked of for every deployment before and behind it."""


class Deployed(NamedTuple):
    """That a command deploys: with which tool, and as what the tool was told."""

    tool: str
    text: str


def stages_of(command: Command) -> frozenset[str]:
    """What a command does: lint, test, build, ...; deployments are told by `deployment_of`.

    The name of its step counts where the command itself is a script, or only a name.
    """
    return _stages(command.text, command.name)


@lru_cache(maxsize=_MOST_KNOWN)
def _stages(text: str, title: str) -> frozenset[str]:
    found = []
    title = title[:_LONGEST]
    for name, pattern in _STAGES.items():
        named = not (name == "test" and _NOT_TESTS.search(text)) and pattern.search(title)
        if named or pattern.search(text):
            found.append(name)
    return frozenset(found)


def deployment_of(command: Command) -> Deployed | None:
    """What a command deploys with; None when it deploys nothing."""
    return _deployment(command.text)


@lru_cache(maxsize=_MOST_KNOWN)
def _deployment(text: str) -> Deployed | None:
    if not text or _NO_DEPLOYMENT.search(text):
        return None
    return next((Deployed(tool, text) for tool, pattern in _DEPLOYMENTS if pattern.search(text)), None)


def publishes_documents(job: Job, command: Command, pipeline_name: str) -> bool:
    """Whether a script that deploys something seems to publish documents only."""
    words = (pipeline_name, job.name, command.name, command.text)
    return any(_ELSEWHERE.search(one[:_LONGEST]) for one in words) or any(_PAGES.search(c.text) for c in job.commands)


class Target(NamedTuple):
    """Where a deployment goes: "production", "other", or "unnamed" when nothing says it.

    several  the same deployment goes to environments before production, too
    depends  which of them it is an expression decides
    """

    name: str
    several: bool = False
    depends: bool = False


def target_of(job: Job, command: Command, triggers: frozenset[str], pipeline_names: Sequence[str] = ()) -> Target:
    """Where a deployment goes, by the first words that tell it: the environment, the command, then names."""
    names = (command.name, command.where, job.name, *(c.name for c in job.commands if not c.text))
    for words, other in (
        *((words, _OTHER) for words in (job.environment, command.text)),
        *((words, _OTHER_NAMED) for words in names),
        *((words, _OTHER_SURE) for words in pipeline_names),
    ):
        plain = _NOT_PRODUCTION.sub("staging", possible_words(words)[:_LONGEST])
        elsewhere = other.search(plain) is not None
        if _PRODUCTION.search(plain):
            return Target("production", elsewhere, elsewhere and "${{" in words)
        if elsewhere:
            return Target("other")
    return Target("other") if triggers and triggers <= {"pull_request"} else Target("unnamed")
