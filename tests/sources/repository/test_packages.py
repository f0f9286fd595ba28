"""The packages that manifests declare."""

from __future__ import annotations

import pytest

from walint.sources.repository.packages import dependencies_of


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("package.json", '{"dependencies": {"Pino": "^9"}, "devDependencies": {"k6": "1"}}', ["k6", "pino"]),
        (
            "a/requirements.txt",
            "# no\n-r base.txt\nstructlog==25\nboto3[crt]>=1 ; python_version > '3'\n",
            ["boto3", "structlog"],
        ),
        ("pyproject.toml", '[project]\ndependencies = ["a>=1"]\n[dependency-groups]\ndev = ["b"]\n', ["a", "b"]),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nc = "^1"\n[tool.poetry.group.dev.dependencies]\nd = "*"\n',
            ["c", "d"],
        ),
        ("Pipfile", '[packages]\ne = "*"\n', ["e"]),
        ("Cargo.toml", '[dependencies]\nslog = "2"\n', ["slog"]),
        ("go.mod", "module x\nrequire (\n\tgo.uber.org/zap v1.27.0\n)\n", ["go.uber.org/zap"]),
        ("pom.xml", "<dependency><artifactId>logback-json</artifactId></dependency>", ["logback-json"]),
        ("build.gradle", "implementation 'org.slf4j:slf4j-api:2.0'", ["org.slf4j:slf4j-api"]),
        ("Gemfile", "gem 'lograge', '~> 1'", ["lograge"]),
        ("a.csproj", '<PackageReference Include="Serilog" Version="4" />', ["serilog"]),
        ("package.json", "{", []),
        ("package.json", '{"dependencies": [1]}', []),
        ("pyproject.toml", "[[", []),
    ],
)
def test_dependencies(path: str, text: str, expected: list[str]) -> None:
    assert dependencies_of(path, text) == expected
