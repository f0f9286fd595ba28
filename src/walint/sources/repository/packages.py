"""Dependency manifests: which packages a part of the repository declares, by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from walint.patterns import lazy

_REQUIREMENT = lazy(r"\s*([A-Za-z0-9][\w.-]*)")
_GO = lazy(r"(?m)^\s*(?:require\s+)?([a-z0-9][\w.-]*\.[a-z]+/\S+)\s+v\d")
_MAVEN = lazy(r"<artifactId>\s*([^<\s]+)\s*</artifactId>")
_GRADLE = lazy(r"""['"]([\w.-]+:[\w.-]+)(?::[^'"]*)?['"]""")
_GEM = lazy(r"""(?m)^\s*gem\s+['"]([^'"]+)""")
_NUGET = lazy(r"""(?i)<PackageReference\s+[^>]*Include\s*=\s*["']([^"']+)""")
_JS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def dependencies_of(path: str, text: str) -> list[str]:
    """The names of the packages that a manifest declares, in small letters and sorted; none for a broken one."""
    try:
        return sorted({name.lower() for name in _names(path.rpartition("/")[2], text)})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []


def _names(name: str, text: str) -> Iterator[str]:
    match name:
        case "package.json" | "composer.json":
            data = json.loads(text)
            for key in (*_JS, "require", "require-dev"):
                yield from data.get(key) or {}
        case "pyproject.toml" | "Pipfile" | "Cargo.toml":
            import tomllib

            yield from _toml(tomllib.loads(text))
        case "go.mod":
            yield from _GO.findall(text)
        case "pom.xml":
            yield from _MAVEN.findall(text)
        case "build.gradle" | "build.gradle.kts":
            yield from _GRADLE.findall(text)
        case "Gemfile":
            yield from _GEM.findall(text)
        case _ if name.endswith(".csproj"):
            yield from _NUGET.findall(text)
        case _:
            yield from _requirements(text.split("\n"))


def _requirements(lines: list[str]) -> Iterator[str]:
    for line in lines:
        found = _REQUIREMENT.match(line)
        if found and not line.lstrip().startswith(("#", "-", "[")):
            yield found.group(1)


def _toml(data: Mapping[str, Any]) -> Iterator[str]:
    project = data.get("project", {})
    groups = [
        project.get("dependencies", []),
        *project.get("optional-dependencies", {}).values(),
        *data.get("dependency-groups", {}).values(),
    ]
    for group in groups:
        yield from _requirements([item for item in group if isinstance(item, str)])
    poetry = data.get("tool", {}).get("poetry", {})
    tables = [
        poetry.get("dependencies", {}), poetry.get("dev-dependencies", {}), data.get("packages", {}),
        data.get("dev-packages", {}), data.get("dependencies", {}), data.get("dev-dependencies", {}),
        *(group.get("dependencies", {}) for group in poetry.get("group", {}).values()),
    ]  # fmt: skip
    for table in tables:
        yield from table
