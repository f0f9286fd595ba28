"""Module calls: where the called module is, and what is passed into it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from walint.records import NamedTuple
from walint.sources.terraform.config import Configuration, local_folder
from walint.sources.terraform.instances import both
from walint.sources.terraform.root import DEEPEST, MOST_MODULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from walint.model.span import Span
    from walint.sources.discover import Files
    from walint.sources.terraform.config import Declared
    from walint.sources.terraform.instances import Entry
    from walint.sources.terraform.module import Module
    from walint.sources.terraform.values import TerraformValue

META = frozenset(("source", "version", "count", "for_each", "providers", "depends_on"))
"""Arguments of a call that are no inputs."""
_MOST_BYTES = 4 << 20


class Call(NamedTuple):
    """One instance of a `module` block.

    module   the module that it stands in
    names    `count` or `each` of the block
    key      the dotted names of the calls that lead here, as `.terraform/modules/modules.json` has them
    blamed   where findings inside the called module are shown when it was fetched from elsewhere; None for one's own
    """

    module: Module
    declared: Declared
    address: str
    names: Mapping[str, TerraformValue]
    key: str
    blamed: Span | None


def callee(module: Module, name: str, declared: Declared) -> Configuration | str:
    """The configuration that a call names, or why there is none to look into; then it is reported too."""
    root, span = module.root, declared.span
    attribute = declared.body.attributes.get("source")
    source = module.evaluate(attribute) if attribute else None
    address = f"module.{name}"
    if not isinstance(source, str):
        reason = f"{address} has no source" if attribute is None else f"the source of {address} is not known"
        root.error(reason, span, "name the folder or the registry that the module comes from")
        return reason
    if root.modules >= MOST_MODULES:
        reason = f"{root.unit} has more than {MOST_MODULES:,} modules"
        root.note(f"{reason}; {address} is not looked into", span)
        return reason
    folder = local_folder(module.configuration.folder, source)
    if folder is None:
        folder = root.installed.get(_key(module, name))
        if folder is None:
            reason = f"{address} ({source}) is not on disk"
            root.note(f"{reason}; what it declares is unknown", span, "terraform init fetches it; walint never does")
            return reason
    if folder in module.ancestors or len(module.ancestors) > DEEPEST:
        reason = f"{address} calls itself" if folder in module.ancestors else f"{address} is nested too deeply"
        root.error(reason, span, "a module cannot be a part of itself")
        return reason
    found = root.fetch(folder)
    if isinstance(found, str):
        reason = f"the source of {address} ({source}) {found}"
        root.error(reason, span, "check the path, or the folder that holds both")
        return reason
    return found


def child(module: Module, name: str, declared: Declared, entry: Entry, configuration: Configuration) -> Module:
    """One instance of a called module."""
    from walint.sources.terraform.module import Module as Made

    module.root.modules += 1
    address = ".".join(part for part in (module.address, f"module.{name}{entry.key}") if part)
    blamed = module.call.blamed if module.call else None
    if blamed is None and not _is_local(declared):
        blamed = declared.span
    call = Call(module, declared, address, entry.names, _key(module, name), blamed)
    return Made(module.root, configuration, call=call, presence=both(module.presence, entry.presence))


def _is_local(declared: Declared) -> bool:
    from walint.sources.terraform.hcl import ast

    attribute = declared.body.attributes.get("source")
    node = attribute[0].expression if attribute else None
    return isinstance(node, ast.Literal) and isinstance(node.value, str) and node.value.startswith(".")


def _key(module: Module, name: str) -> str:
    return f"{module.call.key}.{name}" if module.call else name


def installed(folder: str, files: Files) -> dict[str, str]:
    """The folders of the modules that `terraform init` fetched for a root module, by their key.

    The format is not documented; it has been the same since Terraform 0.12: {"Modules": [{"Key", "Source", "Dir"}]}.
    """
    path = os.path.join(folder, ".terraform", "modules", "modules.json")
    if not os.path.isfile(path) or not files.inside(_path(path)):
        return {}
    import json

    try:
        with open(path, "rb") as stream:
            data: Any = json.loads(stream.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = data.get("Modules") if isinstance(data, dict) else None
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        key, place = (entry.get("Key"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        if isinstance(key, str) and isinstance(place, str) and key and "\0" not in place:
            found[key] = os.path.realpath(os.path.join(folder, place))
    return found


def _path(name: str) -> Any:
    from pathlib import Path

    return Path(name)
