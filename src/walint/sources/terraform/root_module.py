"""A root module as a resource of its own: where its state is kept and which versions it asks for.

https://developer.hashicorp.com/terraform/language/backend
https://developer.hashicorp.com/terraform/language/providers/requirements
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.resource import Resource
from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.terraform.blocks import body
from walint.sources.terraform.config import Part

if TYPE_CHECKING:
    from walint.sources.terraform.config import Configuration, Declared
    from walint.sources.terraform.module import Module

ROOT_MODULE = "Walint::TerraformRoot"
_AWS = frozenset(("aws", "awscc"))
_BUILT_IN = "terraform"
_TERRAGRUNT = ("terragrunt.hcl", "root.hcl")
"""The files of https://terragrunt.gruntwork.io, which writes a backend into the modules that it runs."""
_NEEDED = {"s3": ("bucket", "key")}
"""The arguments without which a backend cannot work: where one is missing, `terraform init` is given the rest."""
_LOCKING = {"use_lockfile": "UseLockfile", "dynamodb_table": "DynamoDBTable"}
_DIALECT = {
    "Backend": "backend",
    "Backend.Type": "backend",
    "RequiredVersion": "required_version",
    "Providers": "required_providers",
    **{f"Backend.{property_}": f"backend.{name}" for name, property_ in _LOCKING.items()},
}


def root_module(top: Module) -> Resource | None:
    """The pseudo-resource for a root module that Terraform is run in; None for a module that others are to call.

    A directory with a backend, a provider configuration or values of variables is run in; one that has nothing to do
    with AWS is not ours to judge.
    """
    configuration = top.configuration
    providers = {name.partition(".")[0]: block for name, block in reversed(configuration.providers.items())}
    values = top.given is not None and top.given.beside
    if not (configuration.has_backend() or providers or values):
        return None
    used = _used(configuration)
    if not _AWS & used:
        return None
    of_aws = [block for name, block in configuration.providers.items() if name.partition(".")[0] in _AWS]
    blocks = (*configuration.settings, *of_aws, *configuration.providers.values(), *configuration.resources.values())
    declared = next(iter(blocks), None)
    if declared is None:
        return None
    span = declared.span
    asked = _versions(top, providers)
    bare = Known({}, span)
    data: dict[str, Value] = {
        "Folder": Known(top.root.unit, span),
        "Backend": _backend(top),
        "Providers": Known(tuple(_named(name, asked.get(name, bare)) for name in sorted(used)), span),
        "LockFile": Known(top.root.sandbox.exists(".terraform.lock.hcl") is True, span),
    }
    required = _required_version(top)
    if required is not None:
        data["RequiredVersion"] = required
    return Resource(
        key=top.symbol("terraform"),
        type=ROOT_MODULE,
        address="terraform",
        name=top.root.unit,
        source="terraform",
        unit=top.root.unit,
        properties=Known(data, span),
        span=span,
        declared=(declared.file.path, declared.start),
        dialect=_DIALECT,
    )


def _used(configuration: Configuration) -> set[str]:
    """The local names of the providers of the resources, data sources and provider blocks."""
    names = {type_.partition("_")[0] for _, type_, _ in configuration.resources}
    names |= {name.partition(".")[0] for name in configuration.providers}
    return names - {_BUILT_IN}


def _backend(top: Module) -> Value:
    """`Type` and what a backend's locking rests on; absent where Terraform keeps the state in a local file."""
    for part in top.configuration.settings:
        for block, file in part.body.named("cloud"):
            return Known({"Type": Known("cloud", file.span(block.start, block.header_end))})
        for block, file in part.body.named("backend", 1):
            span = file.span(block.start, block.header_end)
            written = body(Part.of(block.body, file), top.scope, top.shaper)
            type_ = block.labels[0] if block.labels else ""
            data: dict[str, Value] = {"Type": Known(type_, span)}
            partial = any(name not in written for name in _NEEDED.get(type_, ()))
            for name, property_ in _LOCKING.items():
                if name in written:
                    data[property_] = written[name]
                elif partial:
                    data[property_] = Unknown("terraform init is given the rest of the backend's arguments", span)
            return Known(data, span)
    wrapper = _wrapper(top)
    if wrapper is not None:
        return Unknown(f"{wrapper} may write the backend")
    if top.configuration.damaged:
        return Unknown("a file of this module could not be read wholly")
    return Absent()


def _wrapper(top: Module) -> str | None:
    """The file of Terragrunt that is in charge of this folder: in it, or above it inside of what may be read."""
    above = ""
    while True:
        for name in _TERRAGRUNT:
            found = top.root.sandbox.exists(above + name)
            if found is True:
                return name
            if isinstance(found, Unknown):  # outside
                return None
        above += "../"


def _required_version(top: Module) -> Value | None:
    for part in top.configuration.settings:
        attribute = part.body.attributes.get("required_version")
        if attribute is not None:
            return top.shaper.argument(attribute, top.scope)
    return None


def _versions(top: Module, providers: dict[str, Declared]) -> dict[str, Value]:
    """What is said of each provider: in `required_providers`, or in the provider block, as it once was."""
    found: dict[str, Value] = {}
    for name, block in providers.items():
        attribute = block.body.attributes.get("version")
        value = None if attribute is None else top.shaper.argument(attribute, top.scope)
        found[name] = Known({} if value is None else {"Version": value}, block.span)
    for part in top.configuration.settings:
        for asked, file in part.body.named("required_providers"):
            for name, value in body(Part.of(asked.body, file), top.scope, top.shaper).items():
                # `aws = "~> 5.0"` is how Terraform 0.12 wrote it.
                written = (
                    value.data if isinstance(value, Known) and isinstance(value.data, dict) else {"version": value}
                )
                if "version" in written or name not in found:
                    version = {"Version": written["version"]} if "version" in written else {}
                    found[name] = Known(version, value.span)
    return found


def _named(name: str, said: Value) -> Value:
    """What is said of a provider, with its name."""
    if isinstance(said, Known) and isinstance(said.data, dict):
        return Known({"Name": Known(name, said.span), **said.data}, said.span)
    return said
