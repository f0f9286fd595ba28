"""A cloud assembly: the folder that `cdk synth` writes, read by its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from walint.records import NamedTuple

MANIFEST = "manifest.json"
_UNKNOWN = ("unknown-account", "unknown-region")


class AssemblyTemplate(NamedTuple):
    """One stack of an assembly: its template and what the CDK knows of its deployment."""

    path: Path
    stack_name: str | None
    region: str | None
    account: str | None
    parameters: Mapping[str, str]
    termination_protection: bool


def is_manifest(data: bytes) -> bool:
    """Whether the bytes of a manifest.json are those of a cloud assembly."""
    return b'"artifacts"' in data and (b'"aws:cloudformation:stack"' in data or b'"cdk:cloud-assembly"' in data)


def read_manifest(data: bytes, folder: Path) -> tuple[list[AssemblyTemplate], list[Path]]:
    """The templates that a manifest lists, and the folders of the assemblies nested in it.

    Raises ValueError when it is no manifest.
    """
    try:
        manifest = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deep") from None
    artifacts = manifest.get("artifacts") if isinstance(manifest, dict) else None
    templates: list[AssemblyTemplate] = []
    nested: list[Path] = []
    for artifact in (artifacts if isinstance(artifacts, dict) else {}).values():
        properties = artifact.get("properties") if isinstance(artifact, dict) else None
        if not isinstance(properties, dict):
            continue
        file, directory = properties.get("templateFile"), properties.get("directoryName")
        if artifact.get("type") == "aws:cloudformation:stack" and isinstance(file, str):
            templates.append(_template(folder / file, artifact.get("environment"), properties))
        elif artifact.get("type") == "cdk:cloud-assembly" and isinstance(directory, str):
            nested.append(folder / directory)
    return templates, nested


def _template(path: Path, environment: object, properties: Mapping[str, object]) -> AssemblyTemplate:
    account, _, region = str(environment).removeprefix("aws://").partition("/")
    name, given = properties.get("stackName"), properties.get("parameters")
    protected = properties.get("terminationProtection") is True
    return AssemblyTemplate(
        path=path,
        stack_name=name if isinstance(name, str) else None,
        region=region if region and region not in _UNKNOWN else None,
        account=account if region and account not in _UNKNOWN else None,
        parameters={str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {},
        termination_protection=protected,
    )
