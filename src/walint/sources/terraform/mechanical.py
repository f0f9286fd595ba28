"""The Cloud Control provider: its `awscc_*` types are made from CloudFormation's schemas, name by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from walint.catalog.schemas import property_schema, read_only, ref_of, type_names, type_schema
from walint.model.value import Absent, Alternatives, Choice, Known, Value
from walint.sources.terraform.joining import items_of, members_of

if TYPE_CHECKING:
    from walint.catalog.schemas import PropertySchema


@cache
def _types() -> Mapping[str, str]:
    """CloudFormation's types by their names in small letters without separators."""
    return {_squeezed(name.removeprefix("AWS::")): name for name in type_names() if name.startswith("AWS::")}


def _squeezed(name: str) -> str:
    return name.replace("::", "").replace("_", "").lower()


@cache
def cloudformation_type(terraform_type: str) -> str | None:
    """`awscc_s3_bucket` is AWS::S3::Bucket; None where CloudFormation has no such type."""
    return _types().get(_squeezed(terraform_type.removeprefix("awscc_")))


@cache
def attribute_named_alike(terraform_type: str, attribute: str) -> str:
    """The attribute of GetAtt that a Cloud Control resource's attribute is; "Ref" for its `id`."""
    type_name = cloudformation_type(terraform_type)
    if type_name is None:
        return attribute
    identifier = ref_of(type_name)
    if attribute == "id" or (len(identifier) == 1 and _squeezed(identifier[0]) == _squeezed(attribute)):
        return "Ref"
    schema = type_schema(type_name)
    names = (*read_only(type_name), *(schema.names() if schema is not None else ()))
    return next((name for name in names if _squeezed(name) == _squeezed(attribute)), attribute)


def properties_of(type_name: str, body: Known) -> tuple[Known, dict[str, str]]:
    """A body with CloudFormation's names, and the route back from each path to the user's own name for it."""
    dialect: dict[str, str] = {}
    schema = property_schema(type_name, "")
    converted = body if schema is None else _renamed(body, schema, "", "", dialect)
    return (converted if isinstance(converted, Known) else body), dialect


def _renamed(value: Value, schema: PropertySchema, path: str, spoken: str, dialect: dict[str, str]) -> Value:
    if isinstance(value, Alternatives):
        choices = [Choice(one.given, _renamed(one.value, schema, path, spoken, dialect)) for one in value.choices]
        return Alternatives(tuple(choices), value.span)
    if not isinstance(value, Known):
        return value
    members, items = members_of(value), items_of(value)
    if items is not None:
        inner = schema.item or schema
        changed = [_renamed(item, inner, path, spoken, dialect) for item in items]
        if schema.kind == "object":  # a nested block, which may occur once
            return changed[0] if changed else value.rest or Absent(value.span)
        return Known(changed, value.span, value.origin, value.rest)
    if members is None or schema.kind != "object":
        return value
    by_name = {_squeezed(name): name for name in schema.names()}
    renamed: dict[str, Value] = {}
    for argument, member in members.items():
        name = by_name.get(_squeezed(argument), argument)
        child = schema.child(name)
        deeper, said = f"{path}.{name}".lstrip("."), f"{spoken}.{argument}".lstrip(".")
        dialect[deeper] = said
        renamed[name] = member if child is None else _renamed(member, child, deeper, said, dialect)
    return Known(renamed, value.span, value.origin, value.rest)
