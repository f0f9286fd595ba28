"""Reads a pipeline file of any service that walint knows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from walint.model.span import Span
from walint.sources.cloudformation.document import DocumentError
from walint.sources.repository.paths import kind_of_pipeline, other_service
from walint.sources.repository.pipelines.azure import azure_pipeline
from walint.sources.repository.pipelines.builds import bitbucket_pipeline, buildspec_pipeline, circleci_pipeline
from walint.sources.repository.pipelines.github import github_pipeline
from walint.sources.repository.pipelines.gitlab import gitlab_pipeline
from walint.sources.repository.pipelines.jenkins import jenkins_pipeline
from walint.sources.repository.pipelines.model import Pipeline
from walint.sources.repository.trees import Tree, read_tree

_MOST_JOBS, _MOST_COMMANDS = 300, 5000
"""Larger files are not looked into: what follows what is asked of every pair of jobs."""


class PipelineReader:
    """Reads pipeline files and the files of the same repository that they include, each once."""

    def __init__(self, read: Callable[[str], bytes | None], shown: Callable[[str], str]) -> None:
        """`read` gives the bytes of a file by its path in the repository, `shown` its path as reports show it."""
        self._read = read
        self._shown = shown
        self._trees: dict[str, Tree | None] = {}

    def pipeline(self, path: str) -> Pipeline:
        """The pipeline of a file. One that cannot be read holds nothing that is known, and says so."""
        kind = kind_of_pipeline(path) or "unknown"
        try:
            made = self._made(path, kind)
        except DocumentError as error:
            made = None
            reason = f"it cannot be read: {error}"
        else:
            reason = "it is empty"
        if made is None:
            span = Span(self._shown(path), 1, 1, 1, 2)
            made = Pipeline(path, kind, path.rpartition("/")[2], span, remote=reason)
        if len(made.jobs) > _MOST_JOBS or sum(len(job.commands) for job in made.jobs.values()) > _MOST_COMMANDS:
            reason = f"it has more than {_MOST_JOBS} jobs or {_MOST_COMMANDS:,} commands"
            made = Pipeline(path, kind, made.name, made.span, remote=reason)
        made.path = path
        return made

    def _made(self, path: str, kind: str) -> Pipeline | None:
        shown = self._shown(path)
        service = other_service(path)
        if service is not None:
            reason = f"pipelines of {service} are not looked into"
            return Pipeline(path, kind, path, Span(shown, 1, 1, 1, 2), remote=reason)
        if kind == "jenkins":
            data = self._read(path)
            return jenkins_pipeline(data.decode("utf-8-sig", "replace"), shown) if data is not None else None
        data = self._read(path)
        tree = read_tree(data, shown) if data is not None else None
        if tree is None:
            return None
        match kind:
            case "github-actions":
                return github_pipeline(tree, shown, self._open)
            case "gitlab-ci":
                return gitlab_pipeline(tree, shown, self._open)
            case "azure-pipelines":
                return azure_pipeline(tree, shown, self._open)
            case "circleci":
                return circleci_pipeline(tree, shown)
            case "bitbucket":
                return bitbucket_pipeline(tree, shown)
            case _:
                return buildspec_pipeline(tree, shown)

    def _open(self, path: str) -> Tree | None:
        """Another file of the repository that a pipeline names; None where there is none that can be read."""
        if path not in self._trees:
            self._trees[path] = None
            data = self._read(path)
            if data is not None:
                with suppress(DocumentError):
                    self._trees[path] = read_tree(data, self._shown(path))
        return self._trees[path]
