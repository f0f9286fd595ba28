"""Checks the conditions of a rule against the catalogue: types, property paths, literals, operators, relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from walint.catalog.relations import RelationSpec, relations
from walint.catalog.schemas import PropertySchema, known_type, property_names, property_schema, type_names
from walint.language.condition import QUANTIFIER_WORDS, QUANTIFIERS
from walint.language.file import Document, Loc, RuleError, did_you_mean
from walint.language.operators import OPERATORS

Types: TypeAlias = tuple[str, ...]
_WORDS = ("all", "any", "not", "type", "enabled", *QUANTIFIERS)


class ConditionCheck:
    """Collects the mistakes in the conditions of one rule file."""

    def __init__(self, document: Document, parameters: Mapping[str, str]) -> None:
        """`parameters` are the rule's, name to type."""
        self.errors: list[RuleError] = []
        self._document = document
        self._parameters = parameters
        self._used: set[str] = set()

    def case(self, loc: Loc, resource: str | Sequence[str], when: Any, expect: Any) -> None:
        """Checks one case at a location of the file."""
        types = (resource,) if isinstance(resource, str) else tuple(resource)
        for type_name in types:
            if not known_type(type_name):
                self._error(
                    (*loc, "resource"), f"unknown resource type {type_name}", did_you_mean(type_name, type_names())
                )
        known = tuple(name for name in types if known_type(name))
        if when is not None:
            self.condition((*loc, "when"), when, known, "", every=True)
        self.condition((*loc, "expect"), expect, known, "", every=True)

    def unused_parameters(self) -> None:
        """Reports parameters that no condition uses."""
        for name in self._parameters:
            if name not in self._used:
                self._error(("parameters", name), f"the parameter {name} is used by no condition", None)

    def _error(self, loc: Loc, message: str, help_text: str | None = None) -> None:
        self.errors.append(self._document.error(loc, message, help_text))

    def condition(self, loc: Loc, raw: Any, types: Types, base: str, *, every: bool) -> None:
        """Checks a condition. Paths must exist in `every` type, or (for a relation to several types) in one."""
        if not isinstance(raw, Mapping):
            self._error(loc, "a condition is a map of paths and tests", "see docs/writing-rules.md, Conditions")
            return
        for key, argument in raw.items():
            self._key((*loc, key), str(key), argument, types, base, every=every)

    def _key(self, loc: Loc, key: str, argument: Any, types: Types, base: str, *, every: bool) -> None:
        match key:
            case "all" | "any":
                if not isinstance(argument, list) or not argument:
                    self._error(loc, f"{key} takes a list of conditions")
                    return
                for index, part in enumerate(argument):
                    self.condition((*loc, index), part, types, base, every=every)
            case "not":
                self.condition(loc, argument, types, base, every=every)
            case "type":
                self._types(loc, argument)
            case "enabled":
                self._switch(loc, argument)
            case "some" | "every" | "no":
                self._quantifier(loc, argument, types, base, every=every)
            case _:
                self._property(loc, key, argument, types, base, every=every)

    def _property(self, loc: Loc, key: str, test: Any, types: Types, base: str, *, every: bool) -> None:
        schemas = self._schemas(loc, key, types, base, every=every)
        self._test(loc, test, schemas)

    def _schemas(self, loc: Loc, key: str, types: Types, base: str, *, every: bool) -> list[PropertySchema]:
        if key == ".":
            whole = [property_schema(name, base) if base else None for name in types]
            return [schema for schema in whole if schema is not None]
        path = key if key.startswith("@") or not base else f"{base}.{key}"
        found = {name: property_schema(name, path) for name in types}
        missing = [name for name, schema in found.items() if schema is None]
        if missing and (every or len(missing) == len(types)):
            head, _, last = path.rpartition(".")
            known = set(property_names(missing[0], head))
            hint = did_you_mean(last, known) or did_you_mean(key, _WORDS)
            self._error(loc, f"{missing[0]} has no property {path}", hint)
        return [schema for schema in found.values() if schema is not None]

    def _quantifier(self, loc: Loc, raw: Any, types: Types, base: str, *, every: bool) -> None:
        if not isinstance(raw, Mapping) or ("items" in raw) == ("relation" in raw):
            self._error(loc, "a quantifier has either items (a path) or relation (a name)")
            return
        if "items" in raw:
            self._known_words(loc, raw, QUANTIFIER_WORDS)
            path = str(raw["items"])
            schemas = self._schemas((*loc, "items"), path, types, base, every=every)
            if schemas and all(schema.kind not in ("list", "any", "json") for schema in schemas):
                self._error((*loc, "items"), f"{path} is not a list")
            inner_types, inner_base = types, f"{base}.{path}" if base else path
        else:
            relation = relations().get(str(raw["relation"]))
            if relation is None:
                hint = did_you_mean(str(raw["relation"]), relations())
                self._error((*loc, "relation"), f"unknown relation {raw['relation']}", hint)
                return
            self._relation(loc, raw, relation, types)
            inner_types, inner_base, every = relation.targets, "", False
        if "min" in raw:
            self._argument((*loc, "min"), raw["min"], "number")
        for word in ("where", "expect"):
            if word in raw:
                self.condition((*loc, word), raw[word], inner_types, inner_base, every=every)

    def _known_words(self, loc: Loc, raw: Mapping[str, Any], words: Iterable[str]) -> None:
        words = tuple(words)
        for key in raw:
            if key not in words:
                self._error((*loc, key), f"unknown word {key} in a quantifier", did_you_mean(str(key), words))

    def _relation(self, loc: Loc, raw: Mapping[str, Any], relation: RelationSpec, types: Types) -> None:
        for name in types:
            if relation.subjects and name not in relation.subjects:
                self._error((*loc, "relation"), f"the relation {relation.name} cannot be asked of {name}")
        self._known_words(loc, raw, (*QUANTIFIER_WORDS, *relation.arguments))
        for name, spec in relation.arguments.items():
            if name in raw:
                kind = {"list": "list", "boolean": "boolean"}.get(spec["type"], "scalar")
                self._argument((*loc, name), raw[name], kind)
            elif spec.get("required"):
                self._error(loc, f"the relation {relation.name} needs the argument {name}")

    def _test(self, loc: Loc, raw: Any, schemas: list[PropertySchema]) -> None:
        if isinstance(raw, Mapping):
            if not raw:
                self._error(loc, "a test needs an operator")
            for name, argument in raw.items():
                self._operator((*loc, name), str(name), argument, schemas)
        elif isinstance(raw, list):
            self._error(loc, "a list is no test", "use one_of, contains_all or contains")
        elif raw is None:
            self._error(loc, "an empty value is no test", "use present or absent")
        elif raw not in ("present", "absent"):
            self._literal(loc, raw, schemas)

    def _operator(self, loc: Loc, name: str, argument: Any, schemas: list[PropertySchema]) -> None:
        operator = OPERATORS.get(name)
        if operator is None:
            self._error(loc, f"unknown operator {name}", did_you_mean(name, OPERATORS))
            return
        if operator.argument == "test":
            items = [schema.item or schema for schema in schemas]
            if isinstance(argument, Mapping):
                self._test(loc, argument, items)
            else:
                self._literal(loc, argument, items)
            return
        if (
            operator.argument == "number"
            and schemas
            and all(s.kind in ("boolean", "list", "object", "map") for s in schemas)
        ):
            self._error(loc, f"{name} compares numbers, the property is of kind {schemas[0].kind}")
        self._argument(loc, argument, operator.argument)
        if name in ("equals", "not_equals"):
            self._literal(loc, argument, schemas)
        if name == "one_of" and isinstance(argument, list):
            for index, item in enumerate(argument):
                self._literal((*loc, index), item, schemas)
        if name == "contains_all" and isinstance(argument, list):
            for index, item in enumerate(argument):
                self._literal((*loc, index), item, [schema.item or schema for schema in schemas])

    def _argument(self, loc: Loc, argument: Any, kind: str) -> None:
        if isinstance(argument, str) and argument.startswith("$"):
            self._parameter(loc, argument)
            return
        match kind:
            case "number":
                good = isinstance(argument, (int, float)) and not isinstance(argument, bool)
            case "list":
                good = isinstance(argument, list) and bool(argument)
            case "true":
                good = argument is True
            case "boolean":
                good = isinstance(argument, bool)
            case "text":
                good = isinstance(argument, str) and _is_pattern(argument)
            case "scalar":
                good = isinstance(argument, (str, int, float, bool))
            case _:
                good = isinstance(argument, Mapping)
                if good:
                    self._nested_parameters(loc, argument)
        if not good:
            self._error(loc, f"{loc[-1]} takes {_TAKES[kind]}")

    def _nested_parameters(self, loc: Loc, argument: Mapping[str, Any]) -> None:
        for key, value in argument.items():
            if isinstance(value, str) and value.startswith("$"):
                self._parameter((*loc, key), value)

    def _parameter(self, loc: Loc, reference: str) -> None:
        name = reference[1:].partition(".")[0]
        if name not in self._parameters:
            self._error(loc, f"unknown parameter ${name}", did_you_mean(name, self._parameters))
        self._used.add(name)

    def _types(self, loc: Loc, argument: Any) -> None:
        if isinstance(argument, str) and argument.startswith("$"):
            self._parameter(loc, argument)
            return
        for name in argument if isinstance(argument, list) else [argument]:
            if not known_type(str(name)):
                self._error(loc, f"unknown resource type {name}", did_you_mean(str(name), type_names()))

    def _switch(self, loc: Loc, reference: Any) -> None:
        if not isinstance(reference, str) or not reference.startswith("$"):
            self._error(loc, "enabled takes a parameter of type boolean", "write enabled: $name")
            return
        self._parameter(loc, reference)
        if self._parameters.get(reference[1:], "boolean") != "boolean":
            self._error(loc, f"{reference} is no parameter of type boolean")

    def _literal(self, loc: Loc, literal: Any, schemas: list[PropertySchema]) -> None:
        if isinstance(literal, str) and literal.startswith("$"):
            self._parameter(loc, literal)
            return
        for schema in schemas[:1]:
            if schema.enum and all(str(literal) != str(allowed) for allowed in schema.enum):
                hint = did_you_mean(str(literal), map(str, schema.enum))
                allowed = ", ".join(map(str, schema.enum[:12]))
                self._error(loc, f"{literal} is none of the allowed values", hint or f"allowed are {allowed}")
            elif schema.kind == "boolean" and not isinstance(literal, bool):
                self._error(loc, f"the property is true or false, not {literal}")
            elif schema.kind in ("integer", "number") and (isinstance(literal, (bool, str))):
                self._error(loc, f"the property is a number, not {literal}")


_TAKES = {
    "number": "a number",
    "list": "a list that is not empty",
    "true": "true",
    "boolean": "true or false",
    "text": "a regular expression",
    "scalar": "a plain value",
    "above": "a map with property and percent",
    "fields": "a map with fields",
    "days": "a map with within_days",
    "keyed": "a map with key and values",
    "tags": "a map with mutable_tags",
    "zones": "a map with min",
    "times": "a map with times",
    "topics": "a map with paths, topics and required",
    "sections": "a map with sections and required",
    "stages": "a map with required and recognise",
    "dated": "a map with keys and days",
    "required": "a map with keys",
    "period": "a map with days or minutes",
    "engine": "a map with engine or engine_at, and within_days",
    "actions": "a map with actions",
    "tasks": "a map with keys, and machine or inherited",
    "gates": "a map with by and before",
    "metrics": "a map with foreign and required",
}


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
