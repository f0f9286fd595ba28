"""Cuts the parts of cfn-lint's data that walint needs into src/walint/catalog/data.

    python tools/build_catalog.py           write the files
    python tools/build_catalog.py --check   say whether they are what the installed cfn-lint gives; exit status 1 if not

cfn-lint is a development dependency: walint itself never imports it. What is cut:

- `schemas.json`: the properties of the types that data/types.yaml lists, one type a line, and the names of all others;
- `lambda_runtimes.json`: when each Lambda runtime is deprecated.

A property is written as a kind ("text", "integer", ...), as "#Name" (a definition of the same type), as a list with
one item, or as a mapping with `properties`, `map` (a free-form map of that) or `kind` and `enum`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import cfnlint
import cfnlint.version
import yaml

DATA = Path(__file__).resolve().parent.parent / "src" / "walint" / "catalog" / "data"
CFNLINT = Path(cfnlint.__file__).resolve().parent / "data"
REGION = "us-east-1"

KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
Node = Any

RUNTIMES_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
PUBLISHED = {"java11.al2023": "2029-06-30", "java17.al2023": "2029-06-30", "java8.al2023": "2029-06-30"}
"""Dates of that page (read on 2026-11-21) that cfn-lint does not have yet; once it has one, its own counts."""


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks the files; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    options = parser.parse_args(arguments)
    stale = []
    for name, text in built().items():
        path = DATA / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    if options.check and stale:
        print(f"not up to date: {', '.join(stale)}; run python tools/build_catalog.py", file=sys.stderr)
        return 1
    return 0


def built() -> dict[str, str]:
    """The text of every generated file, by its name."""
    return {"schemas.json": schemas_text(), "lambda_runtimes.json": runtimes_text()}


def schemas_text() -> str:
    """schemas.json: a line about its origin, then one line a type."""
    wanted = yaml.safe_load((DATA / "types.yaml").read_text(encoding="utf-8"))
    cut = {name: cut_type(name) for name in wanted["cut"]}
    for entry in wanted["json_text"]:
        name, _, path = entry.partition("/")
        spell_json(cut[name], path.split("."))
    own = {name: own_type(name, properties) for name, properties in wanted["own"].items()}
    lines = [f"{json.dumps(name)}: {compact(body)}" for name, body in sorted({**cut, **own}.items())]
    source = {"cfn-lint": cfnlint.version.__version__, "region": REGION}
    others = [f"{json.dumps(service)}: {compact(names)}" for service, names in sorted(other_types(cut).items())]
    head = '{"source": ' + json.dumps(source) + ',\n"types": {\n' + ",\n".join(lines)
    return head + '\n},\n"others": {\n' + ",\n".join(others) + "\n}}\n"


def other_types(cut: Collection[str]) -> dict[str, list[str]]:
    """The names of all types that are not cut, by service: "AWS::Glue" -> Job, Trigger, ..."""
    found: dict[str, list[str]] = {}
    for name in sorted(set(all_types()) - set(cut)):
        service, _, last = name.rpartition("::")
        found.setdefault(service, []).append(last)
    return found


def runtimes_text() -> str:
    """lambda_runtimes.json: name -> date of deprecation, one runtime a line."""
    raw = json.loads((CFNLINT / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json").read_text(encoding="utf-8"))
    known = set(runtime_names())
    dates = {name: entry["deprecated"] or None for name, entry in raw.items()}
    for name in known - dates.keys():
        dates[name] = PUBLISHED.get(name)
    lines = [f"{json.dumps(name)}: {json.dumps(date)}" for name, date in sorted(dates.items())]
    source = {"cfn-lint": cfnlint.version.__version__}
    added = sorted(PUBLISHED.keys() - raw.keys())
    if added:
        source[RUNTIMES_PAGE] = ", ".join(added)
    return '{"source": ' + json.dumps(source) + ',\n"deprecated": {\n' + ",\n".join(lines) + "\n}}\n"


def runtime_names() -> list[str]:
    """The runtimes that CloudFormation's own list names, deprecated or not."""
    runtime = schema_of("AWS::Lambda::Function")["properties"].get("Runtime", {})
    return list(runtime.get("enum", []))


def all_types() -> dict[str, str]:
    """Every type of the region, with the digest that names its schema's file."""
    path = CFNLINT / "schemas" / "providers" / f"{REGION}.json"
    types: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return types


def schema_of(type_name: str) -> dict[str, Any]:
    """The schema that cfn-lint bundles for a type."""
    try:
        digest = all_types()[type_name]
    except KeyError:
        message = f"types.yaml: cfn-lint {cfnlint.version.__version__} has no type {type_name} in {REGION}"
        raise SystemExit(message) from None
    path = CFNLINT / "schemas" / "resources" / f"{digest}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def cut_type(type_name: str) -> dict[str, Node]:
    """What walint keeps of a type: its properties, the definitions they use, its attributes and what Ref returns."""
    schema = schema_of(type_name)
    definitions = schema.get("definitions", {})
    used: dict[str, Node] = {}
    properties = {name: cut_node(node, definitions, used) for name, node in schema.get("properties", {}).items()}
    read_only = [pointer(path) for path in schema.get("readOnlyProperties", [])]
    body: dict[str, Node] = {"properties": properties}
    if used:
        body["definitions"] = used
    if read_only:
        body["read_only"] = sorted(read_only)
    if schema.get("primaryIdentifier"):
        body["ref"] = [pointer(path) for path in schema["primaryIdentifier"]]
    return body


def cut_node(node: dict[str, Any], definitions: dict[str, Any], used: dict[str, Node]) -> Node:
    """One property in walint's short form; definitions it refers to are added to `used` once."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in used:
            used[name] = "any"  # a definition may refer to itself
            used[name] = cut_node(definitions[name], definitions, used)
        return used[name] if isinstance(used[name], str) and used[name] != "any" else f"#{name}"
    return cut_typed(node, definitions, used)


def cut_typed(node: dict[str, Any], definitions: dict[str, Any], used: dict[str, Node]) -> Node:
    """A node that says its own type."""
    kinds = node.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    if len(kinds) > 1:
        return "json" if "object" in kinds and len(kinds) == len({"object", "string"}) else "any"
    kind = kinds[0] if kinds else ("object" if "properties" in node else "any")
    if kind == "array":
        return [cut_node(node.get("items", {}), definitions, used)]
    if kind == "object":
        return cut_object(node, definitions, used)
    name = KINDS.get(kind, "any")
    return {"kind": name, "enum": node["enum"]} if node.get("enum") else name


def cut_object(node: dict[str, Any], definitions: dict[str, Any], used: dict[str, Node]) -> Node:
    """An object with named properties, a free-form map, or JSON that nobody describes."""
    properties = dict(node.get("properties", {}))
    for choice in [*node.get("oneOf", []), *node.get("anyOf", [])]:
        properties.update(choice.get("properties", {}))
    if properties:
        described = {name: cut_node(child, definitions, used) for name, child in properties.items()}
        return {"properties": described}
    patterns = node.get("patternProperties", {})
    if patterns:
        return {"map": cut_node(next(iter(patterns.values())), definitions, used)}
    return "json"


def spell_json(body: dict[str, Node], path: list[str]) -> None:
    """Makes one property, a text, free-form: it holds JSON that rules look into."""
    members = body["properties"]
    for name in path[:-1]:
        node = members[name]
        node = body["definitions"][node[1:]] if isinstance(node, str) else node
        members = node["properties"]
    if members[path[-1]] != "text":
        message = f"types.yaml: {'.'.join(path)} is {members[path[-1]]}, no text"
        raise SystemExit(message)
    members[path[-1]] = "json"


def own_type(name: str, properties: dict[str, Any]) -> dict[str, Node]:
    """A type that types.yaml describes; without any property it is free-form."""
    if not properties:
        return {"properties": {}, "open": True}
    read_only = {"read_only": ["Arn"]} if name.startswith("AWS::Serverless::") else {}
    return {"properties": properties, **read_only}


def pointer(path: str) -> str:
    """A JSON pointer of a schema as a path: /properties/Endpoint/Address -> Endpoint.Address."""
    parts = [part for part in path.split("/")[2:] if part not in {"*", "properties", "items"}]
    return ".".join(parts)


def compact(body: Node) -> str:
    """One line of JSON, keys sorted."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
