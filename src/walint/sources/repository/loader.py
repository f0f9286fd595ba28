"""Makes resources of what a repository holds besides infrastructure. Most files are read when a rule asks for more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.model.span import Span
from walint.model.value import Known, Unknown, Value
from walint.sources.cloudformation.document import DocumentError
from walint.sources.discover import Candidate, Files
from walint.sources.repository import paths as kinds
from walint.sources.repository.documents import document_facts, form_facts
from walint.sources.repository.facts import LazyFacts, LazyItems, line_span, record, text, texts
from walint.sources.repository.trees import Tree, read_tree
from walint.sources.settings import RepositorySettings

if TYPE_CHECKING:
    from walint.sources.repository.migrations import Migration
    from walint.sources.repository.owners import CodeOwners
    from walint.sources.repository.pipelines.model import Pipeline

UNIT = "repository"
_CODE_PIPELINE = "AWS::CodePipeline::Pipeline"


_WORDS: Final[dict[str, dict[str, str]]] = {
    "Walint::Document": {
        "Path": "path",
        "Fields": "labels and front matter",
        "RpoMinutes": "RPO in minutes",
        "RtoMinutes": "RTO in minutes",
        "Drills": "drills",
    },
}
"""What people call the facts."""


class RepositoryLoader:
    """The repository of a scan: built when all files are known and all templates are loaded."""

    def __init__(self, place: RepositorySettings, graph: Graph, files: Files) -> None:
        self._place = place
        self._graph = graph
        self._files = files
        self._prefix = f"{place.folder}/" if place.folder else ""
        self._by_kind: dict[str, list[str]] = {}
        self._contents: dict[str, bytes | None] = {}

    def finish(self) -> None:
        """Adds the resources to the graph."""
        self._list()
        if not self._by_kind and not self._graph.files:
            return
        self._graph.repository_files += [self._shown(path) for paths in self._by_kind.values() for path in paths]
        documents = [*self._documents()]
        pipelines = [*self._pipeline_resources()]
        apis = [*self._apis()]
        self._graph.extend([*documents, *pipelines, *self._migrations(), *self._packages(), *apis])
        self._graph.add(self._repository(documents, pipelines))

    def _list(self) -> None:
        for whole in sorted(self._files.listed):
            shown = self._files.shown(Path(whole))
            if not shown.startswith(self._prefix):
                continue
            path = shown.removeprefix(self._prefix)
            kind = kinds.kind_of(path)
            if kind is not None and not self._files.skips(whole):
                self._by_kind.setdefault(kind, []).append(path)

    def _of(self, *names: str) -> list[str]:
        return [path for name in names for path in self._by_kind.get(name, ())]

    def _shown(self, path: str) -> str:
        return self._prefix + path

    def _read(self, path: str) -> bytes | None:
        """The bytes of a file of the repository; None where there is none, or it lies outside."""
        if path not in self._contents:
            shown = self._shown(path)
            whole = Path(self._files.absolute(shown))
            there = self._files.inside(whole) and whole.is_file()
            self._contents[path] = self._files.read(Candidate(whole, shown)) if there else None
        return self._contents[path]

    def _reading(self, path: str) -> Callable[[], bytes | None]:
        return lambda: self._read(path)

    def _made(self, type_name: str, path: str, properties: Value, span: Span | None = None) -> Resource:
        return Resource(
            key=f"{UNIT}#{type_name.rpartition('::')[2].lower()}:{path}",
            type=type_name,
            address=path,
            name=path,
            source="repository",
            unit=UNIT,
            properties=properties,
            span=span or line_span(self._shown(path), 1),
            dialect=_WORDS.get(type_name, {}),
        )

    def _documents(self) -> Iterator[Resource]:
        for path in self._of(kinds.DOCUMENT):
            facts = document_facts(path, self._shown(path), self._reading(path), self._owner_of(path))
            yield self._made("Walint::Document", path, facts)
        for path in self._of(kinds.FORM):
            facts = form_facts(path, self._shown(path), partial(self._tree, path))
            yield self._made("Walint::Document", path, facts)

    @cached_property
    def _owners(self) -> CodeOwners:
        from walint.sources.repository.owners import code_owners

        return code_owners(self._read)

    def _owner_of(self, path: str) -> Callable[[], str | None]:
        return lambda: self._owners.of(path)

    def _tree(self, path: str) -> Tree | None:
        data = self._read(path)
        try:
            return read_tree(data, self._shown(path)) if data is not None else None
        except DocumentError:
            return None

    @cached_property
    def _pipelines(self) -> dict[str, Pipeline]:
        """Every pipeline that has a file of its own, by its path."""
        from walint.sources.repository.pipelines.reading import PipelineReader

        reader = PipelineReader(self._read, self._shown)
        files = [path for path in self._of(kinds.PIPELINE) if kinds.kind_of_pipeline(path) is not None]
        return {path: reader.pipeline(path) for path in files}

    @cached_property
    def _declared(self) -> dict[str, Pipeline]:
        """The pipelines of templates, by the key of their resource."""
        from walint.sources.repository.pipelines.codepipeline import code_pipeline

        return {resource.key: code_pipeline(resource) for resource in self._graph.of_type(_CODE_PIPELINE)}

    @cached_property
    def _by_name(self) -> dict[str, Pipeline]:
        return {one.name: one for one in (*self._pipelines.values(), *self._declared.values())}

    def _pipeline_resources(self) -> Iterator[Resource]:
        for path in self._of(kinds.PIPELINE):
            kind = kinds.kind_of_pipeline(path)
            if kind is not None:
                span = line_span(self._shown(path), 1)
                yield self._pipeline(path, kind, span, partial(self._at, path))
        for resource in self._graph.of_type(_CODE_PIPELINE):
            span = resource.span or line_span(resource.unit, 1)
            yield self._pipeline(resource.address, "codepipeline", span, partial(self._of_resource, resource.key))

    def _at(self, path: str) -> Pipeline:
        return self._pipelines[path]

    def _of_resource(self, key: str) -> Pipeline:
        return self._declared[key]

    def _pipeline(self, path: str, kind: str, span: Span, pipeline: Callable[[], Pipeline]) -> Resource:
        from walint.sources.repository.pipelines.facts import LATER, pipeline_properties

        known = {"Path": text(path, span), "Kind": text(kind, span)}

        def build() -> dict[str, Value]:
            return pipeline_properties(pipeline(), self._by_name)

        return self._made("Walint::Pipeline", path, Known(LazyFacts(known, LATER, build), span), span)

    def _migrations(self) -> Iterator[Resource]:
        listed = self._of(kinds.MIGRATION)
        if not listed:
            return
        from walint.sources.repository.migrations import migration_of, prisma_folders, told

        there = frozenset(listed)
        for migration in prisma_folders(there):
            yield self._migration(migration)
        texts = ((path, self._read(path)) for path in listed)
        found = (migration_of(path, data.decode("utf-8", "replace"), there) for path, data in texts if data is not None)
        for migration in told(one for one in found if one is not None):
            yield self._migration(migration)

    def _migration(self, migration: Migration) -> Resource:
        span = line_span(self._shown(migration.path), migration.line)
        back = migration.reversible
        facts = record(
            span,
            Path=migration.path,
            Tool=migration.tool,
            Reversible=back if isinstance(back, bool) else Unknown(back, span),
            Alike=migration.alike or None,
        )
        return self._made("Walint::Migration", migration.path, facts, span)

    def _packages(self) -> Iterator[Resource]:
        for path in self._of(kinds.PACKAGE):
            span = line_span(self._shown(path), 1)

            def build(path: str = path, span: Span = span) -> dict[str, Value]:
                return {"Dependencies": texts(self._dependencies(path), span)}

            facts = LazyFacts({"Path": text(path, span)}, ("Dependencies",), build)
            yield self._made("Walint::Package", path, Known(facts, span))

    def _dependencies(self, path: str) -> list[str]:
        from walint.sources.repository.packages import dependencies_of

        data = self._read(path)
        return dependencies_of(path, data.decode("utf-8-sig", "replace")) if data is not None else []

    def _apis(self) -> Iterator[Resource]:
        listed = self._of(kinds.OPENAPI)
        if not listed:
            return
        from walint.sources.repository.apis import LATER, api_properties, is_api

        for path in listed:
            data = self._read(path)
            if data is None or not is_api(data):
                continue
            span = line_span(self._shown(path), 1)

            def build(data: bytes = data, path: str = path) -> dict[str, Value]:
                return api_properties(data, self._shown(path))

            facts = LazyFacts({"Path": text(path, span)}, LATER, build)
            yield self._made("Walint::OpenApi", path, Known(facts, span))

    def _repository(self, documents: list[Resource], pipelines: list[Resource]) -> Resource:
        span = line_span(self._face(), 1)
        known: dict[str, Value] = {
            "Git": text(self._place.work_tree, span),
            "Tags": texts(self._place.tags, span),
            "Infrastructure": texts(sorted(set(self._graph.files)), span),
            "Files": texts(sorted(path for paths in self._by_kind.values() for path in paths), span),
            "Documents": Known(tuple(one.properties for one in documents), span),
            "Pipelines": Known(tuple(one.properties for one in pipelines), span),
            "Dependencies": Known(LazyItems(lambda: (text(name, span) for name in self._all_dependencies())), span),
        }
        later = ("Stages", "Steps", "Environments")
        facts = LazyFacts(known, later, lambda: {**_together(pipelines, span), "Environments": self._all(span)})
        return Resource(
            key=f"{UNIT}#repository",
            type="Walint::Repository",
            address="repository",
            name="repository",
            source="repository",
            unit=UNIT,
            properties=Known(facts, span),
            span=span,
        )

    def _face(self) -> str:
        """The file that stands for the repository: its README, else what a reader would look at first."""
        documents = self._of(kinds.DOCUMENT)
        readme = [path for path in documents if "/" not in path and path.lower().startswith("readme")]
        first = [*readme, *self._of(kinds.PIPELINE), *(path for path in documents if "/" not in path)]
        if first:
            return self._shown(first[0])
        known = sorted(set(self._graph.files)) or [self._shown(path) for path in self._of(*self._by_kind)]
        return known[0]

    def _all_dependencies(self) -> list[str]:
        return sorted({name for path in self._of(kinds.PACKAGE) for name in self._dependencies(path)})

    def _all(self, span: Span) -> Known:
        """All environments; a pipeline that is not wholly seen may know more."""
        reason = next((why for pipeline in self._pipelines.values() if (why := pipeline.unseen)), "")
        return Known(tuple(self._environments()), span, rest=Unknown(reason, span) if reason else None)

    def _environments(self) -> Iterator[Value]:
        from walint.sources.repository.environments import environments_in

        infrastructure = sorted({path.removeprefix(self._prefix) for path in self._graph.files})
        found = environments_in(sorted(self._of(kinds.SETTING)), infrastructure, self._read)
        for pipeline in self._pipelines.values():
            for word in _named_environments(pipeline):
                found.setdefault(word, pipeline.path)
        for name, path in sorted(found.items()):
            yield text(name, line_span(self._shown(path), 1))


def _named_environments(pipeline: Pipeline) -> Iterator[str]:
    from walint.sources.repository.environments import environment_named, environments_spoken_of
    from walint.sources.repository.pipelines.deployments import deployments_of
    from walint.sources.repository.pipelines.expressions import possible_words

    for job in pipeline.jobs.values():
        for name in possible_words(job.environment).split():
            yield environment_named(name) or name.lower()
    for one in deployments_of(pipeline, {}):
        words = (one.job.name, one.command.name, one.command.text, one.command.where, pipeline.name)
        for word in words:
            yield from environments_spoken_of(possible_words(word))


def _together(pipelines: Iterable[Resource], span: Span) -> dict[str, Value]:
    """What all pipelines do together."""
    gathered: dict[str, Value] = {}
    for name in ("Stages", "Steps"):
        items: list[Value] = []
        rest: Unknown | None = None
        for pipeline in pipelines:
            assert isinstance(pipeline.properties, Known)  # noqa: S101 - made above
            assert isinstance(pipeline.properties.data, Mapping)  # noqa: S101
            value = pipeline.properties.data[name]
            assert isinstance(value, Known)  # noqa: S101
            assert isinstance(value.data, Sequence)  # noqa: S101
            items += [item for item in value.data if not isinstance(item, str)]
            rest = rest or value.rest
        gathered[name] = Known(tuple(items), span, rest=rest)
    return gathered
