"""Provider configurations: which one a resource uses, and what of it matters to AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.model.value import Absent, Known, Unknown, Value
from walint.sources.terraform.blocks import body
from walint.sources.terraform.hcl import ast
from walint.sources.terraform.instances import traversal
from walint.sources.terraform.resource import Provider

if TYPE_CHECKING:
    from walint.sources.terraform.config import Declared
    from walint.sources.terraform.module import Module


class Providers:
    """The provider configurations that a module sees, by local name ("aws", "aws.west")."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._found: dict[str, Provider] = {}

    def of(self, declared: Declared, type_: str) -> Provider:
        """The configuration that a resource of a type uses."""
        attribute = declared.body.attributes.get("provider")
        name = traversal(attribute[0].expression) if attribute else None
        return self.named(name or type_.partition("_")[0])

    def named(self, name: str) -> Provider:
        """A configuration by its local name: declared here, passed in by the caller, or inherited."""
        found = self._found.get(name)
        if found is None:
            # While it is evaluated it counts as bare: its region may rest on a data source, which asks for it.
            self._found[name] = Provider(name, Absent(), Known({}))
            found = self._found[name] = self._resolved(name)
        return found

    def _resolved(self, name: str) -> Provider:
        module = self._module
        declared = module.configuration.providers.get(name)
        if declared is not None and (module.call is None or not _is_bare(declared)):
            return self._evaluated(name, declared)
        if module.call is None:
            return Provider(name, Absent(), Known({}))
        passed = _passed(module.call.declared)
        return module.call.module.providers.named(passed.get(name, name))

    def _evaluated(self, name: str, declared: Declared) -> Provider:
        module = self._module
        values = body(declared.body, module.scope, module.shaper, ("assume_role", "endpoints"))
        tags: Value = Known({}, declared.span)
        match values.get("default_tags"):
            case Known(data=tuple() as blocks) if blocks:
                first = blocks[0]
                if isinstance(first, Known) and isinstance(first.data, dict):
                    tags = first.data.get("tags", tags)
            case Known(data=dict() as members):  # in JSON an object stands for the block
                tags = members.get("tags", tags)
            case None:
                pass
            case _:
                tags = Unknown("the default tags of the provider are not known", declared.span)
        spoken = name if not module.address else f"{module.address}.{name}"
        return Provider(spoken, values.get("region", Absent(declared.span)), tags)


def _is_bare(declared: Declared) -> bool:
    """Whether a configuration in a called module only says that its caller passes one in."""
    return not declared.body.blocks and declared.body.attributes.keys() <= {"alias", "version"}


def _passed(declared: Declared) -> dict[str, str]:
    """What a call's `providers = { aws = aws.west }` says."""
    attribute = declared.body.attributes.get("providers")
    if attribute is None or not isinstance(attribute[0].expression, ast.Object):
        return {}
    pairs = ((traversal(key), traversal(value)) for key, value in attribute[0].expression.items)
    return {key: value for key, value in pairs if key is not None and value is not None}
