"""Cuts the names of arguments and blocks out of the AWS provider's schema, for the tests of the Terraform table.

    pip download --no-deps cdktf-cdktf-provider-aws==21.22.1
    python tools/build_provider_schema.py cdktf_cdktf_provider_aws-21.22.1-py3-none-any.whl

The package is generated from the schema of hashicorp/aws; its interface description names every argument and says
what is a block. Only names and shapes are kept, and only of the types that walint binds or refers to. Needs about
2 GB of memory for some seconds; nothing that it reads is executed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from walint.catalog.identity import identified_types, identity_of
from walint.catalog.terraform import bound_types

TARGET = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "aws_provider.json"
_PACKAGE = "@cdktf/provider-aws."
_ARGUMENT = re.compile(r"/(\d[\d.]*)/docs/[^#]*#(\w+) ")
_RESOURCE = re.compile(r"docs/resources/\w+ (aws_\w+)\}")


def main(wheel: str) -> None:
    """Writes tests/fixtures/aws_provider.json."""
    types = _interface(Path(wheel))
    wanted = {*bound_types()}
    for name in identified_types():
        identity = identity_of(name)
        wanted.update(identity.terraform if identity is not None else ())
    found: dict[str, Any] = {}
    versions: set[str] = set()
    for entry in types.values():
        resource = _RESOURCE.search(json.dumps(entry.get("docs", {})))
        if entry.get("base") == "cdktf.TerraformResource" and resource and resource[1] in wanted:
            config = entry["initializer"]["parameters"][2]["type"]["fqn"]
            found[resource[1]] = {
                "arguments": _members(types, config, (), versions),
                "attributes": sorted(_snake(one["name"]) for one in entry["properties"] if not _is_input(one)),
            }
    data = {"source": f"{Path(wheel).name}, hashicorp/aws {'/'.join(sorted(versions))}", "types": found}
    TARGET.write_text(_written(data), encoding="utf-8")
    print(f"{len(found)} of {len(wanted)} types; missing: {sorted(wanted - found.keys())}")


def _interface(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        inner = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(archive.read(inner))) as package:
            described = package.extractfile("package/.jsii")
            assert described is not None  # noqa: S101 - every such package has one
            types: dict[str, Any] = json.load(described)["types"]
    return types


def _members(types: dict[str, Any], name: str, inside: tuple[str, ...], versions: set[str]) -> dict[str, Any]:
    """Argument or block -> "scalar", "list", "map", or of a block {"": "one" or "many", and what it holds}."""
    members: dict[str, Any] = {}
    for one in types[name].get("properties", ()):
        written = _ARGUMENT.search(json.dumps(one.get("docs", {})))
        if written is not None:
            versions.add(written[1])
            members[written[2]] = _shape(types, one["type"], inside, versions)
    return members


def _shape(types: dict[str, Any], kind: dict[str, Any], inside: tuple[str, ...], versions: set[str]) -> Any:
    if "union" in kind:
        options = [one for one in kind["union"]["types"] if one.get("fqn") != "cdktf.IResolvable"]
        kind = next((one for one in options if "collection" in one), options[0])
    if "primitive" in kind:
        return "map" if kind["primitive"] == "any" else "scalar"
    if "collection" in kind:
        if kind["collection"]["kind"] == "map":
            return "map"
        item = _shape(types, kind["collection"]["elementtype"], inside, versions)
        return {**item, "": "many"} if isinstance(item, dict) else "list"
    name = kind["fqn"]
    if not name.startswith(_PACKAGE) or name in inside:
        return "map"
    return {"": "one", **_members(types, name, (*inside, name), versions)}


def _is_input(one: dict[str, Any]) -> bool:
    return bool(one.get("static")) or one["name"].endswith("Input")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _written(data: dict[str, Any]) -> str:
    """One line for each type, so that a change of version shows as what changed."""
    lines = [f'"source": {json.dumps(data["source"])}', '"types": {']
    rows = [
        f"{json.dumps(name)}: {json.dumps(data['types'][name], sort_keys=True, separators=(',', ':'))}"
        for name in sorted(data["types"])
    ]
    return "{" + ",\n".join(lines[:1]) + ",\n" + lines[1] + "\n" + ",\n".join(rows) + "\n}}\n"


if __name__ == "__main__":
    main(sys.argv[1])
