"""Environments: which of them a resource belongs to, as far as the config and the resource tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from walint.model.resource import Resource, outermost
from walint.model.value import Absent, Known, Reference, Value
from walint.records import NamedTuple
from walint.sources.globs import path_matches

_PRODUCTION: Final = ("production", "prod", "prd", "live")
_TEMPLATE_ENDINGS: Final = (".template", ".packaged")
_STACK_TAG: Final = "aws:cloudformation:stack-name"
"""What CloudFormation itself tags the resources of a stack with."""
_TAGS: Final = ("Tags", "FileSystemTags")
"""What the tags of a resource are called."""


class Match(NamedTuple):
    """What tells that a resource belongs to an environment: globs, any of which is enough.

    stack      names of stacks: of a template's file or of the CDK's stack, of a live stack, of a root module's folder
    path       paths of files and folders, relative to the root of the scan
    workspace  Terraform's workspaces
    account    account ids
    tag        tags of the resource itself: key (in any capitals) -> globs of its value
    """

    stack: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    workspace: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    tag: Mapping[str, tuple[str, ...]] = {}


class Told(NamedTuple):
    """An environment of the config: its name, whether it is one of production, and what belongs to it."""

    name: str
    production: bool
    match: Match | None


class Belonging(NamedTuple):
    """Where a resource belongs: the environment's name, if known, and whether that is production (None: not known)."""

    name: str | None
    production: bool | None


class Environments:
    """The environments of a run. The first one of the config that a resource fits is its own."""

    def __init__(
        self,
        told: Sequence[Told],
        chosen: str | None = None,
        workspace: str | None = None,
        account: str | None = None,
    ) -> None:
        """`chosen` is that of `--env`: what fits no environment belongs to it.

        `workspace` and `account` are those that the scan was told; None where it was told none.
        """
        self._told = [one for one in told if one.match is not None]
        self._workspace = workspace
        self._account = account
        self._chosen = None
        if chosen is not None:
            production = next((one.production for one in told if one.name == chosen), is_production(chosen))
            self._chosen = Belonging(chosen, production)

    @property
    def by_tags(self) -> bool:
        """Whether the tags of live resources are asked about: CloudFormation tells their stack by a tag, too."""
        return any(one.match is not None and (one.match.tag or one.match.stack) for one in self._told)

    def of(self, resource: Resource) -> Belonging:
        """Where a resource belongs.

        What surely fits no environment of production, where the config says what does, is not production. What lies
        in a repository beside the infrastructure (documents, pipelines) belongs to an environment only by its path.
        """
        elsewhere: bool | None = None
        for one in self._told:
            fits = self._fits(resource, one.match) if one.match is not None else None
            if fits:
                return Belonging(one.name, one.production)
            if one.production:
                elsewhere = fits is False and elsewhere is not False
        if self._chosen is not None and resource.source != "repository":
            return self._chosen
        return Belonging(None, False if elsewhere else None)

    def _fits(self, resource: Resource, match: Match) -> bool | None:
        """Whether a resource fits; None where that cannot be told, as of a tag that is only set at deployment."""
        answers = [
            _stack_fits(resource, match.stack) if match.stack else False,
            _lies_in(resource, match.path) if match.path else False,
            _like(self._workspace_of(resource), match.workspace) if match.workspace else False,
            _like(_some(resource.account or self._account), match.account) if match.account else False,
            *(_tag_fits(resource, key, globs) for key, globs in match.tag.items()),
        ]
        if True in answers:
            return True
        return None if None in answers else False

    def _workspace_of(self, resource: Resource) -> list[str]:
        return _some(self._workspace) if resource.source.startswith("terraform") else []


def is_production(name: str) -> bool:
    """Whether an environment is one of production by its name: "prod", "production", "live", "prod-eu"."""
    lowered = name.lower()
    return any(lowered == word or lowered.startswith((f"{word}-", f"{word}_", f"{word}.")) for word in _PRODUCTION)


def _like(words: Sequence[str], globs: Sequence[str]) -> bool | None:
    """Whether one of the words matches one of the globs; None when there are no words to judge by."""
    if not words:
        return None
    return any(fnmatchcase(word.lower(), glob.lower()) for word in words for glob in globs)


def _some(word: str | None) -> list[str]:
    return [word] if word else []


def _lies_in(resource: Resource, globs: Sequence[str]) -> bool | None:
    """By the file that declares the resource, or the template or root module that it is deployed with."""
    if resource.source == "live":
        return None
    unit = outermost(resource)
    paths = {f"{unit}/" if resource.source.startswith("terraform") else unit}  # a root module is a folder
    if resource.span is not None:
        paths.add(resource.span.path)
    return any(path_matches(path, glob) for path in paths for glob in globs)


def _stack_fits(resource: Resource, globs: Sequence[str]) -> bool | None:
    if resource.source == "live":
        return _tag_fits(resource, _STACK_TAG, globs)
    return _like(_stack_names(resource), globs)


def _stack_names(resource: Resource) -> list[str]:
    if resource.source == "repository":
        return []
    name = outermost(resource).rpartition("/")[2]
    if not resource.source.startswith("terraform"):
        name = name.rpartition(".")[0] or name
        for ending in _TEMPLATE_ENDINGS:
            name = name.removesuffix(ending)
    construct = (resource.construct_path or "").partition("/")[0]
    return [word for word in (name, construct) if word and word != "."]


def _tag_fits(resource: Resource, key: str, globs: Sequence[str]) -> bool | None:
    """Whether a tag has one of the values. One that code does not write may be set at deployment: None.

    A live resource whose tags were read has no others.
    """
    tags = _tags_of(resource)
    values = [value for name, value in _tags(tags) if name.lower() == key.lower()] if tags is not None else []
    if not values and resource.source == "live" and isinstance(tags, (Known, Absent)):
        return False
    return _like(values, globs)


def _tags_of(resource: Resource) -> Value | None:
    """The tags of a resource; None where it has no such property, or nothing of it is known."""
    if not isinstance(resource.properties, Known) or not isinstance(resource.properties.data, Mapping):
        return None
    return next((resource.properties.data[name] for name in _TAGS if name in resource.properties.data), None)


def _tags(tags: Value) -> Iterator[tuple[str, str]]:
    """Tags whose key and value are known, from a map or from a list of keys and values."""
    data = tags.data if isinstance(tags, Known) else None
    if isinstance(data, Mapping):
        pairs: list[tuple[str | None, str | None]] = [(str(key), _text(value)) for key, value in data.items()]
    elif isinstance(data, Sequence) and not isinstance(data, str):
        entries = [item.data for item in data if isinstance(item, Known) and isinstance(item.data, Mapping)]
        pairs = [(_text(entry.get("Key")), _text(entry.get("Value"))) for entry in entries]
    else:
        return
    for key, value in pairs:
        if key is not None and value is not None:
            yield key, value


def _text(value: Value | None) -> str | None:
    match value:
        case Known(str() | int() | float() as data) if not isinstance(data, bool):
            return str(data)
        case Known(bool() as data):
            return str(data).lower()
        case Reference(text=str() as text):
            return text
        case _:
            return None
