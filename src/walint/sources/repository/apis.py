"""OpenAPI documents: what they say of an API, and whether they are valid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from walint.model.span import Span
from walint.model.value import Known, Value
from walint.patterns import lazy
from walint.sources.cloudformation.document import DocumentError
from walint.sources.repository.facts import record, text
from walint.sources.repository.trees import Tree, read_tree

LATER = ("Version", "Title", "ApiVersion", "Operations", "Servers", "Valid", "Mistake")
_DECLARED = lazy(r"""(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:\s*["']?\d""")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_WITH_BODY = frozenset(("post", "put", "patch"))
_MOST_BYTES = 5_000_000


def is_api(data: bytes) -> bool:
    """Whether a file may be an OpenAPI (or Swagger) document, by a glance."""
    return _DECLARED.search(data[:4096].decode("utf-8", "replace")) is not None


def api_properties(data: bytes, shown: str) -> dict[str, Value]:
    """What rules read of an OpenAPI document. One that is no YAML or JSON is not valid, and says why."""
    whole = Span(shown, 1, 1, 1, 2)
    try:
        tree = read_tree(data, shown)
    except DocumentError as error:
        return {"Valid": text(data=False, span=whole), "Mistake": text(str(error), whole)}
    if tree is None or not (tree.word("openapi") or tree.word("swagger")):
        return {}
    facts: dict[str, Value] = {"Version": text(tree.word("openapi") or tree.word("swagger"), whole)}
    for name, path in (("Title", ("info", "title")), ("ApiVersion", ("info", "version"))):
        found = tree.get(*path)
        if found is not None and found.text:
            facts[name] = text(found.text, found.place.first_line())
    facts["Operations"] = Known(tuple(_operations(tree)), whole)
    servers = tree.get("servers")
    urls = [server.word("url") for server in servers.items] if servers is not None else []
    base = tree.word("basePath")
    facts["Servers"] = Known(tuple(text(url, whole) for url in [*urls, *([base] if base else [])] if url), whole)
    mistake = _mistake(data)
    if mistake is not None:
        facts["Valid"] = text(not mistake, whole)
        if mistake:
            facts["Mistake"] = text(mistake, whole)
    return facts


def _operations(tree: Tree) -> Iterator[Value]:
    paths = tree.get("paths")
    for path, item in paths.members.items() if paths is not None else ():
        for method, operation in item.members.items():
            if method.lower() not in _METHODS:
                continue
            bodies = operation.get("requestBody") is not None or any(
                one.word("in") in {"body", "formData"} or "$ref" in one.members
                for part in (operation.get("parameters"), item.get("parameters"))
                for one in (part.items if part is not None else ())
            )
            named = operation.word("summary") or operation.word("operationId") or operation.word("description")
            yield record(
                operation.place.first_line(),
                Path=path,
                Method=method.lower(),
                Name=named or None,
                TakesBody=method.lower() in _WITH_BODY,
                HasBody=bodies,
            )


def _mistake(data: bytes) -> str | None:
    """What openapi-spec-validator objects to, "" for nothing; None where it is not installed or cannot tell.

    References to other files and hosts are never followed: a document with such is not validated.
    """
    try:
        from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    except ImportError:
        return None
    document = _plain(data)
    if document is None or _leads_out(document):
        return None
    version = str(document.get("openapi") or document.get("swagger"))
    validators = {"2.": OpenAPIV2SpecValidator, "3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
    validator = next((made for start, made in validators.items() if version.startswith(start)), None)
    if validator is None:
        return None
    try:
        error = next(iter(validator(document).iter_errors()), None)
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError):
        return None
    return "" if error is None else " ".join(str(getattr(error, "message", error)).split())[:200]


def _plain(data: bytes) -> Mapping[str, Any] | None:
    """A document as plain data, keys as texts; None when it is too large or odd to be validated."""
    if len(data) > _MOST_BYTES:
        return None
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if data.lstrip()[:1] == b"{":
            found = json.loads(data)
        else:
            found = json.loads(json.dumps(yaml.load(data, loader), default=str))  # noqa: S506 - a safe loader
    except (ValueError, RecursionError, TypeError, LookupError, yaml.YAMLError):
        return None
    return found if isinstance(found, dict) else None


def _leads_out(document: object) -> bool:
    """Whether a document refers to others."""
    waiting: list[object] = [document]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            reference = here.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                return True
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return False
