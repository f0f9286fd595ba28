from __future__ import annotations

from pathlib import Path

import pytest

from walint.config import Config, ConfigError, Environment, find, load
from walint.config_schema import SCHEMA
from walint.findings.environments import Match
from walint.findings.result import Location
from walint.findings.suppression import Where
from walint.model.span import Span

FULL = """
profile = "strict"
select = ["OPS08"]
ignore = ["lambda-tracing"]
min_severity = "low"
fail_on = "high"
fail_on_unknown = true
exclude = ["legacy/**"]
rules_dirs = ["my-rules"]
baseline = ".walint-baseline.json"
region = "eu-west-1"

[parameters]
Days = 30
Traced = true

[rules.log-group-retention-min]
min_days = 90
severity = "high"
only_in = "production"
enabled = true

[environments.prod]
parameter_files = ["prod.json"]
parameters = {Days = 365}
production = false

[environments.prod.match]
stack = ["*-prod"]
path = ["infra/prod/**"]
tag = {Stage = ["prod", "live"]}

[[suppress]]
rule = "sqs-*"
path = "batch"
resource = "Jobs*"
reason = "no consumer"
until = 2027-01-31
"""


def written(tmp_path: Path, text: str, name: str = "walint.toml") -> Path:
    file = tmp_path / name
    file.write_text(text)
    return file


def test_everything_is_read(tmp_path: Path) -> None:
    config = load(written(tmp_path, FULL), tmp_path)
    assert (config.profile, config.select, config.ignore) == ("strict", ("OPS08",), ("lambda-tracing",))
    assert (config.min_severity, config.fail_on, config.fail_on_unknown) == ("low", "high", True)
    assert (config.exclude, config.rules_dirs) == (("legacy/**",), (tmp_path / "my-rules",))
    assert config.baseline == tmp_path / ".walint-baseline.json"
    rule = config.rules["log-group-retention-min"]
    assert (rule.enabled, rule.severity, dict(rule.parameters)) == (True, "high", {"min_days": 90})
    assert rule.only_in == "production"
    assert rule.where is not None
    assert rule.where.start_line == 17
    everywhere = Environment({"Days": "30", "Traced": "true"}, region="eu-west-1")
    assert config.layers(None) == (everywhere,)
    match = Match(stack=("*-prod",), path=("infra/prod/**",), tag={"Stage": ("prod", "live")})
    files = (tmp_path / "prod.json",)
    prod = Environment({"Days": "365"}, files, sam_config_env="prod", match=match, production=False)
    assert config.layers("prod") == (everywhere, prod)
    (entry,) = config.suppress
    assert (entry.rules, entry.reason, entry.until) == (("sqs-*",), "no consumer", "2027-01-31")
    assert (entry.where, entry.location) == (Where("batch", "Jobs*"), Location("walint.toml", 33, 1, 33, 2))


def test_a_table_of_pyproject(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.walint]\nfail_on = "low"\n[tool.walint.rules.sqs-dlq]\nenabled = false\n'
    config = load(written(tmp_path, text, "pyproject.toml"), tmp_path)
    assert (config.fail_on, config.rules["sqs-dlq"].enabled) == ("low", False)


def test_globs_of_a_config_in_a_folder_are_relative_to_that_folder(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    text = 'exclude = ["legacy", "**/generated"]\n[[suppress]]\nrule = "x"\npath = "a.yaml"\n'
    config = load(written(tmp_path / "service", text), tmp_path)
    assert config.exclude == ("service/legacy", "**/generated")
    assert config.suppress[0].where.path == "service/a.yaml"
    assert config.shown_as == "service/walint.toml"


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        ('profil = "x"', "unknown key profil", 1, "did you mean 'profile'?"),
        ('\nfail-on = "low"', "unknown key fail-on", 2, "did you mean 'fail_on'?"),
        ("zzz = 1", "unknown key zzz", 1, "known here: account, baseline"),
        (
            'profile = "stict"',
            "profile must be one of default, strict, minimal, not 'stict'",
            1,
            "did you mean 'strict'?",
        ),
        ('select = "OPS08"', "select must be a list, not 'OPS08'", 1, None),
        ("select = [1]", "select[1] must be a text, not 1", 1, None),
        ("fail_on_unknown = 1", "fail_on_unknown must be true or false, not 1", 1, None),
        ('[rules.a]\nb = 1\nseverity = "bad"', "rules.a.severity must be one of", 3, None),
        ("[rules]\na = 1", "rules.a must be a table, not 1", 2, None),
        (
            "[environments.prod]\nparameter = {}",
            "unknown key environments.prod.parameter",
            2,
            "did you mean 'parameters'?",
        ),
        ("[environments.prod]\nmatch = {}", "environments.prod.match says nothing", 2, "known here: account, path"),
        ("[environments.prod.match.tag]", "environments.prod.match.tag says nothing", 1, None),
        ("[environments.prod.match]\nstack = 'a'", "environments.prod.match.stack must be a list, not 'a'", 2, None),
        ("[environments.prod.match]\ntags = {}", "unknown key environments.prod.match.tags", 2, "did you mean 'tag'?"),
        ("[rules.a]\nonly_in = 'prod'", "rules.a.only_in must be one of production, any", 2, None),
        ('[[suppress]]\nrule = "a"\n\n[[suppress]]\nwhy = "x"', "unknown key suppress[2].why", 5, "known here:"),
        ('[[suppress]]\npath = "a"', "suppress[1] lacks 'rule'", 1, None),
        ("a = [", "the config is no TOML", None, None),
        ('rules_dirs = ["../x"]', "../x lies outside of the repository", 1, "name it on the command line instead"),
        ('\nbaseline = "/etc/passwd"', "/etc/passwd lies outside of the repository", 2, None),
    ],
)
def test_mistakes_have_a_place_and_a_hint(
    tmp_path: Path, text: str, message: str, line: int | None, hint: str | None
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), tmp_path)
    error = caught.value
    assert error.message.startswith(message)
    assert (error.where if isinstance(error.where, str) else error.where.start_line) == (line or "walint.toml")  # type: ignore[union-attr]
    assert (error.help or "").startswith(hint or "")


def test_a_mistake_in_pyproject_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, "[project]\n[tool.walint]\nfoo = 1\n", "pyproject.toml"), tmp_path)
    assert caught.value.where.start_line == 3  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x = 1\n" * 300_000])
def test_a_file_that_is_no_config(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "walint.toml").write_bytes(content)
    with pytest.raises(ConfigError):
        load(tmp_path / "walint.toml", tmp_path)


def test_the_nearest_config_up_to_the_root_counts(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    deep = repository / "a" / "b"
    deep.mkdir(parents=True)
    written(tmp_path, "")
    assert find(deep, repository) is None
    written(repository, "[tool.other]\n", "pyproject.toml")
    assert find(deep, repository) is None
    at_root = written(repository, "[tool.walint]\n", "pyproject.toml")
    assert find(deep, repository) == at_root
    hidden = written(repository / "a", "", ".walint.toml")
    assert find(deep, repository) == hidden
    plain = written(repository / "a", "")
    assert find(deep, repository) == plain


def test_a_config_that_is_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "walint.toml").symlink_to(written(tmp_path, "", "elsewhere.toml"))
    with pytest.raises(ConfigError, match="leads out of the repository"):
        find(tmp_path / "repository", tmp_path / "repository")


def test_an_environment_that_does_not_exist() -> None:
    config = Config(environments={"prod": Environment()}, shown_as="walint.toml")
    with pytest.raises(ConfigError, match="there is no environment 'dev'"):
        config.layers("dev")


def test_without_environments_the_name_is_that_of_samconfig() -> None:
    assert Config().layers("dev") == (Environment(), Environment(sam_config_env="dev"))


def test_the_schema_is_one() -> None:
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate({"profile": "strict", "suppress": [{"rule": "x", "until": "2027-01-31"}]}, SCHEMA)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "docs/site", "https://a b", "https://a\\u001b[0m"])
def test_pages_of_rules_are_on_the_web(tmp_path: Path, address: str) -> None:
    file = tmp_path / "walint.toml"
    file.write_text('rule_pages = "https://docs.example.com"\n', encoding="utf-8")
    assert load(file, tmp_path).rule_pages == "https://docs.example.com"
    file.write_text(f'rule_pages = "{address}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="is no address of a site") as raised:
        load(file, tmp_path)
    assert raised.value.where == Span("walint.toml", 1, 1, 1, 2)
