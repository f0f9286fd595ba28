"""`aws_iam_policy_document`: the policy that the data source renders.

Its rules are the provider's, as its page in the Terraform registry describes them: statements of the source documents
come first; one with the Sid of an earlier one replaces it; a list of one element is written as that element.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from walint.model.value import Text, Unknown
from walint.sources.terraform.blocks import occurrences
from walint.sources.terraform.instances import reason_of
from walint.sources.terraform.values import JsonText, TerraformValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from walint.sources.terraform.blocks import Occurrence
    from walint.sources.terraform.config import Part
    from walint.sources.terraform.managed import Managed
    from walint.sources.terraform.root import Root
    from walint.sources.terraform.scope import Scope

_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}


class _Reader:
    """The arguments of one block."""

    def __init__(self, part: Part, scope: Scope, root: Root) -> None:
        self.part = part
        self.scope = scope
        self.root = root

    def value(self, name: str) -> TerraformValue:
        """The value of an argument, None where it is not set."""
        attribute = self.part.attributes.get(name)
        return None if attribute is None else self.root.evaluate(attribute[0].expression, attribute[1], self.scope)

    def blocks(self, name: str) -> tuple[_Reader, ...] | Unknown:
        """The nested blocks of a type, or why they cannot be told."""
        cases = occurrences(self.part, self.scope, self.root).get(name)
        if cases is None:
            return ()
        if len(cases) > 1:
            return Unknown(f"which {name} blocks there are depends on a condition")
        return cases[0].rest or tuple(self._inner(block) for block in cases[0].blocks)

    def _inner(self, block: Occurrence) -> _Reader:
        return _Reader(block.part, block.scope, self.root)


def policy_document(data: Managed) -> dict[str, Any] | Unknown:
    """The rendered policy, whose leaves may be unknown; or why it cannot be rendered."""
    reader = _Reader(data.declared.body, data.scope, data.module.root)
    result: dict[str, Any] = {"Version": "2012-10-17"}
    listed: list[Any] = []
    own = _statements(reader)
    if isinstance(own, Unknown):
        return own
    for names in (("source_policy_documents", "source_json"), None, ("override_policy_documents", "override_json")):
        if names is None:
            listed = _overridden(listed, own)
            continue
        for document in _documents(reader, names):
            policy = _parsed(document)
            if isinstance(policy, Unknown):
                return policy
            result.update({key: value for key, value in policy.items() if key != "Statement"})
            listed = _overridden(listed, _as_list(policy.get("Statement")))
    for argument, key in (("version", "Version"), ("policy_id", "Id")):
        value = reader.value(argument)
        if value is not None:
            result[key] = value
    if listed:
        result["Statement"] = tuple(listed)
    return result


def _documents(reader: _Reader, names: tuple[str, str]) -> list[TerraformValue]:
    """The policies, as JSON, that are merged in."""
    several, one = (reader.value(name) for name in names)
    if several is None:
        return [] if one is None else [one]
    return list(several) if isinstance(several, tuple) else [reason_of(several, "the list of policy documents")]


def _parsed(document: TerraformValue) -> Mapping[str, Any] | Unknown:
    """A policy out of its JSON text, or why it is not known."""
    if isinstance(document, JsonText) and isinstance(document.value, dict):
        return document.value
    if document is None or document == "":
        return {}
    if not isinstance(document, str):
        return reason_of(document, "the policy document")
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        return Unknown("a policy document is no JSON")
    return found if isinstance(found, dict) else Unknown("a policy document is no JSON object")


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, tuple | list) else [value]


def _overridden(listed: list[Any], more: list[Any]) -> list[Any]:
    """Statements with more of them: one with a known Sid replaces the one that has it."""
    result = list(listed)
    for statement in more:
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        same = (i for i, one in enumerate(result) if isinstance(one, dict) and one.get("Sid") == sid)
        position = next(same, None) if isinstance(sid, str) and sid else None
        if position is None:
            result.append(statement)
        else:
            result[position] = statement
    return result


def _statements(reader: _Reader) -> list[Any] | Unknown:
    """The `statement` blocks, rendered."""
    blocks = reader.blocks("statement")
    if isinstance(blocks, Unknown):
        return blocks
    found: list[Any] = []
    for block in blocks:
        statement = _statement(block)
        if isinstance(statement, Unknown):
            return statement
        found.append(statement)
    return found


def _statement(block: _Reader) -> dict[str, Any] | Unknown:
    statement: dict[str, Any] = {}
    sid = block.value("sid")
    if sid is not None and sid != "":
        statement["Sid"] = sid
    effect = block.value("effect")
    statement["Effect"] = "Allow" if effect is None else effect
    for argument, key in _LISTS.items():
        value = block.value(argument)
        if value is not None and value != ():
            statement[key] = _rendered(value)
    for argument, key in _PRINCIPALS.items():
        principals = block.blocks(argument)
        if isinstance(principals, Unknown):
            return principals
        if principals:
            statement[key] = _principals(principals)
    conditions = _conditions(block)
    if isinstance(conditions, Unknown):
        return conditions
    return statement | ({"Condition": conditions} if conditions else {})


def _conditions(block: _Reader) -> dict[str, Any] | Unknown:
    blocks = block.blocks("condition")
    if isinstance(blocks, Unknown):
        return blocks
    found: dict[str, Any] = {}
    for condition in blocks:
        test, variable = condition.value("test"), condition.value("variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return Unknown("a condition of the policy is not known")
        found.setdefault(test, {})[variable] = _rendered(condition.value("values"))
    return found


def _principals(blocks: tuple[_Reader, ...]) -> Any:
    found: dict[str, Any] = {}
    for block in blocks:
        type_, identifiers = block.value("type"), block.value("identifiers")
        if type_ == "*" and identifiers == ("*",):
            return "*"
        if not isinstance(type_, str):
            return reason_of(type_, "the type of a principal")
        earlier = _as_list(found.get(type_))
        both = (*earlier, *identifiers) if isinstance(identifiers, tuple) else identifiers
        found[type_] = _rendered(both)
    return found


def _rendered(value: TerraformValue) -> Any:
    """A list as the provider writes it: "&{" becomes "${", one element stands alone."""
    if not isinstance(value, tuple):
        return value
    items = [_with_variables(item) for item in value]
    if len(items) == 1:
        return items[0]
    if all(isinstance(item, str) for item in items):
        items.sort(key=str, reverse=True)
    return tuple(items)


def _with_variables(item: TerraformValue) -> TerraformValue:
    if isinstance(item, str):
        return item.replace("&{", "${")
    if isinstance(item, Text):
        return Text(tuple(piece.replace("&{", "${") if isinstance(piece, str) else piece for piece in item.pieces))
    return item
