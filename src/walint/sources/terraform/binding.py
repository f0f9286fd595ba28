"""From evaluated Terraform resources to resources of the graph: CloudFormation's types, names and shapes.

The table is catalog/data/terraform.yaml. What is a resource of its own in Terraform and a part of another one in
CloudFormation (the versioning of a bucket) is folded into it; what Terraform expresses without a property stands beside
the properties as an attribute, such as "@PreventDestroy".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from walint.catalog.terraform import Row, row_of
from walint.model.resource import Resource
from walint.model.value import TRUE, Absent, Alternatives, Choice, Known, Value, with_origin
from walint.sources.terraform.companions import fold
from walint.sources.terraform.convert import converted
from walint.sources.terraform.draft import Draft
from walint.sources.terraform.joining import each, members_of, merged, put
from walint.sources.terraform.references import References, type_in_graph
from walint.sources.terraform.resource import TerraformResource
from walint.sources.terraform.special import with_special
from walint.sources.terraform.transforms import transformed

_PAIRS: Mapping[str, str] = {"key": "Key", "value": "Value"}


def bind(resources: Sequence[TerraformResource]) -> Iterator[Resource]:
    """The resources of one root module, as the graph holds them, in the order given.

    Only what AWS's providers manage is there: data sources are values, not resources, and other providers' resources
    are none of walint's business.
    """
    ours = [one for one in resources if one.mode == "managed" and one.type.startswith(("aws_", "awscc_"))]
    references = References({one.key: one for one in ours})
    drafts = [_draft(one, references) for one in ours]
    for draft in with_special(list(fold(drafts, references))):
        yield _resource(draft)


def _draft(resource: TerraformResource, references: References) -> Draft:
    if resource.type.startswith("awscc_"):
        return _of_cloud_control(resource, references)
    row = row_of(resource.type)
    properties = _properties(resource, row, references)
    attributes = {name[1:]: properties.pop(name) for name in list(properties) if name.startswith("@")}
    if "lifecycle" in resource.meta:
        _lifecycle(attributes, resource.meta["lifecycle"])
    if resource.fetched:
        attributes["Fetched"] = TRUE
    type_name = row.type if row is not None else type_in_graph(resource.type)
    dialect = row.dialect if row is not None else _UNMAPPED_DIALECT
    rest = resource.body.rest
    return Draft(resource, row, type_name, properties, attributes, dialect, rest)


_UNMAPPED_DIALECT: Mapping[str, str] = {"Tags": "tags", "@PreventDestroy": "lifecycle.prevent_destroy"}


def _properties(resource: TerraformResource, row: Row | None, references: References) -> dict[str, Value]:
    made = {} if row is None else dict(members_of(converted(resource.body, row.node, references)) or {})
    _tags(made, resource, row, references)
    for path, constant in row.constants.items() if row is not None else ():
        put(made, path.split("."), Known(constant, resource.span), resource.span)
    return made


def _tags(made: dict[str, Value], resource: TerraformResource, row: Row | None, references: References) -> None:
    """The resource's tags, and those that its provider gives to all, as CloudFormation writes them."""
    data = members_of(resource.body) or {}
    property_name = "Tags" if row is None else row.tags
    if property_name is None or (row is None and not {"tags", "tags_all"} & data.keys()):
        return
    whole = references.translated(data.get("tags", Absent(resource.span)))
    stated = data.get("tags_all")  # a plan tells the outcome
    if isinstance(stated, Known) and isinstance(stated.data, Mapping):
        whole = _together(whole, references.translated(stated))
    elif resource.provider is not None:
        whole = _together(whole, references.translated(resource.provider.default_tags))
    if row is None or row.tags_list:
        whole = transformed(whole, "pairs", _PAIRS)
    if not isinstance(whole, Absent):
        made[property_name] = whole


def _together(own: Value, inherited: Value) -> Value:
    """Both maps in one. What the resource sets itself counts more."""
    if members_of(inherited) == {}:
        return own
    return merged(own, _inherited(inherited))


def _inherited(value: Value) -> Value:
    match value:
        case Known(Mapping() as members, span, _, rest):
            return Known(
                {name: with_origin(one, "inherited") for name, one in members.items()}, span, "inherited", rest
            )
        case Alternatives(choices, span):
            return Alternatives(tuple(Choice(one.given, _inherited(one.value)) for one in choices), span)
        case _:
            return value


def _lifecycle(attributes: dict[str, Value], lifecycle: Value) -> None:
    """`lifecycle { prevent_destroy }`: Terraform refuses to destroy the resource, as @PreventDestroy."""
    found = each(lifecycle, lambda one: (members_of(one) or {}).get("prevent_destroy", Absent(one.span)))
    if not isinstance(found, Absent):
        attributes["PreventDestroy"] = found


def _of_cloud_control(resource: TerraformResource, references: References) -> Draft:
    from walint.sources.terraform.mechanical import cloudformation_type, properties_of

    type_name = cloudformation_type(resource.type)
    body = references.translated(resource.body)
    attributes: dict[str, Value] = {}
    if "lifecycle" in resource.meta:
        _lifecycle(attributes, resource.meta["lifecycle"])
    if type_name is None or not isinstance(body, Known):
        return Draft(resource, None, f"Terraform::{resource.type}", {}, attributes, {}, None)
    properties, dialect = properties_of(type_name, body)
    return Draft(resource, None, type_name, dict(members_of(properties) or {}), attributes, dialect, properties.rest)


def _resource(draft: Draft) -> Resource:
    terraform = draft.terraform
    provider = terraform.provider
    region = provider.region.data if provider is not None and isinstance(provider.region, Known) else None
    return Resource(
        key=draft.key or terraform.key,
        type=draft.type,
        address=draft.address or terraform.address,
        name=terraform.name,
        source=terraform.source,
        unit=terraform.unit,
        properties=Known(draft.properties, terraform.span, rest=draft.rest),
        span=terraform.span,
        attributes=draft.attributes,
        presence=terraform.presence if draft.presence is None else draft.presence,
        dialect=draft.dialect,
        exempt=draft.exempt,
        generated=draft.generated,
        region=region if isinstance(region, str) else None,
        ignores=terraform.ignores,
        declared=terraform.declared,
        note=terraform.note,
    )
