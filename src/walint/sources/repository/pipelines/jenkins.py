"""Jenkinsfiles: the stages of a pipeline, their shell commands, questions to a person, and what follows a failure.

A Jenkinsfile is a program, which walint does not run. Its text is cut into strings, words and braces; a stage is the
word `stage` with a name and a block. What a shared library does is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from walint.model.span import Span
from walint.patterns import lazy
from walint.records import NamedTuple
from walint.sources.repository.pipelines.commands import split
from walint.sources.repository.pipelines.model import NAMES_ENVIRONMENT, Command, Job, Pipeline
from walint.sources.repository.pipelines.recognise import target_of

_TOKEN = lazy(
    r"""(?xs)
      (?P<space>\s+) | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<text>'{3}.*?(?:'{3}|\Z)|\"{3}.*?(?:\"{3}|\Z)|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)
    | (?P<open>\{) | (?P<close>\}) | (?P<word>[A-Za-z_][\w.]*) | (?P<other>.)
    """
)
_MOST_TOKENS = 200_000
_SHELLS = frozenset(("sh", "bat", "powershell", "pwsh"))
_CHOICE = lazy(r"\bchoice\s*\([^)]{0,1000}\)")
_NAME = lazy(r"\bname\s*:\s*['\"](\w+)")
_WORD = lazy(r"[\w-]+")
_LIBRARY = lazy(r"@Library\b|^\s*library\b", 8)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Block(NamedTuple):
    """An open brace: the words before it, and the job it belongs to."""

    head: str
    job: Job | None
    failure: bool


def jenkins_pipeline(text: str, path: str) -> Pipeline:
    """The pipeline of a Jenkinsfile. Stages follow one another; those in a `parallel` count so, too."""
    pipeline = Pipeline(path, "jenkins", path, Span(path, 1, 1, 1, 2), triggers=frozenset(("push",)))
    if _LIBRARY.search(text):
        pipeline.remote = "what the shared library does is not in the repository"
    blocks: list[_Block] = []
    head: list[_Token] = []
    last: str | None = None
    for token in _tokens(text):
        top = blocks[-1] if blocks else _Block("", None, failure=False)
        if token.kind == "open":
            word = next((part.text for part in head if part.kind == "word"), "")
            job = top.job
            name = next((part.text for part in head if part.kind == "text"), "")
            if word == "stage" and name:
                where = Span(path, head[0].line, 1, head[0].line, 2)
                job = pipeline.add(Job(name, where, needs=[last] if last else []))
                last = job.name
            elif word == "input" and top.job is not None:
                top.job.approval = "approval"
            failing = top.failure or word in {"failure", "unsuccessful", "unstable", "catch"}
            if failing and job is None:
                job = _afterwards(pipeline, path, token.line, last)
            blocks.append(_Block(word, job, failing))
            head = []
        elif token.kind == "close":
            if blocks:
                blocks.pop()
            head = []
        else:
            _statement(head, token, top, path)
    _chosen(pipeline, text)
    return pipeline


def _chosen(pipeline: Pipeline, text: str) -> None:
    """Whoever starts a build may choose where it goes: what does not say it itself goes to any of the choices.

    A build that nobody started takes the first of them.
    """
    choices = ""
    for found in _CHOICE.finditer(text):
        name, words = _NAME.search(found.group()), found.group().partition("choices")[2]
        if name is not None and NAMES_ENVIRONMENT.match(name.group(1)):
            choices = " ".join(_WORD.findall(words.partition("description")[0].replace("\\n", " ")))
    if not choices:
        return
    started = "" if choices.lower().startswith(("prod", "prd", "live")) else "manual"
    for job in pipeline.jobs.values():
        for command in job.commands:
            if target_of(job, command, pipeline.triggers).name == "unnamed":
                command.where, command.started = choices, started


def _afterwards(pipeline: Pipeline, path: str, line: int, last: str | None) -> Job:
    """The job of a `post` section of the whole pipeline."""
    found = pipeline.jobs.get("post")
    if found is None:
        found = pipeline.add(Job("post", Span(path, line, 1, line, 2), needs=[last] if last else [], failure=True))
    return found


def _statement(head: list[_Token], token: _Token, top: _Block, path: str) -> None:
    """Takes one more token of a statement; a statement ends where the next begins on another line."""
    if head and token.line != head[-1].line and token.kind == "word" and head[-1].text not in {",", "("}:
        head.clear()
    head.append(token)
    if top.job is None:
        return
    words = [part.text for part in head if part.kind == "word"]
    if token.kind == "text" and words and words[0] in _SHELLS:
        for command, offset in split(token.text):
            line = token.line + offset
            top.job.commands.append(Command(command, Span(path, line, 1, line, 2), top.job.name, failure=top.failure))
    elif token.kind == "word" and token.text == "input" and len(words) == 1:
        top.job.approval = "approval"
    elif token.kind == "word" and len(words) == 1 and token.text not in {"echo", "script", "steps"}:
        place = Span(path, token.line, 1, token.line, 2)
        top.job.commands.append(Command(f"uses {token.text}", place, top.job.name, failure=top.failure))
        if token.text == "buildingTag":
            top.job.started = "release"
        if token.text == "build":
            top.job.remote = "what another job of Jenkins does is not in the repository"


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    for _ in range(_MOST_TOKENS):
        found = _TOKEN.match(text, at)
        if found is None:
            return
        kind = found.lastgroup or "other"
        whole = found.group()
        if kind == "text":
            quote = whole[:3] if whole[:3] in {"'''", '"""'} else whole[:1]
            yield _Token(kind, whole.removeprefix(quote).removesuffix(quote), line)
        elif kind not in {"space", "comment"}:
            yield _Token(kind, whole, line)
        line += whole.count("\n")
        at = found.end()
